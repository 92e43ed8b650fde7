/* str against the plainest way to say the same, with texts by chance over few letters, so that pieces meet often. */
#include "base/arena.h"
#include "base/random.h"
#include "base/str.h"
#include "check.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#define TEXT_BYTES 24

struct text {
	char bytes[TEXT_BYTES];
	size_t len;
};

static const char letters[] = "aAbB/ \n\0\xC3\xFF";

/* Each text ends where its memory ends under the sanitizer: the array is copied to an exact malloc by the caller. */
static struct text any_text(struct random *random, size_t most, size_t kinds)
{
	struct text text = {.len = (size_t)(random_u64(random) % (most + 1))};
	for (size_t i = 0; i < text.len; i++)
		text.bytes[i] = letters[random_u64(random) % kinds];
	return text;
}

/* An exact allocation, so that reading one byte past the end is seen. */
static struct str exact(const struct text *text)
{
	char *copy = malloc(text->len ? text->len : 1);
	assert_non_null(copy);
	memcpy(copy, text->bytes, text->len);
	return str_of(text->len ? copy : (free(copy), NULL), text->len);
}

static void drop(struct str s)
{
	free((void *)(uintptr_t)s.ptr);
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static int model_cmp(const struct text *a, const struct text *b)
{
	for (size_t i = 0; i < a->len || i < b->len; i++) {
		int left = i < a->len ? (unsigned char)a->bytes[i] : -1;
		int right = i < b->len ? (unsigned char)b->bytes[i] : -1;
		if (left != right)
			return left < right ? -1 : 1;
	}
	return 0;
}

static char model_fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Does b stand in a at the place? */
static bool model_at(const struct text *a, size_t place, const struct text *b, bool nocase)
{
	if (place > a->len || b->len > a->len - place)
		return false;
	for (size_t i = 0; i < b->len; i++) {
		char left = a->bytes[place + i], right = b->bytes[i];
		if (nocase ? model_fold(left) != model_fold(right) : left != right)
			return false;
	}
	return true;
}

static size_t model_find(const struct text *a, const struct text *b, bool nocase)
{
	for (size_t i = 0; i <= a->len; i++)
		if (model_at(a, i, b, nocase))
			return i;
	return SIZE_MAX;
}

static void comparisons(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 1);
	for (int i = 0; i < 60000; i++) {
		struct text ta = any_text(&random.random, 6, 4), tb = any_text(&random.random, 6, 4);
		struct str a = exact(&ta), b = exact(&tb);
		assert_int_equal(sign(str_cmp(a, b)), model_cmp(&ta, &tb));
		assert_int_equal(sign(str_cmp(b, a)), -model_cmp(&ta, &tb));
		assert_int_equal(str_eq(a, b), model_cmp(&ta, &tb) == 0);
		assert_int_equal(str_eq_nocase(a, b), ta.len == tb.len && model_at(&ta, 0, &tb, true));
		assert_int_equal(str_starts(a, b), model_at(&ta, 0, &tb, false));
		assert_int_equal(str_starts_nocase(a, b), model_at(&ta, 0, &tb, true));
		assert_int_equal(str_ends(a, b), tb.len <= ta.len && model_at(&ta, ta.len - tb.len, &tb, false));
		if (str_eq(a, b))
			assert_true(str_hash(a, 9) == str_hash(b, 9));
		drop(a);
		drop(b);
	}
}

static void searches(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 2);
	for (int i = 0; i < 60000; i++) {
		size_t kinds = i % 2 ? 3 : 10;
		struct text ta = any_text(&random.random, TEXT_BYTES, kinds), tb = any_text(&random.random, 4, kinds);
		struct str a = exact(&ta), b = exact(&tb);
		assert_int_equal(str_find(a, b), model_find(&ta, &tb, false));
		assert_int_equal(str_find_nocase(a, b), model_find(&ta, &tb, true));
		for (size_t k = 0; k < kinds; k++) {
			size_t first = SIZE_MAX, last = SIZE_MAX;
			for (size_t at = 0; at < ta.len; at++) {
				if (ta.bytes[at] != letters[k])
					continue;
				first = first == SIZE_MAX ? at : first;
				last = at;
			}
			assert_int_equal(str_find_byte(a, letters[k]), first);
			assert_int_equal(str_rfind_byte(a, letters[k]), last);
		}
		drop(a);
		drop(b);
	}
}

static void pieces(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 3);
	for (int i = 0; i < 60000; i++) {
		struct text text = any_text(&random.random, TEXT_BYTES, 10);
		struct str s = exact(&text);
		size_t from = random_u64(&random.random) % 30, len = random_u64(&random.random) % 30;
		if (i % 16 == 0)
			len = SIZE_MAX;
		size_t begin = from < text.len ? from : text.len;
		size_t count = len < text.len - begin ? len : text.len - begin;
		struct str sub = str_sub(s, from, len), skipped = str_skip(s, from);
		assert_true(sub.len == count && (!count || sub.ptr == s.ptr + begin));
		assert_true(skipped.len == text.len - begin && (!skipped.len || skipped.ptr == s.ptr + begin));

		size_t low = 0, high = text.len;
		while (low < high && isspace((unsigned char)text.bytes[low]))
			low++;
		while (high > low && isspace((unsigned char)text.bytes[high - 1]))
			high--;
		struct str trimmed = str_trim(s);
		assert_int_equal(trimmed.len, high - low);
		assert_true(!trimmed.len || trimmed.ptr == s.ptr + low);
		drop(s);
	}
}

/* The pieces of a text, put together again with the separator between them, are the text. */
static void splitting_and_joining(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 4);
	for (int i = 0; i < 60000; i++) {
		struct text text = any_text(&random.random, TEXT_BYTES, 5);
		struct str s = exact(&text), rest = s, piece;
		char joined[2 * TEXT_BYTES];
		size_t len = 0, count = 0, separators = 0;
		for (size_t at = 0; at < text.len; at++)
			separators += text.bytes[at] == '/';
		while (str_next(&rest, '/', &piece)) {
			if (count++)
				joined[len++] = '/';
			assert_int_equal(str_find_byte(piece, '/'), SIZE_MAX);
			if (piece.len)
				memcpy(joined + len, piece.ptr, piece.len);
			len += piece.len;
			assert_true(count <= separators + 1);
		}
		assert_int_equal(count, text.len ? separators + 1 : 0);
		assert_true(str_eq(str_of(joined, len), s));
		assert_false(str_next(&rest, '/', &piece));

		struct str before, after;
		bool found = str_cut(s, '/', &before, &after);
		assert_int_equal(found, separators > 0);
		assert_int_equal(before.len + after.len + found, text.len);
		assert_int_equal(str_find_byte(before, '/'), SIZE_MAX);
		assert_true(!after.len || after.ptr + after.len == s.ptr + s.len);
		drop(s);
	}
}

/* Numbers as strtoll reads them, from digits, signs and rubbish. */
static void numbers(void **state)
{
	static const char marks[] = "0123456789-+ x";
	static const char *const heads[] = {"", "9223372036854775", "-9223372036854775", "1844674407370955",
					    "000000000"};
	struct random_fixed random;
	unsigned good = 0;
	(void)state;
	random_fixed_init(&random, 5);
	for (int i = 0; i < 200000; i++) {
		char text[40];
		int len = snprintf(text, sizeof text, "%s", heads[random_u64(&random.random) % 5]);
		for (size_t count = random_u64(&random.random) % 7; count > 0; count--)
			text[len++] = marks[random_u64(&random.random) % (random_u64(&random.random) % 4 ? 10 : 14)];
		text[len] = 0;
		const char *digits = text + (text[0] == '-' || text[0] == '+');
		bool plain = *digits && strspn(digits, "0123456789") == strlen(digits);
		char *end;
		errno = 0;
		long long number = strtoll(text, &end, 10);
		bool fits = plain && errno == 0;
		int64_t found = 77;
		assert_int_equal(str_to_i64(str_from(text), &found), fits);
		assert_true(found == (fits ? number : 77));
		good += fits;
		errno = 0;
		unsigned long long size = strtoull(text, &end, 10);
		fits = plain && digits == text && errno == 0;
		uint64_t found_size = 77;
		assert_int_equal(str_to_u64(str_from(text), &found_size), fits);
		assert_true(found_size == (fits ? size : 77));
	}
	assert_in_range(good, 50000, 190000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparisons),           cmocka_unit_test(searches), cmocka_unit_test(pieces),
		cmocka_unit_test(splitting_and_joining), cmocka_unit_test(numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
