/* Vectors of LANES floats and the functions that layers apply to them. Part of variant.h. */

typedef float NAME(vector) __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int32_t NAME(integers) __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
#define vector NAME(vector)
#define integers NAME(integers)

TARGET static inline vector NAME(load)(const float *source) { return *(const vector *)source; }
TARGET static inline void NAME(store)(float *target, vector value) { *(vector *)target = value; }
/* `value` in every lane. Subtracting 0 keeps -0; adding 0 would not, so the compiler would have to add. */
TARGET static inline vector NAME(all)(float value) { return value - (vector){0}; }
TARGET static inline vector NAME(larger)(vector a, vector b) { return __builtin_elementwise_max(a, b); }
TARGET static inline vector NAME(smaller)(vector a, vector b) { return __builtin_elementwise_min(a, b); }

/* e^x within 3e-7 of its value: x = n ln 2 + r, e^r by its series, 2^n by its bits. */
TARGET static inline vector NAME(exponential)(vector x) {
    x = NAME(smaller)(NAME(larger)(x, NAME(all)(-87.0f)), NAME(all)(88.0f));
    vector shifted = x * 1.44269504f + 12582912.0f;
    vector n = shifted - 12582912.0f;
    vector r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    vector sum = NAME(all)(1.0f / 5040);
    sum = sum * r + 1.0f / 720;
    sum = sum * r + 1.0f / 120;
    sum = sum * r + 1.0f / 24;
    sum = sum * r + 1.0f / 6;
    sum = sum * r + 0.5f;
    sum = sum * r + 1.0f;
    sum = sum * r + 1.0f;
    integers power = ((integers)shifted + 127) << 23;
    return sum * (vector)power;
}

/* The same approximation as `geluInto` of TensorKernels. */
TARGET static inline vector NAME(gelu)(vector x) {
    vector z = NAME(larger)(x, -x) * 0.70710677f;
    vector t = 1.0f / (1.0f + 0.4f * z);
    vector tail = NAME(all)(-0.20612938f);
    tail = tail * t + 0.73284167f;
    tail = tail * t - 0.40892388f;
    tail = tail * t + 0.49857254f;
    tail = tail * t + 0.14983126f;
    tail = tail * t + 0.23380749f;
    vector beyond = 0.5f * tail * t * NAME(exponential)(-z * z);
    vector less = x * beyond;
    integers positive = x > 0.0f;
    return (vector)(((integers)(x - less) & positive) | ((integers)less & ~positive));
}

TARGET static inline vector NAME(activate)(vector x, int activation) {
    switch (activation) {
    case SCENE_ACTIVATION_RELU: return NAME(larger)(x, NAME(all)(0.0f));
    case SCENE_ACTIVATION_QUICK_GELU: return x / (1.0f + NAME(exponential)(-1.702f * x));
    case SCENE_ACTIVATION_GELU: return NAME(gelu)(x);
    default: return x;
    }
}
