#include "base/buf.h"
#include "db/driver.h"

#define SHOWN_BYTES (64u << 10)

/* What stands behind "://", or all where that is missing. */
static struct str behind_scheme(struct str url)
{
	size_t at = str_find(url, STR("://"));
	return at == SIZE_MAX ? url : str_skip(url, at + 3);
}

static void put_query(struct buf *out, struct str query)
{
	struct str piece, name, value;
	for (bool first = true; str_next(&query, '&', &piece); first = false) {
		bool secret = str_cut(piece, '=', &name, &value) && str_find_nocase(name, STR("password")) != SIZE_MAX;
		buf_put_byte(out, first ? '?' : '&');
		buf_put(out, secret ? name : piece);
		buf_put_cstr(out, secret ? "=…" : "");
	}
}

/* Up to the last '@': who did not write one in a password as %40 is covered too. */
struct str db_url_shown(const char *url, struct arena *arena)
{
	struct str whole = str_from(url), rest = behind_scheme(whole), user, query = {0};
	if (str_starts(whole, STR("sqlite:")))
		return arena_str(arena, whole);
	BUF_SCOPED out = BUF_INIT(SHOWN_BYTES);
	buf_put(&out, str_sub(whole, 0, whole.len - rest.len));
	size_t at = str_rfind_byte(rest, '@');
	if (at != SIZE_MAX) {
		bool secret = str_cut(str_sub(rest, 0, at), ':', &user, &(struct str){0});
		buf_put(&out, user);
		buf_put_cstr(&out, secret ? ":…" : "");
		rest = str_skip(rest, at);
	}
	str_cut(rest, '?', &rest, &query);
	buf_put(&out, rest);
	put_query(&out, query);
	return buf_copy(&out, arena);
}

bool db_url_plain(struct str url)
{
	struct str rest = behind_scheme(url), before;
	str_cut(rest, '?', &rest, &(struct str){0});
	size_t at = str_find_byte(rest, '@');
	if (at == SIZE_MAX)
		return true;
	before = str_sub(rest, 0, at);
	return str_find_byte(before, '/') == SIZE_MAX && str_find_byte(before, '#') == SIZE_MAX &&
	       at == str_rfind_byte(rest, '@');
}
