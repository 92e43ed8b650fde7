#include "support.h"

#include "base/utf8.h"
#include "text/plain.h"

static void test_from_html(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"Plain  title\n", "Plain title"},
		{"Truth &amp; <em>justice</em>", "Truth & justice"},
		{"5 &lt; 6 &#8211; &eacute;", "5 < 6 \xE2\x80\x93 \xC3\xA9"},
		{"a<br>b<br/>c", "a b c"},
		{"<script>x</script>y", "y"},
		{"AT&T", "AT&T"},
		{"&amp;lt;b&amp;gt;", "&lt;b&gt;"},
		{"", ""},
		{" <b> </b> ", ""},
		{"<p>a</p><p>b</p>", "a b"},
		{"it\xC2\x92s", "it\xE2\x80\x99s"},
		{"5 < 6", "5 < 6"},
		{"caf\xC3\xA9 \xF0\x9F\x98\x80", "caf\xC3\xA9 \xF0\x9F\x98\x80"},
	};
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_str(plain_from_html(str_from(cases[i][0]), arena), cases[i][1]);
}

static void test_collapse(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	assert_str(plain_collapse(STR(" a \t\r\n b\f\vc "), arena), "a b c");
	assert_str(plain_collapse(STR("10\xC2\xA0km \xC2\xA0 x\xC2\xA0"), arena), "10\xC2\xA0km x");
	assert_str(plain_collapse(STR("\xC2\xA0"), arena), "");
	assert_str(plain_collapse(STR("a\0b\x7F"
				      "c\xEF\xBF\xBE"),
				  arena),
		   "abc");
	assert_str(plain_collapse(STR("\xC2\xABx\xC2\xBB"), arena), "\xC2\xABx\xC2\xBB");
}

static void test_clean(void **state)
{
	(void)state;
	BUF_SCOPED out = BUF_INIT(1000);
	plain_put_clean(&out, STR("a\r\nb\rc\0\x1F\xEF\xBB\xBF\xC2\x80\xC2\x81\xF3\xB0\x80\x80\xF4\x8F\xBF\xBD\xFFz\xF0"
				  "\x9F\x98\x80"));
	assert_str(buf_str(&out), "a\nb\nc\xE2\x82\xAC\xEF\xBF\xBDz\xF0\x9F\x98\x80");
}

/* What becomes of one code point as plain.h says it, told once more without haste. */
static struct str one_cleaned(uint32_t c, struct arena *arena)
{
	/* the second half of the ISO control set, as Windows-1252 reads those bytes; 0: it gives them no meaning */
	static const uint32_t windows[32] = {
		0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
		0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
		0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
	};
	BUF_SCOPED out = BUF_INIT(16);
	bool gone = (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v') || c == 0x7F ||
		    c == 0xFEFF || (c >= 0xFDD0 && c <= 0xFDEF) || c % 0x10000 >= 0xFFFE || c >= 0xF0000;
	if (c == '\r')
		c = '\n';
	if (c == '\f' || c == '\v')
		c = ' ';
	if (c >= 0x80 && c < 0xA0) {
		c = windows[c - 0x80];
		gone = c == 0;
	}
	if (!gone)
		utf8_put(&out, c);
	return buf_copy(&out, arena);
}

/* Every code point there is, alone and with a neighbour at each side. */
static void test_clean_every_character(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	for (uint32_t c = 0; c <= 0x10FFFF; c += c < 0x3100 || c % 0x1000 > 0xFE0 ? 1 : 7) {
		if (c >= 0xD800 && c <= 0xDFFF)
			continue; /* halves of a pair are no characters */
		struct arena_mark mark = arena_mark(arena);
		BUF_SCOPED in = BUF_INIT(64);
		BUF_SCOPED found = BUF_INIT(64);
		BUF_SCOPED expected = BUF_INIT(64);
		struct str alone = one_cleaned(c, arena);
		buf_put_byte(&in, 'a');
		utf8_put(&in, c);
		buf_put_byte(&in, 'b');
		plain_put_clean(&found, buf_str(&in));
		buf_put_byte(&expected, 'a');
		buf_put(&expected, alone);
		buf_put_byte(&expected, 'b');
		if (!str_eq(buf_str(&found), buf_str(&expected)))
			fail_msg("U+%04X gives %.*s", c, STR_ARG(buf_str(&found)));
		arena_release(arena, mark);
	}
}

/* Text is looked at eight bytes at a time: a byte that needs a closer look is found at each of their places. */
static void test_clean_at_every_place(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} odd[] = {
		{"\x01", ""},
		{"\x1F", ""},
		{"\x7F", ""},
		{"\x7E", "~"},
		{" ", " "},
		{"\t", "\t"},
		{"\r\n", "\n"},
		{"\r", "\n"},
		{"\r\r\n", "\n\n"},
		{"\n\r", "\n\n"},
		{"\f", " "},
		{"\xC2\x93", "\xE2\x80\x9C"},
		{"\xC2\xA0", "\xC2\xA0"},
		{"\xC3\xA9", "\xC3\xA9"},
		{"\xEF\xBB\xBF", ""},
		{"\xEF\xBF\xBF", ""},
		{"\xEF\xBF\xBD", "\xEF\xBF\xBD"},
		{"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
		{"\xF0\x9F\xBF\xBE", ""}, /* the last but one of its plane is no character */
		{"\xFF", "\xEF\xBF\xBD"},
		{"\xC3", "\xEF\xBF\xBD"},
		{"\xE4\xBA", "\xEF\xBF\xBD"}, /* one sign for the longest broken beginning */
		{"\xF0\x9F\x98", "\xEF\xBF\xBD"},
		{"\xC0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD"},                 /* NUL in two bytes is none */
		{"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* half of a pair */
		{"\x80", "\xEF\xBF\xBD"},
	};
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		for (size_t before = 0; before <= 17; before++)
			for (size_t behind = 0; behind <= 9; behind++) {
				BUF_SCOPED in = BUF_INIT(100);
				BUF_SCOPED expected = BUF_INIT(100);
				BUF_SCOPED found = BUF_INIT(100);
				buf_put(&in, str_of(letters, before));
				buf_put_cstr(&in, odd[i].in);
				buf_put(&in, str_of(letters, behind));
				buf_put(&expected, str_of(letters, before));
				buf_put_cstr(&expected, odd[i].out);
				buf_put(&expected, str_of(letters, behind));
				plain_put_clean(&found, buf_str(&in));
				if (!str_eq(buf_str(&found), buf_str(&expected)))
					fail_msg("%zu behind %zu, before %zu: %.*s", i, before, behind,
						 STR_ARG(buf_str(&found)));
			}
}

/* Whatever comes in: text, once cleaned it stays, and so does what is collapsed. */
static void test_laws(void **state)
{
	(void)state;
	struct mutator mutator = {.state = 77};
	ARENA_SCOPED arena = arena_create(0);
	for (int i = 0; i < 2000; i++) {
		struct arena_mark mark = arena_mark(arena);
		struct str text = mutator_disturb(&mutator, mutator_case(&mutator, arena), arena);
		BUF_SCOPED once = BUF_INIT(1 << 20);
		BUF_SCOPED twice = BUF_INIT(1 << 20);
		plain_put_clean(&once, text);
		plain_put_clean(&twice, buf_str(&once));
		assert_true(utf8_valid(buf_str(&once)));
		assert_true(str_eq(buf_str(&once), buf_str(&twice)));
		struct str collapsed = plain_collapse(text, arena);
		assert_true(str_eq(collapsed, plain_collapse(buf_str(&once), arena)));
		assert_true(str_eq(collapsed, plain_collapse(collapsed, arena)));
		assert_true(str_eq(collapsed, str_trim(collapsed)));
		assert_true(str_find(collapsed, STR("  ")) == SIZE_MAX && str_find_byte(collapsed, '\n') == SIZE_MAX);
		arena_release(arena, mark);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_html),
		cmocka_unit_test(test_collapse),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_clean_every_character),
		cmocka_unit_test(test_clean_at_every_place),
		cmocka_unit_test(test_laws),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
