/* safe_check: what may stand in HTML that the serialiser wrote, said a second time and independently of it.
 *
 * The HTML is parsed again as a browser would, and each element, attribute and address in it must be one of
 * these. safe_check gives NULL, or what was wrong. */
#ifndef CRIER_TESTS_SAFE_CHECK_H
#define CRIER_TESTS_SAFE_CHECK_H

#include "base/arena.h"
#include "base/map.h"

#include <gumbo.h>
#include <string.h>
#include <strings.h>

static bool safe_check_in(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

static bool safe_check_name(const GumboElement *element, char ret_name[16])
{
	static const char *const names[] = {
		"a",       "abbr",       "aside",  "b",     "bdi",     "bdo",    "blockquote", "br",     "caption",
		"cite",    "code",       "dd",     "del",   "details", "dfn",    "div",        "dl",     "dt",
		"em",      "figcaption", "figure", "h2",    "h3",      "h4",     "h5",         "h6",     "hr",
		"i",       "img",        "ins",    "kbd",   "li",      "mark",   "ol",         "p",      "picture",
		"pre",     "q",          "s",      "samp",  "small",   "source", "span",       "strong", "sub",
		"summary", "sup",        "table",  "tbody", "td",      "tfoot",  "th",         "thead",  "time",
		"tr",      "u",          "ul",     "var",   NULL};
	const char *normal = gumbo_normalized_tagname(element->tag);
	if (element->tag == GUMBO_TAG_UNKNOWN || element->tag_namespace != GUMBO_NAMESPACE_HTML ||
	    strlen(normal) > 15) {
		GumboStringPiece piece = element->original_tag;
		gumbo_tag_from_original_text(&piece);
		memset(ret_name, 0, 16);
		memcpy(ret_name, piece.data ? piece.data : "?", piece.length < 15 ? piece.length : 15);
		return element->tag == GUMBO_TAG_UNKNOWN && strcmp(ret_name, "picture") == 0;
	}
	memset(ret_name, 0, 16);
	memcpy(ret_name, normal, strlen(normal));
	return safe_check_in(ret_name, names);
}

/* The scheme as a browser finds it: white space and controls in front skipped, tabs and line ends anywhere. */
static bool safe_check_address(const char *address, bool loads)
{
	static const char *const allowed[] = {"http", "https", "mailto", "tel", NULL};
	char scheme[16] = {0};
	size_t len = 0;
	while (*address && (unsigned char)*address <= ' ')
		address++;
	for (; *address && !strchr("/?#", *address); address++) {
		if (*address == '\t' || *address == '\n' || *address == '\r')
			continue;
		if (*address == ':')
			return safe_check_in(scheme, allowed) && !(loads && scheme[0] != 'h');
		if (len < sizeof scheme - 1)
			scheme[len++] = *address;
	}
	return true;
}

static bool safe_check_class(const char *value)
{
	static const char *const words[] = {"align-left",     "align-right", "align-center",  "align-wide",
					    "align-full",     "pull",        "quote",         "gallery",
					    "notes",          "credit",      "caption",       "embed-card",
					    "embed-provider", "embed-title", "embed-address", NULL};
	char word[32];
	while (*value) {
		size_t len = strcspn(value, " ");
		if (len >= sizeof word)
			return false;
		memcpy(word, value, len);
		word[len] = '\0';
		if (!safe_check_in(word, words))
			return false;
		value += len + (value[len] == ' ');
	}
	return true;
}

static bool safe_check_attribute(const char *name, const char *value)
{
	static const char *const plain[] = {"alt",      "aria-label", "colspan",  "data-media", "datetime", "decoding",
					    "dir",      "height",     "hreflang", "lang",       "loading",  "rel",
					    "reversed", "role",       "rowspan",  "scope",      "sizes",    "start",
					    "title",    "type",       "value",    "width",      NULL};
	if (strcmp(name, "class") == 0)
		return safe_check_class(value);
	if (strcmp(name, "id") == 0)
		return strncmp(value, "t-", 2) == 0 || strncmp(value, "note-", 5) == 0 ||
		       strncmp(value, "mark-", 5) == 0;
	if (strcmp(name, "href") == 0 || strcmp(name, "cite") == 0)
		return safe_check_address(value, false);
	if (strcmp(name, "src") == 0 || strcmp(name, "srcset") == 0)
		return safe_check_address(value, true);
	return safe_check_in(name, plain);
}

struct safe_check {
	struct arena *arena;
	struct map *ids;
	const char *wrong;
	unsigned deepest;
};

/* An id stands once: links and scripts find the first alone. */
static void safe_check_id(struct safe_check *check, const char *value)
{
	struct str id = str_from(value);
	if (map_get(check->ids, id))
		check->wrong = arena_printf(check->arena, "the id %s twice", value).ptr;
	map_put(check->ids, arena_str(check->arena, id), check);
}

static void safe_check_node(struct safe_check *check, const GumboNode *node, unsigned depth)
{
	char name[16];
	if (check->wrong)
		return;
	if (depth > check->deepest)
		check->deepest = depth;
	if (node->type == GUMBO_NODE_COMMENT || node->type == GUMBO_NODE_CDATA || node->type == GUMBO_NODE_TEMPLATE) {
		check->wrong = "a comment, CDATA section or template";
		return;
	}
	if (node->type != GUMBO_NODE_ELEMENT)
		return;
	const GumboElement *element = &node->v.element;
	if (!safe_check_name(element, name)) {
		check->wrong = arena_printf(check->arena, "element <%s>", name).ptr;
		return;
	}
	for (unsigned i = 0; i < element->attributes.length; i++) {
		const GumboAttribute *attribute = element->attributes.data[i];
		if (!safe_check_attribute(attribute->name, attribute->value))
			check->wrong = arena_printf(check->arena, "attribute %s=\"%s\" of <%s>", attribute->name,
						    attribute->value, name)
					       .ptr;
		if (strcmp(attribute->name, "id") == 0)
			safe_check_id(check, attribute->value);
	}
	for (unsigned i = 0; i < element->children.length; i++)
		safe_check_node(check, element->children.data[i], depth + 1);
}

static void *safe_check_alloc(void *arena, size_t bytes)
{
	return arena_alloc(arena, bytes);
}

static void safe_check_free(void *arena, void *piece)
{
	(void)arena;
	(void)piece;
}

/* ret_deepest may be NULL. */
static const char *safe_check(struct str html, struct arena *arena, unsigned *ret_deepest)
{
	GumboOptions options = kGumboDefaultOptions;
	options.allocator = safe_check_alloc;
	options.deallocator = safe_check_free;
	options.userdata = arena;
	options.max_errors = 0;
	options.fragment_context = GUMBO_TAG_DIV;
	const GumboOutput *output = gumbo_parse_with_options(&options, html.len ? html.ptr : "", html.len);
	struct safe_check check = {.arena = arena, .ids = map_create(arena)};
	const GumboVector *children = &output->root->v.element.children;
	for (unsigned i = 0; i < children->length; i++)
		safe_check_node(&check, children->data[i], 1);
	if (ret_deepest)
		*ret_deepest = check.deepest;
	return check.wrong;
}

#endif
