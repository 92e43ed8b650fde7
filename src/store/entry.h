/* entry: reading entries with everything a projection needs, one or page by page.
 *
 * For publish/ alone. Entries of every state come, with what decides their visibility: the rule is
 * visible() in publish/, not here. Cost: a fixed number of statements for a page, whatever its size.
 */
#ifndef CRIER_STORE_ENTRY_H
#define CRIER_STORE_ENTRY_H

#include "store/item.h"
#include "store/media.h"

struct entry_media {
	enum media_role role;
	int position;
	int64_t media_id; /* its record: entry_page.media */
};
VEC_TYPE(entry_media_vec, struct entry_media);

struct entry_related {
	int64_t item_id;
	enum item_relation relation;
	bool inverse; /* the other item named this one */
};
VEC_TYPE(entry_related_vec, struct entry_related);

struct entry_translation {
	int64_t entry_id;
	struct str language;
	struct str path;
};
VEC_TYPE(entry_translation_vec, struct entry_translation);

struct entry_correction {
	int seq;
	struct str kind;
	struct str text;
	int64_t at_s;
};
VEC_TYPE(entry_correction_vec, struct entry_correction);

/* Whose lists an entry stands in. */
struct entry_lists {
	int64_t kind_id; /* 0: none */
	struct id_vec terms;
	struct id_vec places;
	struct item_contributor_vec contributors;
};

struct entry {
	int64_t id;
	int64_t item_id;
	struct str language;
	struct str guid; /* of the entry, for feeds */
	enum item_type type;
	struct str reference; /* empty: none */
	int64_t kind_id;      /* 0: none */
	struct str slug;
	struct str path;
	enum item_state state;
	enum item_access access;
	int64_t date_s;
	int64_t modified_s;
	int64_t release_at_s; /* 0: none, here and below */
	int64_t embargo_until_s;
	int64_t expires_at_s;
	int64_t first_published_s;
	int64_t last_published_s;
	int64_t withdrawn_s;
	enum withdraw_kind withdrawn_kind;
	struct str withdrawn_note;
	int64_t pinned_until_s;
	int64_t breaking_until_s;
	int64_t event_s;
	enum item_precision event_precision;
	int64_t batch_id;        /* 0: not of an import */
	int64_t batch_flipped_s; /* 0 while batch_id's batch has not flipped: then it is not public */
	bool waived;             /* released under import_released: pictures without credit stay hidden */
	bool in_feeds;           /* by its kind; true without one */

	int64_t revision_id; /* the released one; 0: none, and the texts below are empty */
	struct str title;
	struct str subtitle;
	struct str excerpt;
	bool has_excerpt;
	struct str body;
	struct str dateline;

	struct id_vec terms;
	struct id_vec places;
	struct item_contributor_vec contributors;
	struct entry_media_vec media; /* of the released revision; featured, body, gallery, document, each in order */
	struct entry_related_vec related;
	struct entry_translation_vec translations; /* the item's other entries */
	struct entry_correction_vec corrections;

	/* Where readers could last see it, terms and places with those above them: what is withdrawn stands, emptied,
	 * in the feeds of these lists, and not of what it is filed under since. Empty for what is not over. */
	struct entry_lists stood_in;
};
VEC_TYPE(entry_vec, struct entry);

struct entry_page {
	struct entry_vec entries; /* by id */
	struct media_vec media;   /* all that these entries use, by id, with texts and renditions */
	int64_t last_id;          /* give as after_id for the next page */
	bool more;
};

/* Entries with id > after_id; batch_id 0: of all, else those that this batch last changed. */
int entry_page(struct store *store, int64_t batch_id, int64_t after_id, int limit, struct arena *arena,
	       struct entry_page *ret_page, struct err *err);

/* One entry: a page of one, or STORE_NOT_FOUND. */
int entry_get(struct store *store, int64_t entry_id, struct arena *arena, struct entry_page *ret_page, struct err *err);

/* Which entries show this media in their released revision. */
int entry_ids_of_media(struct store *store, int64_t media_id, struct arena *arena, struct id_vec *ret_ids,
		       struct err *err);
/* The entries of one item. */
int entry_ids_of_item(struct store *store, int64_t item_id, struct arena *arena, struct id_vec *ret_ids,
		      struct err *err);

/* media of the page by id; NULL where it is not in the page. */
const struct media *entry_page_media(const struct entry_page *page, int64_t media_id);

#endif
