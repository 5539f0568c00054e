/* What resampling.h does, for a whole rectangle at once and without a picture in between: rows are turned into red, green and blue
 * four at a time, resampled along rows, and along columns as soon as all that a row of the rectangle takes is there. For
 * processors that have it (`scene_has_crops`); the bits are those of resampling.h. */
#ifndef SCENE_CROPPING_H
#define SCENE_CROPPING_H

#include <stdint.h>

/* Bytes that one load of a window takes: a block of samples reads no others. */
#define SCENE_CROP_WINDOW 128

/* Coefficients are multiples of 2^-22, given as three digits of eight bits with their signs: c = d0 + 256 d1 + 65536 d2. */
typedef struct {
    /* Of the rectangle. */
    int32_t width, height;
    /* What of the source is read: `first_row` and `first_column` are even. */
    int32_t first_column, columns, first_row, rows;
    /* Along rows: `blocks` times `block` samples (16, or fewer where samples lie far apart), `groups` times four taps each. */
    int32_t block, blocks, groups;
    /* [blocks]: where the block's window begins, from `first_column`. */
    const int32_t *bases;
    /* [blocks][64]: where in its window the first four taps of each sample lie. */
    const uint8_t *places;
    /* [blocks][groups][3 digits][64]: four taps of each sample. */
    const int8_t *across;
    /* Along columns: four rows of the source are a group, from `first_row`; a row of the rectangle takes `down_groups` of them
     * from first_groups[row] on, with the digits down[row][down_groups][3], four in one. */
    int32_t down_groups;
    const int32_t *first_groups;
    const int32_t *down;
} scene_crop;

/* Y'CbCr 4:2:0 of 8 bits, and how it becomes red, green and blue: each value less its zero, times 8, times a share in
 * 2^-16, cut off; then sums, cut to bytes. `black`: 8 times the luma of black. */
typedef struct {
    const uint8_t *luma, *cb, *cr;
    int64_t luma_stride, cb_stride, cr_stride;
    int16_t black, luma_share, red_cr, green_cb, green_cr, blue_cb;
} scene_planes;

/* Bytes of scratch that the two below need. */
int64_t scene_crop_scratch(const scene_crop *crop);

/* The rectangle, height x width x 3 bytes. */
void scene_crop_of_planes(uint8_t *out, const scene_planes *picture, const scene_crop *crop, uint8_t *scratch);

/* The same of RGB whose rows begin `stride` bytes apart. */
void scene_crop_of_pixels(uint8_t *out, const uint8_t *pixels, int64_t stride, const scene_crop *crop,
                            uint8_t *scratch);

#endif
