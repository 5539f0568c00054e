// The thin C layer: what the Swift importer cannot see, and what differs between FFmpeg versions. Also what
// must be C: a worker's confinement, and the name resolution that admits hosts. Every symbol starts with
// scn_.
#ifndef CSCENED_H
#define CSCENED_H

#include <stddef.h>
#include <stdint.h>

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
extern const int64_t scn_no_timestamp;

/// The AVERROR code of an errno value.
int scn_error_from_errno(int error);

// Flags shared between threads and signal handlers.

void scn_flag_set(int32_t *flag);
int32_t scn_flag_get(const int32_t *flag);

// What ends a blocking read of FFmpeg: a stop flag, another one above it, or a deadline in nanoseconds of the monotonic
// clock (0: none).
// The owner outlives the context that polls it.

typedef struct {
    const int32_t *stop;
    const int32_t *_Nullable parent;
    int64_t deadline;
} scn_interrupt;

void scn_interrupt_arm(scn_interrupt *interrupt, int64_t nanoseconds);
int scn_interrupt_expired(const scn_interrupt *interrupt);
/// AVIOInterruptCB.callback; `opaque` is a scn_interrupt.
int scn_interrupt_poll(void *opaque);

// FFmpeg's log: silent, counted, the last error kept. Process wide, any thread.

/// `level` is one of AV_LOG_*; `line` ends without a newline and is valid during the call. Called with a lock held.
typedef void (*scn_log_sink)(int level, const char *line);

void scn_log_install(void);
/// NULL: nothing is printed.
void scn_log_set_sink(scn_log_sink _Nullable sink);
int64_t scn_log_error_count(void);
/// Copies the last error line, cut to `size` with its zero, and forgets it. Returns its length; 0 if there was none.
size_t scn_log_take_last_error(char *line, size_t size);

// Bridges over FFmpeg versions.

/// Duration of a decoded picture in ticks of its stream; 0 if unknown.
int64_t scn_frame_duration(const struct AVFrame *frame);
int scn_frame_is_key(const struct AVFrame *frame);
/// The container's display matrix (9 values), or NULL.
const int32_t *_Nullable scn_stream_display_matrix(const struct AVStream *stream);

// Processes.

/// The environment, as execve takes it: pointers to NAME=VALUE, then NULL.
char *_Nullable *_Nonnull scn_environment(void);

/// Closes all descriptors from `first` on.
void scn_close_from(int first);

// What a process that reads hostile input gives up. Each returns 0 or an errno value; ENOSYS where the kernel cannot.
// Call before threads are started: files are limited for the calling thread and those it starts.

/// No new privileges, no core dumps, at most 64 descriptors and `data_bytes` of memory (0: no limit).
int scn_limit_process(int64_t data_bytes);

/// Of all files only those in and below `paths` can be read, and none written, made or run (Landlock). Paths that are not
/// there are left out.
int scn_limit_files(const char *_Nonnull const *_Nonnull paths, int count);

/// Calls that reading a feed never makes fail (seccomp): programs, other processes, mounts, identities, clocks; and sockets,
/// unless `with_network`.
int scn_limit_calls(int with_network);

/// From now on no host is resolved, and so none connected to by name or address, but those that match one of `hosts`: a name or
/// address, `*.domain`, or `*`; and the addresses that these stand for. For the whole process, for good. Returns 0, or -1 if
/// memory was short: then some are missing.
int scn_limit_hosts(const char *_Nonnull const *_Nonnull hosts, int count);
/// Copies the last host that was refused, cut to `size` with its zero, and forgets it. Returns its length; 0 if there was none.
size_t scn_refused_host(char *host, size_t size);

#pragma clang assume_nonnull end

#endif
