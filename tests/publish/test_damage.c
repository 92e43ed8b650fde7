/* Entries that are damaged in the store: what can be shown of them is shown, and nothing waits behind them. */
#include "newsroom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BODY_BYTES (4u << 20)

/* So that the outbox names it. */
static int touch(struct store_tx *tx, void *context, struct err *err)
{
	const int64_t *entry_id = context;
	return item_set_places(tx, *entry_id, NULL, 0, err);
}

static bool is_shown(struct newsroom *room, int64_t entry_id)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	struct err err = {0};
	struct card card;
	struct body body;
	return public_card(room->public, snapshot, entry_id, room->arena, &card, &err) == 0 &&
	       public_body(room->public, snapshot, entry_id, room->arena, &body, &err) == 0;
}

static int break_body(struct newsroom *room, int64_t entry_id, struct err *err)
{
	char *bytes = arena_alloc(room->arena, BODY_BYTES);
	memset(bytes, '&', BODY_BYTES);
	return db_run(store_db(room->store), err,
		      "UPDATE revision SET body = CAST(X'3C70FF00C33C' AS TEXT) || $1 WHERE entry_id = $2",
		      DB_TEXT(str_of(bytes, BODY_BYTES)), DB_I64(entry_id));
}

static int lose_media(struct newsroom *room, int64_t entry_id, struct err *err)
{
	struct db *db = store_db(room->store);
	int rc = db_run(db, err, "PRAGMA foreign_keys = OFF");
	rc = rc ? rc
		: db_run(db, err,
			 "UPDATE media_use SET media_id = 4711 WHERE revision_id IN"
			 " (SELECT id FROM revision WHERE entry_id = $1)",
			 DB_I64(entry_id));
	return rc ? rc : db_run(db, err, "PRAGMA foreign_keys = ON");
}

/* Their numbers alone are longer than what public.db keeps of them. */
static int file_without_measure(struct newsroom *room, int64_t entry_id, struct err *err)
{
	struct db *db = store_db(room->store);
	int rc = db_run(db, err,
			"INSERT INTO term (vocabulary) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
			" WHERE i < 15000) SELECT 'tag' FROM n");
	return rc ? rc
		  : db_run(db, err,
			   "INSERT INTO item_term (entry_id, term_id, position) SELECT $1, id, id FROM term"
			   " WHERE true ON CONFLICT DO NOTHING",
			   DB_I64(entry_id));
}

static void nothing_waits_behind_a_damaged_entry(void **state)
{
	static int (*const damages[])(struct newsroom * room, int64_t entry_id,
				      struct err * err) = {break_body, lose_media, file_without_measure};
	(void)state;
	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		struct newsroom room;
		struct err err = {0};
		newsroom_init(&room);
		struct item_content first = newsroom_content(&room, 1, "en"), second = newsroom_content(&room, 2, "en");
		struct item_ids damaged = newsroom_create(&room, &first);
		newsroom_step(&room);
		if (damages[i](&room, damaged.entry_id, &err))
			fail_msg("damage %zu: %s", i, err.text);
		newsroom_write(&room, touch, &damaged.entry_id);
		struct item_ids behind = newsroom_create(&room, &second);
		newsroom_step(&room);
		assert_true(is_shown(&room, damaged.entry_id));
		assert_true(is_shown(&room, behind.entry_id));
		newsroom_close(&room);
		newsroom_remove_public(&room); /* a build meets it too */
		newsroom_open(&room);
		assert_true(is_shown(&room, damaged.entry_id));
		assert_true(is_shown(&room, behind.entry_id));
		newsroom_finish(&room);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_waits_behind_a_damaged_entry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
