/* Resampling of RGB bytes in the fixed-point arithmetic of the Python Imaging Library: coefficients are multiples of 2^-22,
 * sums are rounded and cut to bytes. Whole numbers only: results are equal on every processor. */
#ifndef SCENE_RESAMPLING_H
#define SCENE_RESAMPLING_H

#include <stdint.h>

/* out[3 x + c], for x < samples, from the pixels that begin at row[3 starts[x]]: `groups` times four of them, with the
 * coefficients table[16 (x groups + g) + 4 p + c] of pixel p, of which every fourth is zero. Up to four bytes beyond the last
 * pixel are read. */
void scene_resample_row(uint8_t *out, const uint8_t *row, const int32_t *starts, const int32_t *table, int32_t groups,
                        int32_t samples);

/* out[i] from rows[t stride + i] for t < taps, for i < count. */
void scene_resample_column(uint8_t *out, const uint8_t *rows, int64_t stride, const int32_t *coefficients,
                           int32_t taps, int32_t count);

#endif
