#include "base/file.h"

#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES 65536
#define WALK_DEPTH 64

void fd_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* One byte beyond the maximum is asked for, to tell a file that ends there from one that goes on. */
static int read_all(int fd, const char *path, size_t max_bytes, struct buf *out, struct err *err)
{
	for (;;) {
		size_t room = max_bytes + 1 - out->len;
		size_t want = room < READ_BYTES ? room : READ_BYTES;
		if (!buf_reserve(out, want))
			return err_set(err, ERR_LIMIT, "%s: larger than the %zu bytes allowed here", path, max_bytes);
		ssize_t got = read(fd, out->ptr + out->len, want);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set_errno(err, errno, "%s: cannot be read", path);
		if (got == 0)
			return 0;
		out->len += (size_t)got;
		if (out->len > max_bytes)
			return err_set(err, ERR_LIMIT, "%s: larger than the %zu bytes allowed here", path, max_bytes);
	}
}

int file_read(const char *path, size_t max_bytes, struct arena *arena, struct str *ret_content, struct err *err)
{
	FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return FILE_MISSING;
	if (fd < 0)
		return err_set_errno(err, errno, "%s: cannot be opened", path);
	if (max_bytes > SIZE_MAX / 2)
		max_bytes = SIZE_MAX / 2;
	BUF_SCOPED content = BUF_INIT(max_bytes + 1);
	int rc = read_all(fd, path, max_bytes, &content, err);
	if (rc == 0)
		*ret_content = buf_copy(&content, arena);
	return rc;
}

static int write_all(int fd, struct str content)
{
	while (content.len) {
		ssize_t written = write(fd, content.ptr, content.len);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		content = str_skip(content, (size_t)written);
	}
	return 0;
}

static int sync_folder_of(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	ARENA_SCOPED arena = arena_create(4096);
	const char *folder = !slash ? "." : len == 0 ? "/" : arena_cstr(arena, str_of(path, len));
	FD_SCOPED fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		return err_set_errno(err, errno, "%s: the folder cannot be written to disk", folder);
	return 0;
}

int file_write(const char *path, struct str content, unsigned mode, struct err *err)
{
	ARENA_SCOPED arena = arena_create(4096);
	struct str pattern = arena_printf(arena, "%s.new-XXXXXX", path);
	char *beside = arena_array(arena, char, pattern.len + 1);
	memcpy(beside, pattern.ptr, pattern.len);
	FD_SCOPED fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(err, errno, "%s: cannot be written", path);
	if (write_all(fd, content) != 0 || fchmod(fd, (mode_t)mode) != 0 || fsync(fd) != 0 ||
	    rename(beside, path) != 0) {
		int saved = errno;
		unlink(beside);
		return err_set_errno(err, saved, "%s: cannot be written", path);
	}
	return sync_folder_of(path, err);
}

int file_make_dirs(const char *path, unsigned mode, struct err *err)
{
	ARENA_SCOPED arena = arena_create(4096);
	struct str whole = str_from(path);
	for (size_t end = 1; end <= whole.len; end++) {
		if (end < whole.len && path[end] != '/')
			continue;
		const char *part = arena_cstr(arena, str_sub(whole, 0, end));
		struct stat found;
		if (mkdir(part, (mode_t)mode) == 0)
			continue;
		int saved = errno;
		if (stat(part, &found) != 0)
			return err_set_errno(err, saved, "%s: the folder cannot be made", part);
		if (!S_ISDIR(found.st_mode))
			return err_set(err, ERR_SYSTEM, "%s: is in the way: a folder is needed here", part);
	}
	return 0;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

struct walk {
	int (*each)(void *context, const char *relative_path, struct err *err);
	void *context;
	const char *root;
	struct arena *arena;
};

static void dir_closep(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int list_names(struct walk *walk, const char *folder, struct str_vec *ret_names, struct err *err)
{
	__attribute__((cleanup(dir_closep))) DIR *dir = opendir(folder);
	if (!dir)
		return err_set_errno(err, errno, "%s: the folder cannot be read", folder);
	const struct dirent *entry;
	while (errno = 0, (entry = readdir(dir)) != NULL) {
		struct str name = str_from(entry->d_name);
		if (!str_eq(name, STR(".")) && !str_eq(name, STR("..")))
			*vec_add(ret_names, walk->arena) = arena_str(walk->arena, name);
	}
	if (errno)
		return err_set_errno(err, errno, "%s: the folder cannot be read", folder);
	if (ret_names->len)
		qsort(ret_names->at, ret_names->len, sizeof *ret_names->at, by_name);
	return 0;
}

static int walk_folder(struct walk *walk, const char *relative, unsigned depth, struct err *err);

static int walk_entry(struct walk *walk, const char *relative, unsigned depth, struct err *err)
{
	struct stat found;
	const char *path = arena_printf(walk->arena, "%s/%s", walk->root, relative).ptr;
	if (lstat(path, &found) != 0)
		return errno == ENOENT ? 0 : err_set_errno(err, errno, "%s: cannot be looked at", path);
	if (S_ISDIR(found.st_mode))
		return walk_folder(walk, relative, depth + 1, err);
	return S_ISREG(found.st_mode) ? walk->each(walk->context, relative, err) : 0;
}

static int walk_folder(struct walk *walk, const char *relative, unsigned depth, struct err *err)
{
	struct arena_mark mark = arena_mark(walk->arena);
	struct str_vec names = {0};
	const char *folder = relative[0] ? arena_printf(walk->arena, "%s/%s", walk->root, relative).ptr : walk->root;
	if (depth > WALK_DEPTH)
		return err_set(err, ERR_LIMIT, "%s: folders inside each other more than %d deep", folder, WALK_DEPTH);
	int rc = list_names(walk, folder, &names, err);
	for (size_t i = 0; rc == 0 && i < names.len; i++) {
		const char *name = names.at[i].ptr;
		const char *below = relative[0] ? arena_printf(walk->arena, "%s/%s", relative, name).ptr : name;
		rc = walk_entry(walk, below, depth, err);
	}
	arena_release(walk->arena, mark);
	return rc;
}

int file_walk(const char *dir, int (*each)(void *context, const char *relative_path, struct err *err), void *context,
	      struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct walk walk = {.each = each, .context = context, .root = dir, .arena = arena};
	return walk_folder(&walk, "", 0, err);
}
