#include "Extended.h"

#pragma STDC FP_CONTRACT OFF

/// Sine (turn 0) or cosine (turn 1) of pi a for 0 <= a < 2^52.
static double wb_sine_pi(double a, uint64_t turn) {
    double g = a - 2 * wb_round(0.5 * a);
    double n = wb_round(2 * g);
    double f = g - 0.5 * n;
    wb_pair r = wb_two_product(f, WB_PI[0]);
    return wb_sine_kernel(r.high, r.low + f * WB_PI[1], wb_bits(n + WB_ROUNDER) + turn);
}

static int wb_is_integer(double a) { return a >= 0x1p52 || (a + 0x1p52) - 0x1p52 == a; }

/// lgamma(1 + t), -0.25 <= t <= 0.3.
static double wb_lgamma_near_1(double t) {
    return t * wb_horner(WB_LGAMMA_NEAR_1, WB_COUNT(WB_LGAMMA_NEAR_1), WB_LGAMMA_NEAR_1_REST[0], t - 0.03125);
}

/// lgamma(2 + t), -0.7 <= t <= 0.4.
static double wb_lgamma_near_2(double t) {
    return t * wb_horner(WB_LGAMMA_NEAR_2, WB_COUNT(WB_LGAMMA_NEAR_2), WB_LGAMMA_NEAR_2_REST[0], t + 0.15625);
}

static double wb_lgamma_positive(double x) {
    if (x <= 0.3) { return x < 0x1p-60 ? -wb_log(x) : wb_lgamma_near_1(x) - wb_log(x); }
    if (x <= 0.75) { return wb_lgamma_near_2(x - 1) - wb_log(x); }
    if (x <= 1.3) { return wb_lgamma_near_1(x - 1) + 0.0; }  // +0 at 1
    if (x <= 2.4) { return wb_lgamma_near_2(x - 2); }
    if (x < 8) {
        double product = 1, z = x;
        while (z > 2.4) {
            z -= 1;
            product *= z;
        }
        return wb_lgamma_near_2(z - 2) + wb_log(product);
    }
    if (x == WB_INFINITY) { return x; }
    wb_pair l = wb_log_extended(x);
    if (x >= 0x1p60) {
        wb_pair s = wb_two_sum(l.high, -1);
        return x * s.high + x * (s.low + l.low);
    }
    // Stirling: (x - 1/2) log x - x + log(2 pi)/2 + tail/x.
    double c = x - 0.5;
    wb_pair p = wb_two_product(c, l.high);
    wb_pair s = wb_two_sum(p.high, -x);
    double w = 1 / x;
    double tail = w * WB_HORNER(WB_STIRLING, w * w);
    wb_pair t = wb_two_sum(s.high, WB_LN_SQRT_2PI[0]);
    return t.high + (t.low + s.low + (p.low + c * l.low) + tail);
}

double wb_lgamma(double x) {
    if (x != x) { return x; }
    if (x > 0) { return wb_lgamma_positive(x); }
    double a = -x;
    if (wb_is_integer(a)) { return WB_INFINITY; }
    if (a < 0x1p-60) { return -wb_log(a); }
    // Gamma(-a) Gamma(a) = -pi/(a sin(pi a))
    return wb_log(WB_PI[0] / (a * __builtin_fabs(wb_sine_pi(a, 0)))) - wb_lgamma_positive(a);
}

/// digamma(1 + t), 0 <= t <= 1: the distance to the root, kept exactly, times a polynomial.
static double wb_digamma_near_root(double t) {
    wb_pair d = wb_two_sum(t - (WB_DIGAMMA_ROOT[0] - 1), -WB_DIGAMMA_ROOT[1]);
    double slope = wb_horner(WB_DIGAMMA_NEAR_ROOT, WB_COUNT(WB_DIGAMMA_NEAR_ROOT), WB_DIGAMMA_NEAR_ROOT_REST[0], t - 0.5);
    return (d.high + (d.low - WB_DIGAMMA_ROOT[2])) * slope;
}

static double wb_digamma_positive(double x) {
    if (x < 1) { return wb_digamma_near_root(x) - 1 / x; }
    if (x <= 2) { return wb_digamma_near_root(x - 1); }
    if (x < 8) {
        wb_pair sum = {0, 0};
        double z = x, rest = 0;
        while (z > 2) {
            z -= 1;
            double q = 1 / z;
            wb_pair back = wb_two_product(q, z);
            sum = wb_two_sum(sum.high, q);
            rest += sum.low + ((1 - back.high) - back.low) * q;
        }
        return sum.high + (wb_digamma_near_root(z - 1) + rest);
    }
    double w = 1 / x;
    return wb_log(x) - (0.5 * w + w * w * WB_HORNER(WB_DIGAMMA_TAIL, w * w));
}

double wb_digamma(double x) {
    if (x != x) { return x; }
    if (x == 0) { return wb_bits(x) >> 63 ? WB_INFINITY : -WB_INFINITY; }
    if (x > 0) { return x == WB_INFINITY ? x : wb_digamma_positive(x); }
    double a = -x;
    if (wb_is_integer(a)) { return WB_NAN; }
    // digamma(-a) = digamma(1 + a) + pi cot(pi a)
    double cotangent = WB_PI[0] * wb_sine_pi(a, 1) / wb_sine_pi(a, 0);
    return (a < 1 ? wb_digamma_near_root(a) : wb_digamma_positive(1 + a)) + cotangent;
}

static double wb_trigamma_positive(double x) {
    if (x == WB_INFINITY) { return 0; }
    double terms[8];
    int count = 0;
    while (x < 8) {
        terms[count++] = 1 / (x * x);
        x += 1;
    }
    double w = 1 / x, z = w * w;
    double y = w + (0.5 * z + z * w * WB_HORNER(WB_TRIGAMMA_TAIL, z));
    while (count > 0) { y += terms[--count]; }
    return y;
}

double wb_trigamma(double x) {
    if (x != x) { return x; }
    if (x > 0) { return wb_trigamma_positive(x); }
    double a = -x;
    if (wb_is_integer(a)) { return WB_INFINITY; }
    double s = WB_PI[0] / wb_sine_pi(a, 0);
    return s * s - wb_trigamma_positive(1 + a);
}
