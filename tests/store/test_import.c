#include "fixture.h"

static void a_source_is_made_once(void **state)
{
	struct fixture *f = fixture_need(state);
	int64_t first = put_source(f);
	assert_int_equal(put_source(f), first);
	assert_true(first > 0);
}

static void a_mapping_is_found_by_id_and_address(void **state)
{
	struct fixture *f = fixture_need(state);
	int64_t source_id = put_source(f);
	int64_t batch_id = begin_batch(f);
	struct item_ids ids = {.entry_id = 5, .revision_id = 6};
	assert_int_equal(map_entry(f, batch_id, source_id, "12", &ids, "one"), 0);
	struct import_mapping mapping;
	assert_ok(import_map_get(f->store, source_id, STR("post"), STR("12"), f->arena, &mapping, &err));
	assert_int_equal(mapping.target, IMPORT_TARGET_ENTRY);
	assert_int_equal(mapping.target_id, 5);
	assert_int_equal(mapping.revision_id, 6);
	assert_int_equal(mapping.batch_id, batch_id);
	assert_text(mapping.hash, "one");
	assert_int_equal(map_entry(f, batch_id, source_id, "12", &ids, "two"), 0);
	assert_ok(import_map_get_url(f->store, source_id, STR("https://old.example/?p=12"), f->arena, &mapping, &err));
	assert_text(mapping.hash, "two");
	assert_text(mapping.object, "post");
	assert_rc(import_map_get(f->store, source_id, STR("term"), STR("12"), f->arena, &mapping, &err),
		  STORE_NOT_FOUND);
	assert_rc(import_map_get(f->store, source_id + 1, STR("post"), STR("12"), f->arena, &mapping, &err),
		  STORE_NOT_FOUND);
	assert_rc(import_map_get_url(f->store, source_id, STR("x"), f->arena, &mapping, &err), STORE_NOT_FOUND);
}

static void the_map_pages_in_byte_order(void **state)
{
	struct fixture *f = fixture_need(state);
	static const char *const ids[] = {"10", "9", "B", "a", "\xc3\xa9", "Z-1"};
	int64_t source_id = put_source(f);
	struct item_ids target = {.entry_id = 1};
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(map_entry(f, 0, source_id, ids[i], &target, "h"), 0);
	struct str object = STR("");
	struct str old_id = STR("");
	struct str all[6];
	size_t seen = 0;
	for (;;) {
		struct import_mapping_vec page;
		assert_ok(import_map_page(f->store, source_id, object, old_id, 4, f->arena, &page, &err));
		for (size_t i = 0; i < page.len; i++)
			all[seen++] = page.at[i].old_id;
		if (page.len < 4)
			break;
		object = vec_last(&page)->object;
		old_id = vec_last(&page)->old_id;
	}
	assert_int_equal(seen, 6);
	for (size_t i = 1; i < 6; i++)
		assert_true(str_cmp(all[i - 1], all[i]) < 0);
}

struct job {
	struct import_progress progress;
	struct import_conflict conflict;
	int64_t source_id;
};

static int progress_work(struct store_tx *tx, void *context, struct err *err)
{
	return import_progress_put(tx, &((struct job *)context)->progress, err);
}

static int forget_work(struct store_tx *tx, void *context, struct err *err)
{
	return import_progress_forget(tx, ((struct job *)context)->progress.set_hash, err);
}

static int conflict_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return import_conflict_put(tx, job->source_id, &job->conflict, err);
}

static void progress_is_kept_and_forgotten(void **state)
{
	struct fixture *f = fixture_need(state);
	struct job job = {.source_id = put_source(f)};
	int64_t batch_id = begin_batch(f);
	job.progress = (struct import_progress){.set_hash = STR("abc"),
						.source_id = job.source_id,
						.batch_id = batch_id,
						.phase = STR("items"),
						.file = 1,
						.byte_offset = INT64_C(5000000000),
						.chunk = 3,
						.counts = STR("{\"items\":1500}")};
	struct import_progress found;
	assert_rc(import_progress_get(f->store, STR("abc"), f->arena, &found, &err), STORE_NOT_FOUND);
	assert_ok(store_write_chunk(f->store, batch_id, progress_work, &job, &err));
	job.progress.chunk = 4;
	clock_fixed_set_s(&f->clock, NOW_S + 9);
	assert_ok(store_write_chunk(f->store, batch_id, progress_work, &job, &err));
	assert_ok(import_progress_get(f->store, STR("abc"), f->arena, &found, &err));
	assert_int_equal(found.byte_offset, INT64_C(5000000000));
	assert_int_equal(found.chunk, 4);
	assert_int_equal(found.file, 1);
	assert_int_equal(found.at_s, NOW_S + 9);
	assert_int_equal(found.batch_id, batch_id);
	assert_text(found.phase, "items");
	assert_text(found.counts, "{\"items\":1500}");
	assert_ok(store_write(f->store, forget_work, &job, &err));
	assert_rc(import_progress_get(f->store, STR("abc"), f->arena, &found, &err), STORE_NOT_FOUND);
}

static void a_conflict_is_listed_once(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids;
	struct item_content content = content_of(f, "en", "a", "A");
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	int64_t item_id = 0;
	int64_t newest_id = 0;
	assert_ok(import_newest(f->store, ids.entry_id, &item_id, &newest_id, &err));
	assert_int_equal(item_id, ids.item_id);
	assert_int_equal(newest_id, ids.revision_id);
	assert_rc(import_newest(f->store, 999, &item_id, &newest_id, &err), STORE_NOT_FOUND);
	struct job job = {.source_id = put_source(f),
			  .conflict = {.object = STR("post"),
				       .old_id = STR("1"),
				       .entry_id = ids.entry_id,
				       .newest_revision_id = ids.revision_id}};
	int64_t batch_id = begin_batch(f);
	for (int i = 0; i < 2; i++)
		assert_ok(store_write_chunk(f->store, batch_id, conflict_work, &job, &err));
	struct import_conflict_vec conflicts;
	assert_ok(import_conflict_list(f->store, batch_id, f->arena, &conflicts, &err));
	assert_int_equal(conflicts.len, 1);
	assert_text(conflicts.at[0].title, "A");
	assert_ok(import_conflict_list(f->store, batch_id + 1, f->arena, &conflicts, &err));
	assert_int_equal(conflicts.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_source_is_made_once),       STORE_TEST(a_mapping_is_found_by_id_and_address),
		STORE_TEST(the_map_pages_in_byte_order), STORE_TEST(progress_is_kept_and_forgotten),
		STORE_TEST(a_conflict_is_listed_once),
	};
	return FIXTURE_RUN("imports", tests);
}
