/* backup: a copy of a newsroom in a folder of its own, made while it serves, and taken back.
 *
 *     BACKUP/MANIFEST     "crier-backup 1", then a line a file: SHA-256, bytes, path; in this order
 *     BACKUP/store.db     one moment of the store (SQLite's online backup)
 *     BACKUP/crier.conf   BACKUP/theme/…   BACKUP/imports/…   BACKUP/blobs/…
 *
 * The store is copied first and the files after it: a file is stored before a row names it, so what the copy names
 * is there. Files and folders are synced, then the folder gets its name; before that it ends in ".partial" and is held
 * (folder_lock) by who writes it. What fails takes its folder away; what was killed leaves one that the next backup
 * takes away. public.db is not in it: it can be made anew from the store.
 *
 * Restoring builds the whole newsroom beside the old one (DIR.restoring), comparing every hash on the way and checking
 * the database in the end, and exchanges the two folders in one step (renameat2): after a crash at any instant
 * either stands there whole. What stood there before is kept as DIR.before-TIME and never removed. crier.conf comes
 * last, so that a DIR.restoring without it is known to hold nothing of worth.
 *
 * Cost: everything is read and written once, with one fsync a file and a folder.
 */
#ifndef CRIER_MAIN_BACKUP_H
#define CRIER_MAIN_BACKUP_H

#include "main/newsroom.h"
#include "main/progress.h"
#include "main/tally.h"

#define BACKUP_MANIFEST "MANIFEST"

struct backup_result {
	int64_t files, bytes;
	struct tally_result tally; /* backup_make: files that the store names and that are not there to be copied */
};

/* to: must not exist; the folders above it are made. ERR_INPUT for a store that is not SQLite or not in the newsroom.
 */
int backup_make(const struct newsroom *newsroom, const char *to, struct progress *progress,
		struct backup_result *ret_result, struct err *err);

/* Reads a backup whole. BACKUP_DAMAGED with what is wrong in err. */
#define BACKUP_DAMAGED 1
int backup_verify(const char *from, struct arena *arena, struct progress *progress, struct backup_result *ret_result,
		  struct err *err);

/* dir may hold a newsroom, be empty or not exist; ERR_INPUT for a folder with other things in it. BACKUP_DAMAGED;
 * BACKUP_BUSY while a server, an import or a backup works there. Whatever but 0 is answered: dir is as it was. */
#define BACKUP_BUSY 2
struct backup_restored {
	const char *kept;  /* where the old newsroom is; NULL: there was none */
	bool backups_left; /* its backups could not be moved into the new one and are there too */
};
int backup_restore(const char *from, const char *dir, struct arena *arena, struct progress *progress,
		   struct backup_restored *ret_restored, struct err *err);

/* When the newest whole backup in DIR/backups was made; FILE_MISSING where there is none. */
int backup_newest(const struct newsroom *newsroom, int64_t *ret_time_s, struct err *err);

#endif
