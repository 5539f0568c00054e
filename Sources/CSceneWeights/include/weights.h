// Weights that are part of the program: files as they stand, embedded when it is compiled.
#ifndef SCENE_WEIGHTS_H
#define SCENE_WEIGHTS_H

#include <stddef.h>

// The relational network trained on synthetic films (safetensors), and its size in bytes; aligned to 64 bytes.
extern const unsigned char *_Nonnull const scn_relational_weights;
extern const size_t scn_relational_weights_size;

// The networks of the shot detector (32-bit floats, in the order of VerdictNetwork), and their sizes in bytes; aligned
// to 64 bytes.
extern const unsigned char *_Nonnull const scn_early_verdict;
extern const size_t scn_early_verdict_size;
extern const unsigned char *_Nonnull const scn_gate_verdict;
extern const size_t scn_gate_verdict_size;
extern const unsigned char *_Nonnull const scn_gradual_verdict;
extern const size_t scn_gradual_verdict_size;
extern const unsigned char *_Nonnull const scn_hard_verdict;
extern const size_t scn_hard_verdict_size;
extern const unsigned char *_Nonnull const scn_watch_verdict;
extern const size_t scn_watch_verdict_size;

#endif
