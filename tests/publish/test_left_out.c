/* An entry that cannot be shown at all: it alone is left out and told of, nothing of it stays, everything behind it
 * goes on, and it is tried again when it or the program has changed. */
#include "newsroom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

typedef int damage(struct newsroom *room, int64_t entry_id, struct err *err);

/* No text is known for which it fails. */
static int fail_rendering(struct newsroom *room, int64_t entry_id, struct err *err)
{
	(void)err;
	room->unrenderable_id = entry_id;
	return 0;
}

/* A number that no newsroom reaches: the catalogue does not take the entry. */
static int file_out_of_range(struct newsroom *room, int64_t entry_id, struct err *err)
{
	struct db *db = store_db(room->store);
	int rc = db_run(db, err, "INSERT INTO term (id, vocabulary) VALUES ($1, 'tag')",
			DB_I64(CATALOGUE_KEY_MAX + 1 + entry_id));
	return rc ? rc
		  : db_run(db, err, "INSERT INTO item_term (entry_id, term_id, position) VALUES ($1, $2, 9)",
			   DB_I64(entry_id), DB_I64(CATALOGUE_KEY_MAX + 1 + entry_id));
}

static int mend_rendering(struct newsroom *room, int64_t entry_id, struct err *err)
{
	(void)entry_id, (void)err;
	room->unrenderable_id = 0;
	return 0;
}

static int file_in_range(struct newsroom *room, int64_t entry_id, struct err *err)
{
	return db_run(store_db(room->store), err, "DELETE FROM item_term WHERE entry_id = $1 AND term_id > $2",
		      DB_I64(entry_id), DB_I64(CATALOGUE_KEY_MAX));
}

static const struct trouble {
	damage *breaks, *mends;
	const char *says;
} troubles[] = {{fail_rendering, mend_rendering, "shorten or divide it"},
		{file_out_of_range, file_in_range, "out of range"}};
#define TROUBLES (sizeof troubles / sizeof *troubles)

/* So that the outbox names it. */
static int touch(struct store_tx *tx, void *context, struct err *err)
{
	const struct item_ids *ids = context;
	return item_set_places(tx, ids->entry_id, NULL, 0, err);
}

static int withdraw(struct store_tx *tx, void *context, struct err *err)
{
	const struct item_ids *ids = context;
	return item_withdraw(tx, ids->item_id, (struct str){0}, WITHDRAW_TAKEDOWN, STR("It was not so."), err);
}

static void break_it(struct newsroom *room, damage *breaks, int64_t entry_id)
{
	struct err err = {0};
	if (breaks(room, entry_id, &err))
		fail_msg("%s", err.text);
}

static bool is_shown(struct newsroom *room, int64_t entry_id)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	struct err err = {0};
	struct card card;
	struct body body;
	bool shown = public_card(room->public, snapshot, entry_id, room->arena, &card, &err) == 0;
	assert_int_equal(shown, public_body(room->public, snapshot, entry_id, room->arena, &body, &err) == 0);
	assert_int_equal(shown, catalogue_contains(snapshot, entry_id));
	return shown;
}

static int answer(struct newsroom *room, struct str path)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	struct err err = {0};
	struct found found;
	return public_find(room->public, snapshot, path, room->arena, &found, &err);
}

/* What the record, the status and the catalogue's rows say must be the same: these and no others. */
static void assert_left_out(struct newsroom *room, const struct item_ids *ids, struct str path, const char *says)
{
	struct left_out_vec left = {0};
	struct err err = {0};
	assert_int_equal(public_left_out(room->public, room->arena, &left, &err), 0);
	assert_int_equal(left.len, ids ? 1 : 0);
	assert_int_equal(projector_status(room->projector).left_out, left.len);
	if (!ids)
		return;
	assert_int_equal(left.at[0].entry_id, ids->entry_id);
	assert_true(str_eq(left.at[0].path, path));
	assert_true(str_find(left.at[0].reason, str_from(says)) != SIZE_MAX);
	assert_int_equal(left.at[0].tried_s, newsroom_now(room));
	assert_false(is_shown(room, ids->entry_id));
	assert_int_equal(answer(room, path), PUBLIC_NOTHING);
}

static void nothing_waits(struct newsroom *room, const struct trouble *trouble)
{
	struct item_content first = newsroom_content(room, 1, "en"), second = newsroom_content(room, 2, "en");
	struct item_ids broken = newsroom_create(room, &first);
	newsroom_step(room);
	assert_true(is_shown(room, broken.entry_id));
	assert_left_out(room, NULL, first.path, "");

	break_it(room, trouble->breaks, broken.entry_id);
	newsroom_write(room, touch, &broken);
	struct item_ids behind = newsroom_create(room, &second);
	newsroom_step(room);
	assert_left_out(room, &broken, first.path, trouble->says);
	assert_int_equal(room->left_out.len, 1);
	assert_int_equal(room->left_out.at[0].entry_id, broken.entry_id);
	assert_true(newsroom_heard(room, "e1") || broken.entry_id != 1); /* caches let go of it */
	assert_true(is_shown(room, behind.entry_id));
	newsroom_step(room);
	assert_int_equal(room->left_out.len, 1); /* not told with every poll */

	newsroom_write(room, touch, &broken); /* in vain */
	newsroom_step(room);
	assert_left_out(room, &broken, first.path, trouble->says);
	assert_int_equal(room->left_out.len, 2);
	newsroom_close(room); /* no row of what stood there is left to be loaded */
	newsroom_open(room);
	assert_left_out(room, &broken, first.path, trouble->says);
	assert_int_equal(projector_status(room->projector).rebuilds, 0);

	break_it(room, trouble->mends, broken.entry_id);
	newsroom_write(room, touch, &broken);
	newsroom_step(room);
	assert_left_out(room, NULL, first.path, "");
	assert_true(is_shown(room, broken.entry_id));
}

static void nothing_waits_behind_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < TROUBLES; i++)
		for (int kind = DB_SQLITE; kind <= DB_POSTGRES; kind++) {
			struct newsroom room;
			if (!newsroom_init_on(&room, (enum db_engine)kind))
				continue;
			nothing_waits(&room, &troubles[i]);
			newsroom_finish(&room);
		}
}

/* What readers still saw when it broke goes with the withdrawal, as does what was left out before. */
static void a_withdrawal_is_never_missed(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * TROUBLES; i++) {
		struct newsroom room;
		newsroom_init(&room);
		struct item_content content = newsroom_content(&room, 1, "en");
		struct item_ids ids = newsroom_create(&room, &content);
		newsroom_step(&room);
		break_it(&room, troubles[i / 2].breaks, ids.entry_id);
		if (i % 2) {
			newsroom_write(&room, touch, &ids);
			newsroom_step(&room);
			assert_left_out(&room, &ids, content.path, troubles[i / 2].says);
		}
		newsroom_write(&room, withdraw, &ids);
		newsroom_step(&room);
		assert_false(is_shown(&room, ids.entry_id));
		assert_int_equal(answer(&room, content.path), PUBLIC_GONE);
		assert_left_out(&room, NULL, content.path, "");
		newsroom_finish(&room);
	}
}

static void a_build_goes_on_without_it(void **state)
{
	struct newsroom room;
	struct item_content content[3];
	struct item_ids ids[3];
	(void)state;
	newsroom_init(&room);
	for (int i = 0; i < 3; i++) {
		content[i] = newsroom_content(&room, i + 1, "en");
		ids[i] = newsroom_create(&room, &content[i]);
	}
	break_it(&room, fail_rendering, ids[1].entry_id);
	newsroom_close(&room);
	newsroom_remove_public(&room);
	newsroom_open(&room);
	for (int i = 0; i < 3; i++)
		assert_int_equal(is_shown(&room, ids[i].entry_id), i != 1);
	assert_left_out(&room, &ids[1], content[1].path, "shorten or divide it");
	assert_int_equal(room.left_out.len, 1);
	newsroom_finish(&room);
}

/* The same program does not try again what it knows; another one does, once, without anything else being done anew. */
static void a_newer_program_tries_again(void **state)
{
	struct newsroom room;
	(void)state;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	break_it(&room, fail_rendering, ids.entry_id);
	newsroom_step(&room);
	assert_int_equal(room.left_out.len, 1);
	break_it(&room, mend_rendering, ids.entry_id); /* as a newer program would; no outbox row */
	newsroom_close(&room);
	newsroom_open(&room);
	newsroom_step(&room);
	assert_left_out(&room, &ids, content.path, "shorten or divide it");
	newsroom_close(&room);
	room.program = STR("99.0");
	newsroom_open(&room);
	assert_int_equal(projector_status(room.projector).rebuilds, 0);
	assert_left_out(&room, NULL, content.path, "");
	assert_true(is_shown(&room, ids.entry_id));
	newsroom_finish(&room);
}

/* public.db fails at each statement in turn. The step that fails shows and tells nothing and is done again; that the
 * disk fails is not taken for the entry's fault. */
static void faults(enum db_engine kind)
{
	bool fired = true;
	for (long countdown = 1; fired; countdown++) {
		struct newsroom room;
		struct err err = {0};
		size_t applied = 0;
		if (!newsroom_init_on(&room, kind))
			return;
		struct item_content first = newsroom_content(&room, 1, "en"), second = newsroom_content(&room, 2, "en");
		struct item_ids broken = newsroom_create(&room, &first);
		newsroom_step(&room);
		break_it(&room, file_out_of_range, broken.entry_id);
		newsroom_write(&room, touch, &broken);
		struct item_ids behind = newsroom_create(&room, &second);
		room.committed = false;
		db_fault_set(projector_public_db(room.projector), DB_FAULT_FAIL, countdown);
		int rc = projector_step(room.projector, &applied, &err);
		fired = db_fault_fired(projector_public_db(room.projector));
		db_fault_set(projector_public_db(room.projector), DB_FAULT_NONE, 0);
		assert_true(rc == 0 || fired);
		if (rc && !room.committed) {
			assert_int_equal(room.left_out.len, 0);
			assert_true(is_shown(&room, broken.entry_id));
		}
		newsroom_step(&room);
		assert_int_equal(room.left_out.len, 1);
		assert_left_out(&room, &broken, first.path, "out of range");
		assert_true(is_shown(&room, behind.entry_id));
		newsroom_finish(&room);
	}
}

static void a_failing_disk_is_not_its_fault(void **state)
{
	(void)state;
	faults(DB_SQLITE);
	faults(DB_POSTGRES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_waits_behind_it),         cmocka_unit_test(a_withdrawal_is_never_missed),
		cmocka_unit_test(a_build_goes_on_without_it),      cmocka_unit_test(a_newer_program_tries_again),
		cmocka_unit_test(a_failing_disk_is_not_its_fault),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
