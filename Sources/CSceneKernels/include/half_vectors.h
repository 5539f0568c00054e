/* Vectors of half floats (IEEE 754 binary16), and how alike they are. Results are equal on every processor. */
#ifndef SCENE_HALF_VECTORS_H
#define SCENE_HALF_VECTORS_H

#include <stddef.h>
#include <stdint.h>

/* To the nearest half, ties to even; beyond 65504 infinite; what is no number stays none. */
void scene_narrow(uint16_t *halves, const float *floats, size_t count);

/* Exact. */
void scene_widen(float *floats, const uint16_t *halves, size_t count);

/* cosines[r], for each of `count` rows of `width` halves one behind another: the cosine between the row and `query`,
 * whose floats are halves widened. Minus infinity where either has length 0. `lanes`: 16, 8 or 4, as scene_best_lanes
 * has it.
 *
 * A product of two halves is exact in a float, so that fused operations change nothing; every variant adds the products
 * up in 16 sums, in the same order. */
void scene_cosines(int lanes, float *cosines, const uint16_t *rows, size_t count, size_t width, const float *query);

/* Reads `count` words and does as little with them as can be: their exclusive or. For comparison with what reads and
 * works. */
uint64_t scene_read_words(const uint64_t *words, size_t count);

#endif
