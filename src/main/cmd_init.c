#include "base/file.h"
#include "db/db.h"
#include "i18n/date.h"
#include "main/commands.h"
#include "main/folder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNFINISHED   "init.unfinished"
#define SHOWN_BYTES  100 /* of an option's value in a message */
#define INIT_REFUSED 1

static const struct cli_option options[] = {
	{"sample", 0, CLI_FLAG, NULL, "fill it with the sample newsroom"},
	{"name", 0, CLI_TEXT, "NAME", "the organisation's name"},
	{"url", 0, CLI_TEXT, "URL", "the public address, https://news.example.org"},
	{"languages", 0, CLI_TEXT, "CODES", "languages, the first one first: en,fr,ar"},
	{"contact", 0, CLI_TEXT, "MAIL", "whom to tell about security problems (security.txt)"},
	{"time-zone", 0, CLI_TEXT, "ZONE", "the zone in which dates are shown: Europe/Paris"},
	{"store", 0, CLI_TEXT, "URL", "keep the content in PostgreSQL: postgres://USER@HOST/NAME"},
	OPTIONS_END,
};

/* Where an option goes in crier.conf, and what stands there without it. */
struct setting {
	const char *option, *path, *usual, *of_sample;
};
static const struct setting settings[] = {
	{"name", "site.name", "Newsroom", "Lamplight"},
	{"url", "site.url", "http://localhost:8080", NULL},
	{"languages", "site.languages", "en", "en,fr,es,ar"},
	{"time-zone", "site.time_zone", "UTC", "Europe/Lisbon"},
	{"contact", "site.contact_email", "", "desk@lamplight.example"},
	{"store", "database.url", "sqlite:store.db", NULL},
};
#define SETTINGS (sizeof settings / sizeof *settings)

/* A password in the address of a database is for nobody's eyes. */
static struct str shown(const struct cli_call *call, const char *option)
{
	struct str value = cli_text(call, option, STR(""));

	if (strcmp(option, "store") == 0)
		value = db_url_shown(arena_cstr(call->arena, value), call->arena);
	return str_sub(value, 0, SHOWN_BYTES);
}

/* "FILE:LINE: found site.url …; accepted: …" is said of a file that nobody has seen: name the option instead. */
static void blame_option(const struct cli_call *call, struct err *err)
{
	const struct err told = *err;
	struct str found = str_from(told.text), begin = STR(": found "), accepted = STR("; accepted: ");
	size_t at = str_find(found, begin), end = str_find(found, accepted);

	if (at == SIZE_MAX || end == SIZE_MAX)
		return;
	accepted = str_skip(found, end + accepted.len);
	found = str_skip(found, at + begin.len);
	for (size_t i = 0; i < SETTINGS; i++)
		if (str_starts(found, str_from(settings[i].path)))
			err_set(err, ERR_INPUT, "--%s: found \"%.*s\"; accepted: %.*s", settings[i].option,
				STR_ARG(shown(call, settings[i].option)), STR_ARG(accepted));
}

static bool in_file(const struct newsroom *newsroom)
{
	return str_starts(newsroom->config.database.url, STR("sqlite:"));
}

/* What crier.conf will say, checked as if it had been read. Positive: the options make no sense. */
static int make_config(const struct cli_call *call, const char *dir, struct str *ret_text,
		       struct newsroom *ret_newsroom, struct err *err)
{
	bool sample = cli_flag(call, "sample");
	struct config_default defaults[SETTINGS];
	struct newsroom newsroom = {.arena = call->arena, .dir = dir};
	struct str text;

	for (size_t i = 0; i < SETTINGS; i++) {
		const char *usual = sample && settings[i].of_sample ? settings[i].of_sample : settings[i].usual;

		defaults[i] =
			(struct config_default){settings[i].path, cli_text(call, settings[i].option, str_from(usual))};
	}
	text = config_default_text(call->arena, defaults, SETTINGS);
	if (config_load_text(text, "the options", dir, call->arena, &newsroom.config, err)) {
		blame_option(call, err);
		return INIT_REFUSED;
	}
	if (in_file(&newsroom) && !str_empty(cli_text(call, "store", STR("")))) {
		err_set(err, ERR_INPUT,
			"--store: found \"%.*s\"; accepted: postgres://USER@HOST/NAME; without it the content is in "
			"the file store.db",
			STR_ARG(shown(call, "store")));
		return INIT_REFUSED;
	}
	if (!date_zone_valid(newsroom.config.site.time_zone)) {
		err_set(err, ERR_INPUT, "--time-zone: there is no zone \"%.*s\"; give a name such as Europe/Paris",
			STR_ARG(newsroom.config.site.time_zone));
		return INIT_REFUSED;
	}
	*ret_text = text;
	*ret_newsroom = newsroom;
	return 0;
}

static int make_folders(const struct newsroom *newsroom, struct err *err)
{
	static const char *const names[] = {"blobs", "backups", "theme"};
	int rc = file_make_dirs(newsroom->dir, 0750, err);

	for (size_t i = 0; rc == 0 && i < sizeof names / sizeof *names; i++)
		rc = file_make_dirs(newsroom_path(newsroom, names[i]), 0750, err);
	return rc;
}

static void remove_store(const struct newsroom *newsroom)
{
	static const char *const names[] = {"store.db", "store.db-wal", "store.db-shm", "store.db-journal"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(newsroom_path(newsroom, names[i]));
}

/* A store without a configuration is what an interrupted init left, where UNFINISHED says so; otherwise it is
 * somebody's. */
static int clear_store(const struct newsroom *newsroom, struct err *err)
{
	const char *mark = newsroom_path(newsroom, UNFINISHED);

	if (file_exists(newsroom_path(newsroom, "store.db")) && !file_exists(mark))
		return err_set(err, ERR_INPUT,
			       "%s holds a store.db but no crier.conf; put the configuration back, or move store.db "
			       "away; nothing was changed",
			       newsroom->dir);
	remove_store(newsroom);
	return file_write(mark, STR("crier init was interrupted here; call it again\n"), 0640, err);
}

/* A database that several share may hold a newsroom already, which this folder becomes a node of. */
static int fill(const struct newsroom *newsroom, bool sample, struct err *err)
{
	STORE_SCOPED store = NULL;
	struct store_counts counts;
	int rc = newsroom_store(newsroom, NEWSROOM_MAKE, &store, err);

	if (rc || !sample)
		return rc;
	rc = store_count(store, &counts, err);
	if (rc == 0 && counts.outbox > 0)
		return err_set(err, ERR_INPUT,
			       "the database holds a newsroom already, so the sample cannot go there; give one that is "
			       "empty, or leave --sample away");
	rc = rc ? rc : sample_install(newsroom, err);
	if (rc && !in_file(newsroom))
		err_context(err, "a part of the sample may be in the database now: drop that and make it again");
	return rc;
}

/* The configuration comes last: a folder without it is no newsroom, and init may be called again. */
static int make_newsroom(const struct cli_call *call, const char *dir, struct err *err)
{
	struct newsroom newsroom;
	struct str text;
	bool was_there = file_exists(dir);
	int rc = make_config(call, dir, &text, &newsroom, err);

	if (rc == 0 && file_exists(newsroom_path(&newsroom, "crier.conf")))
		rc = err_set(err, ERR_INPUT, "%s holds a newsroom already; nothing was changed", dir);
	if (rc == 0)
		rc = make_folders(&newsroom, err);
	if (rc == 0)
		rc = clear_store(&newsroom, err);
	if (rc)
		return rc;
	rc = fill(&newsroom, cli_flag(call, "sample"), err);
	if (rc == 0)
		rc = file_write(newsroom_path(&newsroom, "crier.conf"), text, 0640, err);
	if (rc && in_file(&newsroom))
		remove_store(&newsroom);
	unlink(newsroom_path(&newsroom, UNFINISHED));
	if (rc && !was_there)
		folder_remove(dir, NULL);
	return rc;
}

static int run(struct cli_call *call)
{
	const char *dir = folder_name(arena_cstr(call->arena, call->arguments[0]), call->arena);
	struct err err = {0};
	int rc;

	rc = make_newsroom(call, dir, &err);
	if (rc)
		return rc == INIT_REFUSED ? cli_refuse(call, &err) : cli_fail(call, &err);
	call_warn_of_password(call, cli_text(call, "store", STR("")));
	fprintf(call->out,
		"A newsroom stands in %s.\n\n"
		"  %s/crier.conf\n"
		"      its configuration, each line explained\n"
		"  %s\n"
		"      serves it\n"
		"  %s FILE.xml\n"
		"      takes over a WordPress export\n",
		dir, dir, cli_line(call, "serve", dir), cli_line(call, "import wordpress", dir));
	return 0;
}

const struct cli_command command_init = {
	.name = "init",
	.arguments = "DIR",
	.least = 1,
	.most = 1,
	.title = "make a new newsroom in a folder",
	.text = "Makes DIR with a commented crier.conf, an empty store, and folders for files, backups and changes to "
		"the theme.\n"
		"A folder that holds a newsroom already is left as it is.\n"
		"With --store the content is in a PostgreSQL database, which may be new or hold a newsroom: several "
		"folders, each\n"
		"on a server of its own, show what is in one database.",
	.options = options,
	.run = run,
};
