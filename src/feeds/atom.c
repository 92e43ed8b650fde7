/* Atom 1.0: RFC 4287. */
#include "base/clock.h"
#include "feeds/feed_inside.h"

static void put_time(struct buf *out, const char *name, int64_t time_s)
{
	char text[CLOCK_TEXT_BYTES];

	clock_rfc3339(time_s, text);
	xml_element(out, name, str_from(text));
}

static void put_link(struct buf *out, const char *rel, const char *type, struct str url)
{
	buf_printf(out, "<link rel=\"%s\" type=\"%s\"", rel, type);
	xml_attribute(out, "href", url);
	buf_put_cstr(out, "/>\n");
}

static void put_author(struct buf *out, struct str name)
{
	buf_put_cstr(out, "<author>");
	buf_put_cstr(out, "<name>");
	buf_put_xml(out, name);
	buf_put_cstr(out, "</name></author>\n");
}

static bool is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_scheme(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (!is_letter(c) && (i == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')))
			return false;
	}
	return text.len > 0;
}

/* Section 4.2.6: an id is an IRI. A guid that is none is put behind the site's address. */
static bool is_iri(struct str guid)
{
	static const struct str never = STR_INIT("<>\"{}|\\^`\x7f");
	struct str scheme, rest;

	for (size_t i = 0; i < guid.len; i++) {
		if ((unsigned char)guid.ptr[i] <= ' ' || str_find_byte(never, guid.ptr[i]) != SIZE_MAX)
			return false;
	}
	return str_cut(guid, ':', &scheme, &rest) && is_scheme(scheme);
}

static void put_id(struct buf *out, const struct feed *feed, const struct feed_entry *entry)
{
	buf_put_cstr(out, "<id>");
	if (is_iri(entry->guid)) {
		buf_put_xml(out, entry->guid);
	} else {
		buf_put_xml(out, feed->site_url);
		buf_put_cstr(out, "#");
		buf_put_url(out, entry->guid);
	}
	buf_put_cstr(out, "</id>\n");
}

static void put_picture(struct buf *out, const struct feed_picture *picture)
{
	if (str_empty(picture->url))
		return;
	buf_put_cstr(out, "<link rel=\"related\"");
	if (!str_empty(picture->mime))
		xml_attribute(out, "type", picture->mime);
	if (!str_empty(picture->alt))
		xml_attribute(out, "title", picture->alt);
	xml_attribute(out, "href", picture->url);
	buf_put_cstr(out, "/>\n");
}

static void put_entry(struct buf *out, const struct feed *feed, const struct feed_entry *entry)
{
	buf_put_cstr(out, "<entry");
	if (!str_empty(entry->language))
		xml_attribute(out, "xml:lang", entry->language);
	buf_put_cstr(out, ">\n");
	put_id(out, feed, entry);
	xml_element(out, "title", feed_entry_title(entry));
	if (!str_empty(entry->url))
		put_link(out, "alternate", "text/html", entry->url);
	put_time(out, "published", entry->published_s);
	put_time(out, "updated", entry->updated_s);
	for (size_t i = 0; i < entry->author_count; i++)
		put_author(out, entry->authors[i]);
	for (size_t i = 0; i < entry->category_count; i++) {
		buf_put_cstr(out, "<category");
		xml_attribute(out, "term", entry->categories[i]);
		buf_put_cstr(out, "/>\n");
	}
	if (str_empty(entry->url)) /* section 4.1.2: without content there must be an address */
		xml_element(out, "content", entry->summary);
	else if (!str_empty(entry->summary))
		xml_element(out, "summary", entry->summary);
	put_picture(out, &entry->picture);
	if (!str_empty(entry->content.text)) {
		buf_put_cstr(out, "<content type=\"html\"");
		xml_attribute(out, "xml:base", entry->url);
		buf_put_cstr(out, ">");
		buf_put_xml(out, entry->content.text);
		buf_put_cstr(out, "</content>\n");
	}
	buf_put_cstr(out, "</entry>\n");
}

void feed_put_atom(const struct feed *feed, struct buf *out)
{
	int64_t updated_s = 0; /* an empty feed never changed */

	feed_updated(feed, &updated_s);
	buf_put_cstr(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"");
	xml_attribute(out, "xml:lang", feed->language);
	buf_put_cstr(out, ">\n");
	xml_element(out, "id", feed->self_url);
	xml_element(out, "title", feed->title);
	if (!str_empty(feed->description))
		xml_element(out, "subtitle", feed->description);
	put_time(out, "updated", updated_s);
	put_link(out, "self", "application/atom+xml", feed->self_url);
	put_link(out, "alternate", "text/html", feed->page_url);
	put_author(out, feed->site_name);
	if (!str_empty(feed->icon_url))
		xml_element(out, "icon", feed->icon_url);
	xml_element(out, "generator", STR("Crier"));
	for (size_t i = 0; i < feed->entry_count; i++)
		put_entry(out, feed, &feed->entries[i]);
	buf_put_cstr(out, "</feed>\n");
}
