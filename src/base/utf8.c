#include "base/utf8.h"

/* Unicode 15, table 3-7: the second byte's range depends on the first; all later ones are 80..BF. */
static size_t sequence_bytes(unsigned char first, unsigned char *ret_low, unsigned char *ret_high)
{
	*ret_low = 0x80;
	*ret_high = 0xBF;
	if (first < 0x80)
		return 1;
	if (first >= 0xC2 && first <= 0xDF)
		return 2;
	if (first >= 0xE0 && first <= 0xEF) {
		if (first == 0xE0)
			*ret_low = 0xA0;
		if (first == 0xED)
			*ret_high = 0x9F;
		return 3;
	}
	if (first >= 0xF0 && first <= 0xF4) {
		if (first == 0xF0)
			*ret_low = 0x90;
		if (first == 0xF4)
			*ret_high = 0x8F;
		return 4;
	}
	return 0;
}

/* Bytes of the sequence at the front of s (not empty), or of the broken part, for which *ret_code_point is
 * UTF8_REPLACEMENT and *ret_valid false. */
static size_t decode(struct str s, uint32_t *ret_code_point, bool *ret_valid)
{
	const unsigned char *bytes = (const unsigned char *)s.ptr;
	unsigned char low, high;
	size_t wanted = sequence_bytes(bytes[0], &low, &high);
	*ret_code_point = UTF8_REPLACEMENT;
	*ret_valid = false;
	if (wanted == 0)
		return 1;
	uint32_t c = wanted == 1 ? bytes[0] : bytes[0] & (0xFFu >> (wanted + 1));
	for (size_t i = 1; i < wanted; i++) {
		if (i >= s.len || bytes[i] < low || bytes[i] > high)
			return i;
		c = c << 6 | (bytes[i] & 0x3Fu);
		low = 0x80;
		high = 0xBF;
	}
	*ret_code_point = c;
	*ret_valid = true;
	return wanted;
}

bool utf8_next(struct str *rest, uint32_t *ret_code_point)
{
	bool valid;
	if (!rest->len)
		return false;
	*rest = str_skip(*rest, decode(*rest, ret_code_point, &valid));
	return true;
}

/* Bytes of ASCII from a place on, eight at a time where they are. */
static size_t ascii_bytes(struct str s, size_t from)
{
	size_t at = from;
	for (; at + 8 <= s.len; at += 8) {
		uint64_t word;
		memcpy(&word, s.ptr + at, 8);
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	while (at < s.len && (unsigned char)s.ptr[at] < 0x80)
		at++;
	return at - from;
}

size_t utf8_valid_prefix(struct str s)
{
	size_t at = 0;
	while (at < s.len) {
		uint32_t c;
		bool valid;
		at += ascii_bytes(s, at);
		if (at == s.len)
			break;
		size_t taken = decode(str_skip(s, at), &c, &valid);
		if (!valid)
			break;
		at += taken;
	}
	return at;
}

void utf8_put(struct buf *out, uint32_t c)
{
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = UTF8_REPLACEMENT;
	char bytes[4];
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
	for (size_t i = len - 1; i > 0; i--) {
		bytes[i] = (char)(0x80 | (c & 0x3F));
		c >>= 6;
	}
	bytes[0] = (char)(lead[len] | c);
	buf_put_bytes(out, bytes, len);
}

void utf8_put_repaired(struct buf *out, struct str s)
{
	while (s.len) {
		uint32_t c;
		size_t valid = utf8_valid_prefix(s);
		buf_put(out, str_sub(s, 0, valid));
		s = str_skip(s, valid);
		if (utf8_next(&s, &c))
			utf8_put(out, UTF8_REPLACEMENT);
	}
}

struct str utf8_clip(struct str s, size_t max_bytes)
{
	if (s.len <= max_bytes)
		return s;
	size_t end = max_bytes;
	while (end > 0 && max_bytes - end < 3 && ((unsigned char)s.ptr[end] & 0xC0) == 0x80)
		end--;
	return str_sub(s, 0, end);
}

size_t utf8_count(struct str s)
{
	size_t count = 0;
	uint32_t c;
	while (utf8_next(&s, &c))
		count++;
	return count;
}
