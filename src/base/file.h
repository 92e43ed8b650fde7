/* file: whole files and descriptors, with errors that name the path. */
#ifndef CRIER_BASE_FILE_H
#define CRIER_BASE_FILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define FILE_MISSING 1

/* FILE_MISSING, or ERR_SYSTEM, or ERR_LIMIT past max_bytes. */
int file_read(const char *path, size_t max_bytes, struct arena *arena, struct str *ret_content, struct err *err);

/* Writes beside the place, fsyncs, renames over it, fsyncs the folder: after a crash the old or the
 * new content stands there, never a part. */
int file_write(const char *path, struct str content, unsigned mode, struct err *err);

int file_make_dirs(const char *path, unsigned mode, struct err *err); /* like mkdir -p */
bool file_exists(const char *path);

/* Calls each for every regular file under dir (names sorted, folders followed, links not), with the
 * path relative to dir. Stops at the first non-zero answer and returns it. */
int file_walk(const char *dir, int (*each)(void *context, const char *relative_path, struct err *err), void *context,
	      struct err *err);

void fd_closep(int *fd); /* closes what is >= 0 */
#define FD_SCOPED __attribute__((cleanup(fd_closep))) int

#endif
