/* What this processor can do. */
#ifndef SCENE_PROCESSOR_H
#define SCENE_PROCESSOR_H

/* Floats per vector register of the best variant for this processor, which names the variant: 16 (AVX-512), 8 (AVX2
 * with FMA) or 4 (any processor). A smaller one may be asked for. */
int scene_best_lanes(void);

/* Whether this processor multiplies bfloat16 (AVX512-BF16, in vectors of 16 floats). */
int scene_has_bfloat(void);

/* Whether it has what cropping.h needs (AVX512-VNNI and AVX512-VBMI). */
int scene_has_crops(void);

#endif
