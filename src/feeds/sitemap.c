#include "feeds/sitemap.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "feeds/feed_inside.h"

#define XML_HEAD      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
#define SITEMAP_SPACE "http://www.sitemaps.org/schemas/sitemap/0.9"

static void put_time(struct buf *out, const char *name, int64_t time_s)
{
	char text[CLOCK_TEXT_BYTES];

	if (time_s == SITEMAP_NO_TIME)
		return;
	clock_rfc3339(time_s, text);
	xml_element(out, name, str_from(text));
}

size_t sitemap_parts(size_t total)
{
	return total == 0 ? 1 : (total + SITEMAP_PART_ADDRESSES - 1) / SITEMAP_PART_ADDRESSES;
}

void sitemap_part(size_t total, size_t part, size_t *ret_offset, size_t *ret_limit)
{
	size_t end = part * SITEMAP_PART_ADDRESSES; /* counted from the oldest */

	*ret_offset = total > end ? total - end : 0;
	*ret_limit = (total > end ? end : total) - (end - SITEMAP_PART_ADDRESSES);
}

void sitemap_open(struct buf *out)
{
	buf_put_cstr(out,
		     XML_HEAD "<urlset xmlns=\"" SITEMAP_SPACE "\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n");
}

void sitemap_add(struct buf *out, struct str url, int64_t changed_s, const struct sitemap_alternate *alternates,
		 size_t alternate_count)
{
	buf_put_cstr(out, "<url>\n");
	xml_element(out, "loc", url);
	put_time(out, "lastmod", changed_s);
	for (size_t i = 0; i < alternate_count; i++) {
		buf_put_cstr(out, "<xhtml:link rel=\"alternate\"");
		xml_attribute(out, "hreflang", alternates[i].language);
		xml_attribute(out, "href", alternates[i].url);
		buf_put_cstr(out, "/>\n");
	}
	buf_put_cstr(out, "</url>\n");
}

void sitemap_close(struct buf *out)
{
	buf_put_cstr(out, "</urlset>\n");
}

void sitemap_index_open(struct buf *out)
{
	buf_put_cstr(out, XML_HEAD "<sitemapindex xmlns=\"" SITEMAP_SPACE "\">\n");
}

void sitemap_index_add(struct buf *out, struct str url, int64_t changed_s)
{
	buf_put_cstr(out, "<sitemap>\n");
	xml_element(out, "loc", url);
	put_time(out, "lastmod", changed_s);
	buf_put_cstr(out, "</sitemap>\n");
}

void sitemap_index_close(struct buf *out)
{
	buf_put_cstr(out, "</sitemapindex>\n");
}

void sitemap_news_open(struct buf *out)
{
	buf_put_cstr(out, XML_HEAD "<urlset xmlns=\"" SITEMAP_SPACE "\""
				   " xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n");
}

/* Two or three letters of ISO 639, but for the two written forms of Chinese. */
static void put_news_language(struct buf *out, struct str language)
{
	struct str primary, rest;

	str_cut(language, '-', &primary, &rest);
	if (str_eq_nocase(primary, STR("zh")))
		primary = str_find_nocase(rest, STR("TW")) != SIZE_MAX || str_find_nocase(rest, STR("Hant")) != SIZE_MAX
				  ? STR("zh-tw")
				  : STR("zh-cn");
	xml_element(out, "news:language", primary);
}

void sitemap_news_add(struct buf *out, const struct sitemap_news *news)
{
	buf_put_cstr(out, "<url>\n");
	xml_element(out, "loc", news->url);
	buf_put_cstr(out, "<news:news>\n<news:publication>\n");
	xml_element(out, "news:name", news->publication);
	put_news_language(out, news->language);
	buf_put_cstr(out, "</news:publication>\n");
	put_time(out, "news:publication_date", news->published_s);
	xml_element(out, "news:title", news->title);
	buf_put_cstr(out, "</news:news>\n</url>\n");
}

void sitemap_news_close(struct buf *out)
{
	buf_put_cstr(out, "</urlset>\n");
}

void robots_put(struct buf *out, const struct str *no_crawl, size_t count, const struct str *sitemaps,
		size_t sitemap_count)
{
	buf_put_cstr(out, "User-agent: *\n");
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "Disallow: %.*s\n", STR_ARG(no_crawl[i]));
	if (count == 0)
		buf_put_cstr(out, "Disallow:\n");
	buf_put_byte(out, '\n');
	for (size_t i = 0; i < sitemap_count; i++)
		buf_printf(out, "Sitemap: %.*s\n", STR_ARG(sitemaps[i]));
}

/* ShortName: at most 16 characters; Description: at most 1024. */
static struct str clip_characters(struct str text, size_t count)
{
	struct str rest = text;
	uint32_t code_point;

	for (size_t i = 0; i < count; i++) {
		if (!utf8_next(&rest, &code_point))
			return text;
	}
	return str_trim(str_sub(text, 0, text.len - rest.len));
}

void opensearch_put(struct buf *out, const struct opensearch *opensearch)
{
	buf_put_cstr(out, XML_HEAD "<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n");
	xml_element(out, "ShortName", clip_characters(opensearch->short_name, 16));
	xml_element(out, "Description", clip_characters(opensearch->description, 1024));
	xml_element(out, "InputEncoding", STR("UTF-8"));
	xml_element(out, "Language", opensearch->language);
	if (!str_empty(opensearch->icon_url)) {
		buf_put_cstr(out, "<Image type=\"image/svg+xml\">");
		buf_put_xml(out, opensearch->icon_url);
		buf_put_cstr(out, "</Image>\n");
	}
	buf_put_cstr(out, "<Url type=\"text/html\" method=\"get\" template=\"");
	buf_put_xml(out, opensearch->search_url);
	buf_put_cstr(out, "?q={searchTerms}\"/>\n</OpenSearchDescription>\n");
}

#define DAY_S         (24 * 60 * 60)
#define SECURITY_DAYS 180

void security_put(struct buf *out, struct str contact, struct str canonical_url, const struct str *languages,
		  size_t language_count, int64_t now_s)
{
	char expires[CLOCK_TEXT_BYTES];

	clock_rfc3339(now_s - now_s % DAY_S + SECURITY_DAYS * (int64_t)DAY_S, expires);
	buf_printf(out, "Contact: %.*s\nExpires: %s\nCanonical: %.*s\n", STR_ARG(contact), expires,
		   STR_ARG(canonical_url));
	buf_put_cstr(out, "Preferred-Languages: ");
	for (size_t i = 0; i < language_count; i++)
		buf_printf(out, "%s%.*s", i > 0 ? ", " : "", STR_ARG(languages[i]));
	buf_put_byte(out, '\n');
}
