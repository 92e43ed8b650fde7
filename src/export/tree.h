/* tree: the folder that an export writes into.
 *
 * Nothing outside it is ever opened for writing: each part of a name is opened by itself, links are not followed. A
 * file appears whole, by a rename from OUT/.crier/tmp. One export at a time holds it.
 *
 * A tree is opened once; each thread writes through a walker of its own, which keeps open the folders it was in last.
 */
#ifndef CRIER_EXPORT_TREE_H
#define CRIER_EXPORT_TREE_H

#include "base/err.h"
#include "base/str.h"

struct tree;
struct walker;

/* Makes the folder where it is missing, holds it, removes what a killed run left half written. ERR_INPUT where another
 * export holds it. */
int tree_open(const char *path, struct tree **ret_tree, struct err *err);
void tree_close(struct tree *tree);            /* NULL is fine */
int tree_private_fd(const struct tree *tree);  /* of OUT/.crier; stays the tree's */
bool tree_folds_case(const struct tree *tree); /* "A" and "a" are one file there */

struct walker *walker_create(const struct tree *tree, unsigned number); /* another number for each */
void walker_destroy(struct walker *walker);                             /* NULL is fine */

struct tree_file {
	int64_t bytes, changed_ns;
};

/* TREE_MISSING: there is no such regular file. */
#define TREE_MISSING 1
int walker_look(struct walker *walker, struct str name, struct tree_file *ret_file, struct err *err);

/* What is written: text, or, fd >= 0, so many bytes of a file from offset on. */
struct tree_content {
	struct str text;
	int fd;
	int64_t offset, bytes;
};

/* ours: what stands there may be replaced. TREE_IN_THE_WAY: something that is not ours does. changed_ns: the time to
 * set; 0: now. Folders above are made. */
#define TREE_IN_THE_WAY 2
int walker_write(struct walker *walker, struct str name, const struct tree_content *content, bool ours,
		 int64_t changed_ns, struct tree_file *ret_file, struct err *err);

/* A file of ours, and the folders above it that it leaves empty. One that is missing is fine. */
int walker_remove(struct walker *walker, struct str name, struct err *err);

#endif
