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

void buf_put_bytes(struct buf *buf, const void *bytes, size_t count)
{
	if (!count || !buf_reserve(buf, count))
		return;
	memcpy(buf->ptr + buf->len, bytes, count);
	buf->len += count;
}

void buf_put(struct buf *buf, struct str s)
{
	buf_put_bytes(buf, s.ptr, s.len);
}

void buf_put_byte(struct buf *buf, char byte)
{
	buf_put_bytes(buf, &byte, 1);
}

void buf_put_cstr(struct buf *buf, const char *cstr)
{
	buf_put(buf, str_from(cstr));
}

void buf_put_u64(struct buf *buf, uint64_t value)
{
	char digits[20];
	size_t at = sizeof digits;
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	buf_put_bytes(buf, digits + at, sizeof digits - at);
}

void buf_put_i64(struct buf *buf, int64_t value)
{
	if (value < 0) {
		if (!buf_reserve(buf, 2)) /* the sign alone would be another number */
			return;
		buf_put_byte(buf, '-');
	}
	buf_put_u64(buf, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
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
	case '\'':
		return STR("&#39;");
	default:
		return (struct str){0};
	}
}

void buf_put_html(struct buf *buf, struct str s)
{
	size_t from = 0;
	for (size_t i = 0; i < s.len; i++) {
		struct str entity = html_entity(s.ptr[i]);
		if (!entity.len)
			continue;
		buf_put_bytes(buf, s.ptr + from, i - from);
		buf_put(buf, entity);
		from = i + 1;
	}
	if (from < s.len)
		buf_put_bytes(buf, s.ptr + from, s.len - from);
}

/* XML 1.0 (fifth edition) section 2.2, production Char. */
static bool xml_char(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
	       (c >= 0x10000 && c <= 0x10FFFF);
}

void buf_put_xml(struct buf *buf, struct str s)
{
	struct str rest = s;
	struct str plain = {s.ptr, 0}; /* what may be copied as it stands */
	uint32_t c;
	while (rest.len) {
		struct str before = rest;
		utf8_next(&rest, &c);
		size_t taken = before.len - rest.len;
		struct str entity = taken == 1 ? html_entity(*before.ptr) : (struct str){0};
		bool written_as_is = !entity.len && xml_char(c) && (c != UTF8_REPLACEMENT || taken == 3);
		if (written_as_is) {
			plain.len += taken;
			continue;
		}
		buf_put(buf, plain);
		if (entity.len)
			buf_put(buf, entity);
		else
			utf8_put(buf, UTF8_REPLACEMENT);
		plain = (struct str){rest.ptr, 0};
	}
	buf_put(buf, plain);
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

static bool json_plain(uint32_t c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != 0x2028 && c != 0x2029;
}

void buf_put_json(struct buf *buf, struct str s)
{
	struct str rest = s;
	struct str plain = {s.ptr, 0};
	uint32_t c;
	while (rest.len) {
		size_t before = rest.len;
		utf8_next(&rest, &c);
		size_t taken = before - rest.len;
		bool broken = c == UTF8_REPLACEMENT && taken != 3;
		if (json_plain(c) && !broken) {
			plain.len += taken;
			continue;
		}
		buf_put(buf, plain);
		if (broken)
			utf8_put(buf, UTF8_REPLACEMENT);
		else
			put_json_escape(buf, c);
		plain = (struct str){rest.ptr, 0};
	}
	buf_put(buf, plain);
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
