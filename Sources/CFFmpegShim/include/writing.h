// What writing films needs and the Swift importer cannot see: callbacks whose types differ between FFmpeg
// versions, and structures that FFmpeg leaves its users to fill.
#ifndef CFFMPEGSHIM_WRITING_H
#define CFFMPEGSHIM_WRITING_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

struct AVFormatContext;
struct AVIOContext;
struct AVOutputFormat;
struct AVStream;

/// A descriptor that a muxer writes to, or a demuxer reads from. It stays its owner's, and outlives the context.
typedef struct {
    int descriptor;
    /// errno of the first call that failed; 0 if none did.
    int error;
} scn_file;

/// A context that reads or writes `file`, and goes about in it if `is_seekable`; NULL if memory is out. Ends
/// with scn_file_close.
struct AVIOContext *_Nullable scn_file_open(scn_file *file, int is_writing, int is_seekable);
/// Flushes what was written and frees the context.
void scn_file_close(struct AVIOContext *_Nullable *_Nonnull context);

/// Adds a chapter to what will be written. Times are `start` and `end` x `number` / `divisor` seconds. Returns
/// 0, or an AVERROR code if memory is out.
int scn_add_chapter(
    struct AVFormatContext *context, int64_t identity, int number, int divisor, int64_t start, int64_t end,
    const char *title);

/// Copies what a container says of a stream beside its codec (display matrix, stereo layout, brightness).
/// Returns 0 or an AVERROR code. Newer versions keep it with the codec's parameters.
int scn_copy_side_data(const struct AVStream *from, struct AVStream *to);

/// Whether a container may keep a codec's four letters as they are.
int scn_keeps_tag(const struct AVOutputFormat *format, int codec, uint32_t tag);

#pragma clang assume_nonnull end

#endif
