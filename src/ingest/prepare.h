/* prepare: one item as the export has it becomes what the store takes.
 *
 * The workers of an import call it, several at once; each has a struct preparer of its own. Everything that costs time
 * happens here: markup, shortcodes, links, dates, excerpt, slug, credits, the hash that tells whether anything
 * changed. What it returns lies in the arena given with the item; ids of terms, places, kinds and people are
 * the store's already, media are named by guid and get their ids when they are written.
 */
#ifndef CRIER_INGEST_PREPARE_H
#define CRIER_INGEST_PREPARE_H

#include "ingest/wpset.h"
#include "ingest/wptext.h"
#include "store/item.h"
#include "store/media.h"
#include "text/markup.h"

struct prepared_media {
	const struct wp_post *attachment; /* NULL: a picture that is no attachment of the export */
	struct str guid, address, alt;
	bool has_alt;
	enum media_role role;
};
VEC_TYPE(prepared_media_vec, struct prepared_media);

struct prepared {
	struct wp_post *post;
	int64_t bytes;      /* of the item's texts, for bounds */
	struct str title;   /* for the report */
	struct str old_url; /* the address the export gave */
	struct str guid;
	unsigned char hash[WPSET_HASH_BYTES];
	struct item_content content; /* items and pages; revision.media is set when written */
	struct prepared_media_vec media;
	struct str_vec old_paths;  /* to redirect from */
	struct media media_record; /* attachments */
	struct str_vec problems;   /* for notes */
	struct tally_vec tallies;
	struct markup_report *markup;
};

struct preparer;
struct preparer *preparer_create(const struct wpset *set);
void preparer_destroy(struct preparer *preparer);

void prepare_item(struct preparer *preparer, const struct wxr_item *item, struct wp_post *post, struct arena *arena,
		  struct prepared *ret_prepared);

/* The guid of a picture: the same for the same set and id or address, on every run; of a translation its original's. */
struct str prepare_media_guid(const struct wpset *set, const struct wp_post *attachment, struct str address,
			      struct arena *arena);

/* Where an address of the old site is found here. False for what is none of the old site's. */
bool prepare_address(const struct wpset *set, struct str address, struct arena *arena, struct str *ret_address);

/* What the address of a file says of it: its type, and the name that its new address will have ("harbour"). */
void prepare_media_names(struct str address, struct arena *arena, struct media *media);

#endif
