/* reading: an export read to its end, and everything that came out of it as text. Included by the reader's tests. */
#ifndef CRIER_TESTS_INGEST_READING_H
#define CRIER_TESTS_INGEST_READING_H

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "export.h"
#include "ingest/wxr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct reading {
	struct arena *arena;
	struct wxr *wxr;
	int authors, terms, items, metas, categories;
	int64_t comments;
	struct wxr_author *author; /* the last of each */
	struct wxr_term *term;
	struct wxr_item *item;
	struct buf events; /* all of them, one field a line */
	struct err err;
	int result;
};

static inline void assert_text(struct str found, const char *wanted)
{
	if (!str_eq(found, str_from(wanted)))
		fail_msg("found \"%.*s\", expected \"%s\"", STR_ARG(found), wanted);
}

static inline void reading_put(struct buf *out, const char *name, struct str text)
{
	if (!str_empty(text))
		buf_printf(out, "  %s=%.*s\n", name, STR_ARG(text));
}

static inline void reading_put_meta(struct buf *out, const struct wxr_meta_vec *metas)
{
	for (size_t i = 0; i < metas->len; i++)
		buf_printf(out, "  meta %.*s=%.*s\n", STR_ARG(metas->at[i].key), STR_ARG(metas->at[i].value));
}

static inline void reading_put_author(struct buf *out, const struct wxr_author *author)
{
	buf_printf(out, "author %lld\n", (long long)author->id);
	reading_put(out, "login", author->login);
	reading_put(out, "email", author->email);
	reading_put(out, "display_name", author->display_name);
	reading_put(out, "first_name", author->first_name);
	reading_put(out, "last_name", author->last_name);
}

static inline void reading_put_term(struct buf *out, const struct wxr_term *term)
{
	buf_printf(out, "term %lld\n", (long long)term->id);
	reading_put(out, "taxonomy", term->taxonomy);
	reading_put(out, "slug", term->slug);
	reading_put(out, "parent_slug", term->parent_slug);
	reading_put(out, "name", term->name);
	reading_put(out, "description", term->description);
	reading_put_meta(out, &term->meta);
}

static inline void reading_put_item(struct buf *out, const struct wxr_item *item)
{
	buf_printf(out, "item %lld parent %lld order %lld permalink %d sticky %d comments %lld\n",
		   (long long)item->post_id, (long long)item->parent_id, (long long)item->menu_order,
		   item->guid_is_permalink, item->sticky, (long long)item->comments);
	reading_put(out, "title", item->title);
	reading_put(out, "link", item->link);
	reading_put(out, "pub_date", item->pub_date);
	reading_put(out, "creator", item->creator);
	reading_put(out, "guid", item->guid);
	reading_put(out, "description", item->description);
	reading_put(out, "content", item->content);
	reading_put(out, "excerpt", item->excerpt);
	reading_put(out, "date", item->date);
	reading_put(out, "date_gmt", item->date_gmt);
	reading_put(out, "modified", item->modified);
	reading_put(out, "modified_gmt", item->modified_gmt);
	reading_put(out, "name", item->name);
	reading_put(out, "status", item->status);
	reading_put(out, "type", item->type);
	reading_put(out, "password", item->password);
	reading_put(out, "attachment_url", item->attachment_url);
	reading_put(out, "comment_status", item->comment_status);
	for (size_t i = 0; i < item->categories.len; i++)
		buf_printf(out, "  category %.*s/%.*s/%.*s\n", STR_ARG(item->categories.at[i].domain),
			   STR_ARG(item->categories.at[i].nicename), STR_ARG(item->categories.at[i].name));
	reading_put_meta(out, &item->meta);
}

static inline void reading_take(struct reading *reading, const struct wxr_event *event)
{
	switch (event->kind) {
	case WXR_AUTHOR:
		reading->authors++;
		reading->author = event->author;
		reading_put_author(&reading->events, event->author);
		break;
	case WXR_TERM:
		reading->terms++;
		reading->term = event->term;
		reading_put_term(&reading->events, event->term);
		break;
	case WXR_ITEM:
		reading->items++;
		reading->item = event->item;
		reading->metas += (int)event->item->meta.len;
		reading->categories += (int)event->item->categories.len;
		reading->comments += event->item->comments;
		reading_put_item(&reading->events, event->item);
		break;
	case WXR_END:
		break;
	}
}

static inline void reading_put_end(struct reading *reading)
{
	const struct wxr_head *head = wxr_head(reading->wxr);
	struct wxr_mends mends = wxr_mends(reading->wxr);
	buf_printf(&reading->events, "head %d\n", head->version);
	reading_put(&reading->events, "title", head->title);
	reading_put(&reading->events, "link", head->link);
	reading_put(&reading->events, "description", head->description);
	reading_put(&reading->events, "language", head->language);
	reading_put(&reading->events, "base_site_url", head->base_site_url);
	reading_put(&reading->events, "base_blog_url", head->base_blog_url);
	reading_put(&reading->events, "generator", head->generator);
	reading_put(&reading->events, "pub_date", head->pub_date);
	buf_printf(&reading->events, "mends %llu %llu %llu %llu %llu %llu\n", (unsigned long long)mends.cdata_ends,
		   (unsigned long long)mends.control_characters, (unsigned long long)mends.entities,
		   (unsigned long long)mends.references, (unsigned long long)mends.namespaces,
		   (unsigned long long)mends.leading_bytes);
	if (reading->result)
		buf_printf(&reading->events, "error %d %s\n", reading->result, reading->err.text);
}

static inline void reading_all(struct reading *reading)
{
	struct wxr_event event;
	while ((reading->result = wxr_next(reading->wxr, reading->arena, &event, &reading->err)) == 0 &&
	       event.kind != WXR_END)
		reading_take(reading, &event);
	reading_put_end(reading);
}

static inline struct reading reading_of(struct str text)
{
	struct reading reading = {.arena = arena_create(0)};
	buf_init(&reading.events, 256u << 20);
	wxr_open_memory("test.xml", text, &reading.wxr, &reading.err);
	reading_all(&reading);
	return reading;
}

static inline struct reading reading_good(struct str text)
{
	struct reading reading = reading_of(text);
	if (reading.result)
		fail_msg("%s", reading.err.text);
	return reading;
}

static inline void reading_end(struct reading *reading)
{
	buf_finish(&reading->events);
	wxr_close(reading->wxr);
	arena_destroy(reading->arena);
}

static inline void reading_refused(struct str text, int code, const char *message)
{
	struct reading reading = reading_of(text);
	assert_int_equal(reading.result, code);
	if (!strstr(reading.err.text, message))
		fail_msg("found \"%s\", expected \"%s\" in it", reading.err.text, message);
	reading_end(&reading);
}

#endif
