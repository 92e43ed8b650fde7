#include "text/excerpt.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "text/markup.h"
#include "text/plain.h"

#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

/* Offsets are bytes of UTF-8 throughout: ICU's break iterators give them for a UText of UTF-8. */

struct breaks {
	UBreakIterator *iterator;
	UText text;
};

static bool breaks_open(struct breaks *breaks, UBreakIteratorType type, struct str text, const char *locale)
{
	UErrorCode status = U_ZERO_ERROR;
	breaks->text = (UText)UTEXT_INITIALIZER;
	breaks->iterator = ubrk_open(type, locale, NULL, 0, &status);
	utext_openUTF8(&breaks->text, text.ptr, (int64_t)text.len, &status);
	ubrk_setUText(breaks->iterator, &breaks->text, &status);
	return U_SUCCESS(status);
}

static void breaks_close(struct breaks *breaks)
{
	if (breaks->iterator)
		ubrk_close(breaks->iterator);
	utext_close(&breaks->text);
}

/* Bytes of the first count graphemes; text.len where it has no more. */
static size_t grapheme_prefix(struct str text, const char *locale, size_t count)
{
	struct breaks breaks = {0};
	size_t end = text.len;
	if (breaks_open(&breaks, UBRK_CHARACTER, text, locale)) {
		int32_t at = 0;
		for (size_t i = 0; i < count && at != UBRK_DONE; i++)
			at = ubrk_next(breaks.iterator);
		end = at == UBRK_DONE ? text.len : (size_t)at;
	} else {
		end = utf8_clip(text, count).len;
	}
	breaks_close(&breaks);
	return end;
}

/* The last break of the sort at or before the offset. */
static size_t break_before(struct str text, const char *locale, UBreakIteratorType type, size_t offset)
{
	struct breaks breaks = {0};
	size_t found = offset;
	if (breaks_open(&breaks, type, text, locale) && !ubrk_isBoundary(breaks.iterator, (int32_t)offset)) {
		int32_t at = ubrk_preceding(breaks.iterator, (int32_t)offset);
		found = at == UBRK_DONE ? 0 : (size_t)at;
	}
	breaks_close(&breaks);
	return found;
}

static uint32_t last_character(struct str text, size_t *ret_bytes)
{
	size_t start = text.len;
	while (start > 0 && ((unsigned char)text.ptr[start - 1] & 0xC0) == 0x80)
		start--;
	if (start > 0)
		start--;
	*ret_bytes = text.len - start;
	struct str tail = str_skip(text, start);
	uint32_t c = 0;
	utf8_next(&tail, &c);
	return c;
}

/* In the punctuation of any script. */
static bool is_sentence_end(uint32_t c)
{
	return c == 0x2026 || u_hasBinaryProperty((UChar32)c, UCHAR_S_TERM);
}

/* The Ethiopic one announces speech. */
static bool is_colon(uint32_t c)
{
	return c == ':' || c == 0xFF1A || c == 0xFE55 || c == 0x1366;
}

/* What does not end a cut text: spaces, commas, dashes, opening brackets, colons. */
static bool is_loose_end(uint32_t c)
{
	if (is_sentence_end(c) || c == '%')
		return false;
	switch (u_charType((UChar32)c)) {
	case U_SPACE_SEPARATOR:
	case U_LINE_SEPARATOR:
	case U_PARAGRAPH_SEPARATOR:
	case U_CONTROL_CHAR:
	case U_DASH_PUNCTUATION:
	case U_START_PUNCTUATION:
	case U_CONNECTOR_PUNCTUATION:
		return true;
	case U_OTHER_PUNCTUATION:
		return c != '\'' && c != '"' && c != '*';
	default:
		return false;
	}
}

static bool is_quote(uint32_t c)
{
	int8_t type = u_charType((UChar32)c);
	return c == '"' || c == '\'' || type == U_INITIAL_PUNCTUATION || type == U_FINAL_PUNCTUATION;
}

/* A French quotation, whose marks stand behind spaces at both ends, is open at the end of text. */
static bool is_inside_guillemets(struct str text)
{
	int64_t open = 0;
	for (uint32_t c; utf8_next(&text, &c);)
		open += (c == 0xAB || c == 0x2039) - (c == 0xBB || c == 0x203A);
	return open > 0;
}

/* The same mark opens in one language and closes in another ("„so“", “so”, »so«, ”so”): it opens where a space or
 * nothing stands before it. */
static bool is_opening_quote(struct str text)
{
	size_t bytes;
	uint32_t c = last_character(text, &bytes);
	if (!is_quote(c))
		return false;
	struct str before = str_sub(text, 0, text.len - bytes);
	if (!before.len)
		return true;
	uint32_t left = last_character(before, &bytes);
	if (u_isUWhiteSpace((UChar32)left))
		return (c != 0xBB && c != 0x203A) || !is_inside_guillemets(before);
	return is_colon(left) || u_charType((UChar32)left) == U_START_PUNCTUATION;
}

static struct str without_loose_end(struct str text, bool *ret_colon)
{
	while (text.len) {
		size_t bytes;
		uint32_t c = last_character(text, &bytes);
		if (!is_loose_end(c) && !is_opening_quote(text))
			break;
		*ret_colon = *ret_colon || is_colon(c);
		text.len -= bytes;
	}
	return text;
}

static bool is_open_quote_mark(uint32_t c)
{
	return is_quote(c) || c == 0x201E || c == 0x201A || c == 0x300C || c == 0x300E;
}

/* True where the kept text ends with the beginning of a quotation that a colon announces: "She said: “We". The
 * colon must stand in the last sentence, with only a few words behind it. */
#define QUOTED_BYTES_LEAST 24
static size_t announced_quote(struct str kept)
{
	struct str rest = kept;
	uint32_t c;
	size_t colon = SIZE_MAX;
	while (utf8_next(&rest, &c)) {
		if (!is_colon(c))
			continue;
		struct str behind = rest;
		uint32_t next = 0;
		while (utf8_next(&behind, &next) && u_isUWhiteSpace((UChar32)next))
			;
		if (is_open_quote_mark(next) && rest.len < QUOTED_BYTES_LEAST)
			colon = kept.len - rest.len;
	}
	return colon;
}

/* Where the sentence begins in which the kept text ends; 0 where that is the first. */
static struct str to_sentence_end(struct str text, const char *locale)
{
	size_t start = break_before(text, locale, UBRK_SENTENCE, text.len > 0 ? text.len - 1 : 0);
	return str_trim(str_sub(text, 0, start));
}

/* A clause that only announces what was cut ("the minister said") goes, up to the comma or sentence before it. */
static struct str without_announcement(struct str kept, const char *locale, size_t least)
{
	struct str sentence = to_sentence_end(kept, locale);
	if (sentence.len >= least)
		return sentence;
	struct str rest = kept;
	size_t comma = 0;
	for (uint32_t c; rest.len;) {
		size_t before = kept.len - rest.len;
		if (!utf8_next(&rest, &c))
			break;
		if (c == ',' || c == ';' || c == 0x60C || c == 0x61B || c == 0x3001 || c == 0xFF0C || c == 0xFF1B ||
		    c == 0x1363)
			comma = before;
	}
	return comma >= least ? str_sub(kept, 0, comma) : kept;
}

/* What stands behind a text whose last sentence was ended with a full stop: not four points in a row. The point of an
 * abbreviation stays, where the sentence goes on behind it. */
static struct str without_full_stop(struct str kept, struct str clean, const char *locale)
{
	struct str trimmed = kept;
	bool colon = false;
	while (trimmed.len && trimmed.ptr[trimmed.len - 1] == '.')
		trimmed.len--;
	size_t points = kept.len - trimmed.len, behind = kept.len;
	while (behind < clean.len && clean.ptr[behind] == ' ')
		behind++;
	bool initials = str_rfind_byte(str_skip(trimmed, trimmed.len > 3 ? trimmed.len - 3 : 0), '.') != SIZE_MAX;
	if (points == 1 && (initials || break_before(clean, locale, UBRK_SENTENCE, behind) != behind))
		return kept;
	trimmed = without_loose_end(trimmed, &colon);
	return trimmed.len ? trimmed : kept;
}

/* kept: the beginning of clean. */
static struct str finished(struct str kept, struct str clean, const char *locale, struct arena *arena)
{
	size_t bytes;
	if (kept.len && last_character(kept, &bytes) == 0x2026)
		return arena_str(arena, kept);
	kept = without_full_stop(kept, clean, locale);
	return arena_concat(arena, (struct str[]){kept, STR("…")}, 2);
}

/* What was cut away begins with the colon of an announcement: " : « Nous". */
static bool begins_quotation(struct str cut)
{
	uint32_t c = ' ';
	while (u_isUWhiteSpace((UChar32)c))
		if (!utf8_next(&cut, &c))
			return false;
	if (!is_colon(c))
		return false;
	do
		if (!utf8_next(&cut, &c))
			return false;
	while (u_isUWhiteSpace((UChar32)c));
	return is_open_quote_mark(c);
}

/* How far behind the limit a word may be looked for. */
#define VIEW_BYTES 400

/* clean up to the byte where a word ends. end: what there is room for; taken where no word would be left. */
static struct str tidied(struct str clean, size_t word, size_t end, const char *locale, struct arena *arena)
{
	bool colon = begins_quotation(str_skip(clean, word));
	struct str whole = str_sub(clean, 0, word), trimmed = without_loose_end(whole, &colon);
	size_t announced = announced_quote(trimmed);
	if (announced != SIZE_MAX) {
		colon = true;
		trimmed = without_loose_end(str_sub(trimmed, 0, announced), &colon);
	}
	if (colon)
		trimmed = without_loose_end(without_announcement(trimmed, locale, whole.len / 4 + 1), &colon);
	return finished(trimmed.len ? trimmed : str_trim(str_sub(clean, 0, end)), utf8_clip(clean, end + VIEW_BYTES),
			locale, arena);
}

static bool is_joint(uint32_t c)
{
	static const char ascii[] = ":/.,-";
	return (c && c < 0x80 && strchr(ascii, (int)c)) || c == 0xA0 || c == 0x2009 || c == 0x202F;
}

static bool is_currency(uint32_t c)
{
	return u_charType((UChar32)c) == U_CURRENCY_SYMBOL;
}

/* Inside of "10:30", "R$ 5" or "-5": half of a time, date or amount says something else. Digits of any script. */
static bool is_inside_number(struct str text, size_t at)
{
	if (at < 1 || at >= text.len)
		return false;
	size_t bytes;
	uint32_t before = last_character(str_sub(text, 0, at), &bytes), after = 0, behind = 0;
	struct str rest = str_skip(text, at), front = str_sub(text, 0, at - bytes);
	utf8_next(&rest, &after);
	utf8_next(&rest, &behind);
	uint32_t first = front.len ? last_character(front, &bytes) : 0;
	if (u_isdigit((UChar32)after))
		return is_currency(before) || u_charType((UChar32)before) == U_MATH_SYMBOL ||
		       (is_joint(before) && u_isdigit((UChar32)first)) ||
		       (u_isUWhiteSpace((UChar32)before) && is_currency(first));
	if (is_currency(after) && (u_isdigit((UChar32)before) || (before < 0x80 && u_isalpha((UChar32)before))))
		return true;
	return u_isdigit((UChar32)behind) && ((is_joint(after) && u_isdigit((UChar32)before)) ||
					      (is_currency(before) && u_isUWhiteSpace((UChar32)after)));
}

#define NARROW_SPACE 0x202F

/* The last end of a word at or before the offset. For ICU a narrow no-break space joins words, as it does in Mongolian;
 * in French it stands before "!" and inside of quotation marks. */
static size_t word_before(struct str text, const char *locale, size_t offset)
{
	size_t word = break_before(text, locale, UBRK_WORD, offset), found = word;
	struct str rest = str_skip(text, word);
	uint32_t c, next;
	for (size_t at = word; at <= offset && utf8_next(&rest, &c); at = (size_t)(rest.ptr - text.ptr)) {
		struct str behind = rest;
		UErrorCode status = U_ZERO_ERROR;
		if (c == NARROW_SPACE && !is_inside_number(text, at) && utf8_next(&behind, &next) &&
		    uscript_getScript((UChar32)next, &status) != USCRIPT_MONGOLIAN)
			found = at;
	}
	return found;
}

/* Where the target-th grapheme of a collapsed text ends. */
static size_t limit_of(struct str text, const char *locale, size_t target)
{
	struct str head = utf8_clip(text, target * 64); /* no grapheme worth showing is longer */
	return text.len ? grapheme_prefix(head, locale, target) : 0;
}

/* Thin and wide ones, which collapsing keeps: an excerpt of them alone would show nothing. */
static struct str without_spaces_before(struct str text)
{
	uint32_t c;
	for (struct str rest = text; utf8_next(&rest, &c) && u_isUWhiteSpace((UChar32)c);)
		text = rest;
	return text;
}

struct str excerpt_cut(struct str text, struct str language, size_t target, struct arena *arena)
{
	const char *locale = arena_cstr(arena, utf8_clip(language, 40));
	if (!target)
		target = EXCERPT_GRAPHEMES;
	/* Most texts are far longer than what is shown: the rest is looked at where their start may not do. */
	struct str start = utf8_clip(text, target * 8 + 2 * VIEW_BYTES), clean = plain_collapse(start, arena);
	clean = without_spaces_before(clean);
	size_t end = limit_of(clean, locale, target);
	if (start.len < text.len && clean.len < end + VIEW_BYTES + 4) {
		clean = without_spaces_before(plain_collapse(text, arena));
		end = limit_of(clean, locale, target);
	}
	if (end >= clean.len)
		return clean;
	/* a word may go on behind the limit: ask with its neighbourhood in view */
	struct str view = utf8_clip(clean, end + VIEW_BYTES);
	size_t word = word_before(view, locale, end);
	for (size_t bytes; is_inside_number(view, word); word = word_before(view, locale, word - bytes))
		last_character(str_sub(view, 0, word), &bytes);
	if (word == 0)
		word = end; /* one word longer than all: then between graphemes */
	return tidied(clean, word, end, locale, arena);
}

struct str excerpt_of(struct str written, const struct markup *body, struct str language, size_t target,
		      struct arena *arena)
{
	struct str whole = plain_collapse(written, arena);
	if (whole.len || !body)
		return whole;
	BUF_SCOPED text = BUF_INIT(LIMIT_MARKUP_OUTPUT_BYTES);
	markup_to_text(body, MARKUP_TEXT_RUNNING, &text);
	if (str_empty(str_trim(buf_str(&text)))) {
		buf_clear(&text);
		markup_to_text(body, MARKUP_TEXT_ALL, &text);
	}
	return excerpt_cut(buf_str(&text), language, target, arena);
}
