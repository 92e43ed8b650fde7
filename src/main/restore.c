#include "base/clock.h"
#include "base/file.h"
#include "main/backup_inside.h"
#include "main/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool parse_line(struct str line, struct manifest_line *ret_line)
{
	struct str rest, bytes;

	return str_cut(line, ' ', &ret_line->hex, &rest) && str_cut(rest, ' ', &bytes, &ret_line->name) &&
	       ret_line->hex.len == 64 && str_to_i64(bytes, &ret_line->bytes) && ret_line->bytes >= 0 &&
	       manifest_name_good(ret_line->name);
}

static int read_manifest(const char *from, struct arena *arena, struct str *ret_lines, struct err *err)
{
	struct str content;
	int rc = file_read(path_join(arena, from, BACKUP_MANIFEST), BACKUP_MANIFEST_BYTES, arena, &content, err);

	if (rc == FILE_MISSING) {
		err_set(err, ERR_INPUT, "%s is no backup: it has no %s", from, BACKUP_MANIFEST);
		return BACKUP_DAMAGED;
	}
	if (rc)
		return rc;
	if (!str_starts(content, STR(BACKUP_HEAD_LINE))) {
		err_set(err, ERR_INPUT, "%s/%s:1: found something else than \"crier-backup 1\"", from, BACKUP_MANIFEST);
		return BACKUP_DAMAGED;
	}
	if (!str_ends(content, STR("\n"))) {
		err_set(err, ERR_INPUT, "%s/%s ends within a line", from, BACKUP_MANIFEST);
		return BACKUP_DAMAGED;
	}
	*ret_lines = str_skip(content, sizeof BACKUP_HEAD_LINE - 1);
	return 0;
}

int manifest_each(const char *from, struct arena *arena,
		  int (*each)(void *context, const struct manifest_line *line, struct err *err), void *context,
		  struct err *err)
{
	struct str rest, line;
	int rc = read_manifest(from, arena, &rest, err);

	for (int number = 2; rc == 0 && !str_empty(rest); number++) {
		struct manifest_line parsed;

		str_cut(rest, '\n', &line, &rest);
		if (!parse_line(line, &parsed)) {
			err_set(err, ERR_INPUT,
				"%s/%s:%d: found \"%.*s\"; expected hash, bytes and a path inside the backup", from,
				BACKUP_MANIFEST, number, STR_ARG(str_sub(line, 0, 120)));
			return BACKUP_DAMAGED;
		}
		rc = each(context, &parsed, err);
	}
	return rc;
}

struct reading {
	struct arena *arena;
	const char *from, *to; /* to NULL: only read */
	struct progress *progress;
	struct backup_result result;
	bool config; /* this time only crier.conf is copied, else all but that */
};

/* Compares a file with its line, and copies it where the reading has a place for it. */
static int read_file(struct reading *reading, const struct manifest_line *line, struct err *err)
{
	const char *name = arena_cstr(reading->arena, line->name);
	const char *from = path_join(reading->arena, reading->from, name);
	const char *to = reading->to ? path_join(reading->arena, reading->to, name) : NULL;
	struct sha256 hash;
	int64_t bytes;
	char hex[65];
	int rc = to ? file_make_dirs(folder_of(to, reading->arena), 0750, err) : 0;

	if (rc)
		return rc;
	if (!file_exists(from)) {
		err_set(err, ERR_DATA, "%s is missing in the backup", from);
		return BACKUP_DAMAGED;
	}
	rc = copy_hashed(from, to, reading->arena, &hash, &bytes, err);
	if (rc)
		return rc;
	sha256_hex(&hash, hex);
	if (bytes == line->bytes && str_eq(str_from(hex), line->hex))
		return 0;
	err_set(err, ERR_DATA, "%s is not what was backed up (its hash differs)", from);
	return BACKUP_DAMAGED;
}

static int read_line(void *context, const struct manifest_line *line, struct err *err)
{
	struct reading *reading = context;
	struct arena_mark mark = arena_mark(reading->arena);
	int rc;

	if (reading->to && str_eq(line->name, STR("crier.conf")) != reading->config)
		return 0;
	rc = read_file(reading, line, err);
	reading->result.files++;
	reading->result.bytes += line->bytes;
	progress_show(reading->progress, reading->to ? "Copying files" : "Reading files", reading->result.files, 0);
	arena_release(reading->arena, mark);
	return rc;
}

int backup_verify(const char *from, struct arena *arena, struct progress *progress, struct backup_result *ret_result,
		  struct err *err)
{
	struct reading reading = {.arena = arena, .from = from, .progress = progress};
	int rc = manifest_each(from, arena, read_line, &reading, err);

	if (rc == 0)
		*ret_result = reading.result;
	return rc;
}

static void tell_damage(void *context, const char *finding)
{
	struct err *first = context;

	if (first->code == 0)
		err_set(first, ERR_DATA, "the database in the backup is damaged: %.300s", finding);
}

/* The new folder is a newsroom that this program can serve. */
static int check_fresh(const char *fresh, struct arena *arena, struct err *err)
{
	STORE_SCOPED store = NULL;
	const struct db_options options = {.must_exist = true};
	struct newsroom newsroom;
	struct err damage = {0};
	int version;
	int rc = newsroom_open(fresh, arena, &newsroom, err);

	if (rc == 0 && !str_starts(newsroom.config.database.url, arena_printf(arena, "sqlite:%s/", fresh)))
		rc = err_set(err, ERR_DATA, "crier.conf in the backup names a store that is not in the backup");
	if (rc == 0)
		rc = store_open(arena_cstr(arena, newsroom.config.database.url), &options, NULL, NULL, &store, err);
	if (rc == 0)
		rc = db_check(store_db(store), tell_damage, &damage, err);
	if (rc == DB_DAMAGED) {
		*err = damage;
		return BACKUP_DAMAGED;
	}
	if (rc == 0)
		rc = store_version(store, &version, err);
	if (rc == 0 && version > store_version_known())
		rc = err_set(err, ERR_DATA,
			     "the backup's database has version %d, this program knows none above %d: restore it with "
			     "a newer one",
			     version, store_version_known());
	return rc;
}

static const char *stamped(const char *dir, struct arena *arena)
{
	char stamp[CLOCK_TEXT_BYTES];

	clock_rfc3339(clock_now_s(clock_system()), stamp);
	return arena_printf(arena, "%s.before-%s", dir, stamp).ptr;
}

/* An interrupted restore left DIR.restoring: half a copy goes; a whole newsroom may be the old one and is kept. */
static int clear_place(const char *fresh, const char *dir, struct arena *arena, struct err *err)
{
	const char *aside = stamped(dir, arena);
	FD_SCOPED lock = -1;
	int rc;

	if (!file_exists(fresh))
		return 0;
	rc = folder_lock(fresh, true, &lock, err);
	if (rc == FOLDER_BUSY) {
		err_set(err, ERR_INPUT, "another restore to %s is under way; wait for its end", dir);
		return BACKUP_BUSY;
	}
	if (rc)
		return rc;
	if (!file_exists(path_join(arena, fresh, "crier.conf")))
		return folder_remove(fresh, err);
	if (file_exists(aside) || rename(fresh, aside) != 0)
		return err_set(err, ERR_SYSTEM, "an interrupted restore left %s, which holds a newsroom: move it away",
			       fresh);
	return 0;
}

static int copy_beside(const char *from, const char *fresh, struct arena *arena, struct progress *progress,
		       struct err *err)
{
	struct reading reading = {.arena = arena, .from = from, .to = fresh, .progress = progress};
	int rc = manifest_each(from, arena, read_line, &reading, err);

	if (rc == 0)
		rc = folder_sync_all(fresh, err);
	reading.config = true;
	if (rc == 0)
		rc = manifest_each(from, arena, read_line, &reading, err);
	if (rc == 0)
		rc = check_fresh(fresh, arena, err);
	return rc ? rc : folder_sync_all(fresh, err);
}

/* Root restores for the user to whom the newsroom belongs. */
static int give_to_owner(const char *fresh, const char *dir, struct err *err)
{
	struct stat old;

	if (geteuid() != 0 || stat(dir, &old) != 0)
		return 0;
	return folder_give(fresh, old.st_uid, old.st_gid, err);
}

/* From here on the new newsroom stands; what fails is told, not undone. */
static void keep_old(const char *fresh, const char *dir, struct arena *arena, struct backup_restored *restored)
{
	const char *kept = stamped(dir, arena);
	const char *backups;

	if (file_exists(kept) || rename(fresh, kept) != 0)
		kept = fresh;
	backups = path_join(arena, kept, "backups");
	*restored = (struct backup_restored){.kept = kept};
	if (file_exists(backups) && rename(backups, path_join(arena, dir, "backups")) != 0)
		restored->backups_left = true;
	folder_sync(kept, NULL);
	folder_sync(dir, NULL);
	folder_sync(folder_of(dir, arena), NULL);
}

static int exchange(const char *fresh, const char *dir, struct arena *arena, struct backup_restored *restored,
		    struct err *err)
{
	if (!file_exists(dir)) {
		if (rename(fresh, dir) != 0)
			return err_set_errno(err, errno, "%s", dir);
		folder_sync(folder_of(dir, arena), NULL);
		return 0;
	}
	if (renameat2(AT_FDCWD, fresh, AT_FDCWD, dir, RENAME_EXCHANGE) != 0)
		return err_set_errno(
			err, errno,
			"exchanging %s and %s (a mount point cannot be exchanged: restore into a folder inside it)",
			fresh, dir);
	keep_old(fresh, dir, arena, restored);
	return 0;
}

static bool is_empty(const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry = NULL;

	while (dir && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			break;
	if (dir)
		closedir(dir);
	return dir && !entry;
}

/* What is read may lie in the newsroom that is exchanged, not the other way round. */
static int refuse_own_place(const char *from, const char *dir, struct arena *arena, struct err *err)
{
	if (!path_within(file_exists(dir) ? dir : folder_of(dir, arena), from))
		return 0;
	return err_set(err, ERR_INPUT, "%s is the backup itself, or in it; name another folder with -C", dir);
}

/* Holds the old newsroom alone. */
static int hold_old(const char *dir, struct arena *arena, int *ret_fd, struct err *err)
{
	const struct newsroom old = {.arena = arena, .dir = dir};
	bool served = false;
	int rc;

	if (!file_exists(dir))
		return 0;
	if (!file_exists(newsroom_path(&old, "crier.conf")) && !is_empty(dir))
		return err_set(
			err, ERR_INPUT,
			"%s holds other things than a newsroom; name a new folder, or that of the newsroom, with -C",
			dir);
	rc = newsroom_served(&old, &served, err);
	if (rc == 0 && served) {
		err_set(err, ERR_INPUT, "a server runs on %s; stop it first", dir);
		return BACKUP_BUSY;
	}
	if (rc == 0)
		rc = folder_lock(dir, true, ret_fd, err);
	if (rc == FOLDER_BUSY) {
		err_set(err, ERR_INPUT, "an import, a backup or another command works on %s; wait for its end", dir);
		return BACKUP_BUSY;
	}
	return rc;
}

static int restore_beside(const char *from, const char *fresh, const char *dir, struct arena *arena,
			  struct progress *progress, struct backup_restored *restored, struct err *err)
{
	FD_SCOPED lock = -1;
	int rc;

	if (mkdir(fresh, 0750) != 0)
		return err_set_errno(err, errno, "%s", fresh);
	rc = folder_lock(fresh, true, &lock, err);
	if (rc)
		return rc < 0 ? rc : err_set(err, ERR_SYSTEM, "another restore took %s", fresh);
	rc = copy_beside(from, fresh, arena, progress, err);
	if (rc == 0)
		rc = give_to_owner(fresh, dir, err);
	if (rc == 0)
		rc = exchange(fresh, dir, arena, restored, err);
	if (rc)
		folder_remove(fresh, NULL);
	return rc;
}

int backup_restore(const char *from, const char *dir, struct arena *arena, struct progress *progress,
		   struct backup_restored *ret_restored, struct err *err)
{
	const char *place = folder_name(dir, arena);
	const char *fresh = arena_printf(arena, "%s.restoring", place).ptr;
	struct backup_restored restored = {0};
	struct str lines;
	FD_SCOPED lock = -1;
	int rc = read_manifest(from, arena, &lines, err);

	if (rc == 0)
		rc = refuse_own_place(from, place, arena, err);
	if (rc == 0)
		rc = hold_old(place, arena, &lock, err);
	if (rc == 0)
		rc = folder_make_above(place, arena, err);
	if (rc == 0)
		rc = clear_place(fresh, place, arena, err);
	if (rc == 0)
		rc = restore_beside(from, fresh, place, arena, progress, &restored, err);
	if (rc == 0)
		*ret_restored = restored;
	return rc;
}
