#pragma once
#include <stddef.h>
#include <stdint.h>

/// The peers in plain C: what a careful programmer would write in an afternoon with the C library, one thread, no intrinsics.

/// y[i] = f(x[i]) by the C library's function, one call an element.
void plain_exp(const double *x, double *y, size_t n);
void plain_expm1(const double *x, double *y, size_t n);
void plain_log(const double *x, double *y, size_t n);
void plain_log1p(const double *x, double *y, size_t n);
void plain_sin(const double *x, double *y, size_t n);
void plain_cos(const double *x, double *y, size_t n);
void plain_tanh(const double *x, double *y, size_t n);
/// y[i] = pow(x[i], 1.7).
void plain_pow(const double *x, double *y, size_t n);

/// The least and greatest of y in each of `columns` equal stretches: all that a line's picture needs, and nothing else.
void plain_envelope(const double *y, size_t n, size_t columns, double *low, double *high);

/// Stochastic gradient Langevin dynamics on the two-component mixture (Welling & Teh 2011, §5.1): xoshiro256+, polar normals, libm.
/// Keeps every draw in `trace` (2 numbers an update).
void plain_sgld(const double *data, size_t n, size_t batch, size_t updates, double a, double b, double gamma, double *trace);
