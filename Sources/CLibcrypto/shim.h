#ifndef SCENED_CLIBCRYPTO_H
#define SCENED_CLIBCRYPTO_H

#if !__has_include(<openssl/evp.h>)
#error "libcrypto headers not found: apt-get install libssl-dev"
#endif

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#endif
