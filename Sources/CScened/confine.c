// What a process that reads hostile input gives up: files, programs, and calls that it never makes.
#define _GNU_SOURCE
#include "CScened.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int scn_limit_process(int64_t data_bytes) {
    struct rlimit none = {0, 0};
    struct rlimit data = {(rlim_t)data_bytes, (rlim_t)data_bytes};
    struct rlimit files = {64, 64};
    int status = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    status |= setrlimit(RLIMIT_CORE, &none);
    status |= setrlimit(RLIMIT_NOFILE, &files);
    if (data_bytes > 0) status |= setrlimit(RLIMIT_DATA, &data);
    return status == 0 ? 0 : errno;
}

// Landlock (landlock(7)): rights of the first three versions; a newer kernel knows more, an older one fewer.

static uint64_t known_rights(long version) {
    uint64_t rights = (1ULL << 13) - 1; // execute ... make_sym
    if (version >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
#ifdef LANDLOCK_ACCESS_FS_TRUNCATE
    if (version >= 3) rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
#endif
    return rights;
}

static void allow_reading(int rules, const char *path) {
    int place = open(path, O_PATH | O_CLOEXEC);
    if (place < 0) return;
    struct stat status;
    struct landlock_path_beneath_attr rule = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE, .parent_fd = place};
    if (fstat(place, &status) == 0 && S_ISDIR(status.st_mode)) rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(place);
}

int scn_limit_files(const char *const *paths, int count) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) return ENOSYS;
    struct landlock_ruleset_attr attributes = {.handled_access_fs = known_rights(version)};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0);
    if (rules < 0) return errno;
    for (int i = 0; i < count; i++) allow_reading(rules, paths[i]);
    int status = syscall(SYS_landlock_restrict_self, rules, 0) == 0 ? 0 : errno;
    close(rules);
    return status;
}

// seccomp(2): these calls fail as forbidden. A list of what is refused, not of what is allowed: FFmpeg's protocols and the
// system's name resolution make more calls than could be listed with confidence.

#if defined(__x86_64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

static const int refused[] = {
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_bpf, SYS_mount,
    SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_kexec_load, SYS_init_module,
    SYS_finit_module, SYS_delete_module, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_userfaultfd,
    SYS_perf_event_open, SYS_io_uring_setup, SYS_open_by_handle_at, SYS_reboot, SYS_swapon, SYS_swapoff,
    SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid, SYS_setgroups,
    SYS_capset, SYS_personality, SYS_sethostname, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex,
    SYS_quotactl, SYS_acct, SYS_kill, SYS_tkill, SYS_pidfd_open, SYS_pidfd_send_signal,
    // For the network; left out where it is needed.
    SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4,
};
enum { refused_count = sizeof refused / sizeof *refused, network_count = 6 };

int scn_limit_calls(int with_network) {
#ifdef NATIVE_ARCHITECTURE
    struct sock_filter program[refused_count + 8];
    int length = 0;
    program[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    program[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCHITECTURE, 1, 0);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    int count = refused_count - (with_network ? network_count : 0);
    for (int i = 0; i < count; i++)
        program[length++] =
            (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)refused[i], (uint8_t)(count - i), 0);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    struct sock_fprog filter = {.len = (unsigned short)length, .filter = program};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) != 0) return errno;
    return 0;
#else
    (void)with_network;
    return ENOSYS;
#endif
}
