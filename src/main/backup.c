#include "main/backup.h"

#include "base/clock.h"
#include "base/file.h"
#include "crypt/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_BYTES     (256u << 10)
#define MANIFEST_BYTES (256u << 20)
#define HEAD_LINE      "crier-backup 1\n"

struct copy {
	struct arena *arena;
	const char *from, *to; /* folders */
	struct buf *manifest;
	struct progress *progress;
	struct backup_result result;
};

static const char *join(struct arena *arena, const char *folder, const char *name)
{
	return arena_printf(arena, "%s/%s", folder, name).ptr;
}

static int make_parent(const char *path, struct arena *arena, struct err *err)
{
	struct str whole = str_from(path);

	return file_make_dirs(arena_cstr(arena, str_sub(whole, 0, str_rfind_byte(whole, '/'))), 0750, err);
}

static int write_all(int fd, const char *bytes, size_t count, const char *path, struct err *err)
{
	while (count > 0) {
		ssize_t done = write(fd, bytes, count);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_set_errno(err, errno, "%s", path);
		bytes += done;
		count -= (size_t)done;
	}
	return 0;
}

/* Reads fd to its end into the hash, and into out_fd where that is a descriptor. */
static int pump(int fd, int out_fd, const char *path, struct arena *arena, struct sha256 *ret_hash, int64_t *ret_bytes, struct err *err)
{
	struct arena_mark mark = arena_mark(arena);
	char *piece = arena_alloc(arena, COPY_BYTES);
	struct sha256_run *run = sha256_begin();
	int64_t bytes = 0;
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
		bytes += got;
		if (out_fd >= 0)
			rc = write_all(out_fd, piece, (size_t)got, path, err);
	}
	arena_release(arena, mark);
	if (rc) {
		sha256_abandon(run);
		return rc;
	}
	*ret_hash = sha256_end(run);
	*ret_bytes = bytes;
	return 0;
}

static int hash_file(const char *path, struct arena *arena, struct sha256 *ret_hash, int64_t *ret_bytes, struct err *err)
{
	FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set_errno(err, errno, "%s", path);
	return pump(fd, -1, path, arena, ret_hash, ret_bytes, err);
}

static int copy_file(const char *from, const char *to, struct arena *arena, struct sha256 *ret_hash, int64_t *ret_bytes, struct err *err)
{
	FD_SCOPED in = open(from, O_RDONLY | O_CLOEXEC);
	FD_SCOPED out = -1;
	int rc;

	if (in < 0)
		return err_set_errno(err, errno, "%s", from);
	rc = make_parent(to, arena, err);
	if (rc)
		return rc;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (out < 0)
		return err_set_errno(err, errno, "%s", to);
	rc = pump(in, out, to, arena, ret_hash, ret_bytes, err);
	if (rc == 0 && fsync(out) != 0)
		rc = err_set_errno(err, errno, "%s", to);
	return rc;
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
	struct sha256 hash;
	int64_t bytes;
	int rc = copy_file(join(copy->arena, copy->from, name), join(copy->arena, copy->to, name), copy->arena, &hash, &bytes, err);

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

	if (str_starts(str_from(name), STR("tmp/")))
		return 0; /* a blob that is still being written */
	return copy_one(walk->copy, join(walk->copy->arena, walk->folder, name), err);
}

static int copy_folder(struct copy *copy, const char *folder, struct err *err)
{
	struct walk walk = {copy, folder};
	const char *path = join(copy->arena, copy->from, folder);

	return file_exists(path) ? file_walk(path, copy_walked, &walk, err) : 0;
}

static int show_pages(void *context, int64_t done, int64_t all)
{
	progress_show(context, "Copying the store", done, all);
	return 0;
}

static int copy_store(const struct newsroom *newsroom, struct copy *copy, struct err *err)
{
	STORE_SCOPED store = NULL;
	const char *to = join(copy->arena, copy->to, "store.db");
	struct sha256 hash;
	int64_t bytes;
	int rc = newsroom_store(newsroom, false, &store, err);

	if (rc)
		return rc;
	rc = db_backup(store_db(store), to, show_pages, copy->progress, err);
	if (rc == DB_CANNOT)
		return err_set(err, ERR_INPUT,
			       "the store is in PostgreSQL: back it up with pg_dump or continuous archiving, and the folders blobs and theme with "
			       "them");
	if (rc == 0)
		rc = hash_file(to, copy->arena, &hash, &bytes, err);
	if (rc == 0)
		note_file(copy, "store.db", &hash, bytes);
	return rc;
}

static int copy_all(const struct newsroom *newsroom, struct copy *copy, struct err *err)
{
	int rc = copy_store(newsroom, copy, err);

	if (rc == 0)
		rc = copy_one(copy, "crier.conf", err);
	if (rc == 0)
		rc = copy_folder(copy, "theme", err);
	if (rc == 0)
		rc = copy_folder(copy, "blobs", err);
	if (rc == 0 && copy->manifest->over)
		rc = err_set(err, ERR_LIMIT, "more files than one manifest holds");
	if (rc == 0)
		rc = file_write(join(copy->arena, copy->to, BACKUP_MANIFEST), buf_str(copy->manifest), 0640, err);
	return rc;
}

int backup_make(const struct newsroom *newsroom, const char *to, struct progress *progress, struct backup_result *ret_result,
		struct err *err)
{
	BUF_SCOPED manifest = BUF_INIT(MANIFEST_BYTES);
	struct copy copy = {.arena = newsroom->arena, .from = newsroom->dir, .manifest = &manifest, .progress = progress};
	int rc;

	if (file_exists(to))
		return err_set(err, ERR_INPUT, "%s is there already; name another folder", to);
	copy.to = arena_printf(newsroom->arena, "%s.partial", to).ptr;
	rc = make_parent(to, newsroom->arena, err);
	if (rc == 0 && mkdir(copy.to, 0750) != 0)
		rc = err_set_errno(err, errno, "%s (a backup that was interrupted leaves such a folder: remove it)", copy.to);
	buf_put_cstr(&manifest, HEAD_LINE);
	if (rc == 0)
		rc = copy_all(newsroom, &copy, err);
	if (rc == 0 && rename(copy.to, to) != 0)
		rc = err_set_errno(err, errno, "%s", to);
	if (rc == 0)
		*ret_result = copy.result;
	return rc;
}

/* A path of the manifest that leads out of the folder would write anywhere. */
static bool name_is_inside(struct str name)
{
	struct str rest = name, piece;

	if (str_empty(name) || name.ptr[0] == '/')
		return false;
	while (str_next(&rest, '/', &piece))
		if (str_empty(piece) || str_eq(piece, STR("..")) || str_eq(piece, STR(".")))
			return false;
	return true;
}

struct manifest_line {
	struct str hex, name;
	int64_t bytes;
};

static bool parse_line(struct str line, struct manifest_line *ret_line)
{
	struct str rest, bytes;

	return str_cut(line, ' ', &ret_line->hex, &rest) && str_cut(rest, ' ', &bytes, &ret_line->name) && ret_line->hex.len == 64 &&
	       str_to_i64(bytes, &ret_line->bytes) && name_is_inside(ret_line->name);
}

/* Calls each for the lines of a manifest. */
static int each_line(const char *from, struct arena *arena,
		     int (*each)(void *context, const struct manifest_line *line, struct err *err), void *context, struct err *err)
{
	struct str content, line;
	int number = 1;
	int rc = file_read(join(arena, from, BACKUP_MANIFEST), MANIFEST_BYTES, arena, &content, err);

	if (rc == FILE_MISSING) {
		err_set(err, ERR_INPUT, "%s is no backup: it has no %s", from, BACKUP_MANIFEST);
		return BACKUP_DAMAGED;
	}
	if (rc)
		return rc;
	if (!str_starts(content, STR(HEAD_LINE))) {
		err_set(err, ERR_INPUT, "%s/%s:1: found something else than \"crier-backup 1\"", from, BACKUP_MANIFEST);
		return BACKUP_DAMAGED;
	}
	content = str_skip(content, sizeof HEAD_LINE - 1);
	while (rc == 0 && str_next(&content, '\n', &line) && ++number) {
		struct manifest_line parsed;

		if (str_empty(line) && str_empty(content))
			break;
		if (!parse_line(line, &parsed)) {
			err_set(err, ERR_INPUT, "%s/%s:%d: found \"%.*s\"; expected hash, bytes and a path inside the backup", from, BACKUP_MANIFEST,
				number, STR_ARG(str_sub(line, 0, 120)));
			return BACKUP_DAMAGED;
		}
		rc = each(context, &parsed, err);
	}
	return rc;
}

static int verify_line(void *context, const struct manifest_line *line, struct err *err)
{
	struct copy *copy = context;
	struct arena_mark mark = arena_mark(copy->arena);
	const char *path = join(copy->arena, copy->from, arena_cstr(copy->arena, line->name));
	struct sha256 hash;
	int64_t bytes;
	char hex[65] = "";
	int rc = hash_file(path, copy->arena, &hash, &bytes, err);

	if (rc == 0)
		sha256_hex(&hash, hex);
	if (rc != 0 || bytes != line->bytes || !str_eq(str_from(hex), line->hex)) {
		if (rc == 0)
			err_set(err, ERR_DATA, "%s is not what was backed up (its hash differs)", path);
		rc = BACKUP_DAMAGED;
	}
	copy->result.files++;
	copy->result.bytes += line->bytes;
	arena_release(copy->arena, mark);
	return rc;
}

int backup_verify(const char *from, struct arena *arena, struct backup_result *ret_result, struct err *err)
{
	struct copy copy = {.arena = arena, .from = from};
	int rc = each_line(from, arena, verify_line, &copy, err);

	if (rc == 0)
		*ret_result = copy.result;
	return rc;
}

static int restore_line(void *context, const struct manifest_line *line, struct err *err)
{
	struct copy *copy = context;
	struct arena_mark mark = arena_mark(copy->arena);
	const char *name = arena_cstr(copy->arena, line->name);
	struct sha256 hash;
	int64_t bytes;
	int rc = copy_file(join(copy->arena, copy->from, name), join(copy->arena, copy->to, name), copy->arena, &hash, &bytes, err);

	arena_release(copy->arena, mark);
	return rc;
}

struct told {
	struct err *err;
};

static void tell_damage(void *context, const char *finding)
{
	struct told *told = context;

	err_set(told->err, ERR_DATA, "the database in the backup is damaged: %s", finding);
}

static int check_database(const char *dir, struct arena *arena, struct err *err)
{
	DB_SCOPED db = NULL;
	const struct db_options options = {.must_exist = true};
	struct told told = {err};
	int rc = db_open(arena_printf(arena, "sqlite:%s/store.db", dir).ptr, &options, &db, err);

	if (rc == 0)
		rc = db_check(db, tell_damage, &told, err);
	return rc == DB_DAMAGED ? BACKUP_DAMAGED : rc;
}

/* Puts the new folder where the old one is. The old one is kept under a name that tells when. */
static int exchange(const char *fresh, const char *dir, struct arena *arena, const char **ret_kept, struct err *err)
{
	char stamp[CLOCK_TEXT_BYTES];
	const char *kept;

	if (!file_exists(dir)) {
		*ret_kept = NULL;
		return rename(fresh, dir) == 0 ? 0 : err_set_errno(err, errno, "%s", dir);
	}
	if (renameat2(AT_FDCWD, fresh, AT_FDCWD, dir, RENAME_EXCHANGE) != 0)
		return err_set_errno(err, errno, "exchanging %s and %s", fresh, dir);
	clock_rfc3339(clock_now_s(clock_system()), stamp);
	kept = arena_printf(arena, "%s.before-%s", dir, stamp).ptr;
	if (rename(fresh, kept) != 0)
		kept = fresh;
	*ret_kept = kept;
	if (file_exists(join(arena, kept, "backups")) && rename(join(arena, kept, "backups"), join(arena, dir, "backups")) != 0)
		return err_set_errno(err, errno, "the newsroom is restored, but %s/backups could not be moved into it", kept);
	return 0;
}

static int lock_old(const char *dir, struct arena *arena, int *ret_fd, struct err *err)
{
	const struct newsroom old = {.arena = arena, .dir = dir};
	int rc;

	if (!file_exists(dir))
		return 0;
	rc = newsroom_lock(&old, ret_fd, err);
	if (rc == NEWSROOM_BUSY) {
		err_set(err, ERR_INPUT, "a server runs on %s; stop it first", dir);
		return BACKUP_BUSY;
	}
	return rc;
}

static int restore_beside(const char *from, const char *fresh, struct arena *arena, struct err *err)
{
	struct copy copy = {.arena = arena, .from = from, .to = fresh};
	int rc;

	if (mkdir(fresh, 0750) != 0)
		return err_set_errno(err, errno, "%s (a restore that was interrupted leaves such a folder: remove it)", fresh);
	rc = each_line(from, arena, restore_line, &copy, err);
	return rc ? rc : check_database(fresh, arena, err);
}

int backup_restore(const char *from, const char *dir, struct arena *arena, const char **ret_kept, struct err *err)
{
	struct backup_result seen;
	const char *fresh = arena_printf(arena, "%s.restoring", dir).ptr;
	FD_SCOPED lock = -1;
	int rc = backup_verify(from, arena, &seen, err);

	if (rc == 0)
		rc = lock_old(dir, arena, &lock, err);
	if (rc == 0)
		rc = restore_beside(from, fresh, arena, err);
	return rc ? rc : exchange(fresh, dir, arena, ret_kept, err);
}

int backup_newest(const struct newsroom *newsroom, int64_t *ret_time_s, struct err *err)
{
	const char *folder = newsroom_path(newsroom, "backups");
	DIR *dir = opendir(folder);
	int64_t newest = INT64_MIN;

	if (!dir)
		return errno == ENOENT ? FILE_MISSING : err_set_errno(err, errno, "%s", folder);
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		const char *manifest = arena_printf(newsroom->arena, "%s/%s/%s", folder, entry->d_name, BACKUP_MANIFEST).ptr;
		struct stat info;

		if (entry->d_name[0] == '.' || str_ends(str_from(entry->d_name), STR(".partial")) || stat(manifest, &info) != 0)
			continue;
		if (info.st_mtime > newest)
			newest = info.st_mtime;
	}
	closedir(dir);
	if (newest == INT64_MIN)
		return FILE_MISSING;
	*ret_time_s = newest;
	return 0;
}
