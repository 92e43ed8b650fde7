#include "text/plain.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "text/markup.h"

#include <string.h>
#include <unicode/uchar.h>

/* What C1 controls were meant to be: Windows-1252. 0: nothing. */
static const uint16_t c1_meaning[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
					0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
					0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
					0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/* A character that text does not keep: controls, non-characters, private use beyond the first plane. */
static bool is_unwanted(uint32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) || c == 0xFEFF ||
	       (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE || c >= 0xF0000;
}

bool plain_is_space(uint32_t c)
{
	return c == ' ' || c == 0x200B || u_isUWhiteSpace((UChar32)c);
}

bool plain_is_blank(struct str text)
{
	uint32_t c;
	while (utf8_next(&text, &c))
		if (!plain_is_space(c))
			return false;
	return true;
}

/* First bytes of sequences that need a closer look. */
static bool is_suspicious(unsigned char c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F || c == 0xC2 || c == 0xEF || c >= 0xF0;
}

/* Bytes that are kept as they are; eight at a time where all are printable ASCII. */
static size_t plain_bytes(struct str text)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	size_t at = 0;
	while (at < text.len) {
		uint64_t word = 0;
		if (at + 8 <= text.len)
			memcpy(&word, text.ptr + at, 8);
		if (((word | (word + ones) | (word - ones * 0x20)) & (ones * 0x80)) == 0) {
			at += 8;
			continue;
		}
		for (size_t end = at + 8; at < end && at < text.len; at++)
			if (is_suspicious((unsigned char)text.ptr[at]))
				return at;
	}
	return at;
}

static void put_wanted(struct buf *out, uint32_t c, struct str rest)
{
	if (c == '\r') {
		if (!rest.len || rest.ptr[0] != '\n')
			buf_put_byte(out, '\n');
	} else if (c == '\f' || c == '\v') {
		buf_put_byte(out, ' ');
	} else if (c >= 0x80 && c < 0xA0 && c1_meaning[c - 0x80]) {
		utf8_put(out, c1_meaning[c - 0x80]);
	} else if (!is_unwanted(c)) {
		utf8_put(out, c);
	}
}

void plain_put_clean(struct buf *out, struct str text)
{
	size_t valid = utf8_valid_prefix(text);
	while (text.len) {
		size_t plain = plain_bytes(str_sub(text, 0, valid));
		buf_put(out, str_sub(text, 0, plain));
		text = str_skip(text, plain);
		valid -= plain;
		uint32_t c;
		size_t before = text.len;
		if (!utf8_next(&text, &c))
			return;
		put_wanted(out, c, text);
		size_t taken = before - text.len;
		valid = valid > 0 ? valid - taken : utf8_valid_prefix(text);
	}
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Bytes of white space at the front; a no-break space counts where other white space stands beside it. */
static size_t space_bytes(struct str text, bool *ret_mixed)
{
	size_t at = 0;
	*ret_mixed = false;
	for (;;) {
		if (at < text.len && is_space(text.ptr[at])) {
			*ret_mixed = true;
			at++;
		} else if (at + 1 < text.len && text.ptr[at] == '\xC2' && text.ptr[at + 1] == '\xA0') {
			at += 2;
		} else {
			return at;
		}
	}
}

/* To the next white space, or what may be some; at least one byte. */
static size_t word_bytes(struct str text)
{
	size_t at = 1;
	while (at < text.len && !is_space(text.ptr[at]) && text.ptr[at] != '\xC2')
		at++;
	return at;
}

struct str plain_collapse(struct str text, struct arena *arena)
{
	BUF_SCOPED clean = BUF_INIT(text.len * 3 + 1);
	plain_put_clean(&clean, text);
	struct str rest = buf_str(&clean);
	char *out = arena_alloc(arena, rest.len + 1), *end = out;
	bool waiting = false;
	while (rest.len) {
		bool mixed;
		size_t space = space_bytes(rest, &mixed);
		if (space && (mixed || space == rest.len || end == out)) {
			waiting = end != out;
			rest = str_skip(rest, space);
			continue;
		}
		if (waiting)
			*end++ = ' ';
		waiting = false;
		size_t count = space ? space : word_bytes(rest);
		memcpy(end, rest.ptr, count);
		end += count;
		rest = str_skip(rest, count);
	}
	return str_of(out, (size_t)(end - out));
}

struct str plain_from_html(struct str fragment, struct arena *arena)
{
	if (str_find_byte(fragment, '<') == SIZE_MAX && str_find_byte(fragment, '&') == SIZE_MAX)
		return plain_collapse(fragment, arena);
	struct arena_mark mark = arena_mark(arena);
	const struct markup_options options = {.inline_only = true};
	BUF_SCOPED text = BUF_INIT(LIMIT_MARKUP_OUTPUT_BYTES);
	markup_to_text(markup_from_html(&options, fragment, arena, NULL), MARKUP_TEXT_ALL, &text);
	arena_release(arena, mark);
	return plain_collapse(buf_str(&text), arena);
}
