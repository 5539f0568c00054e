/* Multi-head self-attention. Part of variant.h. */

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
        NAME(whole_product)(&product);
        NAME(softmax)(scores, p->queries, p->tokens, stride, 1.0f / sqrtf((float)size));
        product.input = scores;
        product.input_strides.pixel = stride;
        product.depth = p->tokens;
        product.weights = values;
        product.output = p->output + (int64_t)image * p->tokens * p->width + head * size;
        product.output_strides.pixel = p->width;
        product.columns = size;
        NAME(whole_product)(&product);
    }
}
