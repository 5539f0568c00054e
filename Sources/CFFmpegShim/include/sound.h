// Sound of any layout and rate to one channel, and numbers that tell which packet a picture came from.
#ifndef CFFMPEGSHIM_SOUND_H
#define CFFMPEGSHIM_SOUND_H

#include <stdint.h>

#pragma clang assume_nonnull begin

struct AVCodecContext;
struct AVFrame;
struct AVPacket;
struct SwrContext;

/// What a resampler is made for.
typedef struct {
    int rate;
    int format;
    int channels;
    /// 0 where nobody knows which channel is which.
    uint64_t mask;
} scn_sound_shape;

scn_sound_shape scn_sound_shape_of(const struct AVFrame *frame);
int scn_sound_shapes_equal(scn_sound_shape left, scn_sound_shape right);

/// Mixes and resamples frames of the shape of `frame` to one channel of floats, `rate` a second. NULL where
/// that cannot be done.
struct SwrContext *_Nullable scn_sound_resampler(const struct AVFrame *frame, int rate);
/// Samples that `frame` may give at most.
int scn_sound_room(struct SwrContext *resampler, const struct AVFrame *frame);
/// Returns the number of samples written; negative where the resampler failed.
int scn_sound_convert(struct SwrContext *resampler, const struct AVFrame *frame, float *samples, int room);
void scn_sound_free(struct SwrContext *_Nullable *_Nonnull resampler);

/// `packet`, which is sent to `context` next, bears `number`, above 0.
void scn_number_packet(struct AVCodecContext *context, struct AVPacket *packet, int64_t number);
/// The number of the packet that a decoded picture came from; 0 or less if it bore none.
int64_t scn_frame_number(const struct AVFrame *frame);

#pragma clang assume_nonnull end

#endif
