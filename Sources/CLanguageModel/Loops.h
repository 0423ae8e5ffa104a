// Included once for each instruction set, with WB_PATH(name) the name of the path's own copy.
//
// A row's product with x: for each block of 32, s = q[l] x[l] + q[l + 16] x[l + 16] in lane l of 16 and lane += d s, from the first block
// to the last; the lanes are added as a tree. Where the type has minima, the sum over blocks of m times the block's sum of x, in the
// blocks' order, is added to that.

#include "Unpack.h"

LM_INLINE float WB_PATH(tree)(const lm_lanes *lanes) {
    lm_eight eight = __builtin_shufflevector(*lanes, *lanes, 0, 1, 2, 3, 4, 5, 6, 7) +
                     __builtin_shufflevector(*lanes, *lanes, 8, 9, 10, 11, 12, 13, 14, 15);
    lm_four four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
    return (four[0] + four[2]) + (four[1] + four[3]);
}

LM_INLINE int WB_PATH(has_minimum)(int type) { return type == LM_Q4_1 || type == LM_Q5_1 || type == LM_Q4_K || type == LM_Q5_K; }
LM_INLINE int WB_PATH(has_scale)(int type) { return type != LM_F32 && type != LM_F16 && type != LM_BF16; }

/// `many` tokens at once, a constant where this is inlined.
LM_INLINE void WB_PATH(rows)(
    int type, const lm_matrix *matrix, uint32_t from, uint32_t to, const float *x, size_t x_stride, const float *sums,
    size_t sums_stride, uint32_t many, float *y, size_t y_stride) {
    size_t blocks = matrix->columns / 32;
    const uint8_t *row = matrix->data + (size_t)from * matrix->row_bytes;
    for (uint32_t r = from; r < to; r++, row += matrix->row_bytes) {
        lm_lanes lanes[LM_TOGETHER];
        float minima[LM_TOGETHER];
        for (uint32_t t = 0; t < many; t++) {
            lanes[t] = (lm_lanes){0};
            minima[t] = 0;
        }
        for (size_t b = 0; b < blocks; b++) {
            lm_lanes low, high;
            float d, m;
            WB_PATH(unpack)(type, row, b, &low, &high, &d, &m);
            for (uint32_t t = 0; t < many; t++) {
                const float *at = x + t * x_stride + 32 * b;
                lm_lanes s = low * LM_LOAD(lm_lanes, at) + high * LM_LOAD(lm_lanes, at + 16);
                lanes[t] += WB_PATH(has_scale)(type) ? d * s : s;
                if (WB_PATH(has_minimum)(type)) { minima[t] += m * sums[t * sums_stride + b]; }
            }
        }
        for (uint32_t t = 0; t < many; t++) {
            float sum = WB_PATH(tree)(&lanes[t]);
            y[t * y_stride + r] = WB_PATH(has_minimum)(type) ? sum + minima[t] : sum;
        }
    }
}

#define LM_ROWS(type)                                                                                                              \
    static void WB_PATH(rows_##type)(                                                                                              \
        const lm_matrix *matrix, uint32_t from, uint32_t to, const float *x, size_t x_stride, const float *sums,                   \
        size_t sums_stride, uint32_t tokens, float *y, size_t y_stride) {                                                          \
        uint32_t t = 0;                                                                                                            \
        for (; t + LM_TOGETHER <= tokens; t += LM_TOGETHER) {                                                                      \
            WB_PATH(rows)(type, matrix, from, to, x + t * x_stride, x_stride, sums + t * sums_stride, sums_stride, LM_TOGETHER,     \
                          y + t * y_stride, y_stride);                                                                             \
        }                                                                                                                          \
        for (; t < tokens; t++) {                                                                                                  \
            WB_PATH(rows)(type, matrix, from, to, x + t * x_stride, x_stride, sums + t * sums_stride, sums_stride, 1,               \
                          y + t * y_stride, y_stride);                                                                             \
        }                                                                                                                          \
    }                                                                                                                              \
    static void WB_PATH(dequantise_##type)(const uint8_t *row, size_t n, float *out) {                                             \
        for (size_t b = 0; b < n / 32; b++) {                                                                                      \
            lm_lanes low, high;                                                                                                    \
            float d, m;                                                                                                            \
            WB_PATH(unpack)(type, row, b, &low, &high, &d, &m);                                                                    \
            if (WB_PATH(has_scale)(type)) {                                                                                        \
                low *= d;                                                                                                          \
                high *= d;                                                                                                         \
            }                                                                                                                      \
            if (WB_PATH(has_minimum)(type)) {                                                                                      \
                low += m;                                                                                                          \
                high += m;                                                                                                         \
            }                                                                                                                      \
            __builtin_memcpy(out + 32 * b, &low, sizeof low);                                                                      \
            __builtin_memcpy(out + 32 * b + 16, &high, sizeof high);                                                               \
        }                                                                                                                          \
    }

LM_ROWS(LM_F32)
LM_ROWS(LM_F16)
LM_ROWS(LM_BF16)
LM_ROWS(LM_Q4_0)
LM_ROWS(LM_Q4_1)
LM_ROWS(LM_Q5_0)
LM_ROWS(LM_Q5_1)
LM_ROWS(LM_Q8_0)
LM_ROWS(LM_Q4_K)
LM_ROWS(LM_Q5_K)
LM_ROWS(LM_Q6_K)

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
    const lm_matrix *matrix, uint32_t from, uint32_t to, const float *x, size_t x_stride, const float *sums, size_t sums_stride,
    uint32_t tokens, float *y, size_t y_stride) {
    switch (matrix->type) { LM_EACH_TYPE(rows, matrix, from, to, x, x_stride, sums, sums_stride, tokens, y, y_stride) }
}

static void WB_PATH(dequantise)(int32_t type, const uint8_t *row, size_t n, float *out) {
    switch (type) { LM_EACH_TYPE(dequantise, row, n, out) }
}

static void WB_PATH(block_sums)(const float *x, size_t n, float *sums) {
    for (size_t b = 0; b < n / 32; b++) {
        lm_lanes lanes = LM_LOAD(lm_lanes, x + 32 * b) + LM_LOAD(lm_lanes, x + 32 * b + 16);
        sums[b] = WB_PATH(tree)(&lanes);
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

static void WB_PATH(attend)(
    const float *q, const float *keys, const float *values, size_t count, size_t n, float scale, float *weights, float *out) {
    float greatest = -__builtin_inff();
    for (size_t j = 0; j < count; j++) {
        lm_lanes lanes = {0};
        for (size_t i = 0; i < n; i += 16) { lanes += LM_LOAD(lm_lanes, q + i) * LM_LOAD(lm_lanes, keys + j * n + i); }
        weights[j] = WB_PATH(tree)(&lanes) * scale;
        greatest = weights[j] > greatest ? weights[j] : greatest;
    }
    double sums[16] = {0};
    _Pragma("clang loop vectorize(assume_safety)") for (size_t j = 0; j < count; j++) {
        weights[j] = (float)wb_exp((double)(weights[j] - greatest));
    }
    for (size_t j = 0; j < count; j++) { sums[j % 16] += (double)weights[j]; }
    double sum = 0;
    for (int l = 0; l < 16; l++) { sum += sums[l]; }
    float share = (float)(1 / sum);
    for (size_t i = 0; i < n; i += 16) {
        lm_lanes total = {0};
        for (size_t j = 0; j < count; j++) { total += weights[j] * LM_LOAD(lm_lanes, values + j * n + i); }
        total *= share;
        __builtin_memcpy(out + i, &total, sizeof total);
    }
}

static void WB_PATH(gated)(float *gate, const float *up, size_t n) {
    _Pragma("clang loop vectorize(assume_safety)") for (size_t i = 0; i < n; i++) {
        gate[i] = gate[i] * (float)wb_logistic((double)gate[i]) * up[i];
    }
}

static const lm_path WB_PATH(lm_path) = {
    .name = WB_PATH_NAME,
    .multiply = WB_PATH(multiply),
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
