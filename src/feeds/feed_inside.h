/* feed_inside: what the writers of src/feeds share. */
#ifndef CRIER_FEEDS_FEED_INSIDE_H
#define CRIER_FEEDS_FEED_INSIDE_H

#include "feeds/feed.h"

void feed_put_rss(const struct feed *feed, struct buf *out);
void feed_put_atom(const struct feed *feed, struct buf *out);
void feed_put_json(const struct feed *feed, struct buf *out);

struct str feed_entry_title(const struct feed_entry *entry);     /* never empty */
bool feed_updated(const struct feed *feed, int64_t *ret_time_s); /* false, and untouched, for an empty feed */

/* <name>text</name> and a line end; name="value" after a blank. Names are literals of ours. */
void xml_element(struct buf *out, const char *name, struct str text);
void xml_attribute(struct buf *out, const char *name, struct str value);

#endif
