#include "base/utf8.h"

#include "check.h"

/* The code points of s, one after another, in hexadecimal. */
static void points(struct str s, struct buf *out)
{
	uint32_t c;
	buf_clear(out);
	while (utf8_next(&s, &c))
		buf_printf(out, "%s%X", out->len ? " " : "", (unsigned)c);
}

#define assert_points(bytes, expected)                                                                                 \
	do {                                                                                                           \
		BUF_SCOPED found = BUF_INIT(1000);                                                                     \
		points(STR(bytes), &found);                                                                            \
		assert_str(buf_str(&found), expected);                                                                 \
	} while (0)

static void the_ends_of_each_length(void **state)
{
	(void)state;
	assert_points("\x00", "0");
	assert_points("\x7F", "7F");
	assert_points("\xC2\x80", "80");
	assert_points("\xDF\xBF", "7FF");
	assert_points("\xE0\xA0\x80", "800");
	assert_points("\xED\x9F\xBF", "D7FF");
	assert_points("\xEE\x80\x80", "E000");
	assert_points("\xEF\xBF\xBF", "FFFF");
	assert_points("\xF0\x90\x80\x80", "10000");
	assert_points("\xF4\x8F\xBF\xBF", "10FFFF");
}

static void longer_forms_than_needed_are_broken(void **state)
{
	(void)state;
	assert_points("\xC0\x80", "FFFD FFFD");
	assert_points("\xC1\xBF", "FFFD FFFD");
	assert_points("\xE0\x80\x80", "FFFD FFFD FFFD");
	assert_points("\xE0\x9F\xBF", "FFFD FFFD FFFD");
	assert_points("\xF0\x80\x80\x80", "FFFD FFFD FFFD FFFD");
	assert_points("\xF0\x8F\xBF\xBF", "FFFD FFFD FFFD FFFD");
}

static void surrogates_and_beyond_unicode_are_broken(void **state)
{
	(void)state;
	assert_points("\xED\xA0\x80", "FFFD FFFD FFFD");
	assert_points("\xED\xBF\xBF", "FFFD FFFD FFFD");
	assert_points("\xF4\x90\x80\x80", "FFFD FFFD FFFD FFFD");
	assert_points("\xF5\x80\x80\x80", "FFFD FFFD FFFD FFFD");
	assert_points("\xFE", "FFFD");
	assert_points("\xFF\xFF", "FFFD FFFD");
}

/* The examples of the Unicode Standard, tables 3-8 to 3-11. */
static void maximal_parts_as_unicode_shows_them(void **state)
{
	(void)state;
	assert_points("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", "FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD 41");
	assert_points("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", "FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD 41");
	assert_points("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", "FFFD FFFD FFFD FFFD FFFD 41 FFFD FFFD 42");
	assert_points("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", "FFFD FFFD FFFD FFFD 41");
}

static void sequences_cut_at_the_end(void **state)
{
	(void)state;
	assert_points("a\xC3", "61 FFFD");
	assert_points("a\xE2\x82", "61 FFFD");
	assert_points("a\xF0\x9F\x98", "61 FFFD");
	assert_points("\x80", "FFFD");
	assert_points("", "");
}

static void valid_prefix_stops_where_it_breaks(void **state)
{
	(void)state;
	assert_int_equal(utf8_valid_prefix(STR("")), 0);
	assert_int_equal(utf8_valid_prefix(STR("abc")), 3);
	assert_int_equal(utf8_valid_prefix(STR("é\xFFx")), 2);
	assert_int_equal(utf8_valid_prefix(STR("ab\xE2\x82")), 2);
	assert_true(utf8_valid(STR("日本\U0001F600")));
	assert_false(utf8_valid(STR("日本\xF0\x9F\x98")));
	assert_true(utf8_valid((struct str){0}));
}

static void every_code_point_survives_a_round(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(8);
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		uint32_t back;
		buf_clear(&buf);
		utf8_put(&buf, c);
		struct str rest = buf_str(&buf);
		assert_true(utf8_next(&rest, &back));
		assert_int_equal(rest.len, 0);
		bool surrogate = c >= 0xD800 && c <= 0xDFFF;
		if (back != (surrogate ? UTF8_REPLACEMENT : c))
			fail_msg("U+%04X came back as U+%04X", (unsigned)c, (unsigned)back);
	}
}

static void what_cannot_be_written_is_replaced(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(100);
	utf8_put(&buf, 0x110000);
	utf8_put(&buf, 0xDFFF);
	utf8_put(&buf, UINT32_MAX);
	assert_str(buf_str(&buf), "\uFFFD\uFFFD\uFFFD");
}

static void a_character_is_written_whole_or_not(void **state)
{
	(void)state;
	for (size_t max = 0; max < 6; max++) {
		BUF_SCOPED buf = BUF_INIT(max);
		utf8_put(&buf, 0x1F600);
		assert_int_equal(buf.len, max < 4 ? 0 : 4);
		assert_int_equal(buf.over, max < 4);
	}
}

static void repaired_text_is_valid_and_keeps_the_rest(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(1000);
	utf8_put_repaired(&buf, STR("a\xFFé\xE2\x82z\xF0\x9F"));
	assert_str(buf_str(&buf), "a\uFFFDé\uFFFDz\uFFFD");
	assert_true(utf8_valid(buf_str(&buf)));
	buf_clear(&buf);
	utf8_put_repaired(&buf, STR("plain"));
	utf8_put_repaired(&buf, (struct str){0});
	assert_str(buf_str(&buf), "plain");
}

static void all_pairs_of_bytes_are_repaired(void **state)
{
	(void)state;
	BUF_SCOPED buf = BUF_INIT(100);
	for (unsigned pair = 0; pair < 65536; pair++) {
		const char bytes[] = {(char)(pair >> 8), (char)(pair & 255), '.'};
		struct str s = str_of(bytes, 3);
		buf_clear(&buf);
		utf8_put_repaired(&buf, s);
		assert_true(utf8_valid(buf_str(&buf)));
		assert_true(str_ends(buf_str(&buf), STR(".")));
		assert_int_equal(utf8_count(buf_str(&buf)), utf8_count(s));
		if (utf8_valid(s))
			assert_true(str_eq(buf_str(&buf), s));
	}
}

static void clip_ends_at_a_character(void **state)
{
	(void)state;
	struct str s = STR("aé日\U0001F600");
	static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
	for (size_t max = 0; max < sizeof expected / sizeof *expected; max++)
		assert_int_equal(utf8_clip(s, max).len, expected[max]);
	assert_int_equal(utf8_clip((struct str){0}, 5).len, 0);
}

static void clip_of_broken_text_still_ends(void **state)
{
	(void)state;
	struct str s = STR("\x80\x80\x80\x80\x80\x80\x80\x80");
	for (size_t max = 0; max < 8; max++)
		assert_true(utf8_clip(s, max).len <= max);
	assert_true(utf8_clip(s, 7).len >= 4);
}

static void count_counts_code_points(void **state)
{
	(void)state;
	assert_int_equal(utf8_count(STR("")), 0);
	assert_int_equal(utf8_count(STR("aé日\U0001F600")), 4);
	assert_int_equal(utf8_count(STR("e\u0301")), 2);
	assert_int_equal(utf8_count(STR("a\xFF\xE2\x82")), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_ends_of_each_length),
	    cmocka_unit_test(longer_forms_than_needed_are_broken),
	    cmocka_unit_test(surrogates_and_beyond_unicode_are_broken),
	    cmocka_unit_test(maximal_parts_as_unicode_shows_them),
	    cmocka_unit_test(sequences_cut_at_the_end),
	    cmocka_unit_test(valid_prefix_stops_where_it_breaks),
	    cmocka_unit_test(every_code_point_survives_a_round),
	    cmocka_unit_test(what_cannot_be_written_is_replaced),
	    cmocka_unit_test(a_character_is_written_whole_or_not),
	    cmocka_unit_test(repaired_text_is_valid_and_keeps_the_rest),
	    cmocka_unit_test(all_pairs_of_bytes_are_repaired),
	    cmocka_unit_test(clip_ends_at_a_character),
	    cmocka_unit_test(clip_of_broken_text_still_ends),
	    cmocka_unit_test(count_counts_code_points),
	};
	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
