#include <stdlib.h>
#include <string.h>
#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

#define WB_LANES 16
typedef double wb_lanes __attribute__((vector_size(8 * WB_LANES)));
typedef double wb_unaligned_lanes __attribute__((vector_size(8 * WB_LANES), aligned(8), may_alias));
typedef uint64_t wb_words_of_lanes __attribute__((vector_size(8 * WB_LANES)));
typedef double wb_four __attribute__((vector_size(32)));
typedef double wb_unaligned_four __attribute__((vector_size(32), aligned(8), may_alias));

#define WB_PATH(name) wb_baseline_##name
#define WB_PATH_NAME "baseline"
#define WB_TILE 4
#include "Loops.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define WB_PATH(name) wb_avx2_##name
#define WB_PATH_NAME "avx2"
#define WB_TILE 8
#include "Loops.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function)
#define WB_PATH(name) wb_avx512_##name
#define WB_PATH_NAME "avx512"
#define WB_TILE 16
#include "Loops.h"
#pragma clang attribute pop
#endif

static const wb_path *active = &wb_baseline_path;
static const char *refused = 0;

const wb_path *wb_path_named(const char *name) {
    if (strcmp(name, "baseline") == 0) { return &wb_baseline_path; }
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2")) { return &wb_avx2_path; }
    if (strcmp(name, "avx512") == 0 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")) {
        return &wb_avx512_path;
    }
#endif
    return 0;
}

/// Before main, while there is one thread: afterwards the choice is only read.
__attribute__((constructor)) static void wb_choose_path(void) {
    static const char *const widest_first[] = {"avx512", "avx2", "baseline"};
    const char *wanted = getenv("WORKBENCH_ISA");
    const wb_path *path = wanted ? wb_path_named(wanted) : 0;
    refused = wanted && !path ? wanted : 0;
    for (int i = 0; i < 3 && !path; i++) { path = wb_path_named(widest_first[i]); }
    active = path;
}

const wb_path *wb_path_active(void) { return active; }

const char *wb_path_refused(void) { return refused; }
