#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include "CLanguageModel.h"

#define LM_MOST_THREADS 64
/// How often a waiting thread looks before it lets others run, and how often altogether before it sleeps.
#define LM_LOOKS 2000
#define LM_YIELDS 50

/// How many kinds of work there are, told apart because they gain differently from more threads.
#define LM_KINDS 2
/// After so many runs the other way of doing them is tried once more.
#define LM_PATIENCE 24

struct lm_team {
    int count;
    /// How many take part in the run under way: the others sleep on.
    int active;
    /// Seconds a unit of work alone and with all, by kind; zero while unknown.
    double alone[LM_KINDS], together[LM_KINDS];
    int runs[LM_KINDS];
    pthread_t threads[LM_MOST_THREADS];
    pthread_mutex_t lock;
    pthread_cond_t wake;
    atomic_uint round, phase;
    atomic_int arrived, is_ended;
    void (*work)(void *context, int thread);
    void *context;
};

typedef struct {
    lm_team *team;
    int thread;
} lm_member;

static void lm_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

void lm_team_meet(lm_team *team) {
    if (team->active == 1) { return; }
    unsigned phase = atomic_load_explicit(&team->phase, memory_order_acquire);
    if (atomic_fetch_add_explicit(&team->arrived, 1, memory_order_acq_rel) + 1 == team->active) {
        atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
        atomic_fetch_add_explicit(&team->phase, 1, memory_order_release);
        return;
    }
    for (int looks = 0; atomic_load_explicit(&team->phase, memory_order_acquire) == phase; looks++) {
        if (looks < LM_LOOKS) { lm_pause(); } else { sched_yield(); }
    }
}

static void *lm_team_member(void *argument) {
    lm_member *member = argument;
    lm_team *team = member->team;
    int thread = member->thread;
    free(member);
    unsigned seen = 0;
    for (;;) {
        int yields = 0;
        for (int looks = 0; atomic_load_explicit(&team->round, memory_order_acquire) == seen && yields < LM_YIELDS; looks++) {
            if (looks < LM_LOOKS) {
                lm_pause();
            } else {
                yields++;
                sched_yield();
            }
        }
        if (atomic_load_explicit(&team->round, memory_order_acquire) == seen) {
            pthread_mutex_lock(&team->lock);
            while (atomic_load_explicit(&team->round, memory_order_acquire) == seen) { pthread_cond_wait(&team->wake, &team->lock); }
            pthread_mutex_unlock(&team->lock);
        }
        seen++;
        if (atomic_load_explicit(&team->is_ended, memory_order_acquire)) { return 0; }
        team->work(team->context, thread);
        lm_team_meet(team);
    }
}

static void lm_team_next_round(lm_team *team) {
    pthread_mutex_lock(&team->lock);
    atomic_fetch_add_explicit(&team->round, 1, memory_order_release);
    pthread_cond_broadcast(&team->wake);
    pthread_mutex_unlock(&team->lock);
}

lm_team *lm_team_make(int threads) {
    lm_team *team = calloc(1, sizeof *team);
    if (!team) { return 0; }
    pthread_mutex_init(&team->lock, 0);
    pthread_cond_init(&team->wake, 0);
    int wanted = threads < 1 ? 1 : threads > LM_MOST_THREADS ? LM_MOST_THREADS : threads;
    int made = 1;
    for (; made < wanted; made++) {
        lm_member *member = malloc(sizeof *member);
        if (!member) { break; }
        *member = (lm_member){team, made};
        if (pthread_create(&team->threads[made], 0, lm_team_member, member)) {
            free(member);
            break;
        }
    }
    // No member reads the count before the first round.
    team->count = made;
    team->active = made;
    return team;
}

int lm_team_count(const lm_team *team) { return team->count; }

int lm_team_active(const lm_team *team) { return team->active; }

static double lm_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void lm_team_run(lm_team *team, int kind, double units, void (*work)(void *context, int thread), void *context) {
    int is_alone = team->together[kind] > 0 && (team->alone[kind] == 0 || team->alone[kind] < team->together[kind]);
    if (team->alone[kind] > 0 && ++team->runs[kind] % LM_PATIENCE == 0) { is_alone = !is_alone; }
    team->active = is_alone ? 1 : team->count;
    team->work = work;
    team->context = context;
    double start = lm_seconds();
    if (team->active > 1) { lm_team_next_round(team); }
    work(context, 0);
    lm_team_meet(team);
    double *known = is_alone ? &team->alone[kind] : &team->together[kind], seconds = (lm_seconds() - start) / units;
    // What is measured every time follows slowly, what is measured seldom at once.
    int is_usual = team->runs[kind] % LM_PATIENCE != 0;
    *known = *known == 0 || !is_usual ? seconds : 0.8 * *known + 0.2 * seconds;
}

void lm_team_free(lm_team *team) {
    if (!team) { return; }
    atomic_store_explicit(&team->is_ended, 1, memory_order_release);
    if (team->count > 1) { lm_team_next_round(team); }
    for (int i = 1; i < team->count; i++) { pthread_join(team->threads[i], 0); }
    pthread_cond_destroy(&team->wake);
    pthread_mutex_destroy(&team->lock);
    free(team);
}

int lm_processors(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) { return 1; }
    int count = CPU_COUNT(&set);
    return count < 1 ? 1 : count;
}
