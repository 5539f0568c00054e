#include "CFFmpegShim.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/error.h>
#include <libavutil/frame.h>
#include <libavutil/log.h>

const int scn_error_eof = AVERROR_EOF;
const int scn_error_exit = AVERROR_EXIT;
const int scn_error_invalid_data = AVERROR_INVALIDDATA;
const int scn_error_again = AVERROR(EAGAIN);
const int scn_error_io = AVERROR(EIO);
const int scn_error_unsupported = AVERROR(ENOSYS);
const int scn_error_not_seekable = AVERROR(ESPIPE);
const int scn_error_no_protocol = AVERROR_PROTOCOL_NOT_FOUND;
const int64_t scn_no_timestamp = AV_NOPTS_VALUE;

int scn_error_from_errno(int error) { return AVERROR(error); }

int scn_error_is_refusal(int error) {
    return error == AVERROR_HTTP_UNAUTHORIZED || error == AVERROR_HTTP_FORBIDDEN || error == AVERROR_HTTP_NOT_FOUND ||
           error == AVERROR_HTTP_OTHER_4XX;
}

int scn_error_is_answer(int error) {
    return scn_error_is_refusal(error) || error == AVERROR_HTTP_BAD_REQUEST || error == AVERROR_HTTP_SERVER_ERROR;
}

void scn_flag_set(int32_t *flag) { __atomic_store_n(flag, 1, __ATOMIC_RELEASE); }

int32_t scn_flag_get(const int32_t *flag) { return __atomic_load_n(flag, __ATOMIC_ACQUIRE); }

static int64_t monotonic(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void scn_interrupt_arm(scn_interrupt *interrupt, int64_t nanoseconds) {
    __atomic_store_n(&interrupt->deadline, nanoseconds > 0 ? monotonic() + nanoseconds : 0, __ATOMIC_RELEASE);
}

int scn_interrupt_expired(const scn_interrupt *interrupt) {
    int64_t deadline = __atomic_load_n(&interrupt->deadline, __ATOMIC_ACQUIRE);
    return deadline != 0 && monotonic() > deadline;
}

int scn_interrupt_poll(void *opaque) {
    const scn_interrupt *interrupt = opaque;
    return scn_flag_get(interrupt->stop) || (interrupt->parent && scn_flag_get(interrupt->parent)) ||
           scn_interrupt_expired(interrupt);
}

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static char log_last[512];
static int log_at_line_start = 1;

static void log_line(void *source, int level, const char *format, va_list arguments) {
    level &= 0xff;
    if (level > AV_LOG_ERROR) return;
    // FFmpeg logs that a call failed before it looks at why.
    int error = errno;
    pthread_mutex_lock(&log_lock);
    char line[512];
    av_log_format_line2(source, level, format, arguments, line, sizeof line, &log_at_line_start);
    size_t length = strcspn(line, "\r\n");
    line[length] = 0;
    if (length > 0) memcpy(log_last, line, length + 1);
    pthread_mutex_unlock(&log_lock);
    errno = error;
}

void scn_log_install(void) { av_log_set_callback(log_line); }

size_t scn_log_take_last_error(char *line, size_t size) {
    if (size == 0) return 0;
    pthread_mutex_lock(&log_lock);
    snprintf(line, size, "%s", log_last);
    log_last[0] = 0;
    pthread_mutex_unlock(&log_lock);
    return strlen(line);
}

int64_t scn_frame_duration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    return frame->duration;
#else
    return frame->pkt_duration;
#endif
}

const int32_t *scn_stream_display_matrix(const AVStream *stream) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
    const AVPacketSideData *data = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    return data && data->size >= 9 * sizeof(int32_t) ? (const int32_t *)data->data : NULL;
#else
    size_t size = 0;
    const uint8_t *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    return data && size >= 9 * sizeof(int32_t) ? (const int32_t *)data : NULL;
#endif
}
