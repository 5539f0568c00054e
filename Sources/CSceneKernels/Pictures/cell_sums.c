#include "cell_sums.h"

#include <string.h>

#include "processor.h"

typedef uint16_t words16 __attribute__((vector_size(32)));
typedef uint32_t sums16 __attribute__((vector_size(64)));

/* Sixteen ones, sixteen zeros: from 16 - n on, n ones come first. */
static const uint16_t ones[32] = {
    0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff,
    0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff,
};

#define CELL_SUMS(SUFFIX, TARGET)                                                                                      \
    TARGET static void sum##SUFFIX(uint32_t *sums, const uint8_t *base, int64_t stride, const int32_t *rows,           \
                                   int32_t row_count, int32_t width, const int32_t *starts, const int32_t *counts,     \
                                   int32_t cells, uint16_t *restrict lines) {                                          \
        const uint8_t *a = base + rows[0] * stride;                                                                    \
        if (row_count == 6) {                                                                                          \
            const uint8_t *b = base + rows[1] * stride, *c = base + rows[2] * stride, *d = base + rows[3] * stride;    \
            const uint8_t *e = base + rows[4] * stride, *f = base + rows[5] * stride;                                  \
            for (int32_t i = 0; i < width; i++) lines[i] = (uint16_t)(a[i] + b[i] + c[i] + d[i] + e[i] + f[i]);        \
        } else {                                                                                                       \
            for (int32_t i = 0; i < width; i++) lines[i] = a[i];                                                       \
            for (int32_t row = 1; row < row_count; row++) {                                                            \
                const uint8_t *line = base + rows[row] * stride;                                                       \
                for (int32_t i = 0; i < width; i++) lines[i] += line[i];                                               \
            }                                                                                                          \
        }                                                                                                              \
        for (int32_t cell = 0; cell < cells; cell++) {                                                                 \
            const uint16_t *values = lines + starts[cell];                                                             \
            int32_t count = counts[cell], from = 0;                                                                    \
            words16 sum = {0}, next, mask;                                                                             \
            for (; from + 16 <= count; from += 16) {                                                                   \
                memcpy(&next, values + from, 32);                                                                      \
                sum += next;                                                                                           \
            }                                                                                                          \
            memcpy(&next, values + from, 32);                                                                          \
            memcpy(&mask, ones + 16 - (count - from), 32);                                                             \
            sum += next & mask;                                                                                        \
            sums16 wide = __builtin_convertvector(sum, sums16);                                                        \
            uint32_t total = __builtin_reduce_add(wide);                                                               \
            sums[cell] = total;                                                                                        \
        }                                                                                                              \
    }

CELL_SUMS(_plain, )
#if defined(__x86_64__)
CELL_SUMS(_avx2, __attribute__((target("avx2"))))
CELL_SUMS(_avx512, __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2"))))
#endif

void scene_cell_sums(uint32_t *sums, const uint8_t *base, int64_t stride, const int32_t *rows, int32_t row_count,
                     int32_t width, const int32_t *starts, const int32_t *counts, int32_t cells, uint16_t *lines) {
    switch (scene_best_lanes()) {
#if defined(__x86_64__)
    case 16: return sum_avx512(sums, base, stride, rows, row_count, width, starts, counts, cells, lines);
    case 8: return sum_avx2(sums, base, stride, rows, row_count, width, starts, counts, cells, lines);
#endif
    default: return sum_plain(sums, base, stride, rows, row_count, width, starts, counts, cells, lines);
    }
}
