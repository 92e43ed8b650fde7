#include "text/markup_anchor.h"

#include "base/limits.h"
#include "base/map.h"
#include "text/markup_label.h"
#include "text/plain.h"
#include "text/url.h"

/* ---- ids ---- */

#define ID_BYTES 200 /* as written; longer ones are cut */

/* "t-" before it, letters, digits and _ - . : kept, other bytes as _XX. */
static struct str safe_id(struct str id, struct arena *arena)
{
	static const char digits[] = "0123456789abcdef";
	BUF_SCOPED out = BUF_INIT(id.len * 3 + 8);
	if (!str_starts(id, STR("t-")))
		buf_put(&out, STR("t-"));
	for (size_t i = 0; i < id.len; i++) {
		unsigned char c = (unsigned char)id.ptr[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
			     c == '-' || c == '.' || c == ':';
		buf_put_byte(&out, plain ? (char)c : '_');
		if (!plain) {
			buf_put_byte(&out, digits[c >> 4]);
			buf_put_byte(&out, digits[c & 15]);
		}
	}
	return str_sub(buf_copy(&out, arena), 0, ID_BYTES);
}

/* Ids in use, each with the number that was last put behind it to make another. */
struct id_use {
	unsigned last;
};

static struct str free_id(struct map *used, struct str id, struct arena *arena)
{
	struct str stem = safe_id(id, arena), candidate = stem;
	struct id_use *use = map_get(used, stem);
	while (use && map_get(used, candidate)) {
		struct str ending = arena_printf(arena, "-%u", ++use->last);
		candidate = arena_concat(arena, (struct str[]){str_sub(stem, 0, ID_BYTES - ending.len), ending}, 2);
	}
	use = arena_new(arena, struct id_use);
	use->last = 1;
	map_put(used, candidate, use);
	return candidate;
}

static struct markup_node *target_of(const struct map *targets, struct str href, struct arena *arena,
				     struct str *ret_id)
{
	struct str id;
	if (href.len < 2 || href.ptr[0] != '#' || !url_decode(str_skip(href, 1), arena, &id))
		return NULL;
	*ret_id = id;
	return map_get(targets, id);
}

static void add_target(struct map *targets, const struct build_id *id, struct arena *arena)
{
	struct str decoded;
	if (!map_get(targets, id->id))
		map_put(targets, id->id, id->node);
	/* an id may be written encoded, as WordPress' plugins do; a link to it then reads the same decoded */
	bool encoded = str_find_byte(id->id, '%') != SIZE_MAX && url_decode(id->id, arena, &decoded);
	if (encoded && !map_get(targets, decoded))
		map_put(targets, decoded, id->node);
}

/* ---- what leads from a heading to itself ---- */

static bool is_permalink(const struct map *targets, const struct markup_node *node, const struct markup_node *heading,
			 struct arena *arena)
{
	struct label label;
	struct str id;
	return node->kind == MARKUP_LINK && target_of(targets, markup_get(node, MARKUP_HREF), arena, &id) == heading &&
	       label_of(node, &label) && label_is_sign(label_text(&label));
}

static bool has_words(const struct markup_node *node)
{
	return node->kind == MARKUP_IMAGE || (node->kind == MARKUP_TEXT && !plain_is_blank(node->text));
}

/* "Title ¶": the sign is no word of the title. Where nothing else stands there, it stays. */
static void drop_permalinks(struct markup *tree, const struct map *targets, struct markup_node *heading)
{
	VEC(struct markup_node *) found = {0};
	bool words = false;
	for (struct markup_node *at = heading->first; at;) {
		bool permalink = is_permalink(targets, at, heading, tree->arena);
		if (permalink)
			*vec_add(&found, tree->arena) = at;
		words = words || (!permalink && has_words(at));
		at = permalink ? markup_next_skip(at, heading) : markup_next(at, heading);
	}
	if (!found.len || !words)
		return;
	for (size_t i = 0; i < found.len; i++) {
		found.at[i]->first = found.at[i]->last = NULL;
		markup_prune(found.at[i], heading);
	}
	markup_respace(tree, heading);
}

/* ---- all of them ---- */

void markup_resolve_ids(struct markup *tree, const struct build_ids *ids)
{
	struct map *targets = map_create(tree->arena), *used = map_create(tree->arena);
	for (size_t i = 0; i < ids->waiting; i++)
		add_target(targets, &ids->list.at[i], tree->arena);
	for (struct markup_node *node = tree->root; node; node = markup_next(node, tree->root))
		if (node->kind == MARKUP_HEADING)
			drop_permalinks(tree, targets, node);
	for (struct markup_node *node = tree->root; node; node = markup_next(node, tree->root)) {
		struct str href = node->kind == MARKUP_LINK ? markup_get(node, MARKUP_HREF) : (struct str){0}, id;
		if (!href.len || href.ptr[0] != '#')
			continue;
		struct markup_node *target = target_of(targets, href, tree->arena, &id);
		if (!target) {
			markup_unlink(node);
			continue;
		}
		if (!target->id.len)
			target->id = free_id(used, id, tree->arena);
		markup_set(tree, node, MARKUP_HREF, arena_concat(tree->arena, (struct str[]){STR("#"), target->id}, 2));
	}
}
