/* JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/ */
#include "base/clock.h"
#include "feeds/feed_inside.h"

static void put_string(struct buf *out, struct str text)
{
	buf_put_byte(out, '"');
	buf_put_json(out, text);
	buf_put_byte(out, '"');
}

/* ,"name":"text"; nothing for an empty text. The first member of an object is written by hand. */
static void put_member(struct buf *out, const char *name, struct str text)
{
	if (str_empty(text))
		return;
	buf_printf(out, ",\"%s\":", name);
	put_string(out, text);
}

static void put_time(struct buf *out, const char *name, int64_t time_s)
{
	char text[CLOCK_TEXT_BYTES];

	clock_rfc3339(time_s, text);
	put_member(out, name, str_from(text));
}

static void put_authors(struct buf *out, const struct str *names, size_t count)
{
	if (count == 0)
		return;
	buf_put_cstr(out, ",\"authors\":[");
	for (size_t i = 0; i < count; i++) {
		buf_put_cstr(out, i > 0 ? ",{\"name\":" : "{\"name\":");
		put_string(out, names[i]);
		buf_put_byte(out, '}');
	}
	buf_put_byte(out, ']');
}

static void put_item(struct buf *out, const struct feed_entry *entry)
{
	buf_put_cstr(out, "{\"id\":");
	put_string(out, entry->guid);
	put_member(out, "url", entry->url);
	put_member(out, "title", entry->title);
	if (!str_empty(entry->content.text)) {
		put_member(out, "content_html", entry->content.text);
		put_member(out, "summary", entry->summary);
	} else {
		/* One of content_html and content_text is required. */
		buf_put_cstr(out, ",\"content_text\":");
		put_string(out, str_empty(entry->summary) ? feed_entry_title(entry) : entry->summary);
	}
	put_member(out, "image", entry->picture.url);
	put_time(out, "date_published", entry->published_s);
	put_time(out, "date_modified", entry->updated_s);
	put_authors(out, entry->authors, entry->author_count);
	if (entry->category_count > 0) {
		buf_put_cstr(out, ",\"tags\":[");
		for (size_t i = 0; i < entry->category_count; i++) {
			if (i > 0)
				buf_put_byte(out, ',');
			put_string(out, entry->categories[i]);
		}
		buf_put_byte(out, ']');
	}
	put_member(out, "language", entry->language);
	buf_put_byte(out, '}');
}

void feed_put_json(const struct feed *feed, struct buf *out)
{
	buf_put_cstr(out, "{\"version\":\"https://jsonfeed.org/version/1.1\"");
	buf_put_cstr(out, ",\"title\":");
	put_string(out, feed->title);
	put_member(out, "home_page_url", feed->page_url);
	put_member(out, "feed_url", feed->self_url);
	put_member(out, "description", feed->description);
	put_member(out, "icon", feed->icon_url);
	put_member(out, "language", feed->language);
	put_authors(out, &feed->site_name, str_empty(feed->site_name) ? 0 : 1);
	buf_put_cstr(out, ",\"items\":[");
	for (size_t i = 0; i < feed->entry_count; i++) {
		buf_put_cstr(out, i > 0 ? ",\n" : "\n");
		put_item(out, &feed->entries[i]);
	}
	buf_put_cstr(out, "\n]}\n");
}
