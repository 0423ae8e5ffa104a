#include "Extended.h"

#pragma STDC FP_CONTRACT OFF

double wb_sine_far(double x, uint64_t turn) {
    uint64_t bits = wb_bits(x);
    int exponent = (int)(bits >> 52 & 0x7FF);
    if (exponent == 0x7FF) { return WB_NAN; }
    // |x| = m 2^e with a 53-bit m. Bits of 2/pi whose product with m 2^e is a multiple of 4 do not matter: a window of 192 bits
    // starts after them. The table opens with 64 zeros, so the start is never negative: e >= -32 above WB_NEAR.
    uint64_t m = (bits & 0x000FFFFFFFFFFFFFu) | 0x0010000000000000u;
    int start = exponent - 1075 - 2 + 64;
    int word = start >> 6, shift = start & 63;
    uint64_t w[3];
    for (int i = 0; i < 3; i++) {
        w[i] = WB_TWO_OVER_PI[word + i] << shift;
        if (shift) { w[i] |= WB_TWO_OVER_PI[word + i + 1] >> (64 - shift); }
    }
    // |x| 2/pi mod 4 in units of 2^-190.
    unsigned __int128 low = (unsigned __int128)m * w[2];
    unsigned __int128 middle = (unsigned __int128)m * w[1] + (uint64_t)(low >> 64);
    uint64_t p2 = (uint64_t)low, p1 = (uint64_t)middle, p0 = m * w[0] + (uint64_t)(middle >> 64);
    uint64_t quadrant = p0 >> 62;
    // The fraction; from one half up it is taken negative, in the next quadrant.
    p0 = p0 << 2 | p1 >> 62;
    p1 = p1 << 2 | p2 >> 62;
    double sign = 1;
    if (p0 >> 63) {
        quadrant += 1;
        p0 = ~p0;
        p1 = ~p1;
        sign = -1;
    }
    // (p0, p1) as two doubles. No double comes nearer to a multiple of pi/2 than about 2^-61, so 66 bits remain at the least.
    int zeros = p0 ? __builtin_clzll(p0) : 64 + (p1 ? __builtin_clzll(p1) : 63);
    unsigned __int128 f = ((unsigned __int128)p0 << 64 | p1) << zeros;
    double unit = wb_power_of_two(-53 - zeros);
    double high = (double)(uint64_t)(f >> 75) * unit;
    double rest = (double)(uint64_t)((f >> 22) & 0x1FFFFFFFFFFFFFu) * (unit * 0x1p-53);
    wb_pair r = wb_two_product(high, 0.5 * WB_PI[0]);
    r.low += high * (0.5 * WB_PI[1]) + rest * (0.5 * WB_PI[0]);
    if (x < 0) {
        sign = -sign;
        quadrant = 0 - quadrant;
    }
    double y = r.high + r.low;
    return wb_sine_kernel(sign * y, sign * ((r.high - y) + r.low), quadrant + turn);
}

double wb_atan2(double y, double x) {
    double ax = __builtin_fabs(x), ay = __builtin_fabs(y);
    if (x != x || y != y) { return x + y; }
    double big = ax > ay ? ax : ay, small = ax > ay ? ay : ax;
    // Angle of the smaller over the greater, in [0, pi/4], as base + atan t.
    double t, base = 0, baseRest = 0;
    if (big == 0) {
        t = 0;
    } else if (big == WB_INFINITY) {
        t = 0;
        if (small == WB_INFINITY) {
            base = 0.25 * WB_PI[0];
            baseRest = 0.25 * WB_PI[1];
        }
    } else if (small > 0.4142135623730951 * big) {
        if (big > 0x1p1000) {
            big *= 0x1p-60;
            small *= 0x1p-60;
        }
        t = (small - big) / (small + big);
        base = 0.25 * WB_PI[0];
        baseRest = 0.25 * WB_PI[1];
    } else {
        t = small / big;
    }
    double z = t * t;
    double tail = t * z * WB_HORNER(WB_ATAN, z);
    // The octant: pi/2 - angle above the diagonal, pi - angle to the left.
    double sign = 1;
    if (ay > ax) {
        base = 0.5 * WB_PI[0] - base;
        baseRest = 0.5 * WB_PI[1] - baseRest;
        sign = -1;
    }
    if (wb_bits(x) >> 63) {
        wb_pair d = wb_two_sum(WB_PI[0], -base);
        base = d.high;
        baseRest = d.low + (WB_PI[1] - baseRest);
        sign = -sign;
    }
    double angle = sign * t + (sign * tail + baseRest);
    if (base != 0) {
        wb_pair s = wb_two_sum(base, sign * t);
        angle = s.high + (s.low + (sign * tail + baseRest));
    }
    return __builtin_copysign(angle, y);
}
