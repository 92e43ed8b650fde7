/* markup_anchor: what links point to inside the document. */
#ifndef CRIER_TEXT_MARKUP_ANCHOR_H
#define CRIER_TEXT_MARKUP_ANCHOR_H

#include "text/markup_build.h"

/* Gives an id (beginning with "t-", so that it meets none of the page's) to each block that a link points to;
 * links that point to nothing in the document become plain text. A sign in a heading that links to this heading
 * alone ("Title ¶", as documentation tools write it) goes, with the space before it. */
void markup_resolve_ids(struct markup *tree, const struct build_ids *ids);

#endif
