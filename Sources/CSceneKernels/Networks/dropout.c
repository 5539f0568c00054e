#include "dropout.h"

/* Plain C, of which the compiler makes vectors of each width. */
static inline __attribute__((always_inline)) void drop(
    float *restrict values, size_t count, uint64_t key, uint32_t limit, float factor) {
    const uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
    for (size_t i = 0; i < count; i++) {
        uint32_t hash = (uint32_t)i * 0x9E3779B1u + low;
        hash ^= hash >> 16;
        hash = (hash ^ high) * 0x85EBCA6Bu;
        hash ^= hash >> 13;
        hash *= 0xC2B2AE35u;
        hash ^= hash >> 16;
        const float kept = values[i] * factor;
        values[i] = hash >= limit ? kept : 0.0f;
    }
}

#if defined(__x86_64__)
__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw"))) static void drop_16(
    float *restrict values, size_t count, uint64_t key, uint32_t limit, float factor) {
    drop(values, count, key, limit, factor);
}

__attribute__((target("avx2"))) static void drop_8(
    float *restrict values, size_t count, uint64_t key, uint32_t limit, float factor) {
    drop(values, count, key, limit, factor);
}
#endif

void scene_drop(int lanes, float *values, size_t count, uint64_t key, uint32_t limit, float factor) {
    switch (lanes) {
#if defined(__x86_64__)
    case 16: return drop_16(values, count, key, limit, factor);
    case 8: return drop_8(values, count, key, limit, factor);
#endif
    default: return drop(values, count, key, limit, factor);
    }
}
