#include "store/store.h"

#include "store/inside.h"
#include "store/move.h"

#include <stdlib.h>
#include <string.h>

#define OPERATION_BYTES 26
#define ALREADY_DONE    99 /* inside this file: an earlier try was committed after all */
#define UNKNOWN_TRIES   3

int store_open(const char *url, const struct db_options *options, const struct clock *clock, struct random *random,
	       struct store **ret_store, struct err *err)
{
	struct db *db = NULL;
	int rc = db_open(url, options, &db, err);
	if (rc != 0)
		return rc;
	struct store *store = calloc(1, sizeof *store);
	if (!store)
		abort();
	store->db = db;
	store->clock = clock ? clock : clock_system();
	store->its_time = !clock;
	store->random = random ? random : random_system();
	*ret_store = store;
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	db_close(store->db);
	free(store);
}

void store_closep(struct store **store)
{
	store_close(*store);
	*store = NULL;
}

int store_migrate(struct store *store, struct err *err)
{
	return db_migrate(store->db, &store_migrations, clock_now_s(store->clock), err);
}

int store_version(struct store *store, int *ret_number, struct err *err)
{
	return db_migrated_to(store->db, store_migrations.set, ret_number, err);
}

int store_version_known(void)
{
	return store_migrations.at[store_migrations.count - 1].number;
}

struct db *store_db(struct store *store)
{
	return store->db;
}

/* ---- writing ---- */

struct attempt {
	struct store *store;
	store_work *work;
	void *context;
	int64_t batch_id;
	struct arena *arena;
	char operation[OPERATION_BYTES + 1];
};

/* Nothing was claimed: because it was before, or because the store is being moved. */
static int why_not_claimed(struct store_tx *tx, const char *operation, struct err *err)
{
	struct store_move_mark mark = {0};
	int64_t done = 0;
	int rc = db_get_i64(tx->store->db, &done, err, "SELECT COUNT(*) FROM operation WHERE id = $1",
			    DB_CSTR(operation));
	if (rc == 0 && done)
		return ALREADY_DONE;
	if (rc == 0)
		rc = store_move_look(tx->store, tx->arena, &mark, err);
	if (rc != 0)
		return rc;
	if (mark.state == STORE_MOVE_LEFT)
		return err_set(err, ERR_INPUT,
			       "the store was moved to %.*s, so nothing is written here any more: set database.url in "
			       "crier.conf",
			       STR_ARG(mark.other));
	return err_set(err, ERR_INPUT,
		       "the store is being moved %s %.*s, so nothing is written here now: wait for the end of crier "
		       "move; if it was interrupted, call it again, or give it up with crier move --abandon",
		       mark.state == STORE_MOVE_LEAVING ? "to" : "from", STR_ARG(mark.other));
}

/* The operation's id goes in first. Where an earlier COMMIT under it is still under way, PostgreSQL lets this
 * INSERT wait for its end; where it took place, the row is there and nothing is left to do. */
static int claim_operation(struct store_tx *tx, const char *operation, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"INSERT INTO operation (id, at_s) SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT)"
			" WHERE NOT EXISTS (SELECT 1 FROM store_move WHERE state <> 'arrived') ON CONFLICT DO NOTHING",
			DB_CSTR(operation), DB_I64(tx->now_s));
	return rc == 0 && db_changed(db) == 0 ? why_not_claimed(tx, operation, err) : rc;
}

/* Writes the row in order to hold it until the end: a flip must wait for the chunk. */
static int hold_batch(struct store_tx *tx, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"UPDATE batch SET started_s = started_s"
			" WHERE id = $1 AND flipped_s IS NULL AND abandoned_s IS NULL",
			DB_I64(tx->batch_id));
	if (rc != 0 || db_changed(db) == 1)
		return rc;
	err_set(err, ERR_INPUT, "batch %lld: it is not open any more", (long long)tx->batch_id);
	return STORE_REFUSED;
}

/* Were it the clock of each machine that writes, an item published by a fast one and withdrawn by another would be
 * withdrawn before anybody saw it, and no reader told. */
static int take_time(struct store_tx *tx, struct err *err)
{
	int64_t now_us = 0;
	int rc = tx->store->its_time ? db_now_us(tx->store->db, &now_us, err) : DB_CANNOT;
	if (rc < 0)
		return rc;
	tx->now_s = rc == DB_CANNOT ? clock_now_s(tx->store->clock) : now_us / 1000000;
	return 0;
}

static int attempt_once(struct db *db, void *context, struct err *err)
{
	(void)db;
	struct attempt *attempt = context;
	arena_clear(attempt->arena);
	struct store_tx tx = {
		.store = attempt->store,
		.arena = attempt->arena,
		.batch_id = attempt->batch_id,
	};
	int rc = take_time(&tx, err);
	if (rc == 0)
		rc = claim_operation(&tx, attempt->operation, err);
	if (rc == 0 && tx.batch_id)
		rc = hold_batch(&tx, err);
	if (rc == 0)
		rc = attempt->work(&tx, attempt->context, err);
	if (rc == 0)
		rc = outbox_write(&tx, err);
	return rc;
}

static int write_tries(struct attempt *attempt, struct err *err)
{
	bool unknown = false;
	int rc = 0;
	for (int i = 0; i < UNKNOWN_TRIES; i++) {
		rc = db_transaction(attempt->store->db, attempt_once, attempt, err);
		if (rc == ALREADY_DONE)
			return 0;
		if (rc == ERR_DB_UNKNOWN)
			unknown = true;
		else if (rc != ERR_DB_AWAY || !unknown)
			return rc;
	}
	return err_set(err, ERR_DB_UNKNOWN,
		       "database: it went away during a commit; whether operation %s was written is not known",
		       attempt->operation);
}

int store_write_chunk(struct store *store, int64_t batch_id, store_work *work, void *context, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct attempt attempt = {
		.store = store, .work = work, .context = context, .batch_id = batch_id, .arena = arena};
	random_name(store->random, attempt.operation, OPERATION_BYTES);
	return write_tries(&attempt, err);
}

int store_write(struct store *store, store_work *work, void *context, struct err *err)
{
	return store_write_chunk(store, 0, work, context, err);
}

/* ---- reading ---- */

struct reading {
	struct store *store;
	store_read_work *work;
	void *context;
};

static int read_once(struct db *db, void *context, struct err *err)
{
	(void)db;
	struct reading *reading = context;
	return reading->work(reading->store, reading->context, err);
}

int store_read(struct store *store, store_read_work *work, void *context, struct err *err)
{
	struct reading reading = {store, work, context};
	return db_snapshot(store->db, read_once, &reading, err);
}

/* ---- inside a transaction ---- */

struct db *tx_db(struct store_tx *tx)
{
	return tx->store->db;
}

struct store *tx_store(struct store_tx *tx)
{
	return tx->store;
}

struct arena *tx_arena(struct store_tx *tx)
{
	return tx->arena;
}

int64_t tx_now_s(const struct store_tx *tx)
{
	return tx->now_s;
}

int64_t tx_batch_id(const struct store_tx *tx)
{
	return tx->batch_id;
}

void tx_guid(struct store_tx *tx, char ret_guid[46])
{
	memcpy(ret_guid, "urn:uuid:", 9);
	random_uuid(tx->store->random, ret_guid + 9);
}

void tx_public_id(struct store_tx *tx, char ret_id[17])
{
	random_name(tx->store->random, ret_id, 16);
}
