#include "base/vec.h"
#include "template/names.h"

VEC_TYPE(view_vec, const struct view *);

static bool is_plain(const struct view *view)
{
	return view->field_count == 1 && str_eq(str_from(view->fields[0].name), STR("."));
}

static void add_view(struct view_vec *views, const struct view *view, struct arena *arena)
{
	if (view == NULL || is_plain(view))
		return;
	for (size_t i = 0; i < views->len; i++)
		if (views->at[i] == view)
			return;
	*vec_add(views, arena) = view;
}

static void put_type(const struct view_field *field, struct buf *out)
{
	static const char *const names[] = {
		[VIEW_TEXT] = "text", [VIEW_HTML] = "markup",   [VIEW_NUMBER] = "number", [VIEW_FLAG] = "flag",
		[VIEW_URL] = "URL",   [VIEW_OBJECT] = "object", [VIEW_LIST] = "list of "};
	if (field->view == NULL && (field->type == VIEW_LIST || field->type == VIEW_OBJECT))
		buf_put_cstr(out, field->type == VIEW_LIST ? "list" : "object"); /* its fields are known at start only */
	else if (field->type == VIEW_LIST && is_plain(field->view))
		buf_printf(out, "list of %s", names[field->view->fields[0].type]);
	else if (field->type == VIEW_LIST || field->type == VIEW_OBJECT)
		buf_printf(out, "%s[%s](#%s)", field->type == VIEW_LIST ? "list of " : "", field->view->name,
			   field->view->name);
	else
		buf_put_cstr(out, names[field->type]);
}

static void describe_one(const struct view *view, struct buf *out)
{
	buf_printf(out, "### %s\n\n| name | type | meaning |\n| --- | --- | --- |\n", view->name);
	for (size_t i = 0; i < view->field_count; i++) {
		const struct view_field *field = &view->fields[i];
		buf_printf(out, "| `%s` | ", field->name);
		put_type(field, out);
		buf_printf(out, " | %s |\n", field->help ? field->help : "");
	}
	buf_put(out, STR("\n"));
}

void template_describe(const struct view *view, struct buf *out)
{
	ARENA_SCOPED arena = arena_create(0);
	struct view_vec views = {0};
	add_view(&views, view, arena);
	for (size_t i = 0; i < views.len; i++) {
		describe_one(views.at[i], out);
		for (size_t k = 0; k < views.at[i]->field_count; k++)
			add_view(&views, views.at[i]->fields[k].view, arena);
	}
}
