#ifndef SCENE_KERNELS_H
#define SCENE_KERNELS_H

#include "CSceneKernels.h"

/* The share `part` of `parts` of a step, in the scratch of one thread. */
void scene_do_step(int lanes, const scene_step *step, int part, int parts, int thread);

#endif
