/* One variant of the kernels; included once per width of vector registers with LANES, ROWS, TARGET and NAME defined. */

#define VECTORS SCENE_PANEL_VECTORS
#define PANEL (LANES * VECTORS)

#include "vectors.h"
#include "tile.h"
#ifdef BFLOAT_TARGET
#include "bfloat_tile.h"
#endif
#include "product.h"
#include "pooling_and_norms.h"
#include "attention.h"
#include "winograd.h"

TARGET static void NAME(do_step)(const scene_step *step, int part, int parts, int thread) {
    switch (step->kind) {
    case SCENE_PRODUCT: return NAME(product)(&step->product, part, parts);
#ifdef BFLOAT_TARGET
    case SCENE_BFLOAT_PRODUCT: return NAME(bfloat_product)(&step->product, part, parts, thread);
#endif
    case SCENE_WINOGRAD: return NAME(winograd)(&step->winograd, part, parts, thread);
    case SCENE_POOL: return NAME(pool)(&step->pool, part, parts);
    case SCENE_MEAN: return NAME(mean)(&step->mean, part, parts);
    case SCENE_NORM: return NAME(norm)(&step->norm, part, parts);
    case SCENE_ATTENTION: return NAME(attention)(&step->attention, part, parts, thread);
    }
}

#undef vector
#undef integers
#undef VECTORS
#undef PANEL
