/* check: what the tests of base/ share: cmocka with the headers it needs, comparisons of str, and a
 * way to see a call end the process. */
#ifndef CRIER_TESTS_BASE_CHECK_H
#define CRIER_TESTS_BASE_CHECK_H

#include "base/str.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* The bytes of s are those of the literal, zeros within included. */
#define assert_str(s, lit)                                                                                             \
	do {                                                                                                           \
		struct str found_ = (s);                                                                               \
		if (!str_eq(found_, STR(lit)))                                                                         \
			print_error("found \"%.*s\"\n", STR_ARG(found_));                                              \
		assert_true(str_eq(found_, STR(lit)));                                                                 \
	} while (0)

/* Runs call in a child and checks that it aborts. What it prints is thrown away. */
#define assert_dies(call)                                                                                              \
	do {                                                                                                           \
		fflush(NULL);                                                                                          \
		pid_t child_ = fork();                                                                                 \
		if (child_ == 0) {                                                                                     \
			close(STDERR_FILENO);                                                                          \
			signal(SIGABRT, SIG_DFL);                                                                      \
			(void)(call);                                                                                  \
			_exit(0);                                                                                      \
		}                                                                                                      \
		int status_;                                                                                           \
		assert_int_equal(waitpid(child_, &status_, 0), child_);                                                \
		assert_true(WIFSIGNALED(status_) && WTERMSIG(status_) == SIGABRT);                                     \
	} while (0)

#endif
