#include "do_step.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

/* Few, because each share of columns reads all inputs again. */
#define SHARES_PER_THREAD 4

struct scene_team {
    int threads;
    pthread_t *workers;
    int started;
    pthread_mutex_t mutex;
    pthread_cond_t work;
    /* Under the mutex. */
    unsigned run;
    bool stop;
    int lanes;
    const scene_step *steps;
    size_t count;
    /* The barrier between steps. */
    atomic_int waiting;
    atomic_uint phase;
    /* Shares taken of the current step, and of the next. */
    atomic_int taken[2];
};

typedef struct {
    scene_team *team;
    int part;
} worker;

/* Waits until all threads are here. The last one makes the next step ready and lets the others go. Threads look for a
 * while before they give up the processor: steps take tens of microseconds. */
static void meet(scene_team *team, atomic_int *next) {
    unsigned phase = atomic_load_explicit(&team->phase, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&team->waiting, 1, memory_order_acq_rel) == team->threads - 1) {
        atomic_store_explicit(&team->waiting, 0, memory_order_relaxed);
        atomic_store_explicit(next, 0, memory_order_relaxed);
        atomic_store_explicit(&team->phase, phase + 1, memory_order_release);
        return;
    }
    for (int turn = 0; atomic_load_explicit(&team->phase, memory_order_acquire) == phase; turn++) {
        if (turn < 2000) {
#if defined(__x86_64__)
            __builtin_ia32_pause();
#endif
        } else {
            sched_yield();
        }
    }
}

/* Each step is cut into more shares than there are threads, and whoever is free takes the next one: a thread that the
 * system holds up for a while then holds up its share only. Which thread does a share does not show in the result. */
static void walk(scene_team *team, int thread, int lanes, const scene_step *steps, size_t count) {
    const int parts = team->threads == 1 ? 1 : team->threads * SHARES_PER_THREAD;
    for (size_t index = 0; index < count; index++) {
        if (parts == 1) {
            scene_do_step(lanes, &steps[index], 0, 1, 0);
            continue;
        }
        atomic_int *taken = &team->taken[index % 2];
        for (;;) {
            int part = atomic_fetch_add_explicit(taken, 1, memory_order_relaxed);
            if (part >= parts) break;
            scene_do_step(lanes, &steps[index], part, parts, thread);
        }
        meet(team, &team->taken[(index + 1) % 2]);
    }
}

static void *work(void *argument) {
    worker *self = argument;
    scene_team *team = self->team;
    int part = self->part;
    free(self);
    unsigned done = 0;
    for (;;) {
        pthread_mutex_lock(&team->mutex);
        while (team->run == done && !team->stop) pthread_cond_wait(&team->work, &team->mutex);
        bool stop = team->stop;
        done = team->run;
        int lanes = team->lanes;
        const scene_step *steps = team->steps;
        size_t count = team->count;
        pthread_mutex_unlock(&team->mutex);
        if (stop) return NULL;
        walk(team, part, lanes, steps, count);
    }
}

scene_team *scene_team_create(int threads) {
    scene_team *team = calloc(1, sizeof *team);
    if (!team) return NULL;
    team->threads = threads;
    pthread_mutex_init(&team->mutex, NULL);
    pthread_cond_init(&team->work, NULL);
    team->workers = calloc((size_t)threads, sizeof *team->workers);
    bool complete = team->workers != NULL;
    for (int part = 1; complete && part < threads; part++) {
        worker *self = malloc(sizeof *self);
        if (self) *self = (worker){team, part};
        complete = self && pthread_create(&team->workers[team->started], NULL, work, self) == 0;
        if (complete) team->started++;
        else free(self);
    }
    if (complete) return team;
    scene_team_destroy(team);
    return NULL;
}

void scene_team_destroy(scene_team *team) {
    pthread_mutex_lock(&team->mutex);
    team->stop = true;
    pthread_cond_broadcast(&team->work);
    pthread_mutex_unlock(&team->mutex);
    for (int index = 0; index < team->started; index++) pthread_join(team->workers[index], NULL);
    pthread_cond_destroy(&team->work);
    pthread_mutex_destroy(&team->mutex);
    free(team->workers);
    free(team);
}

void scene_run(scene_team *team, int lanes, const scene_step *steps, size_t count) {
    if (count == 0) return;
    if (team->threads > 1) {
        pthread_mutex_lock(&team->mutex);
        team->lanes = lanes;
        team->steps = steps;
        team->count = count;
        atomic_store_explicit(&team->taken[0], 0, memory_order_relaxed);
        team->run++;
        pthread_cond_broadcast(&team->work);
        pthread_mutex_unlock(&team->mutex);
    }
    walk(team, 0, lanes, steps, count);
}
