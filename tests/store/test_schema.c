#include "fixture.h"

/* The schema of the shared store: made from nothing, known by number, refused when newer, the same on both engines. */

static void a_fresh_store_is_at_the_newest_version(void **state)
{
	struct fixture *f = fixture_need(state);
	int number = 0;
	assert_ok(store_version(f->store, &number, &err));
	assert_int_equal(number, store_version_known());
	assert_true(number >= 1);
	assert_ok(store_migrate(f->store, &err)); /* again: nothing to do */
	all_in_order(f);
}

static void a_newer_store_is_refused_and_left_alone(void **state)
{
	struct fixture *f = fixture_need(state);
	assert_ok(db_run(
		store_db(f->store), &err,
		"INSERT INTO migration (series, number, name, applied_s) VALUES ('store', 9001, '9001_later', 1)"));
	struct err error = {0};
	assert_int_equal(store_migrate(f->store, &error), DB_NEWER);
	assert_says(error, "9001_later");
}

/* The schema itself refuses what must never stand there, whoever writes it. */
static void the_schema_refuses_words_and_references_of_its_own(void **state)
{
	struct fixture *f = fixture_need(state);
	struct db *db = store_db(f->store);
	struct item_ids ids;
	struct item_content content = content_of(f, "en", "a", "A");
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	assert_rc(db_run(db, &err, "UPDATE item_language SET state = 'public'"), ERR_DB);
	assert_rc(db_run(db, &err, "UPDATE item_language SET access = 'open'"), ERR_DB);
	assert_rc(db_run(db, &err, "UPDATE item SET type = 'post'"), ERR_DB);
	assert_rc(db_run(db, &err, "UPDATE item SET kind_id = 999"), ERR_DB);
	assert_rc(db_run(db, &err, "UPDATE item_language SET language = 'xx'"), ERR_DB);
	assert_rc(db_run(db, &err, "UPDATE revision SET body = NULL"), ERR_DB);
	assert_rc(db_run(db, &err, "DELETE FROM item"), ERR_DB);
	assert_rc(db_run(db, &err, "DELETE FROM item_language"), ERR_DB);
	assert_rc(db_run(db, &err, "INSERT INTO outbox_head (one, number) VALUES (2, 0)"), ERR_DB);
	assert_rc(db_run(db, &err, "INSERT INTO waiver (revision_id, reason, at_s) VALUES ($1, 'because', 1)",
			 DB_I64(ids.revision_id)),
		  ERR_DB);
	all_in_order(f);
}

/* Numbers are never given twice, so that a projection that missed a removal cannot take one for another. */
static void numbers_are_not_used_again(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids first, second;
	struct item_content content = content_of(f, "en", "a", "A");
	int64_t batch_id = begin_batch(f);
	assert_int_equal(put_item(f, batch_id, &content, &first), 0);
	assert_int_equal(abandon_batch(f, batch_id), 0);
	assert_int_equal(count_of(f, "item"), 0);
	assert_int_equal(put_item(f, 0, &content, &second), 0);
	assert_true(second.item_id > first.item_id);
	assert_true(second.entry_id > first.entry_id);
	assert_true(second.revision_id > first.revision_id);
}

static int bad_text_work(struct store_tx *tx, void *context, struct err *err)
{
	struct item_ids ids;
	return item_create(tx, context, &ids, err);
}

static void texts_that_are_no_texts_are_refused(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "a", "A");
	content.revision.title = str_of("a\0b", 3);
	struct err error = {0};
	assert_int_equal(store_write(f->store, bad_text_work, &content, &error), ERR_INPUT);
	assert_says(error, "zero byte");
	content.revision.title = STR("caf\xe9");
	assert_int_equal(store_write(f->store, bad_text_work, &content, &error), ERR_INPUT);
	assert_says(error, "not UTF-8");
	assert_int_equal(count_of(f, "item"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_fresh_store_is_at_the_newest_version),
		STORE_TEST(a_newer_store_is_refused_and_left_alone),
		STORE_TEST(the_schema_refuses_words_and_references_of_its_own),
		STORE_TEST(numbers_are_not_used_again),
		STORE_TEST(texts_that_are_no_texts_are_refused),
	};
	return FIXTURE_RUN("schema", tests);
}
