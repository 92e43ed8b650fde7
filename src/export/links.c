#include "export/links.h"

#include <string.h>

enum place { ATTRIBUTE, PROSE };

/* Where no address goes on. */
static inline bool ends(char c, enum place place)
{
	switch (c) {
	case '"':
	case '<':
	case '>':
	case '?':
	case '#':
	case '\\':
		return true;
	case '\'':
	case ',':
	case ')':
		return place == PROSE;
	default:
		return (unsigned char)c <= ' ';
	}
}

/* The entities that our escapes and those of others write. */
static struct str without_entities(struct str path, struct arena *arena)
{
	static const struct {
		struct str entity;
		char byte;
	} known[] = {{STR_INIT("&amp;"), '&'}, {STR_INIT("&#39;"), '\''}, {STR_INIT("&quot;"), '"'},
		     {STR_INIT("&#34;"), '"'}, {STR_INIT("&lt;"), '<'},   {STR_INIT("&gt;"), '>'}};
	char *out;
	size_t len = 0;

	if (str_find_byte(path, '&') == SIZE_MAX)
		return path;
	out = arena_alloc(arena, path.len);
	while (path.len > 0) {
		size_t used = 1;

		out[len] = path.ptr[0];
		for (size_t i = 0; path.ptr[0] == '&' && i < sizeof known / sizeof *known; i++) {
			if (!str_starts(path, known[i].entity))
				continue;
			out[len] = known[i].byte;
			used = known[i].entity.len;
		}
		len++;
		path = str_skip(path, used);
	}
	return str_of(out, len);
}

/* What stands at the begin of text up to where no address goes on. "//host" is not of the site. */
static size_t take(struct str text, enum place place, struct arena *arena, links_found *found, void *context)
{
	size_t len = 0, cut = 0;
	struct str path;

	while (len < text.len &&
	       (!ends(text.ptr[len], place) || (text.ptr[len] == '#' && len > 0 && text.ptr[len - 1] == '&')))
		len++;
	if (len == 0 || text.ptr[0] != '/' || (len > 1 && text.ptr[1] == '/'))
		return len;
	path = without_entities(str_sub(text, 0, len), arena);
	while (cut < path.len && !ends(path.ptr[cut], place)) /* an entity may have stood for an end */
		cut++;
	found(context, str_sub(path, 0, cut));
	return len;
}

/* "a.jpg 320w, b.jpg 640w": one after each comma. */
static void take_list(struct str text, struct arena *arena, links_found *found, void *context)
{
	size_t end = str_find_byte(text, '"');
	struct str rest = str_sub(text, 0, end), piece;

	while (str_next(&rest, ',', &piece))
		(void)take(str_trim(piece), ATTRIBUTE, arena, found, context);
}

/* Whether what stands before the '=' at `at` is the name of an attribute that holds several addresses. */
static bool is_list(struct str text, size_t at)
{
	struct str name = STR("srcset");

	return at >= name.len && str_eq(str_sub(text, at - name.len, name.len), name);
}

static void find_attributes(struct str text, struct arena *arena, links_found *found, void *context)
{
	const char *at = text.ptr, *end = text.ptr + text.len;

	while (at < end && (at = memmem(at, (size_t)(end - at), "=\"/", 3))) {
		size_t offset = (size_t)(at - text.ptr);

		if (is_list(text, offset))
			take_list(str_skip(text, offset + 2), arena, found, context);
		else
			(void)take(str_skip(text, offset + 2), ATTRIBUTE, arena, found, context);
		at += 2;
	}
}

static void find_absolute(struct str text, struct str url, struct arena *arena, links_found *found, void *context)
{
	const char *at = text.ptr, *end = text.ptr + text.len;

	while (at < end && (at = memmem(at, (size_t)(end - at), url.ptr, url.len))) {
		at += url.len;
		at += take(str_of(at, (size_t)(end - at)), PROSE, arena, found, context);
	}
}

void links_find(struct str text, bool html, struct str url, struct arena *arena, links_found *found, void *context)
{
	struct arena_mark mark = arena_mark(arena);

	if (html)
		find_attributes(text, arena, found, context);
	if (!str_empty(url))
		find_absolute(text, url, arena, found, context);
	arena_release(arena, mark);
}
