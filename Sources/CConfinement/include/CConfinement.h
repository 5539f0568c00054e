// What a process that reads hostile input gives up: privileges, resources, files, system calls and hosts. For
// the program alone: a library must not do this to the process that loads it. Every symbol starts with scn_.
#ifndef CCONFINEMENT_H
#define CCONFINEMENT_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// Processes.

/// The environment, as execve takes it: pointers to NAME=VALUE, then NULL.
char *_Nullable *_Nonnull scn_environment(void);

/// The calling process is killed as soon as the thread that started it ends, however busy the machine is.
void scn_die_with_parent(void);

/// A file in memory that holds `count` bytes and is read from its beginning; programs that the process starts
/// do not get it by themselves. Returns its descriptor, or -1 and errno.
int scn_memory_file(const void *_Nullable bytes, size_t count);

/// Closes all descriptors from `first` on.
void scn_close_from(int first);

// What a process that reads hostile input gives up. Each returns 0 or an errno value; ENOSYS where the kernel
// cannot. Call before threads are started: privileges and files are given up by the calling thread and those
// that it starts.

/// No new privileges, and of the superuser's capabilities only those to read files and to listen on low
/// ports.
int scn_limit_privileges(void);

/// No core dumps, at most 64 descriptors and `data_bytes` of memory (0: no limit).
int scn_limit_resources(int64_t data_bytes);

/// Threads of the process; 0 where /proc does not say.
int scn_thread_count(void);

/// Of all files only those in and below `paths` can be read, and none written, cut, made or run; no process
/// outside can be signaled (Landlock, as far as its version goes). Paths that are not there are left out.
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

/// From now on all threads can make only the calls that reading a feed makes (seccomp): no programs, other
/// processes, changes of files, mounts, identities, limits, clocks; and no sockets but those that `needs`
/// (SCN_CALLS_*) names.
int scn_limit_calls(unsigned needs);

/// From now on no host is resolved, and so none connected to by name or address, but those that match one of
/// `hosts`: a name or address, `*.domain`, or `*`; and the addresses that these stand for. For the whole
/// process, for good. Returns 0, or -1 if memory was short: then some are missing.
int scn_limit_hosts(const char *_Nonnull const *_Nonnull hosts, int count);
/// Copies the last host that was refused, cut to `size` with its zero, and forgets it. Returns its length; 0
/// if there was none.
size_t scn_refused_host(char *host, size_t size);

#pragma clang assume_nonnull end

#endif
