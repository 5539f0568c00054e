// FFmpeg's thin C layer: what the Swift importer cannot see, and what differs between FFmpeg versions. Every
// symbol starts with scn_.
#ifndef CFFMPEGSHIM_H
#define CFFMPEGSHIM_H

#include <stddef.h>
#include <stdint.h>

#include "sound.h"
#include "writing.h"

#pragma clang assume_nonnull begin

struct AVFrame;
struct AVStream;

// Constants the importer does not see (macros with arguments or casts).

extern const int scn_error_eof;
extern const int scn_error_exit;
extern const int scn_error_invalid_data;
extern const int scn_error_again;
extern const int scn_error_io;
extern const int scn_error_unsupported;
extern const int scn_error_not_seekable;
extern const int scn_error_no_protocol;
extern const int64_t scn_no_timestamp;

/// The AVERROR code of an errno value.
int scn_error_from_errno(int error);

// Flags shared between threads and signal handlers.

void scn_flag_set(int32_t *flag);
int32_t scn_flag_get(const int32_t *flag);

// What ends a blocking read of FFmpeg: a stop flag, another one above it, or a deadline in nanoseconds of the
// monotonic clock (0: none). The owner outlives the context that polls it.

typedef struct {
    const int32_t *stop;
    const int32_t *_Nullable parent;
    int64_t deadline;
} scn_interrupt;

void scn_interrupt_arm(scn_interrupt *interrupt, int64_t nanoseconds);
int scn_interrupt_expired(const scn_interrupt *interrupt);
/// AVIOInterruptCB.callback; `opaque` is a scn_interrupt.
int scn_interrupt_poll(void *opaque);

// FFmpeg's log: silent, the last error kept. Process wide, any thread.

void scn_log_install(void);
/// Copies the last error line, cut to `size` with its zero, and forgets it. Returns its length; 0 if there
/// was none.
size_t scn_log_take_last_error(char *line, size_t size);

// Bridges over FFmpeg versions.

/// Duration of a decoded picture in ticks of its stream; 0 if unknown.
int64_t scn_frame_duration(const struct AVFrame *frame);
/// The container's display matrix (9 values), or NULL.
const int32_t *_Nullable scn_stream_display_matrix(const struct AVStream *stream);

// How often one opening connects: FFmpeg follows redirections by itself, as fast as they come.

/// One opening of an address on one thread.
typedef struct {
    /// Ends waits.
    scn_interrupt *_Nullable interrupt;
    /// Nanoseconds that a peer has from when it was accepted, for an address that listens; 0: for ever.
    int64_t patience;
    /// Lookups of a host so far; each is a connection.
    int lookups;
    /// It was refused for having made too many.
    int is_exhausted;
} scn_opening;

/// From now on connections that this thread opens count for `opening`: the third and later ones wait for a
/// second each, and after `scn_most_lookups` none is opened. An interrupt that is polled in FFmpeg's way ends
/// the wait. NULL: they count for none.
void scn_set_opening(scn_opening *_Nullable opening);
extern const int scn_most_lookups;
/// Counts a connection of this thread's opening and waits for its turn. Returns 0 if it may not be opened.
/// Called by whoever stands before getaddrinfo (CConfinement); without that, connections are not counted.
int scn_opening_take_turn(void);
/// A peer was accepted: the patience of this thread's opening begins.
void scn_opening_accepted(void);

struct AVFormatContext;
/// Each address that the demuxer opens by itself (segments, keys, playlists) is an opening of its own.
/// `context` holds a scn_interrupt. Those that fail are counted in `failures`, which outlives the context.
void scn_guard_openings(struct AVFormatContext *context, int32_t *failures);

/// The AVERROR code says that the other side answered and refused: HTTP or RTSP status 4xx, except 400.
int scn_error_is_refusal(int error);
/// The AVERROR code says that the other side answered with a status of HTTP or RTSP, 400 or higher.
int scn_error_is_answer(int error);

#pragma clang assume_nonnull end

#endif
