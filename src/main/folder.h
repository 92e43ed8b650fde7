/* folder: whole folders on disk, for backup and restore: removed, made durable, given away, held.
 *
 * Links are never followed: what a link points to belongs to somebody else.
 */
#ifndef CRIER_MAIN_FOLDER_H
#define CRIER_MAIN_FOLDER_H

#include "base/arena.h"
#include "base/err.h"

#include <sys/types.h>

int folder_remove(const char *path, struct err *err); /* with all that is in it; one that is missing is fine */

/* The names in the folder survive a crash; _all: and those in every folder below. The content of files is not synced.
 */
int folder_sync(const char *path, struct err *err);
int folder_sync_all(const char *path, struct err *err);

int folder_give(const char *path, uid_t user, gid_t group, struct err *err); /* with all that is in it */

/* "a/b" → "a", "b" → ".", "/b" → "/" */
const char *folder_of(const char *path, struct arena *arena);
/* path without the slashes at its end; "/" stays. */
const char *folder_name(const char *path, struct arena *arena);

/* Makes the folders above path, durably. */
int folder_make_above(const char *path, struct arena *arena, struct err *err);

/* Holds the folder that path names, alone or with others who share it, until the descriptor is closed; it does not
 * wait. FOLDER_BUSY: somebody holds it in a way that does not go with this. It is the folder that path names when the
 * call returns, also where folders were exchanged meanwhile. */
#define FOLDER_BUSY 1
int folder_lock(const char *path, bool alone, int *ret_fd, struct err *err);

#endif
