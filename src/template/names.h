/* template/names: finding what a template's name means, and saying what it could have meant.
 *
 * Internal to src/template. Views are looked through from the innermost outwards; a dotted name is found by its first
 * step and then followed through objects only.
 */
#ifndef CRIER_TEMPLATE_NAMES_H
#define CRIER_TEMPLATE_NAMES_H

#include "template/template.h"

#define TEMPLATE_FRAMES_MAX 48 /* sections around a name, partials included */
#define TEMPLATE_STEPS_MAX  8  /* a.b.c… */

struct scope_views {
	const struct view *views[TEMPLATE_FRAMES_MAX];
	size_t count;
};

struct found_name {
	unsigned frame;
	unsigned step_count;
	uint16_t steps[TEMPLATE_STEPS_MAX];
	const struct view_field *field;
};

/* False where there is no such name; *ret_problem then says what was looked for where ("t has no field \"x\"…"). */
bool names_find(const struct scope_views *scope, struct str name, struct arena *arena, struct found_name *ret_found,
		struct str *ret_problem);

const char *names_type(enum view_type type); /* "a text", "a list" … */

/* The nearest of candidates, as "; did you mean \"x\"?", or empty. */
struct str names_did_you_mean(struct str name, const struct str *candidates, size_t count, struct arena *arena);

#endif
