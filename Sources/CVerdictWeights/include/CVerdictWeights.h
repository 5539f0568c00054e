// The networks of the shot detector: files as tools/train/train-shot-verdicts writes them, embedded when the
// program is compiled. 32-bit floats, little endian, in the order of `VerdictNetwork`; aligned to 64 bytes.
// Sizes in bytes.
#ifndef SCENE_VERDICT_WEIGHTS_H
#define SCENE_VERDICT_WEIGHTS_H

#include <stddef.h>

extern const unsigned char *_Nonnull const scene_early_verdict;
extern const size_t scene_early_verdict_size;
extern const unsigned char *_Nonnull const scene_gate_verdict;
extern const size_t scene_gate_verdict_size;
extern const unsigned char *_Nonnull const scene_gradual_verdict;
extern const size_t scene_gradual_verdict_size;
extern const unsigned char *_Nonnull const scene_hard_verdict;
extern const size_t scene_hard_verdict_size;
extern const unsigned char *_Nonnull const scene_watch_verdict;
extern const size_t scene_watch_verdict_size;

#endif
