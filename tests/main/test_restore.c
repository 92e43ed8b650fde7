/* Restores: the new newsroom stands whole, the old one is kept, and what cannot be done changes nothing. */
#include "main/backup.h"

#include "base/file.h"
#include "main/folder.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

struct rehearsal {
	struct place *place;
	const char *backup; /* of a newsroom whose word is "new" */
	const char *dir;    /* a newsroom whose word is "old" */
	struct backup_restored restored;
	struct err err;
};

static struct rehearsal prepare(void **state)
{
	struct rehearsal rehearsal = {.place = *state};
	struct newsroom newer = newsroom_made(rehearsal.place, "source", "new");
	struct progress progress;
	struct backup_result result;

	rehearsal.backup = place_path(rehearsal.place, "backup");
	rehearsal.dir = newsroom_made(rehearsal.place, "room", "old").dir;
	progress_begin(&progress, stderr);
	if (backup_make(&newer, rehearsal.backup, &progress, &result, &rehearsal.err) != 0)
		fail_msg("%s", rehearsal.err.text);
	return rehearsal;
}

static int restore(struct rehearsal *rehearsal, const char *from, const char *dir)
{
	struct progress progress;

	progress_begin(&progress, stderr);
	rehearsal->err = (struct err){0};
	return backup_restore(from, dir, rehearsal->place->arena, &progress, &rehearsal->restored, &rehearsal->err);
}

static void assert_untouched(const struct rehearsal *rehearsal)
{
	assert_true(str_eq(newsroom_word(rehearsal->place, rehearsal->dir), STR("old")));
	assert_false(file_exists(place_path(rehearsal->place, "room.restoring")));
}

static void the_old_one_is_kept(void **state)
{
	struct rehearsal rehearsal = prepare(state);
	struct place *place = rehearsal.place;
	struct err err;

	assert_int_equal(file_make_dirs(place_path(place, "room/backups/monday"), 0750, &err), 0);
	if (restore(&rehearsal, rehearsal.backup, rehearsal.dir) != 0)
		fail_msg("%s", rehearsal.err.text);
	assert_true(str_eq(newsroom_word(place, rehearsal.dir), STR("new")));
	assert_non_null(rehearsal.restored.kept);
	assert_true(str_eq(newsroom_word(place, rehearsal.restored.kept), STR("old")));
	assert_non_null(strstr(rehearsal.restored.kept, "room.before-"));
	assert_false(rehearsal.restored.backups_left);
	assert_true(file_exists(place_path(place, "room/backups/monday")));
	assert_false(file_exists(arena_printf(place->arena, "%s/backups", rehearsal.restored.kept).ptr));
	assert_false(file_exists(place_path(place, "room.restoring")));
	struct stat info;
	assert_int_equal(stat(place_path(place, "room/store.db"), &info), 0);
	assert_int_equal(info.st_mode & 0777, 0640);
}

static void into_new_and_empty_folders(void **state)
{
	struct rehearsal rehearsal = prepare(state);
	struct place *place = rehearsal.place;

	assert_int_equal(restore(&rehearsal, rehearsal.backup, place_path(place, "a/b/new/")), 0);
	assert_null(rehearsal.restored.kept);
	assert_true(str_eq(newsroom_word(place, place_path(place, "a/b/new")), STR("new")));
	assert_int_equal(mkdir(place_path(place, "empty"), 0750), 0);
	assert_int_equal(restore(&rehearsal, rehearsal.backup, place_path(place, "empty")), 0);
	assert_true(str_eq(newsroom_word(place, place_path(place, "empty")), STR("new")));
}

static void over_other_things_it_is_refused(void **state)
{
	struct rehearsal rehearsal = prepare(state);
	struct place *place = rehearsal.place;

	assert_int_equal(mkdir(place_path(place, "home"), 0750), 0);
	file_made(place_path(place, "home/letter"), "dear");
	assert_int_equal(restore(&rehearsal, rehearsal.backup, place_path(place, "home")), ERR_INPUT);
	assert_non_null(strstr(rehearsal.err.text, "other things than a newsroom"));
	assert_true(str_eq(file_content(place, place_path(place, "home/letter")), STR("dear")));
	assert_int_equal(restore(&rehearsal, rehearsal.backup, place_path(place, "home/letter")), ERR_INPUT);
}

static void while_somebody_works_there(void **state)
{
	struct rehearsal rehearsal = prepare(state);
	const struct newsroom room = {.arena = rehearsal.place->arena, .dir = rehearsal.dir};
	int server = -1, import = -1;

	assert_int_equal(newsroom_lock(&room, &server, &rehearsal.err), 0);
	assert_int_equal(restore(&rehearsal, rehearsal.backup, rehearsal.dir), BACKUP_BUSY);
	assert_non_null(strstr(rehearsal.err.text, "stop it first"));
	close(server);
	assert_int_equal(folder_lock(rehearsal.dir, false, &import, &rehearsal.err), 0);
	assert_int_equal(restore(&rehearsal, rehearsal.backup, rehearsal.dir), BACKUP_BUSY);
	assert_non_null(strstr(rehearsal.err.text, "wait for its end"));
	assert_untouched(&rehearsal);
	close(import);
	assert_int_equal(restore(&rehearsal, rehearsal.backup, rehearsal.dir), 0);
}

static void a_damaged_backup_changes_nothing(void **state)
{
	struct rehearsal rehearsal = prepare(state);
	struct place *place = rehearsal.place;

	file_made(place_path(place, "backup/theme/own.css"), "neW");
	assert_int_equal(restore(&rehearsal, rehearsal.backup, rehearsal.dir), BACKUP_DAMAGED);
	assert_non_null(strstr(rehearsal.err.text, "own.css is not what was backed up"));
	assert_untouched(&rehearsal);
	assert_int_equal(unlink(place_path(place, "backup/theme/own.css")), 0);
	assert_int_equal(restore(&rehearsal, rehearsal.backup, rehearsal.dir), BACKUP_DAMAGED);
	assert_untouched(&rehearsal);
	assert_int_equal(restore(&rehearsal, place_path(place, "nowhere"), rehearsal.dir), BACKUP_DAMAGED);
	assert_non_null(strstr(rehearsal.err.text, "is no backup"));
	assert_untouched(&rehearsal);
}

/* A backup whose manifest agrees with its files, and that is no newsroom all the same. */
static void a_manifest_that_lacks_what_a_newsroom_needs(void **state)
{
	static const char *const needed[] = {" crier.conf\n", " store.db\n"};
	struct rehearsal rehearsal = prepare(state);
	const char *path = place_path(rehearsal.place, "backup/MANIFEST");
	struct str whole = file_content(rehearsal.place, path);

	for (size_t i = 0; i < 2; i++) {
		size_t end = str_find(whole, str_from(needed[i])) + strlen(needed[i]);
		size_t start = str_rfind_byte(str_sub(whole, 0, end - 1), '\n') + 1;

		file_made(path, arena_printf(rehearsal.place->arena, "%.*s%.*s", (int)start, whole.ptr,
					     STR_ARG(str_skip(whole, end)))
					.ptr);
		assert_true(restore(&rehearsal, rehearsal.backup, rehearsal.dir) != 0);
		assert_untouched(&rehearsal);
	}
}

static void a_name_twice_in_a_manifest(void **state)
{
	struct rehearsal rehearsal = prepare(state);
	const char *path = place_path(rehearsal.place, "backup/MANIFEST");
	struct str whole = file_content(rehearsal.place, path);
	size_t line = str_find(whole, STR(" theme/own.css\n"));

	file_made(path, arena_printf(rehearsal.place->arena, "%.*s%.*s", STR_ARG(whole), (int)(64 + 2 + 15),
				     whole.ptr + str_rfind_byte(str_sub(whole, 0, line), '\n') + 1)
				.ptr);
	assert_true(restore(&rehearsal, rehearsal.backup, rehearsal.dir) != 0);
	assert_untouched(&rehearsal);
}

static void what_an_interrupted_restore_left(void **state)
{
	struct rehearsal rehearsal = prepare(state);
	struct place *place = rehearsal.place;
	struct err err;

	/* Half a copy goes. */
	assert_int_equal(file_make_dirs(place_path(place, "room.restoring/blobs"), 0750, &err), 0);
	file_made(place_path(place, "room.restoring/store.db"), "half");
	assert_int_equal(restore(&rehearsal, rehearsal.backup, rehearsal.dir), 0);
	assert_false(file_exists(place_path(place, "room.restoring")));
	/* The exchange had taken place, and no more: what is there is the only copy of what stood before. */
	newsroom_made(place, "other.restoring", "precious");
	newsroom_made(place, "other", "old");
	assert_int_equal(restore(&rehearsal, rehearsal.backup, place_path(place, "other")), 0);
	assert_false(file_exists(place_path(place, "other.restoring/theme/own.css")) &&
		     !str_eq(newsroom_word(place, place_path(place, "other.restoring")), STR("old")));
	assert_true(names_ending(place->folder, "Z") >= 2);
}

static void two_restores_at_once(void **state)
{
	struct rehearsal rehearsal = prepare(state);
	struct err err;
	FD_SCOPED other = -1;

	assert_int_equal(mkdir(place_path(rehearsal.place, "room.restoring"), 0750), 0);
	assert_int_equal(folder_lock(place_path(rehearsal.place, "room.restoring"), true, &other, &err), 0);
	assert_int_equal(restore(&rehearsal, rehearsal.backup, rehearsal.dir), BACKUP_BUSY);
	assert_non_null(strstr(rehearsal.err.text, "another restore"));
	assert_true(file_exists(place_path(rehearsal.place, "room.restoring")));
}

static void root_restores_for_the_owner(void **state)
{
	struct rehearsal rehearsal = prepare(state);
	struct stat info;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(rehearsal.dir, 1234, 4321), 0);
	assert_int_equal(restore(&rehearsal, rehearsal.backup, rehearsal.dir), 0);
	assert_int_equal(stat(place_path(rehearsal.place, "room/store.db"), &info), 0);
	assert_true(info.st_uid == 1234 && info.st_gid == 4321);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_old_one_is_kept, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(into_new_and_empty_folders, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(over_other_things_it_is_refused, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(while_somebody_works_there, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_damaged_backup_changes_nothing, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_manifest_that_lacks_what_a_newsroom_needs, place_setup,
						place_teardown),
		cmocka_unit_test_setup_teardown(a_name_twice_in_a_manifest, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(what_an_interrupted_restore_left, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(two_restores_at_once, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(root_restores_for_the_owner, place_setup, place_teardown),
	};
	return cmocka_run_group_tests_name("main.restore", tests, NULL, NULL);
}
