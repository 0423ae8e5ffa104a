// Loops over arrays, compiled once for each instruction set and chosen once at start. Every path gives the same bits.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// One step of Adam: the rate, the decays of the two moments, what mends their bias, and epsilon.
typedef struct {
    double rate, decay1, decay2, scale1, scale2, epsilon;
} wb_adam_step;

/// Two neighbouring stretches of a trajectory: the sums of their momenta, the velocities at the ends of the whole, and momentum and velocity
/// where the first ends and the second begins; the last four null for stretches of one point each.
typedef struct {
    const double *first_sum, *second_sum, *begin_velocity, *end_velocity;
    const double *second_begin_momentum, *second_begin_velocity, *first_end_momentum, *first_end_velocity;
} wb_stretches;

/// Elementwise loops may work in place (x == y) but not on arrays that overlap otherwise. Reductions keep 16 partial sums,
/// element i in sum i mod 16, and add them as a tree: the order of summation is part of the result.
typedef struct {
    const char *name;
    void (*exp)(const double *x, double *y, size_t n);
    void (*expm1)(const double *x, double *y, size_t n);
    void (*log)(const double *x, double *y, size_t n);
    void (*log1p)(const double *x, double *y, size_t n);
    void (*log1p_exp)(const double *x, double *y, size_t n);
    void (*logistic)(const double *x, double *y, size_t n);
    void (*tanh)(const double *x, double *y, size_t n);
    void (*sin)(const double *x, double *y, size_t n);
    void (*cos)(const double *x, double *y, size_t n);
    void (*square_root)(const double *x, double *y, size_t n);
    void (*normal_quantile)(const double *x, double *y, size_t n);
    double (*sum)(const double *x, size_t n);
    double (*dot)(const double *x, const double *y, size_t n);
    double (*sum_of_products)(const double *x, const double *y, const double *z, size_t n);
    double (*sum_of_squares)(const double *x, double centre, size_t n);
    /// The greatest; NaN if there is one, -infinity if there is none.
    double (*maximum)(const double *x, size_t n);
    /// y = exp(scale x - shift), returning its sum.
    double (*scaled_exp)(const double *x, double scale, double shift, double *y, size_t n);
    double (*sum_of_exp)(const double *x, double shift, size_t n);
    /// y += a x
    void (*axpy)(double a, const double *x, double *y, size_t n);
    /// y = a x + b
    void (*affine)(double a, double b, const double *x, double *y, size_t n);
    void (*multiply)(const double *x, const double *y, double *z, size_t n);
    /// z = z + sum_j weights[j] rows[j], rows of n elements one after the other.
    void (*combine)(const double *rows, const double *weights, size_t k, double *z, size_t n);
    /// moments[j] = sum p f_j, then gram[j k + l] = sum p f_j f_l, in one pass; workspace of 16 (k + k (k + 1)/2) doubles.
    void (*weighted_moments)(const double *p, const double *rows, size_t k, size_t n, double *workspace, double *moments, double *gram);
    /// c += a b for an m by k matrix a, whose element (i, p) is a[i row + p column], and b and c row after row; each element's terms in the
    /// order of k. No two may overlap.
    void (*multiply_add)(const double *a, size_t row, size_t column, const double *b, double *c, size_t m, size_t k, size_t n);
    /// y, columns by rows, is x, rows by columns, turned over.
    void (*transpose)(const double *x, double *y, size_t rows, size_t columns);
    /// w moves by one step of Adam along the gradient; first and second are its moments.
    void (*adam)(double *w, double *first, double *second, const double *gradient, wb_adam_step step, size_t n);
    /// p += h g, then q += e m p; without m a mass of one.
    void (*kick_and_drift)(double h, double e, const double *g, const double *m, double *p, double *q, size_t n);
    /// p += h g, v = m p (without m, p); returns the sum of p v in order.
    double (*kick)(double h, const double *g, const double *m, double *p, double *v, size_t n);
    /// p += h g and v += h a, then q += e v.
    void (*kick_all_and_drift)(double h, double e, const double *g, const double *a, double *p, double *v, double *q, size_t n);
    /// p += h g and v += h a; returns the sum of p v in order.
    double (*kick_all)(double h, const double *g, const double *a, double *p, double *v, size_t n);
    /// v_i = scale (v_i - v_{i-1}) for all i but 0, in place.
    void (*differences)(double scale, double *v, size_t n);
    /// Whether the ends of the whole, and of each stretch with the other's near end, move along the momenta between them: 1, 0, or -1 where
    /// rounding could decide and the sums have to be taken in order.
    int (*goes_on)(wb_stretches stretches, size_t n);
    /// z += x + y
    void (*accumulate)(const double *x, const double *y, double *z, size_t n);
    /// out[j] += x_j . y for k rows of n elements, each sum as in dot.
    void (*dots)(const double *x, const double *y, size_t k, size_t n, double *out);
    /// The log likelihood of responses y, 0 or 1, at log odds x, added in order, and its slopes in x.
    double (*bernoulli)(const double *x, const double *y, double *slopes, size_t n);
    /// The same at log odds offset + sum_j w[j] columns[j], k columns of n rows, `stride` apart, its slopes in w added to g; workspace of 16 k.
    double (*bernoulli_regression)(const double *columns, size_t stride, const double *w, size_t k, const double *offset, const double *y,
                                   double *workspace, double *g, size_t n);
    /// x as an even mixture of normals about a and a + b, of variance 2: five sums in order that its log likelihood and slopes are made of.
    void (*tied_normals)(const double *x, double a, double b, double *sums, size_t n);
    /// Returns x as Student t of nu degrees of freedom at log scales s, which are walked from s[0] by scale z where z is given: slopes of the
    /// log likelihood in s, and the sums in order of s, log(1 + r) and r/(1 + r), r = x^2 exp(-2 s)/nu.
    void (*student_series)(const double *x, double nu, const double *z, double scale, double *s, double *slopes, double *sums, size_t n);
    /// Slopes in a walk's places as slopes g[1...] in its steps z, which are standard normal; the sums, from the end, of the slopes after the
    /// first, of tails times z, and of z squared.
    void (*walk_slopes)(const double *slopes, const double *z, double scale, double *g, double *sums, size_t n);
    /// x = (L D L')^-1 x for a symmetric tridiagonal matrix: L has ones on its diagonal and l[1...n-1] below it (l[0] and l[n] are read and must
    /// be finite), D the reciprocals given. The places but the last n mod 8 are eight runs; `after` holds the products of -l from a run's start up
    /// to each of its places, `before` those of -l[i + 1] from each place up to its run's end.
    void (*solve_tridiagonal)(const double *l, const double *reciprocals, const double *after, const double *before, double *x, size_t n);
    /// The stages of a Fourier transform of n points, a power of two, in bit-reversed order: stage after stage of 1, 2, 4, ... factors c + i s.
    void (*butterflies)(double *re, double *im, const double *c, const double *s, size_t n);
    /// Words position, position + 1, ... of the stream (key, lane).
    void (*random_bits)(uint64_t key, uint64_t lane, uint64_t position, uint64_t *out, size_t n);
    void (*random_uniforms)(uint64_t key, uint64_t lane, uint64_t position, double *out, size_t n);
    void (*random_normals)(uint64_t key, uint64_t lane, uint64_t position, double *out, size_t n);
} wb_path;

/// The path of that name ("baseline", "avx2", "avx512") if this program has it and this processor can run it, else null.
const wb_path *wb_path_named(const char *name);

/// The path in use: the widest that the processor can run, or what WORKBENCH_ISA names.
const wb_path *wb_path_active(void);

/// WORKBENCH_ISA as found, if it named no path that can run here; else null.
const char *wb_path_refused(void);
