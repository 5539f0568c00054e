#include "do_step.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include <math.h>
#include <string.h>

/* Products and sums may become one operation: more exact, and twice as fast. */
#pragma clang fp contract(fast)

/* Floats of input that one pass over the weights covers: half of a second-level cache of 1 MiB. */
#define BLOCK_FLOATS (1 << 17)

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define NAME(x) PASTE(x, PASTE(_, LANES))

/* Where tile `t` begins, of `tiles` of nearly equal height that share `count` rows. */
static inline int tile_edge(int count, int t, int tiles) { return (int)((int64_t)count * t / tiles); }

/* Queries that attention takes at a time, at least: rows of every variant's tiles. */
#define ATTENTION_ROWS 84

/* Blocks of nearly equal size that share `queries`, so that the scores of one, `stride` floats a query, are at most
 * BLOCK_FLOATS, or those of ATTENTION_ROWS queries. */
static inline int attention_blocks(int queries, int stride) {
    const int rows = BLOCK_FLOATS / stride / ATTENTION_ROWS * ATTENTION_ROWS;
    const int block = rows < ATTENTION_ROWS ? ATTENTION_ROWS : rows;
    return (queries + block - 1) / block;
}

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")))
#define BFLOAT_TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512bf16,avx2,fma")))
#define LANES 16
#define ROWS 14
#include "variant.h"
#undef TARGET
#undef BFLOAT_TARGET
#undef LANES
#undef ROWS

#define TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define ROWS 6
#include "variant.h"
#undef TARGET
#undef LANES
#undef ROWS
#endif

#define TARGET
#define LANES 4
#define ROWS 6
#include "variant.h"

void scene_do_step(int lanes, const scene_step *step, int part, int parts, int thread) {
    switch (lanes) {
#if defined(__x86_64__)
    case 16: return do_step_16(step, part, parts, thread);
    case 8: return do_step_8(step, part, parts, thread);
#endif
    default: return do_step_4(step, part, parts, thread);
    }
}

static size_t panels_of(int lanes, size_t columns) {
    size_t panel = (size_t)lanes * SCENE_PANEL_VECTORS;
    return (columns + panel - 1) / panel;
}

size_t scene_packed_count(int lanes, size_t depth, size_t columns) {
    return panels_of(lanes, columns) * (size_t)lanes * SCENE_PANEL_VECTORS * depth;
}

void scene_pack(int lanes, float *packed, const float *source, size_t depth, size_t columns, int64_t depth_stride,
                int64_t column_stride) {
    const size_t width = (size_t)lanes * SCENE_PANEL_VECTORS;
    for (size_t panel = 0; panel < panels_of(lanes, columns); panel++) {
        const size_t first = panel * width, count = columns - first < width ? columns - first : width;
        const float *from = source + (int64_t)first * column_stride;
        float *to = packed + panel * width * depth;
        /* In squares, whichever way the source lies in memory: they stay in the first-level cache. */
        for (size_t start = 0; start < depth; start += 16) {
            const size_t end = depth - start < 16 ? depth : start + 16;
            if (column_stride == 1) {
                for (size_t k = start; k < end; k++)
                    memcpy(to + k * width, from + (int64_t)k * depth_stride, count * sizeof(float));
            } else {
                for (size_t n = 0; n < count; n++)
                    for (size_t k = start; k < end; k++)
                        to[k * width + n] = from[(int64_t)k * depth_stride + (int64_t)n * column_stride];
            }
            for (size_t k = start; count < width && k < end; k++)
                memset(to + k * width + count, 0, (width - count) * sizeof(float));
        }
    }
}

size_t scene_bfloat_count(int taps, int depth, size_t columns) {
    return scene_packed_count(16, (size_t)taps * (size_t)((depth + 1) / 2), columns);
}

/* To the nearest, ties to even; what is no number stays none. */
static uint16_t rounded(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (value != value) return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

void scene_pack_bfloat(float *packed, const float *source, int taps, int depth, size_t columns, int64_t depth_stride,
                       int64_t column_stride) {
    const size_t width = 16 * SCENE_PANEL_VECTORS;
    uint16_t *target = (uint16_t *)packed;
    for (size_t panel = 0; panel < panels_of(16, columns); panel++) {
        for (int tap = 0; tap < taps; tap++) {
            for (int pair = 0; pair < (depth + 1) / 2; pair++) {
                for (size_t n = 0; n < 2 * width; n++) {
                    const size_t column = panel * width + n / 2;
                    const int k = 2 * pair + (int)(n % 2);
                    *target++ = column < columns && k < depth
                                    ? rounded(source[(int64_t)(tap * depth + k) * depth_stride +
                                                     (int64_t)column * column_stride])
                                    : 0;
                }
            }
        }
    }
}

size_t scene_bfloat_scratch(const scene_product *step) {
#if defined(__x86_64__)
    const int pairs = bfloat_pairs(step), rows = bfloat_block(pairs);
    const int64_t all = (int64_t)step->images * step->height * step->width;
    return (size_t)(bfloat_stride(pairs) * (all < rows ? all : rows));
#else
    (void)step;
    return 0;
#endif
}

size_t scene_attention_scratch(int lanes, const scene_attention *step) {
    const size_t tokens = (size_t)step->tokens, size = (size_t)(step->width / step->heads);
    const size_t stride = scene_packed_count(lanes, 1, tokens);
    const int blocks = attention_blocks(step->queries, (int)stride);
    const size_t rows = (size_t)((step->queries + blocks - 1) / blocks);
    return scene_packed_count(lanes, size, tokens) + scene_packed_count(lanes, tokens, size) + rows * stride;
}

/* F(2x2) and F(4x4): rows of G. */
static const double filter_2[4][3] = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
static const double filter_4[6][3] = {
    {1.0 / 4, 0, 0},
    {-1.0 / 6, -1.0 / 6, -1.0 / 6},
    {-1.0 / 6, 1.0 / 6, -1.0 / 6},
    {1.0 / 24, 1.0 / 12, 1.0 / 6},
    {1.0 / 24, -1.0 / 12, 1.0 / 6},
    {0, 0, 1},
};

void scene_pack_winograd(int lanes, int size, float *packed, const float *filters, const float *scale,
                         size_t channels, size_t columns) {
    const int side = size + 2;
    const double(*g)[3] = size == 2 ? filter_2 : filter_4;
    const size_t panel = (size_t)lanes * SCENE_PANEL_VECTORS;
    const size_t count = scene_packed_count(lanes, channels, columns);
    memset(packed, 0, count * (size_t)(side * side) * sizeof(float));
    for (size_t n = 0; n < columns; n++) {
        for (size_t c = 0; c < channels; c++) {
            const float *filter = filters + (n * channels + c) * 9;
            size_t place = (n / panel * channels + c) * panel + n % panel;
            for (int i = 0; i < side; i++) {
                for (int j = 0; j < side; j++) {
                    double sum = 0;
                    for (int y = 0; y < 3; y++)
                        for (int x = 0; x < 3; x++) sum += g[i][y] * filter[y * 3 + x] * g[j][x];
                    packed[(size_t)(i * side + j) * count + place] = (float)(sum * scale[n]);
                }
            }
        }
    }
}

size_t scene_winograd_scratch(int lanes, const scene_winograd *step) {
    (void)lanes;
    size_t frequencies = (size_t)((step->size + 2) * (step->size + 2));
    return frequencies * (size_t)step->block * (size_t)(step->channels + step->columns);
}
