#include "processor.h"

#if defined(__x86_64__)

int scene_best_lanes(void) {
    __builtin_cpu_init();
    int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
        return 16;
    return has_avx2 ? 8 : 4;
}

int scene_has_bfloat(void) { return scene_best_lanes() == 16 && __builtin_cpu_supports("avx512bf16"); }

int scene_has_crops(void) {
    return scene_best_lanes() == 16 && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni");
}

#else

int scene_best_lanes(void) { return 4; }

int scene_has_bfloat(void) { return 0; }

int scene_has_crops(void) { return 0; }

#endif
