#ifndef SCENED_CFFMPEG_H
#define SCENED_CFFMPEG_H

#if !__has_include(<libavformat/avformat.h>)
#error "FFmpeg headers not found: apt-get install libavformat-dev libavcodec-dev libswresample-dev libswscale-dev libavutil-dev"
#endif

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/cpu.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/timecode.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

#if LIBAVFORMAT_VERSION_MAJOR < 59
#error "scened needs FFmpeg 5.1 or newer: apt-get install libavformat-dev libavcodec-dev libswresample-dev libswscale-dev libavutil-dev"
#endif

#endif
