// The elementary functions on one number, free of branches so that a loop over them becomes vector code with the same bits.
//
// Rules that keep every machine and instruction set on the same bits: no fused multiply-add, no C library, a written order of
// operations, special cases by selection. Integers enter and leave through the bits of a double near 2^52 and 1.5 * 2^52.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "Coefficients.h"

#pragma STDC FP_CONTRACT OFF

#define WB_INLINE static inline __attribute__((always_inline, unused))
#define WB_INFINITY __builtin_inf()
#define WB_NAN __builtin_nan("")
/// Adding and subtracting this rounds |x| < 2^51 to the nearest integer, ties to even, and leaves the integer in the low bits.
#define WB_ROUNDER 0x1.8p52
#define WB_1_LN2 0x1.71547652b82fep+0
#define WB_2_PI 0x1.45f306dc9c883p-1
/// Above this magnitude sine and cosine reduce their argument by integer arithmetic.
#define WB_NEAR 0x1p20

WB_INLINE uint64_t wb_bits(double x) {
    uint64_t b;
    __builtin_memcpy(&b, &x, 8);
    return b;
}

WB_INLINE double wb_from_bits(uint64_t b) {
    double x;
    __builtin_memcpy(&x, &b, 8);
    return x;
}

WB_INLINE double wb_round(double x) { return (x + WB_ROUNDER) - WB_ROUNDER; }

/// 2^n for an integer n in -1022...1023.
WB_INLINE double wb_power_of_two(double n) { return wb_from_bits((wb_bits(n + WB_ROUNDER) + 1023) << 52); }

/// y 2^n for an integer n in -1076...1025, rounded once.
WB_INLINE double wb_scale(double y, double n) {
    double half = wb_round(n * 0.5);
    return (y * wb_power_of_two(half)) * wb_power_of_two(n - half);
}

/// x = n ln 2 + r + rest with |r| <= 0.3466, and the tail (exp r - 1 - r)/r^2 as a polynomial.
#define WB_EXP_REDUCE(x)                                                                                               \
    double n = wb_round((x) * WB_1_LN2);                                                                               \
    double near = (x) - n * WB_LN2[0];                                                                                 \
    double far = n * WB_LN2[1];                                                                                        \
    double r = near - far;                                                                                             \
    double rest = (near - r) - far;                                                                                    \
    double z = r * r;                                                                                                  \
    double z2 = z * z;                                                                                                 \
    double tail = ((WB_EXP[0] + r * WB_EXP[1]) + z * (WB_EXP[2] + r * WB_EXP[3])) +                                    \
                  z2 * (((WB_EXP[4] + r * WB_EXP[5]) + z * (WB_EXP[6] + r * WB_EXP[7])) + z2 * (WB_EXP[8] + r * WB_EXP[9]))

WB_INLINE double wb_exp(double x) {
    double c = x > 710 ? 710 : x;
    c = c < -746 ? -746 : c;
    WB_EXP_REDUCE(c);
    double high = 1 + r;
    double low = (1 - high) + r;
    return wb_scale(high + (low + (rest + z * tail)), n);
}

/// factor exp(x + more), |x| <= 746, |more| below 2^-40, rounded to the result's scale at the end only.
WB_INLINE double wb_exp_extended(double x, double more, double factor) {
    WB_EXP_REDUCE(x);
    double high = 1 + r;
    double low = (1 - high) + r;
    double bend = z * tail;
    return wb_scale(factor * (high + (low + (rest + bend + (high + bend) * more))), n);
}

WB_INLINE double wb_expm1(double x) {
    double c = x > 710 ? 710 : x;
    c = c < -50 ? -50 : c;
    WB_EXP_REDUCE(c);
    double top = n > 1023 ? 1 : 0;
    double s = wb_power_of_two(n - top);
    double a = s - 1;
    double aRest = (s - a) - 1;
    double b = s * r;
    double high = a + b;
    double low = (a - high) + b;
    double y = high + (low + (aRest + s * (rest + z * tail)));
    y = n > 1023 ? y * 2 : y;
    return x == 0 ? x : y;
}

/// log u + k0 ln 2 + more for a positive normal u.
WB_INLINE double wb_log_kernel(double u, double k0, double more) {
    uint64_t i = wb_bits(u) + (0x3FF0000000000000u - 0x3FE6A09E667F3BCDu);
    double k = (wb_from_bits((i >> 52) | 0x4330000000000000u) - (0x1p52 + 1023)) + k0;
    double m = wb_from_bits((i & 0x000FFFFFFFFFFFFFu) + 0x3FE6A09E667F3BCDu);
    double f = m - 1;
    double s = f / (2 + f);
    double z = s * s;
    double z2 = z * z;
    double tail = z * ((WB_LOG[0] + z * WB_LOG[1]) + z2 * ((WB_LOG[2] + z * WB_LOG[3]) + z2 * ((WB_LOG[4] + z * WB_LOG[5]) + z2 * WB_LOG[6])));
    // f - f^2/2 in two parts: the square of the leading 26 bits of f is exact.
    double lead = wb_from_bits(wb_bits(f) & 0xFFFFFFFFF8000000u);
    double half = 0.5 * lead * lead;
    double halfRest = 0.5 * (f - lead) * (f + lead);
    double a = f - half;
    double aRest = (f - a) - half;
    double b = k * WB_LN2[0];
    double high = b + a;
    double low = (b - high) + a;
    return high + (low + (aRest + (more + ((k * WB_LN2[1] - halfRest) + s * ((half + halfRest) + tail)))));
}

WB_INLINE double wb_log(double x) {
    double u = x < 0x1p-1022 ? x * 0x1p54 : x;
    double k = x < 0x1p-1022 ? -54 : 0;
    double y = wb_log_kernel(u, k, 0);
    y = x > 0 ? y : WB_NAN;
    y = x == 0 ? -WB_INFINITY : y;
    return x == WB_INFINITY ? x : y;
}

WB_INLINE double wb_log1p(double x) {
    double u = 1 + x;
    double back = u - 1;
    double lost = (1 - (u - back)) + (x - back);
    double y = wb_log_kernel(u, 0, lost / u);
    y = x > -1 ? y : WB_NAN;
    y = x == -1 ? -WB_INFINITY : y;
    y = x == 0 ? x : y;
    return x == WB_INFINITY ? x : y;
}

WB_INLINE double wb_logistic(double x) {
    double e = wb_exp(-__builtin_fabs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
}

/// log(1 + exp x).
WB_INLINE double wb_log1p_exp(double x) {
    double y = wb_log1p(wb_exp(-__builtin_fabs(x)));
    return x > 0 ? x + y : (x == x ? y : x);
}

WB_INLINE double wb_tanh(double x) {
    double a = __builtin_fabs(x);
    a = a > 22 ? 22 : a;
    double t = wb_expm1(2 * a);
    return __builtin_copysign(t / (t + 2), x);
}

/// Sine (turn 0) or cosine (turn 1) of quadrant * pi/2 + r + rest, |r| <= pi/4.
WB_INLINE double wb_sine_kernel(double r, double rest, uint64_t quadrant) {
    double z = r * r;
    double z2 = z * z;
    double s = z * ((WB_SIN[0] + z * WB_SIN[1]) + z2 * ((WB_SIN[2] + z * WB_SIN[3]) + z2 * (WB_SIN[4] + z * WB_SIN[5])));
    double sine = r + (r * s + rest * (1 - 0.5 * z));
    double c = (WB_COS[0] + z * WB_COS[1]) + z2 * ((WB_COS[2] + z * WB_COS[3]) + z2 * (WB_COS[4] + z * WB_COS[5]));
    double half = 0.5 * z;
    double w = 1 - half;
    double cosine = w + (((1 - w) - half) + (z2 * c - r * rest));
    uint64_t odd = 0 - (quadrant & 1);
    uint64_t y = (wb_bits(sine) & ~odd) | (wb_bits(cosine) & odd);
    return wb_from_bits(y ^ ((quadrant & 2) << 62));
}

/// The same of x + turn * pi/2 for |x| <= WB_NEAR: pi/2 in four parts, of which three times n are exact.
WB_INLINE double wb_sine_near(double x, uint64_t turn) {
    double shifted = x * WB_2_PI + WB_ROUNDER;
    double n = shifted - WB_ROUNDER;
    double d = x - n * WB_PI_2[0];
    double p = n * WB_PI_2[1];
    double a = d - p;
    double t = a - d;
    double e = (d - (a - t)) - (p + t);
    p = n * WB_PI_2[2];
    double b = a - p;
    t = b - a;
    double f = (a - (b - t)) - (p + t);
    double low = (e + f) - n * WB_PI_2[3];
    double r = b + low;
    double rest = (b - r) + low;
    return wb_sine_kernel(r, rest, wb_bits(shifted) + turn);
}

/// Sine or cosine of any larger argument, infinities and NaN among them, by the bits of 2/pi that matter (Payne & Hanek 1983).
double wb_sine_far(double x, uint64_t turn);

WB_INLINE double wb_sin(double x) {
    if (!(__builtin_fabs(x) <= WB_NEAR)) { return wb_sine_far(x, 0); }
    double y = wb_sine_near(x, 0);
    return x == 0 ? x : y;
}

WB_INLINE double wb_cos(double x) {
    if (!(__builtin_fabs(x) <= WB_NEAR)) { return wb_sine_far(x, 1); }
    return wb_sine_near(x, 1);
}

WB_INLINE double wb_sqrt(double x) { return __builtin_elementwise_sqrt(x); }

WB_INLINE double wb_polynomial_9(const double c[10], double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    return ((c[0] + x * c[1]) + x2 * (c[2] + x * c[3])) +
           x4 * (((c[4] + x * c[5]) + x2 * (c[6] + x * c[7])) + x4 * (c[8] + x * c[9]));
}

/// The normal quantile of 1/2 + q for |q| <= 0.425.
WB_INLINE double wb_quantile_centre(double q) {
    double w = 0.180625 - q * q;
    return q * (wb_polynomial_9(WB_QUANTILE_CENTRE_P, w) / wb_polynomial_9(WB_QUANTILE_CENTRE_Q, w));
}

/// Minus the normal quantile of t = exp(-r^2), 1.6 <= r <= 5: somewhat less than sqrt(2) r.
WB_INLINE double wb_quantile_tail(double r) {
    double u = r - 1.5;
    double less = wb_polynomial_9(WB_QUANTILE_TAIL_P, u) / wb_polynomial_9(WB_QUANTILE_TAIL_Q, u);
    return r * WB_SQRT_2[0] + (r * WB_SQRT_2[1] - less);
}

/// Minus the normal quantile of t = exp(-r^2), r > 5.
WB_INLINE double wb_quantile_far(double r) {
    double u = r - 5;
    double less = wb_polynomial_9(WB_QUANTILE_FAR_P, u) / wb_polynomial_9(WB_QUANTILE_FAR_Q, u);
    return r * WB_SQRT_2[0] + (r * WB_SQRT_2[1] - less);
}

WB_INLINE double wb_normal_quantile(double p) {
    double q = p - 0.5;
    if (__builtin_fabs(q) <= 0.425) { return wb_quantile_centre(q); }
    double t = q < 0 ? p : 1 - p;
    if (!(t > 0)) { return t == 0 ? (q < 0 ? -WB_INFINITY : WB_INFINITY) : WB_NAN; }
    double r = wb_sqrt(-wb_log(t));
    double y = r <= 5 ? wb_quantile_tail(r) : wb_quantile_far(r);
    return q < 0 ? -y : y;
}

/// 64 random bits to the open interval (0, 1): the midpoint of one of 2^52 equal cells.
WB_INLINE double wb_uniform(uint64_t bits) { return wb_from_bits((bits >> 12) | 0x3FF0000000000000u) - (1 - 0x1p-53); }
