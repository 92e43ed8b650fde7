/* db: one SQL API, two engines: SQLite (sqlite3) and PostgreSQL (libpq).
 *
 * What it is. A connection, statements with $N parameters, rows, transactions, migrations. Every
 * statement is a string literal in the common ground of SQLite 3.40 and PostgreSQL 15; the macros do not
 * compile with anything else. A statement is prepared once for each connection and literal and kept.
 *
 * Who calls it. store/ for the shared store; publish/public_*.c for public.db; main/ to open, check and
 * back up. Nobody else writes SQL.
 *
 * Who owns what. The opener owns the connection. One thread at a time uses a connection. Texts and blobs
 * of a row belong to the row: copy them (arena_str) before db_next or db_rows_finish.
 *
 * What it answers. 0; DB_ROW, DB_NONE, DB_CANNOT, DB_DAMAGED, DB_NEWER where a function says so; ERR_DB (refused),
 * ERR_DB_AWAY (not reachable), ERR_DB_AGAIN (busy or serialisation failure), ERR_DB_UNKNOWN (nobody knows
 * whether the commit took place), ERR_INPUT (a text that is not UTF-8 or holds a zero byte).
 *
 * Never: SQL made at run time; BEGIN or COMMIT outside db_transaction and db_snapshot; a text that one
 * engine takes and the other does not.
 *
 * Cost. SQLite: 2 to 5 microseconds for a statement on few rows. PostgreSQL: one round trip each.
 */
#ifndef CRIER_DB_DB_H
#define CRIER_DB_DB_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

#define DB_ROW     1 /* db_next, db_one: there is a row */
#define DB_NONE    2 /* db_one: there is none */
#define DB_CANNOT  3 /* the engine does not have this capability; err says what to use instead */
#define DB_DAMAGED 4 /* db_check found damage, told line by line */
#define DB_NEWER   5 /* db_migrate: the database was made by a newer version; err says which */

enum db_engine { DB_SQLITE, DB_POSTGRES };

/* What an engine can do beyond the common ground. */
enum db_capability {
	DB_CAN_WRITE_BESIDE, /* several connections may write at once */
	DB_CAN_BACKUP,       /* db_backup and db_restore work */
	DB_CAN_NOTIFY,       /* the server can wake listeners on commit */
	DB_CAN_SEARCH,       /* FTS5 tables */
};

/* Zeroed is what the shared store wants. */
struct db_options {
	bool read_only;
	bool must_exist;     /* SQLite: do not make the file */
	bool sync_normal;    /* SQLite: synchronous=NORMAL, for files that can be made anew from the store */
	bool temporary;      /* url "sqlite:", no name: see db_open */
	int cache_kib;       /* SQLite page cache; 0: 16 MiB */
	int64_t mmap_bytes;  /* SQLite; 0: none */
	int busy_timeout_ms; /* 0: 5000 */
	int tries;           /* of one transaction; 0: 8 */
	/* PostgreSQL: a server that is asked something and says nothing for so long is away. 0: it is waited for, as
	 * always in a migration. It is no longer waited for while stop_fd is readable; 0: there is none. */
	int silence_ms;
	int stop_fd;
	void (*wait)(int64_t us); /* between tries; NULL: nanosleep. Tests give one that does not wait. */
};

/* url: "sqlite:PATH" (":memory:" too), or "postgres://…" / "postgresql://…" as libpq reads it; what it does not
 * say of timeouts and keepalives is set so that a server gone without a word is noticed within about a minute; one
 * that is there and says nothing, by options->silence_ms.
 * ERR_INPUT for another scheme, and for a database whose encoding is not UTF-8; ERR_DB where a file cannot have a
 * write-ahead log.
 *
 * A temporary one is of this connection alone, and gone when that closes. It lies in the cache, and what has no room
 * there in a file without a name, in the folder of SQLITE_TMPDIR or TMPDIR, else /var/tmp or /tmp. It is one
 * transaction that never ends, without a journal: db_transaction is not for it, and after a statement that failed its
 * content is worth nothing. */
int db_open(const char *url, const struct db_options *options, struct db **ret_db, struct err *err);
void db_close(struct db *db); /* NULL is fine; an open transaction is rolled back */
void db_closep(struct db **db);
#define DB_SCOPED __attribute__((cleanup(db_closep))) struct db *

/* The url as it may be shown: without what may be a password. */
struct str db_url_shown(const char *url, struct arena *arena);

enum db_engine db_engine(const struct db *db);
bool db_can(const struct db *db, enum db_capability capability);

/* ---- values ---- */

enum db_type { DB_TYPE_NULL, DB_TYPE_I64, DB_TYPE_TEXT, DB_TYPE_BLOB };

struct db_value {
	enum db_type type;
	int64_t i64;
	struct str bytes;
};

#define DB_NULL       ((struct db_value){DB_TYPE_NULL, 0, {0}})
#define DB_I64(v)     ((struct db_value){DB_TYPE_I64, (v), {0}})
#define DB_TEXT(s)    ((struct db_value){DB_TYPE_TEXT, 0, (s)}) /* an empty str is the empty text, not null */
#define DB_BLOB(s)    ((struct db_value){DB_TYPE_BLOB, 0, (s)})
#define DB_LIT(lit)   DB_TEXT(STR(lit))
#define DB_CSTR(cstr) DB_TEXT(str_from(cstr))
struct db_value db_id_or_null(int64_t id);         /* 0 is null: for references and unset times */
struct db_value db_text_or_null(struct str text);  /* empty is null */
struct db_value db_blob_or_null(struct str bytes); /* empty is null */

/* ---- statements ---- */

/* An unfinished cursor. Declare as DB_ROWS rows = {0}; it finishes itself at the end of the scope.
 * A statement may be open several times at once. */
struct db_rows {
	struct db *db;
	struct db_stmt *stmt;
	void *result; /* the driver's */
	long at;
	long count;
};

/* db_run: no rows wanted. How many rows it changed: db_changed(db) right afterwards.
 * db_select: rows by db_next. db_one: the first row, DB_ROW or DB_NONE.
 *
 *     int rc = db_run(db, err, "UPDATE item SET kind_id = $2 WHERE id = $1", DB_I64(id), DB_I64(kind));
 *
 *     DB_ROWS rows = {0};
 *     int rc = db_select(db, &rows, err, "SELECT id FROM item WHERE id > $1", DB_I64(after));
 *     while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
 *             use(db_i64(&rows, 0));
 *     return rc;
 */
#define DB_VALUES(...)                                                                                                 \
	(const struct db_value[])                                                                                      \
	{                                                                                                              \
		__VA_ARGS__ __VA_OPT__(, ) DB_NULL                                                                     \
	}
#define DB_COUNT(...)             (sizeof(DB_VALUES(__VA_ARGS__)) / sizeof(struct db_value) - 1)
#define db_run(db, err, sql, ...) db_run_values((db), "" sql, DB_VALUES(__VA_ARGS__), DB_COUNT(__VA_ARGS__), (err))
#define db_select(db, rows, err, sql, ...)                                                                             \
	db_select_values((db), (rows), "" sql, DB_VALUES(__VA_ARGS__), DB_COUNT(__VA_ARGS__), (err))
#define db_one(db, rows, err, sql, ...)                                                                                \
	db_one_values((db), (rows), "" sql, DB_VALUES(__VA_ARGS__), DB_COUNT(__VA_ARGS__), (err))

/* Any statement whose answer is one number. db_get_i64 answers 0 or DB_NONE (no row, or null). */
#define db_get_i64(db, ret_value, err, sql, ...)                                                                       \
	db_get_i64_values((db), "" sql, DB_VALUES(__VA_ARGS__), DB_COUNT(__VA_ARGS__), (ret_value), (err))

/* One new row of a table whose key is id, which *ret_id gets: 0, or DB_NONE where ON CONFLICT DO NOTHING met one.
 * Without RETURNING: SQLite would build a table for its one row, and PostgreSQL gets it from the driver. */
#define db_insert(db, ret_id, err, sql, ...)                                                                           \
	db_insert_values((db), "" sql, DB_VALUES(__VA_ARGS__), DB_COUNT(__VA_ARGS__), (ret_id), (err))

/* Behind the macros; never call them with anything but a literal. */
int db_run_values(struct db *db, const char *sql, const struct db_value *values, size_t count, struct err *err);
int db_select_values(struct db *db, struct db_rows *rows, const char *sql, const struct db_value *values, size_t count,
		     struct err *err);
int db_one_values(struct db *db, struct db_rows *rows, const char *sql, const struct db_value *values, size_t count,
		  struct err *err);
int db_get_i64_values(struct db *db, const char *sql, const struct db_value *values, size_t count, int64_t *ret_value,
		      struct err *err);

int db_insert_values(struct db *db, const char *sql, const struct db_value *values, size_t count, int64_t *ret_id,
		     struct err *err);

int64_t db_changed(const struct db *db);

int db_next(struct db_rows *rows, struct err *err); /* DB_ROW, or 0 at the end */
bool db_is_null(const struct db_rows *rows, int column);
int64_t db_i64(const struct db_rows *rows, int column);     /* 0 for null */
struct str db_text(const struct db_rows *rows, int column); /* empty for null; borrowed */
struct str db_blob(const struct db_rows *rows, int column);
struct str db_text_copy(const struct db_rows *rows, int column, struct arena *arena);
struct str db_blob_copy(const struct db_rows *rows, int column, struct arena *arena);
void db_rows_finish(struct db_rows *rows);
#define DB_ROWS __attribute__((cleanup(db_rows_finish))) struct db_rows

/* ---- transactions ---- */

/* Runs the callback inside a transaction that may write. The callback may be called again after
 * ERR_DB_AGAIN (with growing waits), so it starts from nothing each time and writes its results only into
 * its context. 0 commits; anything else rolls back and is handed on. Inside a running transaction the
 * callback simply joins it. After a statement that failed every other one is refused (ERR_DB) and nothing is
 * committed, whatever the callback answers.
 *
 * ERR_DB_UNKNOWN: the connection broke during COMMIT, or during a statement that writes and stands alone. store/ writes
 * an operation id first, so calling again finds out (see store.h). */
typedef int db_work(struct db *db, void *context, struct err *err);
int db_transaction(struct db *db, db_work *work, void *context, struct err *err);

/* Reads only, from one unmoving view of the database: a statement that writes is refused (ERR_DB). */
int db_snapshot(struct db *db, db_work *work, void *context, struct err *err);

/* ---- being woken, where DB_CAN_NOTIFY ---- */

/* A channel is a literal, letters and underscores.
 *
 * db_notify, inside a transaction: its commit wakes the connections that listen. Where the engine cannot, nothing
 * happens, so whoever waits asks from time to time as well.
 *
 * db_listen: this connection listens from now on, to one channel, also after it had to connect again; what came in
 * between is not told. DB_CANNOT where the engine cannot. */
#define db_notify(db, channel, err) db_notify_channel((db), "" channel, (err))
#define db_listen(db, channel, err) db_listen_channel((db), "" channel, (err))
int db_notify_channel(struct db *db, const char *channel, struct err *err);
int db_listen_channel(struct db *db, const char *channel, struct err *err);

/* Whether the channel was notified since this was last asked, or the connection just ended: look at the database then.
 * Never blocks. *ret_fd becomes readable when there is more to tell; -1: it will not, poll the database instead. */
bool db_noticed(struct db *db, int *ret_fd);

/* The same for a file, where nobody has to notify: db_watch, and this connection hears of writes by any other, and its
 * own. DB_CANNOT for PostgreSQL, without a file, and where the system has no watches left. db_written: whether
 * it heard of any since this was last asked. That is told while a transaction commits, so what it wrote can be read
 * some milliseconds later: look at once, and a few times more. *ret_fd as of db_noticed. */
int db_watch(struct db *db, struct err *err);
bool db_written(struct db *db, int *ret_fd);

/* ---- migrations ---- */

/* One set is one series of numbered files: "store" for the shared store, "public" for public.db.
 * embed_sql.py makes the table at build time. In the files {{id}}, {{i64}}, {{text}}, {{blob}}, {{strict}} and
 * {{clustered}} stand for what must differ between the engines; there are no others. */
struct db_migration {
	int number;
	const char *name; /* 0001_store */
	const char *sql;
};
struct db_migrations {
	const char *set;
	const struct db_migration *at;
	size_t count;
};

/* Applies what is missing, each in its own transaction, which also registers it. DB_NEWER when the
 * database knows a number that this program does not; nothing is changed then. */
int db_migrate(struct db *db, const struct db_migrations *migrations, int64_t now_s, struct err *err);
int db_migrated_to(struct db *db, const char *set, int *ret_number, struct err *err); /* 0 for an empty database */

/* ---- care ---- */

/* A consistent copy while others read and write. The file is written beside, synced and renamed over
 * path. progress may be NULL; a non-zero answer stops with ERR_STOPPED. DB_CANNOT on PostgreSQL. */
typedef int db_progress(void *context, int64_t pages_done, int64_t pages_all);
int db_backup(struct db *db, const char *path, db_progress *progress, void *context, struct err *err);

/* Checks the copy at path and puts its content in the place of this database. DB_DAMAGED leaves it as it was. */
int db_restore(struct db *db, const char *path, struct err *err);

/* Integrity and references. tell gets each finding. 0 when in order, DB_DAMAGED when not. */
int db_check(struct db *db, void (*tell)(void *context, const char *finding), void *context, struct err *err);

/* What time it is there, in microseconds since 1970; DB_CANNOT where the engine has no clock but this machine's. */
int db_now_us(struct db *db, int64_t *ret_now_us, struct err *err);

int64_t db_bytes(struct db *db); /* size of the database; -1 where it is not known */

/* How many tables there are beside the one of migrations, whoever made them (PostgreSQL: in the schema where new ones
 * are made). */
int db_tables(struct db *db, int64_t *ret_count, struct err *err);

/* The last id given out by a table whose key is {{id}}: 0 for none. Rows written with an id of their own may or may not
 * have moved it; _set says where it goes on. PostgreSQL does that outside of transactions. */
int db_counter(struct db *db, const char *table, int64_t *ret_last, struct err *err);
int db_counter_set(struct db *db, const char *table, int64_t last, struct err *err);

/* ---- faults, for tests ---- */

enum db_fault {
	DB_FAULT_NONE,
	DB_FAULT_FAIL,        /* the countdown-th statement or commit answers ERR_DB and does nothing */
	DB_FAULT_AGAIN,       /* it answers ERR_DB_AGAIN, once */
	DB_FAULT_COMMIT_LOST, /* the countdown-th commit takes place and answers ERR_DB_UNKNOWN, once */
	DB_FAULT_COMMIT_GONE, /* it does not take place and answers ERR_DB_UNKNOWN, once */
};
void db_fault_set(struct db *db, enum db_fault fault, long countdown);
bool db_fault_fired(const struct db *db);

#endif
