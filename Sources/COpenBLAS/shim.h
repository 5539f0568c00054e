#ifndef SCENED_COPENBLAS_H
#define SCENED_COPENBLAS_H

#if !__has_include(<cblas.h>)
#error "OpenBLAS headers not found: apt-get install libopenblas-dev"
#endif

#include <cblas.h>

#endif
