/* The lists that an entry stood in when readers could last see it, once it is withdrawn or expired: what becomes of it
 * and around it afterwards puts it in no other. */
#include "digest.h"

#include <stdlib.h>

/* ---- short ways ---- */

struct filing {
	struct fixture *f;
	int64_t id, other_id;
	const int64_t *terms, *places;
	size_t term_count, place_count;
	const struct item_contributor *people;
	size_t people_count;
};

static int file_under(struct store_tx *tx, void *context, struct err *err)
{
	const struct filing *filing = context;
	int rc = item_set_terms(tx, filing->id, filing->terms, filing->term_count, err);
	if (rc == 0)
		rc = item_set_places(tx, filing->id, filing->places, filing->place_count, err);
	return rc == 0 ? item_set_contributors(tx, filing->id, filing->people, filing->people_count, err) : rc;
}

static int set_kind(struct store_tx *tx, void *context, struct err *err)
{
	const struct filing *filing = context;
	return item_set_kind(tx, filing->id, filing->other_id, err);
}

static int set_parent(struct store_tx *tx, void *context, struct err *err)
{
	const struct filing *filing = context;
	return term_set_parent(tx, filing->id, filing->other_id, err);
}

static int merge(struct store_tx *tx, void *context, struct err *err)
{
	const struct filing *filing = context;
	return item_merge(tx, filing->id, filing->other_id, err);
}

static void act(struct fixture *f, store_work *work, struct filing filing)
{
	filing.f = f;
	assert_ok(store_write(f->store, work, &filing, &err));
}

/* Filed under health, Italy and Ada; not under prisons nor Bo. Europe stands above Italy. */
static struct item_content filed(struct fixture *f, const char *language, const char *slug)
{
	static struct item_contributor author;
	struct item_content content = content_of(f, language, slug, slug);
	author = (struct item_contributor){f->ada, ITEM_AUTHOR};
	content.term_ids = &f->health;
	content.place_ids = &f->italy;
	content.contributors = &author;
	content.term_count = content.place_count = content.contributor_count = 1;
	return content;
}

/* All that filed() is not under. */
static void file_elsewhere(struct fixture *f, const struct item_ids *ids)
{
	const struct item_contributor bo = {f->bo, ITEM_AUTHOR};
	act(f, file_under,
	    (struct filing){
		    .id = ids->entry_id, .terms = &f->prisons, .term_count = 1, .people = &bo, .people_count = 1});
	act(f, set_kind, (struct filing){.id = ids->item_id, .other_id = f->report_kind});
}

static void put_filed(struct fixture *f, const char *slug, int64_t expires_at_s, struct item_ids *ret_ids)
{
	struct item_content content = filed(f, "en", slug);
	content.expires_at_s = expires_at_s;
	assert_int_equal(put_item(f, 0, &content, ret_ids), 0);
}

static void assert_ids(const struct id_vec *ids, const int64_t *expected, size_t count)
{
	assert_int_equal(ids->len, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(ids->at[i], expected[i]);
}

static void stood_as_filed(struct fixture *f, const struct item_ids *ids)
{
	const struct entry_lists *lists = &entry_now(f, ids->entry_id)->stood_in;
	const int64_t places[] = {f->europe, f->italy};
	assert_int_equal(lists->kind_id, f->release_kind);
	assert_ids(&lists->terms, &f->health, 1);
	assert_ids(&lists->places, places, 2); /* by number: Europe is the elder */
	assert_int_equal(lists->contributors.len, 1);
	assert_int_equal(lists->contributors.at[0].contributor_id, f->ada);
	assert_int_equal(lists->contributors.at[0].role, ITEM_AUTHOR);
}

static void stood_nowhere(struct fixture *f, const struct item_ids *ids)
{
	const struct entry_lists *lists = &entry_now(f, ids->entry_id)->stood_in;
	assert_int_equal(lists->kind_id, 0);
	assert_int_equal(lists->terms.len + lists->places.len + lists->contributors.len, 0);
}

/* ---- withdrawn ---- */

static void what_is_filed_after_a_withdrawal_is_not_where_it_stood(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids;
	put_filed(f, "a", 0, &ids);
	stood_nowhere(f, &ids); /* it stands there still */
	assert_int_equal(withdraw_item(f, ids.item_id, "", "Gone."), 0);
	stood_as_filed(f, &ids);
	file_elsewhere(f, &ids);
	stood_as_filed(f, &ids);
	const struct entry *entry = entry_now(f, ids.entry_id);
	assert_ids(&entry->terms, &f->prisons, 1); /* and yet it is filed there, for the day of its return */
	assert_int_equal(entry->kind_id, f->report_kind);
	assert_int_equal(withdraw_item(f, ids.item_id, "", "Again."), STORE_NOT_FOUND);
	stood_as_filed(f, &ids);
	all_in_order(f);
}

static void a_withdrawal_of_what_is_filed_nowhere_knows_that(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids en, fr;
	struct item_content content = content_of(f, "en", "a", "A");
	content.kind_id = 0;
	assert_int_equal(put_item(f, 0, &content, &en), 0);
	content = content_of(f, "fr", "b", "B");
	content.kind_id = 0;
	assert_int_equal(add_language(f, 0, en.item_id, &content, &fr), 0);
	assert_int_equal(withdraw_item(f, en.item_id, "en", "Gone."), 0);
	file_elsewhere(f, &en);
	/* The withdrawal of the other language does not look at the first again. */
	assert_int_equal(withdraw_item(f, en.item_id, "", "All of it."), 0);
	stood_nowhere(f, &en);
	assert_int_equal(entry_now(f, fr.entry_id)->stood_in.kind_id, f->report_kind);
	all_in_order(f);
}

static void each_language_stood_where_it_was_filed(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids en, fr;
	put_filed(f, "a", 0, &en);
	struct item_content content = content_of(f, "fr", "b", "B");
	content.term_ids = &f->prisons;
	content.term_count = 1;
	assert_int_equal(add_language(f, 0, en.item_id, &content, &fr), 0);
	assert_int_equal(withdraw_item(f, en.item_id, "", "All of it."), 0);
	stood_as_filed(f, &en);
	assert_ids(&entry_now(f, fr.entry_id)->stood_in.terms, &f->prisons, 1);
	assert_int_equal(entry_now(f, fr.entry_id)->stood_in.places.len, 0);
	all_in_order(f);
}

static void a_release_lets_go_and_the_next_withdrawal_looks_anew(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids;
	unsigned lacks = 0;
	put_filed(f, "a", 0, &ids);
	assert_int_equal(withdraw_item(f, ids.item_id, "", "Gone."), 0);
	act(f, file_under, (struct filing){.id = ids.entry_id, .terms = &f->prisons, .term_count = 1});
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){0}, &lacks), 0);
	stood_nowhere(f, &ids);
	assert_int_equal(count_of(f, "stood_in"), 0);
	all_in_order(f);
	assert_int_equal(withdraw_item(f, ids.item_id, "", "Gone."), 0);
	const struct entry_lists *lists = &entry_now(f, ids.entry_id)->stood_in;
	assert_ids(&lists->terms, &f->prisons, 1);
	assert_int_equal(lists->places.len + lists->contributors.len, 0);
	all_in_order(f);
}

static void trees_that_are_moved_leave_it_where_it_stood(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids;
	const int64_t both[] = {f->health, f->prisons};
	act(f, set_parent, (struct filing){.id = f->health, .other_id = f->prisons});
	put_filed(f, "a", 0, &ids);
	assert_int_equal(withdraw_item(f, ids.item_id, "", "Gone."), 0);
	assert_ids(&entry_now(f, ids.entry_id)->stood_in.terms, both, 2);
	act(f, set_parent, (struct filing){.id = f->health}); /* it stood below prisons all the same */
	assert_ids(&entry_now(f, ids.entry_id)->stood_in.terms, both, 2);
	unsigned lacks = 0;
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){0}, &lacks), 0);
	assert_int_equal(withdraw_item(f, ids.item_id, "", "Gone."), 0);
	act(f, set_parent, (struct filing){.id = f->health, .other_id = f->prisons}); /* and now it did not */
	stood_as_filed(f, &ids);
	all_in_order(f);
}

static int name_bo(struct store_tx *tx, void *context, struct err *err)
{
	struct contributor bo = {.name = STR("Bo Marsh"), .slug = STR("bo-marsh"), .is_public = *(bool *)context};
	int64_t id = 0;
	return contributor_put(tx, &bo, &id, err);
}

static void who_is_not_to_be_named_has_no_list_to_stand_in(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids;
	const struct item_contributor people[] = {
		{f->bo, ITEM_AUTHOR}, {f->ada, ITEM_PHOTOGRAPHER}, {f->ada, ITEM_AUTHOR}};
	bool named = false;
	assert_ok(store_write(f->store, name_bo, &named, &err));
	struct item_content content = filed(f, "en", "a");
	content.contributors = people;
	content.contributor_count = 3;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	assert_int_equal(withdraw_item(f, ids.item_id, "", "Gone."), 0);
	named = true; /* afterwards: nobody saw it under that name */
	assert_ok(store_write(f->store, name_bo, &named, &err));
	const struct entry_lists *lists = &entry_now(f, ids.entry_id)->stood_in;
	assert_int_equal(lists->contributors.len, 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(lists->contributors.at[i].contributor_id, f->ada);
	assert_int_equal(lists->contributors.at[0].role + lists->contributors.at[1].role,
			 ITEM_AUTHOR + ITEM_PHOTOGRAPHER);
}

static void the_kind_of_another_item_is_not_where_it_stood(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids en, fr;
	put_filed(f, "a", 0, &en);
	struct item_content content = content_of(f, "fr", "b", "B");
	content.kind_id = 0;
	assert_int_equal(put_item(f, 0, &content, &fr), 0);
	assert_int_equal(withdraw_item(f, fr.item_id, "", "Gone."), 0);
	act(f, merge, (struct filing){.id = en.item_id, .other_id = fr.item_id});
	assert_int_equal(entry_now(f, fr.entry_id)->kind_id, f->release_kind);
	stood_nowhere(f, &fr);
	all_in_order(f);
}

/* ---- expired ---- */

static void what_expired_stood_where_it_was_filed_until_then(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids before, after;
	put_filed(f, "before", NOW_S + 100, &before);
	put_filed(f, "after", NOW_S + 100, &after);
	clock_fixed_set_s(&f->clock, NOW_S + 99); /* its last second: readers see it move */
	const struct item_contributor bo = {f->bo, ITEM_AUTHOR};
	act(f, file_under,
	    (struct filing){
		    .id = before.entry_id, .terms = &f->prisons, .term_count = 1, .people = &bo, .people_count = 1});
	clock_fixed_set_s(&f->clock, NOW_S + 100);
	file_elsewhere(f, &after);
	file_elsewhere(f, &after); /* twice is once */
	act(f, file_under, (struct filing){.id = before.entry_id});
	assert_int_equal(withdraw_item(f, before.item_id, "", "Gone."), 0);
	assert_int_equal(withdraw_item(f, after.item_id, "", "Gone."), 0);
	stood_as_filed(f, &after);
	const struct entry_lists *lists = &entry_now(f, before.entry_id)->stood_in;
	assert_ids(&lists->terms, &f->prisons, 1);
	assert_int_equal(lists->places.len, 0);
	assert_int_equal(lists->contributors.at[0].contributor_id, f->bo);
	all_in_order(f);
}

static void what_may_be_seen_again_stands_where_it_is_filed(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids;
	unsigned lacks = 0;
	put_filed(f, "a", NOW_S + 100, &ids);
	clock_fixed_set_s(&f->clock, NOW_S + 200);
	act(f, file_under, (struct filing){.id = ids.entry_id, .terms = &f->prisons, .term_count = 1});
	stood_as_filed(f, &ids);
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){0}, &lacks), 0);
	stood_nowhere(f, &ids);
	assert_int_equal(withdraw_item(f, ids.item_id, "", "Gone."), 0);
	assert_ids(&entry_now(f, ids.entry_id)->stood_in.terms, &f->prisons, 1);
	all_in_order(f);
}

static void another_kind_is_not_where_it_stood(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids;
	put_filed(f, "a", NOW_S + 100, &ids);
	clock_fixed_set_s(&f->clock, NOW_S + 100);
	act(f, set_kind, (struct filing){.id = ids.item_id, .other_id = f->report_kind});
	assert_int_equal(withdraw_item(f, ids.item_id, "", "Gone."), 0);
	stood_as_filed(f, &ids);
	all_in_order(f);
}

static int move_italy(struct store_tx *tx, void *context, struct err *err)
{
	struct place italy = {.kind = PLACE_COUNTRY, .parent_id = *(int64_t *)context, .code = STR("IT")};
	int64_t id = 0;
	return place_put(tx, &italy, &id, err);
}

/* Its own links stay, but what stands above them moves, or one of them gets a list: after its end, nobody sees that. */
static void trees_that_are_moved_after_its_end_leave_it_where_it_stood(void **state)
{
	struct fixture *f = fixture_need(state);
	for (int move = 0; move < 3; move++) {
		static const char *const slugs[] = {"a", "b", "c"};
		struct item_ids ids;
		bool named = false;
		struct item_content content = filed(f, "en", slugs[move]);
		const struct item_contributor people[] = {{f->ada, ITEM_AUTHOR}, {f->bo, ITEM_PHOTOGRAPHER}};
		content.expires_at_s = NOW_S + 100;
		content.contributors = people;
		content.contributor_count = 2;
		clock_fixed_set_s(&f->clock, NOW_S);
		act(f, set_parent, (struct filing){.id = f->health});
		assert_ok(store_write(f->store, move_italy, &f->europe, &err));
		assert_ok(store_write(f->store, name_bo, &named, &err));
		assert_int_equal(put_item(f, 0, &content, &ids), 0);
		clock_fixed_set_s(&f->clock, NOW_S + 100);
		named = true;
		if (move == 0)
			act(f, set_parent, (struct filing){.id = f->health, .other_id = f->prisons});
		else if (move == 1)
			assert_ok(store_write(f->store, move_italy, &(int64_t){0}, &err));
		else
			assert_ok(store_write(f->store, name_bo, &named, &err));
		assert_int_equal(withdraw_item(f, ids.item_id, "", "Gone."), 0);
		stood_as_filed(f, &ids);
	}
	all_in_order(f);
}

/* A translation that fills the kind of an item whose other language is over, and items that are joined. */
static void a_kind_that_comes_later_is_not_where_it_stood(void **state)
{
	struct fixture *f = fixture_need(state);
	static const char *const slugs[][2] = {{"a", "b"}, {"c", "d"}, {"e", "f"}};
	for (int joined = 0; joined < 3; joined++) {
		struct item_ids en, fr;
		struct item_content content = content_of(f, "en", slugs[joined][0], "A");
		content.kind_id = 0;
		content.expires_at_s = NOW_S + 100;
		clock_fixed_set_s(&f->clock, NOW_S);
		assert_int_equal(put_item(f, 0, &content, &en), 0);
		clock_fixed_set_s(&f->clock, NOW_S + 100);
		content = content_of(f, "fr", slugs[joined][1], "C");
		if (joined) {
			assert_int_equal(put_item(f, 0, &content, &fr), 0);
			act(f, merge,
			    joined == 1 ? (struct filing){.id = en.item_id, .other_id = fr.item_id}
					: (struct filing){.id = fr.item_id, .other_id = en.item_id});
		} else {
			assert_int_equal(add_language(f, 0, en.item_id, &content, &fr), 0);
		}
		assert_int_equal(entry_now(f, en.entry_id)->kind_id, f->release_kind);
		assert_int_equal(withdraw_item(f, joined == 2 ? fr.item_id : en.item_id, "", "Gone."), 0);
		stood_nowhere(f, &en);
		assert_int_equal(entry_now(f, fr.entry_id)->stood_in.kind_id, f->release_kind);
	}
	all_in_order(f);
}

/* ---- imports ---- */

static int64_t stage_elsewhere(struct fixture *f, const struct item_ids *ids, const char *language, const char *slug,
			       int64_t expires_at_s)
{
	int64_t batch_id = begin_batch(f), revision_id = 0;
	struct item_content content = content_of(f, language, slug, "Of the export");
	content.kind_id = f->report_kind;
	content.term_ids = &f->prisons;
	content.term_count = 1;
	content.expires_at_s = expires_at_s;
	assert_int_equal(update_item(f, batch_id, ids->entry_id, &content, &revision_id), 0);
	return batch_id;
}

static void an_export_of_later_does_not_move_what_is_withdrawn(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids en, fr;
	put_filed(f, "a", 0, &en);
	struct item_content content = filed(f, "fr", "b");
	assert_int_equal(add_language(f, 0, en.item_id, &content, &fr), 0);
	int64_t before = stage_elsewhere(f, &en, "en", "a", 0); /* which flips after the withdrawal */
	assert_int_equal(withdraw_item(f, en.item_id, "en", "Gone."), 0);
	assert_int_equal(flip_batch(f, before), 0);
	stood_as_filed(f, &en);
	/* Its translation takes the item to another kind. */
	assert_int_equal(flip_batch(f, stage_elsewhere(f, &fr, "fr", "b", 0)), 0);
	assert_int_equal(entry_now(f, en.entry_id)->kind_id, f->report_kind);
	stood_as_filed(f, &en);
	all_in_order(f);
}

static void an_export_of_later_does_not_move_what_expired(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids stays, returns, sibling, fr;
	put_filed(f, "stays", NOW_S + 100, &stays);
	put_filed(f, "returns", NOW_S + 100, &returns);
	put_filed(f, "sibling", NOW_S + 100, &sibling);
	struct item_content content = filed(f, "fr", "frere");
	assert_int_equal(add_language(f, 0, sibling.item_id, &content, &fr), 0);
	clock_fixed_set_s(&f->clock, NOW_S + 100);
	assert_int_equal(flip_batch(f, stage_elsewhere(f, &stays, "en", "stays", NOW_S + 100)), 0);
	assert_int_equal(flip_batch(f, stage_elsewhere(f, &returns, "en", "returns", NOW_S + 101)), 0);
	assert_int_equal(flip_batch(f, stage_elsewhere(f, &fr, "fr", "frere", 0)), 0);
	stood_as_filed(f, &stays);
	stood_nowhere(f, &returns); /* readers see it for one second more, in other lists */
	all_in_order(f);
	assert_int_equal(withdraw_item(f, stays.item_id, "", "Gone."), 0);
	assert_int_equal(withdraw_item(f, returns.item_id, "", "Gone."), 0);
	assert_int_equal(withdraw_item(f, sibling.item_id, "", "Gone."), 0);
	stood_as_filed(f, &stays);
	stood_as_filed(f, &sibling);
	assert_ids(&entry_now(f, returns.entry_id)->stood_in.terms, &f->prisons, 1);
	assert_int_equal(entry_now(f, returns.entry_id)->stood_in.kind_id, f->report_kind);
	all_in_order(f);
}

/* Before its flip nobody has seen it: it may go without a trace, and does not come back with the rest of its batch. */
static void what_is_withdrawn_in_an_open_batch_stays_so(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids, other;
	for (int flipped = 0; flipped < 2; flipped++) {
		int64_t batch_id = begin_batch(f), revision_id = 0;
		struct item_content content = filed(f, "en", flipped ? "a" : "b");
		assert_int_equal(put_item(f, batch_id, &content, &ids), 0);
		assert_int_equal(withdraw_item(f, ids.item_id, "", "Gone."), 0);
		content.term_ids = &f->prisons;
		set_text(f, &content, "Once more");
		assert_int_equal(update_item(f, batch_id, ids.entry_id, &content, &revision_id), 0);
		assert_int_equal(entry_now(f, ids.entry_id)->state, ITEM_WITHDRAWN);
		content = content_of(f, "en", flipped ? "c" : "d", "Of the same batch");
		assert_int_equal(put_item(f, batch_id, &content, &other), 0);
		all_in_order(f);
		assert_int_equal(flipped ? flip_batch(f, batch_id) : abandon_batch(f, batch_id), 0);
		all_in_order(f);
		assert_int_equal(count_of(f, "item"), flipped ? 2 : 0);
	}
	assert_int_equal(entry_now(f, ids.entry_id)->state, ITEM_WITHDRAWN);
	assert_int_equal(entry_now(f, other.entry_id)->state, ITEM_RELEASED);
}

/* ---- the table ---- */

/* As if version 2 had left it: what version 3 and those after it made is not there yet. */
static void step_back(struct fixture *f)
{
	struct db *db = store_db(f->store);
	assert_ok(db_run(db, &err, "DROP TABLE store_move"));
	assert_ok(db_run(db, &err, "DROP TABLE stood_in"));
	assert_ok(db_run(db, &err, "ALTER TABLE item_language DROP COLUMN stood_s"));
	assert_ok(db_run(db, &err, "DELETE FROM migration WHERE series = 'store' AND number >= 3"));
}

static void what_was_withdrawn_before_has_the_lists_it_is_filed_under(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids gone, shown, bare;
	bool named = false;
	if (getenv("CRIER_TEST_LATER"))
		return; /* what a later release has migrated was never left by version 2 */
	put_filed(f, "shown", 0, &shown);
	put_filed(f, "gone", 0, &gone);
	struct item_content content = content_of(f, "en", "bare", "Bare");
	const struct item_contributor bo = {f->bo, ITEM_AUTHOR};
	content.kind_id = 0;
	content.contributors = &bo;
	content.contributor_count = 1;
	assert_ok(store_write(f->store, name_bo, &named, &err));
	assert_int_equal(put_item(f, 0, &content, &bare), 0);
	assert_int_equal(withdraw_item(f, gone.item_id, "", "Gone."), 0);
	assert_int_equal(withdraw_item(f, bare.item_id, "", "Gone."), 0);
	uint64_t whole = digest_of(f, DIGEST_CONTENT);
	step_back(f);
	assert_ok(store_migrate(f->store, &err));
	assert_true(digest_of(f, DIGEST_CONTENT) == whole); /* what a withdrawal of this version would have kept */
	stood_as_filed(f, &gone);
	stood_nowhere(f, &shown);
	stood_nowhere(f, &bare);
	all_in_order(f);
}

static int findings(struct fixture *f)
{
	struct err err = {0};
	return store_check(f->store, NULL, NULL, &err);
}

static void a_check_finds_lists_that_do_not_belong(void **state)
{
	struct fixture *f = fixture_need(state);
	struct db *db = store_db(f->store);
	struct item_ids ids;
	put_filed(f, "a", 0, &ids);
	assert_ok(db_run(db, &err, "INSERT INTO stood_in (entry_id, list, target_id) VALUES ($1, 'term', $2)",
			 DB_I64(ids.entry_id), DB_I64(f->prisons)));
	assert_int_equal(findings(f), DB_DAMAGED);
	assert_ok(db_run(db, &err, "DELETE FROM stood_in"));
	all_in_order(f);
	assert_int_equal(withdraw_item(f, ids.item_id, "", "Gone."), 0);
	all_in_order(f);
	assert_ok(db_run(db, &err, "DELETE FROM stood_in"));
	assert_ok(db_run(db, &err, "UPDATE item_language SET stood_s = NULL"));
	assert_int_equal(findings(f), DB_DAMAGED);
}

static void the_schema_keeps_lists_of_entries_alone(void **state)
{
	struct fixture *f = fixture_need(state);
	struct db *db = store_db(f->store);
	struct item_ids ids;
	put_filed(f, "a", 0, &ids);
	assert_int_equal(withdraw_item(f, ids.item_id, "", "Gone."), 0);
	assert_rc(db_run(db, &err, "UPDATE stood_in SET list = 'year'"), ERR_DB);
	assert_rc(db_run(db, &err, "UPDATE stood_in SET entry_id = 4711"), ERR_DB);
	all_in_order(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(what_is_filed_after_a_withdrawal_is_not_where_it_stood),
		STORE_TEST(a_withdrawal_of_what_is_filed_nowhere_knows_that),
		STORE_TEST(each_language_stood_where_it_was_filed),
		STORE_TEST(a_release_lets_go_and_the_next_withdrawal_looks_anew),
		STORE_TEST(trees_that_are_moved_leave_it_where_it_stood),
		STORE_TEST(who_is_not_to_be_named_has_no_list_to_stand_in),
		STORE_TEST(the_kind_of_another_item_is_not_where_it_stood),
		STORE_TEST(what_expired_stood_where_it_was_filed_until_then),
		STORE_TEST(what_may_be_seen_again_stands_where_it_is_filed),
		STORE_TEST(another_kind_is_not_where_it_stood),
		STORE_TEST(trees_that_are_moved_after_its_end_leave_it_where_it_stood),
		STORE_TEST(a_kind_that_comes_later_is_not_where_it_stood),
		STORE_TEST(an_export_of_later_does_not_move_what_is_withdrawn),
		STORE_TEST(an_export_of_later_does_not_move_what_expired),
		STORE_TEST(what_is_withdrawn_in_an_open_batch_stays_so),
		STORE_TEST(what_was_withdrawn_before_has_the_lists_it_is_filed_under),
		STORE_TEST(a_check_finds_lists_that_do_not_belong),
		STORE_TEST(the_schema_keeps_lists_of_entries_alone),
	};
	return FIXTURE_RUN("over", tests);
}
