/* manifest: what an export wrote into its folder: OUT/.crier/manifest, read by the next one.
 *
 * A line for each file: hash of its content, then length and time of change of the plain form and of both compressed
 * ones (-1 for none), then the name. Names that are about to be written for the first time go into OUT/.crier/journal
 * before, so that a run that ends anywhere leaves nothing that the next one would take for somebody else's.
 *
 * Only what is public stands in here: hosts serve the folder. Any thread may claim; reading and writing is for one.
 */
#ifndef CRIER_EXPORT_MANIFEST_H
#define CRIER_EXPORT_MANIFEST_H

#include "base/err.h"
#include "web/page.h"

struct manifest;

struct record {
	struct str name;
	char hash[ETAG_BYTES]; /* empty: never written whole */
	struct record_form {
		int64_t bytes, changed_ns; /* bytes -1: there is none */
	} forms[CODING_COUNT];
	bool claimed; /* by this run; what is not is to be removed */
	bool is_new;  /* not ours before this run */
};

/* dir_fd: of OUT/.crier. settings: how forms are compressed; *ret_same tells whether they were so before.
 * ERR_DATA where the file cannot be read, with what to do. */
int manifest_load(int dir_fd, struct str settings, struct manifest **ret_manifest, bool *ret_same, struct err *err);
void manifest_destroy(struct manifest *manifest); /* NULL is fine */

/* Of the file as it was read or saved last; 0: there is none. */
uint64_t manifest_hash(const struct manifest *manifest);

/* A record that nobody need have claimed, whose name alone may be read; NULL where there is none. */
struct record *manifest_find(struct manifest *manifest, struct str name);

/* The record of a name, for the caller to fill; NULL where another address has it already. A new one is in the
 * journal when this returns. */
int manifest_claim(struct manifest *manifest, struct str name, struct record **ret_record, struct err *err);
/* Given back unread and unwritten: whoever asks next may have it. */
void manifest_give_back(struct manifest *manifest, struct record *record);
bool manifest_is_claimed(struct manifest *manifest, struct str name);

/* The index-th; NULL past the end. */
struct record *manifest_at(struct manifest *manifest, size_t index);
/* Nothing is to be removed: what was not claimed is kept. */
void manifest_keep_all(struct manifest *manifest);

int manifest_save(struct manifest *manifest, struct err *err); /* of what is claimed; then the journal goes */

#endif
