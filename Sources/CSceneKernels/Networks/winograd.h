/* 3 x 3 convolutions by minimal filtering (Lavin and Gray 2015, arXiv 1509.09308). Part of variant.h. */

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
        NAME(whole_product)(&product);
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
