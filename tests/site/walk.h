/* walk: follows the links of the newsroom of the tests, page by page, from a few addresses on.
 *
 * Whoever walks says how an address is asked; the walker finds what the answers lead to: links, pictures, forms, feeds,
 * sitemaps, redirects. Each address is asked once, in the order of finding. Facets are followed one filter deep.
 */
#ifndef CRIER_TESTS_SITE_WALK_H
#define CRIER_TESTS_SITE_WALK_H

#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"

/* target lives as long as the walk. */
typedef int (*walk_ask)(void *context, struct str target, struct str *ret_body, struct str *ret_location,
			struct err *err);

struct walk {
	struct arena *arena;
	struct map *seen;
	struct str_vec targets;
};

void walk_init(struct walk *walk, struct arena *arena);
void walk_meet(struct walk *walk, struct str target); /* one more to begin at; absolute ones of the site too */
int walk_all(struct walk *walk, walk_ask ask, void *context, struct err *err);

#endif
