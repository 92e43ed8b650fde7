#include "support.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_from_html), cmocka_unit_test(test_collapse),
					   cmocka_unit_test(test_clean)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
