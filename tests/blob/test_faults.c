/* Every call that changes the folder, in turn, fails as on a full disk, is interrupted, or is cut short; and the order
 * in which what was put becomes durable. */
#include "blob/blob.h"

#include "../base/strike.h"
#include "base/buf.h"
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

WRAPPED('t', int, -1, mkostemp64, (char *pattern, int flags), (pattern, flags))
WRAPPED('f', int, -1, fsync, (int fd), (fd))
WRAPPED('d', int, -1, mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode))
WRAPPED('r', int, -1, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))

WRAPPED('w', ssize_t, -1, write, (int fd, const void *bytes, size_t count), (fd, bytes, part_of(count)))

struct scene {
	char folder[40];
	struct blob_store *store;
};

static struct scene begin(void)
{
	struct scene scene = {.folder = "/tmp/crier-blob-XXXXXX"};
	struct err err = {0};
	memset(&fault, 0, sizeof fault);
	assert_non_null(mkdtemp(scene.folder));
	assert_int_equal(blob_open(scene.folder, &scene.store, &err), 0);
	return scene;
}

static int count_file(void *context, const char *relative_path, struct err *err)
{
	(void)err;
	int *counts = context; /* of temporaries, of blobs */
	counts[strncmp(relative_path, "tmp/", 4) == 0 ? 0 : 1]++;
	return 0;
}

static void holds(const struct scene *scene, int blobs)
{
	int counts[2] = {0};
	assert_int_equal(file_walk(scene->folder, count_file, counts, NULL), 0);
	assert_int_equal(counts[0], 0);
	assert_int_equal(counts[1], blobs);
}

static void end(struct scene *scene)
{
	memset(&fault, 0, sizeof fault);
	blob_close(scene->store);
	assert_int_equal(folder_remove(scene->folder), 0);
}

static const struct str words = STR_INIT("words that are kept");

static int put_text(const struct scene *scene, struct blob_id *ret_id, struct err *err)
{
	return blob_put(scene->store, words, ret_id, err);
}

static int put_stream(const struct scene *scene, struct blob_id *ret_id, struct err *err)
{
	int64_t bytes = 0;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(__real_write(ends[1], words.ptr, words.len), (ssize_t)words.len);
	close(ends[1]);
	FD_SCOPED fd = ends[0];
	return blob_put_fd(scene->store, fd, 1000, ret_id, &bytes, err);
}

typedef int put_it(const struct scene *scene, struct blob_id *ret_id, struct err *err);
static put_it *const ways[] = {put_text, put_stream};

/* Whatever call fails: the folder is named, no id is given out, nothing temporary stays, and the next try works. */
static void each_call_may_fail(void **state)
{
	(void)state;
	for (size_t way = 0; way < 2; way++) {
		long number = 1;
		for (;; number++) {
			struct scene scene = begin();
			struct blob_id id = {"untouched"};
			struct err err = {0};
			fault.left = number;
			fault.number = ENOSPC;
			int rc = ways[way](&scene, &id, &err);
			bool fired = fault.fired;
			fault.left = 0;
			if (fired) {
				assert_int_equal(rc, ERR_SYSTEM);
				assert_string_equal(id.hex, "untouched");
				assert_non_null(strstr(err.text, scene.folder));
				assert_non_null(strstr(err.text, "No space left on device"));
			}
			/* Where only the last sync failed, behind the rename, the file is there. */
			holds(&scene, !fired || number == 9);
			assert_int_equal(ways[way](&scene, &id, &err), 0);
			assert_int_equal(blob_verify(scene.store, &id, &err), 0);
			holds(&scene, 1);
			end(&scene);
			if (!fired)
				break;
		}
		assert_int_equal(number, 10); /* t w f d f d f r f: and then none is left */
	}
}

static void an_interrupted_write_goes_on(void **state)
{
	(void)state;
	for (size_t way = 0; way < 2; way++) {
		struct scene scene = begin();
		struct blob_id id;
		struct err err = {0};
		fault.left = 2; /* the write */
		fault.number = EINTR;
		fault.most = 3;
		assert_int_equal(ways[way](&scene, &id, &err), 0);
		assert_true(fault.fired);
		assert_int_equal(blob_verify(scene.store, &id, &err), 0);
		holds(&scene, 1);
		end(&scene);
	}
}

/* The content before its name, the folders before what is in them, and the name at last. */
static void what_is_put_is_durable(void **state)
{
	(void)state;
	for (size_t way = 0; way < 2; way++) {
		struct scene scene = begin();
		struct blob_id id;
		struct err err = {0};
		BUF_SCOPED told = BUF_INIT(200);
		fault.told = &told;
		assert_int_equal(ways[way](&scene, &id, &err), 0);
		buf_put_byte(&told, 0);
		assert_string_equal(told.ptr, "twfdfdfrf");
		/* A second time it is there already, but who put it first may not have got to the end. */
		buf_clear(&told);
		assert_int_equal(ways[way](&scene, &id, &err), 0);
		buf_put_byte(&told, 0);
		assert_string_equal(told.ptr, way == 0 ? "f" : "twf");
		holds(&scene, 1);
		end(&scene);
	}
}

static void what_cannot_be_made_durable_again_is_told(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct blob_id id = {"untouched"}, first;
	struct err err = {0};
	assert_int_equal(put_text(&scene, &first, &err), 0);
	fault.left = 1;
	fault.number = EIO;
	assert_int_equal(put_text(&scene, &id, &err), ERR_SYSTEM);
	assert_string_equal(id.hex, "untouched");
	assert_non_null(strstr(err.text, "cannot make the folder durable: Input/output error"));
	end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_may_fail),
		cmocka_unit_test(an_interrupted_write_goes_on),
		cmocka_unit_test(what_is_put_is_durable),
		cmocka_unit_test(what_cannot_be_made_durable_again_is_told),
	};
	return cmocka_run_group_tests_name("blob: faults", tests, NULL, NULL);
}
