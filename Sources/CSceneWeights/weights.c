#include "weights.h"

// #embed is of C23; the compiler takes it in any mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define EXPORT(name, bytes)                    \
    const unsigned char *const name = bytes;   \
    const size_t name##_size = sizeof bytes;

_Alignas(64) static const unsigned char relational[] = {
#embed "relational.safetensors"
};

EXPORT(scn_relational_weights, relational)

_Alignas(64) static const unsigned char early[] = {
#embed "verdicts/early.f32"
};

EXPORT(scn_early_verdict, early)

_Alignas(64) static const unsigned char gate[] = {
#embed "verdicts/gate.f32"
};

EXPORT(scn_gate_verdict, gate)

_Alignas(64) static const unsigned char gradual[] = {
#embed "verdicts/gradual.f32"
};

EXPORT(scn_gradual_verdict, gradual)

_Alignas(64) static const unsigned char hard[] = {
#embed "verdicts/hard.f32"
};

EXPORT(scn_hard_verdict, hard)

_Alignas(64) static const unsigned char watch[] = {
#embed "verdicts/watch.f32"
};

EXPORT(scn_watch_verdict, watch)
