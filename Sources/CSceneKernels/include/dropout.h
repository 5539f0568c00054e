/* Numbers that fall in a step of training. */
#ifndef SCENE_DROPOUT_H
#define SCENE_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

/* Sets values[i] to 0 where a hash of i and `key` is below `limit`, and multiplies the others by `factor`. The hash is the
 * finalizer of MurmurHash3 (Appleby, public domain). `lanes`: 16, 8 or 4, as scene_best_lanes has it; every variant gives equal
 * bits. */
void scene_drop(int lanes, float *values, size_t count, uint64_t key, uint32_t limit, float factor);

#endif
