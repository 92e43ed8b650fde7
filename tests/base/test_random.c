#include "base/random.h"

#include "check.h"

static void fixed_repeats_from_its_seed(void **state)
{
	(void)state;
	struct random_fixed a, b, c;
	random_fixed_init(&a, 7);
	random_fixed_init(&b, 7);
	random_fixed_init(&c, 8);
	bool differs = false;
	for (int i = 0; i < 100; i++) {
		uint64_t one = random_u64(&a.random);
		assert_true(one == random_u64(&b.random));
		differs |= one != random_u64(&c.random);
	}
	assert_true(differs);
}

/* The first numbers that the authors' reference gives for the seed 0. */
static void fixed_is_splitmix64(void **state)
{
	(void)state;
	struct random_fixed fixed;
	random_fixed_init(&fixed, 0);
	assert_true(random_u64(&fixed.random) == 0xE220A8397B1DCDAFu);
	assert_true(random_u64(&fixed.random) == 0x6E789E6AA1B965F4u);
	assert_true(random_u64(&fixed.random) == 0x06C45D188009454Fu);
}

static void fill_touches_only_what_it_was_given(void **state)
{
	(void)state;
	struct random_fixed fixed;
	random_fixed_init(&fixed, 1);
	struct random *sources[] = {&fixed.random, random_system()};
	for (size_t s = 0; s < 2; s++) {
		for (size_t count = 0; count < 30; count++) {
			unsigned char bytes[32];
			memset(bytes, 0xEE, sizeof bytes);
			sources[s]->fill(sources[s], bytes, count);
			for (size_t i = count; i < sizeof bytes; i++)
				assert_int_equal(bytes[i], 0xEE);
		}
	}
}

static void system_fills_large_places_and_does_not_repeat(void **state)
{
	(void)state;
	struct random *random = random_system();
	static unsigned char bytes[100000];
	random->fill(random, bytes, sizeof bytes);
	size_t seen[256] = {0};
	for (size_t i = 0; i < sizeof bytes; i++)
		seen[bytes[i]]++;
	for (size_t i = 0; i < 256; i++)
		assert_in_range(seen[i], 200, 600); /* 390 on average */
	assert_true(random_u64(random) != random_u64(random));
}

static void names_use_their_alphabet_evenly(void **state)
{
	(void)state;
	struct random_fixed fixed;
	random_fixed_init(&fixed, 3);
	size_t seen[256] = {0};
	for (int i = 0; i < 1000; i++) {
		char name[33];
		random_name(&fixed.random, name, 32);
		assert_int_equal(strlen(name), 32);
		for (size_t c = 0; c < 32; c++)
			seen[(unsigned char)name[c]]++;
	}
	for (int c = 0; c < 256; c++) {
		bool wanted = (c >= 'a' && c <= 'z' && c != 'l' && c != 'o') || (c >= '2' && c <= '9');
		if (wanted)
			assert_in_range(seen[c], 700, 1300); /* 1,000 on average */
		else
			assert_int_equal(seen[c], 0);
	}
}

static void a_name_of_no_length_is_empty(void **state)
{
	(void)state;
	char name[2] = "x";
	random_name(random_system(), name, 0);
	assert_string_equal(name, "");
}

static void uuids_have_the_shape_of_version_4(void **state)
{
	(void)state;
	struct random_fixed fixed;
	random_fixed_init(&fixed, 4);
	char before[37] = "";
	for (int round = 0; round < 200; round++) {
		char text[37];
		random_uuid(&fixed.random, text);
		assert_int_equal(strlen(text), 36);
		for (size_t i = 0; i < 36; i++) {
			bool dash = i == 8 || i == 13 || i == 18 || i == 23;
			assert_true(dash ? text[i] == '-' : strchr("0123456789abcdef", text[i]) != NULL);
		}
		assert_int_equal(text[14], '4');
		assert_non_null(strchr("89ab", text[19]));
		assert_string_not_equal(text, before);
		memcpy(before, text, sizeof before);
	}
}

/* All but the version's and the variant's digits take every value. */
static void uuids_use_all_their_bits(void **state)
{
	(void)state;
	struct random_fixed fixed;
	random_fixed_init(&fixed, 5);
	static const char digits[] = "0123456789abcdef";
	unsigned seen[36] = {0};
	for (int round = 0; round < 500; round++) {
		char text[37];
		random_uuid(&fixed.random, text);
		for (size_t i = 0; i < 36; i++) {
			const char *digit = strchr(digits, text[i]);
			seen[i] |= digit ? 1u << (digit - digits) : 0;
		}
	}
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		assert_int_equal(seen[i], dash ? 0 : i == 14 ? 1u << 4 : i == 19 ? 0xF00 : 0xFFFF);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fixed_repeats_from_its_seed),
	    cmocka_unit_test(fixed_is_splitmix64),
	    cmocka_unit_test(fill_touches_only_what_it_was_given),
	    cmocka_unit_test(system_fills_large_places_and_does_not_repeat),
	    cmocka_unit_test(names_use_their_alphabet_evenly),
	    cmocka_unit_test(a_name_of_no_length_is_empty),
	    cmocka_unit_test(uuids_use_all_their_bits),
	    cmocka_unit_test(uuids_have_the_shape_of_version_4),
	};
	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
