#include "base/buf.h"

#include "base/err.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *buf, size_t max_bytes)
{
	*buf = (struct buf)BUF_INIT(max_bytes);
}

void buf_finish(struct buf *buf)
{
	free(buf->ptr);
	*buf = (struct buf){0};
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->over = false;
}

/* One byte more than cap is allocated, for the zero that vsnprintf writes. */
bool buf_reserve(struct buf *buf, size_t more_bytes)
{
	if (buf->over || more_bytes > buf->max_bytes - buf->len) {
		buf->over = true;
		return false;
	}
	size_t needed = buf->len + more_bytes;
	if (buf->ptr && needed <= buf->cap)
		return true;
	size_t cap = buf->cap <= SIZE_MAX / 2 ? buf->cap * 2 : SIZE_MAX;
	if (cap < 64)
		cap = 64;
	if (cap < needed)
		cap = needed;
	if (cap > buf->max_bytes)
		cap = buf->max_bytes;
	char *grown = cap < SIZE_MAX ? realloc(buf->ptr, cap + 1) : NULL;
	if (!grown)
		err_die("out of memory: give this process more, or lower what it is asked to do at once");
	buf->ptr = grown;
	buf->cap = cap;
	return true;
}

/* Whole or not at all: cut digits, or a sign alone, would be another number. */
static void put_number(struct buf *buf, bool negative, uint64_t magnitude)
{
	char text[21];
	size_t at = sizeof text;
	do {
		text[--at] = (char)('0' + magnitude % 10);
		magnitude /= 10;
	} while (magnitude);
	if (negative)
		text[--at] = '-';
	buf_put_bytes(buf, text + at, sizeof text - at);
}

void buf_put_u64(struct buf *buf, uint64_t value)
{
	put_number(buf, false, value);
}

void buf_put_i64(struct buf *buf, int64_t value)
{
	put_number(buf, value < 0, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void buf_vprintf(struct buf *buf, const char *format, va_list args)
{
	if (!buf_reserve(buf, 0))
		return;
	va_list again;
	va_copy(again, args);
	size_t room = buf->cap - buf->len + 1;
	int len = vsnprintf(buf->ptr + buf->len, room, format, args);
	if (len < 0)
		err_die("buf_printf: the format cannot be printed");
	if ((size_t)len < room) {
		buf->len += (size_t)len;
	} else if (buf_reserve(buf, (size_t)len)) {
		vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
		buf->len += (size_t)len;
	}
	va_end(again);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	buf_vprintf(buf, format, args);
	va_end(args);
}

/* What cannot be copied as it stands, for each escape. Bytes from 0x80 on are looked at as characters. */
#define IN_HTML 1
#define IN_XML  2
#define IN_JSON 4
#define CONTROL (IN_XML | IN_JSON)
#define ALL     (IN_HTML | IN_XML | IN_JSON)
/* clang-format off */
static const unsigned char special[256] = {
	CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, /* 00 */
	CONTROL, IN_JSON, IN_JSON, CONTROL, CONTROL, IN_JSON, CONTROL, CONTROL, /* 08: tab, line feed, carriage return */
	CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, /* 10 */
	CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, /* 18 */
	['&'] = ALL, ['<'] = ALL, ['>'] = ALL, ['"'] = ALL, ['\''] = IN_HTML | IN_XML, ['\\'] = IN_JSON,
};
/* clang-format on */

static struct str html_entity(char byte)
{
	switch (byte) {
	case '&':
		return STR("&amp;");
	case '<':
		return STR("&lt;");
	case '>':
		return STR("&gt;");
	case '"':
		return STR("&quot;");
	default:
		return STR("&#39;");
	}
}

void buf_put_html(struct buf *buf, struct str s)
{
	size_t from = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (!(special[(unsigned char)s.ptr[i]] & IN_HTML))
			continue;
		buf_put_bytes(buf, s.ptr + from, i - from);
		buf_put(buf, html_entity(s.ptr[i]));
		from = i + 1;
	}
	if (from < s.len)
		buf_put_bytes(buf, s.ptr + from, s.len - from);
}

/* Bytes at the front of s that may be copied: plain ASCII, and whole characters that allowed() takes. */
static size_t plain_prefix(struct str s, unsigned char mark, bool (*allowed)(uint32_t c))
{
	size_t at = 0;
	for (;;) {
		while (at < s.len && (unsigned char)s.ptr[at] < 0x80 && !(special[(unsigned char)s.ptr[at]] & mark))
			at++;
		if (at == s.len || (unsigned char)s.ptr[at] < 0x80)
			return at;
		uint32_t c;
		struct str rest = str_skip(s, at);
		utf8_next(&rest, &c);
		size_t taken = s.len - at - rest.len;
		if (!allowed(c) || (c == UTF8_REPLACEMENT && !utf8_valid(str_sub(s, at, taken))))
			return at;
		at += taken;
	}
}

/* XML 1.0 (fifth edition) section 2.2, production Char, from U+0080 on. */
static bool in_xml(uint32_t c)
{
	return c != 0xFFFE && c != 0xFFFF;
}

void buf_put_xml(struct buf *buf, struct str s)
{
	for (;;) {
		size_t plain = plain_prefix(s, IN_XML, in_xml);
		buf_put(buf, str_sub(s, 0, plain));
		s = str_skip(s, plain);
		if (!s.len)
			return;
		uint32_t c;
		char first = s.ptr[0];
		utf8_next(&s, &c);
		if (special[(unsigned char)first] & IN_HTML)
			buf_put(buf, html_entity(first));
		else
			utf8_put(buf, UTF8_REPLACEMENT);
	}
}

static const char hex_upper[] = "0123456789ABCDEF";
static const char hex_lower[] = "0123456789abcdef";

static bool url_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       c == '_' || c == '~';
}

void buf_put_url(struct buf *buf, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (url_unreserved(c))
			buf_put_byte(buf, s.ptr[i]);
		else
			buf_put_bytes(buf, (char[]){'%', hex_upper[c >> 4], hex_upper[c & 15]}, 3);
	}
}

static void put_json_escape(struct buf *buf, uint32_t c)
{
	static const struct {
		char from, to;
	} named[] = {{'"', '"'}, {'\\', '\\'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}, {'\b', 'b'}, {'\f', 'f'}};
	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		if (c == (unsigned char)named[i].from) {
			buf_put_bytes(buf, (char[]){'\\', named[i].to}, 2);
			return;
		}
	}
	buf_put_bytes(buf,
		      (char[]){'\\', 'u', hex_lower[c >> 12 & 15], hex_lower[c >> 8 & 15], hex_lower[c >> 4 & 15],
			       hex_lower[c & 15]},
		      6);
}

static bool in_json(uint32_t c)
{
	return c != 0x2028 && c != 0x2029;
}

void buf_put_json(struct buf *buf, struct str s)
{
	for (;;) {
		size_t plain = plain_prefix(s, IN_JSON, in_json);
		buf_put(buf, str_sub(s, 0, plain));
		s = str_skip(s, plain);
		if (!s.len)
			return;
		uint32_t c;
		utf8_next(&s, &c);
		if (c == UTF8_REPLACEMENT)
			utf8_put(buf, UTF8_REPLACEMENT);
		else
			put_json_escape(buf, c);
	}
}

void buf_put_hex(struct buf *buf, const void *bytes, size_t count)
{
	const unsigned char *from = bytes;
	for (size_t i = 0; i < count; i++)
		buf_put_bytes(buf, (char[]){hex_lower[from[i] >> 4], hex_lower[from[i] & 15]}, 2);
}

struct str buf_copy(const struct buf *buf, struct arena *arena)
{
	return arena_str(arena, buf_str(buf));
}

void buf_truncate(struct buf *buf, size_t len)
{
	if (len < buf->len)
		buf->len = len;
}
