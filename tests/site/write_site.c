/* Walks the newsroom of the tests by its links, from the front page, and writes every answer into a folder, with a
 * list of them: write_site FOLDER [hostile]. For test_check_pages.py, and for looking at pages in a browser. */
#include "newsroom.h"
#include "walk.h"

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

struct writer {
	struct newsroom newsroom;
	struct arena *arena;
	const char *folder;
	struct buf *list;
	size_t number;
};

/* Nothing here need outlive a crash: no fsync, unlike file_write. */
static int write_plain(const char *path, struct str content, struct err *err)
{
	FILE *file = fopen(path, "we");
	bool whole = file && fwrite(content.ptr, 1, content.len, file) == content.len;

	if (file && fclose(file) != 0)
		whole = false;
	return whole ? 0 : err_set(err, ERR_SYSTEM, "%s cannot be written", path);
}

static int write_answer(void *context, struct str target, struct str *ret_body, struct str *ret_location,
			struct err *err)
{
	struct writer *writer = context;
	struct answer_text answer = newsroom_get(&writer->newsroom, arena_cstr(writer->arena, target), NULL);
	struct str type = answer_header(&answer, "Content-Type");
	size_t number = writer->number++;

	*ret_location = answer_header(&answer, "Location");
	if (!str_starts(type, STR("image/")))
		*ret_body = answer.body;
	buf_printf(writer->list, "%zu\t%d\t%.*s\t%.*s\n", number, answer.status, STR_ARG(type), STR_ARG(target));
	return write_plain(arena_printf(writer->arena, "%s/%zu", writer->folder, number).ptr, answer.body, err);
}

static int write_all(struct writer *writer, struct err *err)
{
	static const char *const starts[] = {"/",
					     "/sitemap.xml",
					     "/news-sitemap.xml",
					     "/robots.txt",
					     "/.well-known/security.txt",
					     "/search?q=court",
					     "/gone/",
					     "/nothing/"};
	BUF_SCOPED list = BUF_INIT(64u << 20);
	struct walk walk;
	int rc;

	writer->list = &list;
	walk_init(&walk, writer->arena);
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		walk_meet(&walk, str_from(starts[i]));
	rc = walk_all(&walk, write_answer, writer, err);
	if (rc == 0)
		rc = write_plain(arena_printf(writer->arena, "%s/list.tsv", writer->folder).ptr, buf_str(&list), err);
	return rc;
}

int main(int argc, char **argv)
{
	struct writer writer = {.arena = arena_create(0)};
	struct err err = {0};
	int rc;

	if (argc < 2) {
		fprintf(stderr, "usage: write_site FOLDER [hostile]\n");
		return 2;
	}
	writer.folder = argv[1];
	rc = newsroom_open(&writer.newsroom, argc > 2 && strcmp(argv[2], "hostile") == 0, &err);
	if (rc == 0)
		rc = write_all(&writer, &err);
	if (rc)
		fprintf(stderr, "%s\n", err.text);
	newsroom_close(&writer.newsroom);
	arena_destroy(writer.arena);
	return rc ? 1 : 0;
}
