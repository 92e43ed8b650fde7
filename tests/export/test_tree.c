/* The folder that is written into: nothing outside it, nothing of others, nothing half. */
#include "export/tree.h"

#include "../blob/folder.h"
#include "base/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char dir[64];
	struct tree *tree;
	struct walker *walker;
	struct err err;
};

static int begin(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	snprintf(place->dir, sizeof place->dir, "/tmp/crier-tree-XXXXXX");
	assert_non_null(mkdtemp(place->dir));
	assert_int_equal(tree_open(place->dir, &place->tree, &place->err), 0);
	place->walker = walker_create(place->tree, 1);
	*state = place;
	return 0;
}

static int end(void **state)
{
	struct place *place = *state;

	walker_destroy(place->walker);
	tree_close(place->tree);
	assert_int_equal(folder_remove(place->dir), 0);
	free(place);
	return 0;
}

static const char *path_of(const struct place *place, const char *name)
{
	static _Thread_local char path[256];

	snprintf(path, sizeof path, "%s/%s", place->dir, name);
	return path;
}

static int put(struct place *place, const char *name, const char *text, bool ours)
{
	const struct tree_content content = {.text = str_from(text), .fd = -1};
	struct tree_file file = {0};
	int rc = walker_write(place->walker, str_from(name), &content, ours, 0, &file, &place->err);

	if (rc == 0)
		assert_int_equal(file.bytes, strlen(text));
	return rc;
}

static void expect_file(const struct place *place, const char *name, const char *text)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str content;

	assert_int_equal(file_read(path_of(place, name), 1 << 20, arena, &content, NULL), 0);
	assert_true(str_eq(content, str_from(text)));
}

static void test_write_look_remove(void **state)
{
	struct place *place = *state;
	struct tree_file file;

	assert_int_equal(walker_look(place->walker, STR("a/b/index.html"), &file, &place->err), TREE_MISSING);
	assert_int_equal(put(place, "a/b/index.html", "one", false), 0);
	assert_int_equal(put(place, "a/c/index.html", "two", false), 0);
	assert_int_equal(put(place, "top.html", "three", false), 0);
	expect_file(place, "a/b/index.html", "one");
	expect_file(place, "a/c/index.html", "two");
	expect_file(place, "top.html", "three");
	assert_int_equal(walker_look(place->walker, STR("a/b/index.html"), &file, &place->err), 0);
	assert_int_equal(file.bytes, 3);
	assert_int_equal(walker_remove(place->walker, STR("a/b/index.html"), &place->err), 0);
	assert_false(file_exists(path_of(place, "a/b")));
	assert_true(file_exists(path_of(place, "a/c"))); /* not empty */
	assert_int_equal(walker_remove(place->walker, STR("a/b/index.html"), &place->err), 0);
	assert_int_equal(walker_remove(place->walker, STR("a/c/index.html"), &place->err), 0);
	assert_false(file_exists(path_of(place, "a")));
	assert_true(file_exists(place->dir));
}

static void test_ours_is_replaced_others_is_not(void **state)
{
	struct place *place = *state;

	assert_int_equal(put(place, "a.html", "one", false), 0);
	assert_int_equal(put(place, "a.html", "two", false), TREE_IN_THE_WAY);
	expect_file(place, "a.html", "one");
	assert_int_equal(put(place, "a.html", "two", true), 0);
	expect_file(place, "a.html", "two");
	assert_int_equal(mkdir(path_of(place, "b.html"), 0755), 0);
	assert_int_equal(put(place, "b.html", "x", true), TREE_IN_THE_WAY);
	assert_int_equal(put(place, "b.html", "x", false), TREE_IN_THE_WAY);
	assert_int_equal(put(place, "a.html/b/index.html", "x", true),
			 TREE_IN_THE_WAY); /* a file where a folder is wanted */
	expect_file(place, "a.html", "two");
}

/* A link in the folder leads out of it: neither written through nor removed through. */
static void test_links_are_not_followed(void **state)
{
	struct place *place = *state;
	char outside[] = "/tmp/crier-outside-XXXXXX", file[64];
	struct tree_file found;

	assert_non_null(mkdtemp(outside));
	snprintf(file, sizeof file, "%s/victim", outside);
	assert_int_equal(file_write(file, STR("safe"), 0644, NULL), 0);
	assert_int_equal(symlink(outside, path_of(place, "out")), 0);
	assert_int_equal(symlink(file, path_of(place, "leaf")), 0);
	assert_int_equal(put(place, "out/victim", "x", true), TREE_IN_THE_WAY);
	assert_int_equal(put(place, "leaf", "x", false), TREE_IN_THE_WAY);
	assert_int_equal(walker_look(place->walker, STR("out/victim"), &found, &place->err), TREE_MISSING);
	assert_int_equal(walker_look(place->walker, STR("leaf"), &found, &place->err), TREE_MISSING);
	assert_int_equal(walker_remove(place->walker, STR("out/victim"), &place->err), 0);
	assert_int_equal(put(place, "leaf", "ours", true), 0); /* the link itself is replaced */
	{
		ARENA_SCOPED arena = arena_create(0);
		struct str content;

		assert_int_equal(file_read(file, 100, arena, &content, NULL), 0);
		assert_true(str_eq(content, STR("safe")));
	}
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(outside), 0);
}

static void test_a_part_of_a_file(void **state)
{
	struct place *place = *state;
	FD_SCOPED fd = -1;
	struct tree_content content = {.offset = 2, .bytes = 3};
	struct tree_file file;

	assert_int_equal(file_write(path_of(place, "from"), STR("0123456789"), 0644, NULL), 0);
	fd = content.fd = open(path_of(place, "from"), O_RDONLY | O_CLOEXEC);
	assert_int_equal(walker_write(place->walker, STR("to"), &content, false, 1500000000, &file, &place->err), 0);
	expect_file(place, "to", "234");
	assert_int_equal(file.changed_ns, 1500000000);
	content.bytes = 100; /* more than there is: an error, and nothing in its place */
	assert_int_equal(walker_write(place->walker, STR("more"), &content, false, 0, &file, &place->err), ERR_SYSTEM);
	assert_false(file_exists(path_of(place, "more")));
}

static void test_one_at_a_time(void **state)
{
	struct place *place = *state;
	struct tree *second = NULL;

	assert_int_equal(tree_open(place->dir, &second, &place->err), ERR_INPUT);
	assert_non_null(strstr(place->err.text, "another export"));
	walker_destroy(place->walker);
	tree_close(place->tree);
	/* what a killed run left half written goes */
	assert_int_equal(file_write(path_of(place, ".crier/tmp/w7"), STR("half"), 0644, NULL), 0);
	assert_int_equal(tree_open(place->dir, &place->tree, &place->err), 0);
	place->walker = walker_create(place->tree, 1);
	assert_false(file_exists(path_of(place, ".crier/tmp/w7")));
}

static void test_names_past_what_files_have(void **state)
{
	struct place *place = *state;
	char name[300];

	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = 0;
	assert_int_equal(put(place, name, "x", false), ERR_LIMIT);
	memcpy(name + 260, "/b", 3);
	assert_int_equal(put(place, name, "x", false), ERR_LIMIT);
	assert_int_equal(put(place, "a/", "x", false), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_write_look_remove, begin, end),
		cmocka_unit_test_setup_teardown(test_ours_is_replaced_others_is_not, begin, end),
		cmocka_unit_test_setup_teardown(test_links_are_not_followed, begin, end),
		cmocka_unit_test_setup_teardown(test_a_part_of_a_file, begin, end),
		cmocka_unit_test_setup_teardown(test_one_at_a_time, begin, end),
		cmocka_unit_test_setup_teardown(test_names_past_what_files_have, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
