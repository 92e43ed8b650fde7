/* Values that try to leave their place in a page, the view they are fields of, and the proof that they did not. */
#ifndef CRIER_TESTS_TEMPLATE_HOSTILE_H
#define CRIER_TESTS_TEMPLATE_HOSTILE_H

#include "fixture.h"

/* t, e texts (e is always empty); u, v URLs (v is empty); h markup; n a number; f a true flag, g a false one; o an
 * object and l a list of two rows with t, u, n; w a list of two texts. */
extern const struct view hostile_view;

/* Each pair by number; past the last pair false. The first is harmless. */
bool hostile_values(struct arena *arena, size_t index, const struct value **ret_record);

/* Renders with each pair and compares the shapes; fails the test, naming source and values, where they differ. False,
 * and nothing is rendered, where the template does not compile; ret_error then says why. */
bool hostile_holds(const struct fixture_file *files, char ret_error[512]);

#endif
