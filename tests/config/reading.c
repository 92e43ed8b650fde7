#include "reading.h"

struct arena *arena;

int setup(void **state)
{
	(void)state;
	arena = arena_create(0);
	return 0;
}

int teardown(void **state)
{
	(void)state;
	arena_destroy(arena);
	return 0;
}

void assert_text(struct str found, const char *expected)
{
	if (!str_eq(found, str_from(expected)))
		print_error("found '%.*s'\n", STR_ARG(found));
	assert_true(str_eq(found, str_from(expected)));
}
