/* utf8: reading and writing UTF-8 as RFC 3629 section 3 defines it: no surrogates, nothing above
 * U+10FFFF, shortest forms only. */
#ifndef CRIER_BASE_UTF8_H
#define CRIER_BASE_UTF8_H

#include "base/buf.h"
#include "base/str.h"

#define UTF8_REPLACEMENT 0xFFFDu

/* Takes one code point off the front. A broken sequence yields UTF8_REPLACEMENT and takes the
 * maximal broken part (Unicode 15, section 3.9). Returns false at the end. */
bool utf8_next(struct str *rest, uint32_t *ret_code_point);

/* Bytes before the first broken sequence; s.len when all is valid. */
size_t utf8_valid_prefix(struct str s);
static inline bool utf8_valid(struct str s)
{
	return utf8_valid_prefix(s) == s.len;
}

void utf8_put(struct buf *out, uint32_t code_point); /* replacement for what cannot be written */
void utf8_put_repaired(struct buf *out, struct str s); /* broken parts replaced */

/* The longest prefix of at most max_bytes that ends at a code point's end. */
struct str utf8_clip(struct str s, size_t max_bytes);
size_t utf8_count(struct str s); /* code points */

#endif
