#include "half_vectors.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Sums side by side; the products of column k go to sum k % SUMS. */
#define SUMS 16

static uint16_t narrowed(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    const uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return (uint16_t)(sign | 0x7e00 | (magnitude >> 13 & 0x3ff));
    /* 65520 is halfway between the largest half and the next power of two. */
    if (magnitude >= 0x477ff000) return sign | 0x7c00;
    if (magnitude >= 0x38800000) {
        const uint32_t shifted = magnitude - 0x38000000;
        return (uint16_t)(sign | (shifted + 0xfff + (shifted >> 13 & 1)) >> 13);
    }
    /* Below the smallest normal half: a whole number of 2^-24. Adding 0.5 puts that number into the low bits, rounded
     * as the processor rounds, to the nearest even. */
    float whole;
    memcpy(&whole, &magnitude, sizeof whole);
    whole += 0.5f;
    memcpy(&bits, &whole, sizeof bits);
    return (uint16_t)(sign | (bits - 0x3f000000));
}

static float widened(uint16_t half) {
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    const uint32_t magnitude = half & 0x7fff;
    uint32_t bits;
    float value;
    if (magnitude >= 0x7c00) {
        bits = sign | 0x7f800000 | magnitude << 13;
    } else if (magnitude >= 0x400) {
        bits = sign | (magnitude << 13) + 0x38000000;
    } else {
        value = (float)magnitude * 0x1p-24f;
        memcpy(&bits, &value, sizeof bits);
        bits |= sign;
    }
    memcpy(&value, &bits, sizeof value);
    return value;
}

void scene_narrow(uint16_t *halves, const float *floats, size_t count) {
    for (size_t i = 0; i < count; i++) halves[i] = narrowed(floats[i]);
}

void scene_widen(float *floats, const uint16_t *halves, size_t count) {
    for (size_t i = 0; i < count; i++) floats[i] = widened(halves[i]);
}

/* Equal vectors give exactly 1: the root of a square is what was squared. */
static inline float cosine(float product, float row, float query) {
    return row > 0 && query > 0 ? product / sqrtf(row * query) : -INFINITY;
}

/* The last columns of a row, `count` of them, filled up with zeros. */
static inline void fill_up(uint16_t *last, const uint16_t *row, size_t count) {
    memset(last, 0, SUMS * sizeof *last);
    memcpy(last, row, count * sizeof *last);
}

static inline float folded(float *sums) {
    for (int half = SUMS / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) sums[i] += sums[i + half];
    return sums[0];
}

static void cosines_portable(float *cosines, const uint16_t *rows, size_t count, size_t width, const float *query,
                             float query_square) {
    for (size_t r = 0; r < count; r++, rows += width) {
        float products[SUMS] = {0}, squares[SUMS] = {0};
        for (size_t k = 0; k < width; k++) {
            const float value = widened(rows[k]);
            const float product = value * query[k], square = value * value;
            products[k % SUMS] += product;
            squares[k % SUMS] += square;
        }
        cosines[r] = cosine(folded(products), folded(squares), query_square);
    }
}

#if defined(__x86_64__)

/* Rows at a time: enough for the sums of one not to wait for each other. What comes as many rows later is fetched
 * meanwhile: the processor's own prefetching ends at each page, and takes a third longer. A prefetch beyond the rows does
 * nothing. */
#define ROWS 4
#define FETCH(row) _mm_prefetch((const char *)((row) + ROWS * width), _MM_HINT_T0)

#define TARGET __attribute__((target("avx2,fma,f16c")))

TARGET static inline float folded_8(__m256 low, __m256 high) {
    const __m256 eight = _mm256_add_ps(low, high);
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_shuffle_ps(sum, sum, 1)));
}

TARGET static inline void step_8(__m256 *products, __m256 *squares, const uint16_t *row, const float *query) {
    for (int side = 0; side < 2; side++) {
        const __m256 value = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(row + 8 * side)));
        products[side] = _mm256_fmadd_ps(value, _mm256_loadu_ps(query + 8 * side), products[side]);
        squares[side] = _mm256_fmadd_ps(value, value, squares[side]);
    }
}

TARGET static void cosines_avx2(float *cosines, const uint16_t *rows, size_t count, size_t width, const float *query,
                                const float *last_query, float query_square) {
    const size_t whole = width / SUMS * SUMS;
    for (size_t r = 0; r < count; r++, rows += width) {
        __m256 products[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
        __m256 squares[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
        for (size_t k = 0; k < whole; k += SUMS) {
            FETCH(rows + k);
            step_8(products, squares, rows + k, query + k);
        }
        if (whole < width) {
            uint16_t last[SUMS];
            fill_up(last, rows + whole, width - whole);
            step_8(products, squares, last, last_query);
        }
        cosines[r] = cosine(folded_8(products[0], products[1]), folded_8(squares[0], squares[1]), query_square);
    }
}

#undef TARGET
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,f16c")))

TARGET static inline float folded_16(__m512 sums) {
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(sums), _mm512_extractf32x8_ps(sums, 1));
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_shuffle_ps(sum, sum, 1)));
}

TARGET static void cosines_avx512(float *cosines, const uint16_t *rows, size_t count, size_t width,
                                  const float *query, const float *last_query, float query_square) {
    const size_t whole = width / SUMS * SUMS;
    const __mmask16 rest = (__mmask16)((1u << (width - whole)) - 1);
    for (size_t r = 0; r < count; r += ROWS, rows += ROWS * width) {
        const int some = count - r < ROWS ? (int)(count - r) : ROWS;
        __m512 products[ROWS], squares[ROWS];
        for (int i = 0; i < ROWS; i++) products[i] = squares[i] = _mm512_setzero_ps();
        if (some == ROWS) {
            for (size_t k = 0; k < whole; k += SUMS) {
                const __m512 asked = _mm512_loadu_ps(query + k);
                for (int i = 0; i < ROWS; i++) {
                    const uint16_t *row = rows + (size_t)i * width + k;
                    FETCH(row);
                    const __m512 value = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)row));
                    products[i] = _mm512_fmadd_ps(value, asked, products[i]);
                    squares[i] = _mm512_fmadd_ps(value, value, squares[i]);
                }
            }
        } else {
            for (int i = 0; i < some; i++) {
                for (size_t k = 0; k < whole; k += SUMS) {
                    const uint16_t *row = rows + (size_t)i * width + k;
                    const __m512 value = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)row));
                    products[i] = _mm512_fmadd_ps(value, _mm512_loadu_ps(query + k), products[i]);
                    squares[i] = _mm512_fmadd_ps(value, value, squares[i]);
                }
            }
        }
        if (rest) {
            const __m512 asked = _mm512_loadu_ps(last_query);
            for (int i = 0; i < some; i++) {
                const __m256i halves = _mm256_maskz_loadu_epi16(rest, rows + (size_t)i * width + whole);
                const __m512 value = _mm512_cvtph_ps(halves);
                products[i] = _mm512_fmadd_ps(value, asked, products[i]);
                squares[i] = _mm512_fmadd_ps(value, value, squares[i]);
            }
        }
        for (int i = 0; i < some; i++)
            cosines[r + (size_t)i] = cosine(folded_16(products[i]), folded_16(squares[i]), query_square);
    }
}

#undef TARGET
#endif

void scene_cosines(int lanes, float *cosines, const uint16_t *rows, size_t count, size_t width, const float *query) {
    float sums[SUMS] = {0}, last[SUMS] = {0};
    for (size_t k = 0; k < width; k++) {
        const float square = query[k] * query[k];
        sums[k % SUMS] += square;
    }
    const float query_square = folded(sums);
    memcpy(last, query + width / SUMS * SUMS, width % SUMS * sizeof *last);
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    switch (lanes) {
#if defined(__x86_64__)
    case 16: return cosines_avx512(cosines, rows, count, width, query, last, query_square);
    case 8:
        /* A virtual machine may hide conversions of halves from a processor that has them. */
        if (!__builtin_cpu_supports("f16c")) break;
        return cosines_avx2(cosines, rows, count, width, query, last, query_square);
#endif
    default: break;
    }
    cosines_portable(cosines, rows, count, width, query, query_square);
}

uint64_t scene_read_words(const uint64_t *words, size_t count) {
    uint64_t sums[8] = {0};
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (int lane = 0; lane < 8; lane++) sums[lane] ^= words[i + (size_t)lane];
    for (; i < count; i++) sums[0] ^= words[i];
    for (int lane = 1; lane < 8; lane++) sums[0] ^= sums[lane];
    return sums[0];
}
