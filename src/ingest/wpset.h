/* wpset: what the first pass learns of a whole set of export files, kept for the second.
 *
 * Several files of one split export are one set: authors and terms are merged by login and by taxonomy and slug,
 * items by id. In memory stay terms, authors, menus and reusable blocks, which grow with the newsroom and not with its
 * years; the last two have bounds. Of each item a small record (its class, final path, language, group of
 * translations, where it went) goes into a scratch (store/scratch.h), so memory does not grow with the items.
 *
 * What it answers of items are snapshots, in the arena that the caller gives. Where the scratch fails nothing is found:
 * wpset_result tells it, and is asked before anything is committed.
 *
 * After wpset_finish everything here is read by the workers from several threads; only the fields marked "writer"
 * change, and only the thread that writes to the store touches those.
 */
#ifndef CRIER_INGEST_WPSET_H
#define CRIER_INGEST_WPSET_H

#include "base/clock.h"
#include "base/map.h"
#include "i18n/country.h"
#include "ingest/mapping.h"
#include "ingest/report.h"
#include "ingest/wxr.h"
#include "store/import.h"
#include "store/scratch.h"

#define WPSET_HASH_BYTES 16

enum wp_class { WP_ITEM, WP_PAGE, WP_MEDIA, WP_MENU_ITEM, WP_LEFT };

struct wp_term {
	int64_t id;
	struct str taxonomy, slug, name, description, parent_slug, language;
	struct wp_term *translates; /* the term whose translation it is; NULL: itself */
	enum mapping_becomes becomes;
	struct str to;
	int64_t uses;
	bool declared;
	enum import_target target; /* writer, before any item: what it is in the store */
	int64_t target_id;
	bool here;            /* writer: from an earlier chunk or import */
	bool waits;           /* writer: its label changes when the batch flips */
	struct str slug_here; /* writer: that its label has now; empty: a new language of it */
};
VEC_TYPE(wp_term_vec, struct wp_term *);

struct wp_author {
	struct str login, name, slug;
	bool declared; /* a user in the head of a file */
	bool named;
	struct wp_author *same; /* the user whose nicename this is; NULL: a person of its own */
	int64_t contributor_id; /* writer, before any item */
	bool waits;             /* writer: the name changes when the batch flips */
	struct str slug_here;   /* writer */
	struct str unit_here;
	bool public_here;
};
VEC_TYPE(wp_author_vec, struct wp_author *);

struct wp_place {
	struct country_code code;
	int64_t place_id; /* writer, before any item */
};
VEC_TYPE(wp_place_vec, struct wp_place *);

struct wp_menu_item {
	int64_t id, parent_id, object_id, order;
	struct str menu, label, type, object, url, language;
};
VEC_TYPE(wp_menu_item_vec, struct wp_menu_item);

struct wp_post {
	int64_t id, parent_id;
	int64_t offset; /* in its file: tells a second item with the same id from the first */
	int32_t file;
	enum wp_class class;
	bool guid_taken; /* an earlier item has it */
	bool path_built; /* the export has no address of its own for it */
	bool open;       /* anyone may read it: published, without a password */
	struct str path; /* items, pages: final. Attachments: of their page, empty where it has none */
	struct str slug;
	struct str language;
	int64_t group;       /* of translations; 0: none */
	int64_t original;    /* attachments: id of whose texts it has in another language; 0: its own */
	int64_t target_id;   /* writer: entry or media */
	int64_t revision_id; /* writer */
	unsigned char hash[WPSET_HASH_BYTES]; /* writer: as it was last imported; zeros: never */
};
VEC_TYPE(wp_post_vec, struct wp_post *);

/* Posts in order of the files, of which one kind is wanted. */
enum wpset_list {
	WPSET_ALL_MEDIA,
	WPSET_TRANSLATED_MEDIA, /* those with an original */
	WPSET_GROUPED,          /* items and pages with translations */
	WPSET_PATHS_TO_BUILD,   /* pages without an address of their own */
	WPSET_LISTS
};

struct wpset_place_in_files {
	int file; /* -1: there is none */
	int64_t offset;
};

struct wpset {
	struct arena *arena;
	struct scratch *scratch;
	const struct mapping *mapping;
	struct import_report *report; /* of the first pass */
	struct str_vec languages;     /* configured ones first, then those found */
	size_t configured_languages;
	struct str_vec hosts; /* of the old site, without port, "www." taken off */
	struct str base;      /* the old site's address, the key of the source */
	struct str time_zone;
	struct wpset_place_in_files last_media, last_item;
	struct wp_term_vec terms;
	struct wp_author_vec authors;
	struct wp_menu_item_vec menus;
	struct wp_place_vec places; /* countries that titles and fields name */
	int64_t *kind_ids;          /* of the mapping's kinds; writer, before any item */
	const struct country_finder *finder;
	int64_t items, media, bytes;
	/* inside */
	struct map *term_by_slug, *term_by_id, *author_by_login, *blocks, *place_by_code;
	struct map *language_of_term; /* term id → language */
	struct map *root_of_term;     /* term id → id of the first of its translations */
	uint64_t seed;
	size_t block_bytes;
	int64_t listed[WPSET_LISTS], children;
};

/* The scratch is the caller's and outlives the set. */
struct wpset *wpset_create(struct arena *arena, struct scratch *scratch, const struct mapping *mapping,
			   struct import_report *report, const struct str_vec *languages, struct str time_zone,
			   const struct country_finder *finder);

/* Reads one file to its end; progress may be NULL, a non-zero answer stops with ERR_STOPPED. */
typedef int wpset_progress(void *context, int64_t bytes_done);
int wpset_read(struct wpset *set, const char *path, int file, wpset_progress *progress, void *context, struct err *err);

/* After the last file: paths of pages, what terms become. */
int wpset_finish(struct wpset *set, struct err *err);
/* 0 while everything that was asked could be answered. */
int wpset_result(const struct wpset *set, struct err *err);

/* The record of an item met again in the second pass: NULL where it is a second one with an id that is taken. */
struct wp_post *wpset_post(const struct wpset *set, const struct wxr_item *item, int file, struct arena *arena);
struct wp_post *wpset_post_by_id(const struct wpset *set, int64_t id, struct arena *arena);
void wpset_save(const struct wpset *set, const struct wp_post *post); /* writer */
/* The next posts of a list, behind *after (0 at first), which moves on; none: the end. */
void wpset_page(const struct wpset *set, enum wpset_list list, int64_t *after, struct arena *arena,
		struct wp_post_vec *ret_posts);
/* Writer: the item that the members of a group became; 0: none yet. */
int64_t wpset_group_item(const struct wpset *set, int64_t group);
void wpset_group_became(const struct wpset *set, int64_t group, int64_t item_id);
struct wp_term *wpset_term(const struct wpset *set, const struct wxr_category *category);
bool wpset_is_echo(const struct wxr_item *item, const struct wxr_category *category); /* 1.0 wrote terms twice */
/* Countries that the title ("Italy/Malta: …") and the mapped fields name. */
void wpset_item_places(const struct wpset *set, const struct wxr_item *item, struct str title, struct arena *arena,
		       struct country_vec *ret_countries);
struct wp_place *wpset_place(const struct wpset *set, struct country_code code);
/* The first mapped custom field that has a value. */
struct str wpset_field(const struct wpset *set, const struct wxr_item *item, enum mapping_field_becomes becomes);
struct wp_author *wpset_author(const struct wpset *set, struct str login);
/* The byline: co-authors (terms of the taxonomy "author", as the plugin of that name writes them), else the mapped
 * field, else the one who created the post. */
void wpset_item_authors(const struct wpset *set, const struct wxr_item *item, struct arena *arena,
			struct wp_author_vec *ret_authors);
/* An attachment by the address of its file, whatever its size suffix (-300x200). */
struct wp_post *wpset_media_by_address(const struct wpset *set, struct str address, struct arena *arena);
size_t wpset_attached(const struct wpset *set, int64_t post_id, struct arena *arena, const int64_t **ret_ids);
bool wpset_block(const struct wpset *set, int64_t id, struct str *ret_content);

/* Is the host one of the old site's? */
bool wpset_own_host(const struct wpset *set, struct str host);

/* The post id of an item, found in its address or made from its guid where the export has none. */
int64_t wpset_id_of(const struct wxr_item *item);
/* Types of WordPress and of plugins that are no content: templates, forms, orders, guests' profiles. */
bool wpset_type_technical(struct str type);
bool wpset_published(const struct wxr_item *item);

#endif
