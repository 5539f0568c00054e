// How often one opening connects, and how long it waits for a peer that it has accepted.
#include "CFFmpegShim.h"

#include <poll.h>

#include <libavformat/avformat.h>

const int scn_most_lookups = 6;
enum { free_lookups = 2, wait_slices = 20, slice_milliseconds = 50 };

static _Thread_local scn_opening *opening;

void scn_set_opening(scn_opening *current) { opening = current; }

int scn_opening_take_turn(void) {
    if (!opening) return 1;
    if (opening->lookups >= scn_most_lookups) {
        opening->is_exhausted = 1;
        return 0;
    }
    if (opening->lookups++ < free_lookups) return 1;
    for (int i = 0; i < wait_slices; i++) {
        if (opening->interrupt && scn_interrupt_poll(opening->interrupt)) return 0;
        poll(NULL, 0, slice_milliseconds);
    }
    return 1;
}

void scn_opening_accepted(void) {
    if (opening && opening->patience > 0) scn_interrupt_arm(opening->interrupt, opening->patience);
}

typedef int io_opener(AVFormatContext *, AVIOContext **, const char *, int, AVDictionary **);

static io_opener *default_opener;

static int guarded_open(
    AVFormatContext *context, AVIOContext **io, const char *url, int flags, AVDictionary **options) {
    scn_opening *outer = opening;
    scn_opening own = {.interrupt = context->interrupt_callback.opaque};
    opening = &own;
    int status = default_opener(context, io, url, flags, options);
    opening = outer;
    int32_t *failures = context->opaque;
    if (status < 0 && failures && *failures < INT32_MAX) ++*failures;
    return status;
}

void scn_guard_openings(AVFormatContext *context, int32_t *failures) {
    context->opaque = failures;
    // FFmpeg gives each new context the same one.
    if (context->io_open == guarded_open) return;
    __atomic_store_n(&default_opener, context->io_open, __ATOMIC_RELEASE);
    context->io_open = guarded_open;
}
