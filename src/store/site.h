/* site: the texts and menus of the site itself, for each language. */
#ifndef CRIER_STORE_SITE_H
#define CRIER_STORE_SITE_H

#include "store/store.h"

enum site_text_key { SITE_NAME, SITE_LINE, SITE_INTRODUCTION, SITE_PRESS, SITE_FOOTER };

struct site_text {
	struct str language;
	enum site_text_key key;
	struct str text; /* plain; empty lines part paragraphs */
};
VEC_TYPE(site_text_vec, struct site_text);

/* Leads to one thing: an entry, a term, a place, a kind, or a path or address. */
struct menu_item {
	int64_t id;
	struct str menu; /* "main", "footer" */
	struct str language;
	int position;
	int64_t parent_id; /* 0: top */
	struct str label;  /* empty: that of what it leads to */
	int64_t entry_id, term_id, place_id, kind_id;
	struct str url;
	int64_t batch_id;
};
VEC_TYPE(menu_item_vec, struct menu_item);

/* All of it; `struct site` is the public site itself (site/site.h). */
struct site_content {
	struct site_text_vec texts;
	struct menu_item_vec menu; /* by menu, language, position; without those of batches that have not flipped */
};
int site_read(struct store *store, struct arena *arena, struct site_content *ret_site, struct err *err);

int site_put_text(struct store_tx *tx, const struct site_text *text, struct err *err); /* empty: taken away */
int menu_clear(struct store_tx *tx, struct str menu, struct str language,
	       struct err *err); /* in a chunk: of its batch only */
int menu_add(struct store_tx *tx, const struct menu_item *item, int64_t *ret_id, struct err *err);

#endif
