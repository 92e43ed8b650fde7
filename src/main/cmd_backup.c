#include "base/clock.h"
#include "base/file.h"
#include "main/backup.h"
#include "main/commands.h"
#include "main/json.h"

#include <stdlib.h>

static const struct cli_option backup_options[] = {
	OPTION_NEWSROOM,
	{"to", 't', CLI_PATH, "FOLDER", "a new folder for it (default: backups/TIME in the newsroom)"},
	OPTION_JSON,
	OPTIONS_END,
};

static void print_made(const struct cli_call *call, const char *dir, const char *to, const struct backup_result *result)
{
	BUF_SCOPED text = BUF_INIT(1u << 16);
	struct json json = {&text, false};

	if (!cli_flag(call, "json")) {
		fprintf(call->out, "%s holds %lld files, %lld bytes. This takes it back:\n\n  %s %s\n", to,
			(long long)result->files, (long long)result->bytes, cli_line(call, "restore", dir),
			cli_shell_word(str_from(to), call->arena));
		return;
	}
	json_open(&json, NULL, '{');
	json_text(&json, "backup", str_from(to));
	json_number(&json, "files", result->files);
	json_number(&json, "bytes", result->bytes);
	json_number(&json, "missing", result->tally.missing);
	json_text(&json, "first_missing", result->tally.first_missing);
	json_close(&json, '}');
	fprintf(call->out, "%.*s\n", STR_ARG(buf_str(&text)));
}

/* For the timer that made it: readers miss these files already. */
static int warn_of_missing(const struct cli_call *call, const struct tally_result *tally)
{
	if (tally->missing == 0)
		return 0;
	cli_put_text(
		arena_printf(call->arena,
			     "crier: %lld of %lld files that the store names are not in the folder blobs, the first "
			     "of %.*s, so this backup is without them. Keep the older backups: copy the folder blobs "
			     "back from the newest one that has them, then make another.",
			     (long long)tally->missing, (long long)tally->named, STR_ARG(tally->first_missing)),
		0, call->err);
	return EXIT_FAILURE;
}

static int backup_run(struct cli_call *call)
{
	struct newsroom newsroom;
	struct backup_result result;
	struct progress progress;
	struct err err = {0};
	char stamp[CLOCK_TEXT_BYTES];
	const char *to;
	int rc = call_newsroom(call, &newsroom, &err);

	if (rc)
		return cli_fail(call, &err);
	clock_rfc3339(clock_now_s(clock_system()), stamp);
	to = cli_flag(call, "to") ? arena_cstr(call->arena, cli_text(call, "to", STR("")))
				  : newsroom_path(&newsroom, arena_printf(call->arena, "backups/%s", stamp).ptr);
	progress_begin(&progress, call->err);
	rc = backup_make(&newsroom, to, &progress, &result, &err);
	progress_end(&progress);
	if (rc)
		return cli_fail(call, &err);
	print_made(call, newsroom.dir, to, &result);
	return warn_of_missing(call, &result.tally);
}

const struct cli_command command_backup = {
	.name = "backup",
	.arguments = "",
	.title = "copy the newsroom, also while it serves",
	.text = "Writes the store as of one moment, the configuration, changes to the theme, and all pictures and "
		"documents into a\n"
		"folder of its own, with a manifest of hashes. Copy that folder to another machine: a backup on the "
		"same disk is none.\n\n"
		"With PostgreSQL the store is backed up by PostgreSQL's own tools.",
	.options = backup_options,
	.run = backup_run,
};

static const struct cli_option restore_options[] = {
	{"newsroom", 'C', CLI_PATH, "DIR",
	 "where the newsroom shall stand (default: $CRIER_NEWSROOM, or the current folder)"},
	{"check", 0, CLI_FLAG, NULL, "only read the backup whole and compare its hashes"},
	OPTION_JSON,
	OPTIONS_END,
};

/* Without "." names and links where it is there, since folders beside it are made. */
static const char *whole_path(const struct cli_call *call, const char *dir)
{
	char *real = realpath(dir, NULL);
	const char *copy = real ? arena_cstr(call->arena, str_from(real)) : dir;

	free(real);
	return copy;
}

static int print_restored(const struct cli_call *call, const char *from, const char *dir,
			  const struct backup_restored *restored)
{
	BUF_SCOPED text = BUF_INIT(1u << 16);
	struct json json = {&text, false};

	if (cli_flag(call, "json")) {
		json_open(&json, NULL, '{');
		json_text(&json, "newsroom", str_from(dir));
		json_text(&json, "kept", str_from(restored->kept));
		json_flag(&json, "backups_left", restored->backups_left);
		json_close(&json, '}');
		fprintf(call->out, "%.*s\n", STR_ARG(buf_str(&text)));
		return 0;
	}
	fprintf(call->out, "The newsroom stands in %s as it was when %s was made.\n", dir, from);
	if (restored->kept)
		fprintf(call->out, "What stood there before is kept in %s; remove it when you no longer need it.\n",
			restored->kept);
	if (restored->backups_left)
		fprintf(call->out,
			"Its backups could not be moved and are in %s/backups: move them before you remove it.\n",
			restored->kept);
	return 0;
}

static int print_checked(const struct cli_call *call, const char *from, const struct backup_result *result)
{
	BUF_SCOPED text = BUF_INIT(1u << 16);
	struct json json = {&text, false};

	if (!cli_flag(call, "json")) {
		fprintf(call->out, "%s is whole: %lld files, %lld bytes, all hashes agree.\n", from,
			(long long)result->files, (long long)result->bytes);
		return 0;
	}
	json_open(&json, NULL, '{');
	json_text(&json, "backup", str_from(from));
	json_number(&json, "files", result->files);
	json_number(&json, "bytes", result->bytes);
	json_close(&json, '}');
	fprintf(call->out, "%.*s\n", STR_ARG(buf_str(&text)));
	return 0;
}

static int restore_run(struct cli_call *call)
{
	const char *from = arena_cstr(call->arena, call->arguments[0]);
	const char *dir = whole_path(call, call_dir(call));
	struct backup_restored restored;
	struct backup_result result;
	struct progress progress;
	struct err err = {0};
	bool check = cli_flag(call, "check");
	int rc;

	progress_begin(&progress, call->err);
	rc = check ? backup_verify(from, call->arena, &progress, &result, &err)
		   : backup_restore(from, dir, call->arena, &progress, &restored, &err);
	progress_end(&progress);
	if (rc == 0)
		return check ? print_checked(call, from, &result) : print_restored(call, from, dir, &restored);
	cli_fail(call, &err);
	if (!check)
		fprintf(call->err,
			file_exists(dir) ? "Nothing was restored; %s is as it was.\n"
					 : "Nothing was restored; %s was not made.\n",
			dir);
	return EXIT_FAILURE;
}

const struct cli_command command_restore = {
	.name = "restore",
	.arguments = "BACKUP",
	.least = 1,
	.most = 1,
	.title = "put a newsroom back from a backup",
	.text = "Reads the whole backup and compares every hash before anything is touched, builds the newsroom beside "
		"the old one,\n"
		"and exchanges the two in one step. What stood there before is kept under another name; its backups "
		"come along. The\n"
		"server must be stopped. public.db is built anew when it starts.",
	.options = restore_options,
	.run = restore_run,
};
