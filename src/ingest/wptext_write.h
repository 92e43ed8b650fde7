/* wptext_write: what the files of wptext share; only they include it. */
#ifndef CRIER_INGEST_WPTEXT_WRITE_H
#define CRIER_INGEST_WPTEXT_WRITE_H

#include "ingest/wptext.h"

#define WPTEXT_DEPTH_MAX 16 /* blocks and shortcodes inside each other */

/* Shortcodes to HTML; the rest is copied. */
void wptext_shortcodes(struct wptext *wptext, struct str text, int depth, struct buf *out);
/* Shortcodes, then paragraphs. */
void wptext_classic(struct wptext *wptext, struct str text, int depth, struct buf *out);
void wptext_blocks(struct wptext *wptext, struct str text, int depth, struct buf *out);

/* The first start tag of that name at or after from: its extent. False where there is none. */
bool wptext_find_tag(struct str html, struct str name, size_t from, size_t *ret_start, size_t *ret_end);
/* An attribute of a start tag as plain text, entities decoded; empty where absent. */
struct str wptext_tag_attribute(struct str tag, struct str name, struct arena *arena);
/* What stands between <name …> and </name>, the first such; empty where there is none. */
struct str wptext_element(struct str html, struct str name);

#endif
