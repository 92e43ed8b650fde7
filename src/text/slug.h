/* slug: the readable part of an address.
 *
 * Stored and compared as decoded UTF-8 in NFC, lower case; percent-encoded only where an address is
 * written (buf_put_url). Letters of other scripts are kept: a Russian or Arabic title gives a Russian
 * or Arabic slug. Latin letters lose their marks (é e, ß ss, ø o, ł l), other scripts keep theirs.
 * What nobody sees (joiners, marks of direction, variation selectors) is not there and divides nothing, nor do
 * apostrophes and the Hebrew geresh and gershayim, be they typed as quotation marks inside of a word.
 * At most LIMIT_SLUG_BYTES, cut at a word where one ends near, and never between a letter and its marks.
 */
#ifndef CRIER_TEXT_SLUG_H
#define CRIER_TEXT_SLUG_H

#include "base/arena.h"
#include "base/str.h"

/* Empty where the title holds no letter and no digit: the caller then takes the id. */
struct str slug_from_title(struct str title, struct arena *arena);

/* An imported slug, percent-encoded or not, in its canonical stored form: decoded, NFC, lower case,
 * marks kept (the address must stay what it was). Broken encodings are taken as they stand. */
struct str slug_normalise(struct str imported, struct arena *arena);

/* slug, or slug-2, slug-3 … within the limit. number 0 and 1 give the slug itself. */
struct str slug_numbered(struct str slug, unsigned number, struct arena *arena);

bool slug_eq(struct str a, struct str b, struct arena *arena); /* by canonical form */

#endif
