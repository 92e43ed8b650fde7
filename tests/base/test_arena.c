#include "base/arena.h"

#include "check.h"

#include <stdalign.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#endif
#ifdef UNDER_ASAN
#include <sanitizer/asan_interface.h>
#endif

static void pieces_are_zeroed_and_aligned(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(256);
	for (size_t size = 0; size < 600; size++) {
		unsigned char *piece = arena_alloc(arena, size);
		assert_int_equal((uintptr_t)piece % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++) {
			assert_int_equal(piece[i], 0);
			piece[i] = 0xAB;
		}
	}
}

static void pieces_do_not_overlap(void **state)
{
	(void)state;
	enum { COUNT = 500 };
	ARENA_SCOPED arena = arena_create(100);
	unsigned char *pieces[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		pieces[i] = arena_alloc(arena, i % 37 + 1);
		memset(pieces[i], (int)(i % 251), i % 37 + 1);
	}
	for (size_t i = 0; i < COUNT; i++) {
		for (size_t b = 0; b < i % 37 + 1; b++)
			assert_int_equal(pieces[i][b], i % 251);
	}
}

static void pieces_reused_after_release_are_zeroed(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(128);
	for (int round = 0; round < 20; round++) {
		struct arena_mark mark = arena_mark(arena);
		for (int i = 0; i < 10; i++) {
			unsigned char *piece = arena_alloc(arena, 50);
			for (size_t b = 0; b < 50; b++)
				assert_int_equal(piece[b], 0);
			memset(piece, 0xFF, 50);
		}
		arena_release(arena, mark);
	}
}

static void release_over_blocks_gives_all_back(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(64);
	char *kept = arena_alloc(arena, 40);
	memcpy(kept, "kept", 5);
	size_t before = arena_used_bytes(arena);
	struct arena_mark outer = arena_mark(arena);
	for (int i = 0; i < 100; i++)
		arena_alloc(arena, 48);
	struct arena_mark inner = arena_mark(arena);
	size_t at_inner = arena_used_bytes(arena);
	arena_alloc(arena, 100000);
	assert_true(arena_used_bytes(arena) >= at_inner + 100000);
	arena_release(arena, inner);
	assert_int_equal(arena_used_bytes(arena), at_inner);
	arena_release(arena, outer);
	assert_int_equal(arena_used_bytes(arena), before);
	assert_string_equal(kept, "kept");
}

static void release_of_nothing_changes_nothing(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	char *kept = arena_alloc(arena, 8);
	memcpy(kept, "stays", 6);
	arena_release(arena, arena_mark(arena));
	assert_string_equal(kept, "stays");
}

static void marks_nest(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(64);
	struct arena_mark marks[50];
	size_t used[50];
	for (int i = 0; i < 50; i++) {
		marks[i] = arena_mark(arena);
		used[i] = arena_used_bytes(arena);
		arena_alloc(arena, (size_t)i * 7);
	}
	for (int i = 49; i >= 0; i--) {
		arena_release(arena, marks[i]);
		assert_int_equal(arena_used_bytes(arena), used[i]);
	}
}

static void clear_forgets_all_pieces(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(64);
	for (int i = 0; i < 100; i++)
		arena_alloc(arena, 33);
	assert_true(arena_used_bytes(arena) >= 3300);
	arena_clear(arena);
	assert_int_equal(arena_used_bytes(arena), 0);
	arena_clear(arena);
	assert_int_equal(arena_used_bytes(arena), 0);
	assert_non_null(arena_alloc(arena, 10));
}

static void destroying_null_is_fine(void **state)
{
	(void)state;
	struct arena *arena = NULL;
	arena_destroy(NULL);
	arena_destroyp(&arena);
	arena = arena_create(0);
	arena_destroyp(&arena);
	assert_null(arena);
}

static void large_pieces_get_blocks_of_their_own_size(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(64);
	char *small = arena_alloc(arena, 8);
	char *large = arena_alloc(arena, 5u << 20);
	memset(large, 1, 5u << 20);
	memcpy(small, "small", 6);
	assert_string_equal(small, "small");
	assert_int_equal(large[(5u << 20) - 1], 1);
}

static void overflow_ends_the_process(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	assert_dies(arena_alloc_array(arena, SIZE_MAX / 2, 3));
	assert_dies(arena_alloc_array(arena, SIZE_MAX, SIZE_MAX));
	assert_dies(arena_alloc(arena, SIZE_MAX));
	assert_dies(arena_alloc(arena, SIZE_MAX - 8));
}

static void arrays_of_nothing_are_no_overflow(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	assert_non_null(arena_alloc_array(arena, 0, SIZE_MAX));
	assert_non_null(arena_alloc_array(arena, SIZE_MAX, 0));
}

static void copies_end_with_zero_and_are_their_own(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	char original[] = "one\0two";
	struct str copy = arena_str(arena, str_of(original, 7));
	original[0] = 'X';
	assert_str(copy, "one\0two");
	assert_int_equal(copy.ptr[7], 0);
	assert_string_equal(arena_cstr(arena, STR("abc")), "abc");
	assert_string_equal(arena_cstr(arena, (struct str){0}), "");
	assert_int_equal(arena_str(arena, (struct str){0}).len, 0);
}

static void printf_takes_what_it_needs(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(64);
	assert_str(arena_printf(arena, "%s-%d", "a", 7), "a-7");
	assert_str(arena_printf(arena, "%s", ""), "");
	struct str wide = arena_printf(arena, "%0*d", 5000, 1);
	assert_int_equal(wide.len, 5000);
	assert_int_equal(wide.ptr[4999], '1');
	assert_int_equal(wide.ptr[5000], 0);
}

static void concat_joins_pieces_in_order(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct str pieces[] = {STR("a"), {0}, STR("bc"), STR(""), STR("d")};
	struct str whole = arena_concat(arena, pieces, 5);
	assert_str(whole, "abcd");
	assert_int_equal(whole.ptr[4], 0);
	assert_str(arena_concat(arena, NULL, 0), "");
}

static void new_and_array_have_the_type(void **state)
{
	(void)state;
	struct pair {
		int64_t a, b;
	};
	ARENA_SCOPED arena = arena_create(0);
	struct pair *one = arena_new(arena, struct pair);
	struct pair *many = arena_array(arena, struct pair, 3);
	assert_int_equal(one->a + one->b + many[2].b, 0);
	many[2].b = 5;
	assert_int_equal(many[2].b, 5);
}

#ifdef UNDER_ASAN
static void free_space_is_poisoned(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(256);
	struct arena_mark mark = arena_mark(arena);
	char *piece = arena_alloc(arena, 13);
	assert_false(__asan_address_is_poisoned(piece));
	assert_false(__asan_address_is_poisoned(piece + 12));
	assert_true(__asan_address_is_poisoned(piece + 13));
	char *next = arena_alloc(arena, 16);
	assert_true(__asan_address_is_poisoned(piece + 31));
	assert_true(__asan_address_is_poisoned(next + 16));
	arena_release(arena, mark);
	assert_true(__asan_address_is_poisoned(piece));
	assert_true(__asan_address_is_poisoned(next));
}
#else
static void free_space_is_poisoned(void **state)
{
	(void)state;
	skip(); /* only AddressSanitizer has poison */
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pieces_are_zeroed_and_aligned),
	    cmocka_unit_test(pieces_do_not_overlap),
	    cmocka_unit_test(pieces_reused_after_release_are_zeroed),
	    cmocka_unit_test(release_over_blocks_gives_all_back),
	    cmocka_unit_test(release_of_nothing_changes_nothing),
	    cmocka_unit_test(marks_nest),
	    cmocka_unit_test(clear_forgets_all_pieces),
	    cmocka_unit_test(destroying_null_is_fine),
	    cmocka_unit_test(large_pieces_get_blocks_of_their_own_size),
	    cmocka_unit_test(overflow_ends_the_process),
	    cmocka_unit_test(arrays_of_nothing_are_no_overflow),
	    cmocka_unit_test(copies_end_with_zero_and_are_their_own),
	    cmocka_unit_test(printf_takes_what_it_needs),
	    cmocka_unit_test(concat_joins_pieces_in_order),
	    cmocka_unit_test(new_and_array_have_the_type),
	    cmocka_unit_test(free_space_is_poisoned),
	};
	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
