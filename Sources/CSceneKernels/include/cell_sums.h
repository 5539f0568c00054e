/* Sums of bytes over the cells of a grid. Whole numbers only: results are equal on every processor. */
#ifndef SCENE_CELL_SUMS_H
#define SCENE_CELL_SUMS_H

#include <stdint.h>

/* Values beyond a row's last that `scene_cell_sums` reads and writes in its buffer. */
#define SCENE_CELL_SLACK 16

/* Longest cell, in values: six rows of it are summed in 16 bits. */
#define SCENE_LONGEST_CELL 512

/* sums[x], for x < cells, of the values counts[x] from starts[x] on, in `row_count` (1 to 6) rows of `width` bytes that begin
 * rows[r] strides after `base`. `lines` holds width + SCENE_CELL_SLACK values. */
void scene_cell_sums(uint32_t *sums, const uint8_t *base, int64_t stride, const int32_t *rows, int32_t row_count,
                     int32_t width, const int32_t *starts, const int32_t *counts, int32_t cells, uint16_t *lines);

#endif
