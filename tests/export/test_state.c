/* What a run notes the next one knows; what cannot be read says nothing. */
#include "export/state.h"

#include "../blob/folder.h"
#include "base/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MANIFEST 77

struct place {
	char dir[64];
	int fd;
	struct err err;
};

static int begin(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	snprintf(place->dir, sizeof place->dir, "/tmp/crier-state-XXXXXX");
	assert_non_null(mkdtemp(place->dir));
	place->fd = open(place->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = place;
	return 0;
}

static int end(void **state)
{
	struct place *place = *state;

	close(place->fd);
	assert_int_equal(folder_remove(place->dir), 0);
	free(place);
	return 0;
}

static void add(struct state *state, uint64_t key, uint64_t hash, const char *tag)
{
	const uint64_t tags[] = {page_tag_hash(str_from(tag))};

	state_add(state, &(struct site_part){key, hash, tags, 1});
}

static void note(struct state *state, const char *address, const char *tag, int64_t until_s, const char *link)
{
	const uint64_t tags[] = {page_tag_hash(str_from(tag)), page_tag_hash(SITE_EVERY_PAGE)};
	struct str found = str_from(link ? link : "");
	const struct str_vec links = {&found, link ? 1 : 0, 1};

	state_note(state, &(struct state_noted){.address = str_from(address),
						.html = true,
						.listed = !link,
						.until_s = until_s,
						.links = &links,
						.tags = tags,
						.tag_count = 2});
}

/* Two parts, three pages: of one, of the other, and one that holds until second 100. */
static void write_first(struct place *place)
{
	struct state *state = state_create(place->fd);
	bool some = true;

	assert_int_equal(state_read(state, MANIFEST, &place->err), STATE_NONE);
	add(state, 5, 1, "a");
	add(state, 3, 1, "b");
	assert_int_equal(state_compare(state, &some, &place->err), 0);
	assert_false(some); /* there was none before */
	note(state, "/a/", "a", INT64_MAX, NULL);
	note(state, "/b/", "b", INT64_MAX, "/media/x.jpg");
	note(state, "/c/", "c", 100, "/media/x.jpg");
	assert_int_equal(state_save(state, 50, MANIFEST, &place->err), 0);
	state_destroy(state);
}

static struct state *read_again(struct place *place)
{
	struct state *state = state_create(place->fd);

	assert_int_equal(state_read(state, MANIFEST, &place->err), 0);
	assert_int_equal(state_at_s(state), 50);
	return state;
}

static bool holds(const struct state *state, const char *address, int64_t now_s)
{
	struct state_page page;

	assert_true(state_find(state, str_from(address), &page));
	return state_holds(state, &page, now_s);
}

static bool compare(struct place *place, struct state *state)
{
	bool some = false;

	assert_int_equal(state_compare(state, &some, &place->err), 0);
	return some;
}

static void test_nothing_changed(void **state)
{
	struct place *place = *state;
	struct state *again;
	struct state_page page;
	ARENA_SCOPED arena = arena_create(0);
	struct str_vec links = {0};

	write_first(place);
	again = read_again(place);
	add(again, 3, 1, "b");
	add(again, 5, 1, "a");
	assert_true(compare(place, again));
	assert_true(holds(again, "/a/", 99) && holds(again, "/b/", 99) && holds(again, "/c/", 99));
	assert_true(holds(again, "/a/", 100) && !holds(again, "/c/", 100)); /* it said so itself */
	assert_false(state_find(again, STR("/d/"), &page));
	assert_true(state_find(again, STR("/b/"), &page));
	assert_true(page.html && !page.listed);
	state_links(again, &page, arena, &links);
	assert_int_equal(links.len, 1);
	assert_true(str_eq(links.at[0], STR("/media/x.jpg")));
	state_destroy(again);
	assert_int_equal(faccessat(place->fd, "state.new", F_OK, 0), -1); /* what was not saved is no more */
}

static void test_a_part_changed(void **state)
{
	struct place *place = *state;
	struct state *again;

	write_first(place);
	again = read_again(place);
	add(again, 5, 2, "c"); /* the pages of then and of now are out of date */
	add(again, 3, 1, "b");
	assert_true(compare(place, again));
	assert_true(!holds(again, "/a/", 99) && holds(again, "/b/", 99) && !holds(again, "/c/", 99));
	state_destroy(again);
}

static void test_parts_come_and_go(void **state)
{
	struct place *place = *state;
	struct state *again;

	write_first(place);
	again = read_again(place);
	add(again, 3, 1, "b");
	assert_true(compare(place, again));
	assert_true(!holds(again, "/a/", 99) && holds(again, "/b/", 99) && holds(again, "/c/", 99));
	state_destroy(again);
	again = read_again(place);
	add(again, 3, 1, "b");
	add(again, 5, 1, "a");
	add(again, 9, 1, "c");
	assert_true(compare(place, again));
	assert_true(holds(again, "/a/", 99) && holds(again, "/b/", 99) && !holds(again, "/c/", 99));
	state_destroy(again);
}

static void test_what_every_page_stands_on(void **state)
{
	struct place *place = *state;
	struct state *again;

	write_first(place);
	again = read_again(place);
	add(again, 3, 1, "b");
	add(again, 5, 1, "a");
	add(again, 9, 1, SITE_EVERY_PAGE.ptr);
	assert_false(compare(place, again));
	state_destroy(again);
}

/* A page that was kept is known to the run behind. */
static void test_kept_twice(void **state)
{
	struct place *place = *state;
	struct state *again;
	struct state_page page;
	ARENA_SCOPED arena = arena_create(0);
	struct str_vec links = {0};

	write_first(place);
	again = read_again(place);
	add(again, 3, 1, "b");
	assert_true(compare(place, again));
	assert_true(state_find(again, STR("/b/"), &page));
	state_links(again, &page, arena, &links);
	state_note(again, &(struct state_noted){.address = page.address,
						.html = page.html,
						.listed = page.listed,
						.until_s = page.until_s,
						.links = &links,
						.kept = &page});
	assert_int_equal(state_save(again, 50, MANIFEST, &place->err), 0);
	state_destroy(again);
	again = read_again(place);
	add(again, 3, 2, "b");
	assert_true(compare(place, again));
	assert_false(holds(again, "/b/", 99));
	assert_false(state_find(again, STR("/a/"), &page)); /* nobody noted it */
	assert_true(state_find(again, STR("/b/"), &page));
	links.len = 0;
	state_links(again, &page, arena, &links);
	assert_true(links.len == 1 && str_eq(links.at[0], STR("/media/x.jpg")));
	state_destroy(again);
}

static void expect_unfit(struct place *place, const char *why, uint64_t manifest)
{
	struct state *again = state_create(place->fd);
	struct state_page page;

	err_clear(&place->err);
	assert_int_equal(state_read(again, manifest, &place->err), STATE_UNFIT);
	assert_non_null(strstr(place->err.text, why));
	assert_false(state_find(again, STR("/a/"), &page));
	state_destroy(again);
}

static void test_not_of_this_manifest(void **state)
{
	struct place *place = *state;

	write_first(place);
	expect_unfit(place, "does not belong", MANIFEST + 1);
}

/* Every byte that is another one, and every end that is missing, is seen. */
static void test_damage(void **state)
{
	struct place *place = *state;
	ARENA_SCOPED arena = arena_create(0);
	struct str whole, path = arena_printf(arena, "%s/state", place->dir);

	write_first(place);
	assert_int_equal(file_read(path.ptr, 1 << 20, arena, &whole, NULL), 0);
	for (size_t i = 0; i < whole.len; i++) {
		char *bytes = arena_alloc(arena, whole.len);
		int fd;

		memcpy(bytes, whole.ptr, whole.len);
		bytes[i] ^= 0x10;
		fd = open(path.ptr, O_WRONLY | O_TRUNC | O_CLOEXEC);
		assert_int_equal(write(fd, bytes, whole.len), whole.len);
		close(fd);
		expect_unfit(place, ".crier/state", MANIFEST);
	}
	for (size_t length = 0; length < whole.len; length += 7) {
		int fd = open(path.ptr, O_WRONLY | O_TRUNC | O_CLOEXEC);

		assert_int_equal(write(fd, whole.ptr, length), length);
		close(fd);
		expect_unfit(place, "damaged", MANIFEST);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_changed, begin, end),
		cmocka_unit_test_setup_teardown(test_a_part_changed, begin, end),
		cmocka_unit_test_setup_teardown(test_parts_come_and_go, begin, end),
		cmocka_unit_test_setup_teardown(test_what_every_page_stands_on, begin, end),
		cmocka_unit_test_setup_teardown(test_kept_twice, begin, end),
		cmocka_unit_test_setup_teardown(test_not_of_this_manifest, begin, end),
		cmocka_unit_test_setup_teardown(test_damage, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
