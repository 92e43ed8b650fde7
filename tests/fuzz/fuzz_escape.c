/* Escapes: whatever comes in, nothing that the place would read as its own syntax comes out, and
 * what comes out is valid UTF-8 wherever the escape reads characters. */
#include "base/buf.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static bool holds_any(struct str s, const char *bytes)
{
	for (; *bytes; bytes++) {
		if (str_find_byte(s, *bytes) != SIZE_MAX)
			return true;
	}
	return false;
}

static void check_repair(struct str text)
{
	BUF_SCOPED out = BUF_INIT(text.len * 3);
	utf8_put_repaired(&out, text);
	check(!out.over && utf8_valid(buf_str(&out)));
	check(utf8_count(buf_str(&out)) == utf8_count(text));
	if (utf8_valid(text))
		check(str_eq(buf_str(&out), text));
}

static void check_markup(struct str text)
{
	BUF_SCOPED html = BUF_INIT(text.len * 6);
	BUF_SCOPED xml = BUF_INIT(text.len * 6);
	buf_put_html(&html, text);
	buf_put_xml(&xml, text);
	check(!html.over && !holds_any(buf_str(&html), "<>\"'"));
	check(!xml.over && !holds_any(buf_str(&xml), "<>\"'\x01\x08\x0b\x0c\x1f"));
	check(utf8_valid(buf_str(&xml)) && str_find_byte(buf_str(&xml), 0) == SIZE_MAX);
	if (utf8_valid(text))
		check(utf8_valid(buf_str(&html)));
}

static void check_json_and_url(struct str text)
{
	BUF_SCOPED json = BUF_INIT(text.len * 6);
	BUF_SCOPED url = BUF_INIT(text.len * 3);
	buf_put_json(&json, text);
	buf_put_url(&url, text);
	check(!json.over && utf8_valid(buf_str(&json)) && !holds_any(buf_str(&json), "<>&\n\r\t\x01\x1f"));
	check(!url.over && !holds_any(buf_str(&url), "/?#&=+ <>\"'\n\r"));
	struct str rest = buf_str(&json);
	for (size_t at = 0; at < rest.len; at++) {
		check(rest.ptr[at] != '"');
		if (rest.ptr[at] == '\\')
			check(++at < rest.len);
	}
}

static void check_clip(struct str text)
{
	for (size_t max = 0; max <= text.len && max < 40; max++) {
		struct str clipped = utf8_clip(text, max);
		check(clipped.len <= max);
		if (utf8_valid(text))
			check(utf8_valid(clipped) && max - clipped.len < 4);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_of((const char *)data, size);
	check_repair(text);
	check_markup(text);
	check_json_and_url(text);
	check_clip(text);
	return 0;
}
