/* backup: a copy of a newsroom in a folder of its own, made while it serves, and taken back.
 *
 *     BACKUP/MANIFEST     "crier-backup 1", then a line a file: SHA-256, bytes, path; in this order
 *     BACKUP/store.db     one moment of the store (SQLite's online backup)
 *     BACKUP/crier.conf   BACKUP/theme/…   BACKUP/blobs/…
 *
 * The store is copied first and the files after it: a file is stored before a row names it, so what the copy names
 * is there. The folder gets its name when all is written and synced; before that it ends in ".partial".
 * public.db is not in it: it can be made anew from the store.
 *
 * Restoring checks every hash and the database before anything is touched, builds the whole newsroom beside the
 * old one and exchanges the two folders in one step (renameat2): after a crash at any instant either stands there whole.
 */
#ifndef CRIER_MAIN_BACKUP_H
#define CRIER_MAIN_BACKUP_H

#include "main/newsroom.h"
#include "main/progress.h"

#define BACKUP_MANIFEST "MANIFEST"

struct backup_result {
	int64_t files, bytes;
};

/* to: must not exist. ERR_INPUT for a store that is not SQLite. */
int backup_make(const struct newsroom *newsroom, const char *to, struct progress *progress, struct backup_result *ret_result,
		struct err *err);

/* Reads a backup whole. BACKUP_DAMAGED with what is wrong in err. */
#define BACKUP_DAMAGED 1
int backup_verify(const char *from, struct arena *arena, struct backup_result *ret_result, struct err *err);

/* dir may hold a newsroom (its folder is kept as *ret_kept) or not exist. BACKUP_DAMAGED; NEWSROOM_BUSY + 1 (BACKUP_BUSY)
 * while a server runs there. */
#define BACKUP_BUSY 2
int backup_restore(const char *from, const char *dir, struct arena *arena, const char **ret_kept, struct err *err);

/* When the newest whole backup in DIR/backups was made; FILE_MISSING where there is none. */
int backup_newest(const struct newsroom *newsroom, int64_t *ret_time_s, struct err *err);

#endif
