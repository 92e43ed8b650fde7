/* entry_parts: what hangs on the entries of a page: terms, places, people, media, translations. Private to
 * this folder. One statement for each part, for the whole page. */
#ifndef CRIER_STORE_ENTRY_PARTS_H
#define CRIER_STORE_ENTRY_PARTS_H

#include "store/entry.h"

/* page->entries is there, by id; the rest is filled. */
int entry_parts(struct store *store, int64_t batch_id, struct arena *arena, struct entry_page *page, struct err *err);

#endif
