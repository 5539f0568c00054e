// Sound of any layout and rate to one channel: libswresample, with a mix of our own.
#include "sound.h"

#include <string.h>

#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>

#include <libavcodec/avcodec.h>

scn_sound_shape scn_sound_shape_of(const AVFrame *frame) {
    const AVChannelLayout *layout = &frame->ch_layout;
    scn_sound_shape shape = {
        .rate = frame->sample_rate,
        .format = frame->format,
        .channels = layout->nb_channels,
        .mask = layout->order == AV_CHANNEL_ORDER_NATIVE ? layout->u.mask : 0,
    };
    return shape;
}

int scn_sound_shapes_equal(scn_sound_shape left, scn_sound_shape right) {
    return left.rate == right.rate && left.format == right.format && left.channels == right.channels &&
           left.mask == right.mask;
}

// What a listener of two loudspeakers hears at both together, so that stereo and the surround sound that it
// was made of have about the same level (ITU-R BS.775-3, annex 4).
static double weight(enum AVChannel channel, int channels) {
    if (channels <= 2) return 1.0 / channels;
    switch (channel) {
    case AV_CHAN_LOW_FREQUENCY:
    case AV_CHAN_LOW_FREQUENCY_2: return 0;
    case AV_CHAN_FRONT_LEFT:
    case AV_CHAN_FRONT_RIGHT: return 0.5;
    case AV_CHAN_FRONT_CENTER: return 0.70710678;
    case AV_CHAN_NONE: return 1.0 / channels;
    default: return 0.35355339;
    }
}

enum { most_channels = 64 };

struct SwrContext *scn_sound_resampler(const AVFrame *frame, int rate) {
    int channels = frame->ch_layout.nb_channels;
    if (channels < 1 || channels > most_channels || frame->sample_rate < 1000 || frame->sample_rate > 768000)
        return NULL;
    AVChannelLayout mono;
    av_channel_layout_default(&mono, 1);
    AVChannelLayout layout = {0};
    int is_native = frame->ch_layout.order == AV_CHANNEL_ORDER_NATIVE;
    if (is_native) {
        if (av_channel_layout_copy(&layout, &frame->ch_layout) < 0) return NULL;
    } else {
        // Which channel is which is not known: all count alike.
        layout.order = AV_CHANNEL_ORDER_NATIVE;
        layout.nb_channels = channels;
        layout.u.mask = channels == 64 ? ~0ULL : (1ULL << channels) - 1;
    }
    struct SwrContext *resampler = NULL;
    if (swr_alloc_set_opts2(&resampler, &mono, AV_SAMPLE_FMT_FLT, rate, &layout, frame->format, frame->sample_rate, 0,
                            NULL) < 0) {
        swr_free(&resampler);
        return NULL;
    }
    // A filter half as long as usual: what is measured are bands a hundred Hertz wide and more.
    av_opt_set_int(resampler, "filter_size", 16, 0);
    double matrix[most_channels];
    for (int i = 0; i < channels; i++) {
        matrix[i] =
            weight(is_native ? av_channel_layout_channel_from_index(&layout, i) : AV_CHAN_NONE, channels);
    }
    if ((channels > 1 && swr_set_matrix(resampler, matrix, channels) < 0) || swr_init(resampler) < 0)
        swr_free(&resampler);
    return resampler;
}

int scn_sound_room(struct SwrContext *resampler, const AVFrame *frame) {
    int room = swr_get_out_samples(resampler, frame->nb_samples);
    return room > 0 ? room : 0;
}

int scn_sound_convert(struct SwrContext *resampler, const AVFrame *frame, float *samples, int room) {
    uint8_t *planes[1] = {(uint8_t *)samples};
    return swr_convert(resampler, planes, room, (const uint8_t **)frame->extended_data, frame->nb_samples);
}

void scn_sound_free(struct SwrContext **resampler) {
    if (*resampler) swr_free(resampler);
}

// Numbers that pass through a video decoder.

#define HAS_COPIED_OPAQUE (LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(59, 59, 100))

void scn_number_packet(AVCodecContext *context, AVPacket *packet, int64_t number) {
#if HAS_COPIED_OPAQUE
    context->flags |= AV_CODEC_FLAG_COPY_OPAQUE;
    packet->opaque = (void *)(intptr_t)number;
#else
    (void)packet;
    context->reordered_opaque = number;
#endif
}

int64_t scn_frame_number(const AVFrame *frame) {
#if HAS_COPIED_OPAQUE
    return (int64_t)(intptr_t)frame->opaque;
#else
    return frame->reordered_opaque;
#endif
}
