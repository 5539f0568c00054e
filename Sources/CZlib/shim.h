#ifndef SCENED_CZLIB_H
#define SCENED_CZLIB_H

#if !__has_include(<zlib.h>)
#error "zlib headers not found: apt-get install zlib1g-dev"
#endif

#include <zlib.h>

#endif
