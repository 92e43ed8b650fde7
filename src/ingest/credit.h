/* credit: who took a picture, found in what was written as its caption; and reference numbers in texts.
 *
 * Newsrooms wrote credits into captions in the ways of their agencies:
 *     … in Cairo. AFP PHOTO / NAME          … in Cairo (Photo by Name/Agency)       © Name
 *     … in Cairo. Photo: Name               Crédit photo : Name                      Foto: Name, Fotografía: …
 * The credit is always at the end, or the whole. Nothing is taken for one without a mark that says so: a name
 * alone stays in the caption. Pure.
 */
#ifndef CRIER_INGEST_CREDIT_H
#define CRIER_INGEST_CREDIT_H

#include "base/str.h"

/* True where there is a credit; both results lie in text, trimmed, and the mark ("Photo:", "©") is not in the
 * credit, save for agencies' own lines ("AFP PHOTO / NAME"), which are kept whole. */
bool credit_split(struct str text, struct str *ret_caption, struct str *ret_credit);

/* A reference number like "AFR 59/8473/2018": three letters, then groups of digits by strokes, the last a year.
 * The first in text; false where there is none. */
bool reference_find(struct str text, struct str *ret_reference);

#endif
