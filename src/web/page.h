/* page: an answer that never changes, shared by all who get it, in up to three codings.
 *
 * Made from a response; counted references; the last release frees it. The compressed forms are
 * made when first asked for (libdeflate 6, brotli 5) and once more, better (12, 11), for pages that
 * are asked for often; a form that was replaced stays until the page goes, so readers need no lock.
 *
 * A large page (PAGE_SLIM_BYTES) is kept without its plain form when the first who asked took a compressed one: a feed
 * of 300 KB is then 60. Whoever asks for it plain, or in the other coding, has that form made from the one that is
 * there, once; so a page that many ask for stands there in every form, and others in the one that was asked for.
 *
 * Each form has an entity tag of its own: the SHA-256 of the plain content, then the coding and its level. A file has
 * the begin of the hash that its response gave, or none.
 */
#ifndef CRIER_WEB_PAGE_H
#define CRIER_WEB_PAGE_H

#include "web/compress.h"
#include "web/response.h"

#include <pthread.h>
#include <stdatomic.h>

#define ETAG_BYTES 40

struct form {
	struct str body;
	char etag[ETAG_BYTES]; /* with its quotes */
	bool best;             /* no better one will be made */
	struct form *replaced;
	unsigned char bytes[];
};

/* What a transport keeps ready for a page, such as a prepared head. Guarded by page->lock. */
#define PAGE_SLOTS (2 * CODING_COUNT)
struct page_slot {
	void *value;
	void (*destroy)(void *value);
	int64_t made_s;
	const void *made_for; /* the form it was made of */
};

struct page {
	_Atomic unsigned refs;
	int status;
	struct str content_type, location, tag_list; /* tag_list: joined by spaces */
	const struct header *headers;
	size_t header_count;
	const uint64_t *tags; /* hashed */
	size_t tag_count;
	enum cache_policy policy;
	int64_t fresh_until_s, last_modified_s, sequence;
	bool compressible;         /* by type and size */
	bool rare;                 /* few others will ask for it (request_is_rare); set before it is shared */
	const struct route *route; /* NULL where none answered */

	int file_fd; /* -1: the body is in forms */
	int64_t file_offset, file_bytes;

	char hash[24];
	size_t plain_bytes;                         /* of the identity form */
	_Atomic(struct form *) forms[CODING_COUNT]; /* at least one; [CODING_IDENTITY], empty, for a file */
	_Atomic size_t bytes;                       /* all memory of the page */
	_Atomic unsigned asked;
	_Atomic bool improving;

	pthread_mutex_t lock;
	struct page_slot slots[PAGE_SLOTS];
	struct arena *arena;
};

/* Takes the body and file out of response. A body that went over its maximum gives a plain 500. */
struct page *page_create(struct response *response, const struct route *route);
struct page *page_keep(struct page *page); /* returns page */
void page_release(struct page *page);      /* NULL is fine */

const struct form *page_form(const struct page *page, enum coding coding); /* NULL: not made yet */

/* Makes the form, or the better one; blocking work. Falls back to nothing where it would not be smaller:
 * then page_form gives NULL for good and page_can says no. */
void page_make_form(struct page *page, enum coding coding, bool best);
bool page_can(const struct page *page, enum coding coding); /* may be sent in this coding, made or to be made */

/* Drops the plain form of a large page that is there in this coding. Before anybody else has the page. */
#define PAGE_SLIM_BYTES 32768
void page_slim(struct page *page, enum coding coding);

uint64_t page_tag_hash(struct str tag);
int64_t page_body_bytes(const struct page *page); /* of the identity form or file */

#endif
