#include "base/limits.h"
#include "base/utf8.h"
#include "text/markup_anchor.h"
#include "text/markup_note.h"
#include "text/markup_parse.h"
#include "text/markup_scan.h"
#include "text/markup_write.h"
#include "text/plain.h"
#include "text/url.h"

/* ---- in ---- */

static void *parser_alloc(void *arena, size_t bytes)
{
	return arena_alloc(arena, bytes);
}

static void parser_free(void *arena, void *piece)
{
	(void)arena;
	(void)piece;
}

static const GumboOutput *parse(const struct buf *html, struct arena *scratch)
{
	GumboOptions options = kGumboDefaultOptions;
	options.allocator = parser_alloc;
	options.deallocator = parser_free;
	options.userdata = scratch;
	options.max_errors = 0; /* it would keep each error, quadratically */
	options.fragment_context = GUMBO_TAG_DIV;
	return gumbo_parse_with_options(&options, html->ptr ? html->ptr : "", html->len);
}

static struct markup *tree_new(struct arena *arena)
{
	struct markup *tree = arena_new(arena, struct markup);
	tree->arena = arena;
	tree->root = markup_node_new(tree, MARKUP_ROOT);
	return tree;
}

/* Only what is small enough gets notes: making them can lengthen the text fivefold. */
#define NOTES_BYTES (LIMIT_BODY_BYTES / 8)

static bool has_notes_list(const struct buf *html)
{
	return str_find(buf_str(html), STR("<ol class=\"notes\">")) != SIZE_MAX;
}

/* Whether notes are looked for; *ret_noted: whether there were any. */
static void build_tree(struct markup *tree, const struct markup_options *options, const struct markup_scanned *scanned,
		       struct arena *scratch, struct markup_report *report, bool notes, bool *ret_noted)
{
	struct build_ids ids = {0};
	struct markup_builder builder;
	build_init(&builder, tree, tree->root, &ids, report);
	builder.flat = options->inline_only;
	builder.runs = scanned->runs.at;
	builder.run_count = scanned->runs.len;
	struct convert convert = {.tree = tree, .builder = &builder, .options = options, .report = report, .ids = &ids};
	const GumboOutput *parsed = parse(&scanned->html, scratch);
	convert_children(&convert, parsed->root);
	build_finish(&builder);
	while (ids.waiting < ids.list.len) /* behind the last block: they mean the end of the document */
		ids.list.at[ids.waiting++].node = tree->root->last;
	while (ids.waiting > 0 && (!ids.list.at[ids.waiting - 1].node || options->inline_only))
		ids.waiting--;
	markup_resolve_ids(tree, &ids);
	bool small = tree->bytes <= NOTES_BYTES || has_notes_list(&scanned->html);
	*ret_noted = notes && !options->inline_only && small && markup_find_notes(tree);
	markup_tidy(tree);
}

static struct markup *read_html(const struct markup_options *options, struct str html, struct arena *arena,
				struct markup_report *report, bool notes, bool *ret_noted)
{
	struct markup *tree = tree_new(arena);
	tree->inline_only = options->inline_only;
	ARENA_SCOPED scratch = arena_create(0);
	BUF_SCOPED clean = BUF_INIT((size_t)LIMIT_BODY_BYTES * 3);
	buf_reserve(&clean, html.len);
	plain_put_clean(&clean, html);
	struct markup_scanned scanned;
	markup_scan(buf_str(&clean), scratch, report, &scanned);
	build_tree(tree, options, &scanned, scratch, report, notes, ret_noted);
	buf_finish(&scanned.html);
	return tree;
}

/* Making notes takes text out of blocks. What is left must read back as it is; where it would not (marks inside
 * of preformatted text and the like), the notes stay as they came. */
static bool notes_hold(const struct markup *tree)
{
	ARENA_SCOPED scratch = arena_create(0);
	static const struct markup_options defaults = {0};
	struct safe_html once, twice;
	bool noted;
	return markup_canonical(tree, scratch, &once, NULL) == 0 &&
	       markup_canonical(read_html(&defaults, once.text, scratch, NULL, true, &noted), scratch, &twice, NULL) ==
		       0 &&
	       str_eq(once.text, twice.text);
}

struct markup *markup_from_html(const struct markup_options *options, struct str html, struct arena *arena,
				struct markup_report *report)
{
	static const struct markup_options defaults = {0};
	bool noted;
	if (!options)
		options = &defaults;
	if (html.len > LIMIT_BODY_BYTES) {
		markup_report_add(report, MARKUP_DROPPED_CUT, STR("size"), 1);
		html = utf8_clip(html, LIMIT_BODY_BYTES);
	}
	struct markup *tree = read_html(options, html, arena, report, true, &noted);
	if (noted && !notes_hold(tree))
		tree = read_html(options, html, arena, NULL, false, &noted);
	return tree;
}

struct markup *markup_from_text(struct str text, struct arena *arena)
{
	struct markup *tree = tree_new(arena);
	struct build_ids ids = {0};
	struct markup_builder builder;
	const struct build_shape paragraph = {.kind = MARKUP_PARAGRAPH};
	BUF_SCOPED clean = BUF_INIT((size_t)LIMIT_BODY_BYTES * 3);
	plain_put_clean(&clean, utf8_clip(text, LIMIT_BODY_BYTES));
	build_init(&builder, tree, tree->root, &ids, NULL);
	struct build_saved saved = build_enter_leaf(&builder, &paragraph);
	struct str rest = buf_str(&clean), line;
	while (str_next(&rest, '\n', &line)) {
		build_text(&builder, line);
		build_break(&builder);
	}
	build_leave(&builder, saved);
	build_finish(&builder);
	return tree;
}

/* ---- changing ---- */

/* Asks for one address. Answers MARKUP_KEEP, MARKUP_REPLACE with the new one set, MARKUP_REMOVE, or negative. */
static int ask_link(struct markup *tree, struct markup_node *node, enum markup_attribute_name name,
		    enum markup_link_use use, const struct markup_rewrite *rewrite, struct err *err)
{
	struct str address = markup_get(node, name), replaced = {0}, clean;
	if (!rewrite->link || !address.len || address.ptr[0] == '#')
		return MARKUP_KEEP;
	int answer = rewrite->link(rewrite->context, use, address, &replaced, err);
	if (answer != MARKUP_REPLACE)
		return answer;
	if (url_clean(replaced, tree->arena, &clean, NULL) != URL_OK)
		return MARKUP_REMOVE;
	if (use == MARKUP_USE_EMBED && !str_starts(clean, STR("https://")) && clean.ptr[0] != '/')
		return MARKUP_REMOVE;
	markup_set(tree, node, name, clean);
	return MARKUP_REPLACE;
}

static void set_piece(struct markup *tree, struct markup_node *figure, enum markup_kind kind, struct str text)
{
	struct markup_node *old = markup_child(figure, kind);
	text = plain_collapse(text, tree->arena);
	if (old)
		markup_remove(old);
	if (!text.len)
		return;
	struct markup_node *piece = markup_node_new(tree, kind), *leaf = markup_node_new(tree, MARKUP_TEXT);
	leaf->text = text;
	markup_append(piece, leaf);
	markup_append(figure, piece);
	struct markup_node *credit = markup_child(figure, MARKUP_CREDIT);
	if (kind == MARKUP_CAPTION && credit && credit->next) { /* the credit stands last */
		markup_remove(credit);
		markup_append(figure, credit);
	}
}

static void set_or_unset(struct markup *tree, struct markup_node *node, enum markup_attribute_name name,
			 struct str value)
{
	if (value.len)
		markup_set(tree, node, name, arena_str(tree->arena, value));
	else
		markup_unset(node, name);
}

static void take_media(struct markup *tree, struct markup_node *node, const struct markup_media *before,
		       const struct markup_media *after)
{
	struct str clean = {0};
	if (after->address.len && url_clean(after->address, tree->arena, &clean, NULL) == URL_OK &&
	    !markup_is_picture_address(clean))
		clean = (struct str){0};
	set_or_unset(tree, node, MARKUP_SRC, clean);
	set_or_unset(tree, node, MARKUP_MEDIA, markup_attribute_value(after->guid, tree->arena));
	if (after->has_alt)
		markup_set(tree, node, MARKUP_ALT, markup_attribute_value(after->alt, tree->arena));
	else
		markup_unset(node, MARKUP_ALT);
	if (node->kind != MARKUP_FIGURE)
		return;
	if (!str_eq(before->caption, after->caption))
		set_piece(tree, node, MARKUP_CAPTION, after->caption);
	if (!str_eq(before->credit, after->credit))
		set_piece(tree, node, MARKUP_CREDIT, after->credit);
}

/* True in *ret_gone where the node is no more. */
static int rewrite_picture(struct markup *tree, struct markup_node *node, const struct markup_rewrite *rewrite,
			   bool *ret_gone, struct err *err)
{
	if (!rewrite->media)
		return 0;
	struct markup_media before = markup_media_of(node, tree->arena), after = before;
	int answer = rewrite->media(rewrite->context, &after, err);
	if (answer < 0)
		return answer;
	if (answer == MARKUP_REPLACE)
		take_media(tree, node, &before, &after);
	bool nameless = !markup_has(node, MARKUP_SRC) && !markup_has(node, MARKUP_MEDIA);
	*ret_gone = answer == MARKUP_REMOVE || nameless;
	return 0;
}

static int rewrite_node(struct markup *tree, struct markup_node *node, const struct markup_rewrite *rewrite,
			bool *ret_gone, struct err *err)
{
	int answer = 0;
	switch ((int)node->kind) {
	case MARKUP_LINK:
		answer = ask_link(tree, node, MARKUP_HREF, MARKUP_USE_LINK, rewrite, err);
		if (answer == MARKUP_REMOVE)
			markup_unlink(node);
		break;
	case MARKUP_EMBED:
		answer = ask_link(tree, node, MARKUP_HREF, MARKUP_USE_EMBED, rewrite, err);
		*ret_gone = answer == MARKUP_REMOVE;
		break;
	case MARKUP_FIGURE:
		answer = ask_link(tree, node, MARKUP_HREF, MARKUP_USE_PICTURE_LINK, rewrite, err);
		if (answer == MARKUP_REMOVE)
			markup_unset(node, MARKUP_HREF);
		if (answer >= 0)
			answer = rewrite_picture(tree, node, rewrite, ret_gone, err);
		break;
	case MARKUP_IMAGE:
		answer = rewrite_picture(tree, node, rewrite, ret_gone, err);
		break;
	default:
		answer = ask_link(tree, node, MARKUP_ATTR_CITE, MARKUP_USE_CITE, rewrite, err);
		if (answer == MARKUP_REMOVE)
			markup_unset(node, MARKUP_ATTR_CITE);
		break;
	}
	return answer < 0 ? answer : 0;
}

/* A gallery without pictures is nothing, whatever its caption says. */
static struct markup_node *whole_of(struct markup_node *node)
{
	struct markup_node *around = node->parent;
	bool only = around->kind == MARKUP_GALLERY && around->first == node &&
		    (!node->next || node->next->kind == MARKUP_CAPTION);
	return only ? around : node;
}

/* What was taken out leaves spaces and empty places: reading the tree anew tidies them. */
static int tidy(struct markup *tree, struct err *err)
{
	struct safe_html html;
	int answer = markup_canonical(tree, tree->arena, &html, err);
	const struct markup_options options = {.inline_only = tree->inline_only};
	if (answer == 0)
		*tree = *markup_from_html(&options, html.text, tree->arena, NULL);
	return answer;
}

int markup_rewrite(struct markup *tree, const struct markup_rewrite *rewrite, struct err *err)
{
	struct markup_node *node = tree->root, *next;
	bool removed = false;
	for (; node; node = next) {
		bool gone = false;
		int answer = rewrite_node(tree, node, rewrite, &gone, err);
		if (answer < 0)
			return answer;
		if (!gone) {
			next = markup_next(node, tree->root);
			continue;
		}
		removed = true;
		node = whole_of(node);
		next = markup_next_skip(node, tree->root);
		node->first = node->last = NULL;
		markup_prune(node, tree->root);
	}
	return removed ? tidy(tree, err) : 0;
}

/* ---- questions ---- */

bool markup_first_media(const struct markup *tree, struct markup_media *ret_media)
{
	for (const struct markup_node *node = tree->root; node; node = markup_next(node, tree->root)) {
		if (node->kind != MARKUP_FIGURE && node->kind != MARKUP_IMAGE)
			continue;
		*ret_media = markup_media_of(node, tree->arena);
		return true;
	}
	return false;
}

bool markup_is_empty(const struct markup *tree)
{
	for (const struct markup_node *node = tree->root; node; node = markup_next(node, tree->root))
		if (node->kind == MARKUP_TEXT || node->kind == MARKUP_IMAGE || node->kind == MARKUP_FIGURE ||
		    node->kind == MARKUP_EMBED)
			return false;
	return true;
}
