#include "ingest/import.h"

#include "base/clock.h"
#include "base/file.h"
#include "main/commands.h"
#include "main/folder.h"
#include "main/progress.h"

#include <signal.h>
#include <stdlib.h>

#define SUGGESTION_BYTES (4u << 20)

static const struct cli_option options[] = {
	OPTION_NEWSROOM,
	{"mapping", 'm', CLI_PATH, "FILE", "what becomes what: kinds, topics, places, fields, languages"},
	{"suggest", 's', CLI_FLAG, NULL, "read the files and print a proposal for a mapping; import nothing"},
	{"dry-run", 'n', CLI_FLAG, NULL, "say what would be done; write nothing to the newsroom"},
	{"report", 'r', CLI_PATH, "FILE", "where the report goes (default: imports/TIME.txt in the newsroom)"},
	OPTION_JSON,
	OPTIONS_END,
};

struct job {
	struct progress progress;
	atomic_bool stop;
	enum import_phase phase; /* how far it came */
};

/* For the one who waits. */
static const char *phase_label(enum import_phase phase)
{
	static const char *const labels[] = {"Reading", "Terms", "Pictures", "Items", "Links", "Publishing", "Texts"};

	return labels[phase];
}

/* Ctrl-C and SIGTERM are blocked and looked for between two steps: the chunk under way is finished. */
static void block_stop_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void show(void *context, const struct import_state *state)
{
	struct job *job = context;
	sigset_t pending;
	char label[80];

	job->phase = state->phase;
	if (sigpending(&pending) == 0 && (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1))
		atomic_store(&job->stop, true);
	if (state->items_all > 0)
		snprintf(label, sizeof label, "%s, %lld of %lld", phase_label(state->phase),
			 (long long)state->items_done, (long long)state->items_all);
	else
		snprintf(label, sizeof label, "%s, %lld items", phase_label(state->phase),
			 (long long)state->items_done);
	progress_show(&job->progress, label, state->bytes_done, state->bytes_all);
}

static const char *const *file_names(struct cli_call *call)
{
	const char **names = arena_array(call->arena, const char *, call->argument_count + 1);

	for (size_t i = 0; i < call->argument_count; i++)
		names[i] = arena_cstr(call->arena, call->arguments[i]);
	return names;
}

static struct import_options options_of(struct cli_call *call, const struct newsroom *newsroom, struct job *job)
{
	return (struct import_options){
		.files = file_names(call),
		.file_count = (int)call->argument_count,
		.mapping_path =
			cli_flag(call, "mapping") ? arena_cstr(call->arena, cli_text(call, "mapping", STR(""))) : NULL,
		.languages = newsroom->config.site.languages,
		.time_zone = newsroom->config.site.time_zone,
		.dry_run = cli_flag(call, "dry-run"),
		.threads = (int)newsroom->config.import.threads,
		.chunk_items = (int)newsroom->config.import.chunk_items,
		.progress = show,
		.context = job,
		.stop = &job->stop,
	};
}

static int suggest(struct cli_call *call, const struct import_options *import, struct job *job)
{
	BUF_SCOPED text = BUF_INIT(SUGGESTION_BYTES);
	struct err err = {0};
	int rc = import_suggest(import, &text, &err);

	progress_end(&job->progress);
	if (rc)
		return cli_fail(call, &err);
	fprintf(call->out, "%.*s", STR_ARG(buf_str(&text)));
	return 0;
}

/* imports/TIME.txt, or the first free TIME-2.txt, TIME-3.txt … */
static int report_place(const struct newsroom *newsroom, const char **ret_path, struct err *err)
{
	char stamp[CLOCK_TEXT_BYTES];
	const char *path;
	int rc = file_make_dirs(newsroom_path(newsroom, "imports"), 0750, err);

	if (rc)
		return rc;
	clock_rfc3339(clock_now_s(clock_system()), stamp);
	path = newsroom_path(newsroom, arena_printf(newsroom->arena, "imports/%s.txt", stamp).ptr);
	for (int i = 2; file_exists(path); i++)
		path = newsroom_path(newsroom, arena_printf(newsroom->arena, "imports/%s-%d.txt", stamp, i).ptr);
	*ret_path = path;
	return 0;
}

static int keep_report(struct cli_call *call, const struct newsroom *newsroom, struct str text, struct err *err)
{
	const char *path = NULL;
	int rc = 0;

	if (cli_flag(call, "report"))
		path = arena_cstr(call->arena, cli_text(call, "report", STR("")));
	else
		rc = report_place(newsroom, &path, err);
	if (rc == 0)
		rc = file_write(path, text, 0640, err);
	if (rc == 0 && !cli_flag(call, "json"))
		fprintf(call->out, "\nThis report is kept in %s.\n", path);
	return rc;
}

static int tell_report(struct cli_call *call, const struct newsroom *newsroom, const struct import_report *report)
{
	BUF_SCOPED text = BUF_INIT(IMPORT_REPORT_BYTES);
	struct err err = {0};

	if (cli_flag(call, "dry-run") && !cli_flag(call, "json"))
		buf_put_cstr(&text, "Dry run: nothing was written; this is what an import would do.\n\n");
	if (cli_flag(call, "json"))
		import_report_json(report, &text);
	else
		import_report_text(report, &text);
	fprintf(call->out, "%.*s", STR_ARG(buf_str(&text)));
	if (cli_flag(call, "dry-run") && !cli_flag(call, "report"))
		return 0;
	if (keep_report(call, newsroom, buf_str(&text), &err) == 0)
		return 0;
	fprintf(call->err, "crier: %s, but its report could not be kept: %s\n",
		cli_flag(call, "dry-run") ? "the dry run is done" : "the import is done", err.text);
	return EXIT_FAILURE;
}

static int tell_failure(struct cli_call *call, int rc, enum import_phase phase, const struct err *err)
{
	bool is_public = phase > IMPORT_FLIP;
	const char *but = "The import is public, but for new texts of pictures that were here before.";

	cli_fail(call, err);
	if (phase == IMPORT_CHECK || rc == ERR_INPUT || cli_flag(call, "dry-run"))
		fputs("Nothing was imported; the newsroom is as it was.\n", call->err);
	else if (rc == ERR_STOPPED)
		fprintf(call->err, "The import was stopped; the same command goes on where it was. %s\n",
			is_public ? but : "Nothing of it is public yet.");
	else
		fprintf(call->err, "%s Mend the cause and call the same command again: it goes on where it was.\n",
			is_public ? but : "Nothing of the import is public.");
	return EXIT_FAILURE;
}

static int import(struct cli_call *call, const struct newsroom *newsroom, const struct import_options *import,
		  struct job *job)
{
	STORE_SCOPED store = NULL;
	struct import_report *report = NULL;
	struct err err = {0};
	int rc = newsroom_store(newsroom, import->dry_run ? NEWSROOM_TRY : NEWSROOM_UPDATE, &store, &err);
	int code;

	if (rc)
		return cli_fail(call, &err);
	rc = import_wordpress(store, import, &report, &err);
	progress_end(&job->progress);
	code = rc ? tell_failure(call, rc, job->phase, &err) : tell_report(call, newsroom, report);
	import_report_destroy(report);
	return code;
}

/* A proposal goes to the standard output and is no import: what belongs to one is no part of it. A report that cannot
 * be kept is told before the work, not after it. */
static int check_options(struct cli_call *call, struct err *err)
{
	static const char *const others[] = {"mapping", "dry-run", "report", "json"};
	const char *report = arena_cstr(call->arena, cli_text(call, "report", STR("")));

	for (size_t i = 0; cli_flag(call, "suggest") && i < sizeof others / sizeof *others; i++)
		if (cli_flag(call, others[i]))
			return err_set(
				err, ERR_INPUT,
				"--suggest only reads and prints a proposal; leave --%s away, or call it a second "
				"time without --suggest",
				others[i]);
	if (*report && !file_exists(folder_of(report, call->arena)))
		return err_set(err, ERR_INPUT, "--report %s: there is no folder %s", report,
			       folder_of(report, call->arena));
	return 0;
}

static int run(struct cli_call *call)
{
	struct newsroom newsroom;
	struct job job = {0};
	struct import_options import_options;
	struct err err = {0};

	if (check_options(call, &err))
		return cli_refuse(call, &err);
	if (call_newsroom(call, &newsroom, &err) || newsroom_zone(&newsroom, &err))
		return cli_fail(call, &err);
	progress_begin(&job.progress, call->err);
	import_options = options_of(call, &newsroom, &job);
	if (cli_flag(call, "suggest"))
		return suggest(call, &import_options, &job);
	block_stop_signals();
	return import(call, &newsroom, &import_options, &job);
}

const struct cli_command command_import_wordpress = {
	.name = "import wordpress",
	.arguments = "FILE…",
	.least = 1,
	.most = CLI_ARGUMENTS_MAX,
	.title = "take over the content of WordPress exports",
	.text = "FILE is an export as WordPress writes it (Tools, Export; WXR 1.0 to 1.2). Several files are taken as "
		"parts of one\n"
		"export. All files are read and checked before anything is written. What is imported becomes public "
		"all at once\n"
		"at the end; an import that was interrupted goes on where it was when it is called again.\n\n"
		"The same files once more change nothing. An updated export updates what nobody has changed here "
		"since; the rest is\n"
		"listed as conflicts and left.\n\n"
		"Begin with a proposal, look at it, then try it:\n\n"
		"  crier import wordpress -C DIR --suggest export.xml > mapping.conf\n"
		"  crier import wordpress -C DIR --mapping mapping.conf --dry-run export.xml\n"
		"  crier import wordpress -C DIR --mapping mapping.conf export.xml",
	.options = options,
	.run = run,
};
