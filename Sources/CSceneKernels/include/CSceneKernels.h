/* Arithmetic in vector registers: of image and context networks (Networks), and of the bytes of pictures (Pictures). */
#ifndef SCENE_KERNELS_H
#define SCENE_KERNELS_H

#include "block_matching.h"
#include "cell_sums.h"
#include "cropping.h"
#include "networks.h"
#include "processor.h"
#include "resampling.h"

#endif
