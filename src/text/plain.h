/* plain: small work on plain text, and from HTML fragments to it. */
#ifndef CRIER_TEXT_PLAIN_H
#define CRIER_TEXT_PLAIN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/* A title as exporters write it, an HTML fragment ("Truth &amp; <em>justice</em>"), as plain text: entities
 * decoded, tags gone, white space collapsed, controls dropped. Linear; a title without & and < is only collapsed. */
struct str plain_from_html(struct str fragment, struct arena *arena);

/* Runs of white space (ASCII, and U+00A0 where it stands in such a run) become one space, none at the ends;
 * controls, U+FEFF and non-characters go; broken UTF-8 is repaired. */
struct str plain_collapse(struct str text, struct arena *arena);

bool plain_is_space(uint32_t c);      /* Unicode's White_Space, and U+200B */
bool plain_is_blank(struct str text); /* nothing but that */

/* Appends text as XML and HTML may carry it: C0 and C1 controls but \n and \t dropped (C1 as the Windows-1252
 * characters they were meant to be), non-characters and U+FEFF dropped, broken UTF-8 replaced, \r\n as \n. */
void plain_put_clean(struct buf *out, struct str text);

#endif
