/* wpset_inside: what the files of wpset share; only they include it. */
#ifndef CRIER_INGEST_WPSET_INSIDE_H
#define CRIER_INGEST_WPSET_INSIDE_H

#include "ingest/wpset.h"

#define WPSET_MENU_ITEMS_MAX  20000
#define WPSET_BLOCK_BYTES_MAX (16u << 20) /* texts of reusable blocks */

enum wp_class wpset_class(struct wpset *set, const struct wxr_item *item);
struct str wpset_word(enum wp_class class);
int64_t wpset_address_id(struct str address); /* of "?p=12"; 0 */
uint64_t wpset_file_key(const struct wpset *set, struct str address);

/* ---- in the scratch ---- */

enum wpset_kind {
	WPSET_POST,           /* id → record */
	WPSET_LIST,           /* list, running number → id */
	WPSET_PATH,           /* hash of a path that is taken → the last number that was given to one like it */
	WPSET_GUID,           /* hash of a guid that is taken */
	WPSET_FILE,           /* hash of an attachment's file → id */
	WPSET_CHILD,          /* post id, running number → id of what is attached to it */
	WPSET_GROUP_OF_POST,  /* id → group, from Polylang's terms */
	WPSET_GROUP_LANGUAGE, /* group, language of a member */
	WPSET_GROUP_ITEM,     /* group → item */
	WPSET_MEDIA_LANGUAGE, /* group, language of an attachment */
	WPSET_MEDIA_FIRST,    /* group → id of the first of its attachments */
	WPSET_MEDIA_FILE,     /* group → hash of the file that this one has */
};

bool wpset_number(const struct wpset *set, enum wpset_kind kind, int64_t key, int64_t *ret_number);
void wpset_number_put(const struct wpset *set, enum wpset_kind kind, int64_t key, int64_t number);
/* False where there is one. */
bool wpset_number_add(const struct wpset *set, enum wpset_kind kind, int64_t key, int64_t part, int64_t number);
void wpset_enlist(struct wpset *set, enum wpset_list list, int64_t id);

/* Polylang's terms: taxonomy language, post_translations, term_translations. */
bool wpset_is_translations(struct str taxonomy);
/* True where the term was one of them. */
bool wpset_take_translations(struct wpset *set, const struct wxr_term *term);
int64_t wpset_group(const struct wpset *set, struct str key);
void wpset_join(struct wpset *set, struct wp_post *post, const struct wxr_item *item);
void wpset_join_media(struct wpset *set, struct wp_post *post, const struct wxr_item *item, int64_t file);
struct str wpset_language_of(struct wpset *set, const struct wxr_item *item, struct str file_language);
struct str wpset_add_language(struct wpset *set, struct str code);

/* People. */
void wpset_take_author(struct wpset *set, const struct wxr_author *from);
void wpset_take_guest(struct wpset *set, const struct wxr_item *item);
bool wpset_is_person(const struct wpset *set, struct str taxonomy, struct str slug, struct str name);
void wpset_take_person(struct wpset *set, const struct wxr_category *category);
void wpset_take_byline(struct wpset *set, const struct wxr_item *item);
void wpset_finish_people(struct wpset *set);

/* Its texts lie in the arena. */
void wpset_take_path(struct wpset *set, struct wp_post *post, const struct wxr_item *item, struct arena *arena);
void wpset_finish_paths(struct wpset *set);

#endif
