#include "base/file.h"
#include "i18n/date.h"
#include "main/commands.h"
#include "main/folder.h"

#include <stdlib.h>
#include <unistd.h>

#define UNFINISHED "init.unfinished"

static const struct cli_option options[] = {
	{"sample", 0, CLI_FLAG, NULL, "fill it with the sample newsroom"},
	{"name", 0, CLI_TEXT, "NAME", "the organisation's name"},
	{"url", 0, CLI_TEXT, "URL", "the public address, https://news.example.org"},
	{"languages", 0, CLI_TEXT, "CODES", "languages, the first one first: en,fr,ar"},
	{"contact", 0, CLI_TEXT, "MAIL", "whom to tell about security problems (security.txt)"},
	{"time-zone", 0, CLI_TEXT, "ZONE", "the zone in which dates are shown: Europe/Paris"},
	OPTIONS_END,
};

/* What crier.conf will say, checked as if it had been read. */
static int make_config(const struct cli_call *call, const char *dir, struct str *ret_text,
		       struct newsroom *ret_newsroom, struct err *err)
{
	bool sample = cli_flag(call, "sample");
	const struct config_default defaults[] = {
		{"site.name", cli_text(call, "name", sample ? STR("Lamplight") : STR("Newsroom"))},
		{"site.url", cli_text(call, "url", STR("http://localhost:8080"))},
		{"site.languages", cli_text(call, "languages", sample ? STR("en,fr,es,ar") : STR("en"))},
		{"site.time_zone", cli_text(call, "time-zone", sample ? STR("Europe/Lisbon") : STR("UTC"))},
		{"site.contact_email", cli_text(call, "contact", sample ? STR("desk@lamplight.example") : STR(""))},
	};
	struct newsroom newsroom = {.arena = call->arena, .dir = dir};
	struct str text = config_default_text(call->arena, defaults, sizeof defaults / sizeof *defaults);
	int rc = config_load_text(text, "the options", dir, call->arena, &newsroom.config, err);

	if (rc == 0 && !date_zone_valid(newsroom.config.site.time_zone))
		rc = err_set(err, ERR_INPUT, "--time-zone: there is no zone \"%.*s\"; give a name such as Europe/Paris",
			     STR_ARG(newsroom.config.site.time_zone));
	if (rc)
		return rc;
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

static int fill(const struct newsroom *newsroom, bool sample, struct err *err)
{
	STORE_SCOPED store = NULL;
	int rc = newsroom_store(newsroom, true, &store, err);

	return rc == 0 && sample ? sample_install(newsroom, err) : rc;
}

/* The configuration comes last: a folder without it is no newsroom, and init may be called again. */
static int make_newsroom(const struct cli_call *call, const char *dir, struct err *err)
{
	struct newsroom newsroom;
	struct str text;
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
	if (rc)
		remove_store(&newsroom);
	unlink(newsroom_path(&newsroom, UNFINISHED));
	return rc;
}

static int run(struct cli_call *call)
{
	const char *dir = folder_name(arena_cstr(call->arena, call->arguments[0]), call->arena);
	struct err err = {0};

	if (make_newsroom(call, dir, &err))
		return cli_fail(call, &err);
	fprintf(call->out,
		"A newsroom stands in %s.\n\n"
		"  %s/crier.conf            its configuration, each line explained\n"
		"  crier serve -C %s        serves it\n"
		"  crier import wordpress -C %s FILE.xml\n"
		"                           takes over a WordPress export\n",
		dir, dir, dir, dir);
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
		"A folder that holds a newsroom already is left as it is.",
	.options = options,
	.run = run,
};
