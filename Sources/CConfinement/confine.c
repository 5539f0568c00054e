// What a process that reads hostile input gives up: privileges, resources and files. calls.c takes away
// system calls.
#define _GNU_SOURCE
#include "CConfinement.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int scn_limit_privileges(void) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    // capset(2). What is kept lets the superuser read a file of another user and listen on a low port.
    static const uint32_t kept = 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH | 1u << CAP_NET_BIND_SERVICE;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};
    if (syscall(SYS_capget, &header, sets) != 0) return errno;
    for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        sets[i].permitted &= i == 0 ? kept : 0;
        sets[i].effective &= sets[i].permitted;
        sets[i].inheritable = 0;
    }
    return syscall(SYS_capset, &header, sets) == 0 ? 0 : errno;
}

int scn_limit_resources(int64_t data_bytes) {
    struct rlimit none = {0, 0};
    struct rlimit data = {(rlim_t)data_bytes, (rlim_t)data_bytes};
    struct rlimit files = {64, 64};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return errno;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0) return errno;
    if (data_bytes > 0 && setrlimit(RLIMIT_DATA, &data) != 0) return errno;
    return 0;
}

int scn_thread_count(void) {
    DIR *tasks = opendir("/proc/self/task");
    if (!tasks) return 0;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(tasks));) count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

// Landlock (landlock(7)). Rights and scopes by number: the kernel may know more of them than the headers of
// the build.

enum { fs_refer = 13, fs_truncate = 14, fs_ioctl_device = 15 };

struct ruleset {
    uint64_t files, network, scopes;
};

// All rights over files that a kernel with this version of the interface can take away.
static uint64_t known_rights(long version) {
    uint64_t rights = (1ULL << fs_refer) - 1; // version 1: execute ... make_sym
    if (version >= 2) rights |= 1ULL << fs_refer;
    if (version >= 3) rights |= 1ULL << fs_truncate;
    if (version >= 5) rights |= 1ULL << fs_ioctl_device;
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
    struct ruleset rights = {.files = known_rights(version)};
    size_t size = sizeof rights.files;
    if (version >= 6) {
        rights.scopes = 3; // abstract Unix sockets of, and signals to, processes outside
        size = sizeof rights;
    }
    int rules = (int)syscall(SYS_landlock_create_ruleset, &rights, size, 0);
    if (rules < 0) return errno;
    for (int i = 0; i < count; i++) allow_reading(rules, paths[i]);
    int status = syscall(SYS_landlock_restrict_self, rules, 0) == 0 ? 0 : errno;
    close(rules);
    return status;
}

char *_Nullable *_Nonnull scn_environment(void) { return environ; }

int scn_memory_file(const void *bytes, size_t count) {
    int file = memfd_create("scened", MFD_CLOEXEC);
    if (file < 0) return -1;
    for (size_t done = 0; done < count;) {
        ssize_t written = pwrite(file, (const char *)bytes + done, count - done, (off_t)done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            int code = written < 0 ? errno : ENOSPC;
            close(file);
            errno = code;
            return -1;
        }
        done += (size_t)written;
    }
    return file;
}

void scn_close_from(int first) { closefrom(first); }

void scn_die_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }
