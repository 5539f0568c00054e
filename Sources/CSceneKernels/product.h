/* Matrix products and convolutions without transforms. Part of variant.h.
 *
 * The tile of a product is ROWS rows by two vectors of LANES columns, all of it in registers. Per step of the depth it
 * takes two loads of packed weights, ROWS broadcasts of inputs and 2 x ROWS multiply-adds, so the arithmetic units are
 * busy in every cycle, and the weights of a panel are read in the order in which they lie.
 */

/* Adds bias and residual to the sums of a tile, and stores what the activation makes of them; `count` is a constant in
 * every call, so that the sums stay in registers. */
TARGET static inline __attribute__((always_inline)) void NAME(finish)(
    const int count, vector sums[ROWS][VECTORS], const float *bias, const float *const *residuals,
    float *const *outputs, int columns, int activation) {
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

/* One tile; `count` is a constant in every call. */
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
    NAME(finish)(count, sums, bias, residuals, outputs, columns, activation);
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

/* Where the pixels of rows [start, end) of a product's grid lie. */
TARGET static void NAME(find_rows)(
    const scene_product *p, int start, int end, const float **rows, const float **residuals, float **outputs) {
    const int64_t pixels = (int64_t)p->height * p->width;
    int image = (int)(start / pixels), rest = (int)(start % pixels);
    int y = rest / p->width, x = rest % p->width;
    for (int m = 0; m < end - start; m++) {
        rows[m] = p->input + image * p->input_strides.image + y * p->input_strides.row + x * p->input_strides.pixel;
        outputs[m] = p->output + image * p->output_strides.image + y * p->output_strides.row +
                     x * p->output_strides.pixel;
        if (p->residual)
            residuals[m] = p->residual + image * p->residual_strides.image + y * p->residual_strides.row +
                           x * p->residual_strides.pixel;
        if (++x == p->width) {
            x = 0;
            if (++y == p->height) y = 0, image++;
        }
    }
}

TARGET static void NAME(product_part)(
    const scene_product *p, int first_row, int end_row, int first_panel, int end_panel) {
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
                NAME(find_rows)(p, start, end, rows, residuals, outputs);
                for (int m = 0; m < end - start; m++) {
                    outputs[m] += column;
                    if (p->residual) residuals[m] += column;
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
