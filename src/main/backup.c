#include "main/backup.h"

#include "base/file.h"
#include "main/backup_inside.h"
#include "main/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_BYTES (256u << 10)
#define MAKE_TRIES 3

static const char *const copied_folders[] = {"theme", "imports", "blobs"};
#define COPIED_FOLDERS (sizeof copied_folders / sizeof *copied_folders)

struct copy {
	struct arena *arena;
	const char *from, *to; /* folders */
	struct buf *manifest;
	struct progress *progress;
	struct backup_result result;
};

const char *path_join(struct arena *arena, const char *folder, const char *name)
{
	return arena_printf(arena, "%s/%s", folder, name).ptr;
}

static int write_all(int fd, const char *bytes, size_t count, const char *path, struct err *err)
{
	while (count > 0) {
		ssize_t done = write(fd, bytes, count);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_set_errno(err, errno, "writing %s", path);
		bytes += done;
		count -= (size_t)done;
	}
	return 0;
}

/* Reads fd to its end into the hash, and into out_fd where that is a descriptor. */
static int pump(int fd, int out_fd, const char *path, struct arena *arena, struct sha256_run *run, int64_t *bytes,
		struct err *err)
{
	struct arena_mark mark = arena_mark(arena);
	char *piece = arena_alloc(arena, COPY_BYTES);
	ssize_t got;
	int rc = 0;

	while (rc == 0 && (got = read(fd, piece, COPY_BYTES)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			rc = err_set_errno(err, errno, "reading %s", path);
			break;
		}
		sha256_add(run, str_of(piece, (size_t)got));
		*bytes += got;
		if (out_fd >= 0)
			rc = write_all(out_fd, piece, (size_t)got, path, err);
	}
	arena_release(arena, mark);
	return rc;
}

int copy_hashed(const char *from, const char *to, struct arena *arena, struct sha256 *ret_hash, int64_t *ret_bytes,
		struct err *err)
{
	FD_SCOPED in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	FD_SCOPED out = -1;
	struct sha256_run *run;
	int64_t bytes = 0;
	int rc;

	if (in < 0)
		return err_set_errno(err, errno, "%s", from);
	if (to)
		out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (to && out < 0)
		return err_set_errno(err, errno, "%s", to);
	run = sha256_begin();
	rc = pump(in, out, to ? to : from, arena, run, &bytes, err);
	if (rc == 0 && to && fsync(out) != 0)
		rc = err_set_errno(err, errno, "writing %s", to);
	if (rc) {
		sha256_abandon(run);
		return rc;
	}
	*ret_hash = sha256_end(run);
	*ret_bytes = bytes;
	return 0;
}

bool manifest_name_good(struct str name)
{
	struct str rest = name, piece;

	if (str_empty(name) || name.ptr[0] == '/' || name.ptr[name.len - 1] == '/')
		return false;
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] < ' ' || name.ptr[i] == 0x7f)
			return false;
	while (str_next(&rest, '/', &piece))
		if (str_empty(piece) || str_eq(piece, STR("..")) || str_eq(piece, STR(".")))
			return false;
	return true;
}

static void note_file(struct copy *copy, const char *name, const struct sha256 *hash, int64_t bytes)
{
	char hex[65];

	sha256_hex(hash, hex);
	buf_printf(copy->manifest, "%s %lld %s\n", hex, (long long)bytes, name);
	copy->result.files++;
	copy->result.bytes += bytes;
	progress_show(copy->progress, "Copying files", copy->result.files, 0);
}

static int copy_one(struct copy *copy, const char *name, struct err *err)
{
	struct arena_mark mark = arena_mark(copy->arena);
	const char *to = path_join(copy->arena, copy->to, name);
	struct sha256 hash;
	int64_t bytes;
	int rc;

	if (!manifest_name_good(str_from(name)))
		return err_set(err, ERR_INPUT,
			       "%s/%s: a name with a line break or another control character cannot be backed up",
			       copy->from, name);
	rc = file_make_dirs(folder_of(to, copy->arena), 0750, err);
	if (rc == 0)
		rc = copy_hashed(path_join(copy->arena, copy->from, name), to, copy->arena, &hash, &bytes, err);
	if (rc == 0)
		note_file(copy, name, &hash, bytes);
	arena_release(copy->arena, mark);
	return rc;
}

struct walk {
	struct copy *copy;
	const char *folder;
};

static int copy_walked(void *context, const char *name, struct err *err)
{
	struct walk *walk = context;
	struct arena_mark mark = arena_mark(walk->copy->arena);
	int rc;

	if (strcmp(walk->folder, "blobs") == 0 && str_starts(str_from(name), STR("tmp/")))
		return 0; /* a blob that is still being written */
	rc = copy_one(walk->copy, path_join(walk->copy->arena, walk->folder, name), err);
	arena_release(walk->copy->arena, mark);
	return rc;
}

static int copy_folder(struct copy *copy, const char *folder, struct err *err)
{
	struct walk walk = {copy, folder};
	const char *path = path_join(copy->arena, copy->from, folder);

	return file_exists(path) ? file_walk(path, copy_walked, &walk, err) : 0;
}

static int show_pages(void *context, int64_t done, int64_t all)
{
	progress_show(context, "Copying the store", done, all);
	return 0;
}

/* Where the store is below the newsroom's folder: there it goes in the backup, and there a restore puts it. */
static int store_name(const struct newsroom *newsroom, const char **ret_name, struct err *err)
{
	struct str url = newsroom->config.database.url;
	struct str inside = arena_printf(newsroom->arena, "sqlite:%s/", newsroom->dir);

	if (!str_starts(url, STR("sqlite:")))
		return err_set(
			err, ERR_INPUT,
			"the store is in PostgreSQL: back it up with pg_dump or continuous archiving, and the folders "
			"blobs and theme with them");
	if (!str_starts(url, inside) || !manifest_name_good(str_skip(url, inside.len)))
		return err_set(err, ERR_INPUT,
			       "the store %.*s is outside the newsroom's folder %s, so a restore could not put it "
			       "back: move it there "
			       "and set database.url in crier.conf",
			       STR_ARG(str_skip(url, 7)), newsroom->dir);
	*ret_name = arena_cstr(newsroom->arena, str_skip(url, inside.len));
	return 0;
}

static void tell_damage(void *context, const char *finding)
{
	struct err *first = context;

	if (first->code == 0)
		err_set(first, ERR_DATA,
			"the store is damaged, so no backup was made of it: %.200s; keep the older ones, and see "
			"what crier check finds",
			finding);
}

/* A copy of what is damaged would pass for the newest backup, until the good ones are gone. */
static int refuse_damaged(struct store *store, struct err *err)
{
	struct err damage = {0};
	int rc = db_check(store_db(store), tell_damage, &damage, err);

	if (rc == DB_DAMAGED)
		*err = damage;
	return rc == DB_DAMAGED ? ERR_DATA : rc;
}

/* What a row names and the folder lacks, no restore can bring back. The backup is made all the same: of the rest. */
static int tally(const struct newsroom *newsroom, struct store *store, struct tally_result *ret_tally, struct err *err)
{
	struct blob_store *blobs = NULL;
	int rc = newsroom_blobs(newsroom, &blobs, err);

	if (rc == 0)
		rc = tally_files(store, blobs, newsroom->arena, ret_tally, err);
	blob_close(blobs);
	return rc;
}

static int copy_store(const struct newsroom *newsroom, const char *name, struct copy *copy, struct err *err)
{
	STORE_SCOPED store = NULL;
	const char *to = path_join(copy->arena, copy->to, name);
	struct sha256 hash;
	int64_t bytes;
	int rc = newsroom_store(newsroom, NEWSROOM_READ, &store, err);

	if (rc == 0)
		rc = refuse_damaged(store, err);
	if (rc == 0)
		rc = file_make_dirs(folder_of(to, copy->arena), 0750, err);
	if (rc == 0)
		rc = db_backup(store_db(store), to, show_pages, copy->progress, err);
	if (rc == 0)
		rc = tally(newsroom, store, &copy->result.tally, err);
	if (rc == 0)
		rc = copy_hashed(to, NULL, copy->arena, &hash, &bytes, err);
	if (rc == 0)
		note_file(copy, name, &hash, bytes);
	return rc;
}

static int copy_all(const struct newsroom *newsroom, const char *store, struct copy *copy, struct err *err)
{
	int rc = copy_store(newsroom, store, copy, err);

	if (rc == 0)
		rc = copy_one(copy, "crier.conf", err);
	for (size_t i = 0; rc == 0 && i < COPIED_FOLDERS; i++)
		rc = copy_folder(copy, copied_folders[i], err);
	if (rc == 0 && copy->manifest->over)
		rc = err_set(err, ERR_LIMIT, "more files than one manifest holds");
	if (rc == 0)
		rc = file_write(path_join(copy->arena, copy->to, BACKUP_MANIFEST), buf_str(copy->manifest), 0640, err);
	return rc ? rc : folder_sync_all(copy->to, err);
}

bool path_within(const char *path, const char *folder)
{
	char *real = realpath(path, NULL), *around = realpath(folder, NULL);
	struct str inner = str_from(real), outer = str_from(around);
	bool within =
		real && around && str_starts(inner, outer) && (inner.len == outer.len || inner.ptr[outer.len] == '/');

	free(real);
	free(around);
	return within;
}

/* A backup inside what is copied would copy itself. */
static int refuse_inside(const struct newsroom *newsroom, const char *to, struct err *err)
{
	const char *above = folder_of(to, newsroom->arena);

	for (size_t i = 0; i < COPIED_FOLDERS; i++)
		if (path_within(above, newsroom_path(newsroom, copied_folders[i])))
			return err_set(err, ERR_INPUT, "%s is in a folder that is backed up itself; name another place",
				       to);
	return 0;
}

/* Removes what a killed backup left, unless somebody is at work there. */
static int take_away(const char *partial, struct err *err)
{
	FD_SCOPED lock = -1;
	int rc = folder_lock(partial, true, &lock, err);

	if (rc == FOLDER_BUSY)
		return err_set(err, ERR_INPUT, "another backup is being written to %s", partial);
	return rc ? rc : folder_remove(partial, err);
}

static void take_away_leftovers(const char *folder, struct arena *arena)
{
	DIR *dir = opendir(folder);

	for (const struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
		struct arena_mark mark = arena_mark(arena);

		if (str_ends(str_from(entry->d_name), STR(BACKUP_PARTIAL)))
			take_away(path_join(arena, folder, entry->d_name), NULL);
		arena_release(arena, mark);
	}
	if (dir)
		closedir(dir);
}

static int begin(const char *partial, int *ret_lock, struct err *err)
{
	int rc = 0;

	for (int i = 0; i < MAKE_TRIES; i++) {
		if (mkdir(partial, 0750) == 0) {
			rc = folder_lock(partial, true, ret_lock, err);
			if (rc != FOLDER_BUSY)
				return rc;
		} else if (errno != EEXIST) {
			return err_set_errno(err, errno, "%s", partial);
		}
		rc = take_away(partial, err);
		if (rc)
			return rc;
	}
	return err_set(err, ERR_SYSTEM, "%s is taken away again and again by another backup", partial);
}

static int make(const struct newsroom *newsroom, const char *store, struct copy *copy, const char *to, struct err *err)
{
	FD_SCOPED lock = -1;
	int rc = begin(copy->to, &lock, err);

	if (rc)
		return rc;
	rc = copy_all(newsroom, store, copy, err);
	if (rc == 0 && rename(copy->to, to) != 0)
		rc = err_set_errno(err, errno, "%s", to);
	if (rc)
		folder_remove(copy->to, NULL);
	return rc ? rc : folder_sync(folder_of(to, newsroom->arena), err);
}

int backup_make(const struct newsroom *newsroom, const char *to, struct progress *progress,
		struct backup_result *ret_result, struct err *err)
{
	BUF_SCOPED manifest = BUF_INIT(BACKUP_MANIFEST_BYTES);
	struct copy copy = {
		.arena = newsroom->arena, .from = newsroom->dir, .manifest = &manifest, .progress = progress};
	const char *store = NULL;
	int rc = store_name(newsroom, &store, err);

	to = folder_name(to, newsroom->arena);
	if (rc == 0 && file_exists(to))
		rc = err_set(err, ERR_INPUT, "%s is there already; name another folder", to);
	if (rc == 0)
		rc = folder_make_above(to, newsroom->arena, err);
	if (rc == 0)
		rc = refuse_inside(newsroom, to, err);
	if (rc)
		return rc;
	take_away_leftovers(newsroom_path(newsroom, "backups"), newsroom->arena);
	buf_put_cstr(&manifest, BACKUP_HEAD_LINE);
	copy.to = arena_printf(newsroom->arena, "%s" BACKUP_PARTIAL, to).ptr;
	rc = make(newsroom, store, &copy, to, err);
	if (rc == 0)
		*ret_result = copy.result;
	return rc;
}

int backup_newest(const struct newsroom *newsroom, int64_t *ret_time_s, struct err *err)
{
	const char *folder = newsroom_path(newsroom, "backups");
	DIR *dir = opendir(folder);
	int64_t newest = INT64_MIN;

	if (!dir)
		return errno == ENOENT ? FILE_MISSING : err_set_errno(err, errno, "%s", folder);
	for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		struct arena_mark mark = arena_mark(newsroom->arena);
		const char *manifest =
			arena_printf(newsroom->arena, "%s/%s/%s", folder, entry->d_name, BACKUP_MANIFEST).ptr;
		struct stat info;

		if (entry->d_name[0] != '.' && !str_ends(str_from(entry->d_name), STR(BACKUP_PARTIAL)) &&
		    stat(manifest, &info) == 0 && S_ISREG(info.st_mode) && info.st_mtime > newest)
			newest = info.st_mtime;
		arena_release(newsroom->arena, mark);
	}
	closedir(dir);
	if (newest == INT64_MIN)
		return FILE_MISSING;
	*ret_time_s = newest;
	return 0;
}
