#include "CLanguageModel.h"

#pragma STDC FP_CONTRACT OFF

typedef struct {
    const lm_path *path;
    const lm_network *network;
    lm_workspace *workspace;
    lm_team *team;
    const uint32_t *ids;
    const float *angles;
    float *logits;
    uint32_t count, start, wanted;
    int is_exact;
} lm_pass;

/// A thread's own part of the workspace.
typedef struct {
    float *normed, *sums, *scales;
    int16_t *whole;
} lm_share;

/// A thread's part of `n` things, as a range.
static void lm_part(uint32_t n, uint32_t unit, int thread, int threads, uint32_t *from, uint32_t *to) {
    uint64_t units = n / unit;
    *from = (uint32_t)(units * (uint64_t)thread / (uint64_t)threads) * unit;
    *to = (uint32_t)(units * (uint64_t)(thread + 1) / (uint64_t)threads) * unit;
}

/// How far a block's sums lie from the next one's: those of all tokens stand together.
static size_t lm_sums_stride(uint32_t tokens) { return tokens == 1 ? 1 : LM_TOKENS; }

/// The part of rows from ..< to, of several matrices one after the other, that falls in one of them.
static void lm_multiply_part(
    const lm_path *path, const lm_matrix *matrix, uint32_t offset, uint32_t from, uint32_t to, const lm_input *input, uint32_t tokens,
    float *y, size_t y_stride) {
    uint32_t first = from > offset ? from - offset : 0;
    uint32_t last = to > offset ? to - offset : 0;
    if (last > matrix->rows) { last = matrix->rows; }
    if (first < last) { path->multiply(matrix, first, last, input, tokens, y + offset, y_stride); }
}

/// Turns the pairs (2i, 2i + 1) of rows from ..< to by their angles; rows are heads one after the other.
static void lm_turn(float *rows, uint32_t from, uint32_t to, uint32_t head, const float *angles) {
    for (uint32_t r = from; r < to; r += 2) {
        const float *angle = angles + r % head;
        float a = rows[r], b = rows[r + 1];
        rows[r] = a * angle[0] - b * angle[1];
        rows[r + 1] = a * angle[1] + b * angle[0];
    }
}

/// What is multiplied with, of so many tokens' n numbers.
static lm_input lm_prepared(const lm_pass *pass, const float *x, size_t n, uint32_t tokens, const lm_share *share) {
    size_t stride = lm_sums_stride(tokens);
    lm_input input = {.x = x, .x_stride = n, .sums = share->sums, .stride = stride};
    for (uint32_t t = 0; t < tokens; t++) {
        pass->path->block_sums(x + t * n, n, share->sums + t, stride);
        if (!pass->is_exact) { pass->path->shorten(x + t * n, n, share->whole + t * n, share->scales + t, stride); }
    }
    if (!pass->is_exact) {
        input.whole = share->whole;
        input.scales = share->scales;
    }
    return input;
}

static lm_input lm_normed(const lm_pass *pass, const float *x, const float *weight, uint32_t tokens, const lm_share *share) {
    size_t n = pass->network->embedding;
    for (uint32_t t = 0; t < tokens; t++) { pass->path->norm(x + t * n, weight, pass->network->epsilon, n, share->normed + t * n); }
    return lm_prepared(pass, share->normed, n, tokens, share);
}

/// The stream of rows from ..< to gets what was computed for them.
static void lm_add(float *stream, const float *added, size_t n, uint32_t from, uint32_t to, uint32_t tokens) {
    for (uint32_t t = 0; t < tokens; t++) {
        for (uint32_t r = from; r < to; r++) { stream[t * n + r] += added[t * n + r]; }
    }
}

static void lm_attention(const lm_pass *pass, uint32_t index, int thread, int threads, const lm_share *share) {
    const lm_path *path = pass->path;
    const lm_network *network = pass->network;
    lm_workspace *space = pass->workspace;
    const lm_layer *layer = &network->layer[index];
    uint32_t tokens = pass->count, head = network->head, from, to;
    uint32_t queries = network->heads * head, keys = network->key_heads * head, all = queries + 2 * keys;
    size_t n = network->embedding;

    lm_input input = lm_normed(pass, space->stream, layer->attention_norm, tokens, share);
    lm_part(all, 2, thread, threads, &from, &to);
    lm_multiply_part(path, &layer->query, 0, from, to, &input, tokens, space->projected, all);
    lm_multiply_part(path, &layer->key, queries, from, to, &input, tokens, space->projected, all);
    lm_multiply_part(path, &layer->value, queries + keys, from, to, &input, tokens, space->projected, all);
    for (uint32_t t = 0; t < tokens; t++) {
        float *rows = space->projected + (size_t)t * all;
        lm_turn(rows, from, to < queries + keys ? to : queries + keys, head, pass->angles + (size_t)t * head);
        for (uint32_t r = from > queries ? from : queries; r < to; r++) {
            uint32_t place = (r - queries) % keys;
            float *cache = r < queries + keys ? space->keys : space->values;
            size_t row = ((size_t)index * network->key_heads + place / head) * space->capacity + pass->start + t;
            cache[row * head + place % head] = rows[r];
        }
    }
    lm_team_meet(pass->team);

    float scale = 1 / __builtin_sqrtf((float)head);
    uint32_t group = network->heads / network->key_heads;
    float *weights = space->weights + (size_t)thread * space->capacity;
    // Interleaved, since later tokens look back further.
    for (uint32_t job = (uint32_t)thread; job < tokens * network->heads; job += (uint32_t)threads) {
        uint32_t t = job / network->heads, h = job % network->heads;
        size_t cache = ((size_t)index * network->key_heads + h / group) * space->capacity * head;
        path->attend(
            space->projected + (size_t)t * all + h * head, space->keys + cache, space->values + cache, pass->start + t + 1, head, scale,
            weights, space->attended + (size_t)t * queries + h * head);
    }
    lm_team_meet(pass->team);

    input = lm_prepared(pass, space->attended, queries, tokens, share);
    lm_part((uint32_t)n, 1, thread, threads, &from, &to);
    path->multiply(&layer->output, from, to, &input, tokens, space->added, n);
    lm_add(space->stream, space->added, n, from, to, tokens);
    lm_team_meet(pass->team);
}

static void lm_feed(const lm_pass *pass, uint32_t index, int thread, int threads, const lm_share *share) {
    const lm_path *path = pass->path;
    const lm_network *network = pass->network;
    lm_workspace *space = pass->workspace;
    const lm_layer *layer = &network->layer[index];
    uint32_t tokens = pass->count, from, to;
    size_t n = network->embedding, feed = network->feed;
    float *up = space->fed + (size_t)space->batch * feed;

    lm_input input = lm_normed(pass, space->stream, layer->feed_norm, tokens, share);
    lm_part((uint32_t)feed, 1, thread, threads, &from, &to);
    path->multiply(&layer->gate, from, to, &input, tokens, space->fed, feed);
    path->multiply(&layer->up, from, to, &input, tokens, up, feed);
    for (uint32_t t = 0; t < tokens; t++) { path->gated(space->fed + t * feed + from, up + t * feed + from, to - from); }
    lm_team_meet(pass->team);

    input = lm_prepared(pass, space->fed, feed, tokens, share);
    lm_part((uint32_t)n, 1, thread, threads, &from, &to);
    path->multiply(&layer->down, from, to, &input, tokens, space->added, n);
    lm_add(space->stream, space->added, n, from, to, tokens);
    lm_team_meet(pass->team);
}

/// One thread's part of a pass. What is needed whole by all, as a norm, each computes for itself: it is little, and saves a meeting.
static void lm_work(void *context, int thread) {
    const lm_pass *pass = context;
    const lm_network *network = pass->network;
    lm_workspace *space = pass->workspace;
    int threads = lm_team_active(pass->team);
    size_t n = network->embedding;
    size_t sums = (size_t)space->batch * (space->widest / 32);
    lm_share share = {.normed = space->shares + (size_t)thread * space->share};
    share.sums = share.normed + space->batch * n;
    share.scales = share.sums + sums;
    share.whole = (int16_t *)(share.scales + sums);

    if (thread == 0) {
        for (uint32_t t = 0; t < pass->count; t++) {
            const uint8_t *row = network->tokens.data + (size_t)pass->ids[t] * network->tokens.row_bytes;
            pass->path->dequantise(network->tokens.type, row, n, space->stream + t * n);
        }
    }
    lm_team_meet(pass->team);
    for (uint32_t layer = 0; layer < network->layers; layer++) {
        lm_attention(pass, layer, thread, threads, &share);
        lm_feed(pass, layer, thread, threads, &share);
    }
    uint32_t from, to;
    const float *last = space->stream + (pass->count - pass->wanted) * n;
    lm_input input = lm_normed(pass, last, network->output_norm, pass->wanted, &share);
    lm_part(network->vocabulary, 1, thread, threads, &from, &to);
    pass->path->multiply(&network->output, from, to, &input, pass->wanted, pass->logits, network->vocabulary);
}

void lm_forward(
    const lm_path *path, const lm_network *network, lm_workspace *workspace, lm_team *team, const uint32_t *ids, uint32_t count,
    uint32_t start, const float *angles, int is_exact, uint32_t wanted, float *logits) {
    lm_pass pass = {path, network, workspace, team, ids, angles, logits, count, start, wanted, is_exact};
    lm_team_run(team, count > 4, count, lm_work, &pass);
}
