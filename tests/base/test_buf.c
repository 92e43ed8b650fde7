#include "base/buf.h"

#include "check.h"

static void grows_up_to_its_maximum(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(10000);
	for (int i = 0; i < 10000; i++)
		buf_put_byte(&buf, (char)('a' + i % 26));
	assert_int_equal(buf.len, 10000);
	assert_false(buf.over);
	for (size_t i = 0; i < buf.len; i++)
		assert_int_equal(buf.ptr[i], 'a' + i % 26);
	buf_put_byte(&buf, '!');
	assert_true(buf.over);
	assert_int_equal(buf.len, 10000);
}

/* Appending byte by byte must not copy everything each time. */
static void grows_in_few_steps(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(1u << 20);
	size_t steps = 0, cap = 0;
	for (int i = 0; i < 1 << 20; i++) {
		buf_put_byte(&buf, 'x');
		steps += buf.cap != cap;
		cap = buf.cap;
	}
	assert_in_range(steps, 1, 21);
	assert_int_equal(buf.cap, 1u << 20);
	buf_clear(&buf);
	assert_int_equal(buf.cap, 1u << 20);
}

static void a_put_past_the_maximum_writes_nothing_of_it(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(5);
	buf_put(&buf, STR("abc"));
	buf_put(&buf, STR("def"));
	assert_true(buf.over);
	assert_str(buf_str(&buf), "abc");
}

static void over_stays_even_for_what_would_fit(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(5);
	buf_put(&buf, STR("abcdef"));
	buf_put(&buf, STR("a"));
	buf_printf(&buf, "%d", 1);
	buf_put_i64(&buf, 1);
	assert_true(buf.over);
	assert_int_equal(buf.len, 0);
	assert_false(buf_reserve(&buf, 0));
	buf_clear(&buf);
	assert_false(buf.over);
	buf_put(&buf, STR("abcde"));
	assert_str(buf_str(&buf), "abcde");
	assert_false(buf.over);
}

static void zeroed_means_a_maximum_of_nothing(void **state)
{
	(void)state;
	BUF_SCOPED buf = {0};
	buf_put(&buf, STR(""));
	assert_false(buf.over);
	buf_put_byte(&buf, 'x');
	assert_true(buf.over);
	assert_int_equal(buf.len, 0);
	buf_finish(&buf);
	buf_finish(&buf);
}

static void reserve_asks_without_writing(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(100);
	assert_true(buf_reserve(&buf, 100));
	assert_true(buf.cap >= 100);
	assert_int_equal(buf.len, 0);
	buf_put_byte(&buf, 'x');
	assert_true(buf_reserve(&buf, 99));
	assert_false(buf_reserve(&buf, 100));
	assert_true(buf.over);
	assert_str(buf_str(&buf), "x");
}

static void huge_requests_do_not_wrap(void **state)
{
	(void)state;
	volatile size_t huge = SIZE_MAX - 1; /* not known to the compiler, which would warn */
	BUF_SCOPED buf = BUF_INIT(100);
	buf_put_byte(&buf, 'x');
	assert_false(buf_reserve(&buf, SIZE_MAX));
	buf_clear(&buf);
	buf_put_byte(&buf, 'x');
	buf_put_bytes(&buf, "y", huge);
	assert_true(buf.over);
	assert_str(buf_str(&buf), "x");
}

static void printf_at_the_edge(void **state)
{
	(void)state;
	for (int width = 1; width < 200; width++) {
		BUF_SCOPED buf = BUF_INIT(100);
		buf_printf(&buf, "%0*d", width, 7);
		assert_int_equal(buf.over, width > 100);
		assert_int_equal(buf.len, width > 100 ? 0 : width);
		if (width <= 100)
			assert_int_equal(buf.ptr[width - 1], '7');
	}
}

static void printf_appends(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(1000);
	buf_put_cstr(&buf, "a");
	buf_printf(&buf, "-%s-%d-", "b", 12);
	buf_printf(&buf, "%s", "");
	buf_printf(&buf, "%0*d", 500, 0);
	assert_int_equal(buf.len, 507);
	buf_truncate(&buf, 7);
	assert_str(buf_str(&buf), "a-b-12-");
}

static void numbers_at_their_ends(void **state)
{
	(void)state;
	static const struct {
		int64_t value;
		const char *text;
	} cases[] = {{0, "0"},
		     {-1, "-1"},
		     {9, "9"},
		     {10, "10"},
		     {-100, "-100"},
		     {INT64_MAX, "9223372036854775807"},
		     {INT64_MIN, "-9223372036854775808"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		BUF_SCOPED buf = BUF_INIT(100);
		buf_put_i64(&buf, cases[i].value);
		assert_true(str_eq(buf_str(&buf), str_from(cases[i].text)));
	}
	BUF_SCOPED buf = BUF_INIT(100);
	buf_put_u64(&buf, UINT64_MAX);
	assert_str(buf_str(&buf), "18446744073709551615");
}

static void a_negative_number_leaves_no_sign_alone(void **state)
{
	(void)state;
	for (size_t max = 0; max < 4; max++) {
		BUF_SCOPED buf = BUF_INIT(max);
		buf_put_i64(&buf, -5);
		assert_int_equal(buf.over, max < 2);
		assert_int_equal(buf.len, max < 2 ? 0 : 2);
	}
}

static void html_escapes_five_characters(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(1000);
	buf_put_html(&buf, STR("<a href=\"x\" title='y'>&amp;é\xff</a>"));
	assert_str(buf_str(&buf), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;é\xff&lt;/a&gt;");
	buf_clear(&buf);
	buf_put_html(&buf, (struct str){0});
	buf_put_html(&buf, STR("plain"));
	buf_put_html(&buf, STR("&"));
	buf_put_html(&buf, STR("<<"));
	buf_put_html(&buf, STR("a<b>c"));
	assert_str(buf_str(&buf), "plain&amp;&lt;&lt;a&lt;b&gt;c");
}

static void xml_replaces_what_xml_forbids(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(1000);
	buf_put_xml(&buf, STR("a\0b\x01\x1F\t\n\r<&>'\""));
	assert_str(buf_str(&buf), "a\uFFFDb\uFFFD\uFFFD\t\n\r&lt;&amp;&gt;&#39;&quot;");
	buf_clear(&buf);
	buf_put_xml(&buf, STR("\xEF\xBF\xBE|\xEF\xBF\xBF|\xEF\xBF\xBD|\xF0\x9F\x98\x80|\xC2\x85"));
	assert_str(buf_str(&buf), "\uFFFD|\uFFFD|\uFFFD|\xF0\x9F\x98\x80|\xC2\x85");
	buf_clear(&buf);
	buf_put_xml(&buf, STR("x\xED\xA0\x80y\xC3"));
	assert_str(buf_str(&buf), "x\uFFFD\uFFFD\uFFFDy\uFFFD");
	buf_clear(&buf);
	buf_put_xml(&buf, (struct str){0});
	assert_int_equal(buf.len, 0);
}

static void url_keeps_the_unreserved_alone(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(1000);
	buf_put_url(&buf, STR("AZaz09-._~"));
	assert_str(buf_str(&buf), "AZaz09-._~");
	buf_clear(&buf);
	buf_put_url(&buf, STR("a b/c?d&e=f+%é\0"));
	assert_str(buf_str(&buf), "a%20b%2Fc%3Fd%26e%3Df%2B%25%C3%A9%00");
}

static void json_escapes_by_rfc_8259_and_for_pages(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(1000);
	buf_put_json(&buf, STR("\"\\/\b\f\n\r\t\x01\x1f\x7f"));
	assert_str(buf_str(&buf), "\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f");
	buf_clear(&buf);
	buf_put_json(&buf, STR("</script>&\u2028\u2029é\U0001F600"));
	assert_str(buf_str(&buf), "\\u003c/script\\u003e\\u0026\\u2028\\u2029é\U0001F600");
	buf_clear(&buf);
	buf_put_json(&buf, STR("a\0b\xC0\xAF\uFFFD"));
	assert_str(buf_str(&buf), "a\\u0000b\uFFFD\uFFFD\uFFFD");
	buf_clear(&buf);
	buf_put_json(&buf, (struct str){0});
	assert_int_equal(buf.len, 0);
}

static void escapes_stop_at_the_maximum(void **state)
{
	(void)state;
	static void (*const puts[])(struct buf *, struct str) = {buf_put_html, buf_put_xml, buf_put_url, buf_put_json};
	for (size_t p = 0; p < 4; p++) {
		for (size_t max = 0; max < 12; max++) {
			BUF_SCOPED buf = BUF_INIT(max);
			puts[p](&buf, STR("<\"\"\">"));
			assert_true(buf.over);
			assert_true(buf.len <= max);
		}
	}
}

static void hex_is_lower_case(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(100);
	buf_put_hex(&buf, "\x00\x0f\xf0\xAB", 4);
	buf_put_hex(&buf, NULL, 0);
	assert_str(buf_str(&buf), "000ff0ab");
}

static void copy_is_independent(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED buf = BUF_INIT(100);
	assert_int_equal(buf_copy(&buf, arena).len, 0);
	buf_put_cstr(&buf, "text");
	struct str copy = buf_copy(&buf, arena);
	buf_truncate(&buf, 0);
	buf_put_cstr(&buf, "TEXT");
	assert_str(copy, "text");
}

static void truncate_only_shortens(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(100);
	buf_put_cstr(&buf, "text");
	buf_truncate(&buf, 10);
	assert_str(buf_str(&buf), "text");
	buf_truncate(&buf, 2);
	assert_str(buf_str(&buf), "te");
	buf_truncate(&buf, 0);
	assert_int_equal(buf.len, 0);
}

static void init_and_finish_can_be_repeated(void **state)
{
	(void)state;
	struct buf buf;
	for (int i = 0; i < 3; i++) {
		buf_init(&buf, 50);
		buf_put_cstr(&buf, "again");
		assert_str(buf_str(&buf), "again");
		buf_finish(&buf);
		assert_null(buf.ptr);
	}
}

static void cstr_may_be_null(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(50);
	buf_put_cstr(&buf, NULL);
	buf_put(&buf, (struct str){0});
	assert_int_equal(buf.len, 0);
	assert_false(buf.over);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(grows_up_to_its_maximum),
	    cmocka_unit_test(grows_in_few_steps),
	    cmocka_unit_test(a_put_past_the_maximum_writes_nothing_of_it),
	    cmocka_unit_test(over_stays_even_for_what_would_fit),
	    cmocka_unit_test(zeroed_means_a_maximum_of_nothing),
	    cmocka_unit_test(reserve_asks_without_writing),
	    cmocka_unit_test(huge_requests_do_not_wrap),
	    cmocka_unit_test(printf_at_the_edge),
	    cmocka_unit_test(printf_appends),
	    cmocka_unit_test(numbers_at_their_ends),
	    cmocka_unit_test(a_negative_number_leaves_no_sign_alone),
	    cmocka_unit_test(html_escapes_five_characters),
	    cmocka_unit_test(xml_replaces_what_xml_forbids),
	    cmocka_unit_test(url_keeps_the_unreserved_alone),
	    cmocka_unit_test(json_escapes_by_rfc_8259_and_for_pages),
	    cmocka_unit_test(escapes_stop_at_the_maximum),
	    cmocka_unit_test(hex_is_lower_case),
	    cmocka_unit_test(copy_is_independent),
	    cmocka_unit_test(truncate_only_shortens),
	    cmocka_unit_test(init_and_finish_can_be_repeated),
	    cmocka_unit_test(cstr_may_be_null),
	};
	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
