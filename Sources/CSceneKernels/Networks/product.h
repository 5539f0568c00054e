/* Matrix products and convolutions without transforms: tile by tile. Part of variant.h. */

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

/* Rows [first_row, end_row) of a product's grid under panels [first_panel, end_panel) of its weights, in blocks of
 * at most `block` rows. `steps`: rows of a panel of weights. `rounded`: where inputs are rounded to bfloat16, or
 * null. */
TARGET static void NAME(product_part)(
    const scene_product *p, int first_row, int end_row, int first_panel, int end_panel, int steps, int block,
    int32_t *rounded) {
    (void)rounded;
    const int total = end_row - first_row, blocks = (total + block - 1) / block;
    const size_t panel_floats = (size_t)steps * PANEL;
    for (int number = 0; number < blocks; number++) {
        const int block_start = first_row + (int)((int64_t)total * number / blocks);
        const int count = first_row + (int)((int64_t)total * (number + 1) / blocks) - block_start;
        /* Of nearly equal height, so that none is too low to keep the units busy. */
        const int tiles = (count + ROWS - 1) / ROWS;
        const float *rows[ROWS], *residuals[ROWS];
        float *outputs[ROWS];
#ifdef BFLOAT_TARGET
        for (int t = 0; rounded && t < tiles; t++) {
            const int start = tile_edge(count, t, tiles), end = tile_edge(count, t + 1, tiles);
            NAME(find_rows)(p, block_start + start, block_start + end, rows, residuals, outputs);
            NAME(round_rows)(p, rounded + start * bfloat_stride(steps), rows, end - start);
        }
#endif
        for (int panel = first_panel; panel < end_panel; panel++) {
            const float *weights = p->weights + panel * panel_floats;
            const int column = panel * PANEL;
            const int columns = p->columns - column < PANEL ? p->columns - column : PANEL;
            const float *bias = p->bias ? p->bias + column : NULL;
            /* While this panel is multiplied, the next one comes from memory, an equal share per tile. */
            const char *next = (const char *)(panel + 1 < end_panel ? weights + panel_floats : weights);
            const int ahead_step = panel + 1 < end_panel ? (int)(PANEL * sizeof(float)) / tiles : 0;
            for (int t = 0; t < tiles; t++) {
                const int start = tile_edge(count, t, tiles), end = tile_edge(count, t + 1, tiles);
                const char *ahead = next + t * (int64_t)steps * ahead_step;
                NAME(find_rows)(p, block_start + start, block_start + end, rows, residuals, outputs);
                for (int m = 0; m < end - start; m++) {
                    outputs[m] += column;
                    if (p->residual) residuals[m] += column;
                }
                const float *const *added = p->residual ? residuals : NULL;
#ifdef BFLOAT_TARGET
                if (rounded) {
                    const int64_t stride = bfloat_stride(steps);
                    NAME(bfloat_tile_of)(end - start, rounded + start * stride, stride, steps,
                                         (const uint16_t *)weights, bias, added, outputs, columns, p->activation,
                                         ahead, ahead_step);
                    continue;
                }
#endif
                NAME(tile_of)(end - start, rows, p->taps, p->tap_stride, p->depth, weights, bias, added, outputs,
                              columns, p->activation, ahead, ahead_step);
            }
        }
    }
}

/* Rows of a block in float32: its inputs stay in the second-level cache while all panels pass over them. */
TARGET static int NAME(block_rows)(const scene_product *p) {
    const int tiles = (int)(BLOCK_FLOATS / ((int64_t)p->taps * p->depth) / ROWS);
    return ROWS * (tiles < 1 ? 1 : tiles);
}

/* All rows and all panels in one share, by one thread. */
TARGET static void NAME(whole_product)(const scene_product *p) {
    const int rows = p->images * p->height * p->width, panels = (p->columns + PANEL - 1) / PANEL;
    NAME(product_part)(p, 0, rows, 0, panels, p->taps * p->depth, NAME(block_rows)(p), NULL);
}

/* Splits rows between the threads where the input is larger than the weights, else columns. */
TARGET static void NAME(product_share)(
    const scene_product *p, int part, int parts, int steps, int block, int32_t *rounded) {
    const int64_t rows = (int64_t)p->images * p->height * p->width;
    const int panels = (p->columns + PANEL - 1) / PANEL;
    if (rows >= (int64_t)parts * 4 * ROWS && (rows > p->columns || panels < parts))
        NAME(product_part)(p, (int)(rows * part / parts), (int)(rows * (part + 1) / parts), 0, panels, steps, block,
                           rounded);
    else
        NAME(product_part)(p, 0, (int)rows, panels * part / parts, panels * (part + 1) / parts, steps, block, rounded);
}

TARGET static void NAME(product)(const scene_product *p, int part, int parts) {
    NAME(product_share)(p, part, parts, p->taps * p->depth, NAME(block_rows)(p), NULL);
}

#ifdef BFLOAT_TARGET
TARGET static void NAME(bfloat_product)(const scene_product *p, int part, int parts, int thread) {
    const int pairs = bfloat_pairs(p);
    NAME(product_share)(p, part, parts, pairs, bfloat_block(pairs),
                        (int32_t *)(p->scratch + thread * p->scratch_stride));
}
#endif
