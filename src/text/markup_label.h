/* markup_label: what a link of a few characters stands for: a note, the way back from one, a heading's own address. */
#ifndef CRIER_TEXT_MARKUP_LABEL_H
#define CRIER_TEXT_MARKUP_LABEL_H

#include "text/markup_tree.h"

#define LABEL_BYTES 12

struct label {
	char bytes[LABEL_BYTES];
	size_t len;
};

/* The text inside node; false where it is longer than a label, empty, or not text alone. */
bool label_of(const struct markup_node *node, struct label *ret_label);
static inline struct str label_text(const struct label *label)
{
	return str_of(label->bytes, label->len);
}

struct str label_core(struct str label); /* brackets, points and spaces around it taken away */
bool label_is_mark(struct str label);    /* "1", "[12]", "iv", "*", digits of any script: what stands for a note */
bool label_is_raised(struct str label);  /* begins with "[" or "*": a mark even where it is not raised */
bool label_is_arrow(struct str label);   /* arrows, ^ and spaces alone */
bool label_is_sign(struct str label);    /* one character that no word has: "¶", "#", "§" */

/* Bytes of a note's own number at the front of its text, "3." or "3)" in the digits of any script, without what
 * closes it; 0 where there is none, or no text behind. */
size_t label_number_bytes(struct str text, unsigned number);

/* Text without what stands between a number or way back and the words: brackets, points, spaces. */
struct str label_skip_closing(struct str text);
struct str label_trim_end(struct str text); /* without spaces of any kind at its end */
bool label_is_filler(struct str text);      /* what may stand before and between ways back: "^ ", ", ", "[" */

#endif
