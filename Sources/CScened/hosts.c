// Where a process may connect to, by the names that it asks for. FFmpeg resolves every host by getaddrinfo, numeric ones too, before it
// opens a connection, and follows redirections without asking anyone; so the program's own getaddrinfo stands before libc's.
#define _GNU_SOURCE
#include "CScened.h"

#include <dlfcn.h>
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
        patterns[i] = strdup(hosts[i]);
        if (patterns[i]) pattern_count = i + 1;
    }
    is_limited = 1;
    pthread_mutex_unlock(&lock);
    return pattern_count == count ? 0 : -1;
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

typedef int resolver(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    static resolver *original;
    resolver *next = __atomic_load_n(&original, __ATOMIC_ACQUIRE);
    if (!next) {
        *(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
        if (!next) return EAI_SYSTEM;
        __atomic_store_n(&original, next, __ATOMIC_RELEASE);
    }
    pthread_mutex_lock(&lock);
    int limited = is_limited && host;
    int allowed = !limited || is_allowed(host);
    if (!allowed) {
        strncpy(refused, host, sizeof refused - 1);
        refused[sizeof refused - 1] = 0;
    }
    pthread_mutex_unlock(&lock);
    if (!allowed) return EAI_FAIL;
    int status = next(host, service, hints, found);
    if (limited && status == 0) remember(*found);
    return status;
}
