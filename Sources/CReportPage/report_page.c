#include "CReportPage.h"

// #embed is of C23; the compiler takes it in any mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define EXPORT(name, bytes)                   \
    const unsigned char *const name = bytes; \
    const size_t name##_size = sizeof bytes;

static const unsigned char skeleton[] = {
#embed "page/report.html"
};

EXPORT(scene_report_skeleton, skeleton)

static const unsigned char style[] = {
#embed "page/report.css"
};

EXPORT(scene_report_style, style)

// In the order of page/order.txt; each file ends with a newline.
static const unsigned char code[] = {
#embed "page/dom.js"
,
#embed "page/events.js"
,
#embed "page/timecode.js"
,
#embed "page/grid.js"
,
#embed "page/decide.js"
,
#embed "page/corrections.js"
,
#embed "page/scenes.js"
,
#embed "page/words.js"
,
#embed "page/blocks.js"
,
#embed "page/seen.js"
,
#embed "page/exports.js"
,
#embed "page/compare.js"
,
#embed "page/server-events.js"
,
#embed "page/pictures.js"
,
#embed "page/session.js"
,
#embed "page/header.js"
,
#embed "page/cues.js"
,
#embed "page/timeline-view.js"
,
#embed "page/timeline.js"
,
#embed "page/viewer.js"
,
#embed "page/list.js"
,
#embed "page/player.js"
,
#embed "page/printing.js"
,
#embed "page/live.js"
,
#embed "page/keyboard.js"
,
#embed "page/main.js"
};

EXPORT(scene_report_code, code)

static const unsigned char marking_skeleton[] = {
#embed "marking/marking.html"
};

EXPORT(scene_marking_skeleton, marking_skeleton)

static const unsigned char marking_style[] = {
#embed "marking/marking.css"
};

EXPORT(scene_marking_style, marking_style)

static const unsigned char marking_code[] = {
#embed "page/dom.js"
,
#embed "marking/marking.js"
};

EXPORT(scene_marking_code, marking_code)

static const unsigned char archive_skeleton[] = {
#embed "archive/archive.html"
};

EXPORT(scene_archive_skeleton, archive_skeleton)

static const unsigned char archive_style[] = {
#embed "archive/archive.css"
};

EXPORT(scene_archive_style, archive_style)

static const unsigned char archive_code[] = {
#embed "archive/archive.js"
};

EXPORT(scene_archive_code, archive_code)

static const unsigned char catalogue_skeleton[] = {
#embed "catalogue/catalogue.html"
};

EXPORT(scene_catalogue_skeleton, catalogue_skeleton)

static const unsigned char catalogue_style[] = {
#embed "catalogue/catalogue.css"
};

EXPORT(scene_catalogue_style, catalogue_style)

static const unsigned char catalogue_code[] = {
#embed "page/dom.js"
,
#embed "catalogue/catalogue.js"
};

EXPORT(scene_catalogue_code, catalogue_code)
