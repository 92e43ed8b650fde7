#include "text/slug.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "text/url.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#define TITLE_BYTES LIMIT_TITLE_BYTES /* more of a title does not make a better slug */

/* Normalised text; the text itself where ICU refuses. */
static struct str normalised(struct str text, const UNormalizer2 *form, struct arena *arena)
{
	UErrorCode status = U_ZERO_ERROR;
	/* U+FDFA, three bytes, decomposes into eighteen letters: nothing grows more */
	int32_t room = (int32_t)text.len * 6 + 16, length = 0, made = 0;
	UChar *from = arena_array(arena, UChar, (size_t)room), *to = arena_array(arena, UChar, (size_t)room);
	char *out = arena_alloc(arena, (size_t)room * 3);
	u_strFromUTF8WithSub(from, room, &length, text.ptr ? text.ptr : "", (int32_t)text.len, UTF8_REPLACEMENT, NULL,
			     &status);
	made = unorm2_normalize(form, from, length, to, room, &status);
	u_strToUTF8(out, room * 3, &length, to, made, &status);
	return U_FAILURE(status) ? text : str_of(out, (size_t)length);
}

static const UNormalizer2 *form_c(void)
{
	UErrorCode status = U_ZERO_ERROR;
	return unorm2_getNFCInstance(&status);
}

static const UNormalizer2 *form_kd(void)
{
	UErrorCode status = U_ZERO_ERROR;
	return unorm2_getNFKDInstance(&status);
}

/* Latin letters whose plain form is not their decomposition. */
static const char *plain_latin(uint32_t c)
{
	switch (c) {
	case 0xDF:
	case 0x1E9E:
		return "ss";
	case 0xE6:
	case 0xC6:
		return "ae";
	case 0x153:
	case 0x152:
		return "oe";
	case 0xF8:
	case 0xD8:
		return "o";
	case 0x142:
	case 0x141:
		return "l";
	case 0xF0:
	case 0xD0:
	case 0x111:
	case 0x110:
		return "d";
	case 0xFE:
	case 0xDE:
		return "th";
	case 0x127:
	case 0x126:
		return "h";
	case 0x131:
	case 0x130:
		return "i";
	case 0x14B:
	case 0x14A:
		return "ng";
	case 0x259:
	case 0x18F:
		return "e";
	default:
		return NULL;
	}
}

/* Or an ASCII digit: a mark on one is none of a word. */
static bool is_latin(uint32_t c)
{
	UErrorCode status = U_ZERO_ERROR;
	return c < 0x80 || uscript_getScript((UChar32)c, &status) == USCRIPT_LATIN;
}

static bool is_mark(uint32_t c)
{
	return (U_GET_GC_MASK((UChar32)c) & U_GC_M_MASK) != 0;
}

/* Of words and years: letters, digits, and the numerals of a script (Ethiopic, the Han zero), which Unicode does not
 * count among the digits. */
static bool is_of_word(uint32_t c)
{
	UErrorCode status = U_ZERO_ERROR;
	return u_isalnum((UChar32)c) || ((U_GET_GC_MASK((UChar32)c) & (U_GC_NL_MASK | U_GC_NO_MASK)) &&
					 uscript_getScript((UChar32)c, &status) != USCRIPT_COMMON);
}

/* Apostrophes, geresh and gershayim inside of words vanish, and what nobody sees: marks of direction, joiners,
 * variation selectors. */
static bool vanishes(uint32_t c)
{
	return c == '\'' || c == 0x2019 || c == 0x2018 || c == 0x2BC || c == 0x640 || c == 0x5F3 || c == 0x5F4 ||
	       u_hasBinaryProperty((UChar32)c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

static bool is_hebrew(uint32_t c)
{
	return c >= 0x5D0 && c <= 0x5F2;
}

/* A quotation mark between Hebrew letters is the gershayim that keyboards lack (Unicode annex 29, WB7b). */
static bool is_gershayim(uint32_t letter_before, uint32_t c, struct str rest)
{
	uint32_t next = 0;
	return (c == '"' || c == 0x201D) && is_hebrew(letter_before) && utf8_next(&rest, &next) && is_hebrew(next);
}

/* A letter whose marks were cut away would be another one: it goes with them. */
static struct str without_torn_letter(struct str slug, struct str clipped)
{
	struct str rest = str_skip(slug, clipped.len), kept = clipped;
	uint32_t c = 0;
	if (!utf8_next(&rest, &c) || !is_mark(c))
		return clipped;
	for (rest = clipped; rest.len;) {
		size_t before = clipped.len - rest.len;
		utf8_next(&rest, &c);
		if (!is_mark(c))
			kept.len = before;
	}
	return kept.len ? kept : clipped;
}

static struct str clip_at_word(struct str slug, size_t most)
{
	if (slug.len > most) {
		struct str clipped = without_torn_letter(slug, utf8_clip(slug, most));
		bool whole = slug.ptr[clipped.len] == '-';
		size_t dash = whole ? SIZE_MAX : str_rfind_byte(clipped, '-');
		slug = dash != SIZE_MAX && dash > most / 2 ? str_sub(clipped, 0, dash) : clipped;
	}
	while (slug.len && slug.ptr[slug.len - 1] == '-')
		slug.len--;
	return slug;
}

struct slug_writer {
	struct buf *out;
	bool dash, after_latin;
	uint32_t letter; /* the last one, while nothing stood behind it but its marks */
};

static void put_letter(struct slug_writer *writer, uint32_t c)
{
	const char *plain = plain_latin(c);
	if (writer->dash && writer->out->len)
		buf_put_byte(writer->out, '-');
	writer->dash = false;
	writer->after_latin = plain || is_latin(c);
	writer->letter = c;
	if (plain)
		buf_put_cstr(writer->out, plain);
	else
		utf8_put(writer->out, (uint32_t)u_tolower((UChar32)c));
}

struct str slug_from_title(struct str title, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(TITLE_BYTES * 16);
	struct slug_writer writer = {.out = &out};
	struct str rest = normalised(utf8_clip(title, TITLE_BYTES), form_kd(), arena);
	uint32_t c;
	while (utf8_next(&rest, &c)) {
		if (vanishes(c) || is_gershayim(writer.letter, c, rest))
			continue;
		if (is_mark(c)) {
			if (!writer.after_latin && out.len && !writer.dash)
				utf8_put(&out, c);
		} else if (is_of_word(c)) {
			put_letter(&writer, c);
		} else {
			writer.dash = true;
			writer.letter = 0;
		}
	}
	struct str slug = normalised(buf_str(&out), form_c(), arena);
	return arena_str(arena, clip_at_word(slug, LIMIT_SLUG_BYTES));
}

struct str slug_normalise(struct str imported, struct arena *arena)
{
	struct str text = str_trim(imported), decoded;
	if (url_decode(text, arena, &decoded))
		text = decoded;
	if (!utf8_valid(text))
		return arena_str(arena, text);
	text = normalised(utf8_clip(text, LIMIT_PATH_BYTES), form_c(), arena);
	BUF_SCOPED out = BUF_INIT(LIMIT_PATH_BYTES * 4);
	uint32_t c;
	while (utf8_next(&text, &c))
		utf8_put(&out, (uint32_t)u_tolower((UChar32)c));
	return arena_str(arena, utf8_clip(normalised(buf_str(&out), form_c(), arena), LIMIT_SLUG_BYTES));
}

struct str slug_numbered(struct str slug, unsigned number, struct arena *arena)
{
	if (number <= 1)
		return slug;
	struct str ending = arena_printf(arena, "-%u", number);
	struct str stem = clip_at_word(slug, LIMIT_SLUG_BYTES - ending.len);
	return arena_concat(arena, (struct str[]){stem, ending}, 2);
}

bool slug_eq(struct str a, struct str b, struct arena *arena)
{
	return str_eq(slug_normalise(a, arena), slug_normalise(b, arena));
}
