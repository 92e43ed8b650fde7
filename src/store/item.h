/* item: writing items and their entries (one entry: one item in one language, a row of item_language).
 *
 * Writers: the importer (inside store_write_chunk), the desk, generators and tests (inside store_write).
 * struct item_content says everything of one entry at once. Texts are stored as given: body is what the markup
 * serialiser wrote, the rest is plain text. Paths begin with '/'.
 *
 * Never: a change to a revision that exists; a release past the gate without a recorded waiver; an entry
 * of a batch that is public before the batch has flipped; a public address that ends without a redirect.
 */
#ifndef CRIER_STORE_ITEM_H
#define CRIER_STORE_ITEM_H

#include "store/store.h"

enum item_type { ITEM_NEWS, ITEM_PAGE };
enum item_state { ITEM_UNRELEASED, ITEM_RELEASED, ITEM_WITHDRAWN, ITEM_SPIKED };
enum item_access { ITEM_PUBLIC, ITEM_PASSWORD, ITEM_PRIVATE };
enum item_precision { ITEM_PRECISION_NONE, ITEM_PRECISION_DAY, ITEM_PRECISION_MONTH, ITEM_PRECISION_YEAR };
enum item_role { ITEM_AUTHOR, ITEM_PHOTOGRAPHER, ITEM_SPOKESPERSON };
enum item_relation { ITEM_UPDATES, ITEM_REPLACES, ITEM_REPORT_OF, ITEM_SEE_ALSO };
enum media_role { MEDIA_FEATURED, MEDIA_BODY, MEDIA_GALLERY, MEDIA_DOCUMENT };
enum withdraw_kind { WITHDRAW_KILL, WITHDRAW_TAKEDOWN };

#define ITEM_PINNED_FOREVER INT64_MAX

struct item_contributor {
	int64_t contributor_id;
	enum item_role role;
};
struct item_media {
	int64_t media_id;
	enum media_role role;
};
VEC_TYPE(item_contributor_vec, struct item_contributor);
VEC_TYPE(item_media_vec, struct item_media);

struct item_revision_content {
	struct str title; /* may be empty: some imported posts have none */
	struct str subtitle;
	struct str excerpt;
	bool has_excerpt; /* false: cut from the body when shown */
	struct str body;  /* canonical HTML */
	struct str dateline;
	struct str author;              /* for the record */
	struct str sha256;              /* 32 bytes, by the caller */
	const struct item_media *media; /* in order; positions count within each role */
	size_t media_count;
};

struct item_content {
	/* of the item */
	enum item_type type;
	struct str reference;   /* empty: none */
	int64_t kind_id;        /* 0: none */
	int64_t pinned_until_s; /* 0: not pinned */
	int64_t breaking_until_s;
	int64_t event_s;
	enum item_precision event_precision;
	/* of the entry */
	struct str language;
	struct str guid; /* empty: a urn:uuid: is made */
	struct str slug;
	struct str path;       /* whole: "/2018/06/slug/" */
	enum item_state state; /* unreleased or released */
	enum item_access access;
	int64_t date_s;
	int64_t modified_s;         /* 0: date_s */
	int64_t release_at_s;       /* 0: at once */
	int64_t embargo_until_s;    /* 0: none */
	int64_t expires_at_s;       /* 0: never */
	struct str source_language; /* translated from; empty: not a translation or not known */
	/* filed under, in order; doubles are dropped */
	const int64_t *term_ids;
	size_t term_count;
	const int64_t *place_ids;
	size_t place_count;
	const struct item_contributor *contributors;
	size_t contributor_count;
	struct item_revision_content revision;
};

struct item_ids {
	int64_t item_id;
	int64_t entry_id;
	int64_t revision_id;
};

/* A new item with its first entry. In a chunk it belongs to the batch, and a released state is recorded with the waiver
 * import_released. Outside, a released state passes the gate as item_release does. STORE_TAKEN: guid, path or
 * reference is used; err says which. */
int item_create(struct store_tx *tx, const struct item_content *content, struct item_ids *ret_ids, struct err *err);

/* A translation: one more entry of an item. The item's own fields are left as they are, but a missing kind,
 * reference number or end of being breaking news is filled (in a chunk, only while all of the item is in the batch).
 * STORE_TAKEN also when the item has this language already. */
int item_add_language(struct store_tx *tx, int64_t item_id, const struct item_content *content,
		      struct item_ids *ret_ids, struct err *err);

/* Joins two items that turn out to be translations of each other: entries of other_id move to item_id.
 * STORE_NOT_FOUND; STORE_TAKEN when both have one language; nothing changes then. In a chunk, only entries of its
 * batch move: otherwise STORE_REFUSED. */
int item_merge(struct store_tx *tx, int64_t item_id, int64_t other_id, struct err *err);

/* In a chunk: what an updated export says of an entry that exists. An entry of the same batch is overwritten at once (a
 * new revision only if the text's sha256 differs); one that is public or older is staged, and changes when the batch
 * flips. The guid stays; the kind goes only where the batch stages all languages of the item without one.
 * *ret_revision_id: the newest revision afterwards. */
int item_update_import(struct store_tx *tx, int64_t entry_id, const struct item_content *content,
		       int64_t *ret_revision_id, struct err *err);

/* A new revision in state draft; what is released stays released. */
int item_revise(struct store_tx *tx, int64_t entry_id, const struct item_revision_content *content,
		int64_t *ret_revision_id, struct err *err);

/* The gate of release: why this revision may not go out. Bits, 0 when it may. */
enum item_lack {
	ITEM_LACKS_TITLE = 1 << 0,
	ITEM_LACKS_CREDIT = 1 << 1,    /* of a picture it uses */
	ITEM_LACKS_ALT = 1 << 2,       /* of a picture that is not decorative */
	ITEM_LACKS_PICTURE = 1 << 3,   /* its kind needs one */
	ITEM_LACKS_REFERENCE = 1 << 4, /* its kind needs one */
};
struct item_release {
	int64_t revision_id;     /* 0: the newest */
	int64_t release_at_s;    /* 0: at once */
	int64_t embargo_until_s; /* 0: none */
	int64_t expires_at_s;    /* 0: never */
	bool keep_date;          /* the public date stays; otherwise it becomes the time of release at the first one */
};
/* STORE_REFUSED with every reason in err's text and in *ret_lacks (written then too), or with no lack when it waits for
 * the flip of an import. STORE_NOT_FOUND. */
int item_release(struct store_tx *tx, int64_t entry_id, const struct item_release *release, unsigned *ret_lacks,
		 struct err *err);
int item_lacks(struct store *store, int64_t entry_id, int64_t revision_id, unsigned *ret_lacks, struct err *err);

int item_unrelease(struct store_tx *tx, int64_t entry_id,
		   struct err *err); /* back to work: gone from the public, no note */

/* language empty: every entry of the item. The note is what the public reads instead (410). */
int item_withdraw(struct store_tx *tx, int64_t item_id, struct str language, enum withdraw_kind kind, struct str note,
		  struct err *err);

/* A new slug and path; where the old path was ever released it leaves a redirect. STORE_TAKEN. */
int item_rename(struct store_tx *tx, int64_t entry_id, struct str slug, struct str path, struct err *err);

/* Replace what the entry is filed under. STORE_NOT_FOUND: no such entry, or item below. */
int item_set_terms(struct store_tx *tx, int64_t entry_id, const int64_t *ids, size_t count, struct err *err);
int item_set_places(struct store_tx *tx, int64_t entry_id, const int64_t *ids, size_t count, struct err *err);
int item_set_contributors(struct store_tx *tx, int64_t entry_id, const struct item_contributor *list, size_t count,
			  struct err *err);
int item_set_kind(struct store_tx *tx, int64_t item_id, int64_t kind_id, struct err *err);     /* 0: none */
int item_set_pinned(struct store_tx *tx, int64_t item_id, int64_t until_s, struct err *err);   /* 0: not */
int item_set_breaking(struct store_tx *tx, int64_t item_id, int64_t until_s, struct err *err); /* 0: not */
int item_relate(struct store_tx *tx, int64_t item_id, int64_t other_id, enum item_relation relation, int position,
		struct err *err);
int item_correct(struct store_tx *tx, int64_t entry_id, struct str kind, struct str text, int64_t from_revision_id,
		 int64_t to_revision_id, struct err *err); /* kind: correction, clarification, update */

/* STORE_NOT_FOUND, or the entry's ids by its address or guid. */
int item_find_path(struct store *store, struct str path, struct item_ids *ret_ids, struct err *err);
int item_find_guid(struct store *store, struct str guid, struct item_ids *ret_ids, struct err *err);

/* Whether an entry, redirect or tombstone other than entry_id has this path. */
int item_path_taken(struct store *store, struct str path, int64_t entry_id, bool *ret_taken, struct err *err);

#endif
