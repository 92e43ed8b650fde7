/* backup_inside: what making a backup (backup.c) and reading one (restore.c) share. Not for others. */
#ifndef CRIER_MAIN_BACKUP_INSIDE_H
#define CRIER_MAIN_BACKUP_INSIDE_H

#include "crypt/hash.h"
#include "main/backup.h"

#define BACKUP_HEAD_LINE      "crier-backup 1\n"
#define BACKUP_MANIFEST_BYTES (256u << 20)
#define BACKUP_PARTIAL        ".partial"

const char *path_join(struct arena *arena, const char *folder, const char *name);

/* Whether path is folder or lies in it, links followed. False where one of them is not there. */
bool path_within(const char *path, const char *folder);

/* Reads a file to its end; to: where a synced copy goes (it must not be there yet, its folder must), or NULL. */
int copy_hashed(const char *from, const char *to, struct arena *arena, struct sha256 *ret_hash, int64_t *ret_bytes,
		struct err *err);

/* One line of a manifest: a path without "..", ".", empty pieces or control characters, relative to the backup. */
struct manifest_line {
	struct str hex, name;
	int64_t bytes;
};
bool manifest_name_good(struct str name);

/* Calls each for the lines, in their order, until one does not answer 0. BACKUP_DAMAGED, with file and line in err. */
int manifest_each(const char *from, struct arena *arena,
		  int (*each)(void *context, const struct manifest_line *line, struct err *err), void *context,
		  struct err *err);

#endif
