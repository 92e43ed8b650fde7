/* Makes .mo files in memory, good ones and, by hand, bad ones. */
#ifndef CRIER_TESTS_I18N_MO_WRITER_H
#define CRIER_TESTS_I18N_MO_WRITER_H

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct mo_message {
	struct str id, text;
};
#define MO_MESSAGE(id, text)                                                                                           \
	{                                                                                                              \
		STR_INIT(id), STR_INIT(text)                                                                           \
	}

/* In this machine's byte order, or the other one. */
struct str mo_write(struct arena *arena, const struct mo_message *messages, uint32_t count, bool swapped);

#endif
