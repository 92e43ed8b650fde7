#include "template/names.h"
#include "base/vec.h"

#define SUGGESTION_BYTES 40
#define LISTED_BYTES     260

const char *names_type(enum view_type type)
{
	switch (type) {
	case VIEW_TEXT:
		return "a text";
	case VIEW_HTML:
		return "markup";
	case VIEW_NUMBER:
		return "a number";
	case VIEW_FLAG:
		return "a flag";
	case VIEW_OBJECT:
		return "an object";
	case VIEW_LIST:
		return "a list";
	case VIEW_URL:
		return "a URL";
	}
	return "unknown";
}

static const struct view_field *field_of(const struct view *view, struct str name, unsigned *ret_index)
{
	for (size_t i = 0; view && i < view->field_count; i++) {
		if (str_eq(name, str_from(view->fields[i].name))) {
			*ret_index = (unsigned)i;
			return &view->fields[i];
		}
	}
	return NULL;
}

/* Edits (insert, delete, replace, swap of neighbours) that make b from a; short names only. */
static size_t distance(struct str a, struct str b)
{
	unsigned char rows[3][SUGGESTION_BYTES + 1];
	if (a.len > SUGGESTION_BYTES || b.len > SUGGESTION_BYTES)
		return SIZE_MAX;
	unsigned char *before = rows[0], *above = rows[1], *row = rows[2];
	for (size_t k = 0; k <= b.len; k++)
		above[k] = (unsigned char)k;
	for (size_t i = 1; i <= a.len; i++) {
		row[0] = (unsigned char)i;
		for (size_t k = 1; k <= b.len; k++) {
			unsigned best = above[k - 1] + (a.ptr[i - 1] != b.ptr[k - 1]);
			if (above[k] + 1u < best)
				best = above[k] + 1u;
			if (row[k - 1] + 1u < best)
				best = row[k - 1] + 1u;
			if (i > 1 && k > 1 && a.ptr[i - 1] == b.ptr[k - 2] && a.ptr[i - 2] == b.ptr[k - 1] &&
			    before[k - 2] + 1u < best)
				best = before[k - 2] + 1u;
			row[k] = (unsigned char)best;
		}
		unsigned char *spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[b.len];
}

struct str names_did_you_mean(struct str name, const struct str *candidates, size_t count, struct arena *arena)
{
	struct str best = {0};
	size_t least = name.len / 3 + 2;
	for (size_t i = 0; i < count; i++) {
		size_t edits = distance(name, candidates[i]);
		if (edits < least && edits < candidates[i].len) {
			least = edits;
			best = candidates[i];
		}
	}
	return best.len ? arena_printf(arena, "; did you mean \"%.*s\"?", STR_ARG(best)) : STR("");
}

static void list_view(const struct view *view, struct buf *list)
{
	for (size_t i = 0; i < view->field_count; i++) {
		if (list->len > LISTED_BYTES) {
			buf_put(list, STR(", …"));
			return;
		}
		buf_put(list, i ? STR(", ") : STR(""));
		buf_put_cstr(list, view->fields[i].name);
	}
}

static void add_names(const struct view *view, struct arena *arena, struct str_vec *names)
{
	for (size_t i = 0; i < view->field_count; i++)
		*vec_add(names, arena) = str_from(view->fields[i].name);
}

/* What to say about a first step that nothing around offers. */
static struct str say_unknown(const struct scope_views *scope, struct str name, struct arena *arena)
{
	BUF_SCOPED list = BUF_INIT(4096);
	struct str_vec names = {0};
	for (size_t i = scope->count; i-- > 0;) {
		const struct view *view = scope->views[i];
		add_names(view, arena, &names);
		if (!view->name || list.len > LISTED_BYTES)
			continue;
		buf_put(&list, list.len ? STR("; ") : STR(""));
		buf_printf(&list, "%s: ", view->name);
		list_view(view, &list);
	}
	struct str hint = names_did_you_mean(name, names.at, names.len, arena);
	return arena_printf(arena, "there is no \"%.*s\" here%.*s (%.*s)", STR_ARG(str_sub(name, 0, 60)), STR_ARG(hint),
			    STR_ARG(buf_str(&list)));
}

static struct str say_no_field(struct str path, const struct view *view, struct str name, struct arena *arena)
{
	BUF_SCOPED list = BUF_INIT(4096);
	struct str_vec names = {0};
	add_names(view, arena, &names);
	list_view(view, &list);
	struct str hint = names_did_you_mean(name, names.at, names.len, arena);
	return arena_printf(arena, "%.*s has no field \"%.*s\"%.*s (%.*s)", STR_ARG(str_sub(path, 0, 60)),
			    STR_ARG(str_sub(name, 0, 60)), STR_ARG(hint), STR_ARG(buf_str(&list)));
}

/* {{.}} is the value of the section itself, so only the innermost view is asked. */
static const struct view_field *find_first(const struct scope_views *scope, struct str step, struct found_name *found,
					   unsigned *ret_index)
{
	size_t lowest = str_eq(step, STR(".")) ? scope->count - 1 : 0;
	for (size_t i = scope->count; i-- > lowest;) {
		const struct view_field *field = field_of(scope->views[i], step, ret_index);
		if (field) {
			found->frame = (unsigned)i;
			return field;
		}
	}
	return NULL;
}

bool names_find(const struct scope_views *scope, struct str name, struct arena *arena, struct found_name *ret_found,
		struct str *ret_problem)
{
	struct found_name found = {0};
	struct str rest = name, step = name;
	bool dot = str_eq(name, STR("."));
	while (dot ? found.step_count == 0 : str_next(&rest, '.', &step)) {
		unsigned index = 0;
		if (found.step_count == TEMPLATE_STEPS_MAX) {
			*ret_problem = arena_printf(arena, "a name of more than %d steps", TEMPLATE_STEPS_MAX);
			return false;
		}
		struct str path = str_sub(name, 0, (size_t)(step.ptr - name.ptr) - (found.step_count > 0));
		if (found.step_count == 0) {
			found.field = find_first(scope, step, &found, &index);
			if (!found.field) {
				*ret_problem = dot ? STR("{{.}} is only for lists of texts and sections on a text")
						   : say_unknown(scope, step, arena);
				return false;
			}
		} else if (found.field->type != VIEW_OBJECT) {
			*ret_problem = arena_printf(
				arena, "%.*s is %s; only an object has fields%s", STR_ARG(path),
				names_type(found.field->type),
				found.field->type == VIEW_LIST ? " (open a section on the list first)" : "");
			return false;
		} else {
			const struct view *view = found.field->view;
			found.field = field_of(view, step, &index);
			if (!found.field) {
				*ret_problem = say_no_field(path, view, step, arena);
				return false;
			}
		}
		found.steps[found.step_count++] = (uint16_t)index;
	}
	*ret_found = found;
	return true;
}
