/* reference: what a template says, found by the plainest means: its source is read anew for each rendering, each name
 * is looked up in the records around it, and nothing is compiled or checked. Slow, short, and shares nothing with
 * src/template. It knows sections, partials with their indent, and inheritance without line ends.
 */
#ifndef CRIER_TESTS_TEMPLATE_REFERENCE_H
#define CRIER_TESTS_TEMPLATE_REFERENCE_H

#include "fixture.h"

/* What "main" among files says for record. Only for templates that are in order. */
void reference_render(const struct fixture_file *files, const struct view *view, const struct value *record,
		      struct buf *out);

/* What a section on a text, markup, number or URL is seen as from inside, by its type: {{.}}. */
extern const struct view reference_dots[];

#endif
