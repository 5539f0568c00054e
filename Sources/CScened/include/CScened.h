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
extern const int scn_error_no_protocol;
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

/// The calling process is killed as soon as the thread that started it ends, however busy the machine is.
void scn_die_with_parent(void);

/// Closes all descriptors from `first` on.
void scn_close_from(int first);

// What a process that reads hostile input gives up. Each returns 0 or an errno value; ENOSYS where the kernel cannot. Call before
// threads are started: privileges and files are given up by the calling thread and those that it starts.

/// No new privileges, and of the superuser's capabilities only those to read files and to listen on low ports.
int scn_limit_privileges(void);

/// No core dumps, at most 64 descriptors and `data_bytes` of memory (0: no limit).
int scn_limit_resources(int64_t data_bytes);

/// Threads of the process; 0 where /proc does not say.
int scn_thread_count(void);

/// Of all files only those in and below `paths` can be read, and none written, cut, made or run; no process outside can be
/// signalled (Landlock, as far as its version goes). Paths that are not there are left out.
int scn_limit_files(const char *_Nonnull const *_Nonnull paths, int count);

/// What an input needs of the network.
enum {
    /// TCP and UDP sockets.
    SCN_CALLS_CONNECT = 1,
    /// Addresses of their own for them.
    SCN_CALLS_BIND = 2,
    /// To wait for connections.
    SCN_CALLS_LISTEN = 4,
    /// Unix sockets that connect.
    SCN_CALLS_LOCAL = 8,
};

/// From now on all threads can make only the calls that reading a feed makes (seccomp): no programs, other processes, changes of files,
/// mounts, identities, limits, clocks; and no sockets but those that `needs` (SCN_CALLS_*) names.
int scn_limit_calls(unsigned needs);

/// From now on no host is resolved, and so none connected to by name or address, but those that match one of `hosts`: a name or
/// address, `*.domain`, or `*`; and the addresses that these stand for. For the whole process, for good. Returns 0, or -1 if
/// memory was short: then some are missing.
int scn_limit_hosts(const char *_Nonnull const *_Nonnull hosts, int count);
/// Copies the last host that was refused, cut to `size` with its zero, and forgets it. Returns its length; 0 if there was none.
size_t scn_refused_host(char *host, size_t size);

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

/// From now on connections that this thread opens count for `opening`: the third and later ones wait for a second each, and after
/// `scn_most_lookups` none is opened. An interrupt that is polled in FFmpeg's way ends the wait. NULL: they count for none.
void scn_set_opening(scn_opening *_Nullable opening);
extern const int scn_most_lookups;

struct AVFormatContext;
/// Each address that the demuxer opens by itself (segments, keys, playlists) is an opening of its own. `context` holds a
/// scn_interrupt.
void scn_guard_openings(struct AVFormatContext *context);

/// The AVERROR code says that the other side answered and refused: HTTP or RTSP status 4xx, except 400.
int scn_error_is_refusal(int error);
/// The AVERROR code says that the other side answered with a status of HTTP or RTSP, 400 or higher.
int scn_error_is_answer(int error);

#pragma clang assume_nonnull end

#endif
