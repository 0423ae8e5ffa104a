#include "Extended.h"

#pragma STDC FP_CONTRACT OFF

/// 0 for a fraction, 1 for an odd integer, 2 for an even one.
static int wb_parity(double y) {
    double a = __builtin_fabs(y);
    if (a >= 0x1p53) { return 2; }
    if (a >= 0x1p52) { return wb_bits(a) & 1 ? 1 : 2; }
    double whole = (a + 0x1p52) - 0x1p52;
    if (whole != a) { return 0; }
    return wb_bits(a + 0x1p52) & 1 ? 1 : 2;
}

double wb_pow(double x, double y) {
    if (y == 0 || x == 1) { return 1; }
    if (x != x || y != y) { return x + y; }
    double a = __builtin_fabs(x);
    if (__builtin_fabs(y) == WB_INFINITY) {
        if (a == 1) { return 1; }
        return (a > 1) == (y > 0) ? WB_INFINITY : 0;
    }
    int parity = wb_parity(y);
    double sign = wb_bits(x) >> 63 && parity == 1 ? -1 : 1;
    if (a == 0 || a == WB_INFINITY) { return sign * ((a == 0) == (y < 0) ? WB_INFINITY : 0); }
    if (x < 0 && parity == 0) { return WB_NAN; }
    if (a == 1) { return sign; }
    wb_pair l = wb_log_extended(a);
    double rough = y * l.high;
    if (rough > 746) { return sign * WB_INFINITY; }
    if (rough < -746) { return sign * 0.0; }
    // |l| >= 2^-53, so |y| < 2^63 here and the product cannot overflow.
    wb_pair p = wb_two_product(y, l.high);
    return wb_exp_extended(p.high, p.low + y * l.low, sign);
}

static double wb_log_scaled(double x, const double scale[2]) {
    if (!(x > 0)) { return x == 0 ? -WB_INFINITY : WB_NAN; }
    if (x == WB_INFINITY) { return x; }
    wb_pair l = wb_log_extended(x);
    wb_pair p = wb_two_product(l.high, scale[0]);
    return p.high + (p.low + (l.high * scale[1] + l.low * scale[0]));
}

double wb_log2(double x) { return wb_log_scaled(x, WB_LOG2_SCALES); }
double wb_log10(double x) { return wb_log_scaled(x, WB_LOG10_SCALES); }
