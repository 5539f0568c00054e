/* Multi-head self-attention. Part of variant.h. */

/* Softmax of rows of `columns` floats after a scale; `stride` is a multiple of LANES, what lies beyond the columns becomes
 * zero. Causal: row r, of the query `first` + r, has as many columns as come up to that query. */
TARGET static void NAME(softmax)(float *rows, int first, int count, int columns, int stride, float scale, int causal) {
    for (int row = 0; row < count; row++, rows += stride) {
        const int seen = causal ? first + row + 1 : columns, used = (seen + LANES - 1) / LANES * LANES;
        for (int c = seen; c < used; c++) rows[c] = -1e30f;
        vector largest = NAME(load)(rows);
        for (int c = LANES; c < used; c += LANES) largest = NAME(larger)(largest, NAME(load)(rows + c));
        float top = largest[0];
        for (int lane = 1; lane < LANES; lane++) top = largest[lane] > top ? largest[lane] : top;
        vector sums = NAME(all)(0.0f);
        for (int c = 0; c < used; c += LANES) {
            vector value = NAME(exponential)((NAME(load)(rows + c) - top) * scale);
            sums += value;
            NAME(store)(rows + c, value);
        }
        const float factor = 1.0f / NAME(sum_of)(sums);
        for (int c = 0; c < used; c += LANES) NAME(store)(rows + c, NAME(load)(rows + c) * factor);
        /* The exponential of what is not seen is no zero, and a share of it may be too small for a normal number: products
         * with such are a hundred times as slow. */
        for (int c = seen; c < stride; c++) rows[c] = 0.0f;
    }
}

/* One head of one image at a time: keys and values are packed, then two products for each block of queries, whose
 * scores stay in the second-level cache however many tokens there are. A query's sums do not depend on its block. */
TARGET static void NAME(attention)(const scene_attention *p, int part, int parts, int thread) {
    const int size = p->width / p->heads, total = p->images * p->heads;
    const int stride = (p->tokens + PANEL - 1) / PANEL * PANEL;
    const int blocks = attention_blocks(p->queries, stride);
    float *keys = p->scratch + thread * p->scratch_stride;
    float *values = keys + scene_packed_count(LANES, (size_t)size, (size_t)p->tokens);
    float *scores = values + scene_packed_count(LANES, (size_t)p->tokens, (size_t)size);
    for (int index = total * part / parts; index < total * (part + 1) / parts; index++) {
        const int image = index / p->heads, head = index % p->heads;
        const float *query = p->input + (int64_t)image * p->tokens * p->input_pixel + head * size;
        float *output = p->output + (int64_t)image * p->tokens * p->output_pixel + head * size;
        scene_pack(LANES, keys, query + p->width, (size_t)size, (size_t)p->tokens, 1, p->input_pixel);
        scene_pack(LANES, values, query + 2 * p->width, (size_t)p->tokens, (size_t)size, p->input_pixel, 1);
        for (int block = 0; block < blocks; block++) {
            const int first = tile_edge(p->queries, block, blocks), end = tile_edge(p->queries, block + 1, blocks);
            scene_product product = {
                .input = query + (int64_t)first * p->input_pixel, .input_strides = {0, 0, p->input_pixel}, .taps = 1,
                .depth = size, .weights = keys, .output = scores, .output_strides = {0, 0, stride}, .images = 1,
                .height = 1, .width = end - first, .columns = stride};
            NAME(whole_product)(&product);
            NAME(softmax)(scores, first, end - first, p->tokens, stride, 1.0f / sqrtf((float)size), p->causal);
            product.input = scores;
            product.input_strides.pixel = stride;
            product.depth = p->tokens;
            product.weights = values;
            product.output = output + (int64_t)first * p->output_pixel;
            product.output_strides.pixel = p->output_pixel;
            product.columns = size;
            NAME(whole_product)(&product);
        }
    }
}
