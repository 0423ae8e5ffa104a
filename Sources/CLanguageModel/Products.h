// The products of rows with tokens' x; included once for each instruction set, by Loops.h.

/// The products of one token's x with rows from ..< to: one row after the other, as memory gives them quickest.
LM_INLINE void WB_PATH(rows)(int type, const lm_matrix *matrix, uint32_t from, uint32_t to, const lm_input *input, float *y) {
    const float *x = input->x, *sums = input->sums;
    size_t blocks = matrix->columns / 32, block_bytes = matrix->row_bytes / blocks;
    const uint8_t *row = matrix->data + (size_t)from * matrix->row_bytes;
    for (uint32_t r = from; r < to; r++, row += matrix->row_bytes) {
        lm_lanes lanes = {0};
        float minimum = 0;
        for (size_t b = 0; b < blocks; b++) {
            __builtin_prefetch(row + block_bytes * b + LM_AHEAD);
            lm_lanes low, high;
            float d, m;
            WB_PATH(scale)(type, row, b, &d, &m);
            WB_PATH(numbers)(type, row, b, &low, &high);
            const float *at = x + 32 * b;
            lm_lanes s = low * LM_LOAD(lm_lanes, at) + high * LM_LOAD(lm_lanes, at + 16);
            lanes += WB_PATH(has_scale)(type) ? d * s : s;
            if (WB_PATH(has_minimum)(type)) { minimum += m * sums[b]; }
        }
        float sum = WB_PATH(tree)(&lanes);
        y[r] = WB_PATH(has_minimum)(type) ? sum + minimum : sum;
    }
}

/// Blocks of a row, unpacked for all tokens to share; `start` is where they are, in the file where they are floats there.
typedef struct {
    _Alignas(64) float numbers[32 * LM_STRIP];
    float d[LM_STRIP], m[LM_STRIP];
    const uint8_t *start;
} WB_PATH(lm_strip);

/// Sums of some rows with some tokens, the one within the other.
typedef struct {
    _Alignas(64) lm_lanes lanes[LM_TOKENS];
    float minima[LM_TOKENS];
} WB_PATH(lm_sum);

/// Takes `count` blocks, the first of their rows or later ones, into the sums of so many rows and tokens, constants where this is inlined.
LM_INLINE void WB_PATH(tile)(
    uint32_t rows, uint32_t tokens, int is_scaled, int is_first, const WB_PATH(lm_strip) *strips, size_t count, const float *x,
    size_t x_stride, uint32_t token, WB_PATH(lm_sum) *sums) {
    for (size_t part = 0; part < 16; part += LM_PART_LANES) {
        lm_part_lanes lanes[LM_ROWS_TOGETHER][LM_TOKENS_TOGETHER];
        for (uint32_t r = 0; r < rows; r++) {
            for (uint32_t t = 0; t < tokens; t++) {
                lanes[r][t] = is_first ? (lm_part_lanes){0} : LM_LOAD(lm_part_lanes, (float *)&sums[r].lanes[token + t] + part);
            }
        }
        for (size_t b = 0; b < count; b++) {
            for (uint32_t r = 0; r < rows; r++) {
                const uint8_t *place = strips[r].start + 128 * b + 4 * part;
                lm_part_lanes low = LM_LOAD(lm_part_lanes, place), high = LM_LOAD(lm_part_lanes, place + 64);
                for (uint32_t t = 0; t < tokens; t++) {
                    const float *at = x + t * x_stride + 32 * b + part;
                    lm_part_lanes s = low * LM_LOAD(lm_part_lanes, at) + high * LM_LOAD(lm_part_lanes, at + 16);
                    lanes[r][t] += is_scaled ? strips[r].d[b] * s : s;
                }
            }
        }
        for (uint32_t r = 0; r < rows; r++) {
            for (uint32_t t = 0; t < tokens; t++) {
                __builtin_memcpy((float *)&sums[r].lanes[token + t] + part, &lanes[r][t], sizeof lanes[r][t]);
            }
        }
    }
}

#define LM_TILES(name, is_scaled)                                                                                                  \
    static __attribute__((noinline)) void WB_PATH(name)(                                                                           \
        uint32_t rows, uint32_t tokens, int is_first, const WB_PATH(lm_strip) *strips, size_t count, const float *x,               \
        size_t x_stride, WB_PATH(lm_sum) *sums) {                                                                                              \
        uint32_t t = 0;                                                                                                            \
        for (; t + LM_TOKENS_TOGETHER <= tokens; t += LM_TOKENS_TOGETHER) {                                                        \
            const float *at = x + t * x_stride;                                                                                    \
            if (rows == LM_ROWS_TOGETHER) {                                                                                        \
                WB_PATH(tile)(LM_ROWS_TOGETHER, LM_TOKENS_TOGETHER, is_scaled, is_first, strips, count, at, x_stride, t, sums);              \
            } else {                                                                                                               \
                for (uint32_t r = 0; r < rows; r++) {                                                                              \
                    WB_PATH(tile)(1, LM_TOKENS_TOGETHER, is_scaled, is_first, strips + r, count, at, x_stride, t, sums + r);                 \
                }                                                                                                                  \
            }                                                                                                                      \
        }                                                                                                                          \
        for (; t < tokens; t++) {                                                                                                  \
            for (uint32_t r = 0; r < rows; r++) {                                                                                  \
                WB_PATH(tile)(1, 1, is_scaled, is_first, strips + r, count, x + t * x_stride, x_stride, t, sums + r);                        \
            }                                                                                                                      \
        }                                                                                                                          \
    }

LM_TILES(scaled, 1)
LM_TILES(unscaled, 0)

/// The products of up to LM_TOKENS tokens' x with rows from ..< to.
LM_INLINE void WB_PATH(many)(
    int type, const lm_matrix *matrix, uint32_t from, uint32_t to, const lm_input *input, uint32_t tokens, float *y, size_t y_stride) {
    const float *x = input->x, *sums = input->sums;
    size_t x_stride = input->x_stride, sums_stride = input->stride;
    size_t blocks = matrix->columns / 32;
    WB_PATH(lm_strip) strips[LM_ROWS_TOGETHER];
    WB_PATH(lm_sum) totals[LM_ROWS_TOGETHER];
    for (uint32_t first_row = from; first_row < to; first_row += LM_ROWS_TOGETHER) {
        uint32_t rows = to - first_row < LM_ROWS_TOGETHER ? to - first_row : LM_ROWS_TOGETHER;
        for (uint32_t r = 0; r < rows; r++) { __builtin_memset(totals[r].minima, 0, sizeof totals[r].minima); }
        for (size_t first = 0; first < blocks; first += LM_STRIP) {
            size_t count = blocks - first < LM_STRIP ? blocks - first : LM_STRIP;
            for (uint32_t r = 0; r < rows; r++) {
                const uint8_t *row = matrix->data + (size_t)(first_row + r) * matrix->row_bytes;
                strips[r].start = type == LM_F32 ? row + 128 * first : (const uint8_t *)strips[r].numbers;
                for (size_t b = 0; b < count && type != LM_F32; b++) {
                    lm_lanes low, high;
                    WB_PATH(scale)(type, row, first + b, &strips[r].d[b], &strips[r].m[b]);
                    WB_PATH(numbers)(type, row, first + b, &low, &high);
                    __builtin_memcpy(strips[r].numbers + 32 * b, &low, sizeof low);
                    __builtin_memcpy(strips[r].numbers + 32 * b + 16, &high, sizeof high);
                }
                if (WB_PATH(has_minimum)(type)) {
                    for (uint32_t t = 0; t < tokens; t += 16) {
                        lm_lanes minima = LM_LOAD(lm_lanes, totals[r].minima + t);
                        for (size_t b = 0; b < count; b++) {
                            minima += strips[r].m[b] * LM_LOAD(lm_lanes, sums + (first + b) * sums_stride + t);
                        }
                        __builtin_memcpy(totals[r].minima + t, &minima, sizeof minima);
                    }
                }
            }
            if (WB_PATH(has_scale)(type)) {
                WB_PATH(scaled)(rows, tokens, first == 0, strips, count, x + 32 * first, x_stride, totals);
            } else {
                WB_PATH(unscaled)(rows, tokens, first == 0, strips, count, x + 32 * first, x_stride, totals);
            }
        }
        for (uint32_t t = 0; t < tokens; t++) {
            float *out = y + t * y_stride + first_row;
            for (uint32_t r = 0; r < rows; r++) {
                float sum = WB_PATH(tree)(&totals[r].lanes[t]);
                out[r] = WB_PATH(has_minimum)(type) ? sum + totals[r].minima[t] : sum;
            }
        }
    }
}

/// The weights of a row.
LM_INLINE void WB_PATH(weights)(int type, const uint8_t *row, size_t n, float *out) {
    for (size_t b = 0; b < n / 32; b++) {
        lm_lanes low, high;
        float d, m;
        WB_PATH(scale)(type, row, b, &d, &m);
        WB_PATH(numbers)(type, row, b, &low, &high);
        if (WB_PATH(has_scale)(type)) {
            low *= d;
            high *= d;
        }
        if (WB_PATH(has_minimum)(type)) {
            low += m;
            high += m;
        }
        __builtin_memcpy(out + 32 * b, &low, sizeof low);
        __builtin_memcpy(out + 32 * b + 16, &high, sizeof high);
    }
}

#define LM_ROWS(type)                                                                                                              \
    static void WB_PATH(rows_##type)(                                                                                              \
        const lm_matrix *matrix, uint32_t from, uint32_t to, const lm_input *input, uint32_t tokens, float *y, size_t y_stride) {  \
        int is_whole = input->whole && WB_PATH(has_scale)(type);                                                                   \
        if (tokens == 1 && is_whole) {                                                                                             \
            WB_PATH(short_rows)(type, matrix, from, to, input, y);                                                                 \
        } else if (tokens == 1) {                                                                                                  \
            WB_PATH(rows)(type, matrix, from, to, input, y);                                                                       \
        } else if (is_whole) {                                                                                                     \
            WB_PATH(short_many)(type, matrix, from, to, input, tokens, y, y_stride);                                               \
        } else {                                                                                                                   \
            for (uint32_t t = 0; t < tokens; t += LM_TOKENS) {                                                                     \
                lm_input part = *input;                                                                                            \
                part.x += t * input->x_stride;                                                                                     \
                WB_PATH(many)(type, matrix, from, to, &part, tokens - t < LM_TOKENS ? tokens - t : LM_TOKENS,                      \
                              y + t * y_stride, y_stride);                                                                         \
            }                                                                                                                      \
        }                                                                                                                          \
    }                                                                                                                              \
    static void WB_PATH(dequantise_##type)(const uint8_t *row, size_t n, float *out) { WB_PATH(weights)(type, row, n, out); }

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

