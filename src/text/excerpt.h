/* excerpt: the few lines under a title in lists, feeds and mails.
 *
 * Written by a person, or cut from the running text near a length. Pure; ICU says where words,
 * sentences and graphemes end in the language. Lengths are graphemes, so that Thai and Arabic marks
 * do not count twice.
 *
 * Cut at a word's end, never inside a grapheme, with "…" only where something was left out; never
 * empty while the text is not; never ending with a colon or opening quote whose quotation was cut
 * away, nor with a comma, dash or bracket before the ellipsis; a time, date or amount is whole or not there.
 *
 * A full stop at the cut is absorbed by the ellipsis ("It is over…", not "over.…"): German, French and Spanish set no
 * stop beside the three points, and the four of English book typography show what was left out of somebody else's
 * words, which an excerpt does not. What looks like no point stays ("Why?…", "他们走了。…"), and so does the point of
 * an abbreviation in the middle of a sentence ("At 5 p.m.…").
 */
#ifndef CRIER_TEXT_EXCERPT_H
#define CRIER_TEXT_EXCERPT_H

#include "base/arena.h"
#include "base/str.h"

struct markup;

#define EXCERPT_GRAPHEMES 240

/* text: plain, any white space. language: BCP 47. The result is at most target graphemes and the
 * ellipsis. target 0 means EXCERPT_GRAPHEMES. */
struct str excerpt_cut(struct str text, struct str language, size_t target, struct arena *arena);

/* The written excerpt (plain text) whole where there is one, else cut from the body's running text. */
struct str excerpt_of(struct str written, const struct markup *body, struct str language, size_t target,
		      struct arena *arena);

#endif
