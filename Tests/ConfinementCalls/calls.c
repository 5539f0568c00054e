#define _GNU_SOURCE
#include "ConfinementCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static __thread char path[4096], other[4096], victim[4096];

static int result(long status) { return status < 0 ? errno : 0; }

static int opened(int descriptor) {
    if (descriptor < 0) return errno;
    close(descriptor);
    return 0;
}

// Files: Landlock's part.

static int read_passwords(void) { return opened(open("/etc/passwd", O_RDONLY)); }
static int read_victim(void) { return opened(open(victim, O_RDONLY)); }
static int list_root(void) { return opened(open("/", O_RDONLY | O_DIRECTORY)); }
static int write_victim(void) { return opened(open(victim, O_WRONLY)); }
static int cut_by_opening(void) { return opened(open(victim, O_WRONLY | O_TRUNC)); }
static int cut_by_reading(void) { return opened(open(victim, O_RDONLY | O_TRUNC)); }
static int cut(void) { return result(truncate(victim, 1)); }
static int create(void) { return opened(open(path, O_WRONLY | O_CREAT, 0600)); }
static int make_folder(void) { return result(mkdir(other, 0700)); }
static int make_fifo(void) { return result(mkfifo(other, 0600)); }
static int link_name(void) { return result(symlink("x", other)); }
static int rename_victim(void) { return result(rename(victim, path)); }
static int remove_victim(void) { return result(unlink(victim)); }

// Calls: seccomp's part.

static int change_mode(void) { return result(chmod(victim, 0600)); }
static int change_owner(void) { return result(chown(victim, getuid(), getgid())); }
static int change_times(void) { return result(utimensat(AT_FDCWD, victim, NULL, 0)); }
static int cut_by_call(void) { return result(truncate(victim, 1)); }
static int cut_descriptor(void) { return result(ftruncate(1, 0)) == EINVAL ? 0 : errno; }
static int open_for_writing(void) { return opened(open(victim, O_WRONLY)); }
static int openat_for_writing(void) { return opened(openat(AT_FDCWD, path, O_RDWR | O_CREAT, 0600)); }

static int signal_process(void) { return result(kill(getppid(), 0)); }
static int signal_group(void) { return result(kill(0, 0)); }
static int signal_itself(void) { return result(kill(getpid(), 0)); }
static int signal_task(void) { return result(syscall(SYS_tkill, getppid(), 0)); }
static int signal_thread(void) { return result(syscall(SYS_tgkill, getppid(), getppid(), 0)); }
static int queue_signal(void) {
    siginfo_t info = {.si_signo = 0, .si_code = SI_QUEUE, .si_pid = getpid(), .si_uid = getuid()};
    return result(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &info));
}
static int queue_thread_signal(void) {
    siginfo_t info = {.si_signo = 0, .si_code = SI_QUEUE, .si_pid = getpid(), .si_uid = getuid()};
    return result(syscall(SYS_rt_tgsigqueueinfo, getppid(), getppid(), 0, &info));
}
static int open_process(void) { return opened((int)syscall(SYS_pidfd_open, getppid(), 0)); }
static int signal_descriptor(void) { return result(syscall(SYS_pidfd_send_signal, -1, 0, NULL, 0)); }
static int own_signals(void) {
    int ends[2];
    if (pipe(ends) != 0) return errno;
    int status = result(fcntl(ends[0], F_SETOWN, getppid()));
    close(ends[0]);
    close(ends[1]);
    return status;
}
static int own_signals_by_device(void) {
    pid_t owner = getppid();
    return result(ioctl(1, FIOSETOWN, &owner));
}
static int type_into_terminal(void) { return result(ioctl(1, TIOCSTI, "x")); }

static int limit_parent(void) {
    struct rlimit now;
    // Reading another's limits needs the same call.
    return result(syscall(SYS_prlimit64, getppid(), RLIMIT_NOFILE, NULL, &now));
}
static int limit_itself(void) {
    struct rlimit now;
    if (getrlimit(RLIMIT_NOFILE, &now) != 0) return errno;
    return result(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &now, NULL));
}
static int set_priority(void) {
    return result(setpriority(PRIO_PROCESS, (id_t)getppid(), getpriority(PRIO_PROCESS, (id_t)getppid())));
}
static int set_scheduler(void) {
    struct sched_param parameters = {0};
    return result(syscall(SYS_sched_setscheduler, getppid(), SCHED_OTHER, &parameters));
}
static int set_affinity(void) {
    cpu_set_t all;
    memset(&all, 0xff, sizeof all);
    return result(syscall(SYS_sched_setaffinity, getppid(), sizeof all, &all));
}
static int set_io_priority(void) { return result(syscall(SYS_ioprio_set, 1, getppid(), 0)); }
static int set_session(void) { return result(setsid()); }
static int set_group(void) { return result(setpgid(0, 0)); }

static int run_program(void) {
    char *none[] = {NULL};
    return result(execve("/nonexistent/program", none, none));
}
static int fork_process(void) {
    long child = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (child == 0) _exit(0);
    if (child > 0) waitpid((pid_t)child, NULL, 0);
    return result(child);
}
static int fork_by_new_call(void) {
    uint64_t arguments[8] = {0};
    arguments[4] = SIGCHLD;
    long child = syscall(SYS_clone3, arguments, sizeof arguments);
    if (child == 0) _exit(0);
    if (child > 0) waitpid((pid_t)child, NULL, 0);
    return result(child);
}
static int trace_process(void) { return result(ptrace(PTRACE_PEEKDATA, getppid(), 0, 0)); }
static int read_process(void) { return result(process_vm_readv(getppid(), NULL, 0, NULL, 0, 0)); }
static int write_process(void) { return result(process_vm_writev(getppid(), NULL, 0, NULL, 0, 0)); }
static int leave_namespace(void) { return result(unshare(0)); }
static int enter_namespace(void) { return result(setns(-1, 0)); }
static int mount_nothing(void) { return result(mount(NULL, "/nonexistent", NULL, 0, NULL)); }
static int change_root(void) { return result(chroot("/nonexistent")); }
static int change_user(void) { return result(setuid(getuid())); }
static int change_capabilities(void) { return result(syscall(SYS_capset, NULL, NULL)); }
static int change_process(void) { return result(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)); }
static int set_clock(void) { return result(syscall(SYS_settimeofday, NULL, NULL)); }
static int load_filter(void) { return result(syscall(SYS_bpf, 0, NULL, 0)); }
static int set_up_ring(void) { return result(syscall(SYS_io_uring_setup, 0, NULL)); }
static int count_events(void) { return result(syscall(SYS_perf_event_open, NULL, 0, 0, -1, 0)); }
static int use_keys(void) { return result(syscall(SYS_keyctl, 0, 0, 0, 0, 0)); }
static int make_memory_file(void) { return opened((int)syscall(SYS_memfd_create, "x", 0)); }
static int catch_faults(void) { return opened((int)syscall(SYS_userfaultfd, 0)); }
static int share_memory(void) { return result(syscall(SYS_shmget, 0, 4096, 0)); }
static int call_by_other_interface(void) { return result(syscall(0x40000000 | 39)); }

static int local_socket(void) { return opened(socket(AF_UNIX, SOCK_STREAM, 0)); }
static int local_pair(void) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return errno;
    close(ends[0]);
    close(ends[1]);
    return 0;
}
static int netlink_socket(void) { return opened(socket(AF_NETLINK, SOCK_RAW, 0)); }
static int packet_socket(void) { return opened(socket(AF_PACKET, SOCK_DGRAM, 0)); }
static int raw_socket(void) { return opened(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)); }
static int raw_socket_6(void) { return opened(socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)); }
static int ping_socket(void) { return opened(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)); }
static int multipath_socket(void) { return opened(socket(AF_INET, SOCK_STREAM, 262)); }

// What some inputs need and others do not.

static int stream_socket(void) { return opened(socket(AF_INET, SOCK_STREAM, 0)); }
static int datagram_socket(void) { return opened(socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP)); }
static int bind_port(void) { return result(bind(-1, NULL, 0)) == EBADF ? 0 : errno; }
static int listen_port(void) { return result(listen(-1, 1)) == EBADF ? 0 : errno; }
static int accept_peer(void) { return result(accept4(-1, NULL, NULL, 0)) == EBADF ? 0 : errno; }

// What all need.

static int read_clock(void) {
    struct timespec now;
    return result(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now));
}
static int get_memory(void) {
    void *memory = malloc(1 << 22);
    free(memory);
    return memory ? 0 : ENOMEM;
}
static int signal_own_thread(void) { return result(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), 0)); }
static int read_limit(void) {
    struct rlimit now;
    return result(getrlimit(RLIMIT_NOFILE, &now));
}

static const struct {
    const char *group, *name;
    int (*attempt)(void);
} attempts[] = {
    {"read", "victim", read_victim},
    {"files", "passwords", read_passwords}, {"files", "list", list_root}, {"files", "write", write_victim},
    {"files", "cut-opening", cut_by_opening}, {"files", "cut-reading", cut_by_reading}, {"files", "cut", cut},
    {"files", "create", create}, {"files", "folder", make_folder}, {"files", "fifo", make_fifo},
    {"files", "link", link_name}, {"files", "rename", rename_victim}, {"files", "remove", remove_victim},
    {"calls", "mode", change_mode}, {"calls", "owner", change_owner}, {"calls", "times", change_times},
    {"calls", "cut", cut_by_call}, {"calls", "cut-descriptor", cut_descriptor},
    {"calls", "open-writing", open_for_writing}, {"calls", "openat-writing", openat_for_writing},
    {"calls", "kill", signal_process}, {"calls", "kill-group", signal_group}, {"calls", "kill-self", signal_itself},
    {"calls", "tkill", signal_task}, {"calls", "tgkill", signal_thread}, {"calls", "sigqueue", queue_signal},
    {"calls", "tgsigqueue", queue_thread_signal}, {"calls", "pidfd", open_process},
    {"calls", "pidfd-signal", signal_descriptor}, {"calls", "setown", own_signals},
    {"calls", "setown-device", own_signals_by_device}, {"calls", "terminal", type_into_terminal},
    {"calls", "prlimit-parent", limit_parent}, {"calls", "prlimit-self", limit_itself},
    {"calls", "priority", set_priority}, {"calls", "scheduler", set_scheduler}, {"calls", "affinity", set_affinity},
    {"calls", "io-priority", set_io_priority}, {"calls", "session", set_session}, {"calls", "group", set_group},
    {"calls", "exec", run_program}, {"calls", "fork", fork_process}, {"calls", "clone3", fork_by_new_call},
    {"calls", "ptrace", trace_process}, {"calls", "vm-read", read_process}, {"calls", "vm-write", write_process},
    {"calls", "unshare", leave_namespace}, {"calls", "setns", enter_namespace}, {"calls", "mount", mount_nothing},
    {"calls", "chroot", change_root}, {"calls", "setuid", change_user}, {"calls", "capset", change_capabilities},
    {"calls", "prctl", change_process}, {"calls", "clock", set_clock}, {"calls", "bpf", load_filter},
    {"calls", "io_uring", set_up_ring}, {"calls", "perf", count_events}, {"calls", "keys", use_keys},
    {"calls", "memfd", make_memory_file}, {"calls", "userfaultfd", catch_faults}, {"calls", "shm", share_memory},
#ifdef __x86_64__
    {"calls", "x32", call_by_other_interface},
#endif
    {"calls", "socketpair", local_pair}, {"calls", "netlink", netlink_socket}, {"calls", "packet", packet_socket},
    {"calls", "raw", raw_socket}, {"calls", "raw6", raw_socket_6}, {"calls", "ping", ping_socket},
    {"calls", "multipath", multipath_socket},
    {"network", "unix", local_socket}, {"network", "stream", stream_socket}, {"network", "datagram", datagram_socket},
    {"network", "bind", bind_port}, {"network", "listen", listen_port}, {"network", "accept", accept_peer},
    {"needed", "clock", read_clock}, {"needed", "memory", get_memory}, {"needed", "own-signal", signal_own_thread},
    {"needed", "limit", read_limit},
};

int probe_landlock_version(void) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
    return version < 0 ? 0 : (int)version;
}

static void put_victim(void) {
    int descriptor = open(victim, O_WRONLY | O_CREAT, 0600);
    if (descriptor < 0) return;
    if (write(descriptor, "journal\n", 8) != 8) errno = 0;
    close(descriptor);
}

void probe_all(const char *thread, const char *folder) {
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        snprintf(victim, sizeof victim, "%s/victim", folder);
        snprintf(path, sizeof path, "%s/%s-%zu", folder, thread, i);
        snprintf(other, sizeof other, "%s/%s-%zu-other", folder, thread, i);
        put_victim();
        errno = 0;
        int error = attempts[i].attempt();
        char line[256];
        int length = snprintf(line, sizeof line, "%s %s %s %d\n", thread, attempts[i].group, attempts[i].name, error);
        if (write(1, line, (size_t)length) != length) _exit(1);
    }
}
