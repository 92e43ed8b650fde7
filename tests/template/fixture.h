/* Templates for tests, from a list in memory. */
#ifndef CRIER_TESTS_TEMPLATE_FIXTURE_H
#define CRIER_TESTS_TEMPLATE_FIXTURE_H

#include "template/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct fixture_file {
	const char *name;
	struct str source;
};

/* Ends with an entry whose name is NULL. */
struct template_source fixture_source(const struct fixture_file *files);

/* What the template "main" among files says for record, or the error's text, in the arena. */
const char *fixture_render(struct arena *arena, const struct fixture_file *files, const struct view *view,
			   const struct value *record);
const char *fixture_render_lenient(struct arena *arena, const struct fixture_file *files, const struct view *view,
				   const struct value *record);

/* One strict template by itself. */
const char *fixture_one(struct arena *arena, const char *source, const struct view *view, const struct value *record);

#endif
