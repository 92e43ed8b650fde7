#include "base/clock.h"
#include "base/file.h"
#include "main/backup.h"
#include "main/findings.h"
#include "publish/projector.h"
#include "store/outbox.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#define DISK_LEAST_PERCENT 10
#define OUTBOX_PAGE        1000
#define CLOCK_SLACK_S      60

static const char *const owned[] = {"crier.conf", "store.db", "store.db-wal", "public.db", "blobs", "theme", "backups"};

/* The first file that the owner of the folder may not be able to write; NULL for none. */
static const char *foreign_file(const struct newsroom *newsroom, const struct stat *folder)
{
	for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
		struct stat info;

		if (stat(newsroom_path(newsroom, owned[i]), &info) == 0 && info.st_uid != folder->st_uid)
			return owned[i];
	}
	return NULL;
}

void check_permissions(struct check *check)
{
	const char *dir = check->newsroom.dir;
	struct stat folder, store;
	const char *foreign;

	if (stat(dir, &folder) != 0)
		return;
	foreign = foreign_file(&check->newsroom, &folder);
	if (foreign)
		finding_add(check, FINDING_WARNING, "permissions",
			    arena_printf(check->arena, "%s does not belong to the user to whom the folder belongs",
					 foreign),
			    "call crier as that user (runuser -u crier -- crier …), and mend it: chown -R "
			    "--reference=DIR DIR");
	else if (access(dir, W_OK) != 0)
		finding_add(check, FINDING_WARNING, "permissions",
			    arena_printf(check->arena, "the folder %s cannot be written to by this user", dir),
			    "call crier as the user to whom it belongs");
	else if (stat(newsroom_path(&check->newsroom, "store.db"), &store) == 0 && (store.st_mode & S_IROTH) &&
		 (folder.st_mode & S_IXOTH))
		finding_add(check, FINDING_WARNING, "permissions",
			    STR("everybody on this machine can read store.db, drafts and all"),
			    "chmod o-rwx the folder");
	else
		finding_add(check, FINDING_FINE, "permissions", STR("the folder and its files belong together"), "");
}

void check_disk(struct check *check)
{
	struct statvfs info;
	long percent;

	if (statvfs(check->newsroom.dir, &info) != 0 || info.f_blocks == 0)
		return;
	percent = (long)(info.f_bavail * 100 / info.f_blocks);
	finding_add(check, percent < DISK_LEAST_PERCENT ? FINDING_WARNING : FINDING_FINE, "disk",
		    arena_printf(check->arena, "%ld %% is free", percent),
		    percent < DISK_LEAST_PERCENT ? "make room, or move the newsroom" : "");
}

/* When the store last wrote, by its own clock then. *ret_time_s 0: it does not say. */
static int newest_write(struct check *check, int64_t *ret_time_s, struct err *err)
{
	struct outbox_position position = {0};
	int64_t newest_s = 0;

	for (;;) {
		ARENA_SCOPED arena = arena_create(0);
		struct outbox_vec rows = {0};
		int rc = outbox_read(check->store, &position, OUTBOX_PAGE, arena, &rows, err);

		if (rc < 0)
			return rc;
		for (size_t i = 0; i < rows.len; i++)
			if (rows.at[i].at_s > newest_s)
				newest_s = rows.at[i].at_s;
		if (rc == OUTBOX_REBUILD || rows.len == 0)
			break;
		position = vec_last(&rows)->position;
	}
	*ret_time_s = newest_s;
	return 0;
}

/* Each server shows by its own clock; PostgreSQL's says when something was written. */
static void compare_clocks(struct check *check)
{
	int64_t theirs_us = 0;
	struct err err = {0};
	int rc = db_now_us(store_db(check->store), &theirs_us, &err);
	int64_t ahead_us = clock_now_us(clock_system()) - theirs_us;

	if (rc < 0)
		finding_err(check, "clock", &err, "see the findings on the database");
	else if (rc == 0 && llabs(ahead_us) > PROJECTOR_CLOCK_OFF_US)
		finding_add(
			check, FINDING_WRONG, "clock",
			arena_printf(check->arena, "it is %lld seconds %s that of the database",
				     llabs(ahead_us) / 1000000, ahead_us > 0 ? "ahead of" : "behind"),
			"let a time server keep both: an embargo is lifted here, and what is published appears, by as "
			"much too early or too late");
}

/* An embargo is kept by this machine's clock. */
void check_clock(struct check *check)
{
	struct timex state = {0};
	struct err err = {0};
	int64_t newest_s = 0;
	char stamp[CLOCK_TEXT_BYTES];

	if (check->store && newest_write(check, &newest_s, &err))
		finding_err(check, "clock", &err, "see the findings on the database");
	if (check->store)
		compare_clocks(check);
	clock_rfc3339(newest_s, stamp);
	if (newest_s > check->now_s + CLOCK_SLACK_S)
		finding_add(check, FINDING_WRONG, "clock",
			    arena_printf(check->arena,
					 "it went backwards: the store was last written at %s, which is still to come",
					 stamp),
			    "set the clock before anything else: what is under embargo or scheduled follows it");
	if (adjtimex(&state) < 0 || (state.status & STA_UNSYNC))
		finding_add(check, FINDING_WARNING, "clock",
			    STR("the system does not say that its clock is kept by a time server"),
			    "embargoes are lifted by this clock: install systemd-timesyncd or chrony");
	else
		finding_add(check, FINDING_FINE, "clock", STR("kept by a time server"), "");
}

static void check_running(struct check *check)
{
	struct str version = newsroom_server_version(&check->newsroom);

	if (str_empty(version))
		finding_add(check, FINDING_FINE, "server", STR("it runs"), "");
	else if (str_eq(version, STR(CRIER_VERSION)))
		finding_add(check, FINDING_FINE, "server",
			    arena_printf(check->arena, "it runs: crier %.*s", STR_ARG(version)), "");
	else
		finding_add(check, FINDING_WARNING, "server",
			    arena_printf(check->arena, "crier %.*s runs, and this is crier %s", STR_ARG(version),
					 CRIER_VERSION),
			    "start the server again with the version that shall run");
}

void check_server(struct check *check)
{
	struct err err = {0};
	struct stat info;
	bool served = false;

	if (newsroom_served(&check->newsroom, &served, &err))
		finding_err(check, "server", &err, "call crier as the user to whom the newsroom belongs");
	else if (served)
		check_running(check);
	else if (stat(newsroom_path(&check->newsroom, "public.db"), &info) != 0)
		finding_add(check, FINDING_WARNING, "server", STR("none runs here, and none has built public.db yet"),
			    "crier serve");
	else
		finding_add(check, FINDING_WARNING, "server",
			    arena_printf(check->arena, "none runs here; public.db was last written %lld hours ago",
					 (long long)((check->now_s - info.st_mtime) / 3600)),
			    "crier serve; what changed meanwhile is taken up when it starts");
}

/* What a killed restore left beside the newsroom. */
static void check_restore(struct check *check)
{
	const char *left = arena_printf(check->arena, "%s.restoring", check->newsroom.dir).ptr;

	if (file_exists(left))
		finding_add(
			check, FINDING_WARNING, "backup",
			arena_printf(check->arena, "an interrupted restore left %s", left),
			"look into it: with a crier.conf it may be the newsroom as it stood before, with its backups");
}

void check_backup(struct check *check)
{
	struct err err = {0};
	int64_t made_s, hours;
	int64_t most = check->newsroom.config.limits.backup_warn_hours;
	int rc;

	check_restore(check);
	if (!str_starts(check->newsroom.config.database.url, STR("sqlite:"))) {
		finding_add(
			check, FINDING_FINE, "backup",
			STR("the store is in PostgreSQL, whose own tools back it up; whether they do is not seen here"),
			"");
		return;
	}
	rc = backup_newest(&check->newsroom, &made_s, &err);
	if (rc == FILE_MISSING) {
		finding_add(check, FINDING_WARNING, "backup", STR("there is none in the folder backups"),
			    "call crier backup each day from a timer, and copy the result to another machine");
		return;
	}
	if (rc) {
		finding_err(check, "backup", &err, "call crier as the user to whom the newsroom belongs");
		return;
	}
	hours = (check->now_s - made_s) / 3600;
	finding_add(check, hours > most ? FINDING_WARNING : FINDING_FINE, "backup",
		    arena_printf(check->arena, "the newest is %lld hours old", (long long)hours),
		    hours > most ? "call crier backup; is the timer still running?" : "");
}
