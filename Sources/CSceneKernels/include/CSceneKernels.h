/* Arithmetic in vector registers: of image and context networks (Networks), of the bytes of pictures
 * (Pictures), and of vectors that are compared (Vectors). */
#ifndef SCENE_KERNELS_H
#define SCENE_KERNELS_H

#include "block_matching.h"
#include "cell_sums.h"
#include "cropping.h"
#include "dropout.h"
#include "half_vectors.h"
#include "networks.h"
#include "processor.h"
#include "resampling.h"

#endif
