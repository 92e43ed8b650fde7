/* blob: files by the hash of their content, in a folder: ab/cd/abcd….
 *
 * What was put is durable when the call returns, and never changes. The same content is stored once.
 * A crash leaves either the whole file or none (and at most a name below tmp/, which blob_open removes
 * when it is more than a day old). Any thread may use a store.
 *
 * Never: a file whose content is not what its name says; blob_verify reads one again and tells.
 */
#ifndef CRIER_BLOB_BLOB_H
#define CRIER_BLOB_BLOB_H

#include "base/arena.h"
#include "base/err.h"

#define BLOB_MISSING 1
#define BLOB_DAMAGED 2

/* SHA-256, as 64 hexadecimal digits and a zero. */
struct blob_id {
	char hex[65];
};

struct blob_store;

int blob_open(const char *folder, struct blob_store **ret_store, struct err *err); /* makes it where missing */
void blob_close(struct blob_store *store);

int blob_put(struct blob_store *store, struct str content, struct blob_id *ret_id, struct err *err);

/* Reads fd from where it stands to its end; ERR_LIMIT past max_bytes. */
int blob_put_fd(struct blob_store *store, int fd, int64_t max_bytes, struct blob_id *ret_id, int64_t *ret_bytes,
		struct err *err);

/* An open descriptor for reading, the caller's. BLOB_MISSING. */
int blob_read(const struct blob_store *store, const struct blob_id *id, int *ret_fd, int64_t *ret_bytes,
	      struct err *err);
bool blob_exists(const struct blob_store *store, const struct blob_id *id);
struct str blob_path(const struct blob_store *store, const struct blob_id *id, struct arena *arena);
int blob_remove(struct blob_store *store, const struct blob_id *id, struct err *err);       /* BLOB_MISSING */
int blob_verify(const struct blob_store *store, const struct blob_id *id, struct err *err); /* MISSING, DAMAGED */

/* False where text is not 64 lower-case hexadecimal digits. */
bool blob_id_parse(struct str text, struct blob_id *ret_id);

#endif
