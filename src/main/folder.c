#include "main/folder.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_TRIES 10

typedef int each_entry(void *context, const FTSENT *entry, struct err *err);

static void close_walk(FTS **walk)
{
	if (*walk)
		fts_close(*walk);
}

/* Folders come twice: before (FTS_D) and after (FTS_DP) what is in them. */
static int walk_all(const char *path, each_entry *each, void *context, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	size_t bytes = strlen(path) + 1;
	char *paths[] = {memcpy(arena_array(arena, char, bytes), path, bytes), NULL};
	__attribute__((cleanup(close_walk))) FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	const FTSENT *entry;
	int rc = 0;

	if (!walk)
		return err_set_errno(err, errno, "%s", path);
	while (rc == 0 && (errno = 0, entry = fts_read(walk)) != NULL) {
		if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS)
			rc = err_set_errno(err, entry->fts_errno, "%s", entry->fts_path);
		else
			rc = each(context, entry, err);
	}
	if (rc == 0 && errno != 0)
		rc = err_set_errno(err, errno, "%s", path);
	return rc;
}

static int remove_entry(void *context, const FTSENT *entry, struct err *err)
{
	(void)context;
	if (entry->fts_info == FTS_D)
		return 0;
	if (remove(entry->fts_path) != 0 && errno != ENOENT)
		return err_set_errno(err, errno, "removing %s", entry->fts_path);
	return 0;
}

int folder_remove(const char *path, struct err *err)
{
	return file_exists(path) ? walk_all(path, remove_entry, NULL, err) : 0;
}

int folder_sync(const char *path, struct err *err)
{
	FD_SCOPED fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) != 0)
		return err_set_errno(err, errno, "%s", path);
	return 0;
}

static int sync_entry(void *context, const FTSENT *entry, struct err *err)
{
	(void)context;
	return entry->fts_info == FTS_DP ? folder_sync(entry->fts_path, err) : 0;
}

int folder_sync_all(const char *path, struct err *err)
{
	return walk_all(path, sync_entry, NULL, err);
}

struct owner {
	uid_t user;
	gid_t group;
};

static int give_entry(void *context, const FTSENT *entry, struct err *err)
{
	const struct owner *owner = context;

	if (entry->fts_info != FTS_D && lchown(entry->fts_path, owner->user, owner->group) != 0)
		return err_set_errno(err, errno, "giving %s to user %u", entry->fts_path, (unsigned)owner->user);
	return 0;
}

int folder_give(const char *path, uid_t user, gid_t group, struct err *err)
{
	struct owner owner = {user, group};

	return walk_all(path, give_entry, &owner, err);
}

const char *folder_of(const char *path, struct arena *arena)
{
	struct str whole = str_from(folder_name(path, arena));
	size_t slash = str_rfind_byte(whole, '/');

	if (slash == SIZE_MAX)
		return ".";
	return slash == 0 ? "/" : folder_name(arena_cstr(arena, str_sub(whole, 0, slash)), arena);
}

const char *folder_name(const char *path, struct arena *arena)
{
	struct str whole = str_from(path);

	while (whole.len > 1 && whole.ptr[whole.len - 1] == '/')
		whole.len--;
	return arena_cstr(arena, whole);
}

int folder_make_above(const char *path, struct arena *arena, struct err *err)
{
	const char *above = folder_of(path, arena);
	const char *there = above;
	int rc;

	while (!file_exists(there))
		there = folder_of(there, arena);
	if (there == above)
		return 0;
	rc = file_make_dirs(above, 0750, err);
	for (const char *made = above; rc == 0 && strcmp(made, there) != 0; made = folder_of(made, arena))
		rc = folder_sync(folder_of(made, arena), err);
	return rc;
}

int folder_lock(const char *path, bool alone, int *ret_fd, struct err *err)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		struct stat held, named;
		FD_SCOPED fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (fd < 0)
			return err_set_errno(err, errno, "%s", path);
		if (flock(fd, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0)
			return errno == EWOULDBLOCK ? FOLDER_BUSY : err_set_errno(err, errno, "holding %s", path);
		if (fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_dev == named.st_dev &&
		    held.st_ino == named.st_ino) {
			*ret_fd = fd;
			fd = -1;
			return 0;
		}
	}
	return FOLDER_BUSY;
}
