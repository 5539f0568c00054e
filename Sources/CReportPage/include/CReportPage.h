// The report page's own files (`page`), embedded when the program is compiled: the skeleton with its marks, the style,
// and the code, whose files stand one behind the other in the order of `page/order.txt`.
#ifndef C_REPORT_PAGE_H
#define C_REPORT_PAGE_H

#include <stddef.h>

extern const unsigned char *_Nonnull const scene_report_skeleton;
extern const size_t scene_report_skeleton_size;
extern const unsigned char *_Nonnull const scene_report_style;
extern const size_t scene_report_style_size;
extern const unsigned char *_Nonnull const scene_report_code;
extern const size_t scene_report_code_size;

// The page on which a person marks shot changes (`marking`).
extern const unsigned char *_Nonnull const scene_marking_skeleton;
extern const size_t scene_marking_skeleton_size;
extern const unsigned char *_Nonnull const scene_marking_style;
extern const size_t scene_marking_style_size;
extern const unsigned char *_Nonnull const scene_marking_code;
extern const size_t scene_marking_code_size;

// The page of an archive's films (`archive`).
extern const unsigned char *_Nonnull const scene_archive_skeleton;
extern const size_t scene_archive_skeleton_size;
extern const unsigned char *_Nonnull const scene_archive_style;
extern const size_t scene_archive_style_size;
extern const unsigned char *_Nonnull const scene_archive_code;
extern const size_t scene_archive_code_size;

// The page on which the scenes of a catalogue are searched (`catalogue`).
extern const unsigned char *_Nonnull const scene_catalogue_skeleton;
extern const size_t scene_catalogue_skeleton_size;
extern const unsigned char *_Nonnull const scene_catalogue_style;
extern const size_t scene_catalogue_style_size;
extern const unsigned char *_Nonnull const scene_catalogue_code;
extern const size_t scene_catalogue_code_size;

#endif
