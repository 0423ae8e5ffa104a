// Included by Loops.h once for each instruction set: what Hamiltonian trajectories and the slopes of two likelihoods spend their time on.
// Sums that enter results are taken one term after another, as written; terms are made sixteen at a time while the sums wait for their adders.

#define WB_STRETCH 64

// p += h g, then q += e m p; without m a mass of one.
static void WB_PATH(kick_and_drift)(double h, double e, const double *g, const double *m, double *p, double *q, size_t n) {
    if (m) {
        WB_VECTORISE WB_EACH {
            double moved = p[i] + h * g[i];
            p[i] = moved;
            q[i] = q[i] + e * (m[i] * moved);
        }
    } else {
        WB_VECTORISE WB_EACH {
            double moved = p[i] + h * g[i];
            p[i] = moved;
            q[i] = q[i] + e * moved;
        }
    }
}

// p += h g, v = m p, and the sum of p v in order.
static double WB_PATH(kick)(double h, const double *g, const double *m, double *p, double *v, size_t n) {
    double sum = 0, terms[WB_LANES];
    size_t i = 0;
    for (; i + WB_LANES <= n; i += WB_LANES) {
        wb_lanes moved = WB_LOAD(p + i) + h * WB_LOAD(g + i);
        *(wb_unaligned_lanes *)(p + i) = moved;
        wb_lanes velocity = m ? WB_LOAD(m + i) * moved : moved;
        *(wb_unaligned_lanes *)(v + i) = velocity;
        moved *= velocity;
        __builtin_memcpy(terms, &moved, sizeof terms);
        for (int j = 0; j < WB_LANES; j++) { sum += terms[j]; }
    }
    for (; i < n; i++) {
        p[i] += h * g[i];
        v[i] = m ? m[i] * p[i] : p[i];
        sum += p[i] * v[i];
    }
    return sum;
}

#define WB_TERM(k, velocity, momentum)                                              \
    do {                                                                            \
        wb_lanes term = (velocity) * (momentum);                                    \
        sums[k] += term;                                                            \
        size += (wb_lanes)((wb_words_of_lanes)term & 0x7FFFFFFFFFFFFFFF);           \
    } while (0)
#define WB_TURN                                                                     \
    do {                                                                            \
        wb_lanes a = WB_LOAD(s.first_sum + i), b = WB_LOAD(s.second_sum + i);       \
        wb_lanes v = WB_LOAD(s.begin_velocity + i), w = WB_LOAD(s.end_velocity + i);\
        wb_lanes whole = a + b;                                                     \
        WB_TERM(0, v, whole);                                                       \
        WB_TERM(1, w, whole);                                                       \
        if (s.second_begin_momentum) {                                              \
            wb_lanes across = a + WB_LOAD(s.second_begin_momentum + i);             \
            WB_TERM(2, v, across);                                                  \
            WB_TERM(3, WB_LOAD(s.second_begin_velocity + i), across);               \
            across = b + WB_LOAD(s.first_end_momentum + i);                         \
            WB_TERM(4, WB_LOAD(s.first_end_velocity + i), across);                  \
            WB_TERM(5, w, across);                                                  \
        }                                                                           \
    } while (0)

// Only the signs of six sums count, so their order is free where rounding cannot decide: a sum of n terms, taken in any order, errs by less
// than n 2^-53 of the terms' magnitudes.
static int WB_PATH(goes_on)(wb_stretches s, size_t n) {
    wb_lanes sums[6] = {{0}, {0}, {0}, {0}, {0}, {0}}, size = {0};
    double lanes[WB_LANES];
    size_t i = 0;
    for (; i + WB_LANES <= n; i += WB_LANES) { WB_TURN; }
    if (i < n) {
        double rest[8][WB_LANES] = {{0}};
        const double **vectors = (const double **)&s;
        for (int k = 0; k < 8; k++) {
            if (!vectors[k]) { continue; }
            for (size_t j = i; j < n; j++) { rest[k][j - i] = vectors[k][j]; }
            vectors[k] = rest[k];
        }
        i = 0;
        WB_TURN;
    }
    __builtin_memcpy(lanes, &size, sizeof lanes);
    double least = (double)(n + 64) * 0x1p-51 * WB_PATH(tree)(lanes);
    int unsure = 0;
    for (int k = 0; k < (s.second_begin_momentum ? 6 : 2); k++) {
        __builtin_memcpy(lanes, &sums[k], sizeof lanes);
        double sum = WB_PATH(tree)(lanes);
        // Also of what is infinite or no number.
        if (!(__builtin_fabs(sum) > least && __builtin_fabs(sum) < WB_INFINITY)) { unsure = 1; }
        else if (sum < 0) { return 0; }
    }
    return unsure ? -1 : 1;
}

static void WB_PATH(accumulate)(const double *x, const double *y, double *z, size_t n) { WB_VECTORISE WB_EACH z[i] = z[i] + (x[i] + y[i]); }

// out[j] += x_j . y for k rows of n elements, each as dot has it, four at a time.
static void WB_PATH(dots)(const double *x, const double *y, size_t k, size_t n, double *out) {
    size_t j = 0;
    for (; j + 4 <= k; j += 4) {
        const double *rows = x + j * n;
        wb_lanes sums[4] = {{0}, {0}, {0}, {0}};
        double lanes[4][WB_LANES];
        size_t i = 0;
        for (; i + WB_LANES <= n; i += WB_LANES) {
            wb_lanes right = WB_LOAD(y + i);
            for (int r = 0; r < 4; r++) { sums[r] += WB_LOAD(rows + (size_t)r * n + i) * right; }
        }
        __builtin_memcpy(lanes, sums, sizeof lanes);
        for (size_t l = 0; i < n; i++, l++) {
            for (int r = 0; r < 4; r++) { lanes[r][l] += rows[(size_t)r * n + i] * y[i]; }
        }
        for (int r = 0; r < 4; r++) { out[j + (size_t)r] += WB_PATH(tree)(lanes[r]); }
    }
    for (; j < k; j++) { out[j] += WB_PATH(dot)(x + j * n, y, n); }
}

// The log likelihood of yes-or-no responses y at linear predictors x, and its slopes: with e = exp(-|x|) a trial adds
// y x - max(x, 0) - log(1 + e); the logarithms of 512 factors are taken of their product.
#define WB_ROWS 64
typedef struct {
    double value, product;
} WB_PATH(trials);
static inline __attribute__((always_inline)) void WB_PATH(bernoulli_rows)(WB_PATH(trials) *sum, const double *x, const double *y, double *slopes, size_t start, size_t count) {
    double terms[WB_ROWS], factors[WB_ROWS], value = sum->value, product = sum->product;
    WB_VECTORISE for (size_t i = 0; i < count; i++) {
        double e = wb_exp(-__builtin_fabs(x[i]));
        double factor = 1 + e;
        factors[i] = factor;
        terms[i] = y[i] * x[i] - (0 >= x[i] ? 0 : x[i]);
        slopes[i] = y[i] - (x[i] > 0 ? 1 : e) / factor;
    }
    for (size_t i = 0; i < count; i++) {
        value += terms[i];
        product *= factors[i];
    }
    if ((start + count) % 512 == 0) {
        value -= wb_log(product);
        product = 1;
    }
    sum->value = value;
    sum->product = product;
}

static double WB_PATH(bernoulli)(const double *x, const double *y, double *slopes, size_t n) {
    WB_PATH(trials) sum = {0, 1};
    for (size_t start = 0; start < n; start += WB_ROWS) {
        size_t count = n - start < WB_ROWS ? n - start : WB_ROWS;
        WB_PATH(bernoulli_rows)(&sum, x + start, y + start, slopes + start, start, count);
    }
    return sum.value - wb_log(sum.product);
}

// The same at x = offset + sum_j w_j c_j, with its slopes in w added to g: rows by the stretch, so that the columns are read from afar once.
// They are `stride` numbers apart, at best whole cache lines. Each predictor takes its terms in the columns' order, each slope its in the lanes of dot.
static double WB_PATH(bernoulli_regression)(const double *columns, size_t stride, const double *w, size_t k, const double *offset, const double *y, double *lanes, double *g, size_t n) {
    WB_PATH(trials) sum = {0, 1};
    for (size_t i = 0; i < k * WB_LANES; i++) { lanes[i] = 0; }
    for (size_t start = 0; start < n; start += WB_ROWS) {
        size_t count = n - start < WB_ROWS ? n - start : WB_ROWS;
        double x[WB_ROWS], slopes[WB_ROWS];
        if (count == WB_ROWS) {
            wb_lanes p0 = WB_LOAD(offset + start), p1 = WB_LOAD(offset + start + 16), p2 = WB_LOAD(offset + start + 32), p3 = WB_LOAD(offset + start + 48);
            const double *c = columns + start;
            for (size_t j = 0; j < k; j++, c += stride) {
                double b = w[j];
                p0 += b * WB_LOAD(c);
                p1 += b * WB_LOAD(c + 16);
                p2 += b * WB_LOAD(c + 32);
                p3 += b * WB_LOAD(c + 48);
            }
            *(wb_unaligned_lanes *)x = p0;
            *(wb_unaligned_lanes *)(x + 16) = p1;
            *(wb_unaligned_lanes *)(x + 32) = p2;
            *(wb_unaligned_lanes *)(x + 48) = p3;
        } else {
            for (size_t i = 0; i < count; i++) { x[i] = offset[start + i]; }
            for (size_t j = 0; j < k; j++) { WB_PATH(axpy)(w[j], columns + j * stride + start, x, count); }
        }
        WB_PATH(bernoulli_rows)(&sum, x, y + start, slopes, start, count);
        const double *c = columns + start;
        if (count == WB_ROWS) {
            wb_lanes s0 = WB_LOAD(slopes), s1 = WB_LOAD(slopes + 16), s2 = WB_LOAD(slopes + 32), s3 = WB_LOAD(slopes + 48);
            for (size_t j = 0; j < k; j++, c += stride) {
                wb_lanes total = WB_LOAD(lanes + j * WB_LANES);
                total += WB_LOAD(c) * s0;
                total += WB_LOAD(c + 16) * s1;
                total += WB_LOAD(c + 32) * s2;
                total += WB_LOAD(c + 48) * s3;
                *(wb_unaligned_lanes *)(lanes + j * WB_LANES) = total;
            }
        } else {
            for (size_t j = 0; j < k; j++, c += stride) {
                for (size_t i = 0; i < count; i++) { lanes[j * WB_LANES + i % WB_LANES] += c[i] * slopes[i]; }
            }
        }
    }
    for (size_t j = 0; j < k; j++) { g[j] += WB_PATH(tree)(lanes + j * WB_LANES); }
    return sum.value - wb_log(sum.product);
}
#undef WB_ROWS

// The log likelihood's parts of x, half of it each normal about a and a + b, of variance 2: with d = x - a, delta = d b/2 - b^2/4 and
// e = exp(-|delta|) a datum adds -d^2/4 + max(delta, 0) + log(1 + e), and d - r b and r (d - b) to twice the slopes, r the second's share.
// Sums of d^2, the maxima, the logarithms (512 factors at a time) and the two slopes, each in order.
static void WB_PATH(tied_normals)(const double *x, double a, double b, double *sums, size_t n) {
    double ds[WB_STRETCH], tops[WB_STRETCH], factors[WB_STRETCH], firsts[WB_STRETCH], seconds[WB_STRETCH];
    double half = 0.5 * b, quarter = 0.25 * b * b;
    double squares = 0, maxima = 0, logarithms = 0, product = 1, first = 0, second = 0;
    for (size_t start = 0; start < n; start += WB_STRETCH) {
        size_t count = n - start < WB_STRETCH ? n - start : WB_STRETCH;
        const double *from = x + start;
        WB_VECTORISE for (size_t i = 0; i < count; i++) {
            double d = from[i] - a;
            double delta = d * half - quarter;
            double e = wb_exp(-__builtin_fabs(delta));
            double r = (delta > 0 ? 1 : e) / (1 + e);
            ds[i] = d * d;
            tops[i] = delta > 0 ? delta : 0;
            factors[i] = 1 + e;
            firsts[i] = d - r * b;
            seconds[i] = r * (d - b);
        }
        for (size_t i = 0; i < count; i++) {
            squares += ds[i];
            maxima += tops[i];
            product *= factors[i];
            first += firsts[i];
            second += seconds[i];
        }
        if ((start + count) % 512 == 0) {
            logarithms += wb_log(product);
            product = 1;
        }
    }
    sums[0] = squares;
    sums[1] = maxima;
    sums[2] = logarithms + wb_log(product);
    sums[3] = first;
    sums[4] = second;
}

// Student t returns x of `nu` degrees of freedom at log scales s: with r = x^2 exp(-2 s)/nu a return adds -s - (nu + 1)/2 log(1 + r), of
// slope (nu + 1) r/(1 + r) - 1 in s. Sums of s, log(1 + r) and r/(1 + r) go to `sums`, in order. Given z, s is walked first:
// s_i = s_(i-1) + scale z_i from s_0 on; the walk of one block goes on while the block before is summed.
static void WB_PATH(student_series)(const double *x, double nu, const double *z, double scale, double *s, double *slopes, double *sums, size_t n) {
    double ratios[WB_STRETCH], logs[WB_STRETCH], shares[WB_STRETCH], steps[WB_STRETCH];
    double inverse = 1 / nu, of_states = 0, of_logs = 0, of_shares = 0, state = s[0];
    size_t walked = 1;
    if (z) {
        size_t end = n < WB_STRETCH ? n : WB_STRETCH;
        for (; walked < end; walked++) {
            state = state + scale * z[walked];
            s[walked] = state;
        }
    }
    for (size_t start = 0; start < n; start += WB_STRETCH) {
        size_t count = n - start < WB_STRETCH ? n - start : WB_STRETCH;
        const double *states = s + start, *seen = x + start;
        double *to = slopes + start;
        WB_VECTORISE for (size_t i = 0; i < count; i++) ratios[i] = wb_exp(-2 * states[i]) * (seen[i] * seen[i] * inverse);
        WB_VECTORISE for (size_t i = 0; i < count; i++) logs[i] = wb_log1p(ratios[i]);
        WB_VECTORISE for (size_t i = 0; i < count; i++) {
            double share = 1 - 1 / (1 + ratios[i]);
            shares[i] = share;
            to[i] = (nu + 1) * share - 1;
        }
        size_t ahead = z && start + 2 * WB_STRETCH <= n ? WB_STRETCH : 0;
        if (ahead) {
            WB_VECTORISE for (size_t i = 0; i < WB_STRETCH; i++) steps[i] = scale * z[walked + i];
            for (size_t i = 0; i < WB_STRETCH; i++) {
                of_states += states[i];
                of_logs += logs[i];
                of_shares += shares[i];
                state = state + steps[i];
                s[walked + i] = state;
            }
            walked += WB_STRETCH;
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            of_states += states[i];
            of_logs += logs[i];
            of_shares += shares[i];
        }
        if (z) {
            for (; walked < n; walked++) {
                state = state + scale * z[walked];
                s[walked] = state;
            }
        }
    }
    sums[0] = of_states;
    sums[1] = of_logs;
    sums[2] = of_shares;
}

// Slopes in the states as slopes in the first state and in the walk's steps z: g_i = scale tail_i - z_i, tail_i the sum of the slopes from i
// on, for i = n - 1 ... 1. `sums` gets tail_1, the sum of tail_i z_i and that of z_i^2, from the end on.
static void WB_PATH(walk_slopes)(const double *slopes, const double *z, double scale, double *g, double *sums, size_t n) {
    double tail = 0, along = 0, squares = 0;
    for (size_t i = n; i-- > 1;) {
        tail += slopes[i];
        along += tail * z[i];
        squares += z[i] * z[i];
        g[i] = scale * tail - z[i];
    }
    sums[0] = tail;
    sums[1] = along;
    sums[2] = squares;
}

// p += h g and v += h a, then q += e v.
static void WB_PATH(kick_all_and_drift)(
    double h, double e, const double *g, const double *a, double *p, double *v, double *q, size_t n
) {
    WB_VECTORISE WB_EACH {
        double moved = v[i] + h * a[i];
        p[i] = p[i] + h * g[i];
        v[i] = moved;
        q[i] = q[i] + e * moved;
    }
}

// p += h g and v += h a, and the sum of p v in order.
static double WB_PATH(kick_all)(double h, const double *g, const double *a, double *p, double *v, size_t n) {
    double sum = 0, terms[WB_LANES];
    size_t i = 0;
    for (; i + WB_LANES <= n; i += WB_LANES) {
        wb_lanes momentum = WB_LOAD(p + i) + h * WB_LOAD(g + i), velocity = WB_LOAD(v + i) + h * WB_LOAD(a + i);
        *(wb_unaligned_lanes *)(p + i) = momentum;
        *(wb_unaligned_lanes *)(v + i) = velocity;
        momentum *= velocity;
        __builtin_memcpy(terms, &momentum, sizeof terms);
        for (int j = 0; j < WB_LANES; j++) { sum += terms[j]; }
    }
    for (; i < n; i++) {
        p[i] += h * g[i];
        v[i] += h * a[i];
        sum += p[i] * v[i];
    }
    return sum;
}

#define WB_RUNS 8

// x = (L D L')^-1 x for L with ones on its diagonal and l below it (n + 1 numbers, the first and last not used), and 1/D. The places are cut into
// eight runs as long as each other and a rest. Each run is solved as if nothing stood before it (then, after it), eight at once, since each
// place waits for its neighbour; what its neighbour run ends with is added afterwards, times `after` (`before`): the products of -l up to a place
// from its run's start (from its run's end).
static void WB_PATH(solve_tridiagonal)(
    const double *l, const double *reciprocals, const double *after, const double *before, double *x, size_t n
) {
    size_t m = n / WB_RUNS, rest = WB_RUNS * m;
    double last[WB_RUNS] = {0}, ends[WB_RUNS + 1] = {0};
    for (size_t j = 0; j < m; j++) {
        for (size_t b = 0; b < WB_RUNS; b++) {
            last[b] = x[b * m + j] - l[b * m + j] * last[b];
            x[b * m + j] = last[b];
        }
    }
    if (m > 0) {
        for (size_t b = 0; b < WB_RUNS; b++) { ends[b + 1] = last[b] + after[b * m + m - 1] * ends[b]; }
        for (size_t b = 0; b < WB_RUNS; b++) {
            double end = ends[b];
            double *to = x + b * m;
            const double *share = after + b * m, *scale = reciprocals + b * m;
            WB_VECTORISE for (size_t j = 0; j < m; j++) to[j] = (to[j] + share[j] * end) * scale[j];
        }
    }
    double end = ends[WB_RUNS];
    for (size_t i = rest; i < n; i++) {
        end = x[i] - l[i] * end;
        x[i] = end;
    }
    end = 0;
    for (size_t i = n; i-- > rest;) {
        end = x[i] * reciprocals[i] - l[i + 1] * end;
        x[i] = end;
    }
    if (m == 0) { return; }
    for (size_t b = 0; b < WB_RUNS; b++) { last[b] = 0; }
    for (size_t j = m; j-- > 0;) {
        for (size_t b = 0; b < WB_RUNS; b++) {
            last[b] = x[b * m + j] - l[b * m + j + 1] * last[b];
            x[b * m + j] = last[b];
        }
    }
    for (size_t b = WB_RUNS; b-- > 0;) {
        double *to = x + b * m;
        const double *share = before + b * m;
        double next = last[b] + share[0] * end;
        WB_VECTORISE for (size_t j = 0; j < m; j++) to[j] = to[j] + share[j] * end;
        end = next;
    }
}

// v_i = scale (v_i - v_{i-1}) for i = n - 1 ... 1, in place.
static void WB_PATH(differences)(double scale, double *v, size_t n) {
    size_t i = n;
    for (; i > WB_LANES; i -= WB_LANES) {
        wb_lanes here = WB_LOAD(v + i - WB_LANES), before = WB_LOAD(v + i - WB_LANES - 1);
        *(wb_unaligned_lanes *)(v + i - WB_LANES) = scale * (here - before);
    }
    for (; i-- > 1;) { v[i] = scale * (v[i] - v[i - 1]); }
}

// The stages of a Fourier transform whose points are in bit-reversed order, each stage's factors one after the other: 1, 2, 4, ... of them.
static void WB_PATH(butterflies)(double *re, double *im, const double *c, const double *s, size_t n) {
    for (size_t half = 1; half < n; c += half, s += half, half *= 2) {
        for (size_t start = 0; start < n; start += 2 * half) {
            double *a = re + start, *b = im + start, *x = a + half, *y = b + half;
            WB_VECTORISE for (size_t i = 0; i < half; i++) {
                double tr = c[i] * x[i] - s[i] * y[i];
                double ti = c[i] * y[i] + s[i] * x[i];
                x[i] = a[i] - tr;
                y[i] = b[i] - ti;
                a[i] += tr;
                b[i] += ti;
            }
        }
    }
}

#undef WB_TERM
#undef WB_TURN
#undef WB_STRETCH
#undef WB_RUNS
