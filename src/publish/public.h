/* public: reading public.db: cards, bodies, addresses, media and search.
 *
 * public.db holds, ready to be shown, what is public or may become so: entries whose second has not come
 * are in it too. Therefore each function that gives out an entry takes the snapshot of the request
 * and gives nothing that the snapshot does not contain; there is no way around it in this header.
 *
 * One connection belongs to one thread (a worker); prepared statements are kept. The projector writes
 * meanwhile; a new build takes the place of the old content in one moment, without reopening.
 *
 * Results live in the arena given. Texts are plain text unless their type is safe_html.
 *
 * Between the snapshot and the rows there can be a moment of difference: an entry that the snapshot holds
 * may have been withdrawn from public.db since. Then it is simply not found: rows decide as well as the
 * snapshot.
 */
#ifndef CRIER_PUBLISH_PUBLIC_H
#define CRIER_PUBLISH_PUBLIC_H

#include "base/arena.h"
#include "base/err.h"
#include "base/html.h"
#include "base/vec.h"
#include "publish/catalogue.h"

struct public;

/* Answers of the functions below, beside 0 and errors. */
#define PUBLIC_NOTHING  1 /* there is no such thing, or nobody may know that there is */
#define PUBLIC_REDIRECT 2 /* it stands elsewhere: permanent */
#define PUBLIC_GONE     3 /* it was withdrawn: 410 with the note */

/* Opens for reading, once the projector has started. ERR_DATA when the file is not of this version. */
int public_open(const char *path, struct public **ret_public, struct err *err);
void public_close(struct public *public); /* NULL is fine */
void public_closep(struct public **public);
#define PUBLIC_SCOPED __attribute__((cleanup(public_closep))) struct public *

/* What could not be shown as the store has it, and why. For operators (`crier check`), never for readers: it may be
 * secret. */
struct left_out {
	int64_t entry_id;
	struct str path; /* where it would stand */
	struct str reason;
	int64_t tried_s;
};
VEC_TYPE(left_out_vec, struct left_out);
int public_left_out(struct public *public, struct arena *arena, struct left_out_vec *ret_left_out, struct err *err);

/* Runs work with all reading from one unmoving view of the rows, which work may be called for again when the file was
 * busy; number: of the last change that the view holds. */
typedef int public_work(void *context, int64_t number, struct err *err);
int public_hold(struct public *public, public_work *work, void *context, struct err *err);

struct picture {
	struct str media_id; /* public id; empty: no picture */
	struct str name;     /* for the address: /media/{media_id}/{name}-{width}.{extension} */
	struct str mime;
	struct str alt; /* empty when decorative */
	struct str caption, credit;
	struct str alt_language, caption_language, credit_language; /* where it is not the entry's; else empty */
	bool decorative;
	int64_t width, height; /* of the largest form; 0: not known */
	struct picture_form {
		int64_t width, height;
		struct str mime, extension; /* "image/jpeg", "jpg" */
	} * forms; /* smallest first; none until the files are here: show caption and credit without a picture */
	size_t form_count;
};

struct card {
	int64_t entry_id, item_id;
	struct str guid;
	struct str number; /* reference number or empty */
	struct str language;
	bool page;       /* static page */
	struct str path; /* "/2018/06/slug/", with the language's prefix */
	struct str title, subtitle, dateline;
	struct str excerpt;   /* written, or cut from the body */
	bool excerpt_written; /* by a person */
	bool in_feeds;        /* false: its kind keeps out of feeds, but out of those of that kind itself */
	int64_t date_s;
	int64_t modified_s;            /* when what is shown last changed; never before date_s */
	int64_t breaking_until_s;      /* 0: never was */
	int64_t kind;                  /* 0: none */
	const int64_t *terms, *places; /* as assigned, in order; what they are called: names.h */
	size_t term_count, place_count;
	const struct card_contributor {
		int64_t id;
		enum contributor_role { CONTRIBUTOR_AUTHOR, CONTRIBUTOR_PHOTOGRAPHER, CONTRIBUTOR_SPOKESPERSON } role;
	} * contributors;
	size_t contributor_count;
	struct picture picture;
};

/* PUBLIC_NOTHING unless the snapshot contains it. */
int public_card(struct public *public, const struct catalogue_snapshot *snapshot, int64_t entry_id, struct arena *arena,
		struct card *ret_card, struct err *err);
/* The cards of these entries, in this order; those that may not be shown are left out. */
int public_cards(struct public *public, const struct catalogue_snapshot *snapshot, const int64_t *entry_ids,
		 size_t count, struct arena *arena, struct card **ret_cards, size_t *ret_count, struct err *err);

struct body {
	struct safe_html html;
	struct str text; /* plain */
	/* Corrections, oldest first; shown with the text for ever. */
	struct correction {
		int64_t seq, at_s;
		struct str kind; /* correction, clarification, update */
		struct str text;
	} * corrections;
	size_t correction_count;
};
int public_body(struct public *public, const struct catalogue_snapshot *snapshot, int64_t entry_id, struct arena *arena,
		struct body *ret_body, struct err *err);

/* What stands at a path ("/2018/06/slug/", normalised by url_path_normalise; for old addresses with their
 * query too: "/?p=12"). */
struct found {
	int64_t entry_id;    /* for 0 */
	struct str target;   /* for PUBLIC_REDIRECT: a path of the site, or an absolute address */
	struct str note;     /* for PUBLIC_GONE: plain text, may be empty */
	struct str language; /* for PUBLIC_GONE: of the entry that stood there, or empty */
	/* for PUBLIC_REDIRECT to a list when target is empty: make the address from the names */
	struct catalogue_key list; /* CATALOGUE_KIND, _TERM, _PLACE or _CONTRIBUTOR */
	struct str list_language;  /* empty: the first */
};
/* 0 (an entry that the snapshot contains), PUBLIC_REDIRECT (only to what may be seen: a visible entry, a list),
 * PUBLIC_GONE, PUBLIC_NOTHING: the same answer, by the same work, for what is hidden and what never was. */
int public_find(struct public *public, const struct catalogue_snapshot *snapshot, struct str path, struct arena *arena,
		struct found *ret_found, struct err *err);

/* Addresses of before, up to limit of them behind `after` in the order of bytes; where each leads, if anywhere,
 * public_find tells. */
int public_old_paths(struct public *public, struct str after, size_t limit, struct arena *arena, struct str **ret_at,
		     size_t *ret_count, struct err *err);

/* What was withdrawn at since_s or later, the newest first, at most limit; language empty: in every one. For feeds,
 * which empty the entry under the same guid. Only what readers could once see, and not what they can see again. */
struct gone {
	int64_t entry_id;
	struct str path, language, guid;
	struct str note; /* what the public is told; may be empty */
	int64_t gone_s;
	/* where it stood when readers could last see it; terms and places with those above them */
	bool page;
	int64_t date_s;
	int month;    /* year * 100 + month in the site's zone */
	int64_t kind; /* 0: none */
	const int64_t *terms, *places;
	size_t term_count, place_count;
	const struct card_contributor *contributors;
	size_t contributor_count;
};
int public_gone_recent(struct public *public, const struct catalogue_snapshot *snapshot, struct str language,
		       int64_t since_s, size_t limit, struct arena *arena, struct gone **ret_at, size_t *ret_count,
		       struct err *err);

/* What sitemaps say of these entries, in this order; those that may not be shown are left out. One statement each. */
struct address {
	int64_t entry_id;
	struct str path, language;
	int64_t modified_s;
};
int public_addresses(struct public *public, const struct catalogue_snapshot *snapshot, const int64_t *entry_ids,
		     size_t count, struct arena *arena, struct address **ret_at, size_t *ret_count, struct err *err);

/* Items that an editor named beside this one, in its language, visible ones only. */
struct relation {
	int64_t entry_id;
	enum { RELATION_UPDATES, RELATION_REPLACES, RELATION_REPORT_OF, RELATION_SEE_ALSO } relation;
	bool inverse; /* the other one named this one: "updated by" … */
};
int public_relations(struct public *public, const struct catalogue_snapshot *snapshot, int64_t entry_id,
		     struct arena *arena, struct relation **ret_at, size_t *ret_count, struct err *err);

/* The same item in other languages, visible ones only, in the order in which the languages are configured; itself not
 * among them. */
struct translation {
	int64_t entry_id;
	struct str language, path, title;
};
int public_translations(struct public *public, const struct catalogue_snapshot *snapshot, int64_t entry_id,
			struct arena *arena, struct translation **ret_at, size_t *ret_count, struct err *err);

/* A file of a picture or document, for who fetches /media/{id}/…: PUBLIC_NOTHING unless an entry that the
 * snapshot contains uses it. width 0: the largest. extension: "jpg", "webp" … */
struct public_file {
	struct str sha256; /* hex: where the bytes lie in the blob store */
	struct str mime, name;
	int64_t bytes;
};
int public_media(struct public *public, const struct catalogue_snapshot *snapshot, struct str media_id, int64_t width,
		 struct str extension, struct arena *arena, struct public_file *ret_file, struct err *err);

/* Search in titles and excerpts of a language: all words must occur, in any form of letter case and accents; words past
 * PUBLIC_SEARCH_WORDS_MAX are not asked for. First what has the words as they are, newest first; then, newest first
 * again, what has the last word as the beginning of a longer one ("lamp": "Lamplight"), from three characters on. The
 * question was sent off as a whole, so a whole word counts most; beginnings stand in for plurals and other forms.
 * Entries outside set are never found. No words: nothing found.
 *
 * Work is bounded: at most PUBLIC_SEARCH_ROWS_MAX rows that match are looked at, whatever set holds of them. total is
 * exact unless more is set: then there are more than PUBLIC_SEARCH_COUNT_MAX, or that bound was met. */
#define PUBLIC_SEARCH_COUNT_MAX 1000
#define PUBLIC_SEARCH_ROWS_MAX  10000
#define PUBLIC_SEARCH_WORDS_MAX 16
struct search_question {
	struct str words;
	struct str language; /* empty: every one */
	size_t offset, limit;
};
struct search_result {
	int64_t *entry_ids;
	size_t count;
	size_t total;
	size_t looked; /* rows */
	bool more;
};
int public_search(struct public *public, const struct catalogue_set *set, const struct search_question *question,
		  struct arena *arena, struct search_result *ret_result, struct err *err);

#endif
