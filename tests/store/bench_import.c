/* What one imported item costs in the store: 1 revision of 5 KB, 3 terms, 1 place, 1 person, 1 picture, 1 redirect, its
 * mapping and its waiver, in chunks of 500. Not a test: bench_store_import [ITEMS], on CRIER_TEST_POSTGRES too where
 * set. */
#include "fixture.h"

#define CHUNK 500

struct chunk {
	struct fixture *f;
	int64_t source_id;
	int first, count;
	struct item_content content;
};

static int put_redirect(struct store_tx *tx, struct arena *arena, int number, int64_t entry_id, struct err *err)
{
	struct redirect redirect = {
		.path = arena_printf(arena, "/old/%d/", number), .target = REDIRECT_ENTRY, .target_id = entry_id};
	return redirect_put(tx, &redirect, err);
}

static int write_chunk(struct store_tx *tx, void *context, struct err *err)
{
	struct chunk *chunk = context;
	struct arena *arena = tx_arena(tx);
	int rc = 0;
	for (int i = chunk->first; rc == 0 && i < chunk->first + chunk->count; i++) {
		struct item_content content = chunk->content;
		struct item_ids ids = {0};
		content.slug = arena_printf(arena, "item-%d", i);
		content.path = arena_printf(arena, "/2023/11/item-%d/", i);
		content.guid = arena_printf(arena, "https://old.example/?p=%d", i);
		rc = item_create(tx, &content, &ids, err);
		struct import_mapping mapping = {.object = STR("post"),
						 .old_id = arena_printf(arena, "%d", i),
						 .old_url = content.guid,
						 .hash = STR("0123456789abcdef0123456789abcdef"),
						 .target = IMPORT_TARGET_ENTRY,
						 .target_id = ids.entry_id,
						 .revision_id = ids.revision_id};
		if (rc == 0)
			rc = import_map_put(tx, chunk->source_id, &mapping, err);
		if (rc == 0)
			rc = put_redirect(tx, arena, i, ids.entry_id, err);
	}
	return rc;
}

static void read_all(struct fixture *f, int items)
{
	int64_t start_us = clock_steady_us();
	int64_t after_id = 0;
	for (bool more = true; more;) {
		ARENA_SCOPED arena = arena_create(0);
		struct entry_page page;
		assert_ok(entry_page(f->store, 0, after_id, 500, arena, &page, &err));
		after_id = page.last_id;
		more = page.more;
	}
	printf("  read in pages of 500: %.1f us an entry\n", (double)(clock_steady_us() - start_us) / items);
}

static void import_all(struct fixture *f, int items)
{
	int64_t batch_id = begin_batch(f);
	int64_t terms[] = {f->health, f->prisons, f->health};
	struct item_contributor ada = {f->ada, ITEM_AUTHOR};
	struct item_media media = {f->photo, MEDIA_FEATURED};
	struct chunk chunk = {
		.f = f, .source_id = put_source(f), .count = CHUNK, .content = content_of(f, "en", "x", "An item")};
	char *body = arena_alloc(f->arena, 5000);
	for (int i = 0; i < 5000; i++)
		body[i] = (char)('a' + i % 25);
	chunk.content.term_ids = terms;
	chunk.content.term_count = 3;
	chunk.content.place_ids = &f->italy;
	chunk.content.place_count = 1;
	chunk.content.contributors = &ada;
	chunk.content.contributor_count = 1;
	chunk.content.revision.media = &media;
	chunk.content.revision.media_count = 1;
	chunk.content.revision.body = str_of(body, 5000);
	int64_t start_us = clock_steady_us();
	for (chunk.first = 0; chunk.first < items; chunk.first += CHUNK)
		assert_ok(store_write_chunk(f->store, batch_id, write_chunk, &chunk, &err));
	int64_t written_us = clock_steady_us();
	assert_int_equal(flip_batch(f, batch_id), 0);
	printf("  written: %.1f us an item; flipped in %.1f ms\n", (double)(written_us - start_us) / items,
	       (double)(clock_steady_us() - written_us) / 1000);
}

int main(int argc, char **argv)
{
	int64_t wanted = 10000;
	if (argc > 1 && !str_to_i64(str_from(argv[1]), &wanted))
		return 2;
	int items = (int)wanted;
	for (int kind = DB_SQLITE; kind <= DB_POSTGRES; kind++) {
		void *state = NULL;
		fixture_kind = (enum db_engine)kind;
		fixture_setup(&state);
		if (!state)
			continue;
		printf("%s, %d items\n", kind == DB_SQLITE ? "SQLite" : "PostgreSQL", items);
		import_all(state, items);
		read_all(state, items);
		fixture_teardown(&state);
	}
	return 0;
}
