/* What was written is known again, also after a run that was killed. */
#include "export/manifest.h"

#include "../blob/folder.h"
#include "base/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char dir[64];
	int fd;
	struct err err;
};

static int begin(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	snprintf(place->dir, sizeof place->dir, "/tmp/crier-manifest-XXXXXX");
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

static struct manifest *load(struct place *place, bool *ret_same)
{
	struct manifest *manifest = NULL;

	assert_int_equal(manifest_load(place->fd, STR("gzip 6"), &manifest, ret_same, &place->err), 0);
	return manifest;
}

static struct record *claim(struct place *place, struct manifest *manifest, const char *name)
{
	struct record *record = NULL;

	assert_int_equal(manifest_claim(manifest, str_from(name), &record, &place->err), 0);
	return record;
}

static void save(struct place *place, struct manifest *manifest)
{
	assert_int_equal(manifest_save(manifest, &place->err), 0);
	manifest_destroy(manifest);
}

static void write_file(const struct place *place, const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", place->dir, name);
	assert_int_equal(file_write(path, str_from(text), 0644, NULL), 0);
}

static void test_what_was_saved_is_there_again(void **state)
{
	struct place *place = *state;
	bool same = true;
	struct manifest *manifest = load(place, &same);
	struct record *record;

	assert_false(same); /* there was none */
	record = claim(place, manifest, "a name/index.html");
	assert_true(record->is_new);
	snprintf(record->hash, sizeof record->hash, "\"abc\"");
	record->forms[CODING_IDENTITY] = (struct record_form){1234, 1795472170489497949};
	record->forms[CODING_GZIP] = (struct record_form){56, 78};
	save(place, manifest);

	manifest = load(place, &same);
	assert_true(same);
	assert_false(manifest_is_claimed(manifest, STR("a name/index.html")));
	record = claim(place, manifest, "a name/index.html");
	assert_false(record->is_new);
	assert_string_equal(record->hash, "\"abc\"");
	assert_int_equal(record->forms[CODING_IDENTITY].bytes, 1234);
	assert_int_equal(record->forms[CODING_IDENTITY].changed_ns, 1795472170489497949);
	assert_int_equal(record->forms[CODING_GZIP].bytes, 56);
	assert_int_equal(record->forms[CODING_BROTLI].bytes, -1);
	assert_true(manifest_is_claimed(manifest, STR("a name/index.html")));
	assert_null(claim(place, manifest, "a name/index.html")); /* another address */
	manifest_destroy(manifest);
}

static void test_what_is_not_claimed_is_to_be_removed(void **state)
{
	struct place *place = *state;
	bool same;
	struct manifest *manifest = load(place, &same);

	claim(place, manifest, "a");
	claim(place, manifest, "b");
	save(place, manifest);
	manifest = load(place, &same);
	claim(place, manifest, "b");
	assert_false(manifest_at(manifest, 0)->claimed);
	assert_true(manifest_at(manifest, 1)->claimed);
	assert_null(manifest_at(manifest, 2));
	save(place, manifest);
	manifest = load(place, &same);
	assert_true(str_eq(manifest_at(manifest, 0)->name, STR("b")));
	assert_null(manifest_at(manifest, 1));
	manifest_keep_all(manifest);
	assert_true(manifest_at(manifest, 0)->claimed);
	manifest_destroy(manifest);
}

/* The process ends between the claim and the end of the run. */
static void test_a_killed_run_leaves_its_names(void **state)
{
	struct place *place = *state;
	bool same;
	struct manifest *manifest = load(place, &same);

	claim(place, manifest, "a/index.html");
	manifest_destroy(manifest);
	manifest = load(place, &same);
	assert_true(str_eq(manifest_at(manifest, 0)->name, STR("a/index.html")));
	assert_int_equal(manifest_at(manifest, 0)->forms[CODING_IDENTITY].bytes, -1);
	assert_false(claim(place, manifest, "a/index.html")->is_new);
	manifest_destroy(manifest);
}

static void test_a_cut_line_of_the_journal_is_nothing(void **state)
{
	struct place *place = *state;
	struct manifest *manifest;
	bool same;

	write_file(place, "journal", "a\n../b\nc\nhal");
	manifest = load(place, &same);
	assert_true(str_eq(manifest_at(manifest, 0)->name, STR("a")));
	assert_true(str_eq(manifest_at(manifest, 1)->name, STR("c")));
	assert_null(manifest_at(manifest, 2));
	manifest_destroy(manifest);
}

/* Names in it are removed from the disk: what is not of our making is not taken for it. */
static void test_what_is_no_manifest_is_refused(void **state)
{
	static const char *const broken[] = {
		"",
		"something else\n",
		"crier-export 2\ngzip 6\n",
		"crier-export 1\n",
		"crier-export 1\ngzip 6\nhash 1 2 3 4 5 6\n",
		"crier-export 1\ngzip 6\nhash 1 2 3 4 5 x name\n",
		"crier-export 1\ngzip 6\nhash 1 2 -1 0 -1 0 ../../etc/passwd\n",
		"crier-export 1\ngzip 6\nhash 1 2 -1 0 -1 0 /etc/passwd\n",
		"crier-export 1\ngzip 6\nhash 1 2 -1 0 -1 0 .crier/lock\n",
		"crier-export 1\ngzip 6\nhash 1 2 -1 0 -1 0 a\nhash 1 2 -1 0 -1 0 a\n",
		"crier-export 1\ngzip 6\na-hash-that-is-longer-than-any-of-those-that-are-made 1 2 -1 0 -1 0 a\n",
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct manifest *manifest = NULL;
		bool same;

		write_file(place, "manifest", broken[i]);
		if (manifest_load(place->fd, STR("gzip 6"), &manifest, &same, &place->err) != ERR_DATA)
			fail_msg("taken: %s", broken[i]);
		assert_non_null(strstr(place->err.text, ".crier/manifest"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_was_saved_is_there_again, begin, end),
		cmocka_unit_test_setup_teardown(test_what_is_not_claimed_is_to_be_removed, begin, end),
		cmocka_unit_test_setup_teardown(test_a_killed_run_leaves_its_names, begin, end),
		cmocka_unit_test_setup_teardown(test_a_cut_line_of_the_journal_is_nothing, begin, end),
		cmocka_unit_test_setup_teardown(test_what_is_no_manifest_is_refused, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
