#include "feeds/feed.h"
#include "feeds/feed_inside.h"

#include <assert.h>

static const struct {
	struct str content_type, media_type, file, name;
	void (*put)(const struct feed *feed, struct buf *out);
} formats[FEED_FORMATS] = {
	[FEED_RSS] = {STR_INIT("application/rss+xml; charset=utf-8"), STR_INIT("application/rss+xml"),
		      STR_INIT("feed.rss"), STR_INIT("RSS"), feed_put_rss},
	[FEED_ATOM] = {STR_INIT("application/atom+xml; charset=utf-8"), STR_INIT("application/atom+xml"),
		       STR_INIT("feed.atom"), STR_INIT("Atom"), feed_put_atom},
	[FEED_JSON] = {STR_INIT("application/feed+json"), STR_INIT("application/feed+json"), STR_INIT("feed.json"),
		       STR_INIT("JSON Feed"), feed_put_json},
};

void feed_put(const struct feed *feed, enum feed_format format, struct buf *out)
{
	assert(format < FEED_FORMATS);
	formats[format].put(feed, out);
}

struct str feed_content_type(enum feed_format format)
{
	return formats[format].content_type;
}

struct str feed_file(enum feed_format format)
{
	return formats[format].file;
}

struct str feed_name(enum feed_format format)
{
	return formats[format].name;
}

struct str feed_media_type(enum feed_format format)
{
	return formats[format].media_type;
}

struct str feed_entry_title(const struct feed_entry *entry)
{
	if (!str_empty(entry->title))
		return entry->title;
	return str_empty(entry->summary) ? entry->url : entry->summary;
}

bool feed_updated(const struct feed *feed, int64_t *ret_time_s)
{
	for (size_t i = 0; i < feed->entry_count; i++) {
		if (i == 0 || feed->entries[i].updated_s > *ret_time_s)
			*ret_time_s = feed->entries[i].updated_s;
	}
	return feed->entry_count > 0;
}

void xml_element(struct buf *out, const char *name, struct str text)
{
	buf_printf(out, "<%s>", name);
	buf_put_xml(out, text);
	buf_printf(out, "</%s>\n", name);
}

void xml_attribute(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, " %s=\"", name);
	buf_put_xml(out, value);
	buf_put_byte(out, '"');
}
