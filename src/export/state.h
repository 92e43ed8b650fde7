/* state: what a run knew of its pages, for the next one, which renders only those that are out of date:
 * OUT/.crier/state.
 *
 * It holds what the pages were made of (site/parts.h: keys, hashes and tags of the parts), and of each page its
 * address, its tags, until when it holds by itself, and its links to what no list of addresses names (pictures,
 * documents, old addresses), which must stay though the page is not rendered. Only hashes and addresses that pages say
 * anyhow: hosts serve the folder.
 *
 * The file belongs to one manifest, whose hash it has, and ends the same run. Where it is missing, damaged, of another
 * version or of another manifest, nothing is known: everything is rendered. It is mapped while the new one is written
 * beside it, so memory is a few numbers for each page.
 *
 * Threads: compare comes before all that asks; finding, keeping and noting pages is for any thread.
 */
#ifndef CRIER_EXPORT_STATE_H
#define CRIER_EXPORT_STATE_H

#include "base/vec.h"
#include "site/parts.h"
#include "web/page.h"

struct state;

struct state *state_create(int dir_fd);  /* of OUT/.crier */
void state_destroy(struct state *state); /* what was not saved is dropped; NULL is fine */
uint64_t state_hash(struct str address); /* by which pages are found; never 0 */

/* What the run before left. STATE_NONE: nothing; STATE_UNFIT: something that says nothing here, for the reason in *err.
 */
#define STATE_NONE  1
#define STATE_UNFIT 2
int state_read(struct state *state, uint64_t manifest_hash, struct err *err);
int64_t state_at_s(const struct state *state); /* the second of that run */

/* The parts of this run, one by one; then they are compared with those of the run before, if that was read. False where
 * no page of it can be kept. */
void state_add(struct state *state, const struct site_part *part);
int state_compare(struct state *state, bool *ret_some, struct err *err);

struct state_page {
	struct str address;
	bool html;   /* so it has that kind of name */
	bool listed; /* an address that the site names by itself, not one that was found in a page */
	int64_t until_s;
	const uint32_t *tags, *links; /* inside */
	size_t tag_count, link_count;
};

/* A page of the run before. */
bool state_find(const struct state *state, struct str address, struct state_page *ret_page);
/* The index-th; false past the end, or where it cannot be read. */
bool state_page_at(const struct state *state, size_t index, struct state_page *ret_page);
/* Whether it would be the same now. */
bool state_holds(const struct state *state, const struct state_page *page, int64_t now_s);
/* Its links, in arena. */
void state_links(const struct state *state, const struct state_page *page, struct arena *arena,
		 struct str_vec *ret_links);

/* A page of this run: kept from the one before, or rendered. extra: one more tag, or 0. */
struct state_noted {
	struct str address;
	bool html, listed;
	int64_t until_s;
	const struct str_vec *links;
	const struct state_page *kept; /* or NULL, and */
	const uint64_t *tags;
	size_t tag_count;
	uint64_t extra;
};
void state_note(struct state *state, const struct state_noted *noted);

int state_save(struct state *state, int64_t now_s, uint64_t manifest_hash, struct err *err);

#endif
