/* sitemap: what search engines are told: sitemaps (sitemaps.org protocol 0.9), their index, the news sitemap,
 * robots.txt, the OpenSearch description (1.1) and security.txt (RFC 9116).
 *
 * Writers only: open, one call for each address, close. The caller gives absolute addresses of what its
 * snapshot contains. lastmod is when the page last changed, or left out where that is not known: a date that
 * is not true is worse than none.
 */
#ifndef CRIER_FEEDS_SITEMAP_H
#define CRIER_FEEDS_SITEMAP_H

#include "base/buf.h"

#define SITEMAP_PART_ADDRESSES 1000        /* of the protocol's 50,000: one request makes no more, and it can be kept */
#define SITEMAP_PARTS_MAX      50000       /* the protocol's maximum: 50 million addresses */
#define SITEMAP_PART_BYTES     (50u << 20) /* the protocol's maximum */
#define SITEMAP_NEWS_ADDRESSES 1000
#define SITEMAP_NEWS_AGE_S     (48 * 60 * 60)
#define SITEMAP_NO_TIME        INT64_MIN

/* How many parts total entries take; an empty site has one. Parts are counted from the oldest entry (the last of a
 * list that is newest first), so that a full part stays as it is when something is published. part counts from 1. */
size_t sitemap_parts(size_t total);
void sitemap_part(size_t total, size_t part, size_t *ret_offset, size_t *ret_limit);

struct sitemap_alternate {
	struct str language, url;
};

void sitemap_open(struct buf *out);
/* alternates: the same page in every language it is in, itself included; none where there is but one. */
void sitemap_add(struct buf *out, struct str url, int64_t changed_s, const struct sitemap_alternate *alternates,
		 size_t alternate_count);
void sitemap_close(struct buf *out);

void sitemap_index_open(struct buf *out);
void sitemap_index_add(struct buf *out, struct str url, int64_t changed_s);
void sitemap_index_close(struct buf *out);

struct sitemap_news {
	struct str url, title;
	struct str publication, language; /* language by ISO 639, or zh-cn and zh-tw for Chinese */
	int64_t published_s;
};
void sitemap_news_open(struct buf *out);
void sitemap_news_add(struct buf *out, const struct sitemap_news *news);
void sitemap_news_close(struct buf *out);

/* no_crawl: paths that lead robots into endless combinations. */
void robots_put(struct buf *out, const struct str *no_crawl, size_t count, const struct str *sitemaps,
		size_t sitemap_count);

struct opensearch {
	struct str short_name, description, language, icon_url;
	struct str search_url; /* without its query: "?q={searchTerms}" is added */
};
void opensearch_put(struct buf *out, const struct opensearch *opensearch);

/* contact: a URI ("mailto:…", "https://…"). Expires is a day's begin about half a year ahead, so that the
 * file changes once a day at most. */
void security_put(struct buf *out, struct str contact, struct str canonical_url, const struct str *languages,
		  size_t language_count, int64_t now_s);

#endif
