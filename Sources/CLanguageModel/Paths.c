#include <string.h>
#include "CKernels.h"
#include "CLanguageModel.h"

#pragma STDC FP_CONTRACT OFF

#define LM_INLINE static inline __attribute__((always_inline))
/// How many blocks of a row are unpacked at a time.
#define LM_STRIP 24
/// How many bytes ahead memory is asked for what one token is multiplied with.
#define LM_AHEAD 4096
typedef float lm_lanes __attribute__((vector_size(64)));
typedef float lm_eight __attribute__((vector_size(32)));
typedef float lm_four __attribute__((vector_size(16)));
typedef double lm_wide_lanes __attribute__((vector_size(128)));
typedef int32_t lm_whole __attribute__((vector_size(64)));
typedef uint8_t lm_bytes __attribute__((vector_size(16)));
typedef int8_t lm_signed_bytes __attribute__((vector_size(16)));
typedef uint16_t lm_shorts __attribute__((vector_size(32)));
typedef int16_t lm_sixteen __attribute__((vector_size(32)));
typedef int16_t lm_thirty_two __attribute__((vector_size(64)));
typedef int32_t lm_eight_whole __attribute__((vector_size(32)));
typedef int32_t lm_four_whole __attribute__((vector_size(16)));
typedef _Float16 lm_halves __attribute__((vector_size(8)));

// How many rows and tokens the sums are of that fit in the registers, and how many lanes of them at a time.
#define LM_ROWS_TOGETHER 3
#define LM_SHORT_ROWS 4
#define LM_SHORT_TOKENS 2
#define LM_TOKENS_TOGETHER 2
#define LM_PART_LANES 4
#define lm_part_lanes lm_four
#define WB_PATH(name) lm_baseline_##name
#define WB_PATH_NAME "baseline"
#include "Loops.h"

#if defined(__x86_64__)
#define LM_HAS_F16C
#pragma clang attribute push(__attribute__((target("avx2,f16c"))), apply_to = function)
#undef LM_PART_LANES
#undef lm_part_lanes
#define LM_PART_LANES 8
#define lm_part_lanes lm_eight
#define WB_PATH(name) lm_avx2_##name
#define WB_PATH_NAME "avx2"
#include "Loops.h"
#pragma clang attribute pop

#define LM_HAS_TABLE
#pragma clang attribute push(__attribute__((target("avx2,f16c,avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function)
#undef LM_ROWS_TOGETHER
#undef LM_PART_LANES
#undef lm_part_lanes
#undef LM_SHORT_TOKENS
#define LM_SHORT_TOKENS 4
#define LM_ROWS_TOGETHER 6
#define LM_PART_LANES 16
#define lm_part_lanes lm_lanes
#define WB_PATH(name) lm_avx512_##name
#define WB_PATH_NAME "avx512"
#include "Loops.h"
#pragma clang attribute pop
#endif

const lm_path *lm_path_named(const char *name) {
    if (!wb_path_named(name)) { return 0; }
#if defined(__x86_64__)
    // Every processor with AVX2 so far converts half floats too.
    int has_halves = __builtin_cpu_supports("f16c");
    if (strcmp(name, "avx2") == 0) { return has_halves ? &lm_avx2_lm_path : &lm_baseline_lm_path; }
    if (strcmp(name, "avx512") == 0) { return has_halves ? &lm_avx512_lm_path : &lm_baseline_lm_path; }
#endif
    return &lm_baseline_lm_path;
}
