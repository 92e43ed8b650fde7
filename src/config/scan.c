#include "config/scan.h"

#include "base/utf8.h"
#include "config/mistake.h"

static int line_of(struct str content, size_t at)
{
	int line = 1;
	for (size_t i = 0; i < at; i++)
		line += content.ptr[i] == '\n';
	return line;
}

/* The library would open other files at these lines. */
static size_t find_include(struct str content)
{
	struct str rest = content;
	struct str line;
	while (str_next(&rest, '\n', &line))
		if (str_starts(str_trim(line), STR("@include")))
			return (size_t)(line.ptr - content.ptr);
	return SIZE_MAX;
}

/* ---- what the library takes and makes something else of: numbers that are too wide, bytes by their number ---- */

static bool is_word_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
	       c == '*' || c == '-' || c == '+';
}

/* Skips a text or a comment that begins here; 0 where none does. */
static size_t skip_quiet(struct str rest)
{
	struct str end = STR("\n");
	if (rest.ptr[0] == '"') {
		for (size_t i = 1; i < rest.len; i++) {
			if (rest.ptr[i] == '\\')
				i++;
			else if (rest.ptr[i] == '"')
				return i + 1;
		}
		return rest.len;
	}
	if (str_starts(rest, STR("/*")))
		end = STR("*/");
	else if (rest.ptr[0] != '#' && !str_starts(rest, STR("//")))
		return 0;
	size_t at = str_find(rest, end);
	return at == SIZE_MAX ? rest.len : at + end.len;
}

static size_t word_bytes(struct str rest)
{
	size_t count = 0;
	while (count < rest.len && is_word_byte(rest.ptr[count]))
		count++;
	return count;
}

static bool is_control(int byte)
{
	return (byte < 0x20 && !(byte >= '\t' && byte <= '\r')) || byte == 0x7F;
}

static size_t find_control(struct str content)
{
	size_t at = 0;
	while (at < content.len && !is_control((unsigned char)content.ptr[at]))
		at++;
	return at;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool hex_too_wide(struct str digits)
{
	uint64_t value = 0, most = str_ends(digits, STR("L")) ? INT64_MAX : INT32_MAX;
	for (size_t i = 0; i < digits.len && hex_digit(digits.ptr[i]) >= 0; i++) {
		value = value << 4 | (uint64_t)hex_digit(digits.ptr[i]);
		if (value > most)
			return true;
	}
	return false;
}

/* A whole number that does not fit: 32 bits, or 64 behind an L. Names, floats and short numbers pass. */
static bool is_too_wide(struct str word)
{
	int64_t value = 0;
	struct str digits = word;
	if (word.ptr[0] == '-' || word.ptr[0] == '+')
		digits = str_skip(word, 1);
	if (str_starts_nocase(digits, STR("0x")))
		return hex_too_wide(str_skip(digits, 2));
	bool wide = str_ends(digits, STR("L"));
	while (str_ends(digits, STR("L")))
		digits = str_sub(digits, 0, digits.len - 1);
	for (size_t i = 0; i < digits.len; i++)
		if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
			return false;
	if (digits.len == 0)
		return false;
	return !str_to_i64(digits, &value) || (!wide && value > INT32_MAX);
}

/* \xNN in a text puts a byte there: a zero that ends it, a control character, or a part of no character. */
static struct str find_byte_escape(struct str quoted)
{
	for (size_t i = 1; i + 3 < quoted.len; i++) {
		if (quoted.ptr[i] != '\\')
			continue;
		int high = hex_digit(quoted.ptr[i + 2]), low = hex_digit(quoted.ptr[i + 3]);
		int byte = high * 16 + low;
		if (quoted.ptr[i + 1] == 'x' && high >= 0 && low >= 0 && (is_control(byte) || byte > 0x7F))
			return str_sub(quoted, i, 4);
		i++;
	}
	return (struct str){0};
}

static int say_there(struct str content, struct str there, const char *what, const char *accepted, const char *file,
		     struct err *err)
{
	BUF_SCOPED found = BUF_INIT(200);
	buf_printf(&found, "%s %.*s", what, STR_ARG(str_sub(there, 0, 40)));
	return mistake_set(err, file, line_of(content, (size_t)(there.ptr - content.ptr)), buf_str(&found),
			   str_from(accepted));
}

static int scan_words(struct str content, const char *file, struct err *err)
{
	struct str rest = content;
	while (rest.len > 0) {
		size_t step = skip_quiet(rest);
		if (step > 0 && rest.ptr[0] == '"') {
			struct str escape = find_byte_escape(str_sub(rest, 0, step));
			if (escape.len)
				return say_there(content, escape, "the escape", "the character itself, in UTF-8", file,
						 err);
		} else if (step == 0) {
			step = word_bytes(rest);
			struct str word = str_sub(rest, 0, step);
			if (step > 0 && is_too_wide(word))
				return say_there(
					content, word, "the number",
					"numbers up to 2147483647, or with an L behind them up to 9223372036854775807",
					file, err);
		}
		rest = str_skip(rest, step ? step : 1);
	}
	return 0;
}

int scan_content(struct str content, const char *file, struct err *err)
{
	size_t bad = utf8_valid_prefix(content);
	if (bad < content.len)
		return mistake_set(err, file, line_of(content, bad), STR("bytes that are not UTF-8"),
				   STR("text in UTF-8"));
	bad = find_control(content);
	if (bad < content.len)
		return mistake_set(err, file, line_of(content, bad),
				   content.ptr[bad] ? STR("a control character") : STR("a zero byte"),
				   STR("text in UTF-8"));
	bad = find_include(content);
	if (bad != SIZE_MAX)
		return mistake_set(err, file, line_of(content, bad), STR("@include"),
				   STR("everything in this one file"));
	return scan_words(content, file, err);
}
