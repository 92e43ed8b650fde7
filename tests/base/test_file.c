#include "base/file.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

struct place {
	struct arena *arena;
	const char *dir;
};

static const char *below(struct place *place, const char *name)
{
	return arena_printf(place->arena, "%s/%s", place->dir, name).ptr;
}

static int set_up(void **state)
{
	struct arena *arena = arena_create(0);
	struct place *place = arena_new(arena, struct place);
	const char *tmp = getenv("TMPDIR");
	char *pattern = arena_array(arena, char, 200);
	snprintf(pattern, 200, "%s/crier-file-XXXXXX", tmp ? tmp : "/tmp");
	place->arena = arena;
	place->dir = mkdtemp(pattern);
	*state = place;
	return place->dir ? 0 : -1;
}

static int remove_one(void *context, const char *relative_path, struct err *err)
{
	struct place *place = context;
	(void)err;
	return unlink(below(place, relative_path));
}

static int tear_down(void **state)
{
	struct place *place = *state;
	static const char *const folders[] = {"a/b/c", "a/b", "a", "z", ""};
	unlink(below(place, "link"));
	unlink(below(place, "fifo"));
	file_walk(place->dir, remove_one, place, NULL);
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		rmdir(below(place, folders[i]));
	bool gone = !file_exists(place->dir);
	arena_destroy(place->arena);
	return gone ? 0 : -1;
}

static void what_is_written_is_read(void **state)
{
	struct place *place = *state;
	struct err err = {0};
	struct str content;
	const char *path = below(place, "file");
	assert_false(file_exists(path));
	assert_int_equal(file_write(path, STR("one\0two\n"), 0640, &err), 0);
	assert_true(file_exists(path));
	assert_int_equal(file_read(path, 100, place->arena, &content, &err), 0);
	assert_str(content, "one\0two\n");
	assert_int_equal(content.ptr[content.len], 0);
	struct stat found;
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 07777, 0640);
}

static void an_empty_file(void **state)
{
	struct place *place = *state;
	struct str content = STR("before");
	assert_int_equal(file_write(below(place, "file"), (struct str){0}, 0600, NULL), 0);
	assert_int_equal(file_read(below(place, "file"), 0, place->arena, &content, NULL), 0);
	assert_int_equal(content.len, 0);
	assert_int_equal(content.ptr[0], 0);
}

static void a_missing_file_is_an_answer(void **state)
{
	struct place *place = *state;
	struct err err = {0};
	struct str content = STR("untouched");
	assert_int_equal(file_read(below(place, "none"), 100, place->arena, &content, &err), FILE_MISSING);
	assert_int_equal(file_write(below(place, "file"), STR("x"), 0600, &err), 0);
	assert_int_equal(file_read(below(place, "file/none"), 100, place->arena, &content, &err), FILE_MISSING);
	assert_str(content, "untouched");
	assert_int_equal(err.code, 0);
}

static void the_maximum_is_exact(void **state)
{
	struct place *place = *state;
	struct err err = {0};
	struct str content = STR("untouched");
	const char *path = below(place, "file");
	char *large = arena_array(place->arena, char, 200001);
	memset(large, 'x', 200001);
	assert_int_equal(file_write(path, str_of(large, 200000), 0600, &err), 0);
	assert_int_equal(file_read(path, 199999, place->arena, &content, &err), ERR_LIMIT);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, "199999"));
	assert_str(content, "untouched");
	assert_int_equal(file_read(path, 0, place->arena, &content, &err), ERR_LIMIT);
	assert_int_equal(file_read(path, 200000, place->arena, &content, &err), 0);
	assert_int_equal(content.len, 200000);
	assert_int_equal(file_read(path, SIZE_MAX, place->arena, &content, &err), 0);
	assert_int_equal(content.len, 200000);
}

static void a_folder_is_no_file(void **state)
{
	struct place *place = *state;
	struct err err = {0};
	struct str content;
	assert_int_equal(file_read(place->dir, 100, place->arena, &content, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, place->dir));
	assert_int_equal(file_write(place->dir, STR("x"), 0600, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, place->dir));
}

static int count_file(void *context, const char *relative_path, struct err *err)
{
	(void)relative_path;
	(void)err;
	++*(int *)context;
	return 0;
}

/* Writes in a child that may make files of 1,000 bytes only: the write breaks in the middle. */
static int write_with_little_room(const char *path, struct str content)
{
	pid_t child = fork();
	if (child == 0) {
		const struct rlimit limit = {1000, 1000};
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		_exit(file_write(path, content, 0600, NULL) == ERR_SYSTEM ? 7 : 8);
	}
	int status = 0;
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_failed_write_leaves_the_old_content_and_nothing_else(void **state)
{
	struct place *place = *state;
	struct str content;
	int files = 0;
	const char *path = below(place, "file");
	char *large = arena_array(place->arena, char, 5000);
	assert_int_equal(file_write(path, STR("old"), 0600, NULL), 0);
	assert_int_equal(write_with_little_room(path, str_of(large, 5000)), 7);
	assert_int_equal(file_read(path, 100, place->arena, &content, NULL), 0);
	assert_str(content, "old");
	assert_int_equal(file_walk(place->dir, count_file, &files, NULL), 0);
	assert_int_equal(files, 1);
}

/* Who has the old file open goes on reading it: the new one came in its place, it was not written over. */
static void a_write_replaces_and_never_overwrites(void **state)
{
	struct place *place = *state;
	const char *path = below(place, "file");
	char bytes[10] = "";
	assert_int_equal(file_write(path, STR("old"), 0600, NULL), 0);
	FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(file_write(path, STR("new!"), 0600, NULL), 0);
	assert_int_equal(read(fd, bytes, sizeof bytes), 3);
	assert_string_equal(bytes, "old");
	struct str content;
	assert_int_equal(file_read(path, 100, place->arena, &content, NULL), 0);
	assert_str(content, "new!");
}

static void writing_where_no_folder_is(void **state)
{
	struct place *place = *state;
	struct err err = {0};
	assert_int_equal(file_write(below(place, "none/file"), STR("x"), 0600, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, "none/file"));
	assert_non_null(strstr(err.text, "No such file"));
}

static void writing_in_the_current_folder(void **state)
{
	struct place *place = *state;
	char *before = getcwd(NULL, 0);
	assert_int_equal(chdir(place->dir), 0);
	int rc = file_write("plain", STR("x"), 0600, NULL);
	assert_int_equal(chdir(before), 0);
	free(before);
	assert_int_equal(rc, 0);
	assert_true(file_exists(below(place, "plain")));
}

static void folders_are_made_like_mkdir_p(void **state)
{
	struct place *place = *state;
	struct err err = {0};
	assert_int_equal(file_make_dirs(below(place, "a/b/c"), 0755, &err), 0);
	assert_int_equal(file_make_dirs(below(place, "a/b/c"), 0755, &err), 0);
	assert_int_equal(file_make_dirs(below(place, "a//b/c/"), 0755, &err), 0);
	assert_int_equal(file_make_dirs("/", 0755, &err), 0);
	assert_true(file_exists(below(place, "a/b/c")));
	assert_int_equal(file_write(below(place, "a/file"), STR("x"), 0600, &err), 0);
	assert_int_equal(file_make_dirs(below(place, "a/file/d"), 0755, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, "a/file: is in the way"));
}

struct seen {
	struct arena *arena;
	struct str text;
	int stop_at;
};

static int note_path(void *context, const char *relative_path, struct err *err)
{
	struct seen *seen = context;
	(void)err;
	seen->text = arena_printf(seen->arena, "%.*s%s ", STR_ARG(seen->text), relative_path);
	return --seen->stop_at == 0 ? 77 : 0;
}

static void make_tree(struct place *place)
{
	static const char *const files[] = {"z/last", "a/b/c/deep", "a/b/file", "a/2", "a/10", "middle", ".hidden"};
	assert_int_equal(file_make_dirs(below(place, "a/b/c"), 0755, NULL), 0);
	assert_int_equal(file_make_dirs(below(place, "z"), 0755, NULL), 0);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		assert_int_equal(file_write(below(place, files[i]), STR("x"), 0600, NULL), 0);
	assert_int_equal(symlink("a", below(place, "link")), 0);
	assert_int_equal(mkfifo(below(place, "fifo"), 0600), 0);
}

static void walk_visits_files_in_order(void **state)
{
	struct place *place = *state;
	struct seen seen = {.arena = place->arena};
	make_tree(place);
	assert_int_equal(file_walk(place->dir, note_path, &seen, NULL), 0);
	assert_str(seen.text, ".hidden a/10 a/2 a/b/c/deep a/b/file middle z/last ");
}

static void walk_stops_at_the_first_answer(void **state)
{
	struct place *place = *state;
	struct seen seen = {.arena = place->arena, .stop_at = 4};
	make_tree(place);
	assert_int_equal(file_walk(place->dir, note_path, &seen, NULL), 77);
	assert_str(seen.text, ".hidden a/10 a/2 a/b/c/deep ");
}

static void walk_of_nothing(void **state)
{
	struct place *place = *state;
	struct err err = {0};
	struct seen seen = {.arena = place->arena};
	assert_int_equal(file_walk(place->dir, note_path, &seen, &err), 0);
	assert_int_equal(seen.text.len, 0);
	assert_int_equal(file_walk(below(place, "none"), note_path, &seen, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, "none"));
}

static void descriptors_are_closed_once(void **state)
{
	(void)state;
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	int fd = fds[0];
	fd_closep(&fds[0]);
	assert_int_equal(fds[0], -1);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(errno, EBADF);
	fd_closep(&fds[0]);
	fd_closep(&fds[1]);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(what_is_written_is_read),
	    in_a_folder(an_empty_file),
	    in_a_folder(a_missing_file_is_an_answer),
	    in_a_folder(the_maximum_is_exact),
	    in_a_folder(a_folder_is_no_file),
	    in_a_folder(a_failed_write_leaves_the_old_content_and_nothing_else),
	    in_a_folder(a_write_replaces_and_never_overwrites),
	    in_a_folder(writing_where_no_folder_is),
	    in_a_folder(writing_in_the_current_folder),
	    in_a_folder(folders_are_made_like_mkdir_p),
	    in_a_folder(walk_visits_files_in_order),
	    in_a_folder(walk_stops_at_the_first_answer),
	    in_a_folder(walk_of_nothing),
	    cmocka_unit_test(descriptors_are_closed_once),
	};
	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
