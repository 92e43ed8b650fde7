/* driver: what db.c asks of an engine. Private to this folder.
 *
 * A driver keeps its connection in db->link and its prepared form of a statement in stmt->prepared. db.c sees to
 * the cache of statements, faults, transactions and retries; the driver translates values, rows and errors. */
#ifndef CRIER_DB_DRIVER_H
#define CRIER_DB_DRIVER_H

#include "db/db.h"

#define DB_PARAMS_MAX 48
#define DB_SQL_SHOWN  72 /* bytes of a statement in an error message */

struct db_stmt {
	const char *sql; /* the literal; its address is the key, together with insert */
	void *prepared;
	unsigned generation; /* of the connection it was prepared on */
	int params;          /* highest N of $N */
	bool open;           /* rows are being read */
	bool loose;          /* a second one of the same literal; goes when its rows are finished */
	bool insert;         /* of db_insert: the id of the new row is wanted */
};

/* PostgreSQL: whether the server answers. If not, what it still says belongs to nobody. */
enum db_silence { DB_ANSWERS, DB_SILENT, DB_NOT_WAITED_FOR };

enum db_begin { DB_BEGIN_WRITE, DB_BEGIN_READ };

struct db_driver {
	enum db_engine engine;
	unsigned can; /* 1 << enum db_capability */

	int (*open)(struct db *db, const char *url, struct err *err);
	void (*close)(struct db *db);
	bool (*alive)(struct db *db);
	int (*reopen)(struct db *db, struct err *err);

	int (*prepare)(struct db *db, struct db_stmt *stmt, struct err *err);
	void (*unprepare)(struct db *db, struct db_stmt *stmt);
	/* To the end; rows are thrown away. */
	int (*run)(struct db *db, struct db_stmt *stmt, const struct db_value *values, size_t count, struct err *err);
	/* One row whose id is wanted; DB_NONE where none was written. */
	int (*insert)(struct db *db, struct db_stmt *stmt, const struct db_value *values, size_t count, int64_t *ret_id,
		      struct err *err);
	/* Up to before the first row. */
	int (*start)(struct db *db, struct db_rows *rows, const struct db_value *values, size_t count, struct err *err);
	int (*next)(struct db_rows *rows, struct err *err);
	void (*end)(struct db_rows *rows);
	bool (*is_null)(const struct db_rows *rows, int column);
	int64_t (*i64)(const struct db_rows *rows, int column);
	struct str (*bytes)(const struct db_rows *rows, int column, bool text);

	int (*script)(struct db *db, const char *sql, struct err *err); /* several statements, no values */
	int (*begin)(struct db *db, enum db_begin begin, struct err *err);
	int (*commit)(struct db *db, struct err *err);
	void (*rollback)(struct db *db);

	/* NULL where the engine cannot. listen: to db->channel, and db->hears says whether it does. */
	int (*notify)(struct db *db, const char *channel, struct err *err);
	int (*listen)(struct db *db, struct err *err);
	bool (*noticed)(struct db *db, int *ret_fd);
	/* NULL where the engine cannot. watch: sets db->watch_fd; written: reads away what was heard. */
	int (*watch)(struct db *db, struct err *err);
	bool (*written)(struct db *db);

	int (*backup)(struct db *db, const char *path, db_progress *progress, void *context, struct err *err);
	int (*restore)(struct db *db, const char *path, struct err *err);
	int (*check)(struct db *db, void (*tell)(void *context, const char *finding), void *context, struct err *err);
	int64_t (*bytes_used)(struct db *db);
	const char *(*macro)(struct str name); /* NULL: there is no such macro */
};

struct db {
	const struct db_driver *driver;
	void *link;
	char *url;
	struct db_options options;
	struct db_stmt **stmts; /* open addressing by address of the literal */
	size_t stmt_count;
	size_t stmt_slots; /* a power of two, or 0 */
	unsigned generation;
	unsigned names; /* prepared statements named so far */
	int depth;      /* transactions inside each other */
	bool doomed;    /* an inner one failed: the outer must not commit */
	bool failed;    /* a statement of it failed: no other is done */
	bool reading;   /* it is a snapshot */
	bool usable;    /* PostgreSQL: the connection is set up as it should be */
	enum db_silence silence;
	unsigned cannot;     /* of what the driver can, what this server cannot */
	const char *channel; /* to listen to; NULL: none */
	bool hears;          /* it does listen */
	int watch_fd;        /* of an inotify; -1: it watches nothing */
	int64_t changed;
	enum db_fault fault;
	long fault_countdown;
	bool fault_fired;
};

extern const struct db_driver db_sqlite;
extern const struct db_driver db_postgres;

/* 0, or ERR_INPUT: a text that one engine would take and the other not. */
int db_check_values(const struct db_stmt *stmt, const struct db_value *values, size_t count, struct err *err);

/* 0, or why no statement can be done now: one of the transaction failed, a fault strikes, the connection is gone. */
int db_ready(struct db *db, const char *sql, struct err *err);

/* Whether a postgres url has at most one '@', before the first '/' of it: otherwise a part, perhaps a password, holds a
 * sign that parts the others. */
bool db_url_plain(struct str url);

/* Connects again where the connection is known to have gone. Only outside a transaction. */
int db_wake(struct db *db, struct err *err);

/* Before the next try, where `tried` have failed since the first: 2, 4, 8 … 128 ms. */
void db_back_off(struct db *db, int tried);

/* Counts down; 0 unless the fault strikes here. at_commit: only then do the commit faults count. */
int db_fault_here(struct db *db, bool at_commit, struct err *err);

#endif
