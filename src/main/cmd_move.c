#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "main/commands.h"
#include "main/json.h"
#include "main/progress.h"
#include "store/move.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define JSON_BYTES (1u << 20)

static const struct cli_option options[] = {
	OPTION_NEWSROOM,
	{"to", 't', CLI_PATH, "URL", "the new database: postgres://USER@HOST/NAME, or sqlite:FILE"},
	{"keep-config", 'k', CLI_FLAG, NULL, "leave crier.conf as it is, and tell what to change in it"},
	{"abandon", 0, CLI_FLAG, NULL, "give up a move that was begun: the store may be written to again"},
	OPTION_JSON,
	OPTIONS_END,
};

struct moving {
	struct cli_call *call;
	struct newsroom newsroom;
	struct str url;      /* as it will stand in crier.conf */
	struct str from, to; /* as they may be shown */
	struct store *old, *new;
	int lock_fd;
	struct store_move_result result;
	bool there;  /* before this call */
	bool served; /* by a server that reads the old store until it is started again */
};

static void show(void *context, const char *what, int64_t done, int64_t all)
{
	progress_show(context, what, done, all);
}

static int take_lock(struct moving *moving, struct err *err)
{
	int rc = newsroom_lock_move(&moving->newsroom, &moving->lock_fd, err);

	if (rc == NEWSROOM_BUSY)
		return err_set(err, ERR_INPUT, "a move of %s is under way; wait for its end", moving->newsroom.dir);
	return rc;
}

static int open_stores(struct moving *moving, struct err *err)
{
	struct arena *arena = moving->call->arena;
	struct str whole = config_database_url(moving->url, moving->newsroom.dir, arena);
	int rc = newsroom_store(&moving->newsroom, NEWSROOM_MOVE, &moving->old, err);

	if (rc == 0)
		rc = store_open(arena_cstr(arena, whole), NULL, NULL, NULL, &moving->new, err);
	return rc;
}

static int move(struct moving *moving, struct err *err)
{
	struct progress progress;
	struct store_move_job job = {.from = moving->old,
				     .to = moving->new,
				     .from_shown = moving->from,
				     .to_shown = moving->to,
				     .progress = show,
				     .context = &progress};
	int rc;

	progress_begin(&progress, moving->call->err);
	rc = store_move(&job, moving->call->arena, &moving->result, err);
	progress_end(&progress);
	return rc;
}

/* Where crier.conf is a link, what it points to is changed. What holds a password is not for others to read. */
static int change_config(struct moving *moving, struct err *err)
{
	struct arena *arena = moving->call->arena;
	char *real = realpath(newsroom_path(&moving->newsroom, "crier.conf"), NULL);
	const char *path = real ? arena_cstr(arena, str_from(real)) : newsroom_path(&moving->newsroom, "crier.conf");
	char stamp[CLOCK_TEXT_BYTES];
	struct str content, changed;
	struct stat info;
	int rc;

	free(real);
	clock_rfc3339(clock_now_s(clock_system()), stamp);
	rc = file_read(path, LIMIT_CONFIG_BYTES, arena, &content, err);
	if (rc == FILE_MISSING || (rc == 0 && stat(path, &info) != 0))
		return err_set_errno(err, errno, "%s", path);
	if (rc == 0)
		rc = config_change(content, "database", "url", moving->url,
				   arena_printf(arena, "until crier move at %s:", stamp), arena, &changed, err);
	if (rc == 0)
		rc = file_write(path, changed, info.st_mode & (str_eq(moving->to, moving->url) ? 0777 : 0770), err);
	return rc;
}

static int finish(struct moving *moving, struct err *err)
{
	int rc = newsroom_served(&moving->newsroom, &moving->served, err);

	if (rc == 0 && !cli_flag(moving->call, "keep-config"))
		rc = change_config(moving, err);
	if (rc)
		err_context(err,
			    "The store is moved whole, but crier.conf is not changed: set database.url in it to the "
			    "new address");
	return rc;
}

static void print_json(const struct moving *moving)
{
	BUF_SCOPED text = BUF_INIT(JSON_BYTES);
	struct json json = {&text, false};
	const struct store_move_tables *tables = &moving->result.tables;

	json_open(&json, NULL, '{');
	json_text(&json, "from", moving->from);
	json_text(&json, "to", moving->to);
	json_flag(&json, "config_changed", !moving->there && !cli_flag(moving->call, "keep-config"));
	json_flag(&json, "server_to_restart", moving->served);
	json_number(&json, "rows", moving->result.rows);
	json_open(&json, "tables", '[');
	for (size_t i = 0; i < tables->len; i++) {
		char hex[65];

		sha256_hex(&tables->at[i].hash, hex);
		json_open(&json, NULL, '{');
		json_text(&json, "table", str_from(tables->at[i].name));
		json_number(&json, "rows", tables->at[i].rows);
		json_text(&json, "sha256", str_from(hex));
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	fprintf(moving->call->out, "%.*s\n", STR_ARG(buf_str(&text)));
}

static void print_text(const struct moving *moving)
{
	const struct cli_call *call = moving->call;
	struct arena *arena = call->arena;

	if (moving->there) {
		fprintf(call->out, "database.url in crier.conf is %.*s already: there is nothing to move.\n",
			STR_ARG(moving->to));
		return;
	}
	if (moving->result.tables.len)
		cli_put_text(arena_printf(arena,
					  "The store is in %.*s: %zu tables, %lld rows, each table the same by number "
					  "and hash.",
					  STR_ARG(moving->to), moving->result.tables.len,
					  (long long)moving->result.rows),
			     0, call->out);
	else
		cli_put_text(arena_printf(arena, "The store was moved to %.*s whole before.", STR_ARG(moving->to)), 0,
			     call->out);
	if (cli_flag(call, "keep-config"))
		cli_put_text(arena_printf(arena,
					  "Set database.url in %s/crier.conf to its address: nothing is written to the "
					  "old store any more, and no server starts with it.",
					  moving->newsroom.dir),
			     0, call->out);
	else
		cli_put_text(STR("crier.conf names it; the old line stands above the new one. Nothing is written to "
				 "the old store any more."),
			     0, call->out);
	if (moving->served)
		cli_put_text(STR("The server that runs here still reads the old store: start it again now. Until then "
				 "readers see nothing new, and what is withdrawn stays up."),
			     0, call->out);
	if (str_starts(moving->to, STR("sqlite:")))
		fprintf(call->out, "Make a backup now:\n\n  %s\n", cli_line(call, "backup", moving->newsroom.dir));
	else
		cli_put_text(STR("Make a backup now: PostgreSQL by pg_dump or continuous archiving, and the folders "
				 "blobs and theme with it; crier backup copies stores in SQLite alone. Keep the old "
				 "store until you have one."),
			     0, call->out);
}

static int abandon(struct moving *moving, struct err *err)
{
	struct store_move_mark mark = {0};
	int rc = newsroom_store(&moving->newsroom, NEWSROOM_MOVE, &moving->old, err);

	if (rc == 0)
		rc = store_move_look(moving->old, moving->call->arena, &mark, err);
	if (rc == 0 && mark.state == STORE_MOVE_LEFT)
		return err_set(
			err, ERR_INPUT,
			"the store was moved to %.*s whole, and may have been written to there: set database.url "
			"to it, and move back from there",
			STR_ARG(mark.other));
	if (rc == 0)
		rc = store_move_abandon(moving->old, err);
	if (rc == 0 && !cli_flag(moving->call, "json"))
		cli_put_text(
			arena_printf(moving->call->arena,
				     "The move is given up, and the store may be written to again. What was copied "
				     "to %.*s is of no use: drop that database.",
				     STR_ARG(mark.other)),
			0, moving->call->out);
	else if (rc == 0)
		fputs("{\"abandoned\": true}\n", moving->call->out);
	return rc;
}

static int move_all(struct moving *moving, struct err *err)
{
	struct arena *arena = moving->call->arena;
	struct str old = moving->newsroom.config.database.url;
	int rc;

	moving->url = cli_text(moving->call, "to", STR(""));
	moving->to = db_url_shown(arena_cstr(arena, moving->url), arena);
	moving->from = db_url_shown(arena_cstr(arena, old), arena);
	moving->there = str_eq(config_database_url(moving->url, moving->newsroom.dir, arena), old);
	if (moving->there)
		return 0;
	call_warn_of_password(moving->call, moving->url);
	rc = open_stores(moving, err);
	if (rc == 0)
		rc = move(moving, err);
	return rc ? rc : finish(moving, err);
}

static int run(struct cli_call *call)
{
	struct moving moving = {.call = call, .lock_fd = -1};
	bool give_up = cli_flag(call, "abandon");
	struct err err = {0};
	int rc;

	if (give_up == cli_flag(call, "to")) {
		err_set(&err, ERR_INPUT, give_up ? "--abandon stands alone" : "--to URL says where the store shall be");
		return cli_refuse(call, &err);
	}
	rc = call_newsroom(call, &moving.newsroom, &err);
	if (rc == 0)
		rc = take_lock(&moving, &err);
	if (rc == 0)
		rc = give_up ? abandon(&moving, &err) : move_all(&moving, &err);
	store_close(moving.new);
	store_close(moving.old);
	fd_closep(&moving.lock_fd);
	if (rc)
		return cli_fail(call, &err);
	if (!give_up && cli_flag(call, "json"))
		print_json(&moving);
	else if (!give_up)
		print_text(&moving);
	return 0;
}

const struct cli_command command_move = {
	.name = "move",
	.arguments = "",
	.title = "move the newsroom's store to another database",
	.text = "Copies the store into an empty PostgreSQL database (or, back, into a new SQLite file), compares every "
		"table "
		"by its number of rows and a hash over them, and sets database.url in crier.conf. It may be stopped or "
		"killed at any moment: the same call goes on. Meanwhile, and ever after, nothing is written to the old "
		"store; a server goes on serving, and must be started again at the end.\n\n"
		"URL is as in crier.conf. Leave a password out of it: PGPASSWORD, ~/.pgpass and ?service=NAME are "
		"honoured, and the server needs the same.\n\n"
		"A target that is not empty is refused. createdb -E UTF8 -T template0 NAME makes an empty one. "
		"Pictures and "
		"documents stay in the folder blobs.",
	.options = options,
	.run = run,
};
