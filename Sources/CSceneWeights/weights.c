#include "weights.h"

// #embed is of C23; the compiler takes it in any mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

_Alignas(64) static const unsigned char relational[] = {
#embed "relational.safetensors"
};

const unsigned char *const scn_relational_weights = relational;
const size_t scn_relational_weights_size = sizeof relational;

_Alignas(64) static const unsigned char early[] = {
#embed "verdicts/early.f32"
};

const unsigned char *const scn_early_verdict = early;
const size_t scn_early_verdict_size = sizeof early;

_Alignas(64) static const unsigned char gate[] = {
#embed "verdicts/gate.f32"
};

const unsigned char *const scn_gate_verdict = gate;
const size_t scn_gate_verdict_size = sizeof gate;

_Alignas(64) static const unsigned char gradual[] = {
#embed "verdicts/gradual.f32"
};

const unsigned char *const scn_gradual_verdict = gradual;
const size_t scn_gradual_verdict_size = sizeof gradual;

_Alignas(64) static const unsigned char hard[] = {
#embed "verdicts/hard.f32"
};

const unsigned char *const scn_hard_verdict = hard;
const size_t scn_hard_verdict_size = sizeof hard;

_Alignas(64) static const unsigned char watch[] = {
#embed "verdicts/watch.f32"
};

const unsigned char *const scn_watch_verdict = watch;
const size_t scn_watch_verdict_size = sizeof watch;
