#include "CScened.h"

#include <libavutil/error.h>

const int scn_error_eof = AVERROR_EOF;
