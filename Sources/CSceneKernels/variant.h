/* One variant of the kernels; included once per width of vector registers with LANES, ROWS, TARGET and NAME defined.
 *
 * The tile of a product is ROWS rows by two vectors of LANES columns, all of it in registers. Per step of the depth it
 * takes two loads of packed weights, ROWS broadcasts of inputs and 2 x ROWS multiply-adds, so the arithmetic units are
 * busy in every cycle, and the weights of a panel are read in the order in which they lie.
 */

#define VECTORS SCENE_PANEL_VECTORS
#define PANEL (LANES * VECTORS)

typedef float NAME(vector) __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int32_t NAME(integers) __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
#define vector NAME(vector)
#define integers NAME(integers)

TARGET static inline vector NAME(load)(const float *source) { return *(const vector *)source; }
TARGET static inline void NAME(store)(float *target, vector value) { *(vector *)target = value; }
TARGET static inline vector NAME(all)(float value) { return (vector){0} + value; }
TARGET static inline vector NAME(larger)(vector a, vector b) { return __builtin_elementwise_max(a, b); }
TARGET static inline vector NAME(smaller)(vector a, vector b) { return __builtin_elementwise_min(a, b); }

/* e^x within 3e-7 of its value: x = n ln 2 + r, e^r by its series, 2^n by its bits. */
TARGET static inline vector NAME(exponential)(vector x) {
    x = NAME(smaller)(NAME(larger)(x, NAME(all)(-87.0f)), NAME(all)(88.0f));
    vector shifted = x * 1.44269504f + 12582912.0f;
    vector n = shifted - 12582912.0f;
    vector r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    vector sum = NAME(all)(1.0f / 5040);
    sum = sum * r + 1.0f / 720;
    sum = sum * r + 1.0f / 120;
    sum = sum * r + 1.0f / 24;
    sum = sum * r + 1.0f / 6;
    sum = sum * r + 0.5f;
    sum = sum * r + 1.0f;
    sum = sum * r + 1.0f;
    integers power = ((integers)shifted + 127) << 23;
    return sum * (vector)power;
}

/* The same approximation as `geluInto` of TensorKernels. */
TARGET static inline vector NAME(gelu)(vector x) {
    vector z = NAME(larger)(x, -x) * 0.70710677f;
    vector t = 1.0f / (1.0f + 0.4f * z);
    vector tail = NAME(all)(-0.20612938f);
    tail = tail * t + 0.73284167f;
    tail = tail * t - 0.40892388f;
    tail = tail * t + 0.49857254f;
    tail = tail * t + 0.14983126f;
    tail = tail * t + 0.23380749f;
    vector beyond = 0.5f * tail * t * NAME(exponential)(-z * z);
    vector less = x * beyond;
    integers positive = x > 0.0f;
    return (vector)(((integers)(x - less) & positive) | ((integers)less & ~positive));
}

TARGET static inline vector NAME(activate)(vector x, int activation) {
    switch (activation) {
    case SCENE_ACTIVATION_RELU: return NAME(larger)(x, NAME(all)(0.0f));
    case SCENE_ACTIVATION_QUICK_GELU: return x / (1.0f + NAME(exponential)(-1.702f * x));
    case SCENE_ACTIVATION_GELU: return NAME(gelu)(x);
    default: return x;
    }
}

/* One tile; `count` is a constant in every call, so that the sums stay in registers. */
TARGET static inline __attribute__((always_inline)) void NAME(tile)(
    const int count, const float *const *rows, int taps, int64_t tap_stride, int depth, const float *weights,
    const float *bias, const float *const *residuals, float *const *outputs, int columns, int activation,
    const char *ahead, int ahead_step) {
    vector sums[ROWS][VECTORS];
#pragma clang loop unroll(full)
    for (int m = 0; m < count; m++) {
#pragma clang loop unroll(full)
        for (int v = 0; v < VECTORS; v++) sums[m][v] = NAME(all)(0.0f);
    }
    for (int tap = 0; tap < taps; tap++) {
        const float *row[ROWS];
#pragma clang loop unroll(full)
        for (int m = 0; m < count; m++) row[m] = rows[m] + tap * tap_stride;
#pragma clang loop unroll(disable)
        for (int k = 0; k < depth; k++) {
            vector w[VECTORS];
#pragma clang loop unroll(full)
            for (int v = 0; v < VECTORS; v++) w[v] = NAME(load)(weights + v * LANES);
            __builtin_prefetch(ahead, 0, 2);
            ahead += ahead_step;
            weights += PANEL;
#pragma clang loop unroll(full)
            for (int m = 0; m < count; m++) {
                vector a = NAME(all)(row[m][k]);
#pragma clang loop unroll(full)
                for (int v = 0; v < VECTORS; v++) sums[m][v] += a * w[v];
            }
        }
    }
    if (bias) {
#pragma clang loop unroll(full)
        for (int v = 0; v < VECTORS; v++) {
            vector b = NAME(load)(bias + v * LANES);
#pragma clang loop unroll(full)
            for (int m = 0; m < count; m++) sums[m][v] += b;
        }
    }
    if (columns == PANEL) {
#pragma clang loop unroll(full)
        for (int m = 0; m < count; m++) {
#pragma clang loop unroll(full)
            for (int v = 0; v < VECTORS; v++) {
                vector value = sums[m][v];
                if (residuals) value += NAME(load)(residuals[m] + v * LANES);
                NAME(store)(outputs[m] + v * LANES, NAME(activate)(value, activation));
            }
        }
        return;
    }
#pragma clang loop unroll(full)
    for (int m = 0; m < count; m++) {
        float wide[PANEL];
        for (int n = 0; n < PANEL; n++) wide[n] = residuals && n < columns ? residuals[m][n] : 0.0f;
#pragma clang loop unroll(full)
        for (int v = 0; v < VECTORS; v++) {
            vector value = sums[m][v] + NAME(load)(wide + v * LANES);
            NAME(store)(wide + v * LANES, NAME(activate)(value, activation));
        }
        for (int n = 0; n < columns; n++) outputs[m][n] = wide[n];
    }
}

TARGET static __attribute__((noinline)) void NAME(tile_of)(
    int count, const float *const *rows, int taps, int64_t tap_stride, int depth, const float *weights,
    const float *bias, const float *const *residuals, float *const *outputs, int columns, int activation,
    const char *ahead, int ahead_step) {
    switch (count) {
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        NAME(tile)(n, rows, taps, tap_stride, depth, weights, bias, residuals, outputs, columns,    \
                   activation, ahead, ahead_step);                                                                     \
        break;
        CASE(1) CASE(2) CASE(3) CASE(4)
        CASE(5) CASE(6)
#if ROWS > 6
        CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14)
#endif
#undef CASE
    }
}

TARGET static void NAME(product_part)(
    const scene_product *p, int first_row, int end_row, int first_panel, int end_panel) {
    const int64_t pixels = (int64_t)p->height * p->width;
    const int total = end_row - first_row;
    if (total <= 0) return;
    const int tiles = (total + ROWS - 1) / ROWS;
    const size_t panel_floats = (size_t)p->taps * p->depth * PANEL;
    /* Rows whose inputs stay in the second-level cache while all panels pass over them. */
    int64_t row_floats = (int64_t)p->taps * p->depth;
    int block = (int)(BLOCK_FLOATS / row_floats / ROWS);
    if (block < 1) block = 1;
    for (int block_start = 0; block_start < tiles; block_start += block) {
        int block_end = block_start + block < tiles ? block_start + block : tiles;
        for (int panel = first_panel; panel < end_panel; panel++) {
            const float *weights = p->weights + panel * panel_floats;
            int column = panel * PANEL;
            int columns = p->columns - column < PANEL ? p->columns - column : PANEL;
            /* While this panel is multiplied, the next one comes from memory, an equal share per tile. */
            const int passes = block_end - block_start;
            const char *next = (const char *)(panel + 1 < end_panel ? weights + panel_floats : weights);
            const int ahead_step = panel + 1 < end_panel ? (int)(PANEL * sizeof(float)) / passes : 0;
            for (int t = block_start; t < block_end; t++) {
                /* Tiles of nearly equal height, so that none is too low to keep the units busy. */
                int start = first_row + (int)((int64_t)total * t / tiles);
                int end = first_row + (int)((int64_t)total * (t + 1) / tiles);
                const float *rows[ROWS], *residuals[ROWS];
                float *outputs[ROWS];
                int image = (int)(start / pixels), rest = (int)(start % pixels);
                int y = rest / p->width, x = rest % p->width;
                for (int m = 0; m < end - start; m++) {
                    rows[m] = p->input + image * p->input_strides.image + y * p->input_strides.row +
                              x * p->input_strides.pixel;
                    outputs[m] = p->output + column + image * p->output_strides.image +
                                 y * p->output_strides.row + x * p->output_strides.pixel;
                    if (p->residual)
                        residuals[m] = p->residual + column + image * p->residual_strides.image +
                                       y * p->residual_strides.row + x * p->residual_strides.pixel;
                    if (++x == p->width) {
                        x = 0;
                        if (++y == p->height) y = 0, image++;
                    }
                }
                NAME(tile_of)(end - start, rows, p->taps, p->tap_stride, p->depth, weights,
                              p->bias ? p->bias + column : NULL, p->residual ? residuals : NULL, outputs, columns,
                              p->activation, next + (t - block_start) * (int64_t)p->taps * p->depth * ahead_step,
                              ahead_step);
            }
        }
    }
}


/* Splits rows between the threads where the input is larger than the weights, else columns. */
TARGET static void NAME(product)(const scene_product *p, int part, int parts) {
    const int64_t rows = (int64_t)p->images * p->height * p->width;
    const int panels = (p->columns + PANEL - 1) / PANEL;
    if (rows >= (int64_t)parts * 4 * ROWS && (rows > p->columns || panels < parts))
        NAME(product_part)(p, (int)(rows * part / parts), (int)(rows * (part + 1) / parts), 0, panels);
    else
        NAME(product_part)(p, 0, (int)rows, panels * part / parts, panels * (part + 1) / parts);
}

TARGET static void NAME(pool)(const scene_pool *p, int part, int parts) {
    const int rows = p->images * p->height;
    for (int row = (int)((int64_t)rows * part / parts); row < (int)((int64_t)rows * (part + 1) / parts); row++) {
        const int image = row / p->height, y = row % p->height;
        const float *source = p->input + image * p->input_strides.image + 2 * y * p->input_strides.row;
        float *target = p->output + image * p->output_strides.image + y * p->output_strides.row;
        for (int x = 0; x < p->width; x++) {
            for (int c = 0; c < p->channels; c++) target[c] = 0;
            for (int tap = 0; tap < 9; tap++) {
                const float *pixel = source + (tap / 3) * p->input_strides.row + (tap % 3) * p->input_strides.pixel;
                int c = 0;
                for (; c + LANES <= p->channels; c += LANES)
                    NAME(store)(target + c, NAME(larger)(NAME(load)(target + c), NAME(load)(pixel + c)));
                for (; c < p->channels; c++) target[c] = pixel[c] > target[c] ? pixel[c] : target[c];
            }
            source += 2 * p->input_strides.pixel;
            target += p->output_strides.pixel;
        }
    }
}

TARGET static void NAME(mean)(const scene_mean *p, int part, int parts) {
    for (int image = part; image < p->images; image += parts) {
        float *target = p->output + image * p->output_stride;
        for (int c = 0; c < p->channels; c++) target[c] = 0;
        for (int y = 0; y < p->height; y++) {
            for (int x = 0; x < p->width; x++) {
                const float *pixel = p->input + image * p->input_strides.image + y * p->input_strides.row +
                                     x * p->input_strides.pixel;
                for (int c = 0; c < p->channels; c++) target[c] += pixel[c];
            }
        }
        const float factor = 1.0f / (float)(p->height * p->width);
        for (int c = 0; c < p->channels; c++) target[c] *= factor;
    }
}

TARGET static float NAME(sum_of)(vector value) {
    float sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += value[lane];
    return sum;
}

TARGET static void NAME(norm)(const scene_norm *p, int part, int parts) {
    const int rows = p->images * p->tokens;
    for (int row = (int)((int64_t)rows * part / parts); row < (int)((int64_t)rows * (part + 1) / parts); row++) {
        const int image = row / p->tokens, token = row % p->tokens;
        const float *x = p->input + image * p->input_strides.image + token * p->input_strides.pixel;
        float *y = p->output + image * p->output_strides.image + token * p->output_strides.pixel;
        vector sums = NAME(all)(0.0f);
        float rest = 0;
        int c = 0;
        for (; c + LANES <= p->channels; c += LANES) sums += NAME(load)(x + c);
        for (; c < p->channels; c++) rest += x[c];
        const float mean = (NAME(sum_of)(sums) + rest) / (float)p->channels;
        sums = NAME(all)(0.0f);
        rest = 0;
        for (c = 0; c + LANES <= p->channels; c += LANES) {
            vector difference = NAME(load)(x + c) - mean;
            sums += difference * difference;
        }
        for (; c < p->channels; c++) rest += (x[c] - mean) * (x[c] - mean);
        const float variance = (NAME(sum_of)(sums) + rest) / (float)p->channels;
        const float factor = 1.0f / sqrtf(variance + p->epsilon);
        for (c = 0; c + LANES <= p->channels; c += LANES)
            NAME(store)(y + c, (NAME(load)(x + c) - mean) * factor * NAME(load)(p->weight + c) +
                                   NAME(load)(p->bias + c));
        for (; c < p->channels; c++) y[c] = (x[c] - mean) * factor * p->weight[c] + p->bias[c];
    }
}

/* Softmax of rows of `columns` floats after a scale; `stride` is a multiple of LANES, what lies beyond the columns is
 * overwritten. */
TARGET static void NAME(softmax)(float *rows, int count, int columns, int stride, float scale) {
    for (int row = 0; row < count; row++, rows += stride) {
        for (int c = columns; c < stride; c++) rows[c] = -1e30f;
        vector largest = NAME(load)(rows);
        for (int c = LANES; c < stride; c += LANES) largest = NAME(larger)(largest, NAME(load)(rows + c));
        float top = largest[0];
        for (int lane = 1; lane < LANES; lane++) top = largest[lane] > top ? largest[lane] : top;
        vector sums = NAME(all)(0.0f);
        for (int c = 0; c < stride; c += LANES) {
            vector value = NAME(exponential)((NAME(load)(rows + c) - top) * scale);
            sums += value;
            NAME(store)(rows + c, value);
        }
        const float factor = 1.0f / NAME(sum_of)(sums);
        for (int c = 0; c < stride; c += LANES) NAME(store)(rows + c, NAME(load)(rows + c) * factor);
    }
}

/* One head of one image at a time: keys and values are packed, then two products. */
TARGET static void NAME(attention)(const scene_attention *p, int part, int parts, int thread) {
    const int size = p->width / p->heads, total = p->images * p->heads;
    const int stride = (p->tokens + PANEL - 1) / PANEL * PANEL;
    float *keys = p->scratch + thread * p->scratch_stride;
    float *values = keys + scene_packed_count(LANES, (size_t)size, (size_t)p->tokens);
    float *scores = values + scene_packed_count(LANES, (size_t)p->tokens, (size_t)size);
    for (int index = total * part / parts; index < total * (part + 1) / parts; index++) {
        const int image = index / p->heads, head = index % p->heads;
        const float *query = p->input + (int64_t)image * p->tokens * 3 * p->width + head * size;
        scene_pack(LANES, keys, query + p->width, (size_t)size, (size_t)p->tokens, 1, 3 * p->width);
        scene_pack(LANES, values, query + 2 * p->width, (size_t)p->tokens, (size_t)size, 3 * p->width, 1);
        scene_product product = {
            .input = query, .input_strides = {0, 0, 3 * p->width}, .taps = 1, .depth = size, .weights = keys,
            .output = scores, .output_strides = {0, 0, stride}, .images = 1, .height = 1, .width = p->queries,
            .columns = stride};
        NAME(product_part)(&product, 0, p->queries, 0, stride / PANEL);
        NAME(softmax)(scores, p->queries, p->tokens, stride, 1.0f / sqrtf((float)size));
        product.input = scores;
        product.input_strides.pixel = stride;
        product.depth = p->tokens;
        product.weights = values;
        product.output = p->output + (int64_t)image * p->tokens * p->width + head * size;
        product.output_strides.pixel = p->width;
        product.columns = size;
        NAME(product_part)(&product, 0, p->queries, 0, (size + PANEL - 1) / PANEL);
    }
}

/* B^T of F(2x2) and F(4x4): from inputs `step` apart to frequencies `out` apart. */
TARGET static inline __attribute__((always_inline)) void NAME(to_frequencies)(
    const int size, const vector *in, vector *out, const int step) {
    if (size == 2) {
        out[0] = in[0] - in[2 * step];
        out[step] = in[step] + in[2 * step];
        out[2 * step] = in[2 * step] - in[step];
        out[3 * step] = in[step] - in[3 * step];
    } else {
        vector even = in[4 * step] - 4.0f * in[2 * step], odd = in[3 * step] - 4.0f * in[step];
        vector narrow = in[4 * step] - in[2 * step], slope = 2.0f * (in[3 * step] - in[step]);
        out[0] = 4.0f * in[0] - 5.0f * in[2 * step] + in[4 * step];
        out[step] = even + odd;
        out[2 * step] = even - odd;
        out[3 * step] = narrow + slope;
        out[4 * step] = narrow - slope;
        out[5 * step] = 4.0f * in[step] - 5.0f * in[3 * step] + in[5 * step];
    }
}

/* A^T of F(2x2) and F(4x4). */
TARGET static inline __attribute__((always_inline)) void NAME(from_frequencies)(
    const int size, const vector *in, vector *out, const int step) {
    if (size == 2) {
        out[0] = in[0] + in[step] + in[2 * step];
        out[step] = in[step] - in[2 * step] - in[3 * step];
    } else {
        vector sum = in[step] + in[2 * step], difference = in[step] - in[2 * step];
        vector wide = in[3 * step] + in[4 * step], slope = in[3 * step] - in[4 * step];
        out[0] = in[0] + sum + wide;
        out[step] = difference + 2.0f * slope;
        out[2 * step] = sum + 4.0f * wide;
        out[3 * step] = difference + 8.0f * slope + in[5 * step];
    }
}

/* Tiles [first, end) of a convolution; channels and columns are multiples of LANES. */
TARGET static inline __attribute__((always_inline)) void NAME(winograd_tiles)(
    const int size, const scene_winograd *p, int first, int end, float *scratch) {
    const int side = size + 2, count = end - first;
    const int across = (p->width + size - 1) / size, down = (p->height + size - 1) / size;
    const int64_t in_step = (int64_t)count * p->channels, out_step = (int64_t)count * p->columns;
    float *products = scratch + side * side * in_step;
    for (int tile = first; tile < end; tile++) {
        const int image = tile / (across * down), y = tile / across % down * size, x = tile % across * size;
        const float *source = p->input + image * p->input_strides.image + y * p->input_strides.row +
                              x * p->input_strides.pixel;
        /* Pixels beyond the border count as zero. */
        const int rows = p->height + 2 - y < side ? p->height + 2 - y : side;
        const int columns = p->width + 2 - x < side ? p->width + 2 - x : side;
        float *target = scratch + (int64_t)(tile - first) * p->channels;
        for (int c = 0; c < p->channels; c += LANES) {
            vector d[36], t[36];
            if (rows == side && columns == side) {
                for (int i = 0; i < side; i++)
                    for (int j = 0; j < side; j++)
                        d[i * side + j] =
                            NAME(load)(source + i * p->input_strides.row + j * p->input_strides.pixel + c);
            } else {
                for (int i = 0; i < side; i++)
                    for (int j = 0; j < side; j++)
                        d[i * side + j] =
                            i < rows && j < columns
                                ? NAME(load)(source + i * p->input_strides.row + j * p->input_strides.pixel + c)
                                : NAME(all)(0.0f);
            }
            for (int j = 0; j < side; j++) NAME(to_frequencies)(size, d + j, t + j, side);
            for (int i = 0; i < side; i++) NAME(to_frequencies)(size, t + i * side, d + i * side, 1);
            for (int f = 0; f < side * side; f++) NAME(store)(target + f * in_step + c, d[f]);
        }
    }
    for (int f = 0; f < side * side; f++) {
        scene_product product = {
            .input = scratch + f * in_step, .input_strides = {0, 0, p->channels}, .taps = 1, .depth = p->channels,
            .weights = p->weights + (size_t)f * scene_packed_count(LANES, (size_t)p->channels, (size_t)p->columns),
            .output = products + f * out_step, .output_strides = {0, 0, p->columns}, .images = 1, .height = 1,
            .width = count, .columns = p->columns};
        NAME(product_part)(&product, 0, count, 0, (p->columns + PANEL - 1) / PANEL);
    }
    for (int tile = first; tile < end; tile++) {
        const int image = tile / (across * down), y = tile / across % down * size, x = tile % across * size;
        const float *source = products + (int64_t)(tile - first) * p->columns;
        const int rows = p->height - y < size ? p->height - y : size;
        const int columns = p->width - x < size ? p->width - x : size;
        float *target = p->output + image * p->output_strides.image + y * p->output_strides.row +
                        x * p->output_strides.pixel;
        const float *residual = p->residual
                                    ? p->residual + image * p->residual_strides.image +
                                          y * p->residual_strides.row + x * p->residual_strides.pixel
                                    : NULL;
        for (int n = 0; n < p->columns; n += LANES) {
            vector m[36], t[36];
            for (int f = 0; f < side * side; f++) m[f] = NAME(load)(source + f * out_step + n);
            for (int j = 0; j < side; j++) NAME(from_frequencies)(size, m + j, t + j, side);
            for (int i = 0; i < size; i++) NAME(from_frequencies)(size, t + i * side, m + i * side, 1);
            vector bias = p->bias ? NAME(load)(p->bias + n) : NAME(all)(0.0f);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    vector value = m[i * side + j] + bias;
                    if (residual)
                        value += NAME(load)(residual + i * p->residual_strides.row +
                                            j * p->residual_strides.pixel + n);
                    NAME(store)(target + i * p->output_strides.row + j * p->output_strides.pixel + n,
                                NAME(activate)(value, p->activation));
                }
            }
        }
    }
}

TARGET static void NAME(winograd)(const scene_winograd *p, int part, int parts, int thread) {
    const int64_t tiles = (int64_t)p->images * ((p->width + p->size - 1) / p->size) *
                          ((p->height + p->size - 1) / p->size);
    const int first = (int)(tiles * part / parts), total = (int)(tiles * (part + 1) / parts) - first;
    const int blocks = (total + p->block - 1) / p->block;
    float *scratch = p->scratch + thread * p->scratch_stride;
    for (int block = 0; block < blocks; block++) {
        const int start = first + (int)((int64_t)total * block / blocks);
        const int end = first + (int)((int64_t)total * (block + 1) / blocks);
        if (p->size == 2) NAME(winograd_tiles)(2, p, start, end, scratch);
        else NAME(winograd_tiles)(4, p, start, end, scratch);
    }
}

TARGET static void NAME(do_step)(const scene_step *step, int part, int parts, int thread) {
    switch (step->kind) {
    case SCENE_PRODUCT: return NAME(product)(&step->product, part, parts);
    case SCENE_WINOGRAD: return NAME(winograd)(&step->winograd, part, parts, thread);
    case SCENE_POOL: return NAME(pool)(&step->pool, part, parts);
    case SCENE_MEAN: return NAME(mean)(&step->mean, part, parts);
    case SCENE_NORM: return NAME(norm)(&step->norm, part, parts);
    case SCENE_ATTENTION: return NAME(attention)(&step->attention, part, parts, thread);
    }
}

#undef vector
#undef integers
#undef VECTORS
#undef PANEL
