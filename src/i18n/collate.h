/* i18n/collate: order of names as readers of a language expect it.
 *
 * A collator belongs to one thread. collator_key gives bytes whose memcmp order is the language's order (ICU, third
 * strength, digits as numbers): keep them beside the names when a list is sorted often. An unknown language gets the
 * root order.
 */
#ifndef CRIER_I18N_COLLATE_H
#define CRIER_I18N_COLLATE_H

#include "base/arena.h"
#include "base/err.h"

struct collator;
int collator_create(struct str language, struct collator **ret_collator, struct err *err); /* ERR_SYSTEM */
void collator_destroy(struct collator *collator);                                          /* NULL is fine */

struct str collator_key(const struct collator *collator, struct str text, struct arena *arena);
int collator_compare(const struct collator *collator, struct str a, struct str b);

/* Sorts items of each_bytes by the text that text_of gives; equal ones keep their order. */
void collator_sort(const struct collator *collator, void *items, size_t count, size_t each_bytes,
		   struct str (*text_of)(const void *item));

#endif
