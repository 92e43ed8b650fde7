#include "template/compile.h"
#include "base/limits.h"

#include <string.h>

/* Inside a section on a text or a number, {{.}} is its value. */
static const struct view dot_text = {NULL, (const struct view_field[]){{".", VIEW_TEXT}}, 1};
static const struct view dot_url = {NULL, (const struct view_field[]){{".", VIEW_URL}}, 1};
static const struct view dot_html = {NULL, (const struct view_field[]){{".", VIEW_HTML}}, 1};
static const struct view dot_number = {NULL, (const struct view_field[]){{".", VIEW_NUMBER}}, 1};

int compile_fail(struct compiler *c, const struct node *node, const char *format, ...)
{
	BUF_SCOPED text = BUF_INIT(ERR_TEXT_BYTES * 2);
	va_list args;
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	const struct activation *a = c->activation;
	if (a && a->outer && a->included_line)
		buf_printf(&text, " (in %.*s, included by %.*s:%u)", STR_ARG(a->file->name),
			   STR_ARG(a->outer->file->file), a->included_line);
	return err_set(c->err, ERR_INPUT, "%.*s:%u: %.*s", STR_ARG(c->file->file), node->line, STR_ARG(buf_str(&text)));
}

static const char too_large[] = "with all that it includes the template is too large";

static int fail_limit(struct compiler *c, const struct node *node, const char *what)
{
	return err_set(c->err, ERR_LIMIT, "%.*s:%u: %s", STR_ARG(c->file->file), node->line, what);
}

static void flush(struct compiler *c)
{
	if (c->pending.len == 0)
		return;
	struct op *op = vec_add(&c->ops, c->arena);
	op->code = OP_STATIC;
	op->text = buf_copy(&c->pending, c->arena);
	buf_clear(&c->pending);
}

static struct op *add_op(struct compiler *c, enum op_code code)
{
	flush(c);
	struct op *op = vec_add(&c->ops, c->arena);
	op->code = (uint8_t)code;
	return op;
}

static struct op *add_name_op(struct compiler *c, enum op_code code, const struct found_name *found)
{
	struct op *op = add_op(c, code);
	op->frame = (uint8_t)found->frame;
	op->step_count = (uint8_t)found->step_count;
	op->step = found->steps[0];
	if (found->step_count > 1) {
		uint16_t *steps = arena_array(c->arena, uint16_t, found->step_count - 1);
		memcpy(steps, found->steps + 1, (found->step_count - 1) * sizeof *steps);
		op->steps = steps;
	}
	return op;
}

int compile_static(struct compiler *c, const struct node *node, struct str text)
{
	const char *problem = c->set->lenient ? NULL : guard_text(&c->guard, text);
	if (problem)
		return compile_fail(c, node, "%s", problem);
	c->static_bytes += text.len;
	if (c->static_bytes > TEMPLATE_STATIC_MAX)
		return fail_limit(c, node, too_large);
	buf_put(&c->pending, text);
	return 0;
}

/* 1: found; 0: not, and that is fine; negative: an error. */
static int find_name(struct compiler *c, const struct node *node, struct found_name *ret_found)
{
	struct str problem;
	if (names_find(&c->scope, node->text, c->arena, ret_found, &problem))
		return 1;
	return c->set->lenient ? 0 : compile_fail(c, node, "%.*s", STR_ARG(problem));
}

static int wrong_use(struct compiler *c, const struct node *node, enum view_type type)
{
	if (c->set->lenient)
		return 0;
	bool text = type == VIEW_TEXT || type == VIEW_URL;
	return compile_fail(c, node,
			    text ? "%.*s is %s; the unescaped form is for markup alone: write {{%.*s}}"
				 : "%.*s is %s and cannot be written; open a section {{#%.*s}} on it",
			    STR_ARG(node->text), names_type(type), STR_ARG(node->text));
}

static enum op_code variable_op(enum view_type type, bool raw, enum guard_escape escape)
{
	switch (type) {
	case VIEW_HTML:
		return OP_HTML;
	case VIEW_NUMBER:
		return OP_NUMBER;
	case VIEW_URL:
		return escape == GUARD_AS_JSON ? OP_TEXT_JSON : OP_URL;
	case VIEW_TEXT:
	case VIEW_FLAG:
	case VIEW_OBJECT:
	case VIEW_LIST:
		break;
	}
	return raw ? OP_TEXT_RAW : escape == GUARD_AS_JSON ? OP_TEXT_JSON : OP_TEXT;
}

static int compile_variable(struct compiler *c, const struct node *node)
{
	struct found_name found;
	enum guard_escape escape = GUARD_AS_HTML;
	int rc = find_name(c, node, &found);
	if (rc <= 0)
		return rc;
	enum view_type type = found.field->type;
	bool raw = node->kind == NODE_RAW;
	if (type == VIEW_FLAG || type == VIEW_OBJECT || type == VIEW_LIST)
		return wrong_use(c, node, type);
	if (raw && (type == VIEW_TEXT || type == VIEW_URL) && !c->set->lenient)
		return wrong_use(c, node, type);
	const char *problem = c->set->lenient ? NULL : guard_field(&c->guard, type, &escape);
	if (problem)
		return compile_fail(c, node, "%.*s: %s", STR_ARG(node->text), problem);
	add_name_op(c, variable_op(type, raw, escape), &found);
	return 0;
}

/* The view a section's body sees, or NULL where it sees none of its own. */
static const struct view *body_view(const struct view_field *field)
{
	switch (field->type) {
	case VIEW_TEXT:
		return &dot_text;
	case VIEW_URL:
		return &dot_url;
	case VIEW_HTML:
		return &dot_html;
	case VIEW_NUMBER:
		return &dot_number;
	case VIEW_OBJECT:
	case VIEW_LIST:
		return field->view;
	case VIEW_FLAG:
		break;
	}
	return NULL;
}

static enum op_code section_op(enum view_type type, bool inverted)
{
	switch (type) {
	case VIEW_FLAG:
		return inverted ? OP_UNLESS_FLAG : OP_IF_FLAG;
	case VIEW_NUMBER:
		return inverted ? OP_UNLESS_NUMBER : OP_IF_NUMBER;
	case VIEW_OBJECT:
		return inverted ? OP_UNLESS_OBJECT : OP_IF_OBJECT;
	case VIEW_LIST:
		return inverted ? OP_UNLESS_LIST : OP_EACH;
	case VIEW_TEXT:
	case VIEW_URL:
	case VIEW_HTML:
		break;
	}
	return inverted ? OP_UNLESS_TEXT : OP_IF_TEXT;
}

/* Afterwards the guard holds for the body having run any number of times, none included. */
static int leave_section(struct compiler *c, const struct node *node, const struct guard *before, bool repeats)
{
	struct guard met = *before;
	const char *problem = guard_meet(&met, &c->guard);
	if (!problem && repeats && !guard_same(&met, before))
		problem = "a list must end in the place where it starts";
	if (problem)
		return compile_fail(c, node, "%s: {{#%.*s}} starts %s and ends %s", problem, STR_ARG(node->text),
				    guard_place(before), guard_place(&c->guard));
	c->guard = met;
	return 0;
}

static int compile_section(struct compiler *c, const struct node *node)
{
	struct found_name found;
	bool inverted = node->kind == NODE_INVERTED;
	struct guard before = c->guard;
	int rc = find_name(c, node, &found);
	if (rc <= 0)
		return rc < 0 || !inverted ? rc : compile_nodes(c, node->first);

	enum view_type type = found.field->type;
	struct op *op = add_name_op(c, section_op(type, inverted), &found);
	size_t at = c->ops.len - 1;
	const struct view *view = inverted ? NULL : body_view(found.field);
	if (view) {
		if (c->scope.count == TEMPLATE_FRAMES_MAX)
			return fail_limit(c, node, "too many sections inside each other");
		op->body_frame = (uint8_t)c->scope.count;
		op->row_width = (uint16_t)view->field_count;
		c->scope.views[c->scope.count++] = view;
	}
	rc = compile_nodes(c, node->first);
	flush(c);
	c->ops.at[at].end = (uint32_t)c->ops.len;
	if (view)
		c->scope.count--;
	if (rc || c->set->lenient)
		return rc;
	return leave_section(c, node, &before, type == VIEW_LIST && !inverted);
}

/* A view of one plain value holds nothing to go deeper into. */
static bool all_plain(const struct view *const *views, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (views[i]->field_count != 1 || !str_eq(str_from(views[i]->fields[0].name), STR(".")))
			return false;
	return true;
}

/* Is now what a was, with the views of a's end once more on top? Then a's operations serve again. */
static size_t repeated_frames(const struct compiler *c, const struct activation *a)
{
	if (c->blocks != a->blocks || c->scope.count <= a->scope.count)
		return 0;
	size_t more = c->scope.count - a->scope.count;
	size_t bytes = more * sizeof(struct view *);
	if (more > a->scope.count || all_plain(c->scope.views + a->scope.count, more) ||
	    memcmp(c->scope.views, a->scope.views, a->scope.count * sizeof(struct view *)) != 0)
		return 0;
	return memcmp(c->scope.views + a->scope.count, a->scope.views + a->scope.count - more, bytes) == 0 ? more : 0;
}

/* 1: the file calls itself here, done; 0: it does not. */
static int compile_recursion(struct compiler *c, const struct template_file *file, const struct node *node)
{
	for (struct activation *a = c->activation; a; a = a->outer) {
		if (a->file != file)
			continue;
		size_t frames = repeated_frames(c, a);
		if (!frames)
			continue;
		if (!c->set->lenient && !guard_same(&c->guard, &a->guard))
			return compile_fail(c, node,
					    "%.*s includes itself in another place (%s) than where it was begun (%s)",
					    STR_ARG(file->name), guard_place(&c->guard), guard_place(&a->guard));
		a->recursive = true;
		struct op_call *call = vec_add(&c->calls, c->arena);
		call->range = a->range;
		call->count = (uint8_t)frames;
		call->frame = (uint8_t)(a->scope.count - frames);
		call->depth = (uint8_t)c->scope.count;
		add_op(c, OP_CALL)->call = (uint32_t)(c->calls.len - 1);
		return 1;
	}
	return 0;
}

static int compile_partial(struct compiler *c, const struct node *node)
{
	const struct template_file *file;
	struct layout layout = c->layout;
	int rc = compile_load(c->set, node->text, &file, c->err);
	if (rc == TEMPLATE_MISSING)
		return compile_missing(c, node);
	if (rc == 0)
		rc = compile_recursion(c, file, node);
	if (rc)
		return rc > 0 ? 0 : rc;
	c->layout = compile_inner_layout(c, node);
	rc = compile_file(c, file, node->line);
	c->layout = layout;
	return rc;
}

static int compile_node(struct compiler *c, const struct node *node)
{
	if (++c->nodes > TEMPLATE_NODES_MAX)
		return fail_limit(c, node, too_large);
	switch (node->kind) {
	case NODE_TEXT:
		return compile_line(c, node);
	case NODE_VARIABLE:
	case NODE_RAW:
		return compile_variable(c, node);
	case NODE_SECTION:
	case NODE_INVERTED:
		return compile_section(c, node);
	case NODE_PARTIAL:
		return compile_partial(c, node);
	case NODE_PARENT:
		return compile_parent(c, node);
	case NODE_BLOCK:
		break;
	}
	return compile_block(c, node);
}

int compile_nodes(struct compiler *c, const struct node *first)
{
	int rc = 0;
	if (first && c->depth == TEMPLATE_INCLUDES_MAX * 4)
		return fail_limit(c, first, "too many sections, partials and blocks inside each other");
	c->depth++;
	for (const struct node *node = first; node && rc == 0; node = node->next)
		rc = compile_node(c, node);
	c->depth--;
	return rc;
}

int compile_file(struct compiler *c, const struct template_file *file, unsigned included_line)
{
	const struct template_file *outer_file = c->file;
	unsigned inside = 0;
	for (const struct activation *a = c->activation; a; a = a->outer)
		inside += a->file == file;
	if (inside > 8)
		return err_set(c->err, ERR_INPUT,
			       "%.*s:%u: %.*s includes itself without end; it may do so only inside a list or object "
			       "that it opens",
			       STR_ARG(c->file->file), included_line, STR_ARG(file->name));
	flush(c);
	struct activation activation = {.file = file,
					.blocks = c->blocks,
					.scope = c->scope,
					.guard = c->guard,
					.range = (uint32_t)c->ranges.len,
					.included_line = included_line,
					.outer = c->activation};
	vec_add(&c->ranges, c->arena)->from = (uint32_t)c->ops.len;
	c->activation = &activation;
	c->file = file;
	int rc = compile_nodes(c, file->first);
	flush(c);
	c->ranges.at[activation.range].to = (uint32_t)c->ops.len;
	if (rc == 0 && activation.recursive && !c->set->lenient && !guard_same(&c->guard, &activation.guard))
		rc = err_set(c->err, ERR_INPUT, "%.*s: includes itself, but ends %s where it began %s",
			     STR_ARG(file->file), guard_place(&c->guard), guard_place(&activation.guard));
	c->activation = activation.outer;
	c->file = outer_file;
	return rc;
}

int compile_missing(struct compiler *c, const struct node *node)
{
	return c->set->lenient ? 0 : compile_fail(c, node, "there is no template \"%.*s\"", STR_ARG(node->text));
}

int compile_load(struct template_set *set, struct str name, const struct template_file **ret_file, struct err *err)
{
	struct template_file *file = map_get(set->files, name);
	if (file) {
		*ret_file = file;
		return 0;
	}
	struct str source, path;
	struct node *first;
	int rc = set->source.read(set->source.context, name, set->arena, &source, &path, err);
	if (rc == 0)
		rc = template_parse(set->arena, path, source, &first, err);
	if (rc)
		return rc;
	file = arena_new(set->arena, struct template_file);
	*file = (struct template_file){arena_str(set->arena, name), path, first};
	map_put(set->files, name, file);
	*ret_file = file;
	return 0;
}

static struct template_set *create(struct arena *arena, const struct template_source *source, bool lenient)
{
	struct template_set *set = arena_new(arena, struct template_set);
	*set = (struct template_set){.arena = arena, .source = *source, .lenient = lenient, .files = map_create(arena)};
	return set;
}

struct template_set *template_set_create(struct arena *arena, const struct template_source *source)
{
	return create(arena, source, false);
}

struct template_set *template_set_create_lenient(struct arena *arena, const struct template_source *source)
{
	return create(arena, source, true);
}

int template_compile(struct template_set *set, struct str name, const struct view *view,
		     const struct template **ret_template, struct err *err)
{
	const struct template_file *file;
	int rc = compile_load(set, name, &file, err);
	if (rc)
		return rc;
	struct compiler c = {.set = set, .arena = set->arena, .err = err};
	c.scope.views[c.scope.count++] = view;
	buf_init(&c.pending, TEMPLATE_STATIC_MAX + 1);
	rc = compile_file(&c, file, 0);
	buf_finish(&c.pending);
	if (rc == 0 && !set->lenient && c.guard.state != GUARD_TEXT)
		rc = err_set(err, ERR_INPUT, "%.*s: the template ends %s", STR_ARG(file->file), guard_place(&c.guard));
	if (rc)
		return rc;
	struct template *compiled = arena_new(set->arena, struct template);
	*compiled = (struct template){c.ops.at, (uint32_t)c.ops.len, c.calls.at, c.ranges.at};
	*ret_template = compiled;
	return 0;
}
