/* export: WordPress exports written for tests, piece by piece. Included by the tests alone. */
#ifndef CRIER_TESTS_INGEST_EXPORT_H
#define CRIER_TESTS_INGEST_EXPORT_H

#include "base/buf.h"

#define EXPORT_HEAD(version)                                                                                           \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                                 \
	"<rss version=\"2.0\" xmlns:excerpt=\"http://wordpress.org/export/" version "/excerpt/\" "                     \
	"xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "    \
	"xmlns:wp=\"http://wordpress.org/export/" version "/\">\n<channel>\n<title>Harbour Watch</title>\n"            \
	"<link>https://harbour.example</link>\n<language>en</language>\n<wp:wxr_version>" version                      \
	"</wp:wxr_version>\n<wp:base_site_url>https://harbour.example</wp:base_site_url>\n"                            \
	"<wp:base_blog_url>https://harbour.example</wp:base_blog_url>\n"
#define EXPORT_FOOT "</channel>\n</rss>\n"

/* An item: zeroed fields get what an ordinary published post has. extra is XML put in as it is. */
struct export_item {
	int id, parent;
	const char *title, *name, *link, *type, *status, *date, *date_gmt, *content, *excerpt, *password, *creator,
		*extra;
};

static inline void export_put_item(struct buf *out, const struct export_item *item)
{
	const char *name = item->name ? item->name : "pier";
	const char *type = item->type ? item->type : "post";
	buf_printf(out, "<item>\n<title><![CDATA[%s]]></title>\n", item->title ? item->title : "Pier closed");
	if (item->link)
		buf_printf(out, "<link>%s</link>\n", item->link);
	else
		buf_printf(out, "<link>https://harbour.example/2019/05/%s/</link>\n", name);
	buf_printf(out, "<dc:creator><![CDATA[%s]]></dc:creator>\n", item->creator ? item->creator : "mara");
	buf_printf(out, "<guid isPermaLink=\"false\">https://harbour.example/?p=%d</guid>\n", item->id);
	buf_printf(out, "<content:encoded><![CDATA[%s]]></content:encoded>\n", item->content ? item->content : "Text.");
	buf_printf(out, "<excerpt:encoded><![CDATA[%s]]></excerpt:encoded>\n", item->excerpt ? item->excerpt : "");
	buf_printf(out, "<wp:post_id>%d</wp:post_id>\n<wp:post_parent>%d</wp:post_parent>\n", item->id, item->parent);
	buf_printf(out, "<wp:post_date>%s</wp:post_date>\n", item->date ? item->date : "2019-05-02 08:00:00");
	buf_printf(out, "<wp:post_date_gmt>%s</wp:post_date_gmt>\n",
		   item->date_gmt ? item->date_gmt : "2019-05-02 06:00:00");
	buf_printf(out, "<wp:post_name>%s</wp:post_name>\n<wp:status>%s</wp:status>\n", name,
		   item->status ? item->status : "publish");
	buf_printf(out, "<wp:post_type>%s</wp:post_type>\n<wp:post_password>%s</wp:post_password>\n", type,
		   item->password ? item->password : "");
	buf_printf(out, "%s</item>\n", item->extra ? item->extra : "");
}

/* Pieces for .extra, and for the head. */
#define META(key, value)                                                                                               \
	"<wp:postmeta><wp:meta_key>" key "</wp:meta_key><wp:meta_value><![CDATA[" value                                \
	"]]></wp:meta_value></wp:postmeta>"
#define IN(domain, slug, name) "<category domain=\"" domain "\" nicename=\"" slug "\"><![CDATA[" name "]]></category>"
#define TERM(id, taxonomy, slug, parent, name, description)                                                            \
	"<wp:term><wp:term_id>" id "</wp:term_id><wp:term_taxonomy>" taxonomy "</wp:term_taxonomy><wp:term_slug>" slug \
	"</wp:term_slug><wp:term_parent>" parent "</wp:term_parent><wp:term_name><![CDATA[" name                       \
	"]]></wp:term_name><wp:term_description><![CDATA[" description "]]></wp:term_description></wp:term>"

#endif
