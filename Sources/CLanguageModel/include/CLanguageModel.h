// A llama network over quantised weights, with the same bits on every instruction set and number of threads.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// How many tokens a pass takes at most.
#define LM_TOKENS 32

/// The types of tensors, by GGUF's numbers.
enum {
    LM_F32 = 0,
    LM_F16 = 1,
    LM_Q4_0 = 2,
    LM_Q4_1 = 3,
    LM_Q5_0 = 6,
    LM_Q5_1 = 7,
    LM_Q8_0 = 8,
    LM_Q4_K = 12,
    LM_Q5_K = 13,
    LM_Q6_K = 14,
    LM_BF16 = 30,
};

/// Rows of weights as a file holds them; the count of columns is a multiple of 32, for the K types of 256.
typedef struct {
    const uint8_t *data;
    size_t row_bytes;
    uint32_t rows, columns;
    int32_t type;
} lm_matrix;

/// One block of the network; norms are floats of the embedding's length.
typedef struct {
    const float *attention_norm, *feed_norm;
    lm_matrix query, key, value, output, gate, up, down;
} lm_layer;

/// A network; query head h reads key head h / (heads / key_heads).
typedef struct {
    uint32_t layers, embedding, feed, heads, key_heads, head, vocabulary;
    float epsilon;
    const lm_layer *layer;
    const float *output_norm;
    lm_matrix tokens, output;
} lm_network;

/// What one pass works in, all of it the caller's; `batch` tokens at most.
typedef struct {
    uint32_t batch, capacity;
    /// keys and values: [layer][key head][capacity][head]
    float *keys, *values;
    /// [batch][embedding], [batch][(heads + 2 key_heads) head], [batch][heads head], [batch][feed], [batch][embedding]
    float *stream, *projected, *attended, *fed, *added;
    /// A share for each thread: `share` floats of normed rows [batch][embedding], sums and scales of blocks [widest / 32][batch] each, and
    /// whole numbers [batch][widest], two to a float; `capacity` floats of attention weights.
    float *shares, *weights;
    size_t share;
    /// The most numbers that a row of weights is multiplied with.
    size_t widest;
} lm_workspace;

/// What rows of weights are multiplied with, for some tokens.
typedef struct {
    /// x[t x_stride]: a token's numbers.
    const float *x;
    size_t x_stride;
    /// What each 32 of them add up to, by `block_sums`, for types with minima alone: sums[b stride + t]. The stride is 1 for one token, else
    /// LM_TOKENS, which many there are room for.
    const float *sums;
    size_t stride;
    /// The numbers as `shorten` leaves them, whole[t x_stride] and scales[b stride + t]; null where they are multiplied as they are.
    const int16_t *whole;
    const float *scales;
} lm_input;

/// A loop's copy for one instruction set.
typedef struct {
    const char *name;
    /// y[t y_stride + row] = row . x[t], rows from ..< to; of weights that are whole numbers times a scale the products with `whole` are
    /// taken in whole numbers where it is given.
    void (*multiply)(
        const lm_matrix *matrix, uint32_t from, uint32_t to, const lm_input *input, uint32_t tokens, float *y, size_t y_stride);
    /// Each 32 numbers as whole ones of 16 bits times scales[b stride], the largest being 32767 of it; what is not a number makes that scale
    /// none.
    void (*shorten)(const float *x, size_t n, int16_t *whole, float *scales, size_t stride);
    /// sums[b stride] = the sum of the b-th 32 elements.
    void (*block_sums)(const float *x, size_t n, float *sums, size_t stride);
    /// y = x / sqrt(mean x^2 + epsilon) * weight
    void (*norm)(const float *x, const float *weight, float epsilon, size_t n, float *y);
    /// out = sum softmax(scale q . k_j) v_j over `count` rows of `n` elements; n is a multiple of 16.
    void (*attend)(
        const float *q, const float *keys, const float *values, size_t count, size_t n, float scale, float *weights, float *out);
    /// gate = gate / (1 + exp(-gate)) * up
    void (*gated)(float *gate, const float *up, size_t n);
    /// out = the weights of `n` columns of one row.
    void (*dequantise)(int32_t type, const uint8_t *row, size_t n, float *out);
} lm_path;

/// The path of that name ("baseline", "avx2", "avx512") if this program has it and this processor can run it, else null.
const lm_path *lm_path_named(const char *name);

/// Threads that work as one.
typedef struct lm_team lm_team;
/// A team of that many threads, the caller's among them; fewer when no more can be had, null without memory.
lm_team *lm_team_make(int threads);
/// How many there are.
int lm_team_count(const lm_team *team);
/// Runs `work` once on each of `lm_team_active` threads; the caller's is thread 0. One caller at a time.
///
/// Either all take part or the caller alone, whichever lately took less time a unit of this kind of work (0 or 1): where other programs
/// hold the processors, threads that wait for one another are slower than one.
void lm_team_run(lm_team *team, int kind, double units, void (*work)(void *context, int thread), void *context);
/// How many take part in the run under way.
int lm_team_active(const lm_team *team);
/// Waits, within `work`, until all threads have come here.
void lm_team_meet(lm_team *team);
/// Ends the threads.
void lm_team_free(lm_team *team);

/// Takes `count` tokens in at positions `start`...; writes the next token's logits after the last `wanted` of them, [wanted][vocabulary].
/// angles: cosine and sine of each pair, [count][head / 2][2]. Unless is_exact, what quantised weights are multiplied with is shortened to
/// 16 bits. wanted is at least 1; every id is below the vocabulary's count.
void lm_forward(
    const lm_path *path, const lm_network *network, lm_workspace *workspace, lm_team *team, const uint32_t *ids, uint32_t count,
    uint32_t start, const float *angles, int is_exact, uint32_t wanted, float *logits);

/// y = W x + b.
typedef struct {
    lm_matrix weight;
    const float *bias;
} lm_linear;

/// One block of an encoder; norms are applied after each half, as in the first transformers.
typedef struct {
    lm_linear query, key, value, output, up, down;
    const float *attention_weight, *attention_bias, *output_weight, *output_bias;
} lm_encoder_layer;

/// An encoder that sees a whole text at once. `kind` is the vector of the first kind of text, added to every token's.
typedef struct {
    uint32_t layers, embedding, feed, heads, head;
    float epsilon;
    const lm_encoder_layer *layer;
    lm_matrix tokens, places;
    const float *kind, *norm_weight, *norm_bias;
} lm_encoder;

/// How many floats `lm_encode` works in for so many tokens.
size_t lm_encode_space(const lm_encoder *encoder, uint32_t count);
/// The mean of the last block's vectors of all tokens, scaled to length 1; ids are below the vocabulary's count, and there are at least one
/// and at most as many as places.
void lm_encode(const lm_path *path, const lm_encoder *encoder, const uint32_t *ids, uint32_t count, float *space, float *out);

/// Maps a file for reading; null with errno in *error when it cannot be. An empty file is an error (EINVAL).
const uint8_t *lm_map(const char *path, size_t *count, int *error);
/// Lets the mapping go.
void lm_unmap(const uint8_t *bytes, size_t count);
/// Zeroed memory that takes room only where it is used, 64-byte aligned; null without memory.
float *lm_reserve(size_t count);
/// Lets it go.
void lm_release(float *memory, size_t count);
/// How many processors this process may use, at least 1.
int lm_processors(void);
