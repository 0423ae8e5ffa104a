// Included once for each instruction set, with WB_PATH(name) the name of the path's own copy.

#define WB_EACH for (size_t i = 0; i < n; i++)
// In place is allowed, so the compiler may not assume distinct arrays; element i depends on element i alone.
#define WB_VECTORISE _Pragma("clang loop vectorize(assume_safety) interleave(enable)")
#define WB_MAP(name, body)                                                          \
    static void WB_PATH(name)(const double *x, double *y, size_t n) {               \
        WB_VECTORISE WB_EACH y[i] = body;                                           \
    }

WB_MAP(exp, wb_exp(x[i]))
WB_MAP(expm1, wb_expm1(x[i]))
WB_MAP(log, wb_log(x[i]))
WB_MAP(log1p, wb_log1p(x[i]))
WB_MAP(log1p_exp, wb_log1p_exp(x[i]))
WB_MAP(logistic, wb_logistic(x[i]))
WB_MAP(tanh, wb_tanh(x[i]))
WB_MAP(square_root, wb_sqrt(x[i]))

// Sine and cosine: blocks by the near reduction; where an argument is large, the block again one by one.
#define WB_BLOCK 256
#define WB_MAP_SINE(name, near_body)                                                \
    static void WB_PATH(name)(const double *x, double *y, size_t n) {               \
        double block[WB_BLOCK];                                                     \
        for (size_t start = 0; start < n; start += WB_BLOCK) {                      \
            size_t count = n - start < WB_BLOCK ? n - start : WB_BLOCK;             \
            const double *from = x + start;                                         \
            uint64_t far = 0;                                                       \
            WB_VECTORISE for (size_t i = 0; i < count; i++) {                       \
                double a = from[i];                                                 \
                block[i] = near_body;                                               \
                far |= __builtin_fabs(a) <= WB_NEAR ? 0 : 1;                        \
            }                                                                       \
            if (far) { for (size_t i = 0; i < count; i++) { block[i] = wb_##name(from[i]); } } \
            __builtin_memcpy(y + start, block, count * sizeof(double));             \
        }                                                                           \
    }

WB_MAP_SINE(sin, a == 0 ? a : wb_sine_near(a, 0))
WB_MAP_SINE(cos, wb_sine_near(a, 1))

// The centre for all; the tails (15 in a hundred of random arguments) gathered, computed together and put back.
static void WB_PATH(normal_quantile)(const double *x, double *y, size_t n) {
    double block[WB_BLOCK], tails[WB_BLOCK];
    uint32_t places[WB_BLOCK];
    for (size_t start = 0; start < n; start += WB_BLOCK) {
        size_t count = n - start < WB_BLOCK ? n - start : WB_BLOCK;
        const double *from = x + start;
        WB_VECTORISE for (size_t i = 0; i < count; i++) block[i] = wb_quantile_centre(from[i] - 0.5);
        uint32_t many = 0;
        for (size_t i = 0; i < count; i++) {
            double p = from[i], q = p - 0.5;
            places[many] = (uint32_t)i;
            tails[many] = q < 0 ? p : 1 - p;
            many += __builtin_fabs(q) <= 0.425 ? 0 : 1;
        }
        double widest = 0;
        WB_VECTORISE for (uint32_t i = 0; i < many; i++) tails[i] = wb_sqrt(-wb_log(tails[i]));
        for (uint32_t i = 0; i < many; i++) widest = tails[i] <= 5 ? widest : WB_INFINITY;
        if (widest == 0) {
            WB_VECTORISE for (uint32_t i = 0; i < many; i++) tails[i] = wb_quantile_tail(tails[i]);
            for (uint32_t i = 0; i < many; i++) { block[places[i]] = from[places[i]] < 0.5 ? -tails[i] : tails[i]; }
        } else {
            for (uint32_t i = 0; i < many; i++) { block[places[i]] = wb_normal_quantile(from[places[i]]); }
        }
        __builtin_memcpy(y + start, block, count * sizeof(double));
    }
}

// Sixteen partial sums as one wide vector, whatever the registers' width.
#define WB_LOAD(p) (*(const wb_unaligned_lanes *)(p))

static double WB_PATH(tree)(const double *lanes) {
    double a[WB_LANES];
    __builtin_memcpy(a, lanes, sizeof a);
    for (int half = WB_LANES / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) { a[i] += a[i + half]; }
    }
    return a[0];
}

#define WB_REDUCE(term, scalar)                                                     \
    wb_lanes sums = {0};                                                            \
    size_t i = 0;                                                                   \
    for (; i + WB_LANES <= n; i += WB_LANES) { sums += term; }                      \
    double lanes[WB_LANES];                                                         \
    __builtin_memcpy(lanes, &sums, sizeof lanes);                                   \
    for (size_t j = 0; i < n; i++, j++) { lanes[j] += scalar; }                     \
    return WB_PATH(tree)(lanes);

static double WB_PATH(sum)(const double *x, size_t n) { WB_REDUCE(WB_LOAD(x + i), x[i]) }
static double WB_PATH(dot)(const double *x, const double *y, size_t n) {
    WB_REDUCE(WB_LOAD(x + i) * WB_LOAD(y + i), x[i] * y[i])
}
static double WB_PATH(sum_of_products)(const double *x, const double *y, const double *z, size_t n) {
    WB_REDUCE(WB_LOAD(x + i) * WB_LOAD(y + i) * WB_LOAD(z + i), x[i] * y[i] * z[i])
}
static double WB_PATH(sum_of_squares)(const double *x, double centre, size_t n) {
    WB_REDUCE((WB_LOAD(x + i) - centre) * (WB_LOAD(x + i) - centre), (x[i] - centre) * (x[i] - centre))
}

static double WB_PATH(maximum)(const double *x, size_t n) {
    double lanes[WB_LANES];
    uint64_t bad = 0;
    for (int j = 0; j < WB_LANES; j++) { lanes[j] = -WB_INFINITY; }
    size_t i = 0;
    for (; i + WB_LANES <= n; i += WB_LANES) {
        for (int j = 0; j < WB_LANES; j++) {
            double v = x[i + j];
            lanes[j] = v > lanes[j] ? v : lanes[j];
            bad |= v != v;
        }
    }
    for (; i < n; i++) {
        lanes[0] = x[i] > lanes[0] ? x[i] : lanes[0];
        bad |= x[i] != x[i];
    }
    double best = lanes[0];
    for (int j = 1; j < WB_LANES; j++) { best = lanes[j] > best ? lanes[j] : best; }
    // Zeros of either sign compare equal: one sign for all paths.
    return bad ? WB_NAN : best + 0.0;
}

static double WB_PATH(scaled_exp)(const double *x, double scale, double shift, double *y, size_t n) {
    WB_VECTORISE WB_EACH y[i] = wb_exp(scale * x[i] - shift);
    return WB_PATH(sum)(y, n);
}

static double WB_PATH(sum_of_exp)(const double *x, double shift, size_t n) {
    double block[WB_BLOCK];
    wb_lanes sums = {0};
    double lanes[WB_LANES];
    size_t start = 0;
    for (; start < n; start += WB_BLOCK) {
        size_t count = n - start < WB_BLOCK ? n - start : WB_BLOCK;
        WB_VECTORISE for (size_t i = 0; i < count; i++) block[i] = wb_exp(x[start + i] - shift);
        // Adding zero changes no partial sum: none is -0.
        for (size_t i = count; i % WB_LANES != 0; i++) { block[i] = 0; }
        for (size_t i = 0; i < count; i += WB_LANES) { sums += WB_LOAD(block + i); }
    }
    __builtin_memcpy(lanes, &sums, sizeof lanes);
    return WB_PATH(tree)(lanes);
}

static void WB_PATH(axpy)(double a, const double *x, double *y, size_t n) { WB_VECTORISE WB_EACH y[i] = y[i] + a * x[i]; }
static void WB_PATH(affine)(double a, double b, const double *x, double *y, size_t n) { WB_VECTORISE WB_EACH y[i] = a * x[i] + b; }
static void WB_PATH(multiply)(const double *x, const double *y, double *z, size_t n) { WB_VECTORISE WB_EACH z[i] = x[i] * y[i]; }

static void WB_PATH(combine)(const double *rows, const double *weights, size_t k, double *z, size_t n) {
    for (size_t start = 0; start < n; start += WB_BLOCK) {
        size_t count = n - start < WB_BLOCK ? n - start : WB_BLOCK;
        size_t j = 0;
        // Four rows at a time, each element's terms still in the rows' order.
        for (; j + 4 <= k; j += 4) {
            const double *a = rows + j * n + start, *b = a + n, *c = b + n, *d = c + n, *w = weights + j;
            double *to = z + start;
            WB_VECTORISE for (size_t i = 0; i < count; i++) to[i] = (((to[i] + w[0] * a[i]) + w[1] * b[i]) + w[2] * c[i]) + w[3] * d[i];
        }
        for (; j < k; j++) { WB_PATH(axpy)(weights[j], rows + j * n + start, z + start, count); }
    }
}

static void WB_PATH(weighted_moments)(const double *p, const double *rows, size_t k, size_t n, double *workspace, double *moments, double *gram) {
    double weighted[WB_BLOCK], tail[WB_LANES];
    size_t pairs = k + k * (k + 1) / 2;
    for (size_t i = 0; i < pairs * WB_LANES; i++) { workspace[i] = 0; }
    for (size_t start = 0; start < n; start += WB_BLOCK) {
        size_t count = n - start < WB_BLOCK ? n - start : WB_BLOCK;
        size_t whole = count - count % WB_LANES;
        double *sums = workspace;
        for (size_t j = 0; j < k; j++) {
            const double *f = rows + j * n + start;
            WB_PATH(multiply)(p + start, f, weighted, count);
            for (size_t i = count; i % WB_LANES != 0; i++) { weighted[i] = 0; }
            wb_lanes total = WB_LOAD(sums);
            for (size_t i = 0; i < count; i += WB_LANES) { total += WB_LOAD(weighted + i); }
            *(wb_unaligned_lanes *)sums = total;
            sums += WB_LANES;
            for (size_t l = 0; l <= j; l++) {
                const double *g = rows + l * n + start;
                total = WB_LOAD(sums);
                for (size_t i = 0; i < whole; i += WB_LANES) { total += WB_LOAD(weighted + i) * WB_LOAD(g + i); }
                if (whole < count) {
                    for (size_t i = 0; i < WB_LANES; i++) { tail[i] = whole + i < count ? weighted[whole + i] * g[whole + i] : 0; }
                    total += WB_LOAD(tail);
                }
                *(wb_unaligned_lanes *)sums = total;
                sums += WB_LANES;
            }
        }
    }
    const double *sums = workspace;
    for (size_t j = 0; j < k; j++) {
        moments[j] = WB_PATH(tree)(sums);
        sums += WB_LANES;
        for (size_t l = 0; l <= j; l++, sums += WB_LANES) { gram[j * k + l] = gram[l * k + j] = WB_PATH(tree)(sums); }
    }
}

// c += a b with each element's terms added in the order of k, whatever the tiles: rows of c four at a time, columns as wide as the
// registers, then four, then one at a time.
typedef double WB_PATH(tile) __attribute__((vector_size(8 * WB_TILE)));
typedef double WB_PATH(unaligned_tile) __attribute__((vector_size(8 * WB_TILE), aligned(8), may_alias));

#define WB_TILES(rows, width, type, unaligned)                                                                         \
    for (; j + width <= n; j += width) {                                                                               \
        type sums[rows];                                                                                               \
        for (int r = 0; r < rows; r++) { sums[r] = *(const unaligned *)(c + r * n + j); }                              \
        for (size_t p = 0; p < k; p++) {                                                                               \
            type values = *(const unaligned *)(b + p * n + j);                                                         \
            for (int r = 0; r < rows; r++) { sums[r] += a[r * row + p * column] * values; }                            \
        }                                                                                                              \
        for (int r = 0; r < rows; r++) { *(unaligned *)(c + r * n + j) = sums[r]; }                                    \
    }
#define WB_ROWS_OF_TILES(rows)                                                                                         \
    static void WB_PATH(multiply_rows_##rows)(const double *a, size_t row, size_t column, const double *b, double *c,  \
                                              size_t k, size_t n) {                                                    \
        size_t j = 0;                                                                                                  \
        WB_TILES(rows, WB_TILE, WB_PATH(tile), WB_PATH(unaligned_tile))                                                \
        WB_TILES(rows, 4, wb_four, wb_unaligned_four)                                                                  \
        WB_TILES(rows, 1, double, double)                                                                              \
    }
WB_ROWS_OF_TILES(4)
WB_ROWS_OF_TILES(1)

static void WB_PATH(multiply_add)(const double *a, size_t row, size_t column, const double *b, double *c, size_t m, size_t k, size_t n) {
    size_t i = 0;
    for (; i + 4 <= m; i += 4) { WB_PATH(multiply_rows_4)(a + i * row, row, column, b, c + i * n, k, n); }
    for (; i < m; i++) { WB_PATH(multiply_rows_1)(a + i * row, row, column, b, c + i * n, k, n); }
}

static void WB_PATH(transpose)(const double *x, double *y, size_t rows, size_t columns) {
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) { y[j * rows + i] = x[i * columns + j]; }
    }
}

static void WB_PATH(adam)(double *w, double *first, double *second, const double *gradient, wb_adam_step s, size_t n) {
    WB_VECTORISE for (size_t i = 0; i < n; i++) {
        double g = gradient[i];
        first[i] = s.decay1 * first[i] + (1 - s.decay1) * g;
        second[i] = s.decay2 * second[i] + (1 - s.decay2) * (g * g);
        w[i] = w[i] - s.rate * (first[i] * s.scale1) / (wb_sqrt(second[i] * s.scale2) + s.epsilon);
    }
}

// Positions have 64 bits and wrap round; blocks then have 63.
#define WB_LAST_BLOCK 0x7FFFFFFFFFFFFFFFu

static void WB_PATH(random_bits)(uint64_t key, uint64_t lane, uint64_t position, uint64_t *out, size_t n) {
    if (n > 0 && (position & 1)) {
        *out++ = wb_philox(key, position >> 1, lane).second;
        position += 1;
        n -= 1;
    }
    uint64_t block = position >> 1;
    size_t blocks = n / 2;
    WB_VECTORISE for (size_t i = 0; i < blocks; i++) {
        wb_words words = wb_philox(key, (block + i) & WB_LAST_BLOCK, lane);
        out[2 * i] = words.first;
        out[2 * i + 1] = words.second;
    }
    if (n & 1) { out[n - 1] = wb_philox(key, (block + blocks) & WB_LAST_BLOCK, lane).first; }
}

static void WB_PATH(random_uniforms)(uint64_t key, uint64_t lane, uint64_t position, double *out, size_t n) {
    uint64_t words[WB_BLOCK];
    for (size_t start = 0; start < n; start += WB_BLOCK) {
        size_t count = n - start < WB_BLOCK ? n - start : WB_BLOCK;
        WB_PATH(random_bits)(key, lane, position + start, words, count);
        double *to = out + start;
        WB_VECTORISE for (size_t i = 0; i < count; i++) to[i] = wb_uniform(words[i]);
    }
}

static void WB_PATH(random_normals)(uint64_t key, uint64_t lane, uint64_t position, double *out, size_t n) {
    for (size_t start = 0; start < n; start += WB_BLOCK) {
        size_t count = n - start < WB_BLOCK ? n - start : WB_BLOCK;
        WB_PATH(random_uniforms)(key, lane, position + start, out + start, count);
        WB_PATH(normal_quantile)(out + start, out + start, count);
    }
}

#include "Dynamics.h"

static const wb_path WB_PATH(path) = {
    .name = WB_PATH_NAME,
    .exp = WB_PATH(exp),
    .expm1 = WB_PATH(expm1),
    .log = WB_PATH(log),
    .log1p = WB_PATH(log1p),
    .log1p_exp = WB_PATH(log1p_exp),
    .logistic = WB_PATH(logistic),
    .tanh = WB_PATH(tanh),
    .sin = WB_PATH(sin),
    .cos = WB_PATH(cos),
    .square_root = WB_PATH(square_root),
    .normal_quantile = WB_PATH(normal_quantile),
    .sum = WB_PATH(sum),
    .dot = WB_PATH(dot),
    .sum_of_products = WB_PATH(sum_of_products),
    .sum_of_squares = WB_PATH(sum_of_squares),
    .maximum = WB_PATH(maximum),
    .scaled_exp = WB_PATH(scaled_exp),
    .sum_of_exp = WB_PATH(sum_of_exp),
    .axpy = WB_PATH(axpy),
    .affine = WB_PATH(affine),
    .multiply = WB_PATH(multiply),
    .combine = WB_PATH(combine),
    .weighted_moments = WB_PATH(weighted_moments),
    .multiply_add = WB_PATH(multiply_add),
    .transpose = WB_PATH(transpose),
    .adam = WB_PATH(adam),
    .kick_and_drift = WB_PATH(kick_and_drift),
    .kick = WB_PATH(kick),
    .kick_all_and_drift = WB_PATH(kick_all_and_drift),
    .kick_all = WB_PATH(kick_all),
    .differences = WB_PATH(differences),
    .goes_on = WB_PATH(goes_on),
    .accumulate = WB_PATH(accumulate),
    .dots = WB_PATH(dots),
    .bernoulli = WB_PATH(bernoulli),
    .bernoulli_regression = WB_PATH(bernoulli_regression),
    .tied_normals = WB_PATH(tied_normals),
    .student_series = WB_PATH(student_series),
    .walk_slopes = WB_PATH(walk_slopes),
    .solve_tridiagonal = WB_PATH(solve_tridiagonal),
    .butterflies = WB_PATH(butterflies),
    .random_bits = WB_PATH(random_bits),
    .random_uniforms = WB_PATH(random_uniforms),
    .random_normals = WB_PATH(random_normals),
};

#undef WB_EACH
#undef WB_VECTORISE
#undef WB_MAP
#undef WB_MAP_SINE
#undef WB_BLOCK
#undef WB_LOAD
#undef WB_LAST_BLOCK
#undef WB_REDUCE
#undef WB_TILES
#undef WB_ROWS_OF_TILES
#undef WB_TILE
#undef WB_PATH
#undef WB_PATH_NAME
