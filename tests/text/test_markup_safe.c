/* Nothing that could run survives, and what is written reads back to the same bytes. */
#include "support.h"

static void check(void *context, struct str html)
{
	struct arena *arena = context;
	struct arena_mark mark = arena_mark(arena);
	sound(html, arena);
	arena_release(arena, mark);
}

static void test_html5lib(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	ARENA_SCOPED names = arena_create(0);
	size_t count = each_html5lib(check, arena, names);
	if (!count)
		skip();
	print_message("%zu cases of html5lib\n", count);
	assert_true(count > 1500);
}

static void test_owasp(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	ARENA_SCOPED names = arena_create(0);
	size_t count = each_owasp(check, arena, names);
	if (!count)
		skip();
	print_message("%zu attacks of the OWASP list\n", count);
	assert_true(count > 100);
}

static void test_mutations(void **state)
{
	(void)state;
	struct mutator mutator = {.state = 1};
	ARENA_SCOPED arena = arena_create(0);
	for (int i = 0; i < 4000; i++) {
		struct arena_mark mark = arena_mark(arena);
		sound(mutator_case(&mutator, arena), arena);
		arena_release(arena, mark);
	}
}

struct disturbing {
	struct mutator mutator;
	struct arena *arena;
	unsigned times;
	size_t count;
};

static void disturb(void *context, struct str html)
{
	struct disturbing *disturbing = context;
	for (unsigned i = 0; i < disturbing->times; i++) {
		struct arena_mark mark = arena_mark(disturbing->arena);
		sound(mutator_disturb(&disturbing->mutator, html, disturbing->arena), disturbing->arena);
		arena_release(disturbing->arena, mark);
		disturbing->count++;
	}
}

static void test_disturbed(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	ARENA_SCOPED names = arena_create(0);
	struct disturbing disturbing = {.mutator = {.state = 2}, .arena = arena, .times = 8};
	each_html5lib(disturb, &disturbing, names);
	each_owasp(disturb, &disturbing, names);
	struct mutator cases = {.state = 3};
	for (int i = 0; i < 4000; i++) {
		struct arena_mark mark = arena_mark(names);
		disturb(&disturbing, mutator_case(&cases, names));
		arena_release(names, mark);
	}
	print_message("%zu disturbed cases\n", disturbing.count);
	assert_true(disturbing.count >= 20000);
}

/* The check itself must find what it is for. */
static void test_check_finds(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"<script>1</script>",
		"<p onclick=x>",
		"<a href=\"javascript:1\">",
		"<a href=\"java\nscript:1\">",
		"<img src=\"data:x\">",
		"<svg></svg>",
		"<p style=x>",
		"<iframe></iframe>",
		"<!-- x -->",
		"<p class=\"evil\">",
		"<p id=\"x\">",
		"<input>",
		"<h1>x</h1>",
		"<img src=\"mailto:x\">",
	};
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!safe_why(str_from(bad[i]), arena))
			fail_msg("not found: %s", bad[i]);
	assert_null(safe_why(STR("<p lang=\"en\">x <a href=\"/y\">z</a></p>"), arena));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_finds), cmocka_unit_test(test_html5lib),  cmocka_unit_test(test_owasp),
		cmocka_unit_test(test_mutations),   cmocka_unit_test(test_disturbed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
