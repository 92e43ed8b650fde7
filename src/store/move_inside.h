/* move_inside: what the files of the move share. Not for others.
 *
 * move.c goes through the steps, move_mark.c keeps the marks, move_copy.c fills, move_compare.c hashes and finds what
 * differs. Steps are counted: first each table in its order, then, for each, what its rows refer to among themselves.
 */
#ifndef CRIER_STORE_MOVE_INSIDE_H
#define CRIER_STORE_MOVE_INSIDE_H

#include "store/inside.h"
#include "store/move.h"

#define MOVE_COLUMNS_MAX 40
#define MOVE_KEYS_MAX    6

/* Written by move_tables.py. Columns: those of the key first, in its order. */
struct move_table {
	const char *name;
	const char *count, *first, *after; /* first, after: a page from the beginning, or behind a key */
	const char *last;                  /* the highest key */
	const char *insert;                /* all columns */
	const char *refer;                 /* sets the reference to a row of the same table; NULL: there is none */
	const char *columns[MOVE_COLUMNS_MAX];
	enum db_type types[MOVE_COLUMNS_MAX];
	int column_count, key_count;
	int own;      /* the column with that reference; -1: there is none */
	bool counted; /* its key is an id that the engine gives out */
};
extern const struct move_table move_tables[];
extern const size_t move_table_count;

/* A place in a table. Its texts lie in its arena. */
struct move_key {
	struct arena *arena;
	bool set; /* false: before the first row */
	struct db_value at[MOVE_KEYS_MAX];
};
void move_key_take(struct move_key *key, const struct move_table *table, const struct db_rows *rows);
const char *move_key_shown(const struct move_table *table, const struct move_key *key, struct arena *arena);

struct db_value move_value(const struct move_table *table, const struct db_rows *rows, int column);

/* A page of at most limit rows behind the key. */
int move_page(struct db *db, const struct move_table *table, const struct move_key *after, int64_t limit,
	      struct db_rows *ret_rows, struct err *err);

/* So many rows that a page has a few MiB, after one of `rows` rows with `bytes` bytes. */
int64_t move_page_rows(int64_t rows, int64_t bytes);

struct move_progress {
	const struct store_move_job *job;
	const char *what;
	int64_t done, all;
};
void move_show(struct move_progress *progress, int64_t rows);

/* Fills what is missing, from the step on that the mark tells. */
int move_copy(const struct store_move_job *job, const char *id, int64_t step, struct move_progress *progress,
	      struct err *err);

int move_hash(struct db *db, const struct move_table *table, struct move_progress *progress,
	      struct store_move_table *ret_table, struct err *err);
/* ERR_DATA with the first key that differs. 0: none does. */
int move_find_difference(const struct store_move_job *job, const struct move_table *table, struct err *err);

/* Inside a transaction of db. */
int move_mark_put(struct db *db, const char *id, enum store_move_state state, struct str other, int64_t now_s,
		  struct err *err);
int move_mark_step(struct db *db, const char *id, int64_t step, struct err *err);

/* Whether every table is as the migrations leave it. _unused: the same of a store of any version, by what each write
 * leaves.
 */
int move_is_empty(struct store *store, bool *ret_empty, struct err *err);
int move_is_unused(struct store *store, bool *ret_unused, struct err *err);

#endif
