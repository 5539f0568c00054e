/* The tile of a product: the sums that are in registers together. Part of variant.h.
 *
 * It is ROWS rows by two vectors of LANES columns, all of it in registers. Per step of the depth it
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
