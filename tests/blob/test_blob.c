#include "blob/blob.h"

#include "base/file.h"
#include "folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

struct fixture {
	char folder[64];
	struct blob_store *store;
	struct arena *arena;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	struct err err;
	assert_non_null(fixture);
	snprintf(fixture->folder, sizeof fixture->folder, "/tmp/crier-blob-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	fixture->arena = arena_create(0);
	assert_int_equal(blob_open(fixture->folder, &fixture->store, &err), 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	blob_close(fixture->store);
	int rc = folder_remove(fixture->folder);
	arena_destroy(fixture->arena);
	free(fixture);
	return rc;
}

static struct str content_of(struct fixture *fixture, const struct blob_id *id)
{
	struct str content = {0};
	struct err err;
	struct str path = blob_path(fixture->store, id, fixture->arena);
	assert_int_equal(file_read(path.ptr, 1 << 20, fixture->arena, &content, &err), 0);
	return content;
}

static void put_and_read(void **state)
{
	struct fixture *fixture = *state;
	struct blob_id id;
	struct err err;
	int64_t bytes = 0;
	FD_SCOPED fd = -1;
	assert_int_equal(blob_put(fixture->store, STR("abc"), &id, &err), 0);
	assert_string_equal(id.hex, ABC);
	assert_true(blob_exists(fixture->store, &id));
	assert_true(str_eq(content_of(fixture, &id), STR("abc")));
	assert_true(str_ends(blob_path(fixture->store, &id, fixture->arena), STR("/ba/78/" ABC)));
	assert_int_equal(blob_read(fixture->store, &id, &fd, &bytes, &err), 0);
	assert_int_equal(bytes, 3);
	char read_back[8];
	assert_int_equal(read(fd, read_back, sizeof read_back), 3);
	assert_memory_equal(read_back, "abc", 3);
}

static void same_content_once(void **state)
{
	struct fixture *fixture = *state;
	struct blob_id first, second;
	struct err err;
	struct stat before, after;
	assert_int_equal(blob_put(fixture->store, STR("abc"), &first, &err), 0);
	struct str path = blob_path(fixture->store, &first, fixture->arena);
	assert_int_equal(stat(path.ptr, &before), 0);
	assert_int_equal(blob_put(fixture->store, STR("abc"), &second, &err), 0);
	assert_string_equal(first.hex, second.hex);
	assert_int_equal(stat(path.ptr, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

/* A file cut short by a crash of another kind is written anew, not taken for the content. */
static void short_file_is_mended(void **state)
{
	struct fixture *fixture = *state;
	struct blob_id id;
	struct err err;
	assert_int_equal(blob_put(fixture->store, STR("abc"), &id, &err), 0);
	struct str path = blob_path(fixture->store, &id, fixture->arena);
	assert_int_equal(truncate(path.ptr, 1), 0);
	assert_int_equal(blob_verify(fixture->store, &id, &err), BLOB_DAMAGED);
	assert_int_equal(blob_put(fixture->store, STR("abc"), &id, &err), 0);
	assert_int_equal(blob_verify(fixture->store, &id, &err), 0);
}

static int write_temporary(struct fixture *fixture, size_t bytes)
{
	char path[128];
	snprintf(path, sizeof path, "%s/source", fixture->folder);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	for (size_t i = 0; i < bytes; i++)
		assert_int_equal(write(fd, &"abcdefg"[i % 7], 1), 1);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void put_from_file(void **state)
{
	struct fixture *fixture = *state;
	struct blob_id id;
	struct err err;
	int64_t bytes = 0;
	FD_SCOPED fd = write_temporary(fixture, 1000);
	assert_int_equal(blob_put_fd(fixture->store, fd, 1000, &id, &bytes, &err), 0);
	assert_int_equal(bytes, 1000);
	assert_int_equal(blob_verify(fixture->store, &id, &err), 0);
	assert_int_equal(content_of(fixture, &id).len, 1000);
}

static void too_large_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct blob_id id = {"untouched"};
	struct err err;
	int64_t bytes = -1;
	FD_SCOPED fd = write_temporary(fixture, 1000);
	assert_int_equal(blob_put_fd(fixture->store, fd, 999, &id, &bytes, &err), ERR_LIMIT);
	assert_string_equal(id.hex, "untouched");
	assert_int_equal(bytes, -1);
	char temporary[128];
	snprintf(temporary, sizeof temporary, "%s/tmp", fixture->folder);
	assert_int_equal(rmdir(temporary), 0); /* only an empty folder goes */
}

static void missing_and_removed(void **state)
{
	struct fixture *fixture = *state;
	struct blob_id id;
	struct err err;
	int64_t bytes;
	int fd = -1;
	assert_true(blob_id_parse(STR(ABC), &id));
	assert_false(blob_exists(fixture->store, &id));
	assert_int_equal(blob_read(fixture->store, &id, &fd, &bytes, &err), BLOB_MISSING);
	assert_int_equal(blob_verify(fixture->store, &id, &err), BLOB_MISSING);
	assert_int_equal(blob_remove(fixture->store, &id, &err), BLOB_MISSING);
	assert_int_equal(blob_put(fixture->store, STR("abc"), &id, &err), 0);
	assert_int_equal(blob_remove(fixture->store, &id, &err), 0);
	assert_false(blob_exists(fixture->store, &id));
}

static void damage_is_found(void **state)
{
	struct fixture *fixture = *state;
	struct blob_id id;
	struct err err;
	assert_int_equal(blob_put(fixture->store, STR("abc"), &id, &err), 0);
	FD_SCOPED fd = open(blob_path(fixture->store, &id, fixture->arena).ptr, O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(fd, "abd", 3), 3);
	assert_int_equal(blob_verify(fixture->store, &id, &err), BLOB_DAMAGED);
}

static void old_temporaries_go(void **state)
{
	struct fixture *fixture = *state;
	char old_path[128], young_path[128];
	struct err err;
	struct timespec long_ago[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	snprintf(old_path, sizeof old_path, "%s/tmp/old", fixture->folder);
	snprintf(young_path, sizeof young_path, "%s/tmp/young", fixture->folder);
	assert_int_equal(file_write(old_path, STR("x"), 0600, &err), 0);
	assert_int_equal(file_write(young_path, STR("x"), 0600, &err), 0);
	assert_int_equal(utimensat(AT_FDCWD, old_path, long_ago, 0), 0);
	blob_close(fixture->store);
	assert_int_equal(blob_open(fixture->folder, &fixture->store, &err), 0);
	assert_false(file_exists(old_path));
	assert_true(file_exists(young_path));
}

static void ids(void **state)
{
	struct blob_id id;
	(void)state;
	assert_true(blob_id_parse(STR(ABC), &id));
	assert_string_equal(id.hex, ABC);
	assert_false(blob_id_parse(STR(""), &id));
	assert_false(blob_id_parse(STR("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"), &id));
	assert_false(blob_id_parse(STR("../7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a"), &id));
	assert_false(blob_id_parse(STR(ABC "0"), &id));
}

static void folder_cannot_be_made(void **state)
{
	struct blob_store *store = NULL;
	struct err err;
	(void)state;
	assert_int_equal(blob_open("/proc/crier-no-such-place", &store, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, "/proc/crier-no-such-place"));
	assert_null(store);
	blob_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(put_and_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(same_content_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(short_file_is_mended, set_up, tear_down),
		cmocka_unit_test_setup_teardown(put_from_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(too_large_leaves_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(missing_and_removed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damage_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(old_temporaries_go, set_up, tear_down),
		cmocka_unit_test(ids),
		cmocka_unit_test(folder_cannot_be_made),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
