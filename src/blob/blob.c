#include "blob/blob.h"

#include "base/file.h"
#include "crypt/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TEMPORARY_KEPT_S (24 * 60 * 60)
#define PIECE_BYTES      65536

struct blob_store {
	char folder[PATH_MAX - 128]; /* leaves room for the names below it */
	int folder_fd;
};

/* A file under tmp/ that becomes a blob; removed unless it did. */
struct draft {
	int folder_fd, fd;
	char name[40];
};

static void draft_finish(struct draft *draft)
{
	if (draft->name[0])
		unlinkat(draft->folder_fd, draft->name, 0);
	fd_closep(&draft->fd);
}

static void relative_path(const struct blob_id *id, char ret_path[80])
{
	snprintf(ret_path, 80, "%.2s/%.2s/%s", id->hex, id->hex + 2, id->hex);
}

/* What a crash left behind long ago; what is younger may be another process at work. */
static void remove_old_temporaries(int folder_fd)
{
	int fd = openat(folder_fd, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		fd_closep(&fd);
		return;
	}
	int64_t oldest_s = time(NULL) - TEMPORARY_KEPT_S;
	for (struct dirent *entry; (entry = readdir(dir));) {
		struct stat st;
		if (entry->d_name[0] != '.' && !fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) &&
		    st.st_mtime < oldest_s)
			unlinkat(fd, entry->d_name, 0);
	}
	closedir(dir);
}

int blob_open(const char *folder, struct blob_store **ret_store, struct err *err)
{
	struct blob_store *store = calloc(1, sizeof *store);
	if (!store)
		abort();
	if (strlen(folder) >= sizeof store->folder) {
		free(store);
		return err_set(err, ERR_INPUT, "%s: the name of the folder for files is too long", folder);
	}
	memcpy(store->folder, folder, strlen(folder) + 1);
	char temporary[PATH_MAX];
	snprintf(temporary, sizeof temporary, "%s/tmp", folder);
	int rc = file_make_dirs(temporary, 0750, err);
	if (!rc) {
		store->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (store->folder_fd < 0)
			rc = err_set_errno(err, errno, "%s: cannot open the folder for files", folder);
	}
	if (rc) {
		free(store);
		return rc;
	}
	remove_old_temporaries(store->folder_fd);
	*ret_store = store;
	return 0;
}

void blob_close(struct blob_store *store)
{
	if (!store)
		return;
	fd_closep(&store->folder_fd);
	free(store);
}

static int draft_open(struct blob_store *store, struct draft *ret_draft, struct err *err)
{
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/tmp/XXXXXX", store->folder);
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(err, errno, "%s: cannot make a file", path);
	fchmod(fd, 0640);
	ret_draft->folder_fd = store->folder_fd;
	ret_draft->fd = fd;
	snprintf(ret_draft->name, sizeof ret_draft->name, "tmp/%s", strrchr(path, '/') + 1);
	return 0;
}

static int write_all(const struct blob_store *store, int fd, struct str content, struct err *err)
{
	while (content.len) {
		ssize_t written = write(fd, content.ptr, content.len);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return err_set_errno(err, errno, "%s: cannot write a file", store->folder);
		content = str_skip(content, (size_t)written);
	}
	return 0;
}

static int sync_folder(struct blob_store *store, const char *relative, struct err *err)
{
	FD_SCOPED fd = openat(store->folder_fd, relative, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd))
		return err_set_errno(err, errno, "%s/%s: cannot make the folder durable", store->folder, relative);
	return 0;
}

/* The folder ab or ab/cd; its name is durable in its parent when this returns. */
static int make_folder(struct blob_store *store, const char *relative, const char *parent, struct err *err)
{
	if (mkdirat(store->folder_fd, relative, 0750) && errno != EEXIST)
		return err_set_errno(err, errno, "%s/%s: cannot make the folder", store->folder, relative);
	return sync_folder(store, parent, err);
}

static int draft_keep(struct blob_store *store, struct draft *draft, const struct blob_id *id, struct err *err)
{
	char outer[3], inner[6], path[80];
	snprintf(outer, sizeof outer, "%.2s", id->hex);
	snprintf(inner, sizeof inner, "%.2s/%.2s", id->hex, id->hex + 2);
	relative_path(id, path);
	if (fsync(draft->fd))
		return err_set_errno(err, errno, "%s/%s: cannot make the file durable", store->folder, draft->name);
	int rc = make_folder(store, outer, ".", err);
	if (!rc)
		rc = make_folder(store, inner, outer, err);
	if (rc)
		return rc;
	if (renameat(store->folder_fd, draft->name, store->folder_fd, path))
		return err_set_errno(err, errno, "%s/%s: cannot give the file its name", store->folder, path);
	draft->name[0] = 0;
	return sync_folder(store, inner, err);
}

static bool already_there(struct blob_store *store, const struct blob_id *id, int64_t bytes)
{
	char path[80];
	struct stat st;
	relative_path(id, path);
	return !fstatat(store->folder_fd, path, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode) && st.st_size == bytes;
}

/* Who gave it its name may not have got to the end, or never will: the name is made durable here too. */
static int keep_again(struct blob_store *store, const struct blob_id *id, struct err *err)
{
	char inner[6];
	snprintf(inner, sizeof inner, "%.2s/%.2s", id->hex, id->hex + 2);
	return sync_folder(store, inner, err);
}

static int put_new(struct blob_store *store, struct str content, const struct blob_id *id, struct err *err)
{
	__attribute__((cleanup(draft_finish))) struct draft draft = {.fd = -1};
	int rc = draft_open(store, &draft, err);
	if (!rc)
		rc = write_all(store, draft.fd, content, err);
	return rc ? rc : draft_keep(store, &draft, id, err);
}

int blob_put(struct blob_store *store, struct str content, struct blob_id *ret_id, struct err *err)
{
	struct sha256 hash = sha256_of(content);
	struct blob_id id;
	sha256_hex(&hash, id.hex);
	bool there = already_there(store, &id, (int64_t)content.len);
	int rc = there ? keep_again(store, &id, err) : put_new(store, content, &id, err);
	if (!rc)
		*ret_id = id;
	return rc;
}

/* Copies fd to draft (-1: nowhere) and hashes it on the way. */
static int hash_stream(const struct blob_store *store, int fd, int draft_fd, int64_t max_bytes, struct blob_id *ret_id,
		       int64_t *ret_bytes, struct err *err)
{
	struct sha256_run *run = sha256_begin();
	char piece[PIECE_BYTES];
	int64_t total = 0;
	int rc = 0;
	while (!rc) {
		ssize_t got = read(fd, piece, sizeof piece);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			rc = err_set_errno(err, errno, "cannot read a file for %s", store->folder);
		if (got <= 0)
			break;
		total += got;
		if (total > max_bytes)
			rc = err_set(err, ERR_LIMIT, "the file is larger than %lld bytes", (long long)max_bytes);
		else if (draft_fd >= 0)
			rc = write_all(store, draft_fd, str_of(piece, (size_t)got), err);
		sha256_add(run, str_of(piece, (size_t)got));
	}
	struct sha256 hash = sha256_end(run);
	if (rc)
		return rc;
	sha256_hex(&hash, ret_id->hex);
	*ret_bytes = total;
	return 0;
}

int blob_put_fd(struct blob_store *store, int fd, int64_t max_bytes, struct blob_id *ret_id, int64_t *ret_bytes,
		struct err *err)
{
	__attribute__((cleanup(draft_finish))) struct draft draft = {.fd = -1};
	struct blob_id id;
	int64_t bytes = 0;
	int rc = draft_open(store, &draft, err);
	if (!rc)
		rc = hash_stream(store, fd, draft.fd, max_bytes, &id, &bytes, err);
	if (!rc)
		rc = already_there(store, &id, bytes) ? keep_again(store, &id, err)
						      : draft_keep(store, &draft, &id, err);
	if (rc)
		return rc;
	*ret_id = id;
	*ret_bytes = bytes;
	return 0;
}

int blob_read(const struct blob_store *store, const struct blob_id *id, int *ret_fd, int64_t *ret_bytes,
	      struct err *err)
{
	char path[80];
	relative_path(id, path);
	FD_SCOPED fd = openat(store->folder_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT)
		return BLOB_MISSING;
	struct stat st;
	if (fd < 0 || fstat(fd, &st))
		return err_set_errno(err, errno, "%s/%s: cannot open the file", store->folder, path);
	*ret_bytes = st.st_size;
	*ret_fd = fd;
	fd = -1;
	return 0;
}

bool blob_exists(const struct blob_store *store, const struct blob_id *id)
{
	char path[80];
	relative_path(id, path);
	return faccessat(store->folder_fd, path, F_OK, 0) == 0;
}

struct str blob_path(const struct blob_store *store, const struct blob_id *id, struct arena *arena)
{
	char path[80];
	relative_path(id, path);
	return arena_printf(arena, "%s/%s", store->folder, path);
}

int blob_remove(struct blob_store *store, const struct blob_id *id, struct err *err)
{
	char path[80], inner[6];
	relative_path(id, path);
	snprintf(inner, sizeof inner, "%.5s", path);
	if (!unlinkat(store->folder_fd, path, 0))
		return sync_folder(store, inner, err);
	if (errno == ENOENT)
		return BLOB_MISSING;
	return err_set_errno(err, errno, "%s/%s: cannot remove the file", store->folder, path);
}

int blob_verify(const struct blob_store *store, const struct blob_id *id, struct err *err)
{
	FD_SCOPED fd = -1;
	int64_t bytes = 0;
	struct blob_id found;
	int rc = blob_read(store, id, &fd, &bytes, err);
	if (!rc)
		rc = hash_stream(store, fd, -1, INT64_MAX, &found, &bytes, err);
	if (rc)
		return rc;
	return memcmp(found.hex, id->hex, 64) == 0 ? 0 : BLOB_DAMAGED;
}

bool blob_id_parse(struct str text, struct blob_id *ret_id)
{
	if (text.len != 64)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (!((text.ptr[i] >= '0' && text.ptr[i] <= '9') || (text.ptr[i] >= 'a' && text.ptr[i] <= 'f')))
			return false;
	memcpy(ret_id->hex, text.ptr, 64);
	ret_id->hex[64] = 0;
	return true;
}
