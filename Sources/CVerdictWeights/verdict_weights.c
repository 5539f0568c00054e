#include "CVerdictWeights.h"

// #embed is of C23; the compiler takes it in any mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define EXPORT(name, bytes)                    \
    const unsigned char *const name = bytes;   \
    const size_t name##_size = sizeof bytes;

_Alignas(64) static const unsigned char early[] = {
#embed "early.f32"
};

EXPORT(scene_early_verdict, early)

_Alignas(64) static const unsigned char gate[] = {
#embed "gate.f32"
};

EXPORT(scene_gate_verdict, gate)

_Alignas(64) static const unsigned char gradual[] = {
#embed "gradual.f32"
};

EXPORT(scene_gradual_verdict, gradual)

_Alignas(64) static const unsigned char hard[] = {
#embed "hard.f32"
};

EXPORT(scene_hard_verdict, hard)

_Alignas(64) static const unsigned char watch[] = {
#embed "watch.f32"
};

EXPORT(scene_watch_verdict, watch)
