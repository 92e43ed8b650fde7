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

/* ---- numbers: the library lets those that are too wide wrap around and says nothing ---- */

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

/* A whole number that does not fit: 32 bits, or 64 behind an L. Names, floats and short numbers pass. */
static bool is_too_wide(struct str word)
{
	int64_t value = 0;
	struct str digits = word;
	if (word.ptr[0] == '-' || word.ptr[0] == '+')
		digits = str_skip(word, 1);
	if (str_starts_nocase(digits, STR("0x")))
		return digits.len > 2 + (str_ends(digits, STR("L")) ? 17u : 8u);
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

static bool find_wide_number(struct str content, struct str *ret_number)
{
	struct str rest = content;
	while (rest.len > 0) {
		size_t step = skip_quiet(rest);
		if (step == 0) {
			step = word_bytes(rest);
			struct str word = str_sub(rest, 0, step);
			if (step > 0 && is_too_wide(word)) {
				*ret_number = word;
				return true;
			}
		}
		rest = str_skip(rest, step ? step : 1);
	}
	return false;
}

static int wide_number(struct str content, struct str number, const char *file, struct err *err)
{
	BUF_SCOPED found = BUF_INIT(200);
	buf_printf(&found, "the number %.*s", STR_ARG(str_sub(number, 0, 40)));
	return mistake_set(err, file, line_of(content, (size_t)(number.ptr - content.ptr)), buf_str(&found),
			   STR("numbers up to 2147483647, or with an L behind them up to 9223372036854775807"));
}

int scan_content(struct str content, const char *file, struct err *err)
{
	size_t bad = utf8_valid_prefix(content);
	if (bad < content.len)
		return mistake_set(err, file, line_of(content, bad), STR("bytes that are not UTF-8"),
				   STR("text in UTF-8"));
	bad = content.len ? str_find_byte(content, 0) : SIZE_MAX;
	if (bad != SIZE_MAX)
		return mistake_set(err, file, line_of(content, bad), STR("a zero byte"), STR("text in UTF-8"));
	bad = find_include(content);
	if (bad != SIZE_MAX)
		return mistake_set(err, file, line_of(content, bad), STR("@include"),
				   STR("everything in this one file"));
	struct str number;
	if (find_wide_number(content, &number))
		return wide_number(content, number, file, err);
	return 0;
}
