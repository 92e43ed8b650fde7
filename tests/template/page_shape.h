/* The shape of a page: which elements with which attributes it holds, in order, whatever its texts are. A page rendered
 * with hostile values must have the shape of the same page rendered with harmless ones.
 *
 * Read twice, by a tokenizer written for this purpose alone from section 13.2.5 of the HTML standard (shorter than a
 * browser's: it knows no tree, so svg is not told from HTML), and by gumbo, which builds the tree.
 */
#ifndef CRIER_TESTS_TEMPLATE_PAGE_SHAPE_H
#define CRIER_TESTS_TEMPLATE_PAGE_SHAPE_H

#include "base/arena.h"

/* "<p class id>", "</p>", "<!-- -->", one a line; code holds texts of scripts and styles and values of on… and style.
 */
struct str shape_by_tokens(struct arena *arena, struct str page);
struct str shape_by_gumbo(struct arena *arena, struct str page);

/* The first address in the page that a browser would run as code, or NULL. */
const char *shape_bad_address(struct arena *arena, struct str page);

#endif
