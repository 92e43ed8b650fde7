/* str: a piece of bytes somebody else owns: pointer and length, passed by value.
 *
 * Not terminated by zero; may hold any byte, though most of Crier hands around UTF-8 that
 * base/utf8.h has checked. A str never frees anything: it lives as long as what it points into
 * (an arena, a buf, a literal). Comparisons are by byte; the _nocase forms fold ASCII only.
 */
#ifndef CRIER_BASE_STR_H
#define CRIER_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *ptr;
	size_t len;
};

/* STR("x"): a literal as str, usable in static initialisers. */
#define STR(lit) ((struct str){"" lit, sizeof(lit) - 1})
#define STR_INIT(lit)                                                                                                  \
	{                                                                                                              \
		"" lit, sizeof(lit) - 1                                                                                \
	}
/* printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)(s).len, ((s).ptr ? (s).ptr : "")

/* What is asked for each byte or tag of a text stands here, so that it costs no call. */

/* NULL gives an empty str */
static inline struct str str_from(const char *cstr)
{
	return (struct str){cstr ? cstr : "", cstr ? strlen(cstr) : 0};
}

static inline struct str str_of(const char *ptr, size_t len)
{
	return (struct str){ptr, len};
}

static inline bool str_empty(struct str s)
{
	return s.len == 0;
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_eq_nocase(struct str a, struct str b);
int str_cmp(struct str a, struct str b); /* memcmp order, shorter first */
static inline bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool str_starts_nocase(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Positions: SIZE_MAX where nothing was found. */
size_t str_find(struct str s, struct str needle);
size_t str_find_nocase(struct str s, struct str needle);
size_t str_find_byte(struct str s, char byte);
size_t str_rfind_byte(struct str s, char byte);

/* What follows the first count bytes. */
static inline struct str str_skip(struct str s, size_t count)
{
	if (count > s.len)
		count = s.len;
	return (struct str){count ? s.ptr + count : s.ptr, s.len - count};
}

/* Clamped to s. */
static inline struct str str_sub(struct str s, size_t from, size_t len)
{
	s = str_skip(s, from);
	if (len < s.len)
		s.len = len;
	return s;
}

struct str str_trim(struct str s); /* ASCII white space at both ends */

/* Splits at the first separator. Returns false, with *ret_before the whole and *ret_after empty,
 * where there is none. Either result may alias &s. */
bool str_cut(struct str s, char separator, struct str *ret_before, struct str *ret_after);

/* Takes the next piece off *rest: true while there is one. "a,,b" gives "a", "", "b"; "" gives none. */
bool str_next(struct str *rest, char separator, struct str *ret_piece);

/* Whole-string decimal numbers: false for empty, sign alone, other bytes, or out of range. */
bool str_to_i64(struct str s, int64_t *ret_value);
bool str_to_u64(struct str s, uint64_t *ret_value);

uint64_t str_hash(struct str s, uint64_t seed); /* for maps; not for secrets */

#endif
