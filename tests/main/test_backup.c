/* Backups: what is in them, what is refused, what a failure leaves. */
#include "main/backup.h"

#include "base/file.h"
#include "main/folder.h"
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

static int make(const struct newsroom *newsroom, const char *to, struct err *err)
{
	struct backup_result result = {0};
	struct progress progress;

	*err = (struct err){0};
	progress_begin(&progress, stderr);
	return backup_make(newsroom, to, &progress, &result, err);
}

static int verify(const struct place *place, const char *from, struct backup_result *result, struct err *err)
{
	struct progress progress;

	*err = (struct err){0};
	progress_begin(&progress, stderr);
	return backup_verify(from, place->arena, &progress, result, err);
}

static void all_of_it_and_nothing_else(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	const char *to = newsroom_path(&newsroom, "backups/one");
	struct backup_result result = {0};
	struct err err;

	assert_int_equal(file_make_dirs(newsroom_path(&newsroom, "imports"), 0750, &err), 0);
	file_made(newsroom_path(&newsroom, "imports/first.txt"), "a report");
	file_made(newsroom_path(&newsroom, "public.db"), "made anew");
	file_made(newsroom_path(&newsroom, "blobs/tmp/draft"), "half a picture");
	assert_int_equal(make(&newsroom, to, &err), 0);
	assert_int_equal(verify(place, to, &result, &err), 0);
	assert_int_equal(result.files, 1 + 1 + 1 + 1 + 3); /* store, configuration, theme, report, blobs */
	struct str manifest = file_content(place, arena_printf(place->arena, "%s/MANIFEST", to).ptr);
	assert_true(str_starts(manifest, STR("crier-backup 1\n")));
	assert_true(str_find(manifest, STR(" store.db\n")) < str_find(manifest, STR(" crier.conf\n")));
	assert_true(str_find(manifest, STR(" crier.conf\n")) < str_find(manifest, STR(" blobs/")));
	assert_true(str_find(manifest, STR("public.db")) == SIZE_MAX && str_find(manifest, STR("draft")) == SIZE_MAX);
	assert_int_equal(names_ending(newsroom_path(&newsroom, "backups"), ".partial"), 0);
}

static void places_in_every_spelling(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	struct backup_result result;
	struct err err;

	assert_int_equal(make(&newsroom, place_path(place, "with-slash//"), &err), 0);
	assert_int_equal(verify(place, place_path(place, "with-slash"), &result, &err), 0);
	assert_int_equal(make(&newsroom, place_path(place, "a/b/c"), &err), 0);
	assert_int_equal(verify(place, place_path(place, "a/b/c"), &result, &err), 0);
	assert_int_equal(chdir(place->folder), 0);
	assert_int_equal(make(&newsroom, "bare", &err), 0);
	assert_int_equal(verify(place, "bare", &result, &err), 0);
	assert_int_equal(chdir("/"), 0);
}

static void places_that_are_refused(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	struct err err;

	file_made(place_path(place, "taken"), "mine");
	assert_int_equal(make(&newsroom, place_path(place, "taken"), &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "is there already"));
	assert_int_equal(make(&newsroom, newsroom_path(&newsroom, "theme/backup"), &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "backed up itself"));
	assert_int_equal(make(&newsroom, newsroom_path(&newsroom, "blobs/a/b"), &err), ERR_INPUT);
	assert_true(make(&newsroom, place_path(place, "taken/below"), &err) < 0);
	assert_true(str_eq(file_content(place, place_path(place, "taken")), STR("mine")));
}

static void a_store_elsewhere_is_refused(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	struct err err;

	newsroom.config.database.url = STR("sqlite:/srv/other/store.db");
	assert_int_equal(make(&newsroom, place_path(place, "b"), &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "/srv/other/store.db"));
	newsroom.config.database.url = STR("postgres:///news");
	assert_int_equal(make(&newsroom, place_path(place, "b"), &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "pg_dump"));
	assert_false(file_exists(place_path(place, "b")));
}

static void a_store_under_another_name(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	const char *moved = newsroom_path(&newsroom, "data/own.db");
	struct err err;

	assert_int_equal(file_make_dirs(newsroom_path(&newsroom, "data"), 0750, &err), 0);
	assert_int_equal(rename(newsroom_path(&newsroom, "store.db"), moved), 0);
	newsroom.config.database.url = arena_printf(place->arena, "sqlite:%s", moved);
	assert_int_equal(make(&newsroom, place_path(place, "b"), &err), 0);
	assert_true(file_exists(place_path(place, "b/data/own.db")));
}

static void names_that_would_break_the_manifest(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	struct err err;

	file_made(newsroom_path(&newsroom, "theme/two\nlines.css"), "x");
	assert_int_equal(make(&newsroom, place_path(place, "b"), &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "line break"));
	assert_false(file_exists(place_path(place, "b")));
	assert_false(file_exists(place_path(place, "b.partial")));
}

static void what_was_killed_is_taken_away(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	struct err err;
	FD_SCOPED other = -1;

	assert_int_equal(file_make_dirs(newsroom_path(&newsroom, "backups/old.partial/blobs"), 0750, &err), 0);
	assert_int_equal(file_make_dirs(newsroom_path(&newsroom, "backups/running.partial"), 0750, &err), 0);
	assert_int_equal(file_make_dirs(newsroom_path(&newsroom, "backups/new.partial"), 0750, &err), 0);
	assert_int_equal(folder_lock(newsroom_path(&newsroom, "backups/running.partial"), true, &other, &err), 0);
	assert_int_equal(make(&newsroom, newsroom_path(&newsroom, "backups/new"), &err), 0);
	assert_false(file_exists(newsroom_path(&newsroom, "backups/old.partial")));
	assert_true(file_exists(newsroom_path(&newsroom, "backups/running.partial")));
	assert_int_equal(make(&newsroom, newsroom_path(&newsroom, "backups/running"), &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "another backup is being written"));
}

static void the_newest(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	const struct utimbuf early = {1000, 1000}, late = {5000, 5000}, later = {9000, 9000};
	struct err err;
	int64_t time_s = 0;

	assert_int_equal(backup_newest(&newsroom, &time_s, &err), FILE_MISSING);
	assert_int_equal(make(&newsroom, newsroom_path(&newsroom, "backups/b"), &err), 0);
	assert_int_equal(make(&newsroom, newsroom_path(&newsroom, "backups/a"), &err), 0);
	assert_int_equal(utime(newsroom_path(&newsroom, "backups/a/MANIFEST"), &early), 0);
	assert_int_equal(utime(newsroom_path(&newsroom, "backups/b/MANIFEST"), &late), 0);
	assert_int_equal(backup_newest(&newsroom, &time_s, &err), 0);
	assert_int_equal(time_s, 5000);
	/* What is not whole does not count. */
	assert_int_equal(file_make_dirs(newsroom_path(&newsroom, "backups/c.partial"), 0750, &err), 0);
	assert_int_equal(file_make_dirs(newsroom_path(&newsroom, "backups/empty"), 0750, &err), 0);
	assert_int_equal(file_make_dirs(newsroom_path(&newsroom, "backups/folder/MANIFEST"), 0750, &err), 0);
	file_made(newsroom_path(&newsroom, "backups/c.partial/MANIFEST"), "crier-backup 1\n");
	assert_int_equal(utime(newsroom_path(&newsroom, "backups/c.partial/MANIFEST"), &later), 0);
	assert_int_equal(backup_newest(&newsroom, &time_s, &err), 0);
	assert_int_equal(time_s, 5000);
	assert_int_equal(folder_remove(newsroom_path(&newsroom, "backups"), &err), 0);
	file_made(newsroom_path(&newsroom, "backups"), "no folder");
	assert_int_equal(backup_newest(&newsroom, &time_s, &err), ERR_SYSTEM);
}

/* In a child that may not write files larger than that. */
static int make_with_limit(const struct newsroom *newsroom, const char *to, rlim_t bytes)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		const struct rlimit limit = {bytes, bytes};
		struct err err;

		signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
			_exit(99);
		_exit(make(newsroom, to, &err) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_disk_that_is_full(void **state)
{
	static const rlim_t limits[] = {0, 10, 1000, 4096, 20000, 100000};
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	const char *to = newsroom_path(&newsroom, "backups/full");
	struct err err;

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		assert_int_equal(make_with_limit(&newsroom, to, limits[i]), 1);
		assert_false(file_exists(to));
		assert_int_equal(names_ending(newsroom_path(&newsroom, "backups"), ".partial"), 0);
	}
	assert_true(str_eq(newsroom_word(place, newsroom.dir), STR("word")));
	assert_int_equal(make(&newsroom, to, &err), 0);
}

/* Each lists what it does to one backup, and what is told about it. */
static void damage(struct place *place, const char *to, const char *file, const char *content, const char *told)
{
	const char *path = arena_printf(place->arena, "%s/%s", to, file).ptr;
	struct str before = file_content(place, path);
	struct backup_result result;
	struct err err;

	if (content)
		file_made(path, content);
	else
		assert_int_equal(unlink(path), 0);
	assert_int_equal(verify(place, to, &result, &err), BACKUP_DAMAGED);
	if (!strstr(err.text, told))
		fail_msg("\"%s\" does not say \"%s\"", err.text, told);
	assert_int_equal(file_write(path, before, 0640, &err), 0);
	assert_int_equal(verify(place, to, &result, &err), 0);
}

static void damage_is_found(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	const char *to = place_path(place, "b");
	struct err err;

	assert_int_equal(make(&newsroom, to, &err), 0);
	damage(place, to, "theme/own.css", "worD", "theme/own.css is not what was backed up");
	damage(place, to, "theme/own.css", "", "theme/own.css is not what was backed up");
	damage(place, to, "theme/own.css", NULL, "theme/own.css is missing");
	damage(place, to, "store.db", "no database", "store.db is not what was backed up");
	damage(place, to, "MANIFEST", NULL, "is no backup: it has no MANIFEST");
	damage(place, to, "MANIFEST", "", "MANIFEST:1: found something else");
	damage(place, to, "MANIFEST", "crier-backup 2\n", "MANIFEST:1: found something else");
}

static void hostile_lines_of_a_manifest(void **state)
{
#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	static const char *const lines[] = {
		"\n",
		"x\n",
		HASH "\n",
		HASH " 0\n",
		HASH " 0 \n",
		HASH " 0 /etc/passwd\n",
		HASH " 0 ../evil\n",
		HASH " 0 a/../../evil\n",
		HASH " 0 a/..\n",
		HASH " 0 ./a\n",
		HASH " 0 a//b\n",
		HASH " 0 a/\n",
		HASH " 0 a\tb\n",
		HASH " 0 a\x7f\n",
		HASH " -1 a\n",
		HASH " 99999999999999999999 a\n",
		HASH " 0x0 a\n",
		HASH "0 0 a\n",
		"abc 0 a\n",
		HASH "  a\n",
	};
	struct place *place = *state;
	const char *folder = place_path(place, "b");
	struct backup_result result;
	struct err err;

	assert_int_equal(file_make_dirs(folder, 0750, &err), 0);
	file_made(place_path(place, "b/a"), "");
	file_made(place_path(place, "evil"), "");
	file_made(place_path(place, "b/MANIFEST"), "crier-backup 1\n" HASH " 0 a\n");
	assert_int_equal(verify(place, folder, &result, &err), 0);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		file_made(place_path(place, "b/MANIFEST"),
			  arena_printf(place->arena, "crier-backup 1\n" HASH " 0 a\n%s", lines[i]).ptr);
		assert_int_equal(verify(place, folder, &result, &err), BACKUP_DAMAGED);
		if (!strstr(err.text, "MANIFEST:3: found \""))
			fail_msg("line %zu: %s", i, err.text);
	}
	file_made(place_path(place, "b/MANIFEST"), "crier-backup 1\n" HASH " 0 a");
	assert_int_equal(verify(place, folder, &result, &err), BACKUP_DAMAGED);
	assert_non_null(strstr(err.text, "ends within a line"));
#undef HASH
}

static void links_are_not_followed(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	const char *to = place_path(place, "b");
	struct backup_result result;
	struct err err;

	file_made(place_path(place, "secret"), "word");
	assert_int_equal(symlink(place_path(place, "secret"), newsroom_path(&newsroom, "theme/link.css")), 0);
	assert_int_equal(make(&newsroom, to, &err), 0);
	assert_false(file_exists(place_path(place, "b/theme/link.css")));
	assert_int_equal(unlink(place_path(place, "b/theme/own.css")), 0);
	assert_int_equal(symlink(place_path(place, "secret"), place_path(place, "b/theme/own.css")), 0);
	assert_true(verify(place, to, &result, &err) != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_of_it_and_nothing_else, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(places_in_every_spelling, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(places_that_are_refused, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_store_elsewhere_is_refused, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_store_under_another_name, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(names_that_would_break_the_manifest, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(what_was_killed_is_taken_away, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(the_newest, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_disk_that_is_full, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(damage_is_found, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(hostile_lines_of_a_manifest, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(links_are_not_followed, place_setup, place_teardown),
	};
	return cmocka_run_group_tests_name("main.backup", tests, NULL, NULL);
}
