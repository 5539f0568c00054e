/* The tile of a product of bfloat16 numbers with sums in float32, for processors with AVX512-BF16. Part of variant.h.
 *
 * As tile.h, but two steps of the depth at a time: packed weights and inputs are pairs of bfloat16 in 32 bits. Inputs
 * are rounded to the nearest once for each block of rows, and lie there row by row, all taps together.
 */

/* Floats to bfloat16, `count` of them and zeros up to `room`. */
BFLOAT_TARGET static void NAME(round_run)(uint16_t *target, const float *source, int count, int room) {
    int k = 0;
    for (; k + LANES <= count; k += LANES)
        _mm256_storeu_si256((__m256i_u *)(target + k), (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(source + k)));
    if (k < count) {
        const __mmask16 mask = (__mmask16)((1u << (count - k)) - 1);
        const __m256i rest = (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, source + k));
        _mm256_mask_storeu_epi16(target + k, mask, rest);
        k = count;
    }
    for (; k < room; k++) target[k] = 0;
}

/* One tile; `count` is a constant in every call. Rows are `stride` pairs apart. */
BFLOAT_TARGET static inline __attribute__((always_inline)) void NAME(bfloat_tile)(
    const int count, const int32_t *rows, int64_t stride, int pairs, const uint16_t *weights, const float *bias,
    const float *const *residuals, float *const *outputs, int columns, int activation, const char *ahead,
    int ahead_step) {
    vector sums[ROWS][VECTORS];
#pragma clang loop unroll(full)
    for (int m = 0; m < count; m++) {
#pragma clang loop unroll(full)
        for (int v = 0; v < VECTORS; v++) sums[m][v] = NAME(all)(0.0f);
    }
#pragma clang loop unroll(disable)
    for (int k = 0; k < pairs; k++) {
        __m512bh w[VECTORS];
#pragma clang loop unroll(full)
        for (int v = 0; v < VECTORS; v++) w[v] = (__m512bh)_mm512_loadu_si512(weights + 2 * v * LANES);
        __builtin_prefetch(ahead, 0, 2);
        ahead += ahead_step;
        weights += 2 * PANEL;
#pragma clang loop unroll(full)
        for (int m = 0; m < count; m++) {
            __m512bh a = (__m512bh)_mm512_set1_epi32(rows[m * stride + k]);
#pragma clang loop unroll(full)
            for (int v = 0; v < VECTORS; v++) sums[m][v] = _mm512_dpbf16_ps(sums[m][v], a, w[v]);
        }
    }
    NAME(finish)(count, sums, bias, residuals, outputs, columns, activation);
}

BFLOAT_TARGET static __attribute__((noinline)) void NAME(bfloat_tile_of)(
    int count, const int32_t *rows, int64_t stride, int pairs, const uint16_t *weights, const float *bias,
    const float *const *residuals, float *const *outputs, int columns, int activation, const char *ahead,
    int ahead_step) {
    switch (count) {
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        NAME(bfloat_tile)(n, rows, stride, pairs, weights, bias, residuals, outputs, columns, activation, ahead,       \
                          ahead_step);                                                                                 \
        break;
        CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7)
        CASE(8) CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14)
#undef CASE
    }
}

/* Pairs from one row to the next: the rows of a tile do not meet in the same lines of the cache. */
static int64_t bfloat_stride(int pairs) { return ((int64_t)pairs + 15) / 16 * 16 + 16; }

static int bfloat_pairs(const scene_product *p) { return p->taps * ((p->depth + 1) / 2); }

/* Rows that are rounded, and then pass under all panels, together. */
static int bfloat_block(int pairs) {
    const int tiles = (int)(BLOCK_FLOATS / ROWS / bfloat_stride(pairs));
    return ROWS * (tiles < 1 ? 1 : tiles);
}

/* Rounds the inputs of `count` rows, each with all its taps. */
BFLOAT_TARGET static void NAME(round_rows)(
    const scene_product *p, int32_t *rounded, const float *const *inputs, int count) {
    const int room = 2 * ((p->depth + 1) / 2);
    const int64_t stride = bfloat_stride(bfloat_pairs(p));
    for (int m = 0; m < count; m++)
        for (int tap = 0; tap < p->taps; tap++)
            NAME(round_run)((uint16_t *)(rounded + m * stride) + tap * room, inputs[m] + tap * p->tap_stride, p->depth,
                            room);
}
