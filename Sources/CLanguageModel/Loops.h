// Included once for each instruction set, with WB_PATH(name) the name of the path's own copy.
//
// A row's product with x: for each block of 32, s = q[l] x[l] + q[l + 16] x[l + 16] in lane l of 16 and lane += d s, from the first block
// to the last; the lanes are added as a tree. Where the type has minima, the sum over blocks of m times the block's sum of x, in the
// blocks' order, is added to that. Where x is shortened, as in Shortened.h, the products are whole numbers, in 8 lanes.

#include "Unpack.h"

LM_INLINE float WB_PATH(tree)(const lm_lanes *lanes) {
    lm_eight eight = __builtin_shufflevector(*lanes, *lanes, 0, 1, 2, 3, 4, 5, 6, 7) +
                     __builtin_shufflevector(*lanes, *lanes, 8, 9, 10, 11, 12, 13, 14, 15);
    lm_four four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
    return (four[0] + four[2]) + (four[1] + four[3]);
}

/// The trees of four, each as above.
LM_INLINE lm_four WB_PATH(four_trees)(const lm_lanes *lanes) {
    lm_lanes a = lanes[0], b = lanes[1], c = lanes[2], d = lanes[3];
    lm_lanes ab = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
                  __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    lm_lanes cd = __builtin_shufflevector(c, d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
                  __builtin_shufflevector(c, d, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    lm_lanes fours = __builtin_shufflevector(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
                     __builtin_shufflevector(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    lm_lanes twos = fours + __builtin_shufflevector(fours, fours, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
    return __builtin_shufflevector(twos, twos, 0, 4, 8, 12) + __builtin_shufflevector(twos, twos, 1, 5, 9, 13);
}

LM_INLINE int WB_PATH(has_minimum)(int type) { return type == LM_Q4_1 || type == LM_Q5_1 || type == LM_Q4_K || type == LM_Q5_K; }
LM_INLINE int WB_PATH(has_scale)(int type) { return type != LM_F32 && type != LM_F16 && type != LM_BF16; }

#include "Shortened.h"
#include "Products.h"

#define LM_EACH_TYPE(name, ...)                                            \
    case LM_F32: WB_PATH(name##_LM_F32)(__VA_ARGS__); break;               \
    case LM_F16: WB_PATH(name##_LM_F16)(__VA_ARGS__); break;               \
    case LM_BF16: WB_PATH(name##_LM_BF16)(__VA_ARGS__); break;             \
    case LM_Q4_0: WB_PATH(name##_LM_Q4_0)(__VA_ARGS__); break;             \
    case LM_Q4_1: WB_PATH(name##_LM_Q4_1)(__VA_ARGS__); break;             \
    case LM_Q5_0: WB_PATH(name##_LM_Q5_0)(__VA_ARGS__); break;             \
    case LM_Q5_1: WB_PATH(name##_LM_Q5_1)(__VA_ARGS__); break;             \
    case LM_Q8_0: WB_PATH(name##_LM_Q8_0)(__VA_ARGS__); break;             \
    case LM_Q4_K: WB_PATH(name##_LM_Q4_K)(__VA_ARGS__); break;             \
    case LM_Q5_K: WB_PATH(name##_LM_Q5_K)(__VA_ARGS__); break;             \
    case LM_Q6_K: WB_PATH(name##_LM_Q6_K)(__VA_ARGS__); break;             \
    default: break;

static void WB_PATH(multiply)(
    const lm_matrix *matrix, uint32_t from, uint32_t to, const lm_input *input, uint32_t tokens, float *y, size_t y_stride) {
    switch (matrix->type) { LM_EACH_TYPE(rows, matrix, from, to, input, tokens, y, y_stride) }
}

static void WB_PATH(dequantise)(int32_t type, const uint8_t *row, size_t n, float *out) {
    switch (type) { LM_EACH_TYPE(dequantise, row, n, out) }
}

static void WB_PATH(block_sums)(const float *x, size_t n, float *sums, size_t stride) {
    for (size_t b = 0; b < n / 32; b++) {
        lm_lanes lanes = LM_LOAD(lm_lanes, x + 32 * b) + LM_LOAD(lm_lanes, x + 32 * b + 16);
        sums[b * stride] = WB_PATH(tree)(&lanes);
    }
}

static void WB_PATH(norm)(const float *x, const float *weight, float epsilon, size_t n, float *y) {
    lm_wide_lanes lanes = {0};
    for (size_t i = 0; i < n; i += 16) {
        lm_wide_lanes v = __builtin_convertvector(LM_LOAD(lm_lanes, x + i), lm_wide_lanes);
        lanes += v * v;
    }
    double sum = 0;
    for (int l = 0; l < 16; l++) { sum += lanes[l]; }
    float scale = (float)(1 / wb_sqrt(sum / (double)n + (double)epsilon));
    for (size_t i = 0; i < n; i++) { y[i] = x[i] * scale * weight[i]; }
}

/// The weighted sum of `many` times 16 columns of values, a constant where this is inlined.
LM_INLINE void WB_PATH(weigh)(size_t many, const float *values, size_t count, size_t n, const float *weights, float share, float *out) {
    lm_lanes totals[4];
    for (size_t i = 0; i < many; i++) { totals[i] = (lm_lanes){0}; }
    for (size_t j = 0; j < count; j++) {
        for (size_t i = 0; i < many; i++) { totals[i] += weights[j] * LM_LOAD(lm_lanes, values + j * n + 16 * i); }
    }
    for (size_t i = 0; i < many; i++) {
        totals[i] *= share;
        __builtin_memcpy(out + 16 * i, &totals[i], sizeof totals[i]);
    }
}

static void WB_PATH(attend)(
    const float *q, const float *keys, const float *values, size_t count, size_t n, float scale, float *weights, float *out) {
    float greatest = -__builtin_inff();
    for (size_t j = 0; j < count; j += 4) {
        lm_lanes lanes[4] = {{0}};
        size_t many = count - j < 4 ? count - j : 4;
        if (many == 4) {
            for (size_t i = 0; i < n; i += 16) {
                lm_lanes part = LM_LOAD(lm_lanes, q + i);
                for (size_t k = 0; k < 4; k++) { lanes[k] += part * LM_LOAD(lm_lanes, keys + (j + k) * n + i); }
            }
        } else {
            for (size_t k = 0; k < many; k++) {
                for (size_t i = 0; i < n; i += 16) { lanes[k] += LM_LOAD(lm_lanes, q + i) * LM_LOAD(lm_lanes, keys + (j + k) * n + i); }
            }
        }
        lm_four products = WB_PATH(four_trees)(lanes);
        for (size_t k = 0; k < many; k++) {
            weights[j + k] = products[k] * scale;
            greatest = weights[j + k] > greatest ? weights[j + k] : greatest;
        }
    }
    double sums[16] = {0};
    _Pragma("clang loop vectorize(assume_safety)") for (size_t j = 0; j < count; j++) {
        weights[j] = (float)wb_exp((double)(weights[j] - greatest));
    }
    for (size_t j = 0; j < count; j++) { sums[j % 16] += (double)weights[j]; }
    double sum = 0;
    for (int l = 0; l < 16; l++) { sum += sums[l]; }
    float share = (float)(1 / sum);
    size_t i = 0;
    for (; i + 64 <= n; i += 64) { WB_PATH(weigh)(4, values + i, count, n, weights, share, out + i); }
    for (; i < n; i += 16) { WB_PATH(weigh)(1, values + i, count, n, weights, share, out + i); }
}

static void WB_PATH(gated)(float *gate, const float *up, size_t n) {
    _Pragma("clang loop vectorize(assume_safety)") for (size_t i = 0; i < n; i++) {
        gate[i] = gate[i] * (float)wb_logistic((double)gate[i]) * up[i];
    }
}

static const lm_path WB_PATH(lm_path) = {
    .name = WB_PATH_NAME,
    .multiply = WB_PATH(multiply),
    .shorten = WB_PATH(shorten),
    .block_sums = WB_PATH(block_sums),
    .norm = WB_PATH(norm),
    .attend = WB_PATH(attend),
    .gated = WB_PATH(gated),
    .dequantise = WB_PATH(dequantise),
};

#undef LM_LOAD
#undef LM_HALF_AT
#undef LM_ROWS
#undef LM_EACH_TYPE
#undef WB_PATH
#undef WB_PATH_NAME
