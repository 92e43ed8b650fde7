/* map, vec, arena and utf8 against plain models: a row of pairs, an array, a stack of marks, a table of ranges. */
#include "base/map.h"
#include "base/random.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "check.h"

#include <stdlib.h>

#define KEYS 300

struct pair {
	char key[16];
	size_t len;
	void *value;
};

static struct pair *model_of(struct pair *pairs, size_t count, struct str key)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(str_of(pairs[i].key, pairs[i].len), key))
			return &pairs[i];
	return NULL;
}

/* Keys are short, many alike, with zeros in them. */
static struct str any_key(struct random *random, char bytes[16])
{
	size_t len = random_u64(random) % 4;
	for (size_t i = 0; i < len; i++)
		bytes[i] = "ab\0/"[random_u64(random) % 4];
	if (random_u64(random) % 3 == 0)
		len += (size_t)snprintf(bytes + len, 10, "%u", (unsigned)(random_u64(random) % 60));
	return str_of(bytes, len);
}

static void maps_are_rows_of_pairs(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 31);
	for (int round = 0; round < 60; round++) {
		ARENA_SCOPED arena = arena_create(round % 2 ? 0 : 200);
		struct map *map = map_create(arena);
		struct pair pairs[KEYS];
		size_t count = 0;
		for (int step = 0; step < 1500; step++) {
			char bytes[16];
			struct str key = any_key(&random.random, bytes);
			struct pair *known = model_of(pairs, count, key);
			assert_ptr_equal(map_get(map, key), known ? known->value : NULL);
			if (random_u64(&random.random) % 3 || (!known && count == KEYS))
				continue;
			void *value = random_u64(&random.random) % 5 ? (void *)(uintptr_t)(step + 1) : NULL;
			if (!known) {
				known = &pairs[count++];
				memcpy(known->key, key.ptr, key.len);
				known->len = key.len;
			}
			known->value = value;
			map_put(map, key, value);
			memset(bytes, '?', sizeof bytes); /* the map has its own copy */
		}
		assert_int_equal(map_count(map), count);
		for (size_t i = 0; i < count; i++) {
			struct str key;
			void *value;
			assert_true(map_at(map, i, &key, &value));
			assert_true(str_eq(key, str_of(pairs[i].key, pairs[i].len)));
			assert_ptr_equal(value, pairs[i].value);
		}
		struct str key = STR("unchanged");
		void *value = &pairs;
		assert_false(map_at(map, count, &key, &value));
		assert_false(map_at(map, SIZE_MAX, &key, &value));
		assert_true(str_eq(key, STR("unchanged")) && value == &pairs);
	}
}

static void number_keys_are_their_numbers(void **state)
{
	struct random_fixed random;
	ARENA_SCOPED arena = arena_create(0);
	struct map *map = map_create(arena);
	int64_t *numbers = arena_array(arena, int64_t, 5000);
	(void)state;
	random_fixed_init(&random, 32);
	for (size_t i = 0; i < 5000; i++) {
		numbers[i] = (int64_t)(random_u64(&random.random) >> (i % 60)) * (i % 2 ? 1 : -1);
		map_put_i64(map, numbers[i], &numbers[i]);
	}
	for (size_t i = 0; i < 5000; i++) {
		const int64_t *found = map_get_i64(map, numbers[i]);
		assert_non_null(found);
		assert_true(*found == numbers[i]);
	}
	assert_null(map_get_i64(map, INT64_MIN));
}

/* Pieces between marks, filled with a pattern of their own: after each release all that were taken before the mark
 * still hold it, and pieces taken since are zero. */
static void marks_are_a_stack(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 33);
	for (int round = 0; round < 300; round++) {
		struct {
			unsigned char *ptr;
			size_t len;
		} piece[200];
		struct {
			struct arena_mark mark;
			size_t pieces, used;
		} marks[30];
		size_t count = 0, depth = 0;
		ARENA_SCOPED arena = arena_create(256u << (round % 5));
		for (int step = 0; step < 250; step++) {
			uint64_t kind = random_u64(&random.random) % 10;
			if (kind == 0 && depth < 30) {
				marks[depth].mark = arena_mark(arena);
				marks[depth].used = arena_used_bytes(arena);
				marks[depth++].pieces = count;
			} else if (kind == 1 && depth > 0) {
				depth -= 1 + random_u64(&random.random) % depth;
				arena_release(arena, marks[depth].mark);
				count = marks[depth].pieces;
				assert_int_equal(arena_used_bytes(arena), marks[depth].used);
			} else if (count < 200) {
				size_t len = random_u64(&random.random) % (step % 17 ? 90 : 3000);
				unsigned char *ptr = arena_alloc(arena, len);
				assert_int_equal((uintptr_t)ptr % 16, 0);
				for (size_t i = 0; i < len; i++)
					assert_int_equal(ptr[i], 0);
				memset(ptr, (int)(count % 255) + 1, len);
				piece[count].ptr = ptr;
				piece[count++].len = len;
			}
		}
		for (size_t i = 0; i < count; i++)
			for (size_t k = 0; k < piece[i].len; k++)
				assert_int_equal(piece[i].ptr[k], i % 255 + 1);
		arena_clear(arena);
		assert_int_equal(arena_used_bytes(arena), 0);
	}
}

static void vecs_are_arrays(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 34);
	for (int round = 0; round < 100; round++) {
		ARENA_SCOPED arena = arena_create(128);
		VEC(uint64_t) vecs[3] = {0};
		static uint64_t models[3][500];
		for (int step = 0; step < 500; step++) {
			size_t which = random_u64(&random.random) % 3;
			uint64_t value = random_u64(&random.random);
			uint64_t *added = vec_add(&vecs[which], arena);
			assert_int_equal(*added, 0);
			*added = value;
			models[which][vecs[which].len - 1] = value;
			assert_true(*vec_last(&vecs[which]) == value);
			assert_true(vecs[which].len <= vecs[which].cap);
		}
		for (size_t i = 0; i < 3; i++)
			for (size_t k = 0; k < vecs[i].len; k++)
				assert_true(vecs[i].at[k] == models[i][k]);
	}
}

/* RFC 3629 section 4, its grammar as it stands there. */
static const struct rule {
	unsigned char first_low, first_high, second_low, second_high;
	size_t bytes;
} grammar[] = {
	{0x00, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
	{0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
	{0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

/* How many bytes at the front could begin a character; *ret_whole where they are one. A byte that begins none is
 * taken by itself. */
static size_t grammar_takes(const unsigned char *b, size_t len, bool *ret_whole)
{
	*ret_whole = false;
	for (size_t i = 0; i < sizeof grammar / sizeof *grammar; i++) {
		const struct rule *rule = &grammar[i];
		size_t taken = 1;
		if (b[0] < rule->first_low || b[0] > rule->first_high)
			continue;
		while (taken < len && taken < rule->bytes) {
			unsigned char low = taken == 1 ? rule->second_low : 0x80;
			unsigned char high = taken == 1 ? rule->second_high : 0xBF;
			if (b[taken] < low || b[taken] > high)
				break;
			taken++;
		}
		*ret_whole = taken == rule->bytes;
		return taken;
	}
	return 1;
}

static uint32_t grammar_value(const unsigned char *b, size_t bytes)
{
	switch (bytes) {
	case 1:
		return b[0];
	case 2:
		return (b[0] & 0x1Fu) << 6 | (b[1] & 0x3Fu);
	case 3:
		return (b[0] & 0x0Fu) << 12 | (b[1] & 0x3Fu) << 6 | (b[2] & 0x3Fu);
	default:
		return (b[0] & 0x07u) << 18 | (b[1] & 0x3Fu) << 12 | (b[2] & 0x3Fu) << 6 | (b[3] & 0x3Fu);
	}
}

static void decodes_like_the_grammar(const unsigned char *b, size_t len)
{
	struct str rest = str_of((const char *)b, len);
	uint32_t c = 0;
	bool whole;
	size_t expected = grammar_takes(b, len, &whole);
	assert_true(utf8_next(&rest, &c));
	assert_int_equal(len - rest.len, expected);
	assert_int_equal(c, whole ? grammar_value(b, expected) : UTF8_REPLACEMENT);
	assert_int_equal(utf8_valid_prefix(str_of((const char *)b, expected)), whole ? expected : 0);
}

/* All of one, two and three bytes; of four, all second bytes with the edges of the third and fourth. */
static void every_short_text_is_decoded(void **state)
{
	static const unsigned char edges[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xFF};
	(void)state;
	for (unsigned first = 0; first < 256; first++) {
		unsigned char b[4] = {(unsigned char)first};
		decodes_like_the_grammar(b, 1);
		for (unsigned second = 0; second < 256; second++) {
			b[1] = (unsigned char)second;
			decodes_like_the_grammar(b, 2);
			for (unsigned third = 0; third < 256 && first >= 0xC0; third++) {
				b[2] = (unsigned char)third;
				decodes_like_the_grammar(b, 3);
			}
			for (size_t i = 0; i < sizeof edges * sizeof edges; i++) {
				b[2] = edges[i / sizeof edges];
				b[3] = edges[i % sizeof edges];
				decodes_like_the_grammar(b, 4);
			}
		}
	}
}

static void texts_by_chance_keep_the_laws_of_utf8(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 35);
	for (int i = 0; i < 40000; i++) {
		char bytes[24];
		size_t len = random_u64(&random.random) % sizeof bytes;
		random.random.fill(&random.random, bytes, len);
		for (size_t k = 0; k < len; k++)
			if (random_u64(&random.random) % 2)
				bytes[k] = "\xF0\x9F\x98\x80\xC3\xA9z\xE2"[random_u64(&random.random) % 8];
		struct str s = str_of(bytes, len), rest = s;
		BUF_SCOPED repaired = BUF_INIT(200);
		BUF_SCOPED again = BUF_INIT(200);
		uint32_t c;
		size_t count = 0;
		utf8_put_repaired(&repaired, s);
		while (utf8_next(&rest, &c)) {
			utf8_put(&again, c);
			count++;
		}
		assert_true(str_eq(buf_str(&repaired), buf_str(&again)));
		assert_true(utf8_valid(buf_str(&repaired)));
		assert_int_equal(utf8_count(s), count);
		assert_int_equal(utf8_count(buf_str(&repaired)), count);
		assert_int_equal(utf8_valid(s), str_eq(s, buf_str(&repaired)));
		for (size_t max = 0; max <= repaired.len + 1; max++) {
			struct str whole = buf_str(&repaired), clipped = utf8_clip(whole, max);
			assert_true(clipped.len <= max && utf8_valid(clipped));
			assert_true(clipped.len == whole.len || max - clipped.len < 4);
			if (clipped.len < whole.len) { /* the next character would not have fitted */
				struct str more = str_skip(whole, clipped.len);
				size_t before = more.len;
				utf8_next(&more, &c);
				assert_true(clipped.len + before - more.len > max);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_are_rows_of_pairs),      cmocka_unit_test(number_keys_are_their_numbers),
		cmocka_unit_test(marks_are_a_stack),           cmocka_unit_test(vecs_are_arrays),
		cmocka_unit_test(every_short_text_is_decoded), cmocka_unit_test(texts_by_chance_keep_the_laws_of_utf8),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
