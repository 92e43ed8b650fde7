/* buf: bytes that grow up to a maximum they are born with.
 *
 * Writing past the maximum changes nothing more and sets `over`, which stays: write freely, ask
 * once at the end. A buf owns its memory until buf_finish; buf_str borrows from it and is good
 * until the next write. A zeroed buf has the maximum 0: use BUF_INIT or buf_init.
 */
#ifndef CRIER_BASE_BUF_H
#define CRIER_BASE_BUF_H

#include "base/arena.h"
#include "base/str.h"

struct buf {
	char *ptr;
	size_t len;
	size_t cap;
	size_t max_bytes;
	bool over;
};

#define BUF_INIT(max)                                                                                                  \
	{                                                                                                              \
		.max_bytes = (max)                                                                                     \
	}

void buf_init(struct buf *buf, size_t max_bytes);
void buf_finish(struct buf *buf);
void buf_clear(struct buf *buf);                      /* empty and not over; memory kept */
bool buf_reserve(struct buf *buf, size_t more_bytes); /* false, and over, past the maximum */

static inline void buf_put_bytes(struct buf *buf, const void *bytes, size_t count)
{
	if (!count || (count > buf->cap - buf->len && !buf_reserve(buf, count)) || buf->over)
		return;
	memcpy(buf->ptr + buf->len, bytes, count);
	buf->len += count;
}

static inline void buf_put(struct buf *buf, struct str s)
{
	buf_put_bytes(buf, s.ptr, s.len);
}

static inline void buf_put_byte(struct buf *buf, char byte)
{
	buf_put_bytes(buf, &byte, 1);
}

static inline void buf_put_cstr(struct buf *buf, const char *cstr)
{
	buf_put(buf, str_from(cstr));
}

void buf_put_i64(struct buf *buf, int64_t value);
void buf_put_u64(struct buf *buf, uint64_t value);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Escapes, each for one place: HTML text and attribute values (& < > " '), XML 1.0 text (the same,
 * and code points that XML forbids become U+FFFD), a URL's path segment or query value
 * (RFC 3986 unreserved kept, the rest as %XX), a JSON string without its quotes (RFC 8259 section 7,
 * and < > & U+2028 U+2029 as \u, so that it may stand in a page). */
void buf_put_html(struct buf *buf, struct str s);
void buf_put_xml(struct buf *buf, struct str s);
void buf_put_url(struct buf *buf, struct str s);
void buf_put_json(struct buf *buf, struct str s);
void buf_put_hex(struct buf *buf, const void *bytes, size_t count); /* lower case */

static inline struct str buf_str(const struct buf *buf)
{
	return (struct str){buf->ptr, buf->len};
}
struct str buf_copy(const struct buf *buf, struct arena *arena);
void buf_truncate(struct buf *buf, size_t len);

#define BUF_SCOPED __attribute__((cleanup(buf_finish))) struct buf

#endif
