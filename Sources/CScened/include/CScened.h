// The thin C layer: what the Swift importer cannot see, and what differs between FFmpeg versions.
// No logic, and no allocation the caller cannot see. Every symbol starts with scn_.
#ifndef CSCENED_H
#define CSCENED_H

#include <stdint.h>

// AVERROR codes, which the importer does not see (macros with arguments or casts).
extern const int scn_error_eof;

#endif
