/* names_inside: the record that names.c reads and public_names.c fills. For publish/ only. */
#ifndef CRIER_PUBLISH_NAMES_INSIDE_H
#define CRIER_PUBLISH_NAMES_INSIDE_H

#include "base/map.h"
#include "publish/held.h"
#include "publish/names.h"

struct site_line {
	struct str key, language, content;
};

struct names {
	struct held held;
	struct arena *arena;
	const struct str *languages; /* the first one first */
	size_t language_count;
	struct named_kind *kinds; /* in their own order */
	size_t kind_count;
	struct named_term *terms; /* the others by id */
	size_t term_count;
	struct named_place *places;
	size_t place_count;
	struct named_contributor *contributors;
	size_t contributor_count;
	struct site_line *lines;
	size_t line_count;
	struct named_menu *menus;
	size_t menu_count;
	struct map *by_id;   /* the four kinds of things: NAMES_KEY of their numbers */
	struct map *by_slug; /* "vocabulary/slug" → the first of a chain of struct slugged */
};

/* Things that share a slug: in different languages, or by mistake. */
struct slugged {
	struct str language;
	const void *thing;
	struct slugged *next;
};

enum names_owner { NAMES_KIND, NAMES_TERM, NAMES_PLACE, NAMES_CONTRIBUTOR };

struct names_holder {
	struct holder holder;
};

struct names *names_create(void); /* empty, held once */
/* Makes the look-ups when all is filled in. */
void names_finish_loading(struct names *names);
void names_install(struct names_holder *holder, struct names *names); /* in the place of the others */
void names_holder_clear(struct names_holder *holder);

#endif
