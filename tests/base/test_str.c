#include "base/str.h"

#include "base/vec.h"
#include "check.h"

static const struct str nothing = {0};

static void made_from_cstr_and_literal(void **state)
{
	(void)state;
	static const struct str fixed = STR_INIT("in a table");
	assert_int_equal(str_from(NULL).len, 0);
	assert_non_null(str_from(NULL).ptr);
	assert_int_equal(str_from("abc").len, 3);
	assert_int_equal(STR("a\0b").len, 3);
	assert_str(fixed, "in a table");
	assert_str(str_of("abcdef", 2), "ab");
	assert_true(str_empty(nothing));
	assert_true(str_empty(STR("")));
	assert_false(str_empty(STR("\0")));
}

static void equality_is_by_byte(void **state)
{
	(void)state;
	assert_true(str_eq(nothing, STR("")));
	assert_true(str_eq(STR("a\0b"), STR("a\0b")));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));
	assert_false(str_eq(STR("ab"), STR("abc")));
	assert_false(str_eq(STR("ab"), STR("aB")));
}

static void nocase_folds_ascii_only(void **state)
{
	(void)state;
	assert_true(str_eq_nocase(STR("AbZ"), STR("aBz")));
	assert_false(str_eq_nocase(STR("É"), STR("é")));
	assert_false(str_eq_nocase(STR("@"), STR("`")));
	assert_false(str_eq_nocase(STR("["), STR("{")));
	assert_true(str_eq_nocase(nothing, STR("")));
	assert_true(str_starts_nocase(STR("Content-Type"), STR("content-")));
	assert_false(str_starts_nocase(STR("Con"), STR("content")));
}

static void order_is_memcmp_then_length(void **state)
{
	(void)state;
	assert_true(str_cmp(STR("a"), STR("b")) < 0);
	assert_true(str_cmp(STR("ab"), STR("a")) > 0);
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_int_equal(str_cmp(STR("ab"), STR("ab")), 0);
	assert_true(str_cmp(STR("\x7f"), STR("\x80")) < 0);
	assert_int_equal(str_cmp(nothing, STR("")), 0);
	assert_true(str_cmp(nothing, STR("a")) < 0);
	assert_true(str_cmp(STR("a\0"), STR("a")) > 0);
}

static void starts_and_ends(void **state)
{
	(void)state;
	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_true(str_starts(STR("abc"), nothing));
	assert_true(str_starts(nothing, nothing));
	assert_false(str_starts(nothing, STR("a")));
	assert_false(str_starts(STR("ab"), STR("abc")));
	assert_true(str_ends(STR("abc"), STR("bc")));
	assert_true(str_ends(STR("abc"), STR("")));
	assert_true(str_ends(STR("abc"), STR("abc")));
	assert_false(str_ends(STR("bc"), STR("abc")));
	assert_false(str_ends(STR("abc"), STR("b")));
}

static void find_first_and_last(void **state)
{
	(void)state;
	assert_int_equal(str_find(STR("ababab"), STR("bab")), 1);
	assert_int_equal(str_find(STR("ababab"), STR("x")), SIZE_MAX);
	assert_int_equal(str_find(STR("ab"), STR("abc")), SIZE_MAX);
	assert_int_equal(str_find(STR("ab"), STR("")), 0);
	assert_int_equal(str_find(nothing, nothing), 0);
	assert_int_equal(str_find(nothing, STR("a")), SIZE_MAX);
	assert_int_equal(str_find(STR("a\0b"), STR("\0b")), 1);
	assert_int_equal(str_find_nocase(STR("xxABc"), STR("abC")), 2);
	assert_int_equal(str_find_nocase(STR("xxAB"), STR("abC")), SIZE_MAX);
	assert_int_equal(str_find_nocase(nothing, STR("")), 0);
	assert_int_equal(str_find_byte(STR("a/b/c"), '/'), 1);
	assert_int_equal(str_rfind_byte(STR("a/b/c"), '/'), 3);
	assert_int_equal(str_find_byte(STR("abc"), '/'), SIZE_MAX);
	assert_int_equal(str_rfind_byte(nothing, '/'), SIZE_MAX);
	assert_int_equal(str_find_byte(STR("ab\0c"), 0), 2);
}

static void sub_and_skip_are_clamped(void **state)
{
	(void)state;
	assert_str(str_sub(STR("abcdef"), 1, 3), "bcd");
	assert_str(str_sub(STR("abcdef"), 4, 100), "ef");
	assert_str(str_sub(STR("abcdef"), 4, SIZE_MAX), "ef");
	assert_str(str_sub(STR("abc"), 3, 1), "");
	assert_str(str_sub(STR("abc"), SIZE_MAX, SIZE_MAX), "");
	assert_str(str_skip(STR("abc"), 0), "abc");
	assert_str(str_skip(STR("abc"), 2), "c");
	assert_str(str_skip(STR("abc"), SIZE_MAX), "");
	assert_int_equal(str_skip(nothing, 5).len, 0);
	assert_int_equal(str_sub(nothing, 0, 5).len, 0);
}

static void trim_takes_ascii_space_only(void **state)
{
	(void)state;
	assert_str(str_trim(STR(" \t\r\n\v\fa b \n")), "a b");
	assert_str(str_trim(STR(" \n ")), "");
	assert_str(str_trim(STR("a")), "a");
	assert_str(str_trim(STR("\u00a0a\u00a0")), "\u00a0a\u00a0");
	assert_int_equal(str_trim(nothing).len, 0);
}

static void cut_at_the_first_separator(void **state)
{
	(void)state;
	struct str before, after;
	assert_true(str_cut(STR("a=b=c"), '=', &before, &after));
	assert_str(before, "a");
	assert_str(after, "b=c");
	assert_true(str_cut(STR("="), '=', &before, &after));
	assert_str(before, "");
	assert_str(after, "");
	assert_false(str_cut(STR("abc"), '=', &before, &after));
	assert_str(before, "abc");
	assert_str(after, "");
	assert_false(str_cut(nothing, '=', &before, &after));
	assert_int_equal(before.len + after.len, 0);
}

static void cut_may_write_over_its_argument(void **state)
{
	(void)state;
	struct str s = STR("key=value"), other;
	assert_true(str_cut(s, '=', &s, &other));
	assert_str(s, "key");
	assert_str(other, "value");
	s = STR("key=value");
	assert_true(str_cut(s, '=', &other, &s));
	assert_str(other, "key");
	assert_str(s, "value");
}

/* The pieces of s, each between brackets. */
static struct str pieces(struct str s, struct arena *arena)
{
	VEC(struct str) found = {0};
	struct str piece;
	while (str_next(&s, ',', &piece)) {
		assert_true(found.len < 100);
		*vec_add(&found, arena) = arena_printf(arena, "[%.*s]", STR_ARG(piece));
	}
	assert_false(str_next(&s, ',', &piece));
	return arena_concat(arena, found.at, found.len);
}

static void next_gives_every_piece(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	assert_str(pieces(STR("a,,b"), arena), "[a][][b]");
	assert_str(pieces(STR(""), arena), "");
	assert_str(pieces(nothing, arena), "");
	assert_str(pieces(STR("a"), arena), "[a]");
	assert_str(pieces(STR("a,"), arena), "[a][]");
	assert_str(pieces(STR(",a"), arena), "[][a]");
	assert_str(pieces(STR(","), arena), "[][]");
	assert_str(pieces(STR(",,"), arena), "[][][]");
}

static void signed_numbers(void **state)
{
	(void)state;
	int64_t value = 42;
	assert_true(str_to_i64(STR("0"), &value) && value == 0);
	assert_true(str_to_i64(STR("-0"), &value) && value == 0);
	assert_true(str_to_i64(STR("+7"), &value) && value == 7);
	assert_true(str_to_i64(STR("007"), &value) && value == 7);
	assert_true(str_to_i64(STR("9223372036854775807"), &value) && value == INT64_MAX);
	assert_true(str_to_i64(STR("-9223372036854775808"), &value) && value == INT64_MIN);
	value = 42;
	static const char *const refused[] = {"",
					      "-",
					      "+",
					      " 1",
					      "1 ",
					      "1.0",
					      "0x10",
					      "1e3",
					      "--1",
					      "+-1",
					      "a",
					      "1a2",
					      "٣",
					      "9223372036854775808",
					      "-9223372036854775809",
					      "99999999999999999999999999"};
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		assert_false(str_to_i64(str_from(refused[i]), &value));
	assert_false(str_to_i64(STR("1\0"), &value));
	assert_int_equal(value, 42);
}

static void unsigned_numbers(void **state)
{
	(void)state;
	uint64_t value = 42;
	assert_true(str_to_u64(STR("18446744073709551615"), &value) && value == UINT64_MAX);
	assert_true(str_to_u64(STR("0"), &value) && value == 0);
	value = 42;
	assert_false(str_to_u64(STR("18446744073709551616"), &value));
	assert_false(str_to_u64(STR("18446744073709551620"), &value));
	assert_false(str_to_u64(STR("-1"), &value));
	assert_false(str_to_u64(STR("+1"), &value));
	assert_false(str_to_u64(nothing, &value));
	assert_int_equal(value, 42);
}

static void hash_depends_on_bytes_length_and_seed(void **state)
{
	(void)state;
	static const char text[] = "abcdefghijklmnopqrstuvwxyz";
	uint64_t seen[sizeof text * 2];
	size_t count = 0;
	for (uint64_t seed = 1; seed <= 2; seed++) {
		for (size_t len = 0; len < sizeof text; len++)
			seen[count++] = str_hash(str_of(text, len), seed);
	}
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++)
			assert_true(seen[i] != seen[j]);
	}
	assert_true(str_hash(STR("\0"), 1) != str_hash(STR("\0\0"), 1));
	assert_true(str_hash(nothing, 1) == str_hash(STR(""), 1));
	assert_true(str_hash(STR("same"), 9) == str_hash(STR("same"), 9));
}

/* With the key zero it is what another implementation of SipHash-1-3 (that of Python 3.11) answers. */
static void hash_is_siphash_1_3(void **state)
{
	(void)state;
	char all[64];
	for (size_t i = 0; i < sizeof all; i++)
		all[i] = (char)i;
	assert_true(str_hash(STR("a"), 0) == 0x407448d2b89b1813u);
	assert_true(str_hash(STR("crier"), 0) == 0x08bda857092862c6u);
	assert_true(str_hash(STR("12345678"), 0) == 0x3489982430560a87u);
	assert_true(str_hash(STR("a longer key of more than sixteen bytes"), 0) == 0xdee195bfbcb4fd31u);
	assert_true(str_hash(str_of(all, sizeof all), 0) == 0x75e05fd5bbc870c6u);
}

/* Each bit of the text should move about half of the hash's bits. */
static void hash_spreads(void **state)
{
	(void)state;
	char text[] = "a fairly usual key";
	uint64_t plain = str_hash(str_from(text), 12345);
	for (size_t bit = 0; bit < 8 * (sizeof text - 1); bit++) {
		text[bit / 8] ^= (char)(1 << bit % 8);
		int moved = __builtin_popcountll(plain ^ str_hash(str_of(text, sizeof text - 1), 12345));
		text[bit / 8] ^= (char)(1 << bit % 8);
		assert_in_range(moved, 12, 52);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(made_from_cstr_and_literal),
	    cmocka_unit_test(equality_is_by_byte),
	    cmocka_unit_test(nocase_folds_ascii_only),
	    cmocka_unit_test(order_is_memcmp_then_length),
	    cmocka_unit_test(starts_and_ends),
	    cmocka_unit_test(find_first_and_last),
	    cmocka_unit_test(sub_and_skip_are_clamped),
	    cmocka_unit_test(trim_takes_ascii_space_only),
	    cmocka_unit_test(cut_at_the_first_separator),
	    cmocka_unit_test(cut_may_write_over_its_argument),
	    cmocka_unit_test(next_gives_every_piece),
	    cmocka_unit_test(signed_numbers),
	    cmocka_unit_test(unsigned_numbers),
	    cmocka_unit_test(hash_depends_on_bytes_length_and_seed),
	    cmocka_unit_test(hash_is_siphash_1_3),
	    cmocka_unit_test(hash_spreads),
	};
	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
