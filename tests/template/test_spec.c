/* The Mustache specification's cases: all of the core modules, and inheritance. Each case's data become a view and a
 * record: what a case does not name is not in the view, and lenient sets render it empty. */
#include "base/file.h"
#include "base/vec.h"
#include "fixture.h"

#include <jansson.h>
#include <stdlib.h>

VEC_TYPE(name_vec, const char *);

static struct view *infer(struct arena *arena, json_t *const *samples, size_t count);

static enum view_type type_of(json_t *sample)
{
	switch (json_typeof(sample)) {
	case JSON_OBJECT:
		return VIEW_OBJECT;
	case JSON_ARRAY:
		return VIEW_LIST;
	case JSON_INTEGER:
		return VIEW_NUMBER;
	case JSON_TRUE:
	case JSON_FALSE:
		return VIEW_FLAG;
	case JSON_STRING:
	case JSON_REAL:
	case JSON_NULL:
		break;
	}
	return VIEW_TEXT;
}

/* A field of these samples; what differs among scalars is text. */
static void infer_field(struct arena *arena, struct view_field *field, json_t *const *samples, size_t count)
{
	VEC(json_t *) rows = {0};
	field->type = type_of(samples[0]);
	for (size_t i = 0; i < count; i++) {
		size_t at;
		json_t *row;
		if (type_of(samples[i]) != field->type)
			field->type = VIEW_TEXT;
		if (json_is_object(samples[i]))
			*vec_add(&rows, arena) = samples[i];
		json_array_foreach(samples[i], at, row) * vec_add(&rows, arena) = row;
	}
	if (field->type == VIEW_OBJECT || field->type == VIEW_LIST)
		field->view = infer(arena, rows.at, rows.len);
}

static struct view *infer(struct arena *arena, json_t *const *samples, size_t count)
{
	struct view *view = arena_new(arena, struct view);
	VEC(struct view_field) fields = {0};
	view->name = "data";
	if (count && !json_is_object(samples[0])) {
		struct view_field *field = vec_add(&fields, arena);
		field->name = ".";
		infer_field(arena, field, samples, count);
	}
	for (size_t i = 0; i < count; i++) {
		const char *key;
		json_t *value;
		json_object_foreach(samples[i], key, value)
		{
			VEC(json_t *) same = {0};
			bool known = false;
			for (size_t k = 0; k < fields.len; k++)
				known = known || str_eq(str_from(fields.at[k].name), str_from(key));
			for (size_t k = 0; k < count; k++)
				if (json_object_get(samples[k], key))
					*vec_add(&same, arena) = json_object_get(samples[k], key);
			if (known)
				continue;
			struct view_field *field = vec_add(&fields, arena);
			field->name = key;
			infer_field(arena, field, same.at, same.len);
		}
	}
	view->fields = fields.at;
	view->field_count = fields.len;
	return view;
}

static struct value *fill(struct arena *arena, const struct view *view, json_t *data);

static struct str scalar(struct arena *arena, json_t *data)
{
	if (json_is_string(data))
		return str_of(json_string_value(data), json_string_length(data));
	if (json_is_integer(data))
		return arena_printf(arena, "%lld", (long long)json_integer_value(data));
	if (json_is_real(data))
		return arena_printf(arena, "%g", json_real_value(data));
	return (struct str){0};
}

static void fill_field(struct arena *arena, struct value *value, const struct view_field *field, json_t *data)
{
	switch (field->type) {
	case VIEW_NUMBER:
		value->number = json_integer_value(data);
		break;
	case VIEW_FLAG:
		value->flag = json_is_true(data);
		break;
	case VIEW_OBJECT:
		value->object = data ? fill(arena, field->view, data) : NULL;
		break;
	case VIEW_LIST: {
		size_t width = field->view->field_count, count = json_array_size(data);
		struct value *rows = arena_array(arena, struct value, count * width + 1);
		for (size_t i = 0; i < count; i++) {
			struct value *row = fill(arena, field->view, json_array_get(data, i));
			for (size_t k = 0; k < width; k++)
				rows[i * width + k] = row[k];
		}
		value->list.rows = rows;
		value->list.count = count;
		break;
	}
	case VIEW_TEXT:
	case VIEW_URL:
	case VIEW_HTML:
		value->text = scalar(arena, data);
		break;
	}
}

static struct value *fill(struct arena *arena, const struct view *view, json_t *data)
{
	struct value *record = arena_array(arena, struct value, view->field_count + 1);
	for (size_t i = 0; i < view->field_count; i++) {
		bool plain = str_eq(str_from(view->fields[i].name), STR("."));
		json_t *value = plain ? data : json_object_get(data, view->fields[i].name);
		if (value)
			fill_field(arena, &record[i], &view->fields[i], value);
	}
	return record;
}

/* Whether the case holds; says so when not. */
static bool run_case(const char *module, json_t *test)
{
	ARENA_SCOPED arena = arena_create(0);
	VEC(struct fixture_file) files = {0};
	json_t *data = json_object_get(test, "data");
	json_t *source = json_object_get(test, "template");
	const char *name;
	json_t *partial;
	*vec_add(&files, arena) = (struct fixture_file){"main", scalar(arena, source)};
	json_object_foreach(json_object_get(test, "partials"), name, partial) * vec_add(&files, arena) =
		(struct fixture_file){name, scalar(arena, partial)};
	vec_add(&files, arena);
	struct view *view = infer(arena, &data, 1);
	const char *result = fixture_render_lenient(arena, files.at, view, fill(arena, view, data));
	const char *expected = json_string_value(json_object_get(test, "expected"));
	if (str_eq(str_from(result), str_from(expected)))
		return true;
	print_error("%s: %s\n--- expected\n%s\n--- rendered\n%s\n", module,
		    json_string_value(json_object_get(test, "name")), expected, result);
	return false;
}

static size_t run_module(const char *module, size_t *failed)
{
	const char *data = getenv("CRIER_SHARED_DATA");
	ARENA_SCOPED arena = arena_create(0);
	struct str path = arena_printf(arena, "%s/templates/mustache/%s.json", data ? data : CRIER_SHARED_DATA, module);
	json_error_t error;
	json_t *root = json_load_file(path.ptr, 0, &error);
	size_t count = 0, index;
	json_t *test;
	if (root == NULL)
		return 0;
	json_array_foreach(json_object_get(root, "tests"), index, test)
	{
		count++;
		*failed += !run_case(module, test);
	}
	json_decref(root);
	return count;
}

static void core_cases_pass(void **state)
{
	static const char *const modules[] = {"comments", "delimiters", "interpolation",
					      "inverted", "partials",   "sections"};
	size_t count = 0, failed = 0;
	(void)state;
	for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++)
		count += run_module(modules[i], &failed);
	if (count == 0)
		skip();
	assert_int_equal(count, 136);
	assert_int_equal(failed, 0);
}

static void inheritance_cases_pass(void **state)
{
	size_t failed = 0;
	(void)state;
	size_t count = run_module("~inheritance", &failed);
	if (count == 0)
		skip();
	assert_int_equal(count, 27);
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(core_cases_pass),
		cmocka_unit_test(inheritance_cases_pass),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
