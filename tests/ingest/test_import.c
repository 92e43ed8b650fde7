/* The exports of others: what of each comes in, exactly. */
#include "newsroom.h"

static void every_shared_export_gives_exactly_this(void **state)
{
	static const struct {
		const char *file;
		int posts, pages, attachments, left, terms, people, menus;
		const char *error;
	} files[] = {
		{"64-block-test-data.xml", 61, 1, 9, 1, 11, 2, 0, NULL},
		{"theme-preview.xml", 7, 0, 0, 0, 9, 1, 0, NULL},
		{"themeunittestdata.wordpress.xml", 58, 21, 37, 0, 182, 2 /* ">themereviewteam" is a slip */,
		 56 /* of 70: 14 are "#" with nothing below */, NULL},
		{"importer/crazy-cdata.xml", 1, 0, 0, 0, 0, 1, 0, NULL},
		{"importer/malformed-simple.xml", 0, 0, 0, 0, 0, 0, 0, ":14: byte 372: the file ends too early"},
		{"importer/malformed.xml", 0, 0, 0, 0, 0, 0, 0, ":27: byte 1471: found <notachanneltag>"},
		{"importer/missing-version-tag.xml", 0, 0, 0, 0, 0, 0, 0, ":35: byte 1798: the WXR version is missing"},
		{"importer/slashes.xml", 1, 0, 0, 0, 2, 2, 0, NULL},
		{"importer/small-export.xml", 6, 5, 0, 0, 33, 3, 0, NULL},
		{"importer/term-meta.xml", 0, 0, 0, 0, 1, 0, 0, NULL},
		{"importer/test-serialized-postmeta-with-cdata.xml", 1, 0, 0, 0, 1, 1, 0, NULL},
		{"importer/valid-wxr-1.0.xml", 3, 3, 0, 0, 9, 1, 0, NULL},
		{"importer/valid-wxr-1.1.xml", 1, 1, 0, 0, 3, 1, 0, NULL},
		{"importer/wxr-comprehensive.xml", 1, 1, 0, 0, 4, 2, 0, NULL},
		{"importer/wxr-utf-8-challenges.xml", 1, 0, 0, 0, 1, 1, 0, NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		void *one;
		assert_int_equal(newsroom_open(&one), 0);
		struct newsroom *room = one;
		const char *path = newsroom_shared(room, arena_printf(room->arena, "wxr/%s", files[i].file).ptr);
		if (!path) {
			newsroom_close(&one);
			skip();
		}
		room->paths[room->files++] = path;
		int result = newsroom_import(room);
		if (files[i].error ? !strstr(room->err.text, files[i].error) : result != 0)
			fail_msg("%s: %s", files[i].file, room->err.text);
		struct taxonomy taxonomy = newsroom_taxonomy(room);
		int found[] = {(int)newsroom_counted(room, "posts", "taken"),
			       (int)newsroom_counted(room, "pages", "taken"),
			       (int)newsroom_counted(room, "attachments", "taken"),
			       (int)newsroom_counted(room, "other things", "left: type wp_navigation is not content"),
			       (int)taxonomy.terms.len,
			       (int)taxonomy.contributors.len,
			       (int)newsroom_counted(room, "menu items", "taken")};
		const int wanted[] = {files[i].posts, files[i].pages,  files[i].attachments, files[i].left,
				      files[i].terms, files[i].people, files[i].menus};
		for (size_t j = 0; j < sizeof wanted / sizeof wanted[0]; j++)
			if (found[j] != wanted[j])
				print_error("%s: number %zu is %d, expected %d\n", files[i].file, j, found[j],
					    wanted[j]);
		assert_memory_equal(found, wanted, sizeof wanted);
		assert_int_equal(newsroom_entries(room).len, files[i].posts + files[i].pages);
		if (!files[i].error) {
			struct str before = newsroom_dump(room);
			newsroom_must_import(room);
			if (!str_eq(before, newsroom_dump(room)))
				fail_msg("%s: a second import changed something", files[i].file);
		}
		newsroom_close(&one);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_shared_export_gives_exactly_this)};
	return cmocka_run_group_tests_name("ingest.import", tests, NULL, NULL);
}
