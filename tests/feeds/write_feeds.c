/* Writes each format into a folder, for check_feeds.py: write_feeds FOLDER */
#include "base/file.h"
#include "sample.h"

#include <stdio.h>

#define MAX (1u << 20)

static int write_one(const char *folder, const char *name, struct str content)
{
	ARENA_SCOPED arena = arena_create(0);
	struct err err = {0};
	int rc = file_write(arena_printf(arena, "%s/%s", folder, name).ptr, content, 0644, &err);

	if (rc)
		fprintf(stderr, "%s\n", err.text);
	return rc;
}

static int write_feed(const char *folder, const char *kind, struct feed feed)
{
	ARENA_SCOPED arena = arena_create(0);
	int rc = 0;

	for (enum feed_format format = 0; format < FEED_FORMATS && rc == 0; format++) {
		BUF_SCOPED out = BUF_INIT(MAX);

		feed_put(&feed, format, &out);
		rc = write_one(folder, arena_printf(arena, "%s-%.*s", kind, STR_ARG(feed_file(format))).ptr,
			       buf_str(&out));
	}
	return rc;
}

static int write_sitemaps(const char *folder, const char *kind, bool hostile)
{
	static const char *const names[] = {"sitemap", "index", "news", "opensearch"};
	ARENA_SCOPED arena = arena_create(0);
	struct buf bufs[4];
	int rc = 0;

	for (int i = 0; i < 4; i++)
		buf_init(&bufs[i], MAX);
	sample_sitemaps(hostile, &bufs[0], &bufs[1], &bufs[2], &bufs[3]);
	for (int i = 0; i < 4; i++) {
		if (rc == 0)
			rc = write_one(folder, arena_printf(arena, "%s-%s.xml", kind, names[i]).ptr, buf_str(&bufs[i]));
		buf_finish(&bufs[i]);
	}
	return rc;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: write_feeds FOLDER\n");
		return 2;
	}
	return write_feed(argv[1], "plain", sample_feed()) || write_feed(argv[1], "hostile", sample_hostile_feed()) ||
	       write_feed(argv[1], "empty", sample_empty_feed()) || write_sitemaps(argv[1], "plain", false) ||
	       write_sitemaps(argv[1], "hostile", true);
}
