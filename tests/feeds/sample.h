/* sample: feeds and sitemaps made for the tests: two entries as a newsroom has them, and the same with a hostile
 * string in every field. */
#ifndef CRIER_TESTS_FEEDS_SAMPLE_H
#define CRIER_TESTS_FEEDS_SAMPLE_H

#include "feeds/feed.h"

/* Ends an attribute, an element, a CDATA section and a template tag; controls that XML forbids, an override of
 * direction, a broken byte. */
#define HOSTILE                                                                                                        \
	"\"><script>alert(1)</script>'&{{x}}]]>\x01\x0b\x1f"                                                           \
	"\xe2\x80\xae\xef\xbf\xbe\xff"

struct feed sample_feed(void);
struct feed sample_hostile_feed(void);
struct feed sample_empty_feed(void);
void sample_sitemaps(bool hostile, struct buf *ret_sitemap, struct buf *ret_index, struct buf *ret_news,
		     struct buf *ret_opensearch);

#endif
