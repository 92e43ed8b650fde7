#include "base/file.h"
#include "export/export.h"
#include "main/commands.h"
#include "main/folder.h"
#include "main/json.h"
#include "main/parts.h"
#include "main/progress.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#define TRIES      8  /* to read catalogue and rows of the same moment while a server writes */
#define TOLD_LINES 20 /* the rest is counted */

static const struct cli_option options[] = {
	OPTION_NEWSROOM,
	{"jobs", 'j', CLI_NUMBER, "N", "threads that write pages (default: one for each core)", 1, 256},
	{"no-compress", 0, CLI_FLAG, NULL,
	 "write no .gz and .br beside the files, for hosts that compress themselves or cannot use them"},
	{"all", 0, CLI_FLAG, NULL, "render every page, also those that the last run says need not be"},
	OPTION_JSON,
	OPTIONS_END,
};

struct job {
	struct cli_call *call;
	struct newsroom newsroom;
	struct progress progress;
	int64_t told;
};

static void show_progress(void *context, int64_t done)
{
	struct job *job = context;

	progress_show(&job->progress, "writing pages", done, 0);
}

static void show_told(void *context, const char *text)
{
	struct job *job = context;

	if (++job->told > TOLD_LINES)
		return;
	progress_end(&job->progress);
	fprintf(job->call->err, "crier: %s\n", text);
}

static void nothing_cached(void *context, const struct str *tags, size_t count, int64_t sequence)
{
	(void)context;
	(void)tags;
	(void)count;
	(void)sequence;
}

static int make_projector(struct parts *parts, bool follow, struct err *err)
{
	struct projector_options projector = parts_options(parts);

	projector.follow = follow;
	projector.listener.changed = nothing_cached;
	return projector_create(&projector, &parts->projector, err);
}

/* Whoever may read the folder OUT must not find the newsroom in it. */
static int check_place(const struct newsroom *newsroom, const char *out, struct err *err)
{
	char *real_dir = realpath(newsroom->dir, NULL), *real_out = realpath(out, NULL);
	struct str dir = str_from(real_dir), place = str_from(real_out);
	int rc = 0;

	if (real_dir && real_out &&
	    (str_eq(dir, place) || str_eq(place, STR("/")) || (str_starts(dir, place) && dir.ptr[place.len] == '/')))
		rc = err_set(err, ERR_INPUT,
			     "%s holds the newsroom %s, which a host of files must not give out: name a folder of its "
			     "own",
			     out, newsroom->dir);
	free(real_dir);
	free(real_out);
	return rc;
}

/* Where no server does it, what the public may see is brought up to date first. */
static int bring_up_to_date(struct newsroom *newsroom, struct err *err)
{
	STORE_SCOPED store = NULL;
	FD_SCOPED lock = -1;
	struct parts parts = {0};
	int rc = newsroom_lock(newsroom, &lock, err);

	if (rc)
		return rc == NEWSROOM_BUSY ? 0 : rc;
	rc = newsroom_store(newsroom, NEWSROOM_READ, &store, err);
	if (rc == ERR_DB_AWAY) /* public.db is what readers would get, too */
		rc = 0;
	if (rc == 0)
		rc = parts_begin(&parts, newsroom, err);
	if (rc == 0)
		rc = make_projector(&parts, false, err);
	parts_end(&parts);
	return rc;
}

/* The version, and the file itself: a build of the same version may be another one. */
static struct str which_program(struct arena *arena)
{
	struct stat info = {0};

	(void)stat("/proc/self/exe", &info);
	return arena_printf(arena, "%s %lld %lld", CRIER_VERSION, (long long)info.st_size,
			    (long long)info.st_mtim.tv_sec);
}

static int export_once(struct job *job, bool any_number, struct export_result *ret_result, struct err *err)
{
	const struct crier_config *config = &job->newsroom.config;
	struct parts parts;
	int rc = parts_begin(&parts, &job->newsroom, err);

	if (rc == 0)
		rc = make_projector(&parts, true, err);
	if (rc == 0)
		rc = parts_site(&parts, true, err);
	if (rc == 0) {
		const struct export_options export = {
			.site = parts.site,
			.url = config->site.url,
			.languages = config->site.languages.at,
			.language_count = config->site.languages.len,
			.out = arena_cstr(job->call->arena, job->call->arguments[0]),
			.now_s = clock_now_s(clock_system()),
			.number = projector_status(parts.projector).sequence,
			.any_number = any_number,
			.jobs = (unsigned)cli_number(job->call, "jobs", 0),
			.no_compress = cli_flag(job->call, "no-compress"),
			.all = cli_flag(job->call, "all"),
			.program = which_program(job->call->arena),
			.progress = show_progress,
			.told = show_told,
			.context = job,
		};

		rc = export_run(&export, ret_result, err);
	}
	parts_end(&parts);
	return rc;
}

static void show_json(const struct cli_call *call, const struct export_result *result, double seconds)
{
	BUF_SCOPED out = BUF_INIT(4096);
	struct json json = {&out, false};

	json_open(&json, NULL, '{');
	json_number(&json, "files", result->pages);
	json_number(&json, "rendered", result->rendered);
	json_number(&json, "changed", result->changed);
	json_number(&json, "removed", result->removed);
	json_number(&json, "redirects", result->moved);
	json_number(&json, "lost_links", result->lost);
	json_number(&json, "left_out", result->left_out);
	json_number(&json, "bytes", result->bytes);
	json_number(&json, "milliseconds", (int64_t)(seconds * 1000));
	json_close(&json, '}');
	fprintf(call->out, "%.*s\n", STR_ARG(buf_str(&out)));
}

static void show_words(const struct cli_call *call, const struct export_result *result, double seconds)
{
	fprintf(call->out,
		"%lld pages and files stand in %.*s: %lld rendered, %lld changed, %lld removed, %lld redirects; %.1f "
		"MB "
		"written in %.1f s\n",
		(long long)result->pages, STR_ARG(call->arguments[0]), (long long)result->rendered,
		(long long)result->changed, (long long)result->removed, (long long)result->moved,
		(double)result->bytes / 1e6, seconds);
	if (result->whole[0])
		fprintf(call->out, "every page was rendered: %s\n", result->whole);
	if (result->lost > 0)
		fprintf(call->out, "%lld links in texts lead nowhere, as they do on the server\n",
			(long long)result->lost);
}

static int run(struct cli_call *call)
{
	int64_t begun_us = clock_steady_us();
	struct job job = {.call = call};
	struct export_result result = {0};
	struct err err = {0};
	double seconds;
	int rc = call_newsroom(call, &job.newsroom, &err);

	if (rc == 0)
		rc = newsroom_zone(&job.newsroom, &err);
	if (rc == 0)
		rc = check_place(&job.newsroom, arena_cstr(call->arena, call->arguments[0]), &err);
	if (rc == 0)
		rc = bring_up_to_date(&job.newsroom, &err);
	progress_begin(&job.progress, call->err);
	for (int try = 1; rc == 0; try++) {
		rc = export_once(&job, try == TRIES, &result, &err);
		if (rc != EXPORT_MOVED)
			break;
		rc = 0;
	}
	progress_end(&job.progress);
	if (job.told > TOLD_LINES)
		fprintf(call->err, "crier: … and %lld more\n", (long long)(job.told - TOLD_LINES));
	if (rc)
		return cli_fail(call, &err);
	seconds = (double)(clock_steady_us() - begun_us) / 1e6;
	if (cli_flag(call, "json"))
		show_json(call, &result, seconds);
	else
		show_words(call, &result, seconds);
	return result.left_out > 0 ? EXIT_FAILURE : 0;
}

const struct cli_command command_export_site = {
	.name = "export site",
	.arguments = "OUT",
	.least = 1,
	.most = 1,
	.title = "write the public site as files, for any host of files",
	.text = "Writes everything that readers may see now into the folder OUT: pages, feeds, sitemaps, pictures, the "
		"theme, 404.html, and .gz and .br beside each text. A second run renders only what is out of date, "
		"writes only what changed and removes what is not public any more; files that are not its own stay, and are told where they are in the "
		"way.\n"
		"\n"
		"A server may run meanwhile. Search and combinations of filters need a server and are left out; page N "
		"of a list stands at .../page/N/. Old addresses are small pages that lead on, and lie ready for nginx "
		"and Caddy in OUT/.crier/redirects.map and redirects.caddy.\n"
		"\n"
		"The exit code is 1 where something could not be written; each is told.",
	.options = options,
	.run = run,
};
