// The system calls that reading a feed makes; all others fail (seccomp(2)).
//
// A list of what is allowed: a kernel has more than 450 calls and gets new ones each year, and reading,
// decoding, resolving names and the sockets of FFmpeg's protocols need about a hundred of them. A call that
// is not listed returns an error rather than ends the process, so that a library that only tries something
// goes on without it. Where a call is harmless or not by its arguments, the filter looks at those that stand
// in registers.
#define _GNU_SOURCE
#include "CConfinement.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef NATIVE_ARCHITECTURE

// Whatever their arguments are. Where an architecture lacks a call, it has a newer one that is listed, too.
static const int allowed[] = {
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_lseek, SYS_close, SYS_fstat, SYS_newfstatat,
    SYS_statx, SYS_faccessat, SYS_faccessat2, SYS_readlinkat, SYS_getdents64, SYS_getcwd, SYS_fadvise64,
    SYS_dup,
    // Waiting.
    SYS_ppoll, SYS_pselect6, SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_eventfd2, SYS_pipe2,
    SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday,
    // Memory.
    SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_brk, SYS_mlock, SYS_munlock,
    // Threads and signals of the process itself.
    SYS_futex, SYS_set_robust_list, SYS_rseq, SYS_sched_yield, SYS_sched_getaffinity, SYS_getcpu, SYS_membarrier,
    SYS_gettid, SYS_getpid, SYS_getppid, SYS_exit, SYS_exit_group, SYS_rt_sigaction, SYS_rt_sigprocmask,
    SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall,
    // What the process is.
    SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getrusage, SYS_times, SYS_sysinfo, SYS_uname,
    SYS_getrandom,
#ifdef __x86_64__
    SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_dup2, SYS_poll, SYS_select, SYS_epoll_create,
    SYS_epoll_wait, SYS_eventfd, SYS_pipe, SYS_time, SYS_getrlimit, SYS_arch_prctl,
#else
    SYS_dup3,
#endif
};

static const int sockets[] = {
    SYS_connect, SYS_sendto, SYS_recvfrom, SYS_sendmsg, SYS_recvmsg, SYS_sendmmsg, SYS_recvmmsg, SYS_shutdown,
    SYS_getsockname, SYS_getpeername, SYS_getsockopt, SYS_setsockopt,
};

// The socket to the feed is written to and read from whatever the input is.
static const int messages[] = {SYS_sendto, SYS_recvfrom};

static const int descriptor_commands[] = {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL};
static const int device_commands[] = {FIONREAD, FIONBIO, FIOCLEX, FIONCLEX, TIOCOUTQ, TCGETS};
enum { name_mapping = 0x53564d41 }; // PR_SET_VMA: the C library names its own memory
static const int own_settings[] = {PR_SET_NAME, PR_GET_NAME, name_mapping};

// Flags with which the C library starts a thread: one that shares all, has no namespace and no parent of its
// own.
enum {
    thread_needs = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD,
    thread_may = thread_needs | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID |
                 CLONE_CHILD_SETTID | CLONE_DETACHED,
};

// From this number on, calls are the same on all architectures and so new that libraries know how to do
// without: these are told that the kernel lacks them.
enum { first_new_call = 424 };

struct program {
    struct sock_filter code[512];
    int length;
};

static void add(struct program *program, struct sock_filter instruction) {
    if (program->length < (int)(sizeof program->code / sizeof *program->code)) program->code[program->length] = instruction;
    program->length++;
}

static void load(struct program *program, size_t offset) {
    add(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

// The lower or upper half of an argument, on machines that are little-endian, as both are.
static size_t argument(int number, int upper) {
    return offsetof(struct seccomp_data, args) + 8 * (size_t)number + (upper ? 4 : 0);
}

static void jump(struct program *program, int test, uint32_t value, int if_true, int if_false) {
    add(program, (struct sock_filter)BPF_JUMP(
                     (uint16_t)(BPF_JMP | test | BPF_K), value, (uint8_t)if_true, (uint8_t)if_false));
}

static void answer(struct program *program, uint32_t action) {
    add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

enum { refusal = SECCOMP_RET_ERRNO | EPERM };

static void allow(struct program *program, const int *calls, int count) {
    for (int i = 0; i < count; i++) {
        jump(program, BPF_JEQ, (uint32_t)calls[i], 0, 1);
        answer(program, SECCOMP_RET_ALLOW);
    }
}

// A block for one call: what `begin` opens, `end` closes; whatever falls through is refused.
static int begin(struct program *program, int call) {
    jump(program, BPF_JEQ, (uint32_t)call, 0, 0);
    return program->length - 1;
}

static void end(struct program *program, int start) {
    answer(program, refusal);
    if (start < (int)(sizeof program->code / sizeof *program->code))
        program->code[start].jf = (uint8_t)(program->length - start - 1);
}

// The lower half of an argument is one of `values`.
static void allow_values(struct program *program, int call, int number, const int *values, int count) {
    int start = begin(program, call);
    load(program, argument(number, 0));
    allow(program, values, count);
    end(program, start);
}

// An argument without any of these bits; the call is open(2) or openat(2) for reading.
static void allow_reading(struct program *program, int call, int number) {
    int start = begin(program, call);
    load(program, argument(number, 0));
    jump(program, BPF_JSET, O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND, 1, 0);
    answer(program, SECCOMP_RET_ALLOW);
    end(program, start);
}

static void allow_threads(struct program *program) {
    int start = begin(program, SYS_clone);
    load(program, argument(0, 0));
    jump(program, BPF_JSET, ~(uint32_t)thread_may, 3, 0);
    add(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, thread_needs));
    jump(program, BPF_JEQ, thread_needs, 0, 1);
    answer(program, SECCOMP_RET_ALLOW);
    end(program, start);
}

// Asking for limits; setting them needs a third argument, and those of others a first.
static void allow_limits(struct program *program) {
    int start = begin(program, SYS_prlimit64);
    load(program, argument(0, 0));
    jump(program, BPF_JEQ, 0, 0, 5);
    load(program, argument(2, 0));
    jump(program, BPF_JEQ, 0, 0, 3);
    load(program, argument(2, 1));
    jump(program, BPF_JEQ, 0, 0, 1);
    answer(program, SECCOMP_RET_ALLOW);
    end(program, start);
}

// A socket of one family: streams, and datagrams where `has_datagrams`, with no protocol but their own.
static void allow_family(struct program *program, int family, int has_datagrams) {
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM}, protocols[] = {IPPROTO_TCP, IPPROTO_UDP};
    for (int i = 0; i < (has_datagrams ? 2 : 1); i++) {
        int start = begin(program, SYS_socket);
        load(program, argument(0, 0));
        jump(program, BPF_JEQ, (uint32_t)family, 0, 7);
        load(program, argument(1, 0));
        add(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~(uint32_t)(SOCK_NONBLOCK | SOCK_CLOEXEC)));
        jump(program, BPF_JEQ, (uint32_t)types[i], 0, 4);
        load(program, argument(2, 0));
        jump(program, BPF_JEQ, 0, 1, 0);
        jump(program, BPF_JEQ, (uint32_t)protocols[i], 0, 1);
        answer(program, SECCOMP_RET_ALLOW);
        // The next block may know the family.
        load(program, offsetof(struct seccomp_data, nr));
        program->code[start].jf = (uint8_t)(program->length - start - 1);
    }
}

static void allow_sockets(struct program *program, unsigned needs) {
    if (needs & (SCN_CALLS_CONNECT | SCN_CALLS_LOCAL)) allow(program, sockets, sizeof sockets / sizeof *sockets);
    else allow(program, messages, sizeof messages / sizeof *messages);
    if (needs & SCN_CALLS_CONNECT) {
        allow_family(program, AF_INET, 1);
        allow_family(program, AF_INET6, 1);
    }
    if (needs & SCN_CALLS_LOCAL) allow_family(program, AF_UNIX, 0);
    static const int bind_call[] = {SYS_bind};
    static const int listen_calls[] = {SYS_listen, SYS_accept4, SYS_accept};
    if (needs & (SCN_CALLS_BIND | SCN_CALLS_LISTEN)) allow(program, bind_call, 1);
    if (needs & SCN_CALLS_LISTEN) allow(program, listen_calls, 3);
}

int scn_limit_calls(unsigned needs) {
    struct program program = {.length = 0};
    load(&program, offsetof(struct seccomp_data, arch));
    jump(&program, BPF_JEQ, NATIVE_ARCHITECTURE, 1, 0);
    answer(&program, SECCOMP_RET_KILL_PROCESS);
    load(&program, offsetof(struct seccomp_data, nr));
    allow(&program, allowed, sizeof allowed / sizeof *allowed);
    allow_sockets(&program, needs);
    allow_reading(&program, SYS_openat, 2);
#ifdef SYS_open
    allow_reading(&program, SYS_open, 1);
#endif
    allow_values(&program, SYS_fcntl, 1, descriptor_commands, sizeof descriptor_commands / sizeof(int));
    allow_values(&program, SYS_ioctl, 1, device_commands, sizeof device_commands / sizeof(int));
    allow_values(&program, SYS_prctl, 0, own_settings, sizeof own_settings / sizeof(int));
    // abort(3) signals its own thread.
    int own[] = {getpid()};
    allow_values(&program, SYS_tgkill, 0, own, 1);
    allow_threads(&program);
    allow_limits(&program);
    // Numbers of the x32 interface carry bit 30; they match nothing above.
    jump(&program, BPF_JGE, 0x40000000, 2, 0);
    jump(&program, BPF_JGE, first_new_call, 0, 1);
    answer(&program, SECCOMP_RET_ERRNO | ENOSYS);
    answer(&program, refusal);
    if (program.length > (int)(sizeof program.code / sizeof *program.code)) return E2BIG;
    struct sock_fprog filter = {.len = (unsigned short)program.length, .filter = program.code};
    long status = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
    // A positive status is a thread that could not be held.
    return status == 0 ? 0 : status > 0 ? EBUSY : errno;
}

#else

int scn_limit_calls(unsigned needs) {
    (void)needs;
    return ENOSYS;
}

#endif
