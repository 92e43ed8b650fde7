/* RSS 2.0: https://www.rssboard.org/rss-specification, and its profile for what that leaves open. */
#include "base/clock.h"
#include "base/limits.h"
#include "feeds/feed_inside.h"

static void put_time(struct buf *out, const char *name, int64_t time_s)
{
	char text[CLOCK_TEXT_BYTES];

	clock_rfc822(time_s, text);
	xml_element(out, name, str_from(text));
}

static void put_picture(struct buf *out, const struct feed_picture *picture)
{
	if (str_empty(picture->url))
		return;
	buf_put_cstr(out, "<media:content medium=\"image\"");
	xml_attribute(out, "url", picture->url);
	if (!str_empty(picture->mime))
		xml_attribute(out, "type", picture->mime);
	if (picture->width > 0 && picture->height > 0)
		buf_printf(out, " width=\"%lld\" height=\"%lld\"", (long long)picture->width,
			   (long long)picture->height);
	buf_put_cstr(out, ">\n");
	if (!str_empty(picture->alt)) {
		buf_put_cstr(out, "<media:description type=\"plain\">");
		buf_put_xml(out, picture->alt);
		buf_put_cstr(out, "</media:description>\n");
	}
	if (!str_empty(picture->credit))
		xml_element(out, "media:credit", picture->credit);
	buf_put_cstr(out, "</media:content>\n");
}

/* Readers take a description for HTML: plain text is escaped as HTML first, then as XML. */
static void put_description(struct buf *out, struct str text)
{
	BUF_SCOPED html = BUF_INIT(LIMIT_PAGE_BYTES);

	buf_put_html(&html, text);
	xml_element(out, "description", buf_str(&html));
}

static void put_item(struct buf *out, const struct feed_entry *entry)
{
	buf_put_cstr(out, "<item>\n");
	xml_element(out, "title", feed_entry_title(entry));
	if (!str_empty(entry->url))
		xml_element(out, "link", entry->url);
	buf_put_cstr(out, "<guid isPermaLink=\"false\">");
	buf_put_xml(out, entry->guid);
	buf_put_cstr(out, "</guid>\n");
	put_time(out, "pubDate", entry->published_s);
	if (entry->updated_s > entry->published_s) {
		char text[CLOCK_TEXT_BYTES];

		clock_rfc3339(entry->updated_s, text);
		xml_element(out, "atom:updated", str_from(text));
	}
	for (size_t i = 0; i < entry->author_count; i++)
		xml_element(out, "dc:creator", entry->authors[i]);
	for (size_t i = 0; i < entry->category_count; i++)
		xml_element(out, "category", entry->categories[i]);
	if (!str_empty(entry->language))
		xml_element(out, "dc:language", entry->language);
	if (!str_empty(entry->summary))
		put_description(out, entry->summary);
	if (!str_empty(entry->content.text))
		xml_element(out, "content:encoded", entry->content.text);
	put_picture(out, &entry->picture);
	buf_put_cstr(out, "</item>\n");
}

void feed_put_rss(const struct feed *feed, struct buf *out)
{
	int64_t updated_s;

	buf_put_cstr(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			  "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\""
			  " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\""
			  " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
			  " xmlns:media=\"http://search.yahoo.com/mrss/\"");
	xml_attribute(out, "xml:lang", feed->language);
	buf_put_cstr(out, ">\n<channel>\n");
	xml_element(out, "title", feed->title);
	xml_element(out, "link", feed->page_url);
	put_description(out, str_empty(feed->description) ? feed->title : feed->description);
	xml_element(out, "language", feed->language);
	buf_put_cstr(out, "<atom:link rel=\"self\" type=\"application/rss+xml\"");
	xml_attribute(out, "href", feed->self_url);
	buf_put_cstr(out, "/>\n");
	if (feed_updated(feed, &updated_s))
		put_time(out, "lastBuildDate", updated_s);
	xml_element(out, "generator", STR("Crier"));
	xml_element(out, "docs", STR("https://www.rssboard.org/rss-specification"));
	for (size_t i = 0; i < feed->entry_count; i++)
		put_item(out, &feed->entries[i]);
	buf_put_cstr(out, "</channel>\n</rss>\n");
}
