// Sums and products kept in two doubles (Dekker 1971, Knuth 1969), and the logarithm to about 2^-67.
#pragma once
#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

typedef struct {
    double high, low;
} wb_pair;

WB_INLINE wb_pair wb_two_sum(double a, double b) {
    double s = a + b;
    double t = s - a;
    wb_pair y = {s, (a - (s - t)) + (b - t)};
    return y;
}

/// Exact for |a|, |b| < 2^995 unless the product's tail underflows.
WB_INLINE wb_pair wb_two_product(double a, double b) {
    double p = a * b;
    double t = a * 0x1.0000002p27, ah = t - (t - a), al = a - ah;
    t = b * 0x1.0000002p27;
    double bh = t - (t - b), bl = b - bh;
    wb_pair y = {p, ((ah * bh - p) + (ah * bl + al * bh)) + al * bl};
    return y;
}

/// log x for positive finite x: a table of 1/c near 1/m, then a polynomial whose first two terms are kept in two doubles.
WB_INLINE wb_pair wb_log_extended(double x) {
    double k = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        k = -54;
    }
    uint64_t i = wb_bits(x) + (0x3FF0000000000000u - 0x3FE6A09E667F3BCDu);
    k += wb_from_bits((i >> 52) | 0x4330000000000000u) - (0x1p52 + 1023);
    uint64_t bits = (i & 0x000FFFFFFFFFFFFFu) + 0x3FE6A09E667F3BCDu;
    const double *row = WB_LOG_TABLE + 3 * ((bits - 0x3FE6A00000000000u) >> 45);
    double m = wb_from_bits(bits), lead = wb_from_bits(bits & 0xFFFFFFFFF8000000u);
    wb_pair r = wb_two_sum(lead * row[0] - 1, (m - lead) * row[0]);
    wb_pair square = wb_two_product(r.high, r.high);
    double z = square.high;
    const double *c = WB_LOG1P_SMALL;
    double cube = z * r.high * ((c[0] + r.high * c[1]) + z * ((c[2] + r.high * c[3]) + z * ((c[4] + r.high * c[5]) + z * c[6])));
    wb_pair a = wb_two_sum(k * WB_LN2[0], row[1]);
    wb_pair b = wb_two_sum(a.high, r.high);
    wb_pair d = wb_two_sum(b.high, -0.5 * z);
    double low = (a.low + b.low + d.low) + (((row[2] + k * WB_LN2[1]) + (r.low - r.high * r.low - 0.5 * square.low)) + cube);
    wb_pair y = {d.high + low, 0};
    y.low = (d.high - y.high) + low;
    return y;
}

/// c[0] + c[1] x + ... by Horner's rule, with what the rounding of c[0] lost.
WB_INLINE double wb_horner(const double *c, int count, double rest, double x) {
    double y = c[count - 1];
    for (int i = count - 2; i > 0; i--) { y = y * x + c[i]; }
    return c[0] + (y * x + rest);
}

#define WB_COUNT(c) ((int)(sizeof(c) / sizeof((c)[0])))
#define WB_HORNER(c, x) wb_horner(c, WB_COUNT(c), 0, x)
