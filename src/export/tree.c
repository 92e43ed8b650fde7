#include "export/tree.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX   40 /* folders below each other: more than segments that a request may have */
#define PART_BYTES  256
#define FOLDER_MODE 0755
#define FILE_MODE   0644
#define SECOND_NS   1000000000

struct tree {
	int fd, private_fd, lock_fd, temporary_fd;
	bool folds_case;
};

struct walker {
	const struct tree *tree;
	char temporary[32];
	size_t depth;
	struct {
		char name[PART_BYTES];
		int fd;
	} at[DEPTH_MAX];
};

/* The folder -------------------------------------------------------------------------------------- */

static int open_folder(int above_fd, const char *name)
{
	return openat(above_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int make_folder(int above_fd, const char *name, int *ret_fd, struct err *err)
{
	if (mkdirat(above_fd, name, FOLDER_MODE) != 0 && errno != EEXIST)
		return err_set_errno(err, errno, "%s: the folder cannot be made", name);
	*ret_fd = open_folder(above_fd, name);
	return *ret_fd < 0 ? err_set_errno(err, errno, "%s", name) : 0;
}

static int hold(struct tree *tree, const char *path, struct err *err)
{
	tree->lock_fd = openat(tree->private_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (tree->lock_fd < 0)
		return err_set_errno(err, errno, "%s/.crier/lock", path);
	if (flock(tree->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return err_set_errno(err, errno, "%s/.crier/lock", path);
	return err_set(err, ERR_INPUT, "another export writes to %s; wait for its end", path);
}

/* Only after the lock was taken: what lies there now is of a run that is over. */
static int clear_temporary(const struct tree *tree, struct err *err)
{
	DIR *dir = fdopendir(fcntl(tree->temporary_fd, F_DUPFD_CLOEXEC, 0));
	struct dirent *entry;
	int rc = 0;

	if (!dir)
		return err_set_errno(err, errno, ".crier/tmp");
	while (rc == 0 && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(tree->temporary_fd, entry->d_name, 0) != 0 && errno != ENOENT)
			rc = err_set_errno(err, errno, ".crier/tmp/%s", entry->d_name);
	}
	closedir(dir);
	return rc;
}

static bool asks_case(const struct tree *tree)
{
	int fd = openat(tree->temporary_fd, "Case", O_WRONLY | O_CREAT | O_CLOEXEC, FILE_MODE);
	bool folds = fd >= 0 && faccessat(tree->temporary_fd, "case", F_OK, 0) == 0;

	fd_closep(&fd);
	(void)unlinkat(tree->temporary_fd, "Case", 0);
	return folds;
}

static int open_parts(struct tree *tree, const char *path, struct err *err)
{
	int rc = file_make_dirs(path, FOLDER_MODE, err);

	if (rc)
		return rc;
	tree->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* the folder itself may be named by a link */
	if (tree->fd < 0)
		return err_set_errno(err, errno, "%s", path);
	rc = make_folder(tree->fd, ".crier", &tree->private_fd, err);
	if (rc == 0)
		rc = hold(tree, path, err);
	if (rc == 0)
		rc = make_folder(tree->private_fd, "tmp", &tree->temporary_fd, err);
	if (rc == 0)
		rc = clear_temporary(tree, err);
	if (rc == 0)
		tree->folds_case = asks_case(tree);
	return rc;
}

int tree_open(const char *path, struct tree **ret_tree, struct err *err)
{
	struct tree *tree = calloc(1, sizeof *tree);
	int rc;

	if (!tree)
		err_die("out of memory: no room for a folder");
	*tree = (struct tree){-1, -1, -1, -1, false};
	rc = open_parts(tree, path, err);
	if (rc) {
		tree_close(tree);
		return rc;
	}
	*ret_tree = tree;
	return 0;
}

void tree_close(struct tree *tree)
{
	if (!tree)
		return;
	fd_closep(&tree->temporary_fd);
	fd_closep(&tree->lock_fd);
	fd_closep(&tree->private_fd);
	fd_closep(&tree->fd);
	free(tree);
}

int tree_private_fd(const struct tree *tree)
{
	return tree->private_fd;
}

bool tree_folds_case(const struct tree *tree)
{
	return tree->folds_case;
}

/* Walking ----------------------------------------------------------------------------------------- */

struct walker *walker_create(const struct tree *tree, unsigned number)
{
	struct walker *walker = calloc(1, sizeof *walker);

	if (!walker)
		err_die("out of memory: no room for a folder");
	walker->tree = tree;
	snprintf(walker->temporary, sizeof walker->temporary, "w%u", number);
	return walker;
}

static void climb(struct walker *walker, size_t depth)
{
	while (walker->depth > depth)
		fd_closep(&walker->at[--walker->depth].fd);
}

void walker_destroy(struct walker *walker)
{
	if (!walker)
		return;
	climb(walker, 0);
	free(walker);
}

static int top(const struct walker *walker)
{
	return walker->depth > 0 ? walker->at[walker->depth - 1].fd : walker->tree->fd;
}

/* 0, TREE_MISSING, TREE_IN_THE_WAY (something that is no folder). */
static int step_into(struct walker *walker, struct str part, bool make, struct err *err)
{
	char *name = walker->at[walker->depth].name;
	int above = top(walker), fd;

	memcpy(name, part.ptr, part.len);
	name[part.len] = 0;
	fd = open_folder(above, name);
	if (fd < 0 && errno == ENOENT && make) {
		if (mkdirat(above, name, FOLDER_MODE) != 0 && errno != EEXIST)
			return err_set_errno(err, errno, "%s: the folder cannot be made", name);
		fd = open_folder(above, name);
	}
	if (fd < 0 && errno == ENOENT)
		return TREE_MISSING;
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		return TREE_IN_THE_WAY;
	if (fd < 0)
		return err_set_errno(err, errno, "%s", name);
	walker->at[walker->depth++].fd = fd;
	return 0;
}

/* Goes into the folder of name, keeping what is open of its way; *ret_leaf is the last part. */
static int enter(struct walker *walker, struct str name, bool make, char ret_leaf[PART_BYTES], struct err *err)
{
	size_t slash = str_rfind_byte(name, '/'), depth = 0;
	struct str folder = slash == SIZE_MAX ? STR("") : str_sub(name, 0, slash), part;
	struct str leaf = slash == SIZE_MAX ? name : str_skip(name, slash + 1);
	int rc = 0;

	if (leaf.len == 0 || leaf.len >= PART_BYTES)
		return err_set(err, ERR_LIMIT, "%.*s: no file can have that name", STR_ARG(name));
	while (rc == 0 && str_next(&folder, '/', &part)) {
		if (depth == DEPTH_MAX || part.len >= PART_BYTES)
			return err_set(err, ERR_LIMIT, "%.*s: no file can have that name", STR_ARG(name));
		if (depth >= walker->depth || !str_eq(part, str_from(walker->at[depth].name))) {
			climb(walker, depth);
			rc = step_into(walker, part, make, err);
		}
		depth++;
	}
	if (rc)
		return rc;
	climb(walker, depth);
	memcpy(ret_leaf, leaf.ptr, leaf.len);
	ret_leaf[leaf.len] = 0;
	return 0;
}

static void fill_file(const struct stat *info, struct tree_file *file)
{
	*file = (struct tree_file){info->st_size, info->st_mtim.tv_sec * SECOND_NS + info->st_mtim.tv_nsec};
}

int walker_look(struct walker *walker, struct str name, struct tree_file *ret_file, struct err *err)
{
	char leaf[PART_BYTES];
	struct stat info;
	int rc = enter(walker, name, false, leaf, err);

	if (rc)
		return rc == TREE_IN_THE_WAY ? TREE_MISSING : rc;
	if (fstatat(top(walker), leaf, &info, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? TREE_MISSING : err_set_errno(err, errno, "%.*s", STR_ARG(name));
	if (!S_ISREG(info.st_mode))
		return TREE_MISSING;
	fill_file(&info, ret_file);
	return 0;
}

/* Writing ----------------------------------------------------------------------------------------- */

static int put_text(int fd, struct str text)
{
	while (text.len > 0) {
		ssize_t written = write(fd, text.ptr, text.len);

		if (written < 0 && errno != EINTR)
			return -1;
		text = str_skip(text, written > 0 ? (size_t)written : 0);
	}
	return 0;
}

static int put_file(int fd, const struct tree_content *content)
{
	off_t offset = content->offset;
	int64_t left = content->bytes;

	while (left > 0) {
		ssize_t sent = sendfile(fd, content->fd, &offset, left > (1 << 30) ? (1 << 30) : (size_t)left);

		if (sent < 0 && errno != EINTR)
			return -1;
		if (sent == 0) { /* the source is shorter than it was */
			errno = EIO;
			return -1;
		}
		left -= sent > 0 ? sent : 0;
	}
	return 0;
}

static int fill(int fd, const struct tree_content *content, int64_t changed_ns, struct tree_file *file)
{
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
					  {.tv_sec = changed_ns / SECOND_NS, .tv_nsec = changed_ns % SECOND_NS}};
	struct stat info;

	if ((content->fd >= 0 ? put_file(fd, content) : put_text(fd, content->text)) != 0)
		return -1;
	if (changed_ns != 0 && futimens(fd, times) != 0)
		return -1;
	if (fstat(fd, &info) != 0)
		return -1;
	fill_file(&info, file);
	return 0;
}

/* For file systems that do not know RENAME_NOREPLACE. */
static int place_new(const struct walker *walker, const char *leaf)
{
	struct stat info;

	if (renameat2(walker->tree->temporary_fd, walker->temporary, top(walker), leaf, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (fstatat(top(walker), leaf, &info, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return -1;
	}
	return renameat(walker->tree->temporary_fd, walker->temporary, top(walker), leaf);
}

static int place(const struct walker *walker, const char *leaf, bool ours)
{
	return ours ? renameat(walker->tree->temporary_fd, walker->temporary, top(walker), leaf)
		    : place_new(walker, leaf);
}

int walker_write(struct walker *walker, struct str name, const struct tree_content *content, bool ours,
		 int64_t changed_ns, struct tree_file *ret_file, struct err *err)
{
	char leaf[PART_BYTES];
	int rc = enter(walker, name, true, leaf, err), fd, failed, temporary = walker->tree->temporary_fd;

	if (rc)
		return rc;
	fd = openat(temporary, walker->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (fd < 0)
		return err_set_errno(err, errno, ".crier/tmp/%s", walker->temporary);
	failed = fill(fd, content, changed_ns, ret_file) ? errno : 0;
	if (close(fd) != 0 && !failed)
		failed = errno;
	if (!failed && place(walker, leaf, ours) != 0)
		failed = errno;
	if (!failed)
		return 0;
	(void)unlinkat(temporary, walker->temporary, 0);
	if (failed == EEXIST || failed == EISDIR)
		return TREE_IN_THE_WAY;
	return err_set_errno(err, failed, "%.*s", STR_ARG(name));
}

int walker_remove(struct walker *walker, struct str name, struct err *err)
{
	char leaf[PART_BYTES];
	int rc = enter(walker, name, false, leaf, err);

	if (rc)
		return rc > 0 ? 0 : rc;
	if (unlinkat(top(walker), leaf, 0) != 0 && errno != ENOENT && errno != EISDIR)
		return err_set_errno(err, errno, "%.*s", STR_ARG(name));
	while (walker->depth > 0) {
		char folder[PART_BYTES];

		memcpy(folder, walker->at[walker->depth - 1].name, PART_BYTES);
		climb(walker, walker->depth - 1);
		if (unlinkat(top(walker), folder, AT_REMOVEDIR) != 0)
			break;
	}
	return 0;
}
