#include "block_matching.h"

#if defined(__x86_64__)
#include <emmintrin.h>

/* A sum of 16 rows of 8 differences fits in the low 16 bits of its 64, as a signed number. */
void scene_least_differences(uint32_t *least, const uint8_t *picture, const uint8_t *source, int64_t stride,
                             int32_t rows, int32_t down, int32_t across) {
    __m128i best[4];
    for (int pair = 0; pair < 4; pair++) best[pair] = _mm_set1_epi64x(INT16_MAX);
    for (int64_t shift = -down; shift <= down; shift++) {
        for (int64_t side = -across; side <= across; side++) {
            const uint8_t *a = picture, *b = source + shift * stride + side;
            __m128i sums[4] = {_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128()};
            for (int32_t row = 0; row < rows; row++, a += stride, b += stride) {
                for (int pair = 0; pair < 4; pair++) {
                    __m128i here = _mm_loadu_si128((const __m128i *)(a + 16 * pair));
                    __m128i there = _mm_loadu_si128((const __m128i *)(b + 16 * pair));
                    sums[pair] = _mm_add_epi64(sums[pair], _mm_sad_epu8(here, there));
                }
            }
            for (int pair = 0; pair < 4; pair++) best[pair] = _mm_min_epi16(best[pair], sums[pair]);
        }
    }
    for (int pair = 0; pair < 4; pair++) {
        least[2 * pair] = (uint32_t)_mm_extract_epi16(best[pair], 0);
        least[2 * pair + 1] = (uint32_t)_mm_extract_epi16(best[pair], 4);
    }
}

#else

void scene_least_differences(uint32_t *least, const uint8_t *picture, const uint8_t *source, int64_t stride,
                             int32_t rows, int32_t down, int32_t across) {
    for (int block = 0; block < 8; block++) least[block] = INT16_MAX;
    for (int64_t shift = -down; shift <= down; shift++) {
        for (int64_t side = -across; side <= across; side++) {
            uint32_t sums[8] = {0};
            for (int32_t row = 0; row < rows; row++) {
                const uint8_t *a = picture + row * stride, *b = source + (row + shift) * stride + side;
                for (int x = 0; x < 64; x++) sums[x / 8] += (uint32_t)(a[x] > b[x] ? a[x] - b[x] : b[x] - a[x]);
            }
            for (int block = 0; block < 8; block++)
                if (sums[block] < least[block]) least[block] = sums[block];
        }
    }
}

#endif
