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

/* Polylang's terms: taxonomy language, post_translations, term_translations. */
void wpset_take_translations(struct wpset *set, const struct wxr_term *term);
struct wp_group *wpset_group(struct wpset *set, struct str key);
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

void wpset_take_path(struct wpset *set, struct wp_post *post, const struct wxr_item *item);
void wpset_finish_paths(struct wpset *set);

#endif
