/* Whole folders: removed, given away, held; and the folders above a path. */
#include "main/folder.h"

#include "base/file.h"
#include "support.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void names(void **state)
{
	static const struct {
		const char *path, *name, *above;
	} cases[] = {
		{"a/b", "a/b", "a"}, {"a/b//", "a/b", "a"}, {"b", "b", "."},       {"b/", "b", "."}, {"/b", "/b", "/"},
		{"/", "/", "/"},     {"///", "/", "/"},     {"a//b", "a//b", "a"}, {".", ".", "."},  {"..", "..", "."},
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_string_equal(folder_name(cases[i].path, place->arena), cases[i].name);
		assert_string_equal(folder_of(cases[i].path, place->arena), cases[i].above);
	}
}

static void folders_above_are_made(void **state)
{
	struct place *place = *state;
	struct err err = {0};

	assert_int_equal(folder_make_above(place_path(place, "a/b/c/file"), place->arena, &err), 0);
	assert_true(file_exists(place_path(place, "a/b/c")));
	assert_false(file_exists(place_path(place, "a/b/c/file")));
	assert_int_equal(folder_make_above(place_path(place, "a/b/c/file"), place->arena, &err), 0);
	assert_int_equal(folder_make_above("alone", place->arena, &err), 0);
	assert_false(file_exists("alone"));
	file_made(place_path(place, "file"), "x");
	assert_int_equal(folder_make_above(place_path(place, "file/b/c"), place->arena, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, "/file"));
}

static void removing_spares_what_links_point_to(void **state)
{
	struct place *place = *state;
	struct err err = {0};

	assert_int_equal(file_make_dirs(place_path(place, "gone/a/b"), 0750, &err), 0);
	assert_int_equal(file_make_dirs(place_path(place, "stays"), 0750, &err), 0);
	file_made(place_path(place, "stays/file"), "x");
	file_made(place_path(place, "gone/a/file"), "x");
	assert_int_equal(symlink(place_path(place, "stays"), place_path(place, "gone/a/link")), 0);
	assert_int_equal(symlink("nowhere", place_path(place, "gone/broken")), 0);
	assert_int_equal(folder_remove(place_path(place, "gone"), &err), 0);
	assert_false(file_exists(place_path(place, "gone")));
	assert_true(file_exists(place_path(place, "stays/file")));
	assert_int_equal(folder_remove(place_path(place, "gone"), &err), 0);
}

static void syncing_says_what_is_missing(void **state)
{
	struct place *place = *state;
	struct err err = {0};

	assert_int_equal(file_make_dirs(place_path(place, "a/b"), 0750, &err), 0);
	assert_int_equal(folder_sync_all(place_path(place, "a"), &err), 0);
	assert_int_equal(folder_sync(place_path(place, "no"), &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, "/no"));
	assert_int_equal(folder_sync_all(place_path(place, "no"), &err), ERR_SYSTEM);
}

static void given_away_with_all_in_it(void **state)
{
	struct place *place = *state;
	struct err err = {0};
	struct stat info;

	if (geteuid() != 0)
		skip();
	assert_int_equal(file_make_dirs(place_path(place, "a/b"), 0750, &err), 0);
	file_made(place_path(place, "a/b/file"), "x");
	file_made(place_path(place, "other"), "x");
	assert_int_equal(symlink(place_path(place, "other"), place_path(place, "a/link")), 0);
	assert_int_equal(folder_give(place_path(place, "a"), 1234, 4321, &err), 0);
	assert_int_equal(stat(place_path(place, "a/b/file"), &info), 0);
	assert_true(info.st_uid == 1234 && info.st_gid == 4321);
	assert_int_equal(stat(place_path(place, "a"), &info), 0);
	assert_int_equal(info.st_uid, 1234);
	assert_int_equal(stat(place_path(place, "other"), &info), 0);
	assert_int_equal(info.st_uid, 0);
}

static void held_alone_or_together(void **state)
{
	struct place *place = *state;
	struct err err = {0};
	FD_SCOPED first = -1, second = -1, third = -1;

	assert_int_equal(folder_lock(place->folder, false, &first, &err), 0);
	assert_int_equal(folder_lock(place->folder, false, &second, &err), 0);
	assert_int_equal(folder_lock(place->folder, true, &third, &err), FOLDER_BUSY);
	fd_closep(&first);
	assert_int_equal(folder_lock(place->folder, true, &third, &err), FOLDER_BUSY);
	fd_closep(&second);
	assert_int_equal(folder_lock(place->folder, true, &third, &err), 0);
	assert_int_equal(folder_lock(place->folder, false, &first, &err), FOLDER_BUSY);
	assert_int_equal(folder_lock(place_path(place, "no"), false, &second, &err), ERR_SYSTEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(folders_above_are_made, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(removing_spares_what_links_point_to, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(syncing_says_what_is_missing, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(given_away_with_all_in_it, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(held_alone_or_together, place_setup, place_teardown),
	};
	return cmocka_run_group_tests_name("main.folder", tests, NULL, NULL);
}
