/* Every call to the system that file.c makes, in turn, goes wrong: it fails, is interrupted, or does a part. After
 * each: the old content or the new one, nothing beside it, no descriptor left open, and a message that names the path.
 */
#include "base/file.h"
#include "check.h"
#include "strike.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

WRAPPED('t', int, -1, mkostemp64, (char *pattern, int flags), (pattern, flags))
WRAPPED('m', int, -1, fchmod, (int fd, mode_t mode), (fd, mode))
WRAPPED('f', int, -1, fsync, (int fd), (fd))
WRAPPED('r', int, -1, rename, (const char *from, const char *to), (from, to))
WRAPPED('d', int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
WRAPPED('D', DIR *, NULL, opendir, (const char *path), (path))
WRAPPED('e', struct dirent64 *, NULL, readdir64, (DIR * dir), (dir))
WRAPPED('l', int, -1, lstat64, (const char *path, struct stat64 *found), (path, found))
WRAPPED('w', ssize_t, -1, write, (int fd, const void *bytes, size_t count), (fd, bytes, part_of(count)))
WRAPPED('g', ssize_t, -1, read, (int fd, void *bytes, size_t count), (fd, bytes, part_of(count)))

static char folder[40];
static char path[80];

static int begin(void **state)
{
	(void)state;
	memset(&fault, 0, sizeof fault);
	snprintf(folder, sizeof folder, "/tmp/crier-calls-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/file", folder);
	return 0;
}

static int end(void **state)
{
	(void)state;
	char name[100];
	memset(&fault, 0, sizeof fault);
	static const char *const names[] = {"file", "a/b/c", "a/b", "a/x", "a", "b"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(name, sizeof name, "%s/%s", folder, names[i]);
		remove(name);
	}
	return rmdir(folder);
}

static int descriptors(void)
{
	int count = 0;
	for (int fd = 0; fd < 200; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static int entries(void)
{
	int count = 0;
	DIR *dir = __real_opendir(folder);
	assert_non_null(dir);
	while (__real_readdir64(dir))
		count++;
	closedir(dir);
	return count - 2;
}

static void stands_there(const char *expected)
{
	char bytes[100];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	ssize_t got = __real_read(fd, bytes, sizeof bytes);
	close(fd);
	assert_int_equal(got, (ssize_t)strlen(expected));
	assert_memory_equal(bytes, expected, strlen(expected));
}

/* ---- writing ---- */

static void the_order_of_a_write(void **state)
{
	(void)state;
	BUF_SCOPED told = BUF_INIT(100);
	struct err err = {0};
	fault.told = &told;
	assert_int_equal(file_write(path, STR("content"), 0640, &err), 0);
	/* A file beside it, all of it, its mode, on the disk; only then its name, and the name on the disk. */
	assert_str(buf_str(&told), "twmfrf");
	struct stat found;
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0640);
}

static void each_call_of_a_write_may_fail(void **state)
{
	static const int numbers[] = {ENOSPC, EIO, EACCES};
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(file_write(path, STR("old"), 0600, NULL), 0);
		for (long number = 1;; number++) {
			struct err err = {0};
			int before = descriptors();
			fault.left = number;
			fault.number = numbers[i];
			fault.fired = false;
			int rc = file_write(path, STR("new"), 0600, &err);
			bool fired = fault.fired;
			fault.left = 0;
			assert_int_equal(descriptors(), before);
			assert_int_equal(entries(), 1);
			assert_int_equal(rc, fired ? ERR_SYSTEM : 0);
			stands_there(fired && number < 6 ? "old" : "new"); /* the last is the folder's sync */
			if (!fired) {
				assert_int_equal(number, 7);
				break;
			}
			assert_int_equal(err.code, ERR_SYSTEM);
			assert_non_null(strstr(err.text, folder));
			char reason[100];
			assert_non_null(strstr(err.text, strerror_r(numbers[i], reason, sizeof reason)));
			assert_int_equal(file_write(path, STR("old"), 0600, NULL), 0);
		}
	}
}

static void writes_in_parts_and_interrupted(void **state)
{
	static const char content[] = "a content that is written in several parts";
	(void)state;
	for (size_t most = 1; most < sizeof content; most++) {
		for (long number = 2; number < 5; number++) { /* one of the writes is interrupted */
			struct err err = {0};
			fault.most = most;
			fault.left = most == 1 ? number : 2;
			fault.number = EINTR;
			assert_int_equal(
				file_write(path, STR("a content that is written in several parts"), 0600, &err), 0);
			fault.most = 0;
			stands_there(content);
		}
	}
}

/* ---- reading ---- */

static void reads_in_parts_and_interrupted(void **state)
{
	static const char content[] = "some bytes that come in parts";
	(void)state;
	assert_int_equal(file_write(path, STR("some bytes that come in parts"), 0600, NULL), 0);
	for (size_t most = 1; most <= sizeof content; most++) {
		ARENA_SCOPED arena = arena_create(0);
		struct str found = STR("untouched");
		fault.most = most;
		fault.left = 1 + (long)(most % 3);
		fault.number = EINTR;
		assert_int_equal(file_read(path, sizeof content - 1, arena, &found, NULL), 0);
		assert_true(str_eq(found, STR("some bytes that come in parts")));
		found = STR("untouched");
		fault.left = 0;
		struct err err = {0};
		assert_int_equal(file_read(path, sizeof content - 2, arena, &found, &err), ERR_LIMIT);
		assert_str(found, "untouched");
		assert_non_null(strstr(err.text, "larger than the 28 bytes allowed here"));
	}
}

static void each_read_may_fail(void **state)
{
	(void)state;
	assert_int_equal(file_write(path, STR("0123456789"), 0600, NULL), 0);
	for (long number = 1;; number++) {
		ARENA_SCOPED arena = arena_create(0);
		struct str found = STR("untouched");
		struct err err = {0};
		int before = descriptors();
		fault.most = 3;
		fault.left = number;
		fault.number = EIO;
		fault.fired = false;
		int rc = file_read(path, 100, arena, &found, &err);
		fault.left = 0;
		assert_int_equal(descriptors(), before);
		if (!fault.fired) {
			assert_int_equal(rc, 0);
			assert_str(found, "0123456789");
			assert_int_equal(number, 6); /* four parts, and the end */
			break;
		}
		assert_int_equal(rc, ERR_SYSTEM);
		assert_str(found, "untouched");
		assert_non_null(strstr(err.text, path));
		assert_non_null(strstr(err.text, "cannot be read: Input/output error"));
	}
}

/* ---- folders ---- */

static void folders_that_cannot_be_made(void **state)
{
	(void)state;
	char deep[80];
	snprintf(deep, sizeof deep, "%s/a/b/c", folder);
	for (long number = 1; number <= 5; number++) { /* of /tmp, its folder, a, b and c */
		struct err err = {0};
		fault.left = number;
		fault.number = ENOSPC;
		fault.fired = false;
		int rc = file_make_dirs(deep, 0700, &err);
		assert_true(fault.fired);
		/* Where the folder is there anyway, it is no matter why it could not be made. */
		assert_int_equal(rc, number <= 2 ? 0 : ERR_SYSTEM);
		if (rc != 0)
			assert_non_null(strstr(err.text, "the folder cannot be made: No space left on device"));
		assert_int_equal(entries(), number == 3 ? 0 : 1);
		static const char *const made[] = {"/a/b/c", "/a/b", "/a"};
		for (size_t i = 0; i < 3; i++) {
			snprintf(deep, sizeof deep, "%s%s", folder, made[i]);
			rmdir(deep);
		}
		snprintf(deep, sizeof deep, "%s/a/b/c", folder);
	}
	fault.left = 0;
	assert_int_equal(file_make_dirs(deep, 0700, NULL), 0);
	assert_int_equal(file_make_dirs(deep, 0700, NULL), 0);
}

static int collect(void *context, const char *relative_path, struct err *err)
{
	(void)err;
	buf_printf(context, "%s ", relative_path);
	return 0;
}

static void a_walk_tells_what_it_cannot_see(void **state)
{
	(void)state;
	char name[80];
	static const char *const files[] = {"a/b/c", "a/x", "b"};
	snprintf(name, sizeof name, "%s/a/b", folder);
	assert_int_equal(file_make_dirs(name, 0700, NULL), 0);
	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "%s/%s", folder, files[i]);
		assert_int_equal(file_write(name, STR("x"), 0600, NULL), 0);
	}
	BUF_SCOPED seen = BUF_INIT(1000);
	int stopped = 0;
	for (long number = 1;; number++) {
		struct err err = {0};
		int before = descriptors();
		buf_clear(&seen);
		fault.left = number;
		fault.number = EACCES;
		fault.fired = false;
		int rc = file_walk(folder, collect, &seen, &err);
		fault.left = 0;
		assert_int_equal(descriptors(), before);
		if (!fault.fired) {
			assert_int_equal(rc, 0);
			break;
		}
		stopped++;
		assert_int_equal(rc, ERR_SYSTEM);
		assert_non_null(strstr(err.text, folder));
		assert_non_null(strstr(err.text, "Permission denied"));
		assert_true(str_starts(STR("a/b/c a/x b "), buf_str(&seen))); /* in order up to there */
	}
	assert_str(buf_str(&seen), "a/b/c a/x b ");
	assert_true(stopped >= 3 + 5); /* three folders, five entries, and their lists */
	/* What goes away between being listed and being looked at was not there. */
	for (long number = 1; number < 40; number++) {
		buf_clear(&seen);
		BUF_SCOPED told = BUF_INIT(1000);
		fault.told = &told;
		fault.left = number;
		fault.number = ENOENT;
		fault.fired = false;
		int rc = file_walk(folder, collect, &seen, NULL);
		fault.left = 0;
		fault.told = NULL;
		if (!fault.fired)
			break;
		assert_int_equal(rc, told.ptr[number - 1] == 'l' ? 0 : ERR_SYSTEM);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(the_order_of_a_write),
		TEST(each_call_of_a_write_may_fail),
		TEST(writes_in_parts_and_interrupted),
		TEST(reads_in_parts_and_interrupted),
		TEST(each_read_may_fail),
		TEST(folders_that_cannot_be_made),
		TEST(a_walk_tells_what_it_cannot_see),
	};
	return cmocka_run_group_tests_name("file: calls", tests, NULL, NULL);
}
