/* markup_note: what links point to inside the document, and footnotes. */
#ifndef CRIER_TEXT_MARKUP_NOTE_H
#define CRIER_TEXT_MARKUP_NOTE_H

#include "text/markup_build.h"

#define NOTES_MAX  600
#define NOTES_WORK 2000000 /* nodes looked at to see whether notes link back */

/* Gives an id (beginning with "t-", so that it meets none of the page's) to each block that a link points to;
 * links that point to nothing in the document become plain text. */
void markup_resolve_ids(struct markup *tree, const struct build_ids *ids);

/* Turns the usual shapes of footnotes (a short mark that links to a later list item or paragraph, which
 * mostly links back) into note marks and one list of notes at the end, numbered anew. Needs resolved ids; drops those
 * that nothing needs any more. */
bool markup_find_notes(struct markup *tree); /* true where there are some now */

#endif
