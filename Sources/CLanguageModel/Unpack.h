// Blocks of 32 weights, w = d q + m, for each type; included once for each instruction set.
// q is weights 0...15 in `low` and 16...31 in `high`; for the K types block b is the b-th 32 weights of the row.

#define LM_LOAD(type, p) ({ type lm_value; __builtin_memcpy(&lm_value, (p), sizeof lm_value); lm_value; })
#define LM_HALF_AT(p) WB_PATH(half)(LM_LOAD(uint16_t, p))

LM_INLINE float WB_PATH(half)(uint16_t bits) {
#if defined(LM_HAS_F16C)
    typedef short halves __attribute__((vector_size(16)));
    typedef float singles __attribute__((vector_size(16)));
    halves h = {(short)bits};
    singles s = __builtin_ia32_vcvtph2ps(h);
    return s[0];
#else
    // Normal numbers by a change of exponent, subnormal ones by the subtraction of one half; both are exact.
    uint32_t twice = (uint32_t)bits << 17;
    float normal = LM_LOAD(float, &(uint32_t){(twice >> 4) + 0x70000000u}) * 0x1p-112f;
    float subnormal = LM_LOAD(float, &(uint32_t){(twice >> 17) | 0x3F000000u}) - 0.5f;
    float magnitude = twice < 0x08000000u ? subnormal : normal;
    return bits & 0x8000 ? -magnitude : magnitude;
#endif
}

LM_INLINE void WB_PATH(nibbles)(const uint8_t *p, lm_whole *low, lm_whole *high) {
    lm_whole bytes = __builtin_convertvector(LM_LOAD(lm_bytes, p), lm_whole);
    *low = bytes & 15;
    *high = bytes >> 4;
}

/// Nibbles as floats, less `zero`.
LM_INLINE void WB_PATH(nibble_floats)(const uint8_t *p, int32_t zero, lm_lanes *low, lm_lanes *high) {
#if defined(LM_HAS_TABLE)
    // A table of sixteen floats is one instruction here, and looks at the four lowest bits alone.
    const lm_whole places = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const lm_lanes table = __builtin_convertvector(places - zero, lm_lanes);
    lm_whole bytes = __builtin_convertvector(LM_LOAD(lm_bytes, p), lm_whole);
    *low = __builtin_ia32_permvarsf512(table, bytes);
    *high = __builtin_ia32_permvarsf512(table, bytes >> 4);
#else
    lm_whole a, c;
    WB_PATH(nibbles)(p, &a, &c);
    *low = __builtin_convertvector(a - zero, lm_lanes);
    *high = __builtin_convertvector(c - zero, lm_lanes);
#endif
}

/// The scale and minimum, 6 bits each, of sub-block j of a Q4_K or Q5_K block.
LM_INLINE void WB_PATH(six_bits)(const uint8_t *p, size_t j, uint32_t *scale, uint32_t *minimum) {
    if (j < 4) {
        *scale = p[j] & 63u;
        *minimum = p[j + 4] & 63u;
    } else {
        *scale = (p[j + 4] & 15u) | ((p[j - 4] >> 6) << 4);
        *minimum = (p[j + 4] >> 4) | ((p[j] >> 6) << 4);
    }
}

/// The first two of four halves, as floats; the other two are whatever bytes follow.
LM_INLINE void WB_PATH(two_halves)(const uint8_t *p, float *first, float *second) {
#if defined(LM_HAS_F16C)
    lm_four values = __builtin_convertvector(LM_LOAD(lm_halves, p), lm_four);
    *first = values[0];
    *second = values[1];
#else
    *first = LM_HALF_AT(p);
    *second = LM_HALF_AT(p + 2);
#endif
}

/// The scale d and minimum m of block b of a row; what a type has not is one and nothing.
LM_INLINE void WB_PATH(scale)(int type, const uint8_t *row, size_t b, float *d, float *m) {
    *d = 1;
    *m = 0;
    float unused;
    switch (type) {
    case LM_Q4_0: WB_PATH(two_halves)(row + 18 * b, d, &unused); break;
    case LM_Q4_1: WB_PATH(two_halves)(row + 20 * b, d, m); break;
    case LM_Q5_0: WB_PATH(two_halves)(row + 22 * b, d, &unused); break;
    case LM_Q5_1: WB_PATH(two_halves)(row + 24 * b, d, m); break;
    case LM_Q8_0: WB_PATH(two_halves)(row + 34 * b, d, &unused); break;
    case LM_Q4_K:
    case LM_Q5_K: {
        row += (type == LM_Q4_K ? 144 : 176) * (b / 8);
        uint32_t scale, minimum;
        WB_PATH(six_bits)(row + 4, b % 8, &scale, &minimum);
        WB_PATH(two_halves)(row, d, m);
        *d *= (float)scale;
        *m = -(*m * (float)minimum);
        break;
    }
    case LM_Q6_K: *d = LM_HALF_AT(row + 210 * (b / 8) + 208); break;
    default: break;
    }
}

/// The whole numbers q of block b, for types with a scale; at most 13 bits.
LM_INLINE void WB_PATH(wholes)(int type, const uint8_t *row, size_t b, lm_whole *low, lm_whole *high) {
    lm_whole a, c;
    switch (type) {
    case LM_Q4_0:
        WB_PATH(nibbles)(row + 18 * b + 2, &a, &c);
        a -= 8;
        c -= 8;
        break;
    case LM_Q4_1: WB_PATH(nibbles)(row + 20 * b + 4, &a, &c); break;
    case LM_Q5_0:
    case LM_Q5_1: {
        row += (type == LM_Q5_0 ? 22 : 24) * b + (type == LM_Q5_0 ? 2 : 4);
        const lm_whole places = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        lm_whole fifth = (int32_t)LM_LOAD(uint32_t, row) + (lm_whole){0};
        WB_PATH(nibbles)(row + 4, &a, &c);
        a |= ((fifth >> places) & 1) << 4;
        c |= ((fifth >> (places + 16)) & 1) << 4;
        if (type == LM_Q5_0) {
            a -= 16;
            c -= 16;
        }
        break;
    }
    case LM_Q8_0:
        row += 34 * b;
        a = __builtin_convertvector(LM_LOAD(lm_signed_bytes, row + 2), lm_whole);
        c = __builtin_convertvector(LM_LOAD(lm_signed_bytes, row + 18), lm_whole);
        break;
    case LM_Q4_K:
    case LM_Q5_K: {
        size_t j = b % 8;
        row += (type == LM_Q4_K ? 144 : 176) * (b / 8);
        const uint8_t *nibbles = row + (type == LM_Q4_K ? 16 : 48) + 32 * (j / 2);
        int shift = j % 2 == 0 ? 0 : 4;
        a = (__builtin_convertvector(LM_LOAD(lm_bytes, nibbles), lm_whole) >> shift) & 15;
        c = (__builtin_convertvector(LM_LOAD(lm_bytes, nibbles + 16), lm_whole) >> shift) & 15;
        if (type == LM_Q5_K) {
            a |= ((__builtin_convertvector(LM_LOAD(lm_bytes, row + 16), lm_whole) >> (int)j) & 1) << 4;
            c |= ((__builtin_convertvector(LM_LOAD(lm_bytes, row + 32), lm_whole) >> (int)j) & 1) << 4;
        }
        break;
    }
    default: {
        // Q6_K: sixteen scales of 16 weights each; scale times weight is a whole number of 13 bits, so d is the block's own.
        size_t half = b % 8 / 4, part = b % 4;
        row += 210 * (b / 8);
        const uint8_t *fours = row + 64 * half + 32 * (part & 1), *twos = row + 128 + 32 * half;
        const int8_t *scales = (const int8_t *)row + 192 + 8 * half + 2 * part;
        int four = part < 2 ? 0 : 4, two = 2 * (int)part;
        a = (__builtin_convertvector(LM_LOAD(lm_bytes, fours), lm_whole) >> four) & 15;
        c = (__builtin_convertvector(LM_LOAD(lm_bytes, fours + 16), lm_whole) >> four) & 15;
        a |= ((__builtin_convertvector(LM_LOAD(lm_bytes, twos), lm_whole) >> two) & 3) << 4;
        c |= ((__builtin_convertvector(LM_LOAD(lm_bytes, twos + 16), lm_whole) >> two) & 3) << 4;
        a = (a - 32) * (int32_t)scales[0];
        c = (c - 32) * (int32_t)scales[1];
        break;
    }
    }
    *low = a;
    *high = c;
}

/// The whole numbers q of block b as floats; for types without a scale the weights themselves.
LM_INLINE void WB_PATH(numbers)(int type, const uint8_t *row, size_t b, lm_lanes *low, lm_lanes *high) {
    lm_whole a, c;
    switch (type) {
    case LM_F32:
        *low = LM_LOAD(lm_lanes, row + 128 * b);
        *high = LM_LOAD(lm_lanes, row + 128 * b + 64);
        return;
    case LM_F16: {
        float values[32];
        for (int i = 0; i < 32; i++) { values[i] = LM_HALF_AT(row + 64 * b + 2 * i); }
        *low = LM_LOAD(lm_lanes, values);
        *high = LM_LOAD(lm_lanes, values + 16);
        return;
    }
    case LM_BF16:
        a = __builtin_convertvector(LM_LOAD(lm_shorts, row + 64 * b), lm_whole) << 16;
        c = __builtin_convertvector(LM_LOAD(lm_shorts, row + 64 * b + 32), lm_whole) << 16;
        *low = LM_LOAD(lm_lanes, &a);
        *high = LM_LOAD(lm_lanes, &c);
        return;
    case LM_Q4_0: WB_PATH(nibble_floats)(row + 18 * b + 2, 8, low, high); return;
    case LM_Q4_1: WB_PATH(nibble_floats)(row + 20 * b + 4, 0, low, high); return;
    default: break;
    }
    WB_PATH(wholes)(type, row, b, &a, &c);
    *low = __builtin_convertvector(a, lm_lanes);
    *high = __builtin_convertvector(c, lm_lanes);
}

/// The same whole numbers, sixteen bits each.
LM_INLINE void WB_PATH(short_numbers)(int type, const uint8_t *row, size_t b, lm_sixteen *low, lm_sixteen *high) {
    switch (type) {
    case LM_Q4_0:
    case LM_Q4_1: {
        lm_sixteen bytes = __builtin_convertvector(LM_LOAD(lm_bytes, row + (type == LM_Q4_0 ? 18 * b + 2 : 20 * b + 4)), lm_sixteen);
        *low = bytes & 15;
        *high = bytes >> 4;
        if (type == LM_Q4_0) {
            *low -= 8;
            *high -= 8;
        }
        return;
    }
    case LM_Q8_0:
        *low = __builtin_convertvector(LM_LOAD(lm_signed_bytes, row + 34 * b + 2), lm_sixteen);
        *high = __builtin_convertvector(LM_LOAD(lm_signed_bytes, row + 34 * b + 18), lm_sixteen);
        return;
    default: break;
    }
    lm_whole a, c;
    WB_PATH(wholes)(type, row, b, &a, &c);
    *low = __builtin_convertvector(a, lm_sixteen);
    *high = __builtin_convertvector(c, lm_sixteen);
}
