#include "store/move.h"

#include "store/move_inside.h"

#define UNKNOWN_TRIES 3

struct move {
	const struct store_move_job *job;
	struct arena *arena;
	struct store_move_mark from, to;
	bool to_empty;
	struct move_progress progress;
	struct store_move_result result;
};

/* ---- who may go on with what ---- */

static int refuse_target(const struct move *move, struct err *err)
{
	struct str shown = move->job->to_shown;

	if (move->to.state == STORE_MOVE_FILLING)
		return err_set(err, ERR_INPUT,
			       "%.*s holds what another move left half done: if nobody is at work there, drop that "
			       "database, create it anew and call again",
			       STR_ARG(shown));
	return err_set(err, ERR_INPUT,
		       "%.*s is not empty: name a database without tables (createdb -E UTF8 -T template0 NAME makes "
		       "one)",
		       STR_ARG(shown));
}

static int refuse_other_target(const struct move *move, struct err *err)
{
	if (move->from.state == STORE_MOVE_LEFT)
		return err_set(err, ERR_INPUT, "this store has been moved to %.*s already: name that one",
			       STR_ARG(move->from.other));
	return err_set(err, ERR_INPUT,
		       "a move of this store to %.*s is under way: name that one again, or give it up first (crier "
		       "move --abandon)",
		       STR_ARG(move->from.other));
}

/* The target has been looked at: may this move fill it? */
static int check_marks(const struct move *move, struct err *err)
{
	const struct store_move_mark *from = &move->from, *to = &move->to;
	bool begun = from->state == STORE_MOVE_LEAVING || from->state == STORE_MOVE_LEFT;
	bool same = begun && strcmp(from->id, to->id) == 0 &&
		    (to->state == STORE_MOVE_FILLING || to->state == STORE_MOVE_ARRIVED);

	if (from->state == STORE_MOVE_FILLING)
		return err_set(err, ERR_INPUT, "this store is only half there: the move from %.*s must end first",
			       STR_ARG(from->other));
	if (same)
		return 0;
	if (begun && (from->state == STORE_MOVE_LEFT || !str_eq(from->other, move->job->to_shown)))
		return refuse_other_target(move, err);
	return move->to_empty && to->state == STORE_MOVE_NONE ? 0 : refuse_target(move, err);
}

/* Tables that nobody can say to be ours count as something. A killed program may have left some of the migrations done,
 * or all and no more. */
static int look_at_target(struct move *move, struct err *err)
{
	int version = 0;
	int64_t tables = 0;
	int rc = store_version(move->job->to, &version, err);

	if (rc == 0 && version == 0)
		rc = db_tables(move->job->to->db, &tables, err);
	move->to_empty = version == 0 && tables == 0;
	if (rc == 0 && version > 0 && version <= store_version_known())
		rc = store_move_look(move->job->to, move->arena, &move->to, err);
	if (rc == 0 && move->to.state == STORE_MOVE_FILLING && version != store_version_known())
		return err_set(err, ERR_INPUT,
			       "%.*s was begun by another version of crier: drop that database, create it anew, call "
			       "crier move --abandon, then this again",
			       STR_ARG(move->job->to_shown));
	if (rc == 0 && version > 0 && version < store_version_known())
		rc = move_is_unused(move->job->to, &move->to_empty, err);
	if (rc == 0 && version == store_version_known() && move->to.state == STORE_MOVE_NONE)
		rc = move_is_empty(move->job->to, &move->to_empty, err);
	return rc;
}

static int prepare_target(struct move *move, struct err *err)
{
	int version = 0, rc = store_version(move->job->to, &version, err);

	if (rc == 0 && move->to.state == STORE_MOVE_NONE && version < store_version_known()) {
		rc = store_migrate(move->job->to, err);
		if (rc == 0)
			rc = move_is_empty(move->job->to, &move->to_empty, err);
		if (rc == 0 && !move->to_empty)
			rc = refuse_target(move, err);
	}
	return rc;
}

/* ---- marks ---- */

/* Who writes in this moment holds a row of this table until the end. SQLite has one writer at a time anyway. */
static int wait_for_writers(struct db *db, struct err *err)
{
	if (db_engine(db) != DB_POSTGRES)
		return 0;
	return db_run(db, err, "LOCK TABLE operation IN SHARE ROW EXCLUSIVE MODE");
}

static int mark_leaving(struct db *db, void *context, struct err *err)
{
	struct move *move = context;
	int rc = wait_for_writers(db, err);

	if (rc != 0)
		return rc;
	return move_mark_put(db, move->from.id, STORE_MOVE_LEAVING, move->job->to_shown,
			     clock_now_s(move->job->from->clock), err);
}

/* Its outbox has a head from the beginning, which comes from the old store like everything else. Whoever would write
 * there meanwhile finds none. */
static int mark_filling(struct db *db, void *context, struct err *err)
{
	struct move *move = context;
	int rc = move_mark_put(db, move->from.id, STORE_MOVE_FILLING, move->job->from_shown,
			       clock_now_s(move->job->from->clock), err);

	return rc == 0 ? db_run(db, err, "DELETE FROM outbox_head") : rc;
}

static int mark_arrived(struct db *db, void *context, struct err *err)
{
	struct move *move = context;

	return move_mark_put(db, move->from.id, STORE_MOVE_ARRIVED, move->job->from_shown,
			     clock_now_s(move->job->from->clock), err);
}

static int mark_left(struct db *db, void *context, struct err *err)
{
	struct move *move = context;

	return move_mark_put(db, move->from.id, STORE_MOVE_LEFT, move->job->to_shown,
			     clock_now_s(move->job->from->clock), err);
}

static int begin(struct move *move, struct err *err)
{
	int rc = 0;

	if (move->from.state != STORE_MOVE_LEAVING) {
		random_name(move->job->from->random, move->from.id, STORE_MOVE_ID_BYTES);
		rc = db_transaction(move->job->from->db, mark_leaving, move, err);
	}
	if (rc == 0 && move->to.state != STORE_MOVE_FILLING) {
		rc = db_transaction(move->job->to->db, mark_filling, move, err);
		move->to.step = 0;
	}
	return rc;
}

/* ---- the work ---- */

static int count_rows(struct db *db, int64_t *ret_rows, struct err *err)
{
	int64_t all = 0, count = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < move_table_count; i++) {
		rc = db_get_i64_values(db, move_tables[i].count, NULL, 0, &count, err);
		all += count;
	}
	if (rc == 0)
		*ret_rows = all;
	return rc;
}

static int copy(struct move *move, struct err *err)
{
	struct move_progress *progress = &move->progress;
	int rc;

	*progress = (struct move_progress){.job = move->job, .what = "Copying"};
	rc = count_rows(move->job->from->db, &progress->all, err);
	if (rc == 0)
		rc = count_rows(move->job->to->db, &progress->done, err);
	return rc ? rc : move_copy(move->job, move->from.id, move->to.step, progress, err);
}

/* New ids begin behind the last that was ever given out, though its row may be gone. */
static int set_counters(const struct move *move, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < move_table_count; i++) {
		int64_t last = 0;

		if (!move_tables[i].counted)
			continue;
		rc = db_counter(move->job->from->db, move_tables[i].name, &last, err);
		if (rc == 0)
			rc = db_counter_set(move->job->to->db, move_tables[i].name, last, err);
	}
	return rc;
}

static int compare_table(struct move *move, const struct move_table *table, struct err *err)
{
	struct store_move_table old = {0}, new = {0};
	int rc = move_hash(move->job->from->db, table, &move->progress, &old, err);

	if (rc == 0)
		rc = move_hash(move->job->to->db, table, &move->progress, &new, err);
	if (rc != 0)
		return rc;
	*vec_add(&move->result.tables, move->arena) = new;
	move->result.rows += new.rows;
	if (old.rows == new.rows && memcmp(&old.hash, &new.hash, sizeof old.hash) == 0)
		return 0;
	rc = move_find_difference(move->job, table, err);
	return rc ? rc : err_set(err, ERR_DATA, "table %s changed while it was compared; call again", table->name);
}

static int compare(struct move *move, struct err *err)
{
	int rc = 0;

	move->progress.what = "Comparing";
	move->progress.done = 0;
	move->progress.all *= 2;
	move->result = (struct store_move_result){0};
	for (size_t i = 0; rc == 0 && i < move_table_count; i++)
		rc = compare_table(move, &move_tables[i], err);
	return rc;
}

/* Whoever took the mark off in the meantime let others write. */
static int still_leaving(const struct move *move, struct err *err)
{
	struct store_move_mark mark;
	int rc = store_move_look(move->job->from, move->arena, &mark, err);

	if (rc != 0 || (mark.state == STORE_MOVE_LEAVING && strcmp(mark.id, move->from.id) == 0))
		return rc;
	return err_set(
		err, ERR_INPUT,
		"the move was given up while it went on: drop the database %.*s and create it anew before the next",
		STR_ARG(move->job->to_shown));
}

static int move_once(struct move *move, struct err *err)
{
	int rc = store_move_look(move->job->from, move->arena, &move->from, err);

	if (rc == 0)
		rc = look_at_target(move, err);
	if (rc == 0)
		rc = check_marks(move, err);
	if (rc == 0 && move->to.state != STORE_MOVE_ARRIVED) {
		rc = prepare_target(move, err);
		if (rc == 0)
			rc = begin(move, err);
		if (rc == 0)
			rc = copy(move, err);
		if (rc == 0)
			rc = set_counters(move, err);
		if (rc == 0)
			rc = compare(move, err);
		if (rc == 0)
			rc = still_leaving(move, err);
		if (rc == 0)
			rc = db_transaction(move->job->to->db, mark_arrived, move, err);
	}
	if (rc == 0 && move->from.state != STORE_MOVE_LEFT)
		rc = db_transaction(move->job->from->db, mark_left, move, err);
	return rc;
}

int store_move(const struct store_move_job *job, struct arena *arena, struct store_move_result *ret_result,
	       struct err *err)
{
	struct store_move_result result = {0};
	int rc = 0;

	/* Where nobody knows whether a commit took place, the marks and rows tell. */
	for (int i = 0; i < UNKNOWN_TRIES; i++) {
		struct move move = {.job = job, .arena = arena};

		rc = move_once(&move, err);
		if (move.result.tables.len)
			result = move.result;
		if (rc != ERR_DB_UNKNOWN)
			break;
	}
	if (rc == 0)
		*ret_result = result;
	return rc;
}
