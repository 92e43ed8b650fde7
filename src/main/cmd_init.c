#include "base/file.h"
#include "main/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct cli_option options[] = {
	{"sample", 0, CLI_FLAG, NULL, "fill it with the sample newsroom"},
	{"name", 0, CLI_TEXT, "NAME", "the organisation's name"},
	{"url", 0, CLI_TEXT, "URL", "the public address, https://news.example.org"},
	{"languages", 0, CLI_TEXT, "CODES", "languages, the first one first: en,fr,ar"},
	{"time-zone", 0, CLI_TEXT, "ZONE", "the zone in which dates are shown: Europe/Paris"},
	OPTIONS_END,
};

static int write_config(const struct cli_call *call, const char *dir, struct err *err)
{
	bool sample = cli_flag(call, "sample");
	const struct config_default defaults[] = {
		{"site.name", cli_text(call, "name", sample ? STR("Lamplight") : STR("Newsroom"))},
		{"site.url", cli_text(call, "url", STR("http://localhost:8080"))},
		{"site.languages", cli_text(call, "languages", sample ? STR("en,fr,es,ar") : STR("en"))},
		{"site.time_zone", cli_text(call, "time-zone", sample ? STR("Europe/Lisbon") : STR("UTC"))},
	};
	struct str text = config_default_text(call->arena, defaults, sizeof defaults / sizeof *defaults);
	struct crier_config config;
	const char *path = arena_printf(call->arena, "%s/crier.conf", dir).ptr;
	int rc = config_load_text(text, "the options", dir, call->arena, &config, err);

	return rc ? rc : file_write(path, text, 0640, err);
}

static int make_folders(const struct cli_call *call, const char *dir, struct err *err)
{
	static const char *const names[] = {"blobs", "backups", "theme"};
	int rc = file_make_dirs(dir, 0750, err);

	for (size_t i = 0; rc == 0 && i < sizeof names / sizeof *names; i++)
		rc = file_make_dirs(arena_printf(call->arena, "%s/%s", dir, names[i]).ptr, 0750, err);
	return rc;
}

/* The configuration comes last: a folder without it is no newsroom, and init may be called again. */
static int make_newsroom(const struct cli_call *call, const char *dir, struct err *err)
{
	STORE_SCOPED store = NULL;
	struct newsroom newsroom;
	int rc;

	if (file_exists(arena_printf(call->arena, "%s/crier.conf", dir).ptr))
		return err_set(err, ERR_INPUT, "%s holds a newsroom already; nothing was changed", dir);
	rc = make_folders(call, dir, err);
	if (rc == 0)
		rc = write_config(call, dir, err);
	if (rc == 0)
		rc = newsroom_open(dir, call->arena, &newsroom, err);
	if (rc == 0)
		rc = newsroom_store(&newsroom, true, &store, err);
	if (rc == 0 && cli_flag(call, "sample"))
		rc = sample_install(&newsroom, err);
	if (rc != 0)
		unlink(arena_printf(call->arena, "%s/crier.conf", dir).ptr);
	return rc;
}

static int run(struct cli_call *call)
{
	const char *dir = arena_cstr(call->arena, call->arguments[0]);
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
	.text = "Makes DIR with a commented crier.conf, an empty store, and folders for files, backups and changes to the theme.\n"
		"A folder that holds a newsroom already is left as it is.",
	.options = options,
	.run = run,
};
