#include "resampling.h"

#include <string.h>

#include "processor.h"

#define PRECISION 22
/* Sums that stay in the first-level cache while the rows pass by. */
#define BLOCK 512

typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef int32_t words16 __attribute__((vector_size(64), aligned(4)));

#define CUT(value) ((uint8_t)((value) < 0 ? 0 : (value) > 255 ? 255 : (value)))

#define RESAMPLE(SUFFIX, TARGET)                                                                                       \
    TARGET static void row##SUFFIX(uint8_t *out, const uint8_t *row, const int32_t *starts, const int32_t *table,      \
                                   int32_t groups, int32_t samples) {                                                  \
        for (int32_t sample = 0; sample < samples; sample++) {                                                         \
            const uint8_t *pixels = row + 3 * (int64_t)starts[sample];                                                 \
            words16 sums = {0};                                                                                        \
            for (int32_t group = 0; group < groups; group++, pixels += 12, table += 16) {                              \
                bytes16 four, none = {0};                                                                              \
                words16 coefficients;                                                                                  \
                memcpy(&four, pixels, 16);                                                                             \
                memcpy(&coefficients, table, 64);                                                                      \
                four = __builtin_shufflevector(four, none, 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11, 16);      \
                sums += __builtin_convertvector(four, words16) * coefficients;                                         \
            }                                                                                                          \
            for (int channel = 0; channel < 3; channel++) {                                                            \
                int32_t sum = sums[channel] + sums[channel + 4] + sums[channel + 8] + sums[channel + 12];              \
                sum = (sum + (1 << (PRECISION - 1))) >> PRECISION;                                                     \
                out[3 * sample + channel] = CUT(sum);                                                                  \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    TARGET static void column##SUFFIX(uint8_t *out, const uint8_t *rows, int64_t stride, const int32_t *coefficients,  \
                                      int32_t taps, int32_t count) {                                                   \
        int32_t sums[BLOCK];                                                                                           \
        for (int32_t from = 0; from < count; from += BLOCK) {                                                          \
            int32_t size = count - from < BLOCK ? count - from : BLOCK;                                                \
            for (int32_t i = 0; i < size; i++) sums[i] = 1 << (PRECISION - 1);                                         \
            for (int32_t tap = 0; tap < taps; tap++) {                                                                 \
                const uint8_t *row = rows + tap * stride + from;                                                       \
                int32_t coefficient = coefficients[tap];                                                               \
                for (int32_t i = 0; i < size; i++) sums[i] += coefficient * row[i];                                    \
            }                                                                                                          \
            for (int32_t i = 0; i < size; i++) {                                                                       \
                int32_t sum = sums[i] >> PRECISION;                                                                    \
                out[from + i] = CUT(sum);                                                                              \
            }                                                                                                          \
        }                                                                                                              \
    }

RESAMPLE(_plain, )
#if defined(__x86_64__)
RESAMPLE(_avx2, __attribute__((target("avx2"))))
RESAMPLE(_avx512, __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2"))))
#endif

void scene_resample_row(uint8_t *out, const uint8_t *row, const int32_t *starts, const int32_t *table, int32_t groups,
                        int32_t samples) {
    switch (scene_best_lanes()) {
#if defined(__x86_64__)
    case 16: return row_avx512(out, row, starts, table, groups, samples);
    case 8: return row_avx2(out, row, starts, table, groups, samples);
#endif
    default: return row_plain(out, row, starts, table, groups, samples);
    }
}

void scene_resample_column(uint8_t *out, const uint8_t *rows, int64_t stride, const int32_t *coefficients,
                           int32_t taps, int32_t count) {
    switch (scene_best_lanes()) {
#if defined(__x86_64__)
    case 16: return column_avx512(out, rows, stride, coefficients, taps, count);
    case 8: return column_avx2(out, rows, stride, coefficients, taps, count);
#endif
    default: return column_plain(out, rows, stride, coefficients, taps, count);
    }
}
