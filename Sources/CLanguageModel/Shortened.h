// The products of rows with tokens' numbers shortened to 16 bits; included once for each instruction set, by Loops.h.
//
// For each block of 32, S = q[2l] w[2l] + q[2l + 1] w[2l + 1] + the same 16 further on, a whole number in lane l of 8, exactly; then
// lane += S d s, from the first block to the last, d the weights' scale and s that of x; the lanes are added as a tree, minima as ever.

/// Each pair of products added: 8 sums of 16 products.
LM_INLINE void WB_PATH(pairs)(const lm_sixteen *first, const int16_t *second, lm_eight_whole *sums) {
    lm_sixteen a = *first, b = LM_LOAD(lm_sixteen, second);
#if defined(LM_HAS_F16C)
    *sums = (lm_eight_whole)__builtin_ia32_pmaddwd256(a, b);
#elif defined(__x86_64__)
    lm_four_whole low = __builtin_ia32_pmaddwd128(
        __builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7), __builtin_shufflevector(b, b, 0, 1, 2, 3, 4, 5, 6, 7));
    lm_four_whole high = __builtin_ia32_pmaddwd128(
        __builtin_shufflevector(a, a, 8, 9, 10, 11, 12, 13, 14, 15), __builtin_shufflevector(b, b, 8, 9, 10, 11, 12, 13, 14, 15));
    *sums = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
#else
    lm_whole products = __builtin_convertvector(a, lm_whole) * __builtin_convertvector(b, lm_whole);
    *sums = __builtin_shufflevector(products, products, 0, 2, 4, 6, 8, 10, 12, 14) +
            __builtin_shufflevector(products, products, 1, 3, 5, 7, 9, 11, 13, 15);
#endif
}

LM_INLINE float WB_PATH(eight_tree)(const lm_eight *lanes) {
    lm_four four = __builtin_shufflevector(*lanes, *lanes, 0, 1, 2, 3) + __builtin_shufflevector(*lanes, *lanes, 4, 5, 6, 7);
    return (four[0] + four[2]) + (four[1] + four[3]);
}

/// What a block of weights q, of scale d, and one of numbers of scale s add to the lanes.
LM_INLINE void WB_PATH(add_block)(const lm_sixteen *low, const lm_sixteen *high, float d, const int16_t *whole, float s, lm_eight *lanes) {
    lm_eight_whole first, second;
    WB_PATH(pairs)(low, whole, &first);
    WB_PATH(pairs)(high, whole + 16, &second);
    *lanes += __builtin_convertvector(first + second, lm_eight) * d * s;
}

static void WB_PATH(shorten)(const float *x, size_t n, int16_t *whole, float *scales, size_t stride) {
    for (size_t b = 0; b < n / 32; b++, x += 32, whole += 32) {
        lm_lanes low = LM_LOAD(lm_lanes, x), high = LM_LOAD(lm_lanes, x + 16);
        const lm_whole sign = (lm_whole){0} + 0x7FFFFFFF;
        lm_lanes a = (lm_lanes)((lm_whole)low & sign), c = (lm_lanes)((lm_whole)high & sign);
        a = (lm_lanes)(((lm_whole)a & (a > c)) | ((lm_whole)c & ~(a > c)));
        float greatest = 0;
        for (int i = 0; i < 16; i++) { greatest = a[i] > greatest ? a[i] : greatest; }
        // Nothing times a number is nothing, and times what is none is none.
        lm_lanes nothing = low * 0 + high * 0;
        // Numbers too small for a scale of their own count as nothing: they are 1e-30 of what others are.
        float inverse = greatest > 1e-30f ? 32767 / greatest : 0;
        scales[b * stride] = (greatest > 1e-30f ? greatest / 32767 : 0) + WB_PATH(tree)(&nothing);
        // To the nearest whole number, ties to the even one.
        const float far = 12582912;
        lm_lanes i = low * inverse, j = high * inverse;
        i = (i + far) - far;
        j = (j + far) - far;
        // What is no number has no whole one either, and its scale says so.
        i = (lm_lanes)((lm_whole)i & (i == i));
        j = (lm_lanes)((lm_whole)j & (j == j));
        lm_sixteen first = __builtin_convertvector(__builtin_convertvector(i, lm_whole), lm_sixteen);
        lm_sixteen second = __builtin_convertvector(__builtin_convertvector(j, lm_whole), lm_sixteen);
        __builtin_memcpy(whole, &first, sizeof first);
        __builtin_memcpy(whole + 16, &second, sizeof second);
    }
}

/// The products of one token's numbers with rows from ..< to.
LM_INLINE void WB_PATH(short_rows)(int type, const lm_matrix *matrix, uint32_t from, uint32_t to, const lm_input *input, float *y) {
    size_t blocks = matrix->columns / 32, block_bytes = matrix->row_bytes / blocks;
    const uint8_t *row = matrix->data + (size_t)from * matrix->row_bytes;
    for (uint32_t r = from; r < to; r++, row += matrix->row_bytes) {
        lm_eight lanes = {0};
        float minimum = 0;
        for (size_t b = 0; b < blocks; b++) {
            __builtin_prefetch(row + block_bytes * b + LM_AHEAD);
            lm_sixteen low, high;
            float d, m;
            WB_PATH(scale)(type, row, b, &d, &m);
            WB_PATH(short_numbers)(type, row, b, &low, &high);
            WB_PATH(add_block)(&low, &high, d, input->whole + 32 * b, input->scales[b], &lanes);
            if (WB_PATH(has_minimum)(type)) { minimum += m * input->sums[b]; }
        }
        float sum = WB_PATH(eight_tree)(&lanes);
        y[r] = WB_PATH(has_minimum)(type) ? sum + minimum : sum;
    }
}

/// Blocks of a row, unpacked for all tokens to share.
typedef struct {
    _Alignas(64) int16_t numbers[32 * LM_STRIP];
    float d[LM_STRIP], m[LM_STRIP];
} WB_PATH(lm_short_strip);

typedef struct {
    _Alignas(64) lm_eight lanes[LM_TOKENS];
    float minima[LM_TOKENS];
} WB_PATH(lm_short_sum);

/// Takes `count` blocks from `first` on into the sums of so many rows and tokens, constants where this is inlined.
LM_INLINE void WB_PATH(short_tile)(
    uint32_t rows, uint32_t tokens, const WB_PATH(lm_short_strip) *strips, size_t first, size_t count, const lm_input *input, uint32_t token,
    WB_PATH(lm_short_sum) *sums) {
    lm_eight lanes[LM_SHORT_ROWS][LM_SHORT_TOKENS];
    for (uint32_t r = 0; r < rows; r++) {
        for (uint32_t t = 0; t < tokens; t++) { lanes[r][t] = first == 0 ? (lm_eight){0} : sums[r].lanes[token + t]; }
    }
    const int16_t *whole = input->whole + token * input->x_stride + 32 * first;
    const float *scales = input->scales + first * input->stride + token;
    for (size_t b = 0; b < count; b++) {
        for (uint32_t r = 0; r < rows; r++) {
            lm_sixteen low = LM_LOAD(lm_sixteen, strips[r].numbers + 32 * b), high = LM_LOAD(lm_sixteen, strips[r].numbers + 32 * b + 16);
            float d = strips[r].d[b];
            for (uint32_t t = 0; t < tokens; t++) {
                const int16_t *at = whole + t * input->x_stride + 32 * b;
                WB_PATH(add_block)(&low, &high, d, at, scales[b * input->stride + t], &lanes[r][t]);
            }
        }
    }
    for (uint32_t r = 0; r < rows; r++) {
        for (uint32_t t = 0; t < tokens; t++) { sums[r].lanes[token + t] = lanes[r][t]; }
    }
}

#if defined(LM_HAS_TABLE)
/// The same of all rows, two of them to a vector of 512 bits.
LM_INLINE void WB_PATH(short_wide_tile)(
    uint32_t tokens, const WB_PATH(lm_short_strip) *strips, size_t first, size_t count, const lm_input *input, uint32_t token,
    WB_PATH(lm_short_sum) *sums) {
    lm_lanes lanes[LM_SHORT_ROWS / 2][LM_SHORT_TOKENS];
    for (uint32_t r = 0; r < LM_SHORT_ROWS; r += 2) {
        for (uint32_t t = 0; t < tokens; t++) {
            lm_eight a = sums[r].lanes[token + t], c = sums[r + 1].lanes[token + t];
            lanes[r / 2][t] = first == 0 ? (lm_lanes){0} : __builtin_shufflevector(a, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        }
    }
    const int16_t *whole = input->whole + token * input->x_stride + 32 * first;
    const float *scales = input->scales + first * input->stride + token;
    for (size_t b = 0; b < count; b++) {
        for (uint32_t r = 0; r < LM_SHORT_ROWS; r += 2) {
            lm_thirty_two p = LM_LOAD(lm_thirty_two, strips[r].numbers + 32 * b), q = LM_LOAD(lm_thirty_two, strips[r + 1].numbers + 32 * b);
            lm_eight a = strips[r].d[b] + (lm_eight){0}, c = strips[r + 1].d[b] + (lm_eight){0};
            lm_lanes d = __builtin_shufflevector(a, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
            for (uint32_t t = 0; t < tokens; t++) {
                lm_thirty_two x = LM_LOAD(lm_thirty_two, whole + t * input->x_stride + 32 * b);
                lm_whole i = (lm_whole)__builtin_ia32_pmaddwd512(p, x), j = (lm_whole)__builtin_ia32_pmaddwd512(q, x);
                lm_whole sum = __builtin_shufflevector(i, j, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
                               __builtin_shufflevector(i, j, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
                lanes[r / 2][t] += __builtin_convertvector(sum, lm_lanes) * d * scales[b * input->stride + t];
            }
        }
    }
    for (uint32_t r = 0; r < LM_SHORT_ROWS; r += 2) {
        for (uint32_t t = 0; t < tokens; t++) {
            __builtin_memcpy(&sums[r].lanes[token + t], (float *)&lanes[r / 2][t], sizeof(lm_eight));
            __builtin_memcpy(&sums[r + 1].lanes[token + t], (float *)&lanes[r / 2][t] + 8, sizeof(lm_eight));
        }
    }
}
#endif

static __attribute__((noinline)) void WB_PATH(short_tiles)(
    uint32_t rows, uint32_t tokens, const WB_PATH(lm_short_strip) *strips, size_t first, size_t count, const lm_input *input,
    WB_PATH(lm_short_sum) *sums) {
    uint32_t t = 0;
    for (; t + LM_SHORT_TOKENS <= tokens; t += LM_SHORT_TOKENS) {
        if (rows == LM_SHORT_ROWS) {
#if defined(LM_HAS_TABLE)
            WB_PATH(short_wide_tile)(LM_SHORT_TOKENS, strips, first, count, input, t, sums);
#else
            WB_PATH(short_tile)(LM_SHORT_ROWS, LM_SHORT_TOKENS, strips, first, count, input, t, sums);
#endif
        } else {
            for (uint32_t r = 0; r < rows; r++) {
                WB_PATH(short_tile)(1, LM_SHORT_TOKENS, strips + r, first, count, input, t, sums + r);
            }
        }
    }
    for (; t < tokens; t++) {
        for (uint32_t r = 0; r < rows; r++) { WB_PATH(short_tile)(1, 1, strips + r, first, count, input, t, sums + r); }
    }
}

/// The products of up to LM_TOKENS tokens' numbers with rows from ..< to.
LM_INLINE void WB_PATH(short_many)(
    int type, const lm_matrix *matrix, uint32_t from, uint32_t to, const lm_input *input, uint32_t tokens, float *y, size_t y_stride) {
    size_t blocks = matrix->columns / 32;
    WB_PATH(lm_short_strip) strips[LM_SHORT_ROWS];
    WB_PATH(lm_short_sum) totals[LM_SHORT_ROWS];
    for (uint32_t first_row = from; first_row < to; first_row += LM_SHORT_ROWS) {
        uint32_t rows = to - first_row < LM_SHORT_ROWS ? to - first_row : LM_SHORT_ROWS;
        for (uint32_t r = 0; r < rows; r++) { __builtin_memset(totals[r].minima, 0, sizeof totals[r].minima); }
        for (size_t first = 0; first < blocks; first += LM_STRIP) {
            size_t count = blocks - first < LM_STRIP ? blocks - first : LM_STRIP;
            for (uint32_t r = 0; r < rows; r++) {
                const uint8_t *row = matrix->data + (size_t)(first_row + r) * matrix->row_bytes;
                for (size_t b = 0; b < count; b++) {
                    lm_sixteen low, high;
                    WB_PATH(scale)(type, row, first + b, &strips[r].d[b], &strips[r].m[b]);
                    WB_PATH(short_numbers)(type, row, first + b, &low, &high);
                    __builtin_memcpy(strips[r].numbers + 32 * b, &low, sizeof low);
                    __builtin_memcpy(strips[r].numbers + 32 * b + 16, &high, sizeof high);
                }
                if (WB_PATH(has_minimum)(type)) {
                    for (uint32_t t = 0; t < tokens; t += 16) {
                        lm_lanes minima = LM_LOAD(lm_lanes, totals[r].minima + t);
                        for (size_t b = 0; b < count; b++) {
                            minima += strips[r].m[b] * LM_LOAD(lm_lanes, input->sums + (first + b) * input->stride + t);
                        }
                        __builtin_memcpy(totals[r].minima + t, &minima, sizeof minima);
                    }
                }
            }
            WB_PATH(short_tiles)(rows, tokens, strips, first, count, input, totals);
        }
        for (uint32_t t = 0; t < tokens; t++) {
            float *out = y + t * y_stride + first_row;
            for (uint32_t r = 0; r < rows; r++) {
                float sum = WB_PATH(eight_tree)(&totals[r].lanes[t]);
                out[r] = WB_PATH(has_minimum)(type) ? sum + totals[r].minima[t] : sum;
            }
        }
    }
}
