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
/// How many runs make a measurement of a way that is tried, and of the one that is better.
#define LM_TRIAL 2
#define LM_STRETCH 32
#define LM_LONGEST_STRETCH 512

/// Runs of one kind: all together or the caller alone, a stretch of one way after another.
typedef struct {
    /// Seconds a unit of work together and alone in the last stretch; zero while unknown.
    double known[2];
    int is_alone, left, was_long;
    double seconds, units;
} lm_habit;

struct lm_team {
    int count;
    /// How many take part in the run under way: the others sleep on.
    int active;
    lm_habit habits[LM_KINDS];
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
    for (int kind = 0; kind < LM_KINDS; kind++) { team->habits[kind].left = LM_TRIAL; }
    return team;
}

int lm_team_count(const lm_team *team) { return team->count; }

int lm_team_active(const lm_team *team) { return team->active; }

static double lm_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// Takes in how long a run took; at the end of a stretch the other way is tried, or the better one gone back to.
static void lm_learn(lm_habit *habit, double seconds, double units) {
    habit->seconds += seconds;
    habit->units += units;
    if (--habit->left > 0) { return; }
    double *known = habit->known;
    known[habit->is_alone] = habit->seconds / habit->units;
    int other = !habit->is_alone, better = known[1] > 0 && known[1] < known[0];
    habit->seconds = habit->units = 0;
    if (known[other] > 0 && better != habit->is_alone) {
        habit->is_alone = other;
        // The dearer a trial, the rarer.
        double stretch = LM_STRETCH * known[!other] / known[other];
        habit->left = stretch < LM_LONGEST_STRETCH ? (int)stretch : LM_LONGEST_STRETCH;
        habit->was_long = 1;
        return;
    } else if (known[other] == 0 || habit->was_long) {
        habit->is_alone = other;
        habit->left = LM_TRIAL;
    } else {
        habit->left = LM_STRETCH;
    }
    habit->was_long = habit->left == LM_STRETCH;
}

void lm_team_run(lm_team *team, int kind, double units, void (*work)(void *context, int thread), void *context) {
    lm_habit *habit = &team->habits[kind];
    team->active = habit->is_alone ? 1 : team->count;
    team->work = work;
    team->context = context;
    double start = lm_seconds();
    if (team->active > 1) { lm_team_next_round(team); }
    work(context, 0);
    lm_team_meet(team);
    if (team->count > 1) { lm_learn(habit, lm_seconds() - start, units); }
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
