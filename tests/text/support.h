/* support: what the tests of text/ share. */
#ifndef CRIER_TESTS_TEXT_SUPPORT_H
#define CRIER_TESTS_TEXT_SUPPORT_H

#include "base/err.h"
#include "text/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* The canonical form of html. */
struct str canonical(struct str html, struct arena *arena);

/* What safe_check.h says. */
const char *safe_why(struct str html, struct arena *arena);

/* The canonical form, after it was found to be safe and a fixed point; ends the test where not. */
struct str sound(struct str html, struct arena *arena);

void assert_str(struct str found, const char *expected);

/* A folder or file of the shared test data; NULL, with a word on stderr, where it is absent. */
const char *shared_path(const char *relative, struct arena *arena);

struct str read_shared(const char *relative, struct arena *arena);

/* html5lib's cases: calls each for the data of every case; returns how many there were. */
size_t each_html5lib(void (*each)(void *context, struct str html), void *context, struct arena *arena);

/* The code blocks of the OWASP list. */
size_t each_owasp(void (*each)(void *context, struct str html), void *context, struct arena *arena);

/* Cases made by combining what has broken sanitisers before; the same for the same seed. */
struct mutator {
	uint64_t state;
};
uint64_t mutator_next(struct mutator *mutator);
struct str mutator_case(struct mutator *mutator, struct arena *arena);
/* A few bytes of html deleted, doubled, swapped or replaced. */
struct str mutator_disturb(struct mutator *mutator, struct str html, struct arena *arena);

#endif
