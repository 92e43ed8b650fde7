/* strike: makes one call to the system go wrong. A test links with --wrap=NAME for each call it names by WRAPPED, sets
 * fault, and sees in fault.fired whether it came to that. For one thread; main/ has its own, which may end the process.
 */
#ifndef CRIER_TESTS_BASE_STRIKE_H
#define CRIER_TESTS_BASE_STRIKE_H

#include "base/buf.h"

#include <errno.h>

static struct {
	long left;  /* calls until one goes wrong; 0: none does */
	int number; /* errno of that call */
	bool fired;
	struct buf *told; /* the letters of the calls, in order */
	size_t most;      /* bytes that one read or write takes; 0: all that is asked for */
} fault;

static bool strikes(char letter)
{
	if (fault.told)
		buf_put_byte(fault.told, letter);
	if (fault.left == 0 || --fault.left != 0)
		return false;
	fault.fired = true;
	errno = fault.number;
	return true;
}

static inline size_t part_of(size_t count)
{
	return fault.most && count > fault.most ? fault.most : count;
}

#define WRAPPED(letter, type, bad, name, parameters, arguments)                                                        \
	type __real_##name parameters;                                                                                 \
	type __wrap_##name parameters;                                                                                 \
	type __wrap_##name parameters                                                                                  \
	{                                                                                                              \
		return strikes(letter) ? (bad) : __real_##name arguments;                                              \
	}

#endif
