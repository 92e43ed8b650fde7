/* markup_note: footnotes. */
#ifndef CRIER_TEXT_MARKUP_NOTE_H
#define CRIER_TEXT_MARKUP_NOTE_H

#include "text/markup_tree.h"

#define NOTES_MAX  600
#define NOTES_WORK 2000000 /* nodes looked at to see whether notes link back */

/* Turns the usual shapes of footnotes (a short mark that links to a later list item or paragraph, which
 * mostly links back) into note marks and one list of notes at the end, numbered anew. A note keeps the language and
 * direction it had where it stood. What was there for the note alone goes: its number in any script's digits, ways
 * back with the caret or arrow before them, a rule that divided the notes from the text. Needs resolved ids; drops
 * those that nothing needs any more. */
bool markup_find_notes(struct markup *tree); /* true where there are some now */

#endif
