#include "CRelationalWeights.h"

// #embed is of C23; the compiler takes it in any mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

_Alignas(64) static const unsigned char relational[] = {
#embed "relational.safetensors"
};

const unsigned char *const scene_relational_weights = relational;
const size_t scene_relational_weights_size = sizeof relational;
