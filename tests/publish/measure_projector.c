/* How fast public.db is built, followed and loaded: measure_projector ENTRIES FOLDER. By hand; the folder is made
 * and left behind. Bodies are about 5 KB of paragraphs, links, a quote and a list. */
#include "base/clock.h"
#include "base/file.h"
#include "publish/projector.h"
#include "store/batch.h"
#include "store/item.h"
#include "store/store.h"
#include "store/taxonomy.h"

#include <stdio.h>
#include <stdlib.h>

static const struct str english = STR_INIT("en");

struct work {
	int64_t batch_id, from, to, topics[40];
	struct str body;
	struct arena *arena;
};

static int begin(struct store_tx *tx, void *context, struct err *err)
{
	struct work *work = context;
	struct language language = {english, 0, english};
	int rc = language_put(tx, &language, err);
	for (int i = 0; !rc && i < 40; i++) {
		struct str slug = arena_printf(tx_arena(tx), "topic-%d", i);
		struct taxonomy_text text = {.language = english, .label = slug, .slug = slug};
		struct term term = {.vocabulary = VOCABULARY_TOPIC, .texts = {&text, 1, 1}};
		rc = term_create(tx, &term, &work->topics[i], err);
	}
	return rc ? rc : batch_begin(tx, STR("measure"), &work->batch_id, err);
}

static int chunk(struct store_tx *tx, void *context, struct err *err)
{
	struct work *work = context;
	int rc = 0;
	for (int64_t i = work->from; !rc && i < work->to; i++) {
		struct item_content content = {
			.type = ITEM_NEWS,
			.language = english,
			.slug = arena_printf(tx_arena(tx), "item-%lld", (long long)i),
			.path = arena_printf(tx_arena(tx), "/2020/01/item-%lld/", (long long)i),
			.state = ITEM_RELEASED,
			.date_s = 1000000000 + i * 500,
			.term_ids = &work->topics[i % 40],
			.term_count = 1,
			.revision = {.title = arena_printf(tx_arena(tx), "What happened on day %lld", (long long)i),
				     .body = work->body,
				     .sha256 = STR("0123456789abcdef0123456789abcdef")},
		};
		struct item_ids ids;
		rc = item_create(tx, &content, &ids, err);
	}
	return rc;
}

static int flip(struct store_tx *tx, void *context, struct err *err)
{
	struct work *work = context;
	return batch_flip(tx, work->batch_id, err);
}

static struct str make_body(struct arena *arena)
{
	BUF_SCOPED body = BUF_INIT(100000);
	for (int i = 0; i < 14; i++) {
		buf_printf(
			&body,
			"<p>On the %d. day of the hearing the court was told how officers <em>kept</em> the road shut"
			" while families waited at the <a href=\"/2020/01/item-%d/\">gate of the old mill</a>; the"
			" ministry has not answered the letter that 214 people signed in spring.</p>",
			i, i);
		if (i % 5 == 0)
			buf_put_cstr(&body,
				     "<blockquote><p>We ask for one thing: the names.</p></blockquote><ul><li>A list of"
				     " those held</li><li>The orders that were given</li></ul>");
	}
	return buf_copy(&body, arena);
}

static void must(int rc, const struct err *err)
{
	if (!rc)
		return;
	fprintf(stderr, "measure_projector: %d: %s\n", rc, err->text);
	exit(1);
}

static void tell(const char *what, int64_t count, int64_t since_us)
{
	double seconds = (double)(clock_steady_us() - since_us) / 1e6;
	printf("%-18s %8.2f s  %10.0f entries/s\n", what, seconds, (double)count / seconds);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: measure_projector ENTRIES FOLDER\n");
		return 2;
	}
	struct err err = {0};
	int64_t count = strtoll(argv[1], NULL, 10);
	ARENA_SCOPED arena = arena_create(0);
	must(file_make_dirs(argv[2], 0700, &err), &err);
	const char *url = arena_printf(arena, "sqlite:%s/store.db", argv[2]).ptr;
	STORE_SCOPED store = NULL;
	must(store_open(url, &(struct db_options){.sync_normal = true}, NULL, NULL, &store, &err), &err);
	must(store_migrate(store, &err), &err);
	struct work work = {.body = make_body(arena), .arena = arena};
	must(store_write(store, begin, &work, &err), &err);
	struct projector_options options = {.public_path = arena_printf(arena, "%s/public.db", argv[2]).ptr,
					    .store_url = url,
					    .languages = &english,
					    .language_count = 1};
	struct projector *projector = NULL;
	must(projector_create(&options, &projector, &err), &err);
	int64_t at = clock_steady_us();
	for (work.from = 0; work.from < count; work.from = work.to) {
		work.to = work.from + 500 < count ? work.from + 500 : count;
		must(store_write_chunk(store, work.batch_id, chunk, &work, &err), &err);
	}
	tell("store", count, at);
	must(store_write(store, flip, &work, &err), &err);
	at = clock_steady_us();
	size_t applied = 1;
	while (applied)
		must(projector_step(projector, &applied, &err), &err);
	tell("flip", count, at);
	at = clock_steady_us();
	must(projector_rebuild(projector, &err), &err);
	tell("rebuild in place", count, at);
	projector_destroy(projector);
	at = clock_steady_us();
	must(projector_create(&options, &projector, &err), &err);
	tell("start", count, at);
	projector_destroy(projector);
	options.zone = STR("elsewhere");
	at = clock_steady_us();
	must(projector_create(&options, &projector, &err), &err);
	tell("new build", count, at);
	projector_destroy(projector);
	return 0;
}
