#include "cropping.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512vbmi,avx512vnni,avx2")))
#define PRECISION 22

/* Bytes of one color of a row of the source: the last window and the last vector may reach beyond its end. */
static int64_t plane_size(const scene_crop *crop) {
    return ((int64_t)crop->columns + SCENE_CROP_WINDOW + 64 + 63) & ~(int64_t)63;
}

/* Bytes of one color of a group of rows after the first pass: four rows for each sample, side by side. */
static int64_t line_size(const scene_crop *crop) {
    return 4 * ((int64_t)crop->block * crop->blocks + 16);
}

/* Groups that wait for the second pass: one more than it takes, as it runs when the next one is there. */
static int ring_size(const scene_crop *crop) { return crop->down_groups + 1; }

int64_t scene_crop_scratch(const scene_crop *crop) {
    return 64 + 12 * plane_size(crop) + ring_size(crop) * 3 * line_size(crop);
}

TARGET static inline __mmask64 first(int64_t count) {
    return count <= 0 ? 0 : count < 64 ? ((__mmask64)1 << count) - 1 : ~(__mmask64)0;
}

TARGET static inline __m512i cut_words(__m512i words) {
    const __m512i least = _mm512_setzero_si512(), most = _mm512_set1_epi16(255);
    return _mm512_min_epi16(_mm512_max_epi16(words, least), most);
}

/* Eight times 32 bytes less their zero. */
TARGET static inline __m512i chroma(const uint8_t *values, __mmask64 mask) {
    const __m512i words = _mm512_cvtepu8_epi16(_mm256_maskz_loadu_epi8((__mmask32)mask, values));
    return _mm512_sub_epi16(_mm512_slli_epi16(words, 3), _mm512_set1_epi16(8 * 128));
}

/* Two rows that share their chroma, into three planes each. Pixels at even and at odd columns are words by themselves. */
TARGET static void paint(uint8_t *planes, int64_t plane, const scene_planes *picture, int row, const scene_crop *crop) {
    const int count = crop->columns, from = crop->first_column;
    const uint8_t *luma[2] = {picture->luma + row * picture->luma_stride + from,
                              picture->luma + (row + 1) * picture->luma_stride + from};
    const uint8_t *cb = picture->cb + row / 2 * picture->cb_stride + from / 2;
    const uint8_t *cr = picture->cr + row / 2 * picture->cr_stride + from / 2;
    const __m512i low = _mm512_set1_epi16(255), black = _mm512_set1_epi16(picture->black);
    const __m512i luma_share = _mm512_set1_epi16(picture->luma_share);
    for (int x = 0; x < count; x += 64) {
        const __m512i b = chroma(cb + x / 2, first((count - x + 1) / 2));
        const __m512i r = chroma(cr + x / 2, first((count - x + 1) / 2));
        const __m512i shares[3] = {
            _mm512_mulhi_epi16(r, _mm512_set1_epi16(picture->red_cr)),
            _mm512_add_epi16(_mm512_mulhi_epi16(b, _mm512_set1_epi16(picture->green_cb)),
                             _mm512_mulhi_epi16(r, _mm512_set1_epi16(picture->green_cr))),
            _mm512_mulhi_epi16(b, _mm512_set1_epi16(picture->blue_cb)),
        };
        for (int line = 0; line < 2; line++) {
            const __m512i y = _mm512_maskz_loadu_epi8(first(count - x), luma[line] + x);
            __m512i even = _mm512_slli_epi16(_mm512_and_si512(y, low), 3);
            __m512i odd = _mm512_slli_epi16(_mm512_srli_epi16(y, 8), 3);
            even = _mm512_mulhi_epi16(_mm512_sub_epi16(even, black), luma_share);
            odd = _mm512_mulhi_epi16(_mm512_sub_epi16(odd, black), luma_share);
            for (int color = 0; color < 3; color++) {
                const __m512i left = cut_words(_mm512_add_epi16(even, shares[color]));
                const __m512i right = cut_words(_mm512_add_epi16(odd, shares[color]));
                _mm512_storeu_si512(planes + (3 * line + color) * plane + x,
                                    _mm512_or_si512(left, _mm512_slli_epi16(right, 8)));
            }
        }
    }
}

static const uint8_t numbers[64] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
    32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
};

/* A row of RGB into three planes. */
TARGET static void part_colors(uint8_t *planes, int64_t plane, const uint8_t *pixels, int count) {
    const __m512i number = _mm512_loadu_si512(numbers);
    const __m512i third = _mm512_add_epi8(_mm512_add_epi8(number, number), number);
    for (int x = 0; x < count; x += 64) {
        const uint8_t *at = pixels + 3 * (int64_t)x;
        const int64_t rest = 3 * (int64_t)(count - x);
        const __m512i one = _mm512_maskz_loadu_epi8(first(rest), at);
        const __m512i two = _mm512_maskz_loadu_epi8(first(rest - 64), at + 64);
        const __m512i three = _mm512_maskz_loadu_epi8(first(rest - 128), at + 128);
        for (int color = 0; color < 3; color++) {
            const __m512i place = _mm512_add_epi8(third, _mm512_set1_epi8((char)color));
            const __m512i near = _mm512_permutex2var_epi8(one, place, two);
            /* From 128 on, the highest bit of the place. */
            const __mmask64 far = _mm512_movepi8_mask(place);
            _mm512_storeu_si512(planes + color * plane + x, _mm512_mask_permutexvar_epi8(near, far, place, three));
        }
    }
}

TARGET static inline __m512i rounded_sum(const __m512i digits[3]) {
    __m512i sum = _mm512_add_epi32(digits[0], _mm512_slli_epi32(digits[1], 8));
    sum = _mm512_add_epi32(sum, _mm512_slli_epi32(digits[2], 16));
    return _mm512_srai_epi32(_mm512_add_epi32(sum, _mm512_set1_epi32(1 << (PRECISION - 1))), PRECISION);
}

/* The first pass, of four rows. */
TARGET static void go_across(uint8_t *lines, const uint8_t *planes, int64_t plane, const scene_crop *crop) {
    const __m512i none = _mm512_setzero_si512(), most = _mm512_set1_epi32(255);
    for (int color = 0; color < 3; color++, lines += line_size(crop), planes += plane) {
        const int8_t *table = crop->across;
        for (int block = 0; block < crop->blocks; block++) {
            __m512i near[4], far[4], sums[4][3];
            for (int row = 0; row < 4; row++) {
                const uint8_t *window = planes + 3 * row * plane + crop->bases[block];
                near[row] = _mm512_loadu_si512(window);
                far[row] = _mm512_loadu_si512(window + 64);
                for (int digit = 0; digit < 3; digit++) sums[row][digit] = none;
            }
            __m512i places = _mm512_loadu_si512(crop->places + 64 * block);
            for (int group = 0; group < crop->groups; group++, table += 3 * 64) {
                for (int row = 0; row < 4; row++) {
                    const __m512i taps = _mm512_permutex2var_epi8(near[row], places, far[row]);
                    for (int digit = 0; digit < 3; digit++)
                        sums[row][digit] =
                            _mm512_dpbusd_epi32(sums[row][digit], taps, _mm512_loadu_si512(table + 64 * digit));
                }
                places = _mm512_add_epi8(places, _mm512_set1_epi8(4));
            }
            __m512i four = none;
            for (int row = 3; row >= 0; row--) {
                const __m512i value = _mm512_min_epi32(_mm512_max_epi32(rounded_sum(sums[row]), none), most);
                four = _mm512_or_si512(_mm512_slli_epi32(four, 8), value);
            }
            _mm512_storeu_si512(lines + 4 * block * crop->block, four);
        }
    }
}

/* The second pass, of one row of the rectangle. `lines`: the ring. */
TARGET static void go_down(uint8_t *out, const uint8_t *lines, int row, const scene_crop *crop) {
    static const uint8_t interleaved[64] = {
        0,  16, 32, 1,  17, 33, 2,  18, 34, 3,  19, 35, 4,  20, 36, 5,  21, 37, 6,  22, 38, 7,  23, 39,
        8,  24, 40, 9,  25, 41, 10, 26, 42, 11, 27, 43, 12, 28, 44, 13, 29, 45, 14, 30, 46, 15, 31, 47,
    };
    const __m512i none = _mm512_setzero_si512(), places = _mm512_loadu_si512(interleaved);
    const int64_t line = line_size(crop);
    const int ring = ring_size(crop), start = crop->first_groups[row] % ring;
    for (int x = 0; x < crop->width; x += 16) {
        const int32_t *digits = crop->down + (int64_t)3 * crop->down_groups * row;
        __m512i sums[3][3];
        for (int color = 0; color < 3; color++)
            for (int digit = 0; digit < 3; digit++) sums[color][digit] = none;
        for (int group = 0, place = start; group < crop->down_groups; group++, digits += 3) {
            for (int color = 0; color < 3; color++) {
                const __m512i four = _mm512_loadu_si512(lines + (3 * place + color) * line + 4 * x);
                for (int digit = 0; digit < 3; digit++)
                    sums[color][digit] =
                        _mm512_dpbusd_epi32(sums[color][digit], four, _mm512_set1_epi32(digits[digit]));
            }
            if (++place == ring) place = 0;
        }
        __m128i bytes[3];
        for (int color = 0; color < 3; color++)
            bytes[color] = _mm512_cvtusepi32_epi8(_mm512_max_epi32(rounded_sum(sums[color]), none));
        __m512i all = _mm512_inserti32x4(_mm512_castsi128_si512(bytes[0]), bytes[1], 1);
        all = _mm512_permutexvar_epi8(places, _mm512_inserti32x4(all, bytes[2], 2));
        const int rest = crop->width - x;
        _mm512_mask_storeu_epi8(out + 3 * x, first(3 * (rest < 16 ? rest : 16)), all);
    }
}

static uint8_t *aligned(uint8_t *scratch) { return (uint8_t *)(((uintptr_t)scratch + 63) & ~(uintptr_t)63); }

/* The four rows of a group are in `planes`: takes them, and gives the rows of the rectangle, from `row` on, that they
 * complete. Returns the next one. */
TARGET static int take_group(uint8_t *out, int row, int group, uint8_t *planes, const scene_crop *crop) {
    const int64_t plane = plane_size(crop), line = line_size(crop);
    uint8_t *lines = planes + 12 * plane;
    go_across(lines + group % ring_size(crop) * 3 * line, planes, plane, crop);
    const int is_last = 4 * (group + 1) >= crop->rows;
    /* Of the last groups only those with coefficients other than zero need be there. */
    while (row < crop->height && (is_last || crop->first_groups[row] + crop->down_groups <= group + 1)) {
        go_down(out + (int64_t)3 * crop->width * row, lines, row, crop);
        row++;
    }
    return row;
}

void scene_crop_of_planes(uint8_t *out, const scene_planes *picture, const scene_crop *crop, uint8_t *scratch) {
    uint8_t *planes = aligned(scratch);
    const int64_t plane = plane_size(crop);
    int row = 0;
    for (int group = 0; 4 * group < crop->rows; group++) {
        for (int line = 0; line < 4 && 4 * group + line < crop->rows; line += 2)
            paint(planes + 3 * line * plane, plane, picture, crop->first_row + 4 * group + line, crop);
        row = take_group(out, row, group, planes, crop);
    }
}

void scene_crop_of_pixels(uint8_t *out, const uint8_t *pixels, int64_t stride, const scene_crop *crop,
                            uint8_t *scratch) {
    uint8_t *planes = aligned(scratch);
    const int64_t plane = plane_size(crop);
    int row = 0;
    for (int group = 0; 4 * group < crop->rows; group++) {
        for (int line = 0; line < 4 && 4 * group + line < crop->rows; line++)
            part_colors(planes + 3 * line * plane, plane,
                        pixels + (crop->first_row + 4 * group + line) * stride + 3 * (int64_t)crop->first_column,
                        crop->columns);
        row = take_group(out, row, group, planes, crop);
    }
}

#else

int64_t scene_crop_scratch(const scene_crop *crop) {
    (void)crop;
    return 0;
}

void scene_crop_of_planes(uint8_t *out, const scene_planes *picture, const scene_crop *crop, uint8_t *scratch) {
    (void)out, (void)picture, (void)crop, (void)scratch;
}

void scene_crop_of_pixels(uint8_t *out, const uint8_t *pixels, int64_t stride, const scene_crop *crop,
                            uint8_t *scratch) {
    (void)out, (void)pixels, (void)stride, (void)crop, (void)scratch;
}

#endif
