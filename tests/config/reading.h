/* reading: what every test of this folder begins and ends with. */
#ifndef CRIER_TESTS_CONFIG_READING_H
#define CRIER_TESTS_CONFIG_READING_H

#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern struct arena *arena; /* of the test that runs */

int setup(void **state);
int teardown(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

void assert_text(struct str found, const char *expected);

#endif
