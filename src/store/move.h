/* move: copies a store into an empty one of another engine, and sees that nothing is lost or said twice.
 *
 * What it is. Every table, row by row in the order of its key, in chunks of one transaction each; then the counters of
 * ids; then a hash over every table of both. Numbers stay what they are, those of the outbox too, so a projection that
 * followed the old store goes on with the new one as if nothing had been.
 *
 * The marks (table store_move) hold it together. Both stores of one move carry the same random id:
 *
 *     old store   (none) ──▶ leaving ──▶ left       writing is refused from "leaving" on, reading is not
 *     new store   (none) ──▶ filling ──▶ arrived    "filling" is no store yet; "arrived" is one like any other
 *
 * So whoever is killed at any instant calls store_move again: it finds the ids, looks which row came last, and goes on.
 * The old store keeps its mark for good: what is written there would be lost.
 *
 * Who calls it. main/ (`crier move`), and newsroom_store, which refuses a store that has left or is being filled.
 * The tables come from the migrations (move_tables.py), so one that is added is moved.
 *
 * What it answers. 0, or ERR_INPUT with what to do (the other store is not empty or belongs to another move), ERR_DATA
 * (table and first key that differ, or a text that is none), or what the databases say. After any failure the same call
 * goes on; store_move_abandon takes the mark off the old store.
 *
 * Cost. Every row is written once by a statement of its own, and read three times. Memory: some MiB.
 */
#ifndef CRIER_STORE_MOVE_H
#define CRIER_STORE_MOVE_H

#include "crypt/hash.h"
#include "store/store.h"

#define STORE_MOVE_ID_BYTES 26

enum store_move_state { STORE_MOVE_NONE, STORE_MOVE_LEAVING, STORE_MOVE_LEFT, STORE_MOVE_FILLING, STORE_MOVE_ARRIVED };

struct store_move_mark {
	enum store_move_state state;
	char id[STORE_MOVE_ID_BYTES + 1];
	struct str other; /* address of the other store, as db_url_shown gives it */
	int64_t step;     /* filling: steps done */
	int64_t at_s;
};

/* Of any store, also one whose tables are older or not there yet. */
int store_move_look(struct store *store, struct arena *arena, struct store_move_mark *ret_mark, struct err *err);

struct store_move_table {
	const char *name;
	int64_t rows;
	struct sha256 hash; /* of all rows in the order of the key */
};
VEC_TYPE(store_move_tables, struct store_move_table);

struct store_move_job {
	struct store *from, *to;         /* from: its tables are as new as this program's */
	struct str from_shown, to_shown; /* db_url_shown */
	/* May be NULL. done of all rows; what they are: "Copying", "Comparing" */
	void (*progress)(void *context, const char *what, int64_t done, int64_t all);
	void *context;
};

struct store_move_result {
	struct store_move_tables tables; /* empty where an earlier call had done it all */
	int64_t rows;
};

int store_move(const struct store_move_job *job, struct arena *arena, struct store_move_result *ret_result,
	       struct err *err);

/* The old store may be written to again. ERR_INPUT where it is not leaving. The new one stays as it is, half full. */
int store_move_abandon(struct store *store, struct err *err);

/* The hash of one table, by which both are compared: of each row in the order of the key, of each column a byte for its
 * type (0 null, 1 number, 2 text, 3 bytes), eight bytes (the number, or how many bytes follow; the highest first) and
 * the bytes. Tables: in an order in which what is referred to stands before what refers. */
size_t store_move_table_count(void);
const char *store_move_table_name(size_t table);
int store_move_hash(struct store *store, size_t table, struct store_move_table *ret_table, struct err *err);

#endif
