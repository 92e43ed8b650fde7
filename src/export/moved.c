#include "base/file.h"
#include "export/inside.h"
#include "export/name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_html_path(struct str path)
{
	struct str name = str_skip(path, str_rfind_byte(path, '/') + 1);
	size_t dot = str_rfind_byte(name, '.');

	return dot == SIZE_MAX || str_starts_nocase(str_skip(name, dot), STR(".htm"));
}

/* A page for hosts that know no redirects: browsers follow it, search engines take the canonical address. */
static struct page *leading_page(struct hand *hand, struct str to)
{
	struct str url = str_starts(to, STR("/")) ? hand->run->options->url : STR("");
	RESPONSE_SCOPED response;
	struct buf *out;

	response_init(&response, hand->arena);
	out = &response.body;
	buf_put_cstr(out, "<!doctype html>\n<html><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
			  "content=\"width=device-width\">\n<title>");
	buf_put_html(out, to);
	buf_put_cstr(out, "</title>\n<link rel=\"canonical\" href=\"");
	buf_put_html(out, url);
	buf_put_html(out, to);
	buf_put_cstr(out, "\">\n<meta http-equiv=\"refresh\" content=\"0; url=");
	buf_put_html(out, to);
	buf_put_cstr(out, "\">\n</head><body><p><a href=\"");
	buf_put_html(out, to);
	buf_put_cstr(out, "\">");
	buf_put_html(out, to);
	buf_put_cstr(out, "</a></p></body></html>\n");
	return page_create(&response, NULL);
}

static void note(struct run *run, struct moved_vec *where, struct str from, struct str to)
{
	struct moved *moved;

	pthread_mutex_lock(&run->lock);
	moved = vec_add(where, run->arena);
	moved->from = arena_str(run->arena, from);
	moved->to = arena_str(run->arena, to);
	pthread_mutex_unlock(&run->lock);
}

/* What leads to somewhere on this site is linked there, too. */
static void follow(struct hand *hand, struct str to)
{
	struct str path = str_sub(to, 0, str_find_byte(to, '#'));

	path = str_sub(path, 0, str_find_byte(path, '?'));
	if (str_starts(path, STR("/")))
		errands_add(hand->run->errands, &path, 1);
}

void moved_met(struct hand *hand, struct str target, const struct page *page)
{
	struct run *run = hand->run;
	struct str path = str_sub(target, 0, str_find_byte(target, '?')), name;
	struct page *leading;

	follow(hand, page->location);
	if (str_eq(path, page->location)) /* only the query is taken away, which a host of files does anyhow */
		return;
	if (!atomic_load(&run->second)) {
		note(run, &run->later, target, page->location);
		return;
	}
	note(run, &run->moved, target, page->location);
	/* a query has no file, and what is asked for as a picture cannot be a page */
	if (path.len != target.len || !is_html_path(path) || name_of_path(path, true, hand->arena, &name) ||
	    manifest_is_claimed(run->manifest, name))
		return;
	leading = leading_page(hand, page->location);
	work_file(hand, name, leading, false); /* "/a" and "/a/" may both have been there */
	page_release(leading);
}

/* Maps --------------------------------------------------------------------------------------------- */

static int by_from(const void *a, const void *b)
{
	return str_cmp(((const struct moved *)a)->from, ((const struct moved *)b)->from);
}

/* In quotes, for nginx and Caddy: what means something to them there is written as an address may write it. */
static void put_quoted(struct buf *out, struct str address)
{
	buf_put_byte(out, '"');
	for (size_t i = 0; i < address.len; i++) {
		unsigned char byte = (unsigned char)address.ptr[i];

		if (byte <= ' ' || byte >= 0x7f || strchr("\"\\${}`", byte))
			buf_printf(out, "%%%02X", byte);
		else
			buf_put_byte(out, (char)byte);
	}
	buf_put_byte(out, '"');
}

#define MAP_MAX_BYTES (1u << 30)

static int write_map(struct run *run, const char *name, const char *end, struct err *err)
{
	BUF_SCOPED out = BUF_INIT(MAP_MAX_BYTES);
	BUF_SCOPED path = BUF_INIT(64);
	ARENA_SCOPED arena = arena_create(0);
	struct str before;

	for (size_t i = 0; i < run->moved.len; i++) {
		const struct moved *moved = &run->moved.at[i];

		if (i > 0 && str_eq(moved->from, moved[-1].from))
			continue;
		put_quoted(&out, moved->from);
		buf_put_byte(&out, ' ');
		put_quoted(&out, moved->to);
		buf_put_cstr(&out, end);
	}
	buf_printf(&path, "/proc/self/fd/%d/%s", tree_private_fd(run->tree), name);
	buf_put_byte(&path, 0);
	if (out.over)
		return err_set(err, ERR_LIMIT, ".crier/%s: more old addresses than %u bytes hold", name, MAP_MAX_BYTES);
	if (file_read(path.ptr, MAP_MAX_BYTES, arena, &before, NULL) == 0 && str_eq(before, buf_str(&out)))
		return 0;
	return file_write(path.ptr, buf_str(&out), 0644, err);
}

int moved_maps(struct run *run, struct err *err)
{
	int rc;

	if (run->moved.len > 0)
		qsort(run->moved.at, run->moved.len, sizeof *run->moved.at, by_from);
	rc = write_map(run, "redirects.map", ";\n", err);
	return rc ? rc : write_map(run, "redirects.caddy", "\n", err);
}
