/* Markup: whatever comes in, what goes out is safe by a second, independent list, reads back to the same bytes,
 * and is valid text; so is the public form with all pictures shown, a title, and what is left when every second
 * link and picture was taken out. */
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

static struct str canonical(const struct markup *tree, struct arena *arena)
{
	struct safe_html html;
	check(markup_canonical(tree, arena, &html, NULL) == 0 && utf8_valid(html.text));
	check(!safe_check(html.text, arena, NULL));
	return html.text;
}

static int every_second_link(void *context, enum markup_link_use use, struct str address, struct str *ret_address,
			     struct err *err)
{
	unsigned *calls = context;
	(void)use;
	(void)err;
	*ret_address = str_skip(address, 1);
	return (int)(++*calls % 3); /* kept, replaced, removed */
}

static int every_second_picture(void *context, struct markup_media *media, struct err *err)
{
	unsigned *calls = context;
	(void)err;
	media->guid = (struct str){0};
	media->address = str_skip(media->address, 1);
	media->credit = media->caption;
	media->caption = media->alt;
	return (int)(++*calls % 3);
}

static void check_rewritten(struct markup *tree, struct arena *arena)
{
	unsigned calls = 0;
	const struct markup_rewrite rewrite = {
		.context = &calls, .link = every_second_link, .media = every_second_picture};
	check(markup_rewrite(tree, &rewrite, NULL) == 0);
	canonical(tree, arena);
}

static void check_title(struct str in, struct arena *arena)
{
	const struct markup_options options = {.inline_only = true};
	struct str once = canonical(markup_from_html(&options, in, arena, NULL), arena);
	check(str_eq(once, canonical(markup_from_html(&options, once, arena, NULL), arena)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str in = str_of((const char *)data, size);
	struct safe_html public;
	struct markup *tree = markup_from_html(NULL, in, arena, markup_report_create(arena));
	struct str once = canonical(tree, arena);
	check(str_eq(once, canonical(markup_from_html(NULL, once, arena, NULL), arena)));
	check_title(in, arena);
	const struct markup_public options = {.picture = show, .base = STR("https://example.org/a/")};
	if (markup_public(tree, &options, arena, &public, NULL) == 0)
		check(!safe_check(markup_absolute(public, options.base, arena).text, arena, NULL));
	struct str excerpt = excerpt_of((struct str){0}, tree, STR("en"), 50, arena);
	check(utf8_valid(excerpt) && utf8_valid(plain_from_html(in, arena)));
	check_rewritten(tree, arena);
	return 0;
}
