#include "base/clock.h"
#include "base/file.h"
#include "blob/blob.h"
#include "main/backup.h"
#include "main/commands.h"
#include "main/findings.h"
#include "main/json.h"
#include "store/batch.h"
#include "store/media.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#define MEDIA_PAGE 500
#define DISK_LEAST_PERCENT 10

struct check {
	struct cli_call *call;
	struct newsroom newsroom;
	struct store *store;
	struct findings findings;
};

void finding_add(struct findings *findings, enum finding_level level, const char *subject, struct str text, const char *remedy)
{
	*vec_add(&findings->list, findings->arena) = (struct finding){.level = level,
								      .subject = str_from(subject),
								      .text = arena_str(findings->arena, text),
								      .remedy = arena_str(findings->arena, str_from(remedy))};
}

static void note_err(struct check *check, const char *subject, const struct err *err, const char *remedy)
{
	finding_add(&check->findings, FINDING_WRONG, subject, str_from(err->text), remedy);
}

static void check_config(struct check *check)
{
	struct stat info;
	const char *path = newsroom_path(&check->newsroom, "crier.conf");

	if (stat(path, &info) == 0 && (info.st_mode & S_IWOTH))
		finding_add(&check->findings, FINDING_WRONG, "configuration", STR("crier.conf can be changed by everybody on this machine"),
			    "chmod o-w crier.conf");
	else
		finding_add(&check->findings, FINDING_FINE, "configuration", STR("crier.conf can be read and says nothing unknown"), "");
}

static void tell_damage(void *context, const char *finding)
{
	struct check *check = context;

	finding_add(&check->findings, FINDING_WRONG, "database", str_from(finding),
		    "stop the server and restore the newest backup (crier restore); keep the damaged file for study");
}

static void check_database(struct check *check)
{
	struct err err = {0};
	struct store_counts counts;
	int rc = newsroom_store(&check->newsroom, false, &check->store, &err);

	if (rc) {
		note_err(check, "database", &err, "see database.url in crier.conf; with PostgreSQL: is it running?");
		return;
	}
	rc = db_check(store_db(check->store), tell_damage, check, &err);
	if (rc == 0)
		rc = store_check(check->store, tell_damage, check, &err);
	if (rc == 0)
		rc = store_count(check->store, &counts, &err);
	if (rc < 0)
		note_err(check, "database", &err, "read the message of the database; restore a backup if it is damaged");
	if (rc == 0)
		finding_add(&check->findings, FINDING_FINE, "database",
			    arena_printf(check->call->arena, "whole: %lld items, %lld revisions, %lld pictures and documents",
					 (long long)counts.items, (long long)counts.revisions, (long long)counts.media),
			    "");
}

static void check_batches(struct check *check)
{
	struct batch_vec open = {0};
	struct err err = {0};

	if (!check->store)
		return;
	if (batch_list_open(check->store, check->call->arena, &open, &err)) {
		note_err(check, "imports", &err, "");
		return;
	}
	for (size_t i = 0; i < open.len; i++)
		finding_add(&check->findings, FINDING_WARNING, "imports",
			    arena_printf(check->call->arena, "the import of %.*s was interrupted; nothing of it is public", STR_ARG(open.at[i].source)),
			    "call the same crier import again: it goes on where it was");
	if (open.len == 0)
		finding_add(&check->findings, FINDING_FINE, "imports", STR("none is unfinished"), "");
}

struct blob_tally {
	struct blob_store *blobs;
	size_t seen, missing;
	struct str first_missing;
};

static bool has_blob(const struct blob_tally *tally, struct str sha256)
{
	BUF_SCOPED hex = BUF_INIT(64);
	struct blob_id id;

	buf_put_hex(&hex, sha256.ptr, sha256.len);
	return blob_id_parse(buf_str(&hex), &id) && blob_exists(tally->blobs, &id);
}

static void tally_media(struct check *check, struct blob_tally *tally, const struct media *media)
{
	for (size_t i = 0; i < media->renditions.len; i++) {
		tally->seen++;
		if (has_blob(tally, media->renditions.at[i].sha256))
			continue;
		tally->missing++;
		if (str_empty(tally->first_missing))
			tally->first_missing = arena_str(check->call->arena, media->name);
	}
}

static int tally_all(struct check *check, struct blob_tally *tally, struct err *err)
{
	int64_t after = 0;

	for (;;) {
		ARENA_SCOPED arena = arena_create(0);
		struct media_vec page = {0};
		int rc = media_page(check->store, after, MEDIA_PAGE, arena, &page, err);

		if (rc)
			return rc;
		for (size_t i = 0; i < page.len; i++)
			tally_media(check, tally, &page.at[i]);
		if (page.len < MEDIA_PAGE)
			return 0;
		after = vec_last(&page)->id;
	}
}

static void check_files(struct check *check)
{
	struct blob_tally tally = {0};
	struct err err = {0};
	int rc;

	if (!check->store)
		return;
	rc = newsroom_blobs(&check->newsroom, &tally.blobs, &err);
	if (rc == 0)
		rc = tally_all(check, &tally, &err);
	blob_close(tally.blobs);
	if (rc)
		note_err(check, "files", &err, "does the folder blobs belong to the user that runs crier?");
	else if (tally.missing > 0)
		finding_add(&check->findings, FINDING_WRONG, "files",
			    arena_printf(check->call->arena, "%zu of %zu files are missing, the first of %.*s", tally.missing, tally.seen,
					 STR_ARG(tally.first_missing)),
			    "copy the folder blobs back from a backup: crier restore tells how");
	else
		finding_add(&check->findings, FINDING_FINE, "files", arena_printf(check->call->arena, "all %zu are there", tally.seen), "");
}

static void check_disk(struct check *check)
{
	struct statvfs info;
	long percent;

	if (statvfs(check->newsroom.dir, &info) != 0 || info.f_blocks == 0)
		return;
	percent = (long)(info.f_bavail * 100 / info.f_blocks);
	finding_add(&check->findings, percent < DISK_LEAST_PERCENT ? FINDING_WARNING : FINDING_FINE, "disk",
		    arena_printf(check->call->arena, "%ld %% is free", percent), percent < DISK_LEAST_PERCENT ? "make room, or move the newsroom" : "");
}

/* An embargo is kept by this machine's clock. */
static void check_clock(struct check *check)
{
	struct timex state = {0};

	if (adjtimex(&state) < 0 || (state.status & STA_UNSYNC))
		finding_add(&check->findings, FINDING_WARNING, "clock", STR("the system does not say that its clock is kept by a time server"),
			    "embargoes are lifted by this clock: install systemd-timesyncd or chrony");
	else
		finding_add(&check->findings, FINDING_FINE, "clock", STR("kept by a time server"), "");
}

static void check_backup(struct check *check)
{
	struct err err = {0};
	int64_t made_s, hours;
	int64_t most = check->newsroom.config.limits.backup_warn_hours;
	int rc = backup_newest(&check->newsroom, &made_s, &err);

	if (rc == FILE_MISSING) {
		finding_add(&check->findings, FINDING_WARNING, "backup", STR("there is none in the folder backups"),
			    "call crier backup each day from a timer, and copy the result to another machine");
		return;
	}
	if (rc) {
		note_err(check, "backup", &err, "");
		return;
	}
	hours = (clock_now_s(clock_system()) - made_s) / 3600;
	finding_add(&check->findings, hours > most ? FINDING_WARNING : FINDING_FINE, "backup",
		    arena_printf(check->call->arena, "the newest is %lld hours old", (long long)hours),
		    hours > most ? "call crier backup; is the timer still running?" : "");
}

static int print_text(const struct check *check)
{
	static const char *const words[] = {"fine", "warning", "WRONG"};
	int worst = 0;

	for (size_t i = 0; i < check->findings.list.len; i++) {
		const struct finding *finding = &check->findings.list.at[i];

		fprintf(check->call->out, "%-8s %.*s: %.*s\n", words[finding->level], STR_ARG(finding->subject), STR_ARG(finding->text));
		if (!str_empty(finding->remedy))
			fprintf(check->call->out, "         %.*s\n", STR_ARG(finding->remedy));
		if ((int)finding->level > worst)
			worst = (int)finding->level;
	}
	return worst;
}

static int print_json(const struct check *check)
{
	static const char *const words[] = {"fine", "warning", "wrong"};
	BUF_SCOPED text = BUF_INIT(4u << 20);
	struct json json = {&text, false};
	int worst = 0;

	json_open(&json, NULL, '[');
	for (size_t i = 0; i < check->findings.list.len; i++) {
		const struct finding *finding = &check->findings.list.at[i];

		json_open(&json, NULL, '{');
		json_text(&json, "level", str_from(words[finding->level]));
		json_text(&json, "subject", finding->subject);
		json_text(&json, "text", finding->text);
		json_text(&json, "remedy", finding->remedy);
		json_close(&json, '}');
		if ((int)finding->level > worst)
			worst = (int)finding->level;
	}
	json_close(&json, ']');
	fprintf(check->call->out, "%.*s\n", STR_ARG(buf_str(&text)));
	return worst;
}

static const struct cli_option options[] = {OPTION_NEWSROOM, OPTION_JSON, OPTIONS_END};

static int run(struct cli_call *call)
{
	struct check check = {.call = call, .findings = {.arena = call->arena}};
	struct err err = {0};
	int worst;

	if (call_newsroom(call, &check.newsroom, &err))
		return cli_fail(call, &err);
	check_config(&check);
	check_database(&check);
	check_batches(&check);
	check_files(&check);
	check_disk(&check);
	check_clock(&check);
	check_backup(&check);
	store_close(check.store);
	worst = cli_flag(call, "json") ? print_json(&check) : print_text(&check);
	return worst == FINDING_WRONG ? EXIT_FAILURE : 0;
}

const struct cli_command command_check = {
	.name = "check",
	.arguments = "",
	.title = "look whether everything is in order, and say what to do where it is not",
	.text = "Looks at the configuration, the database, unfinished imports, files, disk, clock and the age of the last backup.\n"
		"Exit code 1 when something is wrong; warnings alone leave it 0.",
	.options = options,
	.run = run,
};
