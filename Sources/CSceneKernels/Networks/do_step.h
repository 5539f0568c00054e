#ifndef SCENE_DO_STEP_H
#define SCENE_DO_STEP_H

#include "networks.h"

/* Does the share `part` of `parts` of a step, in the scratch of one thread, by the variant of `lanes`. */
void scene_do_step(int lanes, const scene_step *step, int part, int parts, int thread);

#endif
