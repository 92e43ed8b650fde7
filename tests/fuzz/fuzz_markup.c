/* Markup: whatever comes in, what goes out is safe by a second, independent list, reads back to the same bytes,
 * and is valid text; so is the public form with all pictures shown. */
#include "../text/safe_check.h"

#include "base/utf8.h"
#include "text/excerpt.h"
#include "text/markup.h"
#include "text/plain.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static int show(void *context, const struct markup_media *media, struct markup_picture *ret_picture)
{
	(void)context;
	*ret_picture =
		(struct markup_picture){.src = STR("/media/p.jpg"), .width = media->width, .caption = media->alt};
	return MARKUP_SHOW;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str in = str_of((const char *)data, size);
	struct safe_html once, twice, public;
	struct markup *tree = markup_from_html(NULL, in, arena, markup_report_create(arena));
	check(markup_canonical(tree, arena, &once, NULL) == 0 && utf8_valid(once.text));
	check(!safe_check(once.text, arena, NULL));
	check(markup_canonical(markup_from_html(NULL, once.text, arena, NULL), arena, &twice, NULL) == 0);
	check(str_eq(once.text, twice.text));
	const struct markup_public options = {.picture = show, .base = STR("https://example.org/a/")};
	if (markup_public(tree, &options, arena, &public, NULL) == 0)
		check(!safe_check(markup_absolute(public, options.base, arena).text, arena, NULL));
	struct str excerpt = excerpt_of((struct str){0}, tree, STR("en"), 50, arena);
	check(utf8_valid(excerpt) && utf8_valid(plain_from_html(in, arena)));
	return 0;
}
