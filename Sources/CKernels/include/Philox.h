// Philox 4x32-10: a keyed bijection of 128-bit counters whose outputs pass for random.
// Source: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
#pragma once
#include "Elementary.h"

typedef struct {
    uint64_t first, second;
} wb_words;

/// The two 64-bit words of one block. counter = (block, lane), each 64 bits, low 32 bits first.
WB_INLINE wb_words wb_philox(uint64_t key, uint64_t block, uint64_t lane) {
    // Every variable holds 32 bits: 64-bit variables, so that the product keeps its high half and vectorises.
    uint64_t c0 = block & 0xFFFFFFFFu, c1 = block >> 32, c2 = lane & 0xFFFFFFFFu, c3 = lane >> 32;
    uint64_t k0 = key & 0xFFFFFFFFu, k1 = key >> 32;
#pragma clang loop unroll(full)
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = c0 * 0xD2511F53u;
        uint64_t p1 = c2 * 0xCD9E8D57u;
        c0 = (p1 >> 32) ^ c1 ^ k0;
        c1 = p1 & 0xFFFFFFFFu;
        c2 = (p0 >> 32) ^ c3 ^ k1;
        c3 = p0 & 0xFFFFFFFFu;
        k0 = (k0 + 0x9E3779B9u) & 0xFFFFFFFFu;
        k1 = (k1 + 0xBB67AE85u) & 0xFFFFFFFFu;
    }
    wb_words words = {c0 | c1 << 32, c2 | c3 << 32};
    return words;
}

/// Word `position` of the stream (key, lane).
WB_INLINE uint64_t wb_philox_word(uint64_t key, uint64_t lane, uint64_t position) {
    wb_words words = wb_philox(key, position >> 1, lane);
    return position & 1 ? words.second : words.first;
}
