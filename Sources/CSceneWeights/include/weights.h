// Weights that are part of the program: files as they stand, embedded when it is compiled.
#ifndef SCENE_WEIGHTS_H
#define SCENE_WEIGHTS_H

#include <stddef.h>

// The relational network trained on synthetic films (safetensors), and its size in bytes; aligned to 64 bytes.
extern const unsigned char *_Nonnull const scn_relational_weights;
extern const size_t scn_relational_weights_size;

#endif
