/* Every call that changes files, in turn, fails as on a full disk, or is the last that the process makes. After each:
 * the newsroom is whole and nothing is lost, what has the name of a backup is one, and the next try works. */
#include "main/backup.h"

#include "base/file.h"
#include "main/folder.h"
#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS_MAX     5000
#define ENDED_THERE   40
#define FAILED_WELL   41
#define HELD_GOOD     42 /* the call failed and was not needed */
#define NOT_REACHED   43
#define FAILED_UNTOLD 44

enum mode { FAIL, END };

static struct {
	bool armed, fired;
	enum mode mode;
	long left; /* calls until it happens */
} fault;

static bool strikes(void)
{
	if (!fault.armed || --fault.left != 0)
		return false;
	fault.fired = true;
	if (fault.mode == END)
		_exit(ENDED_THERE);
	errno = ENOSPC;
	return true;
}

int __real_open64(const char *path, int flags, mode_t mode);
int __wrap_open64(const char *path, int flags, mode_t mode);
int __wrap_open64(const char *path, int flags, mode_t mode)
{
	return (flags & O_CREAT) && strikes() ? -1 : __real_open64(path, flags, mode);
}

int __real___open64_2(const char *path, int flags);
int __wrap___open64_2(const char *path, int flags);
int __wrap___open64_2(const char *path, int flags)
{
	return __real___open64_2(path, flags);
}

#define WRAPPED(name, parameters, arguments)                                                                           \
	int __real_##name parameters;                                                                                  \
	int __wrap_##name parameters;                                                                                  \
	int __wrap_##name parameters                                                                                   \
	{                                                                                                              \
		return strikes() ? -1 : __real_##name arguments;                                                       \
	}
WRAPPED(mkostemp64, (char *pattern, int flags), (pattern, flags))
WRAPPED(fsync, (int fd), (fd))
WRAPPED(rename, (const char *from, const char *to), (from, to))
WRAPPED(renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
WRAPPED(mkdir, (const char *path, mode_t mode), (path, mode))
WRAPPED(remove, (const char *path), (path))
WRAPPED(unlink, (const char *path), (path))
WRAPPED(fchmod, (int fd, mode_t mode), (fd, mode))
WRAPPED(lchown, (const char *path, uid_t user, gid_t group), (path, user, group))

ssize_t __real_write(int fd, const void *bytes, size_t count);
ssize_t __wrap_write(int fd, const void *bytes, size_t count);
ssize_t __wrap_write(int fd, const void *bytes, size_t count)
{
	return strikes() ? -1 : __real_write(fd, bytes, count);
}

struct scene {
	struct place *place;
	struct newsroom newsroom;
	const char *backup;
};

typedef int act(const struct scene *scene, struct err *err);

/* What became of the act when its number-th call went wrong. */
static int play(const struct scene *scene, act *run, enum mode mode, long number)
{
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		struct err err = {0};
		int rc;

		fault.mode = mode;
		fault.left = number;
		fault.armed = true;
		rc = run(scene, &err);
		fault.armed = false;
		if (!fault.fired)
			_exit(rc == 0 ? NOT_REACHED : 1);
		_exit(rc == 0 ? HELD_GOOD : err.text[0] ? FAILED_WELL : FAILED_UNTOLD);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int make(const struct scene *scene, struct err *err)
{
	struct backup_result result;
	struct progress progress = {.out = stderr};

	return backup_make(&scene->newsroom, scene->backup, &progress, &result, err);
}

static int restore(const struct scene *scene, struct err *err)
{
	struct backup_restored restored;
	struct progress progress = {.out = stderr};

	return backup_restore(scene->backup, scene->newsroom.dir, scene->place->arena, &progress, &restored, err);
}

static void assert_whole(const struct scene *scene)
{
	struct backup_result result;
	struct progress progress = {.out = stderr};
	struct err err = {0};

	if (backup_verify(scene->backup, scene->place->arena, &progress, &result, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(result.files, 6);
}

static void after_a_backup(const struct scene *scene, enum mode mode)
{
	const char *partial = arena_printf(scene->place->arena, "%s.partial", scene->backup).ptr;
	struct err err = {0};
	int64_t time_s;

	if (file_exists(scene->backup)) {
		assert_whole(scene);
		assert_int_equal(folder_remove(scene->backup, &err), 0);
	} else {
		assert_int_equal(backup_newest(&scene->newsroom, &time_s, &err), FILE_MISSING);
	}
	if (mode == FAIL)
		assert_false(file_exists(partial));
	assert_true(str_eq(newsroom_word(scene->place, scene->newsroom.dir), STR("word")));
	if (make(scene, &err) != 0)
		fail_msg("the next backup: %s", err.text);
	assert_whole(scene);
	assert_false(file_exists(partial));
	assert_int_equal(folder_remove(scene->backup, &err), 0);
}

static void backups(void **state, enum mode mode)
{
	struct place *place = *state;
	struct scene scene = {.place = place, .newsroom = newsroom_made(place, "room", "word")};
	long number = 1;
	int end = 0;

	scene.backup = newsroom_path(&scene.newsroom, "backups/one");
	for (; number < CALLS_MAX && end != NOT_REACHED; number++) {
		end = play(&scene, make, mode, number);
		assert_true(end == NOT_REACHED ||
			    (mode == FAIL ? end == FAILED_WELL || end == HELD_GOOD : end == ENDED_THERE));
		if (end == HELD_GOOD)
			assert_whole(&scene);
		if (end != NOT_REACHED)
			after_a_backup(&scene, mode);
	}
	assert_int_equal(end, NOT_REACHED);
	assert_true(number > 40);
}

static void a_backup_that_fails_at_any_call(void **state)
{
	backups(state, FAIL);
}

static void a_backup_that_ends_at_any_call(void **state)
{
	backups(state, END);
}

/* How many of the newsroom's folder and those beside it hold that word, or that file. */
static int folders_with(const struct place *place, const char *file, const char *word)
{
	DIR *dir = opendir(place->folder);
	int count = 0;

	assert_non_null(dir);
	for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		const char *path = arena_printf(place->arena, "%s/%s/%s", place->folder, entry->d_name, file).ptr;

		if (strncmp(entry->d_name, "room", 4) == 0 && file_exists(path) &&
		    (!word || str_eq(file_content(place, path), str_from(word))))
			count++;
	}
	closedir(dir);
	return count;
}

static void after_a_restore(const struct scene *scene, enum mode mode, int end)
{
	struct place *place = scene->place;
	struct err err = {0};
	struct str word = newsroom_word(place, scene->newsroom.dir);

	assert_true(str_eq(word, STR("old")) || str_eq(word, STR("new")));
	if (end == FAILED_WELL)
		assert_true(str_eq(word, STR("old")));
	if (mode == FAIL && str_eq(word, STR("old")))
		assert_false(file_exists(place_path(place, "room.restoring")));
	assert_int_equal(folders_with(place, "theme/own.css", "old"), 1);
	assert_int_equal(folders_with(place, "backups/monday", NULL), 1);
	if (restore(scene, &err) != 0)
		fail_msg("the next restore: %s", err.text);
	assert_true(str_eq(newsroom_word(place, scene->newsroom.dir), STR("new")));
	assert_int_equal(folders_with(place, "theme/own.css", "old"), 1);
	assert_int_equal(folders_with(place, "backups/monday", NULL), 1);
}

/* The newsroom as it was before, again. */
static void set_back(const struct place *place)
{
	struct err err = {0};
	DIR *dir = opendir(place->folder);

	assert_non_null(dir);
	for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
		if (strncmp(entry->d_name, "room", 4) == 0)
			assert_int_equal(folder_remove(place_path(place, entry->d_name), &err), 0);
	closedir(dir);
	newsroom_made(place, "room", "old");
	assert_int_equal(file_make_dirs(place_path(place, "room/backups/monday"), 0750, &err), 0);
}

static void restores(void **state, enum mode mode)
{
	struct place *place = *state;
	struct scene source = {.place = place,
			       .newsroom = newsroom_made(place, "source", "new"),
			       .backup = place_path(place, "backup")};
	struct scene scene = {.place = place, .backup = source.backup};
	struct err err = {0};
	long number = 1;
	int end = 0;

	assert_int_equal(make(&source, &err), 0);
	for (; number < CALLS_MAX && end != NOT_REACHED; number++) {
		struct arena_mark mark = arena_mark(place->arena);

		set_back(place);
		scene.newsroom = (struct newsroom){.arena = place->arena, .dir = place_path(place, "room")};
		end = play(&scene, restore, mode, number);
		assert_true(end == NOT_REACHED || end == HELD_GOOD ||
			    end == (mode == FAIL ? FAILED_WELL : ENDED_THERE));
		if (end != NOT_REACHED)
			after_a_restore(&scene, mode, end);
		arena_release(place->arena, mark);
	}
	assert_int_equal(end, NOT_REACHED);
	assert_true(number > 40);
}

static void a_restore_that_fails_at_any_call(void **state)
{
	restores(state, FAIL);
}

static void a_restore_that_ends_at_any_call(void **state)
{
	restores(state, END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_backup_that_fails_at_any_call, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_backup_that_ends_at_any_call, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_restore_that_fails_at_any_call, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_restore_that_ends_at_any_call, place_setup, place_teardown),
	};
	return cmocka_run_group_tests_name("main.backup_faults", tests, NULL, NULL);
}
