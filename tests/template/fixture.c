#include "fixture.h"

static int read_file(void *context, struct str name, struct arena *arena, struct str *ret_source, struct str *ret_file,
		     struct err *err)
{
	(void)err;
	for (const struct fixture_file *file = context; file->name; file++) {
		if (str_eq(name, str_from(file->name))) {
			*ret_source = arena_str(arena, file->source);
			*ret_file = arena_printf(arena, "%s.mustache", file->name);
			return 0;
		}
	}
	return TEMPLATE_MISSING;
}

struct template_source fixture_source(const struct fixture_file *files)
{
	return (struct template_source){read_file, (void *)(uintptr_t)files};
}

static const char *render(struct arena *arena, struct template_set *set, const struct view *view,
			  const struct value *record)
{
	const struct template *compiled;
	struct err err = {0};
	BUF_SCOPED out = BUF_INIT(1u << 20);
	int rc = template_compile(set, STR("main"), view, &compiled, &err);
	if (rc == TEMPLATE_MISSING)
		return "no main";
	if (rc)
		return arena_cstr(arena, str_from(err.text));
	template_render(compiled, record, &out);
	assert_false(out.over);
	return arena_cstr(arena, buf_str(&out));
}

const char *fixture_render(struct arena *arena, const struct fixture_file *files, const struct view *view,
			   const struct value *record)
{
	struct template_source source = fixture_source(files);
	return render(arena, template_set_create(arena, &source), view, record);
}

const char *fixture_render_lenient(struct arena *arena, const struct fixture_file *files, const struct view *view,
				   const struct value *record)
{
	struct template_source source = fixture_source(files);
	return render(arena, template_set_create_lenient(arena, &source), view, record);
}

const char *fixture_one(struct arena *arena, const char *source, const struct view *view, const struct value *record)
{
	struct fixture_file files[] = {{"main", str_from(source)}, {0}};
	return fixture_render(arena, files, view, record);
}
