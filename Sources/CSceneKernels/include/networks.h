/* Arithmetic of networks, in one source for several widths of vector registers.
 *
 * Activations are floats in the order image, row, column, channel ("NHWC"); weights are packed once, when a network is
 * loaded. A network is an array of steps; `scene_run` walks it, on one or more threads. Nothing allocates except
 * `scene_team_create`. Every output is summed in one fixed order, so results depend neither on the batch nor on the
 * number of threads, only on the variant.
 */
#ifndef SCENE_NETWORKS_H
#define SCENE_NETWORKS_H

#include <stddef.h>
#include <stdint.h>

/* Columns of one packed panel of weights: 2 vectors. */
#define SCENE_PANEL_VECTORS 2

/* What happens to a sum before it is stored. */
enum {
    SCENE_ACTIVATION_NONE = 0,
    SCENE_ACTIVATION_RELU = 1,
    /* x sigmoid(1.702 x). */
    SCENE_ACTIVATION_QUICK_GELU = 2,
    /* x (1 + erf(x / sqrt 2)) / 2. */
    SCENE_ACTIVATION_GELU = 3
};

/* Where the pixels of a map lie, in floats from its first pixel. A plain matrix is one image of one row. */
typedef struct {
    int64_t image, row, pixel;
} scene_strides;

/* output[m, n] = activation(sum over t, k of input[m, t, k] weights[t depth + k, n] + bias[n] + residual[m, n]), where m
 * runs over the pixels of a grid.
 *
 * Each input is `taps` runs of `depth` contiguous floats, `tap_stride` apart. A matrix product has one run; a convolution
 * over a map with its border in memory has one run per row of its filter (filter width x channels).
 * Output and residual may be one; the input may be neither.
 */
typedef struct {
    const float *input;
    scene_strides input_strides;
    int32_t taps, depth;
    int64_t tap_stride;
    const float *weights;
    const float *bias; /* padded to whole panels, or null */
    const float *residual; /* or null */
    scene_strides residual_strides;
    float *output;
    scene_strides output_strides;
    int32_t images, height, width; /* of the grid */
    int32_t columns;
    int32_t activation;
    /* Of SCENE_BFLOAT_PRODUCT, whose weights are packed by scene_pack_bfloat: per thread, scene_bfloat_scratch floats. */
    float *scratch;
    int64_t scratch_stride;
} scene_product;

/* A convolution of 3 x 3, stride 1, by Winograd's minimal filtering F(2x2, 3x3) or F(4x4, 3x3) (Lavin and Gray 2015, arXiv
 * 1509.09308): tiles of the input are transformed, multiplied per frequency, and transformed back. */
typedef struct {
    const float *input; /* at pixel (-1, -1) of the first image */
    scene_strides input_strides;
    int32_t channels;
    const float *weights; /* (size + 2)^2 packed products [channels, columns] */
    const float *bias;
    const float *residual;
    scene_strides residual_strides;
    float *output;
    scene_strides output_strides;
    int32_t images, height, width;
    int32_t columns;
    int32_t activation;
    int32_t size; /* 2 or 4 */
    int32_t block; /* tiles at a time */
    float *scratch; /* per thread, scene_winograd_scratch floats */
    int64_t scratch_stride;
} scene_winograd;

/* Maximum over 3 x 3 pixels, stride 2, of a map of floats that are not negative and whose border of 1 is zero. */
typedef struct {
    const float *input; /* at pixel (-1, -1) */
    scene_strides input_strides;
    float *output;
    scene_strides output_strides;
    int32_t images, height, width; /* of the output */
    int32_t channels;
} scene_pool;

/* Mean over all pixels of each image. */
typedef struct {
    const float *input;
    scene_strides input_strides;
    float *output;
    int64_t output_stride;
    int32_t images, height, width, channels;
} scene_mean;

/* Layer normalization of every pixel over its channels. */
typedef struct {
    const float *input;
    scene_strides input_strides;
    float *output;
    scene_strides output_strides;
    const float *weight, *bias;
    float epsilon;
    int32_t images, tokens, channels;
} scene_norm;

/* Self-attention: rows of 3 x `width` floats (query, key, value) in, `width` out; the first `queries` tokens ask. Causal: each
 * sees itself and those before it. */
typedef struct {
    const float *input; /* [images, tokens, 3 width] */
    float *output; /* [images, tokens, width] */
    int64_t input_pixel, output_pixel; /* floats from one token to the next */
    int32_t images, tokens, queries, width, heads;
    int32_t causal;
    float *scratch; /* per thread, scene_attention_scratch floats */
    int64_t scratch_stride;
} scene_attention;

enum {
    SCENE_PRODUCT,
    SCENE_WINOGRAD,
    SCENE_POOL,
    SCENE_MEAN,
    SCENE_NORM,
    SCENE_ATTENTION,
    /* A product of inputs and weights that are rounded to bfloat16, with sums in float32. */
    SCENE_BFLOAT_PRODUCT
};

typedef struct {
    int32_t kind;
    union {
        scene_product product;
        scene_winograd winograd;
        scene_pool pool;
        scene_mean mean;
        scene_norm norm;
        scene_attention attention;
    };
} scene_step;

/* Floats that the packed form of weights [depth, columns] takes: [panels, depth, panel width], the last panel filled up with
 * zeros. */
size_t scene_packed_count(int lanes, size_t depth, size_t columns);
/* Packs weights [depth, columns], whose value (k, n) lies at source[k depth_stride + n column_stride], into `packed`. */
void scene_pack(int lanes, float *packed, const float *source, size_t depth, size_t columns, int64_t depth_stride,
                int64_t column_stride);
/* The same for bfloat16, of weights [taps depth, columns]: [panels, taps, (depth + 1) / 2, panel width] pairs of bfloat16, two
 * rows of a tap in each; the size in floats. */
size_t scene_bfloat_count(int taps, int depth, size_t columns);
void scene_pack_bfloat(float *packed, const float *source, int taps, int depth, size_t columns, int64_t depth_stride,
                       int64_t column_stride);
/* Floats of scratch that a thread needs for a step of the kind. */
size_t scene_bfloat_scratch(const scene_product *step);
/* Packs filters [columns, channels, 3, 3], times scale[columns], for `scene_winograd`: (size + 2)^2 packed products
 * [channels, columns]. */
void scene_pack_winograd(int lanes, int size, float *packed, const float *filters, const float *scale,
                         size_t channels, size_t columns);
size_t scene_winograd_scratch(int lanes, const scene_winograd *step);
size_t scene_attention_scratch(int lanes, const scene_attention *step);

/* Threads that walk steps together; the caller is one of them. */
typedef struct scene_team scene_team;
/* Null if the system gives no thread. */
scene_team *scene_team_create(int threads);
void scene_team_destroy(scene_team *team);
/* Does all `count` steps in order, by the variant of `lanes`. One caller at a time. */
void scene_run(scene_team *team, int lanes, const scene_step *steps, size_t count);

#endif
