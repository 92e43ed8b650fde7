/* Renders the list page often and says how long one takes: meson test --benchmark. */
#include "base/clock.h"
#include "fixture.h"
#include "list_page.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	int64_t rounds = 2000;
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED out = BUF_INIT(1u << 20);
	if (argc > 1 && (!str_to_i64(str_from(argv[1]), &rounds) || rounds < 1))
		return EXIT_FAILURE;
	const struct template *compiled = list_page_compile(arena);
	const struct value *record = list_page_record(arena);
	int64_t from_us = clock_steady_us();
	for (int64_t i = 0; i < rounds; i++) {
		buf_clear(&out);
		template_render(compiled, record, &out);
	}
	int64_t spent_us = clock_steady_us() - from_us;
	printf("%zu bytes, %.2f us a page\n", out.len, (double)spent_us / (double)rounds);
	return out.over ? EXIT_FAILURE : EXIT_SUCCESS;
}
