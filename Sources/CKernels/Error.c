#include "Extended.h"

#pragma STDC FP_CONTRACT OFF

double wb_erf(double x) {
    double a = __builtin_fabs(x);
    if (a <= 1) {
        double z = x * x;
        return x * WB_TWO_OVER_SQRT_PI[0] + x * (WB_TWO_OVER_SQRT_PI[1] + z * WB_HORNER(WB_ERF, z));
    }
    if (x != x) { return x; }
    return __builtin_copysign(a > 6 ? 1 : 1 - wb_erfc(a), x);
}

double wb_erfc(double x) {
    if (x != x) { return x; }
    if (x < 0.5) { return x < -0.5 ? 2 - wb_erfc(-x) : 1 - wb_erf(x); }
    if (x > 27.3) { return 0; }
    // exp(x^2) erfc x is smooth; the square keeps its rounding error.
    double scaled;
    if (x <= 2) {
        scaled = wb_horner(WB_ERFCX_NEAR, WB_COUNT(WB_ERFCX_NEAR), WB_ERFCX_NEAR_REST[0], x - 1.25);
    } else if (x <= 4) {
        scaled = wb_horner(WB_ERFCX_MIDDLE, WB_COUNT(WB_ERFCX_MIDDLE), WB_ERFCX_MIDDLE_REST[0], x - 3);
    } else {
        double z = 1 / (x * x);
        scaled = WB_1_SQRT_PI[0] * (1 + z * WB_HORNER(WB_ERFCX_FAR, z)) / x;
    }
    wb_pair square = wb_two_product(x, x);
    return wb_exp_extended(-square.high, -square.low, scaled);
}
