#include "CKernels.h"
#include "CLanguageModel.h"

#pragma STDC FP_CONTRACT OFF

// Sums run over 16 lanes from the first number to the last, then over the lanes, in double precision: written out, so that no instruction
// set adds otherwise.
static double lm_sum(const float *x, size_t n, double centre, int power) {
    double lanes[16] = {0};
    for (size_t i = 0; i < n; i++) {
        double v = (double)x[i] - centre;
        lanes[i % 16] += power == 2 ? v * v : v;
    }
    double sum = 0;
    for (int l = 0; l < 16; l++) { sum += lanes[l]; }
    return sum;
}

/// x = (x - mean) / sqrt(variance + epsilon) * weight + bias
static void lm_layer_norm(float *x, const float *weight, const float *bias, float epsilon, size_t n) {
    double mean = lm_sum(x, n, 0, 1) / (double)n;
    double scale = 1 / __builtin_sqrt(lm_sum(x, n, mean, 2) / (double)n + (double)epsilon);
    for (size_t i = 0; i < n; i++) { x[i] = (float)(((double)x[i] - mean) * scale) * weight[i] + bias[i]; }
}

static void lm_apply(const lm_path *path, const lm_linear *linear, const float *x, uint32_t count, float *y) {
    size_t rows = linear->weight.rows, columns = linear->weight.columns;
    // Types with minima, which need sums of blocks, are not taken for encoders.
    lm_input input = {.x = x, .x_stride = columns, .sums = x};
    path->multiply(&linear->weight, 0, (uint32_t)rows, &input, count, y, rows);
    for (uint32_t t = 0; t < count; t++) {
        for (size_t r = 0; r < rows; r++) { y[t * rows + r] += linear->bias[r]; }
    }
}

/// From a row a token to a block a head: [head][token][element].
static void lm_by_head(const float *rows, uint32_t count, uint32_t heads, uint32_t head, float *out) {
    for (uint32_t h = 0; h < heads; h++) {
        for (uint32_t t = 0; t < count; t++) {
            __builtin_memcpy(out + ((size_t)h * count + t) * head, rows + ((size_t)t * heads + h) * head, head * sizeof(float));
        }
    }
}

static void lm_gelu(float *x, size_t n) {
    for (size_t i = 0; i < n; i++) {
        double v = (double)x[i];
        x[i] = (float)(0.5 * v * (1 + wb_erf(v * 0.70710678118654752440)));
    }
}

size_t lm_encode_space(const lm_encoder *encoder, uint32_t count) {
    // stream, query, key, value, rearranged keys and values, attended, added; feed; attention weights.
    return (size_t)count * (8 * (size_t)encoder->embedding + encoder->feed + 1);
}

void lm_encode(const lm_path *path, const lm_encoder *encoder, const uint32_t *ids, uint32_t count, float *space, float *out) {
    size_t n = encoder->embedding, size = n * count;
    float *stream = space, *query = space + size, *key = space + 2 * size, *value = space + 3 * size, *keys = space + 4 * size;
    float *values = space + 5 * size, *attended = space + 6 * size, *added = space + 7 * size, *fed = space + 8 * size;
    float *weights = fed + (size_t)encoder->feed * count;
    uint32_t heads = encoder->heads, head = encoder->head;
    float scale = 1 / __builtin_sqrtf((float)head);

    for (uint32_t t = 0; t < count; t++) {
        float *row = stream + t * n;
        path->dequantise(encoder->tokens.type, encoder->tokens.data + (size_t)ids[t] * encoder->tokens.row_bytes, n, row);
        path->dequantise(encoder->places.type, encoder->places.data + (size_t)t * encoder->places.row_bytes, n, added);
        for (size_t i = 0; i < n; i++) { row[i] = (row[i] + encoder->kind[i]) + added[i]; }
        lm_layer_norm(row, encoder->norm_weight, encoder->norm_bias, encoder->epsilon, n);
    }
    for (uint32_t l = 0; l < encoder->layers; l++) {
        const lm_encoder_layer *layer = &encoder->layer[l];
        lm_apply(path, &layer->query, stream, count, query);
        lm_apply(path, &layer->key, stream, count, key);
        lm_apply(path, &layer->value, stream, count, value);
        lm_by_head(key, count, heads, head, keys);
        lm_by_head(value, count, heads, head, values);
        for (uint32_t h = 0; h < heads; h++) {
            size_t block = (size_t)h * count * head;
            for (uint32_t t = 0; t < count; t++) {
                size_t at = ((size_t)t * heads + h) * head;
                path->attend(query + at, keys + block, values + block, count, head, scale, weights, attended + at);
            }
        }
        lm_apply(path, &layer->output, attended, count, added);
        for (size_t i = 0; i < size; i++) { stream[i] += added[i]; }
        for (uint32_t t = 0; t < count; t++) {
            lm_layer_norm(stream + t * n, layer->attention_weight, layer->attention_bias, encoder->epsilon, n);
        }
        lm_apply(path, &layer->up, stream, count, fed);
        lm_gelu(fed, (size_t)encoder->feed * count);
        lm_apply(path, &layer->down, fed, count, added);
        for (size_t i = 0; i < size; i++) { stream[i] += added[i]; }
        for (uint32_t t = 0; t < count; t++) {
            lm_layer_norm(stream + t * n, layer->output_weight, layer->output_bias, encoder->epsilon, n);
        }
    }
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (uint32_t t = 0; t < count; t++) { sum += (double)stream[t * n + i]; }
        out[i] = (float)(sum / count);
        squares += (double)out[i] * (double)out[i];
    }
    double length = __builtin_sqrt(squares);
    for (size_t i = 0; i < n; i++) { out[i] = length > 0 ? (float)((double)out[i] / length) : 0; }
}
