/* Blocks of one picture looked for in another. Whole numbers only: results are equal on every processor. */
#ifndef SCENE_BLOCK_MATCHING_H
#define SCENE_BLOCK_MATCHING_H

#include <stdint.h>

/* least[b], for each of eight blocks side by side, 8 bytes wide and `rows` (1 to 16) high: the least sum of absolute
 * differences to the place in `source` where the block would lie if it had moved by -down...down rows and
 * -across...across columns. Both pictures have `stride` bytes in a row; `picture` is the first block's first byte, and
 * `source` the byte in the same place, around which the moved blocks lie inside the memory. */
void scene_least_differences(uint32_t *least, const uint8_t *picture, const uint8_t *source, int64_t stride,
                             int32_t rows, int32_t down, int32_t across);

#endif
