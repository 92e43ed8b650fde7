/* Depth and size: each limit reached exactly, one more refused; recursion against a plain recursive function; what a
 * page may hold. */
#include "base/limits.h"
#include "base/random.h"
#include "fixture.h"

#include <pthread.h>
#include <string.h>

static const struct view node_view;
static const struct view_field node_fields[] = {
	{"name", VIEW_TEXT}, {"children", VIEW_LIST, &node_view}, {"next", VIEW_OBJECT, &node_view}};
static const struct view node_view = {"node", node_fields, 3};
enum { NAME, CHILDREN, NEXT, WIDTH };

static const struct template *compile(struct arena *arena, const struct fixture_file *files, struct err *err)
{
	struct template_source source = fixture_source(files);
	const struct template *compiled = NULL;
	(void)template_compile(template_set_create(arena, &source), STR("main"), &node_view, &compiled, err);
	return compiled;
}

static struct str repeated(struct arena *arena, const char *before, int count, const char *middle, const char *after)
{
	BUF_SCOPED out = BUF_INIT(1u << 20);
	for (int i = 0; i < count; i++)
		buf_put_cstr(&out, before);
	buf_put_cstr(&out, middle);
	for (int i = 0; i < count; i++)
		buf_put_cstr(&out, after);
	return buf_copy(&out, arena);
}

static void said_of(struct str source, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	struct err err = {0};
	struct fixture_file files[] = {{"main", source}, {0}};
	const struct template *compiled = compile(arena, files, &err);
	assert_true((compiled != NULL) == (expected == NULL));
	if (expected)
		assert_string_equal(err.text, expected);
}

static void sections_inside_each_other(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	said_of(repeated(arena, "{{^name}}", 64, "x", "{{/name}}"), NULL);
	said_of(repeated(arena, "{{^name}}", 65, "x", "{{/name}}"),
		"main.mustache:1: more than 64 sections inside each other");
	/* Those that hold a record of their own are fewer: 47, and the page. */
	said_of(repeated(arena, "{{#next}}", 47, "{{name}}", "{{/next}}"), NULL);
	said_of(repeated(arena, "{{#next}}", 48, "{{name}}", "{{/next}}"),
		"main.mustache:1: too many sections inside each other");
	said_of(repeated(arena, "{{#children}}\n", 48, "", "{{/children}}"),
		"main.mustache:48: too many sections inside each other");
}

static void steps_of_a_name(void **state)
{
	(void)state;
	said_of(STR("{{next.next.next.next.next.next.next.name}}"), NULL);
	said_of(STR("{{next.next.next.next.next.next.next.next.name}}"),
		"main.mustache:1: a name of more than 8 steps");
}

static void sizes_of_a_source(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	char *source = arena_array(arena, char, LIMIT_TEMPLATE_BYTES + 1);
	(void)state;
	memset(source, 'a', LIMIT_TEMPLATE_BYTES + 1);
	said_of(str_of(source, LIMIT_TEMPLATE_BYTES), NULL);
	said_of(str_of(source, LIMIT_TEMPLATE_BYTES + 1), "main.mustache: 262145 bytes; a template may have 262144");
}

/* A chain of partials, each in the one before. */
static void partials_inside_each_other(void **state)
{
	(void)state;
	for (int length = 155; length <= 165; length++) {
		ARENA_SCOPED arena = arena_create(0);
		struct err err = {0};
		struct fixture_file *files = arena_array(arena, struct fixture_file, (size_t)length + 2);
		for (int i = 0; i < length; i++) {
			files[i].name = i ? arena_printf(arena, "p%d", i).ptr : "main";
			files[i].source = i + 1 < length ? arena_printf(arena, "{{>p%d}}", i + 1) : STR("x");
		}
		bool compiled = compile(arena, files, &err) != NULL;
		assert_int_equal(compiled, length <= 160);
		if (!compiled)
			assert_string_equal(err.text, "p160.mustache:1: too many sections, partials and blocks inside "
						      "each other");
	}
}

static struct value *make_tree(struct arena *arena, struct random *random, unsigned depth, unsigned *left)
{
	struct value *node = arena_array(arena, struct value, WIDTH);
	node[NAME].text = arena_printf(arena, "%u", (unsigned)(random_u64(random) % 1000));
	size_t count = depth ? (size_t)(random_u64(random) % 4) : 0;
	struct value *rows = arena_array(arena, struct value, count * WIDTH + 1);
	for (size_t i = 0; i < count && *left; i++) {
		--*left;
		memcpy(rows + i * WIDTH, make_tree(arena, random, depth - 1, left), sizeof *rows * WIDTH);
		node[CHILDREN].list.count = i + 1;
	}
	node[CHILDREN].list.rows = rows;
	if (depth && *left && random_u64(random) % 3 == 0) {
		--*left;
		node[NEXT].object = make_tree(arena, random, depth - 1, left);
	}
	return node;
}

/* What the template below says, by a function. */
static void write_tree(const struct value *node, struct buf *out)
{
	buf_printf(out, "(%.*s", STR_ARG(node[NAME].text));
	for (size_t i = 0; i < node[CHILDREN].list.count; i++)
		write_tree(node[CHILDREN].list.rows + i * WIDTH, out);
	if (node[NEXT].object) {
		buf_put(out, STR(">"));
		write_tree(node[NEXT].object, out);
	}
	buf_printf(out, "%.*s)", STR_ARG(node[NAME].text));
}

static void trees_are_walked_like_a_function_walks_them(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct fixture_file one[] = {
		{"main", STR_INIT("({{name}}{{#children}}{{>main}}{{/children}}{{#next}}>{{>main}}{{/next}}{{name}})")},
		{0}};
	/* the same through three files that call each other */
	const struct fixture_file three[] = {
		{"main", STR_INIT("{{>node}}")},
		{"node",
		 STR_INIT("({{name}}{{#children}}{{>again}}{{/children}}{{#next}}>{{>node}}{{/next}}{{name}})")},
		{"again", STR_INIT("{{>node}}")},
		{0}};
	struct err err = {0};
	const struct template *first = compile(arena, one, &err), *second = compile(arena, three, &err);
	struct random_fixed random;
	(void)state;
	assert_non_null(first);
	assert_non_null(second);
	random_fixed_init(&random, 7);
	for (int i = 0; i < 300; i++) {
		ARENA_SCOPED trees = arena_create(0);
		BUF_SCOPED expected = BUF_INIT(1u << 20);
		BUF_SCOPED said = BUF_INIT(1u << 20);
		unsigned left = 400; /* more calls than may lie inside each other */
		const struct value *tree = make_tree(trees, &random.random, 12, &left);
		write_tree(tree, &expected);
		template_render(first, tree, &said);
		assert_true(str_eq(buf_str(&said), buf_str(&expected)));
		buf_clear(&said);
		template_render(second, tree, &said);
		assert_true(str_eq(buf_str(&said), buf_str(&expected)));
	}
}

/* A chain of records as deep as calls may go, and one deeper. */
static void records_inside_each_other(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct fixture_file files[] = {{"main", STR_INIT("{{name}}{{#next}}{{>main}}{{/next}}")}, {0}};
	struct err err = {0};
	const struct template *compiled = compile(arena, files, &err);
	(void)state;
	assert_non_null(compiled);
	for (size_t depth = 95; depth < 110; depth++) {
		struct value *chain = arena_array(arena, struct value, (depth + 1) * WIDTH);
		BUF_SCOPED out = BUF_INIT(1000);
		for (size_t i = 0; i <= depth; i++) {
			chain[i * WIDTH + NAME].text = STR("n");
			chain[i * WIDTH + NEXT].object = i < depth ? chain + (i + 1) * WIDTH : NULL;
		}
		template_render(compiled, chain, &out);
		assert_int_equal(out.over, depth > 100);
		assert_int_equal(out.len, depth > 100 ? 101 : depth + 1);
	}
}

/* One list of many rows stops when the page is full, not when the list ends. */
static void a_full_page_ends_the_work(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct fixture_file files[] = {
		{"main", STR_INIT("{{#children}}{{#children}}{{#children}}{{#children}}x{{name}}"
				  "{{/children}}{{/children}}{{/children}}{{/children}}")},
		{0}};
	struct err err = {0};
	const struct template *compiled = compile(arena, files, &err);
	struct value *rows = arena_array(arena, struct value, 1000 * WIDTH);
	struct value page[WIDTH] = {0};
	BUF_SCOPED out = BUF_INIT(5000);
	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		rows[i * WIDTH + CHILDREN].list.rows = rows;
		rows[i * WIDTH + CHILDREN].list.count = 1000;
	}
	page[CHILDREN].list.rows = rows;
	page[CHILDREN].list.count = 1000;
	template_render(compiled, page, &out); /* 10^12 rows if it did not stop */
	assert_true(out.over);
	assert_int_equal(out.len, 5000);
	template_render(compiled, page, &out);
	assert_int_equal(out.len, 5000);
}

struct job {
	const struct template *compiled;
	const struct value *tree;
	struct str expected;
	unsigned wrong;
};

static void *render_trees(void *context)
{
	struct job *job = context;
	for (int i = 0; i < 200; i++) {
		BUF_SCOPED out = BUF_INIT(1u << 20);
		template_render(job->compiled, job->tree, &out);
		job->wrong += !str_eq(buf_str(&out), job->expected);
	}
	return NULL;
}

/* Recursion keeps its frames in the thread: each thread has a tree of its own. */
static void threads_recurse_apart(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct fixture_file files[] = {
		{"main", STR_INIT("({{name}}{{#children}}{{>main}}{{/children}}{{#next}}>{{>main}}{{/next}}{{name}})")},
		{0}};
	struct err err = {0};
	struct job jobs[4];
	pthread_t threads[4];
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 11);
	for (size_t i = 0; i < 4; i++) {
		BUF_SCOPED expected = BUF_INIT(1u << 20);
		unsigned left = 80;
		const struct value *tree = make_tree(arena, &random.random, 12, &left);
		write_tree(tree, &expected);
		jobs[i] = (struct job){i ? jobs[0].compiled : compile(arena, files, &err), tree,
				       buf_copy(&expected, arena), 0};
	}
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, render_trees, &jobs[i]), 0);
	for (size_t i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(jobs[i].wrong, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_inside_each_other),
		cmocka_unit_test(steps_of_a_name),
		cmocka_unit_test(sizes_of_a_source),
		cmocka_unit_test(partials_inside_each_other),
		cmocka_unit_test(trees_are_walked_like_a_function_walks_them),
		cmocka_unit_test(records_inside_each_other),
		cmocka_unit_test(a_full_page_ends_the_work),
		cmocka_unit_test(threads_recurse_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
