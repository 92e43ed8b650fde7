/* scan: what is refused in a file before the library sees it: bytes that are not UTF-8, zero bytes, @include,
 * numbers that the library would let wrap around, and escapes that would put into a text what may not stand in the
 * file. Private to this folder. */
#ifndef CRIER_CONFIG_SCAN_H
#define CRIER_CONFIG_SCAN_H

#include "base/err.h"

/* 0, or ERR_INPUT as config_parse says it. Cost: one walk over the file. */
int scan_content(struct str content, const char *file, struct err *err);

#endif
