// Where a process may connect to, by the names that it asks for. FFmpeg resolves every host by getaddrinfo,
// numeric ones too, before it opens a connection, and follows redirections without asking anyone; so the
// program's own getaddrinfo stands before libc's. Its accept does, too: only there a peer shows that then
// says nothing.
#define _GNU_SOURCE
#include "CConfinement.h"
#include "CFFmpegShim.h"

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { known_count = 64, name_size = 256 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char **patterns;
static int pattern_count;
static int is_limited;
// Addresses that allowed names stand for: RTSP goes on with these.
static char known[known_count][name_size];
static int known_next;
static char refused[name_size];

static int matches(const char *pattern, const char *host) {
    if (strcmp(pattern, "*") == 0) return 1;
    if (strncmp(pattern, "*.", 2) != 0) return strcasecmp(pattern, host) == 0;
    size_t length = strlen(host), suffix = strlen(pattern) - 1;
    return length > suffix && strcasecmp(host + length - suffix, pattern + 1) == 0;
}

// With the lock held.
static int is_allowed(const char *host) {
    for (int i = 0; i < pattern_count; i++)
        if (matches(patterns[i], host)) return 1;
    for (int i = 0; i < known_count; i++)
        if (known[i][0] && strcasecmp(known[i], host) == 0) return 1;
    return 0;
}

int scn_limit_hosts(const char *const *hosts, int count) {
    pthread_mutex_lock(&lock);
    patterns = calloc((size_t)count + 1, sizeof *patterns);
    for (int i = 0; patterns && i < count; i++) {
        patterns[pattern_count] = strdup(hosts[i]);
        if (patterns[pattern_count]) pattern_count++;
    }
    is_limited = 1;
    int status = pattern_count == count ? 0 : -1;
    pthread_mutex_unlock(&lock);
    return status;
}

size_t scn_refused_host(char *host, size_t size) {
    if (size == 0) return 0;
    pthread_mutex_lock(&lock);
    strncpy(host, refused, size - 1);
    host[size - 1] = 0;
    refused[0] = 0;
    pthread_mutex_unlock(&lock);
    return strlen(host);
}

static void remember(const struct addrinfo *found) {
    for (; found; found = found->ai_next) {
        char text[name_size];
        if (getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0) continue;
        pthread_mutex_lock(&lock);
        if (!is_allowed(text)) {
            strcpy(known[known_next], text);
            known_next = (known_next + 1) % known_count;
        }
        pthread_mutex_unlock(&lock);
    }
}

// What stands before libc's functions.

static void *libc_function(const char *name, void *volatile *kept) {
    void *found = __atomic_load_n(kept, __ATOMIC_ACQUIRE);
    if (!found) {
        found = dlsym(RTLD_NEXT, name);
        __atomic_store_n(kept, found, __ATOMIC_RELEASE);
    }
    return found;
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    static void *volatile kept;
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    *(void **)&next = libc_function("getaddrinfo", &kept);
    if (!next) return EAI_SYSTEM;
    pthread_mutex_lock(&lock);
    int limited = is_limited && host;
    int allowed = !limited || is_allowed(host);
    if (!allowed) {
        strncpy(refused, host, sizeof refused - 1);
        refused[sizeof refused - 1] = 0;
    }
    pthread_mutex_unlock(&lock);
    // Without a port it is no connection: FFmpeg asks whether a name is a numeric address.
    if (!allowed || (service && !scn_opening_take_turn())) return EAI_FAIL;
    int status = next(host, service, hints, found);
    if (limited && status == 0) remember(*found);
    return status;
}

// By another name: the C library declares accept with a union that only its own compiler options explain.
int scn_accept(int descriptor, struct sockaddr *address, socklen_t *size) __asm__("accept");

int scn_accept(int descriptor, struct sockaddr *address, socklen_t *size) {
    static void *volatile kept;
    int (*next)(int, struct sockaddr *, socklen_t *);
    *(void **)&next = libc_function("accept", &kept);
    if (!next) {
        errno = ENOSYS;
        return -1;
    }
    int peer = next(descriptor, address, size);
    if (peer >= 0) scn_opening_accepted();
    return peer;
}
