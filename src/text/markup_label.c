#include "text/markup_label.h"

#include "base/utf8.h"
#include "text/plain.h"

#include <string.h>
#include <unicode/uchar.h>

bool label_of(const struct markup_node *node, struct label *ret_label)
{
	size_t len = 0;
	for (const struct markup_node *at = node; at; at = markup_next(at, node)) {
		if (at->kind == MARKUP_IMAGE || at->kind == MARKUP_BREAK || at->kind == MARKUP_NOTE_MARK)
			return false;
		struct str text = at->kind == MARKUP_TEXT ? at->text : (struct str){0};
		if (text.len > LABEL_BYTES - len)
			return false;
		if (text.len)
			memcpy(ret_label->bytes + len, text.ptr, text.len);
		len += text.len;
	}
	ret_label->len = len;
	return len > 0;
}

static bool is_bracket(char c)
{
	return c == '[' || c == ']' || c == '(' || c == ')' || c == ' ' || c == '.';
}

struct str label_core(struct str label)
{
	const struct str tie = STR("\xC2\xA0");
	while (label.len && (is_bracket(label.ptr[0]) || str_starts(label, tie)))
		label = str_skip(label, is_bracket(label.ptr[0]) ? 1 : tie.len);
	while (label.len && (is_bracket(label.ptr[label.len - 1]) || str_ends(label, tie)))
		label.len -= is_bracket(label.ptr[label.len - 1]) ? 1 : tie.len;
	return label;
}

static bool is_note_sign(uint32_t c)
{
	return c == '*' || c == 0x2020 || c == 0x2021 || c == 0xA7 || c == 0xB6;
}

bool label_is_mark(struct str label)
{
	struct str core = label_core(label);
	size_t count = 0;
	uint32_t c;
	while (utf8_next(&core, &c)) {
		bool letter = (c >= 'a' && c <= 'z') || u_charDigitValue((UChar32)c) >= 0;
		if (!letter && !is_note_sign(c))
			return false;
		count++;
	}
	return count >= 1 && count <= 4;
}

bool label_is_raised(struct str label)
{
	return str_starts(label, STR("[")) || str_starts(label, STR("*"));
}

static bool is_arrow(uint32_t c)
{
	return c == '^' || c == 0xFE0E || c == 0xFE0F || (c >= 0x2190 && c <= 0x21FF) || (c >= 0x2900 && c <= 0x297F) ||
	       (c >= 0x2B00 && c <= 0x2BFF) || c == 0x23CE;
}

bool label_is_arrow(struct str label)
{
	uint32_t c;
	while (utf8_next(&label, &c))
		if (!is_arrow(c) && !plain_is_space(c))
			return false;
	return true;
}

bool label_is_sign(struct str label)
{
	struct str core = label_core(label);
	size_t count = 0;
	uint32_t c;
	while (utf8_next(&core, &c)) {
		if (c == 0xFE0E || c == 0xFE0F) /* how the sign before is drawn */
			continue;
		if (u_isalnum((UChar32)c) || u_hasBinaryProperty((UChar32)c, UCHAR_TERMINAL_PUNCTUATION))
			return false;
		count++;
	}
	return count == 1;
}

/* Latin, full width, and the full stop of Urdu. */
static bool is_closing(uint32_t c)
{
	return c == '.' || c == ')' || c == 0xFF0E || c == 0xFF09 || c == 0x06D4;
}

size_t label_number_bytes(struct str text, unsigned number)
{
	struct str rest = text;
	size_t digits = 0;
	unsigned value = 0;
	uint32_t c = 0;
	while (utf8_next(&rest, &c) && u_charDigitValue((UChar32)c) >= 0 && value <= number) {
		value = value * 10 + (unsigned)u_charDigitValue((UChar32)c);
		digits = text.len - rest.len;
	}
	return digits && rest.len && is_closing(c) && value == number ? digits : 0;
}

struct str label_skip_closing(struct str text)
{
	struct str rest = text;
	uint32_t c;
	while (utf8_next(&rest, &c) && (plain_is_space(c) || is_closing(c) || c == ']' || c == ':')) {
		if (c == '.' && str_starts(rest, STR(".")))
			break; /* words were left out */
		text = rest;
	}
	return text;
}

struct str label_trim_end(struct str text)
{
	struct str rest = text;
	size_t end = 0;
	uint32_t c;
	while (utf8_next(&rest, &c))
		end = plain_is_space(c) ? end : text.len - rest.len;
	return str_sub(text, 0, end);
}

bool label_is_filler(struct str text)
{
	uint32_t c;
	while (utf8_next(&text, &c))
		if (!is_arrow(c) && !plain_is_space(c) && !(c && c < 0x80 && strchr("()[].,", (int)c)) && c != 0x060C)
			return false;
	return true;
}
