/* Each escape is undone by a decoder written here from the format's own rules: what comes out is what went in, and what
 * stands between holds nothing that the place forbids. */
#include "base/buf.h"
#include "base/random.h"
#include "base/utf8.h"
#include "check.h"

#include <stdlib.h>

typedef void put_escaped(struct buf *buf, struct str s);

/* Texts by chance: markup, controls, whole and broken characters. */
static void put_any_text(struct random *random, struct buf *out)
{
	static const char *const pieces[] = {
		"a",
		"Z",
		"0",
		"<",
		">",
		"&",
		"\"",
		"'",
		"\\",
		"/",
		"&lt;",
		"\n",
		"\r",
		"\t",
		"\b",
		"\f",
		"\x01",
		"\x1F",
		"\x7F",
		"%",
		"%41",
		" ",
		"\xC3\xA9",
		"\xE2\x80\xA8",
		"\xE2\x80\xA9",
		"\xEF\xBF\xBE",
		"\xEF\xBF\xBF",
		"\xF0\x9F\x98\x80",
		"\xEF\xBF\xBD",
		"\x80",
		"\xC3",
		"\xE2\x80",
		"\xED\xA0\x80",
		"\xF4\x90\x80\x80",
		"~",
		"-",
	};
	for (uint64_t count = random_u64(random) % 12; count > 0; count--) {
		uint64_t kind = random_u64(random) % (sizeof pieces / sizeof *pieces + 1);
		if (kind == sizeof pieces / sizeof *pieces)
			buf_put_byte(out, 0);
		else
			buf_put_cstr(out, pieces[kind]);
	}
}

static bool decode_html(struct str s, struct buf *out)
{
	static const struct {
		const char *name;
		char byte;
	} known[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
	while (s.len) {
		char c = s.ptr[0];
		if (c == '<' || c == '>' || c == '"' || c == '\'')
			return false;
		bool found = c != '&';
		size_t taken = 1;
		for (size_t i = 0; c == '&' && i < 5; i++) {
			if (!str_starts(s, str_from(known[i].name)))
				continue;
			c = known[i].byte;
			taken = strlen(known[i].name);
			found = true;
			break;
		}
		if (!found)
			return false;
		buf_put_byte(out, c);
		s = str_skip(s, taken);
	}
	return true;
}

static int hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : -1;
}

static bool decode_url(struct str s, struct buf *out)
{
	while (s.len) {
		if (s.ptr[0] != '%') {
			if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", s.ptr[0]))
				return false;
			buf_put_byte(out, s.ptr[0]);
			s = str_skip(s, 1);
			continue;
		}
		if (s.len < 3 || hex(s.ptr[1]) < 0 || hex(s.ptr[2]) < 0 || s.ptr[1] >= 'a' || s.ptr[2] >= 'a')
			return false;
		buf_put_byte(out, (char)(hex(s.ptr[1]) << 4 | hex(s.ptr[2])));
		s = str_skip(s, 3);
	}
	return true;
}

static bool decode_json(struct str s, struct buf *out)
{
	static const char from[] = "\"\\nrtbf", to[] = "\"\\\n\r\t\b\f";
	while (s.len) {
		unsigned char c = (unsigned char)s.ptr[0];
		if (c < 0x20 || strchr("\"<>&", c) || str_starts(s, STR("\u2028")) || str_starts(s, STR("\u2029")))
			return false;
		if (c != '\\') {
			buf_put_byte(out, (char)c);
			s = str_skip(s, 1);
			continue;
		}
		if (s.len < 2)
			return false;
		const char *named = s.ptr[1] ? strchr(from, s.ptr[1]) : NULL;
		if (named) {
			buf_put_byte(out, to[named - from]);
			s = str_skip(s, 2);
			continue;
		}
		uint32_t point = 0;
		if (s.ptr[1] != 'u' || s.len < 6)
			return false;
		for (int i = 2; i < 6; i++) {
			if (hex(s.ptr[i]) < 0)
				return false;
			point = point << 4 | (uint32_t)hex(s.ptr[i]);
		}
		if (point >= 0xD800 && point < 0xE000)
			return false;
		utf8_put(out, point);
		s = str_skip(s, 6);
	}
	return true;
}

static void repair(struct str s, struct buf *out)
{
	utf8_put_repaired(out, s);
}

static void as_it_is(struct str s, struct buf *out)
{
	buf_put(out, s);
}

/* XML keeps what XML 1.0 allows; the rest of the repaired text is U+FFFD. */
static void as_xml(struct str s, struct buf *out)
{
	uint32_t c;
	while (utf8_next(&s, &c)) {
		bool allowed = c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xD7FF) ||
			       (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
		utf8_put(out, allowed ? c : UTF8_REPLACEMENT);
	}
}

static const struct escape {
	const char *name;
	put_escaped *put;
	bool (*decode)(struct str s, struct buf *out);
	void (*expect)(struct str s, struct buf *out);
} escapes[] = {
	{"html", buf_put_html, decode_html, as_it_is},
	{"xml", buf_put_xml, decode_html, as_xml},
	{"url", buf_put_url, decode_url, as_it_is},
	{"json", buf_put_json, decode_json, repair},
};

static void comes_back(const struct escape *escape, struct str text)
{
	BUF_SCOPED escaped = BUF_INIT(4096);
	BUF_SCOPED decoded = BUF_INIT(4096);
	BUF_SCOPED expected = BUF_INIT(4096);
	escape->put(&escaped, text);
	escape->expect(text, &expected);
	if (!escape->decode(buf_str(&escaped), &decoded))
		fail_msg("%s: %.*s cannot stand in its place", escape->name, STR_ARG(buf_str(&escaped)));
	if (!str_eq(buf_str(&decoded), buf_str(&expected)))
		fail_msg("%s: %.*s is read as %.*s", escape->name, STR_ARG(buf_str(&escaped)),
			 STR_ARG(buf_str(&decoded)));
}

static void texts_by_chance_come_back(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 21);
	for (int i = 0; i < 60000; i++) {
		BUF_SCOPED text = BUF_INIT(1000);
		put_any_text(&random.random, &text);
		for (size_t k = 0; k < 4; k++)
			comes_back(&escapes[k], buf_str(&text));
	}
}

static void every_code_point_comes_back(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 || (c >= 0xD700 && c < 0xE100) || c >= 0x10FF00 ? 1 : 61) {
		BUF_SCOPED text = BUF_INIT(10);
		utf8_put(&text, c);
		buf_put_byte(&text, '<');
		for (size_t k = 0; k < 4; k++)
			comes_back(&escapes[k], buf_str(&text));
	}
}

static void every_pair_of_bytes_comes_back(void **state)
{
	(void)state;
	for (unsigned pair = 0; pair < 65536; pair++) {
		char bytes[2] = {(char)(pair >> 8), (char)pair};
		for (size_t k = 0; k < 4; k++)
			comes_back(&escapes[k], str_of(bytes, 2));
	}
}

/* Escaping piece by piece is escaping the whole, where the pieces are whole characters. */
static void pieces_add_up(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 22);
	for (int i = 0; i < 20000; i++) {
		BUF_SCOPED raw = BUF_INIT(1000);
		BUF_SCOPED text = BUF_INIT(3000);
		put_any_text(&random.random, &raw);
		utf8_put_repaired(&text, buf_str(&raw));
		for (size_t k = 0; k < 4; k++) {
			BUF_SCOPED whole = BUF_INIT(20000);
			BUF_SCOPED parts = BUF_INIT(20000);
			struct str rest = buf_str(&text);
			escapes[k].put(&whole, rest);
			while (rest.len) {
				struct str before = rest;
				uint32_t c;
				utf8_next(&rest, &c);
				escapes[k].put(&parts, str_sub(before, 0, before.len - rest.len));
			}
			assert_true(str_eq(buf_str(&whole), buf_str(&parts)));
		}
	}
}

/* At any maximum: a prefix of the whole, over exactly where the whole does not fit, never a byte more. */
static void maxima_cut_between_escapes(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 23);
	for (int i = 0; i < 3000; i++) {
		BUF_SCOPED text = BUF_INIT(1000);
		put_any_text(&random.random, &text);
		for (size_t k = 0; k < 4; k++) {
			BUF_SCOPED whole = BUF_INIT(4096);
			escapes[k].put(&whole, buf_str(&text));
			for (size_t max = 0; max <= whole.len; max++) {
				BUF_SCOPED out = BUF_INIT(max);
				escapes[k].put(&out, buf_str(&text));
				assert_int_equal(out.over, max < whole.len);
				assert_true(out.len <= max);
				assert_true(str_starts(buf_str(&whole), buf_str(&out)));
				size_t amp = str_rfind_byte(buf_str(&out), '&');
				if (k < 2 && amp != SIZE_MAX)
					assert_true(str_find_byte(str_skip(buf_str(&out), amp), ';') != SIZE_MAX);
			}
		}
	}
}

static void numbers_are_those_of_printf(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 24);
	for (int i = 0; i < 100000; i++) {
		uint64_t bits = random_u64(&random.random) >> (i % 64);
		char expected[64];
		BUF_SCOPED out = BUF_INIT(64);
		int64_t number = (int64_t)(i % 2 ? bits : 0 - bits);
		buf_put_i64(&out, number);
		buf_put_byte(&out, ' ');
		buf_put_u64(&out, bits);
		int len = snprintf(expected, sizeof expected, "%lld %llu", (long long)number, (unsigned long long)bits);
		assert_true(str_eq(buf_str(&out), str_of(expected, (size_t)len)));
		int64_t again = 1;
		uint64_t again_bits = 1;
		struct str left, right;
		assert_true(str_cut(buf_str(&out), ' ', &left, &right));
		assert_true(str_to_i64(left, &again) && again == number);
		assert_true(str_to_u64(right, &again_bits) && again_bits == bits);
	}
}

/* A number that does not fit leaves nothing of itself: cut digits are another number. */
static void numbers_are_whole_or_absent(void **state)
{
	static const int64_t numbers[] = {0, 9, 10, -1, -9, -10, -123, 12345, INT64_MAX, INT64_MIN};
	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		BUF_SCOPED whole = BUF_INIT(64);
		buf_put_i64(&whole, numbers[i]);
		for (size_t max = 0; max <= whole.len; max++) {
			BUF_SCOPED out = BUF_INIT(max);
			buf_put_i64(&out, numbers[i]);
			assert_int_equal(out.len, max < whole.len ? 0 : whole.len);
			assert_int_equal(out.over, max < whole.len);
		}
	}
}

static void hex_comes_back(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 25);
	for (size_t count = 0; count < 300; count++) {
		unsigned char bytes[300];
		BUF_SCOPED out = BUF_INIT(1000);
		random.random.fill(&random.random, bytes, count);
		buf_put_hex(&out, bytes, count);
		assert_int_equal(out.len, 2 * count);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(hex(out.ptr[2 * i]) << 4 | hex(out.ptr[2 * i + 1]), bytes[i]);
	}
}

/* Any row of writes into a buf of any maximum against one plain array. */
static void a_buf_is_an_array_with_an_end(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 26);
	for (int round = 0; round < 4000; round++) {
		char model[600];
		size_t len = 0, max = random_u64(&random.random) % 400;
		bool over = false;
		BUF_SCOPED out = BUF_INIT(max);
		for (int step = 0; step < 40; step++) {
			char bytes[100];
			size_t count = random_u64(&random.random) % 30;
			uint64_t kind = random_u64(&random.random) % 12;
			memset(bytes, 'a' + step % 26, sizeof bytes);
			if (kind == 0) {
				buf_clear(&out);
				len = 0;
				over = false;
				continue;
			}
			if (kind == 1) {
				buf_truncate(&out, count * 10);
				len = count * 10 < len ? count * 10 : len;
				continue;
			}
			if (kind == 2) {
				bool fits = !over && count <= max - len;
				assert_int_equal(buf_reserve(&out, count), fits);
				over = over || !fits;
				continue;
			}
			if (kind == 3)
				buf_printf(&out, "%.*s", (int)count, bytes);
			else if (kind == 4 && (count = 1) == 1)
				buf_put_byte(&out, bytes[0]);
			else
				buf_put_bytes(&out, bytes, count);
			if (over || count > max - len) {
				over = over || count > 0 || kind == 3;
			} else {
				memcpy(model + len, bytes, count);
				len += count;
			}
			assert_int_equal(out.over, over);
			assert_true(str_eq(buf_str(&out), str_of(model, len)));
			assert_true(out.cap <= max);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_by_chance_come_back),      cmocka_unit_test(every_code_point_comes_back),
		cmocka_unit_test(every_pair_of_bytes_comes_back), cmocka_unit_test(pieces_add_up),
		cmocka_unit_test(maxima_cut_between_escapes),     cmocka_unit_test(numbers_are_those_of_printf),
		cmocka_unit_test(numbers_are_whole_or_absent),    cmocka_unit_test(hex_comes_back),
		cmocka_unit_test(a_buf_is_an_array_with_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
