/* entry_page, whatever its size, gives what one entry at a time and plain counts give; trimming; the outbox. */
#include "digest.h"

#define ENTRIES 90

struct plan {
	struct fixture *f;
	struct random_fixed random;
	struct item_ids ids[ENTRIES];
	int64_t batch_id;
};

static uint64_t pick(struct plan *plan, uint64_t below)
{
	return random_u64(&plan->random.random) % below;
}

static int correct(struct store_tx *tx, void *context, struct err *err)
{
	struct plan *plan = context;
	int64_t entry_id = plan->ids[pick(plan, ENTRIES)].entry_id;
	int rc = item_correct(tx, entry_id, STR("update"), STR("More is known."), 0, 0, err);
	int64_t one = plan->ids[pick(plan, ENTRIES)].item_id, two = plan->ids[pick(plan, ENTRIES)].item_id;
	if (rc == 0 && one != two)
		rc = item_relate(tx, one, two, (enum item_relation)pick(plan, 4), (int)pick(plan, 3), err);
	return rc;
}

static void make(struct plan *plan, struct fixture *f)
{
	static const char *const languages[] = {"en", "fr", "ar"};
	plan->f = f;
	random_fixed_init(&plan->random, 3);
	plan->batch_id = begin_batch(f);
	for (int i = 0; i < ENTRIES; i++) {
		char slug[20];
		snprintf(slug, sizeof slug, "e%d", i);
		struct item_content content = content_of(f, languages[i % 3], slug, slug);
		int64_t terms[] = {f->prisons, f->health}, places[] = {f->italy, f->europe};
		struct item_contributor people[] = {
			{f->ada, ITEM_AUTHOR}, {f->bo, ITEM_PHOTOGRAPHER}, {f->ada, ITEM_SPOKESPERSON}};
		struct item_media media[] = {
			{f->photo, MEDIA_GALLERY}, {f->photo, MEDIA_FEATURED}, {f->photo, MEDIA_BODY}};
		content.term_ids = terms;
		content.place_ids = places;
		content.contributors = people;
		content.revision.media = media;
		content.term_count = pick(plan, 3);
		content.place_count = pick(plan, 3);
		content.contributor_count = pick(plan, 4);
		content.revision.media_count = i % 3 ? 0 : pick(plan, 4); /* alt text is there in English */
		content.state = pick(plan, 5) ? ITEM_RELEASED : ITEM_UNRELEASED;
		int64_t batch_id = pick(plan, 3) ? 0 : plan->batch_id;
		int rc = i % 3 ? add_language(f, batch_id, plan->ids[i - i % 3].item_id, &content, &plan->ids[i])
			       : put_item(f, 0, &content, &plan->ids[i]);
		assert_int_equal(rc, 0);
	}
	for (int i = 0; i < 40; i++)
		assert_ok(store_write(f->store, correct, plan, &err));
}

static void same_ids(const struct id_vec *a, const struct id_vec *b)
{
	assert_int_equal(a->len, b->len);
	for (size_t i = 0; i < a->len; i++)
		assert_int_equal(a->at[i], b->at[i]);
}

static void same_entry(const struct entry *a, const struct entry *b)
{
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->item_id, b->item_id);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->revision_id, b->revision_id);
	assert_int_equal(a->batch_id, b->batch_id);
	assert_true(str_eq(a->title, b->title) && str_eq(a->body, b->body) && str_eq(a->path, b->path));
	assert_int_equal(a->waived, b->waived);
	same_ids(&a->terms, &b->terms);
	same_ids(&a->places, &b->places);
	assert_int_equal(a->contributors.len, b->contributors.len);
	for (size_t i = 0; i < a->contributors.len; i++) {
		assert_int_equal(a->contributors.at[i].contributor_id, b->contributors.at[i].contributor_id);
		assert_int_equal(a->contributors.at[i].role, b->contributors.at[i].role);
	}
	assert_int_equal(a->media.len, b->media.len);
	for (size_t i = 0; i < a->media.len; i++)
		assert_int_equal(a->media.at[i].role, b->media.at[i].role);
	assert_int_equal(a->related.len, b->related.len);
	for (size_t i = 0; i < a->related.len; i++) {
		assert_int_equal(a->related.at[i].item_id, b->related.at[i].item_id);
		assert_int_equal(a->related.at[i].inverse, b->related.at[i].inverse);
	}
	assert_int_equal(a->translations.len, b->translations.len);
	assert_int_equal(a->corrections.len, b->corrections.len);
}

static size_t parts_of(const struct entry *entry)
{
	return entry->terms.len + entry->places.len + entry->contributors.len;
}

static void pages_of_any_size_give_the_same(void **state)
{
	static const int sizes[] = {1, 2, 7, 89, 90, 91, 400};
	struct fixture *f = fixture_need(state);
	struct plan plan;
	make(&plan, f);
	int64_t parts = 0;
	assert_ok(db_get_i64(store_db(f->store), &parts, &err,
			     "SELECT (SELECT COUNT(*) FROM item_term) + (SELECT COUNT(*) FROM item_place)"
			     " + (SELECT COUNT(*) FROM item_contributor)"));
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct entry_page page = {.more = true};
		size_t seen = 0, found = 0;
		while (page.more) {
			assert_ok(entry_page(f->store, 0, page.last_id, sizes[i], f->arena, &page, &err));
			for (size_t k = 0; k < page.entries.len; k++, seen++) {
				const struct entry *entry = &page.entries.at[k];
				same_entry(entry, entry_now(f, entry->id));
				found += parts_of(entry);
				for (size_t m = 0; m < entry->media.len; m++)
					assert_non_null(entry_page_media(&page, entry->media.at[m].media_id));
			}
		}
		assert_int_equal(seen, ENTRIES);
		assert_int_equal(found, parts);
	}
}

static void pages_of_a_batch_are_those_entries(void **state)
{
	static const int sizes[] = {1, 3, 50};
	struct fixture *f = fixture_need(state);
	struct plan plan;
	make(&plan, f);
	int64_t expected = 0;
	assert_ok(db_get_i64(store_db(f->store), &expected, &err,
			     "SELECT COUNT(*) FROM item_language WHERE batch_id = $1", DB_I64(plan.batch_id)));
	assert_true(expected > 5);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct entry_page page = {.more = true};
		int64_t seen = 0, last = 0;
		while (page.more) {
			assert_ok(entry_page(f->store, plan.batch_id, page.last_id, sizes[i], f->arena, &page, &err));
			for (size_t k = 0; k < page.entries.len; k++, seen++) {
				const struct entry *entry = &page.entries.at[k];
				assert_true(entry->id > last);
				last = entry->id;
				assert_int_equal(entry->batch_id, plan.batch_id);
				same_entry(entry, entry_now(f, entry->id));
			}
		}
		assert_int_equal(seen, expected);
	}
}

static void translations_stand_in_the_order_of_languages(void **state)
{
	struct fixture *f = fixture_need(state);
	struct plan plan;
	make(&plan, f);
	static const char *const others[3][2] = {{"fr", "ar"}, {"en", "ar"}, {"en", "fr"}};
	for (int i = 0; i < ENTRIES; i++) {
		const struct entry *entry = entry_now(f, plan.ids[i].entry_id);
		assert_int_equal(entry->translations.len, 2);
		for (int k = 0; k < 2; k++)
			assert_text(entry->translations.at[k].language, others[i % 3][k]);
	}
}

/* ---- the outbox ---- */

static void trimming_keeps_the_head_and_asks_for_builds_only_where_rows_went(void **state)
{
	struct fixture *f = fixture_need(state);
	struct outbox_position positions[6];
	positions[0] = outbox_now(f);
	for (int i = 1; i < 6; i++) {
		char slug[8];
		snprintf(slug, sizeof slug, "t%d", i);
		clock_fixed_set_s(&f->clock, NOW_S + 100 * i);
		struct item_content content = content_of(f, "en", slug, slug);
		struct item_ids ids;
		assert_int_equal(put_item(f, 0, &content, &ids), 0);
		positions[i] = outbox_now(f);
	}
	for (int before = 0; before <= 7; before++) {
		assert_ok(outbox_trim(f->store, NOW_S + 100 * before, &err));
		for (int i = 0; i < 6; i++) {
			struct outbox_vec rows = {0};
			/* Row i is there while it is not older, and the head always. */
			bool there = i >= before || i == 5;
			int rc = outbox_read(f->store, &positions[i], 100, f->arena, &rows, &(struct err){0});
			assert_int_equal(rc, there ? 0 : OUTBOX_REBUILD);
			if (there)
				assert_int_equal(rows.len, 5 - i);
		}
		assert_int_equal(outbox_now(f).number, positions[5].number);
		all_in_order(f);
	}
	int64_t operations = count_of(f, "operation");
	assert_int_equal(operations, 0);
	struct item_content content = content_of(f, "en", "after", "After");
	struct item_ids ids;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	assert_int_equal(outbox_since(f, &positions[5]).len, 1);
}

static void a_position_of_another_history_asks_for_a_build(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "a", "A");
	struct item_ids ids;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	struct outbox_position here = outbox_now(f);
	struct outbox_vec rows = {0};
	for (int i = 0; i < 5; i++) {
		struct outbox_position position = here;
		if (i == 0)
			position.id[0] ^= 1; /* the row of another run */
		else if (i == 1)
			position.id[0] = 0;
		else if (i == 2)
			position.number++; /* ahead: restored from a backup */
		else if (i == 3)
			position.number = INT64_MAX;
		else
			position.number = -1;
		assert_rc(outbox_read(f->store, &position, 10, f->arena, &rows, &err), OUTBOX_REBUILD);
	}
	assert_ok(outbox_read(f->store, &here, 10, f->arena, &rows, &err));
	assert_int_equal(rows.len, 0);
	struct outbox_position start = {0};
	for (int limit = 1; limit < 4; limit++) {
		struct outbox_position at = start;
		int64_t read = 0;
		do {
			assert_ok(outbox_read(f->store, &at, limit, f->arena, &rows, &err));
			assert_true(rows.len <= (size_t)limit);
			read += (int64_t)rows.len;
			if (rows.len)
				at = vec_last(&rows)->position;
		} while (rows.len);
		assert_int_equal(read, here.number);
		assert_string_equal(at.id, here.id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(pages_of_any_size_give_the_same),
		STORE_TEST(pages_of_a_batch_are_those_entries),
		STORE_TEST(translations_stand_in_the_order_of_languages),
		STORE_TEST(trimming_keeps_the_head_and_asks_for_builds_only_where_rows_went),
		STORE_TEST(a_position_of_another_history_asks_for_a_build),
	};
	return FIXTURE_RUN("reading", tests);
}
