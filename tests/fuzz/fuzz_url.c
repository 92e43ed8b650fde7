/* Addresses: cleaning is idempotent and leaves no scheme but the four; parsing and writing agree; resolving against
 * a base stays on http(s). Slugs are what they are after normalising, and made of a slug; so is collapsed text. */
#include "base/limits.h"
#include "base/utf8.h"
#include "text/plain.h"
#include "text/slug.h"
#include "text/url.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_clean(struct str in, struct arena *arena)
{
	struct str address, again, resolved;
	if (url_clean(in, arena, &address, NULL) != URL_OK)
		return;
	check(url_clean(address, arena, &again, NULL) == URL_OK && str_eq(address, again));
	struct url url;
	if (!url_parse(address, &url))
		return;
	check(!url.scheme.len || str_eq(url.scheme, STR("http")) || str_eq(url.scheme, STR("https")) ||
	      str_eq(url.scheme, STR("mailto")) || str_eq(url.scheme, STR("tel")));
	check(!url.has_userinfo);
	if (!url.scheme.len && url_resolve(STR("https://example.org/a/b"), address, arena, &resolved))
		check(str_eq(url_host(resolved), STR("example.org")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str in = str_of((const char *)data, size < 10000 ? size : 10000), name, value;
	struct url url;
	check_clean(in, arena);
	if (url_parse(in, &url)) {
		BUF_SCOPED out = BUF_INIT(100000);
		struct url again;
		url_put(&url, &out);
		check(url_parse(buf_str(&out), &again) && str_eq(url.path, again.path) && str_eq(url.host, again.host));
	}
	struct str path = url_path_normalise(in, arena);
	check(path.len && path.ptr[0] == '/' && str_eq(path, url_path_normalise(path, arena)));
	for (struct str rest = in; url_query_next(&rest, arena, &name, &value);)
		check(utf8_valid(name) && utf8_valid(value));
	struct str slug = slug_from_title(in, arena);
	check(slug.len <= LIMIT_SLUG_BYTES && str_eq(slug, slug_normalise(slug, arena)));
	check(str_eq(slug, slug_from_title(slug, arena)));
	struct str plain = plain_collapse(in, arena);
	check(utf8_valid(plain) && str_eq(plain, plain_collapse(plain, arena)));
	return 0;
}
