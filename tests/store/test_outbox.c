#include "fixture.h"

#include <pthread.h>

static struct item_ids write_one(struct fixture *f, const char *slug)
{
	struct item_ids ids = {0};
	struct item_content content = content_of(f, "en", slug, slug);
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	return ids;
}

static void rows_follow_a_position(void **state)
{
	struct fixture *f = fixture_need(state);
	struct outbox_vec all = outbox_since(f, &(struct outbox_position){0});
	assert_true(all.len > 0);
	for (size_t i = 0; i < all.len; i++)
		assert_int_equal(all.at[i].position.number, i + 1);
	struct outbox_position before = outbox_now(f);
	assert_int_equal(before.number, all.len);
	assert_string_equal(before.id, vec_last(&all)->position.id);
	assert_int_equal(outbox_since(f, &before).len, 0);
	struct item_ids ids = write_one(f, "a");
	struct outbox_vec rows = outbox_since(f, &before);
	assert_int_equal(rows.len, 1);
	assert_int_equal(rows.at[0].kind, OUTBOX_ENTRY);
	assert_int_equal(rows.at[0].subject_id, ids.entry_id);
	assert_int_equal(rows.at[0].at_s, NOW_S);
	assert_int_equal(strlen(rows.at[0].position.id), 20);
	/* A limit parts the rows and loses none. */
	write_one(f, "b");
	write_one(f, "c");
	struct outbox_position position = before;
	for (int i = 0; i < 3; i++) {
		struct outbox_vec one;
		assert_ok(outbox_read(f->store, &position, 1, f->arena, &one, &err));
		assert_int_equal(one.len, 1);
		position = one.at[0].position;
	}
	assert_int_equal(position.number, before.number + 3);
}

static void a_lost_position_asks_for_a_rebuild(void **state)
{
	struct fixture *f = fixture_need(state);
	write_one(f, "a");
	struct outbox_position here = outbox_now(f);
	struct outbox_vec rows;
	struct outbox_position other = here;
	other.id[0] = other.id[0] == 'a' ? 'b' : 'a'; /* the same number, written by another life of the database */
	assert_rc(outbox_read(f->store, &other, 10, f->arena, &rows, &err), OUTBOX_REBUILD);
	struct outbox_position ahead = {.number = here.number + 5, .id = "x"};
	assert_rc(outbox_read(f->store, &ahead, 10, f->arena, &rows, &err), OUTBOX_REBUILD);
	/* Trimming keeps the newest row, and who stands before the trimmed part finds out. */
	struct outbox_position old = here;
	clock_fixed_set_s(&f->clock, NOW_S + 1000);
	write_one(f, "b");
	write_one(f, "c");
	assert_ok(outbox_trim(f->store, NOW_S + 500, &err));
	assert_rc(outbox_read(f->store, &old, 10, f->arena, &rows, &err), OUTBOX_REBUILD);
	assert_rc(outbox_read(f->store, &(struct outbox_position){0}, 10, f->arena, &rows, &err), OUTBOX_REBUILD);
	struct outbox_position head = outbox_now(f);
	assert_ok(outbox_trim(f->store, NOW_S + 5000, &err));
	assert_int_equal(count_of(f, "outbox"), 1);
	assert_int_equal(count_of(f, "operation"), 0);
	assert_int_equal(outbox_since(f, &head).len, 0);
	all_in_order(f);
}

static int nothing_work(struct store_tx *tx, void *context, struct err *err)
{
	(void)context;
	(void)err;
	assert_non_null(tx_db(tx));
	assert_int_equal(tx_now_s(tx), NOW_S);
	assert_int_equal(tx_batch_id(tx), 0);
	return 0;
}

static int note_twice_work(struct store_tx *tx, void *context, struct err *err)
{
	(void)err;
	outbox_note(tx, OUTBOX_REDIRECT, 0, STR("/x/"));
	outbox_note(tx, OUTBOX_REDIRECT, 0, STR("/y/"));
	outbox_note(tx, OUTBOX_REDIRECT, 0, STR("/x/"));
	return *(int *)context;
}

static void a_transaction_writes_what_it_changed_once(void **state)
{
	struct fixture *f = fixture_need(state);
	struct outbox_position before = outbox_now(f);
	assert_ok(store_write(f->store, nothing_work, NULL, &err));
	assert_int_equal(outbox_since(f, &before).len, 0);
	assert_ok(store_write(f->store, note_twice_work, &(int){0}, &err));
	struct outbox_vec rows = outbox_since(f, &before);
	assert_int_equal(rows.len, 2);
	assert_text(rows.at[0].detail, "/x/");
	assert_text(rows.at[1].detail, "/y/");
	assert_rc(store_write(f->store, note_twice_work, &(int){77}, &err), 77);
	assert_int_equal(outbox_since(f, &before).len, 2);
}

/* ---- writers in two threads, a reader in a third ---- */

#define WRITES 60

struct writer {
	struct fixture *f;
	int number;
	int failed;
};

static int write_many_work(struct store_tx *tx, void *context, struct err *err)
{
	(void)err;
	struct writer *writer = context;
	outbox_note(tx, OUTBOX_REDIRECT, writer->number, STR("/a/"));
	outbox_note(tx, OUTBOX_REDIRECT, writer->number, STR("/b/"));
	return 0;
}

static void *write_many(void *argument)
{
	struct writer *writer = argument;
	struct db_options patient = {.tries = 100, .busy_timeout_ms = 10000};
	STORE_SCOPED store = NULL;
	struct err err = {0};
	writer->failed = store_open(writer->f->engine.url, &patient, NULL, NULL, &store, &err);
	for (int i = 0; writer->failed == 0 && i < WRITES; i++)
		writer->failed = store_write(store, write_many_work, writer, &err);
	if (writer->failed)
		print_error("writer %d: %s\n", writer->number, err.text);
	return NULL;
}

struct reader {
	struct fixture *f;
	struct outbox_position position;
	_Atomic bool writers_done;
	int rows;
	int failed;
};

/* Follows until it has seen all; a row that became visible late, behind a later number, would be a gap. */
static void *follow(void *argument)
{
	struct reader *reader = argument;
	STORE_SCOPED store = NULL;
	ARENA_SCOPED arena = arena_create(0);
	struct err err = {0};
	reader->failed = store_open(reader->f->engine.url, NULL, NULL, NULL, &store, &err);
	for (bool more = true; more && reader->failed == 0;) {
		struct outbox_vec rows = {0};
		bool last = reader->writers_done;
		arena_clear(arena);
		reader->failed = outbox_read(store, &reader->position, 7, arena, &rows, &err);
		for (size_t i = 0; i < rows.len; i++) {
			if (rows.at[i].position.number != reader->position.number + 1)
				reader->failed = 1000;
			reader->position = rows.at[i].position;
			reader->rows++;
		}
		more = rows.len > 0 || !last;
	}
	return NULL;
}

static void numbers_are_in_order_without_gaps_under_two_writers(void **state)
{
	struct fixture *f = fixture_need(state);
	struct writer writers[2] = {{f, 1, 0}, {f, 2, 0}};
	struct reader reader = {.f = f, .position = outbox_now(f)};
	int64_t first = reader.position.number;
	pthread_t threads[3];
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, &writers[i]), 0);
	assert_int_equal(pthread_create(&threads[2], NULL, follow, &reader), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	reader.writers_done = true;
	pthread_join(threads[2], NULL);
	assert_int_equal(writers[0].failed, 0);
	assert_int_equal(writers[1].failed, 0);
	assert_int_equal(reader.failed, 0);
	assert_int_equal(reader.rows, 4 * WRITES);
	assert_int_equal(reader.position.number, first + 4 * WRITES);
	all_in_order(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(rows_follow_a_position),
		STORE_TEST(a_lost_position_asks_for_a_rebuild),
		STORE_TEST(a_transaction_writes_what_it_changed_once),
		STORE_TEST(numbers_are_in_order_without_gaps_under_two_writers),
	};
	return FIXTURE_RUN("outbox", tests);
}
