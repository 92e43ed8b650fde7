/* import: what came from where, how far an import is, and where it met changes made here.
 *
 * An import commits chunks; the last statement of the importer in each is import_progress_put, so progress and
 * content agree whatever happens. Bulk: read the whole map once with import_map_page, or ask one by one.
 */
#ifndef CRIER_STORE_IMPORT_H
#define CRIER_STORE_IMPORT_H

#include "store/store.h"

enum import_target {
	IMPORT_TARGET_ENTRY,
	IMPORT_TARGET_TERM,
	IMPORT_TARGET_PLACE,
	IMPORT_TARGET_KIND,
	IMPORT_TARGET_CONTRIBUTOR,
	IMPORT_TARGET_MEDIA,
	IMPORT_TARGET_MENU_ITEM,
};

struct import_mapping {
	struct str object; /* "post", "term", "author", "attachment" …, the importer's words */
	struct str old_id;
	struct str old_url; /* empty: none */
	struct str hash;    /* of everything taken, any length */
	enum import_target target;
	int64_t target_id;
	int64_t revision_id; /* entries: what it became; 0 for others */
	int64_t batch_id;    /* that last wrote it; filled by reading, from the chunk when writing */
};
VEC_TYPE(import_mapping_vec, struct import_mapping);

/* By kind ("wordpress") and key (the old site's address); made when new. */
int import_source_put(struct store_tx *tx, struct str kind, struct str key, int64_t *ret_source_id, struct err *err);

int import_map_put(struct store_tx *tx, int64_t source_id, const struct import_mapping *mapping, struct err *err);

/* STORE_NOT_FOUND. */
int import_map_get(struct store *store, int64_t source_id, struct str object, struct str old_id, struct arena *arena,
		   struct import_mapping *ret_mapping, struct err *err);
int import_map_get_url(struct store *store, int64_t source_id, struct str old_url, struct arena *arena,
		       struct import_mapping *ret_mapping, struct err *err);

/* After (object, old_id), both empty at first; fewer than limit: the end. */
int import_map_page(struct store *store, int64_t source_id, struct str after_object, struct str after_old_id, int limit,
		    struct arena *arena, struct import_mapping_vec *ret_mappings, struct err *err);

/* The newest revision of the entry that a mapping names, and its item: other than mapping.revision_id, somebody
 * has worked on it here and an import leaves it alone. STORE_NOT_FOUND. */
int import_newest(struct store *store, int64_t entry_id, int64_t *ret_item_id, int64_t *ret_revision_id,
		  struct err *err);

struct import_progress {
	struct str set_hash; /* of the files and the mapping */
	int64_t source_id;
	int64_t batch_id;
	struct str phase;
	int file;
	int64_t byte_offset; /* all before is in the store */
	int64_t chunk;
	int64_t at_s;      /* filled by the store */
	struct str counts; /* the report so far, as the importer writes it */
};
int import_progress_put(struct store_tx *tx, const struct import_progress *progress, struct err *err);
/* STORE_NOT_FOUND: start anew. */
int import_progress_get(struct store *store, struct str set_hash, struct arena *arena,
			struct import_progress *ret_progress, struct err *err);
/* And that of every other set of its source: what they left undone this one has done. */
int import_progress_forget(struct store_tx *tx, struct str set_hash, struct err *err);

struct import_conflict {
	struct str object;
	struct str old_id;
	int64_t entry_id;
	int64_t newest_revision_id;
	struct str title; /* filled by reading */
	struct str path;  /* filled by reading */
};
VEC_TYPE(import_conflict_vec, struct import_conflict);
int import_conflict_put(struct store_tx *tx, int64_t source_id, const struct import_conflict *conflict,
			struct err *err); /* of the chunk's batch; twice is once */
int import_conflict_list(struct store *store, int64_t batch_id, struct arena *arena,
			 struct import_conflict_vec *ret_conflicts, struct err *err);

#endif
