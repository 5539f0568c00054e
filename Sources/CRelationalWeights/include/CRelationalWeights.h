// The relational network trained on synthetic films: the safetensors file as tools/train/train-relational
// writes it, embedded when the program is compiled; aligned to 64 bytes. Its size in bytes.
#ifndef SCENE_RELATIONAL_WEIGHTS_H
#define SCENE_RELATIONAL_WEIGHTS_H

#include <stddef.h>

extern const unsigned char *_Nonnull const scene_relational_weights;
extern const size_t scene_relational_weights_size;

#endif
