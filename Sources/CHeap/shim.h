#ifndef SCENED_CHEAP_H
#define SCENED_CHEAP_H

#include <malloc.h>

#endif
