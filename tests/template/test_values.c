/* What a reader's parser finds is what the field held: texts, attributes, addresses and JSON strings come back byte for
 * byte, so that escaping is neither too little nor too much. */
#include "base/random.h"
#include "base/utf8.h"
#include "fixture.h"

#include <gumbo.h>
#include <jansson.h>
#include <string.h>

static const struct view view = {"page",
				 (const struct view_field[]){{"t", VIEW_TEXT}, {"u", VIEW_URL}, {"n", VIEW_NUMBER}}, 3};

static const struct template *compile(struct arena *arena, const char *source)
{
	struct fixture_file files[] = {{"main", str_from(source)}, {0}};
	struct template_source from = fixture_source(files);
	const struct template *compiled = NULL;
	struct err err = {0};
	if (template_compile(template_set_create(arena, &from), STR("main"), &view, &compiled, &err) != 0)
		fail_msg("%s", err.text);
	return compiled;
}

/* Whole characters that HTML keeps as they are: no carriage returns, which it joins with line feeds, no zeros, and no
 * other controls, which it reports. Never empty or blank. */
static struct str any_text(struct random *random, struct arena *arena)
{
	static const char *const pieces[] = {
		"a",    "B",     " ",        "<",         ">",    "&",     "\"",      "'",      "\\",
		"&lt;", "&#39;", "&amp;",    "</b>",      "<!--", "-->",   "\n",      "\t",     "é",
		"中",   "مصر",   "😀",        "{{t}}",     "}}",   "%",     "%20",     "\u2028", "]]>",
		"=",    "/",     "</title>", "</script>", ";",    "&copy", "&notit;", "#",      "?"};
	BUF_SCOPED out = BUF_INIT(1000);
	buf_put_byte(&out, 'x');
	for (uint64_t count = random_u64(random) % 8; count > 0; count--)
		buf_put_cstr(&out, pieces[random_u64(random) % (sizeof pieces / sizeof *pieces)]);
	buf_put_byte(&out, 'y');
	return buf_copy(&out, arena);
}

/* The first element of that tag, in the order of the page. */
static const GumboElement *find(const GumboNode *node, GumboTag tag)
{
	if (node->type != GUMBO_NODE_ELEMENT)
		return NULL;
	if (node->v.element.tag == tag)
		return &node->v.element;
	for (unsigned i = 0; i < node->v.element.children.length; i++) {
		const GumboElement *found = find(node->v.element.children.data[i], tag);
		if (found)
			return found;
	}
	return NULL;
}

static struct str text_of(const GumboElement *element)
{
	assert_non_null(element);
	if (!element)
		return STR("");
	assert_int_equal(element->children.length, 1);
	const GumboNode *child = element->children.data[0];
	assert_true(child->type == GUMBO_NODE_TEXT);
	return str_from(child->v.text.text);
}

static struct str attribute_of(const GumboElement *element, const char *name)
{
	assert_non_null(element);
	const GumboAttribute *attribute = gumbo_get_attribute(&element->attributes, name);
	assert_non_null(attribute);
	return str_from(attribute->value);
}

static void is_same(struct str found, struct str expected, struct str page)
{
	if (!str_eq(found, expected))
		fail_msg("found  [%.*s]\nwanted [%.*s]\nin %.*s", STR_ARG(found), STR_ARG(expected), STR_ARG(page));
}

static void texts_come_back(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct template *compiled =
		compile(arena, "<!doctype html><title>{{t}}</title><body><p title=\"{{t}}\" class='{{t}}'>{{t}}</p>"
			       "<a href=\"/s?q={{t}}\" id=\"a-{{n}}\">-</a><textarea>{{t}}</textarea><b>{{n}}</b>");
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 91);
	for (int i = 0; i < 4000; i++) {
		ARENA_SCOPED inner = arena_create(0);
		BUF_SCOPED out = BUF_INIT(1u << 16);
		struct str text = any_text(&random.random, inner);
		int64_t number = (int64_t)random_u64(&random.random);
		const struct value record[] = {{.text = text}, {.text = STR("/")}, {.number = number}};
		template_render(compiled, record, &out);
		GumboOutput *parsed = gumbo_parse_with_options(&kGumboDefaultOptions, out.ptr, out.len);
		const GumboElement *p = find(parsed->root, GUMBO_TAG_P), *a = find(parsed->root, GUMBO_TAG_A);
		is_same(text_of(find(parsed->root, GUMBO_TAG_TITLE)), text, buf_str(&out));
		is_same(text_of(find(parsed->root, GUMBO_TAG_TEXTAREA)), text, buf_str(&out));
		is_same(text_of(p), text, buf_str(&out));
		is_same(attribute_of(p, "title"), text, buf_str(&out));
		is_same(attribute_of(p, "class"), text, buf_str(&out));
		is_same(str_skip(attribute_of(a, "href"), 5), text, buf_str(&out));
		struct str printed = arena_printf(inner, "a-%lld", (long long)number);
		is_same(attribute_of(a, "id"), printed, buf_str(&out));
		is_same(text_of(find(parsed->root, GUMBO_TAG_B)), str_skip(printed, 2), buf_str(&out));
		gumbo_destroy_output(&kGumboDefaultOptions, parsed);
	}
}

/* An address is written as it is or as #, and what is written is safe by an own reading of its scheme. */
static void addresses_come_back_or_are_replaced(void **state)
{
	static const char *const pieces[] = {"http", "https", "javascript", "data",  "mailto", "tel", ":",
					     "/",    "//",    "?",          "#",     "x",      " ",   "\t",
					     "\n",   "\"",    "<b>",        "&amp;", "JAVA",   "é"};
	ARENA_SCOPED arena = arena_create(0);
	const struct template *compiled = compile(arena, "<body><a href=\"{{u}}\">-</a>");
	struct random_fixed random;
	unsigned kept = 0;
	(void)state;
	random_fixed_init(&random, 92);
	for (int i = 0; i < 20000; i++) {
		BUF_SCOPED url = BUF_INIT(1000);
		BUF_SCOPED out = BUF_INIT(1u << 16);
		for (uint64_t count = 1 + random_u64(&random.random) % 5; count > 0; count--)
			buf_put_cstr(&url, pieces[random_u64(&random.random) % (sizeof pieces / sizeof *pieces)]);
		const struct value record[] = {{.text = STR("t")}, {.text = buf_str(&url)}, {.number = 0}};
		template_render(compiled, record, &out);
		GumboOutput *parsed = gumbo_parse_with_options(&kGumboDefaultOptions, out.ptr, out.len);
		struct str found = attribute_of(find(parsed->root, GUMBO_TAG_A), "href");
		struct str given = buf_str(&url), scheme, rest;
		size_t first = 0;
		while (first < given.len && !strchr(":/?#", given.ptr[first]))
			first++;
		bool has_scheme = first < given.len && given.ptr[first] == ':';
		str_cut(given, ':', &scheme, &rest);
		bool known = str_eq(scheme, STR("http")) || str_eq(scheme, STR("https")) ||
			     str_eq(scheme, STR("mailto")) || str_eq(scheme, STR("tel"));
		bool outer = given.ptr[0] == ' ' || given.ptr[given.len - 1] == ' ';
		bool controls = str_find_byte(given, '\t') != SIZE_MAX || str_find_byte(given, '\n') != SIZE_MAX;
		bool safe = (!has_scheme || known) && !outer && !controls;
		is_same(found, safe ? given : STR("#"), buf_str(&out));
		kept += safe;
		gumbo_destroy_output(&kGumboDefaultOptions, parsed);
	}
	assert_in_range(kept, 4000, 18000);
}

static void json_comes_back(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct template *compiled =
		compile(arena, "<body><script type=\"application/ld+json\">{\"t\": \"{{t}}\", \"n\": {{n}}, "
			       "\"both\": \"({{n}}) {{t}}\", \"u\": \"{{u}}\"}</script>");
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 93);
	for (int i = 0; i < 4000; i++) {
		ARENA_SCOPED inner = arena_create(0);
		BUF_SCOPED out = BUF_INIT(1u << 16);
		struct str text = any_text(&random.random, inner);
		int64_t number = (int64_t)random_u64(&random.random);
		const struct value record[] = {{.text = text}, {.text = text}, {.number = number}};
		template_render(compiled, record, &out);
		GumboOutput *parsed = gumbo_parse_with_options(&kGumboDefaultOptions, out.ptr, out.len);
		struct str script = text_of(find(parsed->root, GUMBO_TAG_SCRIPT));
		json_error_t error;
		json_t *read = json_loadb(script.ptr, script.len, 0, &error);
		if (!read)
			fail_msg("%.*s: %s", STR_ARG(script), error.text);
		is_same(str_from(json_string_value(json_object_get(read, "t"))), text, script);
		is_same(str_from(json_string_value(json_object_get(read, "u"))), text, script);
		is_same(str_from(json_string_value(json_object_get(read, "both"))),
			arena_printf(inner, "(%lld) %.*s", (long long)number, STR_ARG(text)), script);
		assert_true(json_integer_value(json_object_get(read, "n")) == number);
		json_decref(read);
		gumbo_destroy_output(&kGumboDefaultOptions, parsed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_come_back),
		cmocka_unit_test(addresses_come_back_or_are_replaced),
		cmocka_unit_test(json_comes_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
