#include "store/move_inside.h"

#define PAGE_BYTES     (INT64_C(2) << 20)
#define PAGE_ROWS_MOST 2000
#define PAGE_ROWS_1ST  100

/* ---- pages ---- */

struct db_value move_value(const struct move_table *table, const struct db_rows *rows, int column)
{
	if (db_is_null(rows, column))
		return DB_NULL;
	if (table->types[column] == DB_TYPE_I64)
		return DB_I64(db_i64(rows, column));
	return table->types[column] == DB_TYPE_TEXT ? DB_TEXT(db_text(rows, column)) : DB_BLOB(db_blob(rows, column));
}

void move_key_take(struct move_key *key, const struct move_table *table, const struct db_rows *rows)
{
	arena_clear(key->arena);
	for (int i = 0; i < table->key_count; i++) {
		key->at[i] = move_value(table, rows, i);
		key->at[i].bytes = arena_str(key->arena, key->at[i].bytes);
	}
	key->set = true;
}

const char *move_key_shown(const struct move_table *table, const struct move_key *key, struct arena *arena)
{
	struct str text = STR("");

	for (int i = 0; i < table->key_count; i++) {
		const struct db_value *value = &key->at[i];
		struct str shown = value->type == DB_TYPE_I64 ? arena_printf(arena, "%lld", (long long)value->i64)
							      : arena_printf(arena, "\"%.*s\"", STR_ARG(value->bytes));

		text = arena_printf(arena, "%.*s%s%s %.*s", STR_ARG(text), i ? ", " : "", table->columns[i],
				    STR_ARG(shown));
	}
	return arena_cstr(arena, text);
}

int move_page(struct db *db, const struct move_table *table, const struct move_key *after, int64_t limit,
	      struct db_rows *ret_rows, struct err *err)
{
	struct db_value values[MOVE_KEYS_MAX + 1] = {DB_I64(limit)};

	if (!after->set)
		return db_select_values(db, ret_rows, table->first, values, 1, err);
	memcpy(values, after->at, sizeof after->at);
	values[table->key_count] = DB_I64(limit);
	return db_select_values(db, ret_rows, table->after, values, (size_t)table->key_count + 1, err);
}

int64_t move_page_rows(int64_t rows, int64_t bytes)
{
	int64_t fit = rows > 0 ? PAGE_BYTES / (bytes / rows + 1) : PAGE_ROWS_1ST;

	return fit < 1 ? 1 : fit > PAGE_ROWS_MOST ? PAGE_ROWS_MOST : fit;
}

void move_show(struct move_progress *progress, int64_t rows)
{
	progress->done += rows;
	if (progress->job->progress)
		progress->job->progress(progress->job->context, progress->what, progress->done, progress->all);
}

/* ---- filling ---- */

/* One chunk: carried out again from `after` where the database says so. */
struct chunk {
	const struct store_move_job *job;
	const struct move_table *table;
	const char *id;
	int64_t step; /* this one; the next is told to the mark when the table has come to its end */
	bool refers;  /* the pass that sets references, not the one that writes rows */
	int64_t limit;
	struct move_key after, reached;
	int64_t rows, bytes;
};

static int put_row(struct chunk *chunk, const struct db_rows *row, struct err *err)
{
	const struct move_table *table = chunk->table;
	struct db_value values[MOVE_COLUMNS_MAX];
	int rc;

	for (int i = 0; i < table->column_count; i++) {
		values[i] = i == table->own ? DB_NULL : move_value(table, row, i);
		chunk->bytes += (int64_t)values[i].bytes.len + 8;
	}
	rc = db_run_values(chunk->job->to->db, table->insert, values, (size_t)table->column_count, err);
	if (rc == ERR_INPUT) {
		ARENA_SCOPED arena = arena_create(0);

		err_context(err, "table %s, %s", table->name, move_key_shown(table, &chunk->reached, arena));
		return ERR_DATA;
	}
	return rc;
}

static int put_reference(struct chunk *chunk, const struct db_rows *row, struct err *err)
{
	const struct db_value values[] = {move_value(chunk->table, row, 0),
					  move_value(chunk->table, row, chunk->table->own)};

	if (values[1].type == DB_TYPE_NULL)
		return 0;
	return db_run_values(chunk->job->to->db, chunk->table->refer, values, 2, err);
}

static int put_chunk(struct db *to, void *context, struct err *err)
{
	struct chunk *chunk = context;
	DB_ROWS rows = {0};
	int rc = move_mark_step(to, chunk->id, chunk->step, err);

	chunk->rows = chunk->bytes = 0;
	if (rc == 0)
		rc = move_page(chunk->job->from->db, chunk->table, &chunk->after, chunk->limit, &rows, err);
	while (rc == 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		move_key_take(&chunk->reached, chunk->table, &rows);
		chunk->rows++;
		rc = chunk->refers ? put_reference(chunk, &rows, err) : put_row(chunk, &rows, err);
		if (rc == 0)
			continue;
		return rc;
	}
	if (rc == 0 && chunk->rows < chunk->limit)
		rc = move_mark_step(to, chunk->id, chunk->step + 1, err);
	return rc;
}

/* Behind the last row that is there. References are set again from the beginning: twice is once. */
static int find_place(struct chunk *chunk, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = chunk->refers ? DB_NONE : db_one_values(chunk->job->to->db, &rows, chunk->table->last, NULL, 0, err);

	if (rc == DB_ROW)
		move_key_take(&chunk->after, chunk->table, &rows);
	return rc < 0 ? rc : 0;
}

static int put_table(struct chunk *chunk, struct move_progress *progress, struct err *err)
{
	int rc = find_place(chunk, err);

	for (chunk->limit = PAGE_ROWS_1ST; rc == 0;) {
		rc = db_transaction(chunk->job->to->db, put_chunk, chunk, err);
		if (rc != 0)
			break;
		if (!chunk->refers)
			move_show(progress, chunk->rows);
		if (chunk->rows < chunk->limit)
			break;
		struct move_key place = chunk->after;
		chunk->after = chunk->reached;
		chunk->reached = place;
		chunk->limit = move_page_rows(chunk->rows, chunk->bytes);
	}
	return rc;
}

int move_copy(const struct store_move_job *job, const char *id, int64_t step, struct move_progress *progress,
	      struct err *err)
{
	int rc = 0;

	for (; rc == 0 && step < (int64_t)(2 * move_table_count); step++) {
		ARENA_SCOPED one = arena_create(0);
		ARENA_SCOPED two = arena_create(0);
		struct chunk chunk = {.job = job,
				      .table = &move_tables[(size_t)step % move_table_count],
				      .id = id,
				      .step = step,
				      .refers = (size_t)step >= move_table_count,
				      .after = {.arena = one},
				      .reached = {.arena = two}};

		if (!chunk.refers || chunk.table->refer)
			rc = put_table(&chunk, progress, err);
	}
	return rc;
}
