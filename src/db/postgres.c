#include "base/buf.h"
#include "db/postgres_wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Type numbers from pg_type.dat; they are part of the protocol and do not change. */
enum {
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_NAME = 19,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_BPCHAR = 1042,
	OID_VARCHAR = 1043,
};

#define SQL_BYTES (64u << 10) /* the longest statement, with what the driver adds */

struct postgres_stmt {
	char name[16];
	Oid types[DB_PARAMS_MAX]; /* as the server inferred them */
};

static void clear_result(PGresult **result)
{
	PQclear(*result);
}
#define RESULT_SCOPED __attribute__((cleanup(clear_result))) PGresult *

static struct str first_line(const char *text)
{
	struct str line = str_from(text);
	str_cut(line, '\n', &line, &(struct str){0});
	return str_trim(line);
}

static struct str error_field(const PGresult *result, int field)
{
	return str_from(result ? PQresultErrorField(result, field) : NULL);
}

/* A pool between took the prepared statement away, or a column of its answer became another. Nothing was done. */
static bool is_forgotten(const PGresult *result)
{
	struct str state = error_field(result, PG_DIAG_SQLSTATE);
	return str_eq(state, STR("26000")) ||
	       (str_eq(state, STR("0A000")) &&
		str_eq(error_field(result, PG_DIAG_SOURCE_FUNCTION), STR("RevalidateCachedQuery")));
}

static int error_code(PGconn *link, const PGresult *result)
{
	struct str state = error_field(result, PG_DIAG_SQLSTATE);
	if (PQstatus(link) != CONNECTION_OK || str_starts(state, STR("08")) || str_starts(state, STR("57P")))
		return ERR_DB_AWAY;
	if (is_forgotten(result) || str_eq(state, STR("40001")) || str_eq(state, STR("40P01")) ||
	    str_eq(state, STR("55P03")))
		return ERR_DB_AGAIN;
	return ERR_DB;
}

static int silence_error(const struct db *db, const char *sql, struct err *err)
{
	if (db->silence == DB_NOT_WAITED_FOR)
		return err_set(err, ERR_DB_AWAY, "database: no longer waited for (in: %.*s)", DB_SQL_SHOWN, sql);
	return err_set(err, ERR_DB_AWAY, "database: it takes what is asked and says nothing for %g s (in: %.*s)",
		       db->options.silence_ms / 1000.0, DB_SQL_SHOWN, sql);
}

static int postgres_error(struct db *db, const PGresult *result, const char *sql, struct err *err)
{
	if (db->silence != DB_ANSWERS)
		return silence_error(db, sql ? sql : "a setting", err);
	struct str primary = error_field(result, PG_DIAG_MESSAGE_PRIMARY);
	struct str what = first_line(primary.len ? primary.ptr : PQerrorMessage(db->link));
	int code = error_code(db->link, result);
	if (!sql)
		return err_set(err, code, "database: %.*s", STR_ARG(what));
	return err_set(err, code, "database: %.*s (in: %.*s)", STR_ARG(what), DB_SQL_SHOWN, sql);
}

static int finish_simple(struct db *db, PGresult *answer, const char *shown, struct err *err)
{
	RESULT_SCOPED result = answer;
	ExecStatusType status = PQresultStatus(result);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY)
		return 0;
	return postgres_error(db, result, shown, err);
}

static int simple(struct db *db, const char *sql, const char *shown, struct err *err)
{
	return finish_simple(db, wait_exec(db, sql), shown, err);
}

static void silent(void *context, const char *message)
{
	(void)context;
	(void)message;
}

static int check_encoding(struct db *db, struct err *err)
{
	const char *encoding = PQparameterStatus(db->link, "server_encoding");
	if (!encoding || strcmp(encoding, "UTF8") == 0)
		return 0;
	return err_set(err, ERR_INPUT,
		       "database: found the encoding %s; accepted: UTF8 (CREATE DATABASE %s ENCODING 'UTF8' TEMPLATE "
		       "template0)",
		       encoding, PQdb(db->link));
}

/* Databases that speak PostgreSQL's protocol and have no LISTEN. They are known by what they say at the connection. */
static bool has_notify(PGconn *link)
{
	struct str version = str_from(PQparameterStatus(link, "server_version"));
	return !PQparameterStatus(link, "crdb_version") && str_find(version, STR("-YB-")) == SIZE_MAX;
}

/* A standby, or a pool that passes statements around, may refuse: then the connection serves, and hears nothing. */
static int postgres_listen(struct db *db, struct err *err)
{
	char sql[80];
	snprintf(sql, sizeof sql, "LISTEN %s", db->channel);
	int rc = simple(db, sql, sql, err);
	db->hears = rc == 0;
	return rc == ERR_DB ? 0 : rc;
}

static int set_up(struct db *db, struct err *err)
{
	PQsetNoticeProcessor(db->link, silent, NULL);
	db->silence = DB_ANSWERS;
	if (PQsetnonblocking(db->link, 1) != 0)
		return postgres_error(db, NULL, NULL, err);
	db->hears = false;
	db->cannot = has_notify(db->link) ? 0 : 1u << DB_CAN_NOTIFY;
	int rc = check_encoding(db, err);
	if (rc == 0)
		rc = simple(db, "SET client_encoding = 'UTF8'", NULL, err);
	if (rc == 0)
		rc = simple(db, "SET standard_conforming_strings = on", NULL, err);
	if (rc == 0)
		rc = simple(db, "SET timezone = 'UTC'", NULL, err);
	if (rc == 0)
		rc = simple(db, "SET synchronous_commit = on", NULL, err);
	if (rc == 0 && db->options.read_only)
		rc = simple(db, "SET default_transaction_read_only = on", NULL, err);
	char timeout[64];
	snprintf(timeout, sizeof timeout, "SET lock_timeout = %d", db->options.busy_timeout_ms);
	if (rc == 0)
		rc = simple(db, timeout, NULL, err);
	if (rc == 0 && db->channel && db_can(db, DB_CAN_NOTIFY))
		rc = postgres_listen(db, err);
	db->usable = rc == 0;
	return rc;
}

/* libpq quotes what it cannot read, and that may be a piece of a password. */
static int check_url(const char *url, struct err *err)
{
	bool good = db_url_plain(str_from(url));
	PQconninfoOption *options = good ? PQconninfoParse(url, NULL) : NULL;
	for (const PQconninfoOption *option = options; option && option->keyword; option++)
		if (strcmp(option->keyword, "port") == 0 && option->val)
			good = good && strspn(option->val, "0123456789,") == strlen(option->val);
	good = good && options;
	PQconninfoFree(options);
	if (good)
		return 0;
	return err_set(err, ERR_INPUT,
		       "database: the url cannot be read; accepted: postgres://USER@HOST:PORT/NAME, in whose parts the "
		       "signs / ? # @ : and %% are written as %%2F %%3F %%23 %%40 %%3A and %%25");
}

static int postgres_open(struct db *db, const char *url, struct err *err)
{
	/* So that a server that says nothing, or is gone without a word, is noticed in a time that people wait. What
	 * the url says of them goes before. */
	static const char *const names[] = {"connect_timeout",
					    "keepalives_idle",
					    "keepalives_interval",
					    "keepalives_count",
					    "tcp_user_timeout",
					    "dbname",
					    NULL};
	const char *values[] = {"10", "30", "10", "3", "30000", url, NULL};
	int rc = check_url(url, err);
	if (rc != 0)
		return rc;
	db->link = PQconnectdbParams(names, values, 1);
	if (!db->link)
		abort();
	if (PQstatus(db->link) != CONNECTION_OK)
		return err_set(err, ERR_DB_AWAY, "database: %.*s", STR_ARG(first_line(PQerrorMessage(db->link))));
	return set_up(db, err);
}

static void postgres_close(struct db *db)
{
	if (db->link)
		PQfinish(db->link);
}

static bool postgres_alive(struct db *db)
{
	return db->usable && db->silence == DB_ANSWERS && PQstatus(db->link) == CONNECTION_OK;
}

static int postgres_reopen(struct db *db, struct err *err)
{
	db->usable = false;
	PQreset(db->link);
	if (PQstatus(db->link) != CONNECTION_OK)
		return err_set(err, ERR_DB_AWAY, "database: %.*s", STR_ARG(first_line(PQerrorMessage(db->link))));
	return set_up(db, err);
}

static int learn_types(struct db *db, struct db_stmt *stmt, struct postgres_stmt *prepared, struct err *err)
{
	RESULT_SCOPED result = wait_describe(db, prepared->name);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		return postgres_error(db, result, stmt->sql, err);
	stmt->params = PQnparams(result);
	if (stmt->params > DB_PARAMS_MAX)
		return err_set(err, ERR_DB, "database: more than %d parameters (in: %.*s)", DB_PARAMS_MAX, DB_SQL_SHOWN,
			       stmt->sql);
	for (int i = 0; i < stmt->params; i++)
		prepared->types[i] = PQparamtype(result, i);
	for (int i = 0; i < PQnfields(result); i++) {
		switch (PQftype(result, i)) {
		case OID_BOOL:
		case OID_BYTEA:
		case OID_NAME:
		case OID_INT8:
		case OID_INT2:
		case OID_INT4:
		case OID_TEXT:
		case OID_BPCHAR:
		case OID_VARCHAR:
			break;
		default:
			return err_set(err, ERR_DB,
				       "database: column %d is neither number, text nor blob; CAST it (in: %.*s)",
				       i + 1, DB_SQL_SHOWN, stmt->sql);
		}
	}
	return 0;
}

static int postgres_prepare(struct db *db, struct db_stmt *stmt, struct err *err)
{
	struct postgres_stmt *prepared = stmt->prepared ? stmt->prepared : calloc(1, sizeof *prepared);
	if (!prepared)
		abort();
	stmt->prepared = NULL;
	/* A loose one is carried out at once and gives the place without a name to the next. */
	prepared->name[0] = 0;
	if (!stmt->loose)
		snprintf(prepared->name, sizeof prepared->name, "s%u", ++db->names);
	BUF_SCOPED returning = BUF_INIT(SQL_BYTES);
	if (stmt->insert)
		buf_printf(&returning, "%s RETURNING id%c", stmt->sql, 0);
	RESULT_SCOPED result = wait_prepare(db, prepared->name, stmt->insert ? returning.ptr : stmt->sql);
	int rc = PQresultStatus(result) == PGRES_COMMAND_OK ? learn_types(db, stmt, prepared, err)
							    : postgres_error(db, result, stmt->sql, err);
	if (rc != 0)
		free(prepared);
	else
		stmt->prepared = prepared;
	return rc;
}

static void postgres_unprepare(struct db *db, struct db_stmt *stmt)
{
	(void)db;
	free(stmt->prepared);
	stmt->prepared = NULL;
}

struct packed {
	const char *at[DB_PARAMS_MAX];
	int lengths[DB_PARAMS_MAX];
	int formats[DB_PARAMS_MAX];
	unsigned char numbers[DB_PARAMS_MAX][8];
};

static int pack_number(struct packed *packed, size_t i, Oid type, int64_t value)
{
	int bytes = type == OID_INT8 ? 8 : type == OID_INT4 ? 4 : type == OID_INT2 ? 2 : 0;
	if (bytes == 0)
		return -1;
	int64_t limit = bytes == 8 ? INT64_MAX : (INT64_C(1) << (8 * bytes - 1)) - 1;
	if (value > limit || value < -limit - 1)
		return -1;
	for (int b = 0; b < bytes; b++)
		packed->numbers[i][b] = (unsigned char)((uint64_t)value >> (8 * (bytes - 1 - b)));
	packed->at[i] = (const char *)packed->numbers[i];
	packed->lengths[i] = bytes;
	return 0;
}

static int pack_bytes(struct packed *packed, size_t i, struct str bytes)
{
	if (bytes.len > INT32_MAX)
		return -1;
	packed->at[i] = bytes.ptr ? bytes.ptr : "";
	packed->lengths[i] = (int)bytes.len;
	return 0;
}

static bool is_text_type(Oid type)
{
	return type == OID_TEXT || type == OID_VARCHAR || type == OID_BPCHAR || type == OID_NAME;
}

/* The server inferred each parameter's type from its place; a value of another type is a mistake in the statement. */
static int pack(struct db_stmt *stmt, const struct db_value *values, size_t count, struct packed *packed,
		struct err *err)
{
	const struct postgres_stmt *prepared = stmt->prepared;
	for (size_t i = 0; i < count; i++) {
		Oid type = prepared->types[i];
		int rc = 0;
		packed->formats[i] = 1;
		packed->at[i] = NULL;
		packed->lengths[i] = 0;
		if (values[i].type == DB_TYPE_I64)
			rc = pack_number(packed, i, type, values[i].i64);
		else if (values[i].type == DB_TYPE_TEXT)
			rc = is_text_type(type) ? pack_bytes(packed, i, values[i].bytes) : -1;
		else if (values[i].type == DB_TYPE_BLOB)
			rc = type == OID_BYTEA ? pack_bytes(packed, i, values[i].bytes) : -1;
		if (rc != 0)
			return err_set(err, ERR_DB,
				       "database: $%zu does not fit the type that the server expects (%u) (in: %.*s)",
				       i + 1, type, DB_SQL_SHOWN, stmt->sql);
	}
	return 0;
}

static int execute_once(struct db *db, struct db_stmt *stmt, const struct db_value *values, size_t count,
			PGresult **ret_result, struct err *err)
{
	struct packed packed;
	int rc = pack(stmt, values, count, &packed, err);
	if (rc != 0)
		return rc;
	const struct postgres_stmt *prepared = stmt->prepared;
	const struct wait_values sent = {(int)count, packed.at, packed.lengths, packed.formats};
	PGresult *result = wait_exec_prepared(db, prepared->name, &sent);
	ExecStatusType status = PQresultStatus(result);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		rc = postgres_error(db, result, stmt->sql, err);
		if (is_forgotten(result))
			stmt->generation = db->generation - 1;
		PQclear(result);
		return rc;
	}
	int64_t changed = 0;
	bool reads = str_starts(str_from(PQcmdStatus(result)), STR("SELECT"));
	db->changed = !reads && str_to_i64(str_from(PQcmdTuples(result)), &changed) ? changed : 0;
	*ret_result = result;
	return 0;
}

static int not_known(struct err *err)
{
	if (err)
		err->code = ERR_DB_UNKNOWN;
	return ERR_DB_UNKNOWN;
}

/* Inside a transaction nothing more can be prepared after a failure: the transaction is tried again. */
static int execute(struct db *db, struct db_stmt *stmt, const struct db_value *values, size_t count,
		   PGresult **ret_result, struct err *err)
{
	int rc = execute_once(db, stmt, values, count, ret_result, err);
	if (rc == ERR_DB_AWAY && db->depth == 0 && !str_starts(str_from(stmt->sql), STR("SELECT")))
		return not_known(err); /* it was a transaction by itself, and its answer got lost */
	if (rc != ERR_DB_AGAIN || stmt->generation == db->generation || db->depth > 0)
		return rc;
	rc = postgres_prepare(db, stmt, err);
	if (rc != 0)
		return rc;
	stmt->generation = db->generation;
	return execute_once(db, stmt, values, count, ret_result, err);
}

static int postgres_run(struct db *db, struct db_stmt *stmt, const struct db_value *values, size_t count,
			struct err *err)
{
	RESULT_SCOPED result = NULL;
	return execute(db, stmt, values, count, &result, err);
}

static int postgres_start(struct db *db, struct db_rows *rows, const struct db_value *values, size_t count,
			  struct err *err)
{
	PGresult *result = NULL;
	int rc = execute(db, rows->stmt, values, count, &result, err);
	if (rc != 0)
		return rc;
	rows->result = result;
	rows->count = PQntuples(result);
	rows->at = -1;
	return 0;
}

static int postgres_next(struct db_rows *rows, struct err *err)
{
	(void)err;
	if (rows->at + 1 >= rows->count)
		return 0;
	rows->at++;
	return DB_ROW;
}

static void postgres_end(struct db_rows *rows)
{
	PQclear(rows->result);
}

static bool postgres_is_null(const struct db_rows *rows, int column)
{
	return PQgetisnull(rows->result, (int)rows->at, column);
}

static int64_t postgres_i64(const struct db_rows *rows, int column)
{
	if (postgres_is_null(rows, column))
		return 0;
	const unsigned char *bytes = (const unsigned char *)PQgetvalue(rows->result, (int)rows->at, column);
	int length = PQgetlength(rows->result, (int)rows->at, column);
	uint64_t value = length > 0 && length < 8 && (bytes[0] & 0x80) ? UINT64_MAX : 0;
	if (length > 8)
		return 0;
	for (int i = 0; i < length; i++)
		value = value << 8 | bytes[i];
	return (int64_t)value;
}

static struct str postgres_bytes(const struct db_rows *rows, int column, bool text)
{
	(void)text;
	if (postgres_is_null(rows, column))
		return (struct str){0};
	return str_of(PQgetvalue(rows->result, (int)rows->at, column),
		      (size_t)PQgetlength(rows->result, (int)rows->at, column));
}

static int postgres_insert(struct db *db, struct db_stmt *stmt, const struct db_value *values, size_t count,
			   int64_t *ret_id, struct err *err)
{
	struct db_rows rows = {.db = db, .stmt = stmt};
	int rc = postgres_start(db, &rows, values, count, err);
	if (rc != 0)
		return rc;
	bool written = postgres_next(&rows, err) == DB_ROW;
	if (written)
		*ret_id = postgres_i64(&rows, 0);
	postgres_end(&rows);
	return written ? 0 : DB_NONE;
}

static int postgres_script(struct db *db, const char *sql, struct err *err)
{
	return finish_simple(db, wait_exec_long(db, sql), NULL, err);
}

static int postgres_begin(struct db *db, enum db_begin kind, struct err *err)
{
	const char *sql = kind == DB_BEGIN_WRITE ? "BEGIN ISOLATION LEVEL READ COMMITTED"
						 : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
	int rc = simple(db, sql, sql, err);
	if (rc != ERR_DB_AWAY)
		return rc;
	/* The connection had gone and nobody had noticed: nothing has begun, so a new one will do. */
	rc = db_wake(db, err);
	return rc == 0 ? simple(db, sql, sql, err) : rc;
}

static int postgres_commit(struct db *db, struct err *err)
{
	RESULT_SCOPED result = wait_exec(db, "COMMIT");
	if (PQresultStatus(result) == PGRES_COMMAND_OK) {
		if (strcmp(PQcmdStatus(result), "COMMIT") == 0)
			return 0;
		return err_set(err, ERR_DB, "database: the transaction had failed before its end");
	}
	int rc = postgres_error(db, result, "COMMIT", err);
	return rc == ERR_DB_AWAY && !db->reading ? not_known(err) : rc;
}

static void postgres_rollback(struct db *db)
{
	if (PQtransactionStatus(db->link) == PQTRANS_INTRANS || PQtransactionStatus(db->link) == PQTRANS_INERROR)
		simple(db, "ROLLBACK", NULL, NULL);
}

/* The server keeps its own pages; what can be seen from here is whether it answers. */
static int postgres_check(struct db *db, void (*tell)(void *context, const char *finding), void *context,
			  struct err *err)
{
	(void)tell;
	(void)context;
	return simple(db, "SELECT 1", NULL, err);
}

static int64_t postgres_bytes_used(struct db *db)
{
	RESULT_SCOPED result = wait_exec(db, "SELECT pg_database_size(current_database())");
	int64_t bytes = -1;
	if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1 &&
	    !str_to_i64(str_from(PQgetvalue(result, 0, 0)), &bytes))
		bytes = -1;
	return bytes;
}

static int postgres_notify(struct db *db, const char *channel, struct err *err)
{
	char sql[80];
	snprintf(sql, sizeof sql, "NOTIFY %s", channel);
	return simple(db, sql, sql, err);
}

/* Notices come while statements run as well, so what has arrived is looked at before anybody waits on the socket. */
static bool postgres_noticed(struct db *db, int *ret_fd)
{
	if (!postgres_alive(db))
		return false;
	if (!PQconsumeInput(db->link)) {
		db->usable = db->hears = false;
		return true;
	}
	bool noticed = false;
	for (PGnotify *notice; (notice = PQnotifies(db->link)); PQfreemem(notice))
		noticed = true;
	*ret_fd = PQsocket(db->link);
	return noticed;
}

static const char *postgres_macro(struct str name)
{
	static const struct {
		struct str name;
		const char *text;
	} macros[] = {
		{STR_INIT("id"), "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"},
		{STR_INIT("i64"), "BIGINT"},
		{STR_INIT("text"), "TEXT COLLATE \"C\""},
		{STR_INIT("blob"), "BYTEA"},
		{STR_INIT("strict"), ""},
		{STR_INIT("clustered"), ""},
	};
	for (size_t i = 0; i < sizeof macros / sizeof *macros; i++)
		if (str_eq(macros[i].name, name))
			return macros[i].text;
	return NULL;
}

const struct db_driver db_postgres = {
	.engine = DB_POSTGRES,
	.can = 1u << DB_CAN_WRITE_BESIDE | 1u << DB_CAN_NOTIFY,
	.open = postgres_open,
	.close = postgres_close,
	.alive = postgres_alive,
	.reopen = postgres_reopen,
	.prepare = postgres_prepare,
	.unprepare = postgres_unprepare,
	.run = postgres_run,
	.insert = postgres_insert,
	.start = postgres_start,
	.next = postgres_next,
	.end = postgres_end,
	.is_null = postgres_is_null,
	.i64 = postgres_i64,
	.bytes = postgres_bytes,
	.script = postgres_script,
	.begin = postgres_begin,
	.commit = postgres_commit,
	.rollback = postgres_rollback,
	.notify = postgres_notify,
	.listen = postgres_listen,
	.noticed = postgres_noticed,
	.check = postgres_check,
	.bytes_used = postgres_bytes_used,
	.macro = postgres_macro,
};
