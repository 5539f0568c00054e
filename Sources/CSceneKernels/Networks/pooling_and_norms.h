/* Pooling, means and layer norms: passes over pixels, bound by memory. Part of variant.h. */

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
