#include "export/manifest.h"

#include "base/file.h"
#include "base/map.h"
#include "export/name.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST_LINE     "crier-export 1"
#define LOAD_MAX_BYTES (4ULL << 30)
#define LINE_MAX_BYTES (NAME_BYTES + 512)
#define HASH_SEED      UINT64_C(0x6d616e6966657374)

struct manifest {
	int dir_fd, journal_fd;
	struct str settings;
	pthread_mutex_t lock;
	struct arena *arena;
	struct map *names;
	uint64_t hash;
};

static struct record *add(struct manifest *manifest, struct str name)
{
	struct record *record = arena_new(manifest->arena, struct record);

	record->name = arena_str(manifest->arena, name);
	for (int i = 0; i < CODING_COUNT; i++)
		record->forms[i].bytes = -1;
	map_put(manifest->names, record->name, record);
	return record;
}

/* Reading ----------------------------------------------------------------------------------------- */

static bool read_line(struct manifest *manifest, struct str line)
{
	struct str hash, piece;
	struct record record = {0}, *kept;

	if (!str_cut(line, ' ', &hash, &line) || hash.len >= sizeof record.hash)
		return false;
	for (int i = 0; i < CODING_COUNT; i++) {
		if (!str_cut(line, ' ', &piece, &line) || !str_to_i64(piece, &record.forms[i].bytes) ||
		    !str_cut(line, ' ', &piece, &line) || !str_to_i64(piece, &record.forms[i].changed_ns))
			return false;
	}
	if (!name_is_safe(line) || map_get(manifest->names, line))
		return false;
	kept = add(manifest, line);
	memcpy(kept->hash, hash.ptr, hash.len);
	memcpy(kept->forms, record.forms, sizeof record.forms);
	return true;
}

static int read_whole(struct manifest *manifest, const char *name, struct arena *arena, struct str *ret_text,
		      struct err *err)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/self/fd/%d/%s", manifest->dir_fd, name);
	return file_read(path, LOAD_MAX_BYTES, arena, ret_text, err);
}

static int refuse(struct err *err, size_t number)
{
	return err_set(err, ERR_DATA,
		       ".crier/manifest cannot be read (line %zu): empty the folder, or name another one, and export "
		       "anew",
		       number);
}

static int read_manifest(struct manifest *manifest, bool *ret_same, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str text, line;
	int rc = read_whole(manifest, "manifest", arena, &text, err);

	*ret_same = false;
	if (rc)
		return rc == FILE_MISSING ? 0 : rc;
	if (!str_next(&text, '\n', &line) || !str_eq(line, STR(FIRST_LINE)))
		return refuse(err, 1);
	if (!str_next(&text, '\n', &line) || str_empty(line))
		return refuse(err, 2);
	*ret_same = str_eq(line, manifest->settings);
	manifest->hash = str_hash(line, str_hash(STR(FIRST_LINE), HASH_SEED));
	for (size_t number = 3; str_next(&text, '\n', &line); number++) {
		if (!str_empty(line) && !read_line(manifest, line))
			return refuse(err, number);
		if (!str_empty(line))
			manifest->hash = str_hash(line, manifest->hash);
	}
	return 0;
}

/* The last line of a run that was killed may be cut: nothing was written for it yet. */
static int read_journal(struct manifest *manifest, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str text, line;
	int rc = read_whole(manifest, "journal", arena, &text, err);

	if (rc)
		return rc == FILE_MISSING ? 0 : rc;
	while (str_cut(text, '\n', &line, &text))
		if (name_is_safe(line) && !map_get(manifest->names, line))
			(void)add(manifest, line);
	return 0;
}

int manifest_load(int dir_fd, struct str settings, struct manifest **ret_manifest, bool *ret_same, struct err *err)
{
	struct manifest *manifest = calloc(1, sizeof *manifest);
	int rc;

	if (!manifest)
		err_die("out of memory: no room for the list of files");
	manifest->dir_fd = dir_fd;
	manifest->arena = arena_create(1u << 20);
	manifest->settings = arena_str(manifest->arena, settings);
	manifest->names = map_create(manifest->arena);
	pthread_mutex_init(&manifest->lock, NULL);
	manifest->journal_fd = openat(dir_fd, "journal", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	rc = manifest->journal_fd < 0 ? err_set_errno(err, errno, ".crier/journal") : 0;
	if (rc == 0)
		rc = read_manifest(manifest, ret_same, err);
	if (rc == 0)
		rc = read_journal(manifest, err);
	if (rc) {
		manifest_destroy(manifest);
		return rc;
	}
	*ret_manifest = manifest;
	return 0;
}

void manifest_destroy(struct manifest *manifest)
{
	if (!manifest)
		return;
	fd_closep(&manifest->journal_fd);
	pthread_mutex_destroy(&manifest->lock);
	arena_destroy(manifest->arena);
	free(manifest);
}

/* Claiming ---------------------------------------------------------------------------------------- */

static int note(struct manifest *manifest, struct str name, struct err *err)
{
	char line[NAME_BYTES + 2];
	ssize_t written;

	memcpy(line, name.ptr, name.len);
	line[name.len] = '\n';
	written = write(manifest->journal_fd, line, name.len + 1);
	if (written == (ssize_t)name.len + 1)
		return 0;
	return err_set_errno(err, written < 0 ? errno : ENOSPC, ".crier/journal");
}

int manifest_claim(struct manifest *manifest, struct str name, struct record **ret_record, struct err *err)
{
	struct record *record;
	bool taken = false;
	int rc = 0;

	pthread_mutex_lock(&manifest->lock);
	record = map_get(manifest->names, name);
	if (!record) {
		rc = note(manifest, name, err);
		record = rc ? NULL : add(manifest, name);
		if (record)
			record->is_new = true;
	} else {
		taken = record->claimed;
	}
	if (record)
		record->claimed = true;
	pthread_mutex_unlock(&manifest->lock);
	if (rc == 0)
		*ret_record = taken ? NULL : record;
	return rc;
}

void manifest_give_back(struct manifest *manifest, struct record *record)
{
	pthread_mutex_lock(&manifest->lock);
	record->claimed = false;
	pthread_mutex_unlock(&manifest->lock);
}

struct record *manifest_find(struct manifest *manifest, struct str name)
{
	struct record *record;

	pthread_mutex_lock(&manifest->lock);
	record = map_get(manifest->names, name);
	pthread_mutex_unlock(&manifest->lock);
	return record;
}

bool manifest_is_claimed(struct manifest *manifest, struct str name)
{
	const struct record *record;
	bool claimed;

	pthread_mutex_lock(&manifest->lock);
	record = map_get(manifest->names, name);
	claimed = record && record->claimed;
	pthread_mutex_unlock(&manifest->lock);
	return claimed;
}

struct record *manifest_at(struct manifest *manifest, size_t index)
{
	struct str name;
	void *record;

	return map_at(manifest->names, index, &name, &record) ? record : NULL;
}

void manifest_keep_all(struct manifest *manifest)
{
	struct record *record;

	for (size_t i = 0; (record = manifest_at(manifest, i)); i++)
		record->claimed = true;
}

/* Writing ----------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return str_cmp((*(struct record *const *)a)->name, (*(struct record *const *)b)->name);
}

static void put_line(struct manifest *manifest, FILE *out, const struct buf *line)
{
	(void)fwrite(line->ptr, 1, line->len, out);
	(void)fputc('\n', out);
	manifest->hash = str_hash(buf_str(line), manifest->hash);
}

static void put_record(const struct record *record, struct buf *line)
{
	buf_clear(line);
	buf_put_cstr(line, record->hash);
	for (int form = 0; form < CODING_COUNT; form++)
		buf_printf(line, " %" PRId64 " %" PRId64, record->forms[form].bytes, record->forms[form].changed_ns);
	buf_put_byte(line, ' ');
	buf_put(line, record->name);
}

static void put_lines(struct manifest *manifest, FILE *out)
{
	BUF_SCOPED line = BUF_INIT(LINE_MAX_BYTES);
	size_t count = map_count(manifest->names), kept = 0;
	struct record **records = calloc(count + 1, sizeof *records);

	if (!records)
		err_die("out of memory: no room for the list of files");
	for (size_t i = 0; i < count; i++) {
		records[kept] = manifest_at(manifest, i);
		kept += records[kept]->claimed;
	}
	qsort(records, kept, sizeof(struct record *), by_name);
	manifest->hash = HASH_SEED;
	buf_put_cstr(&line, FIRST_LINE);
	put_line(manifest, out, &line);
	buf_clear(&line);
	buf_put(&line, manifest->settings);
	put_line(manifest, out, &line);
	for (size_t i = 0; i < kept; i++) {
		put_record(records[i], &line);
		put_line(manifest, out, &line);
	}
	free(records);
}

int manifest_save(struct manifest *manifest, struct err *err)
{
	int fd = openat(manifest->dir_fd, "manifest.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool failed;

	if (!out)
		return err_set_errno(err, errno, ".crier/manifest.new");
	put_lines(manifest, out);
	failed = fflush(out) != 0 || ferror(out) || fsync(fd) != 0;
	failed = fclose(out) != 0 || failed;
	if (failed || renameat(manifest->dir_fd, "manifest.new", manifest->dir_fd, "manifest") != 0 ||
	    fsync(manifest->dir_fd) != 0)
		return err_set_errno(err, errno, ".crier/manifest");
	if (unlinkat(manifest->dir_fd, "journal", 0) != 0 && errno != ENOENT)
		return err_set_errno(err, errno, ".crier/journal");
	return 0;
}

uint64_t manifest_hash(const struct manifest *manifest)
{
	return manifest->hash;
}
