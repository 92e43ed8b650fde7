/* feed: the newest entries of a list as RSS 2.0, Atom 1.0 (RFC 4287) or JSON Feed 1.1.
 *
 * Pure writers: src/site fills a struct feed from what its snapshot contains and gets bytes appended. All
 * addresses in it are absolute; texts are plain, escaped here by base/buf.h (what XML cannot carry becomes
 * U+FFFD). Content is HTML made by the markup serialiser with its addresses already absolute
 * (markup_absolute); it goes into XML escaped, never as CDATA, so nothing in it can end early.
 *
 * Honest: published_s is when readers first could see an entry, updated_s when what is shown last changed; the
 * feed's own time is the newest of these, not the time of writing, so the same entries give the same bytes.
 * guid never changes, whatever the address does. An empty feed is a valid feed.
 *
 * Namespaces beside RSS's own: atom (self link), content (full text), dc (names without mail addresses),
 * media (Media RSS 1.5, pictures, since enclosure needs a byte count that is not always known).
 */
#ifndef CRIER_FEEDS_FEED_H
#define CRIER_FEEDS_FEED_H

#include "base/buf.h"
#include "base/html.h"

enum feed_format { FEED_RSS, FEED_ATOM, FEED_JSON };
#define FEED_FORMATS 3

struct feed_picture {
	struct str url;  /* empty: none */
	struct str mime; /* empty: not told */
	struct str alt, credit;
	int64_t width, height; /* 0: not known */
};

struct feed_entry {
	struct str guid;          /* a URI (urn:uuid:…) or any text that stays */
	struct str url;           /* empty: it is nowhere any more, and the summary is all there is to it */
	struct str title;         /* may be empty: then the summary stands in where a title is required */
	struct str summary;       /* plain text */
	struct safe_html content; /* empty: summaries only */
	struct str language;      /* empty: the feed's */
	int64_t published_s, updated_s;
	const struct str *authors;
	size_t author_count;
	const struct str *categories;
	size_t category_count;
	struct feed_picture picture;
};

struct feed {
	struct str title;
	struct str description; /* plain text; empty: the title is used where one is required */
	struct str language;    /* BCP 47 */
	struct str page_url;    /* the list as a page */
	struct str self_url;    /* this feed; also its id in Atom */
	struct str site_name;   /* author of entries that name none */
	struct str site_url;
	struct str icon_url; /* empty: none */
	const struct feed_entry *entries;
	size_t entry_count;
};

void feed_put(const struct feed *feed, enum feed_format format, struct buf *out);

struct str feed_content_type(enum feed_format format); /* with charset where the format wants one */
struct str feed_file(enum feed_format format);         /* "feed.rss" */
struct str feed_name(enum feed_format format);         /* "RSS" */
struct str feed_media_type(enum feed_format format);   /* without parameters, for <link type> */

#endif
