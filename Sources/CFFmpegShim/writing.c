#include "CFFmpegShim.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/mem.h>

enum { buffer_size = 1 << 16 };

static int read_bytes(void *opaque, uint8_t *bytes, int count) {
    scn_file *file = opaque;
    for (;;) {
        ssize_t got = read(file->descriptor, bytes, (size_t)count);
        if (got > 0) return (int)got;
        if (got == 0) return AVERROR_EOF;
        if (errno == EINTR) continue;
        if (!file->error) file->error = errno;
        return AVERROR(errno);
    }
}

#if LIBAVFORMAT_VERSION_MAJOR >= 61
typedef const uint8_t written_byte;
#else
typedef uint8_t written_byte;
#endif

static int write_bytes(void *opaque, written_byte *bytes, int count) {
    scn_file *file = opaque;
    for (int done = 0; done < count;) {
        ssize_t put = write(file->descriptor, bytes + done, (size_t)(count - done));
        if (put >= 0) {
            done += (int)put;
        } else if (errno == EAGAIN) {
            struct pollfd request = {.fd = file->descriptor, .events = POLLOUT};
            poll(&request, 1, -1);
        } else if (errno != EINTR) {
            if (!file->error) file->error = errno;
            return AVERROR(errno);
        }
    }
    return count;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence) {
    scn_file *file = opaque;
    off_t place;
    if (whence & AVSEEK_SIZE) {
        off_t now = lseek(file->descriptor, 0, SEEK_CUR);
        place = lseek(file->descriptor, 0, SEEK_END);
        if (now < 0 || place < 0 || lseek(file->descriptor, now, SEEK_SET) < 0) return AVERROR(errno);
        return place;
    }
    place = lseek(file->descriptor, offset, whence & ~AVSEEK_FORCE);
    return place < 0 ? AVERROR(errno) : place;
}

AVIOContext *scn_file_open(scn_file *file, int is_writing, int is_seekable) {
    uint8_t *buffer = av_malloc(buffer_size);
    if (!buffer) return NULL;
    AVIOContext *context = avio_alloc_context(
        buffer, buffer_size, is_writing, file, is_writing ? NULL : read_bytes, is_writing ? write_bytes : NULL,
        is_seekable ? seek_bytes : NULL);
    if (!context) {
        av_free(buffer);
        return NULL;
    }
    context->seekable = is_seekable ? AVIO_SEEKABLE_NORMAL : 0;
    return context;
}

void scn_file_close(AVIOContext **context) {
    if (!*context) return;
    if ((*context)->write_flag) avio_flush(*context);
    // FFmpeg may have replaced the buffer.
    av_freep(&(*context)->buffer);
    avio_context_free(context);
}

int scn_add_chapter(
    AVFormatContext *context, int64_t identity, int number, int divisor, int64_t start, int64_t end, const char *title) {
    AVChapter **chapters = av_realloc_array(context->chapters, context->nb_chapters + 1, sizeof *chapters);
    if (!chapters) return AVERROR(ENOMEM);
    context->chapters = chapters;
    AVChapter *chapter = av_mallocz(sizeof *chapter);
    if (!chapter) return AVERROR(ENOMEM);
    chapter->id = identity;
    chapter->time_base = (AVRational){number, divisor};
    chapter->start = start;
    chapter->end = end;
    context->chapters[context->nb_chapters++] = chapter;
    return av_dict_set(&chapter->metadata, "title", title, 0) < 0 ? AVERROR(ENOMEM) : 0;
}

int scn_copy_side_data(const AVStream *from, AVStream *to) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
    (void)from;
    (void)to;
#else
    for (int index = 0; index < from->nb_side_data; index++) {
        const AVPacketSideData *data = &from->side_data[index];
        uint8_t *copy = av_stream_new_side_data(to, data->type, data->size);
        if (!copy) return AVERROR(ENOMEM);
        memcpy(copy, data->data, data->size);
    }
#endif
    return 0;
}

int scn_keeps_tag(const AVOutputFormat *format, int codec, uint32_t tag) {
    unsigned own = 0;
    return !format->codec_tag || av_codec_get_id(format->codec_tag, tag) == (enum AVCodecID)codec ||
           !av_codec_get_tag2(format->codec_tag, (enum AVCodecID)codec, &own);
}
