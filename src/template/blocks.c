#include "template/compile.h"

static size_t blanks_of(struct str s)
{
	size_t count = 0;
	while (count < s.len && (s.ptr[count] == ' ' || s.ptr[count] == '\t'))
		count++;
	return count;
}

static struct str strip(const struct layout *layout, struct str text)
{
	size_t blanks = blanks_of(text);
	return str_skip(text, blanks < layout->strip ? blanks : layout->strip);
}

/* The start of a line whose blanks in the source are `blanks`. */
static int begin_line(struct compiler *c, const struct node *node, struct str blanks)
{
	int rc = compile_static(c, node, c->layout.indent);
	return rc ? rc : compile_static(c, node, strip(&c->layout, blanks));
}

int compile_line(struct compiler *c, const struct node *node)
{
	return node->line_start ? begin_line(c, node, node->text) : compile_static(c, node, node->text);
}

static struct str join(struct compiler *c, struct str a, struct str b)
{
	return str_empty(a) ? b : arena_concat(c->arena, (struct str[]){a, b}, 2);
}

struct layout compile_inner_layout(struct compiler *c, const struct node *node)
{
	if (!node->alone)
		return (struct layout){0};
	return (struct layout){.indent = join(c, c->layout.indent, strip(&c->layout, node->indent))};
}

/* The blanks before the first thing in a block whose content has lines of its own. */
static struct str own_indent(const struct node *block)
{
	const struct node *first = block->first;
	if (!first || !first->line_start)
		return (struct str){0};
	return first->kind == NODE_TEXT ? str_sub(first->text, 0, blanks_of(first->text)) : first->indent;
}

/* The argument for a block of this name, or NULL. Marks all that bear the name: they are of use. */
static struct block_argument *find_argument(const struct compiler *c, struct str name)
{
	struct block_argument *found = NULL;
	for (const struct block_level *level = c->blocks; level; level = level->outer) {
		if (level->hidden.len && str_eq(level->hidden, name))
			break;
		for (size_t i = 0; i < level->count; i++) {
			if (str_eq(level->arguments[i].node->text, name)) {
				found = &level->arguments[i];
				found->used = true;
			}
		}
	}
	return found;
}

static int compile_argument(struct compiler *c, const struct node *site, const struct block_argument *argument)
{
	struct block_level hiding = {.hidden = site->text, .outer = c->blocks};
	struct layout layout = c->layout;
	const struct template_file *file = c->file;
	const struct block_level *blocks = c->blocks;
	bool at_line = site->line_start || site->own_lines;
	struct str place = site->own_lines && site->first ? own_indent(site) : site->indent;
	int rc = 0;

	if (at_line && !argument->node->own_lines)
		rc = begin_line(c, site, place);
	c->layout = (struct layout){0};
	if (at_line)
		c->layout.indent = join(c, layout.indent, strip(&layout, place));
	if (argument->node->own_lines)
		c->layout.strip = own_indent(argument->node).len;
	c->file = argument->file;
	c->blocks = &hiding;
	if (rc == 0)
		rc = compile_nodes(c, argument->node->first);
	c->blocks = blocks;
	c->file = file;
	c->layout = layout;
	return rc;
}

int compile_block(struct compiler *c, const struct node *node)
{
	const struct block_argument *argument = find_argument(c, node->text);
	int rc = 0;
	*vec_add(&c->block_names, c->arena) = node->text;
	if (argument)
		return compile_argument(c, node, argument);
	if (node->line_start && !node->own_lines)
		rc = begin_line(c, node, node->indent);
	return rc ? rc : compile_nodes(c, node->first);
}

static bool is_blank_text(const struct node *node)
{
	return node->kind == NODE_TEXT && str_empty(str_trim(node->text));
}

/* Blocks are a parent's arguments; what else stands there is never shown. */
static int gather(struct compiler *c, const struct node *parent, struct block_level *ret_level)
{
	size_t count = 0;
	for (const struct node *n = parent->first; n; n = n->next) {
		count += n->kind == NODE_BLOCK;
		if (n->kind != NODE_BLOCK && !is_blank_text(n) && !c->set->lenient)
			return compile_fail(
				c, n,
				"only blocks {{$name}}…{{/name}} count inside {{<%.*s}}; this would never be shown",
				STR_ARG(parent->text));
	}
	struct block_level level = {.arguments = arena_array(c->arena, struct block_argument, count),
				    .outer = c->blocks};
	for (const struct node *n = parent->first; n; n = n->next) {
		if (n->kind != NODE_BLOCK)
			continue;
		for (size_t i = 0; i < level.count && !c->set->lenient; i++)
			if (str_eq(level.arguments[i].node->text, n->text))
				return compile_fail(c, n, "the block \"%.*s\" stands here twice", STR_ARG(n->text));
		level.arguments[level.count++] = (struct block_argument){.node = n, .file = c->file};
	}
	*ret_level = level;
	return 0;
}

static int check_used(struct compiler *c, const struct node *parent, const struct block_level *level,
		      size_t names_before)
{
	for (size_t i = 0; i < level->count && !c->set->lenient; i++) {
		struct str name = level->arguments[i].node->text;
		if (level->arguments[i].used)
			continue;
		size_t count = c->block_names.len - names_before;
		const struct str *names = count ? c->block_names.at + names_before : NULL;
		struct str hint = names_did_you_mean(name, names, count, c->arena);
		return compile_fail(c, level->arguments[i].node, "%.*s has no block \"%.*s\"%.*s",
				    STR_ARG(parent->text), STR_ARG(name), STR_ARG(hint));
	}
	return 0;
}

int compile_parent(struct compiler *c, const struct node *node)
{
	const struct template_file *file;
	struct block_level level;
	struct layout layout = c->layout;
	const struct block_level *blocks = c->blocks;
	size_t names_before = c->block_names.len;

	int rc = compile_load(c->set, node->text, &file, c->err);
	if (rc == TEMPLATE_MISSING)
		return compile_missing(c, node);
	if (rc == 0)
		rc = gather(c, node, &level);
	if (rc == 0 && node->line_start && !node->alone)
		rc = begin_line(c, node, node->indent);
	if (rc)
		return rc;
	c->layout = compile_inner_layout(c, node);
	if (level.count)
		c->blocks = &level;
	rc = compile_file(c, file, node->line);
	c->blocks = blocks;
	c->layout = layout;
	return rc ? rc : check_used(c, node, &level, names_before);
}
