/* err: what broke, said once, for a person.
 *
 * A function that can break returns 0 for success, a negative code for what broke (handed on
 * unchanged), and positive answers that its header lists. The message names the thing (file, line,
 * field), what was found and what to do. It is written where the cause is known; on the way up
 * err_context(err, "backup to %s", path) puts "backup to PATH: " before it. Passed by value or pointer, owns nothing.
 */
#ifndef CRIER_BASE_ERR_H
#define CRIER_BASE_ERR_H

#include "base/str.h"

#include <stdarg.h>

enum err_code {
	ERR_SYSTEM = -1,    /* a system call failed: disk, memory, sockets, permissions */
	ERR_DATA = -2,	    /* stored data are not what they must be */
	ERR_INPUT = -3,	    /* what a person or file gave cannot be used */
	ERR_LIMIT = -4,	    /* a maximum was passed */
	ERR_DB = -5,	    /* the database refused a statement */
	ERR_DB_AWAY = -6,   /* the database cannot be reached */
	ERR_DB_AGAIN = -7,  /* busy or serialisation failure: the transaction may be tried again */
	ERR_DB_UNKNOWN = -8, /* it is not known whether the commit took place */
	ERR_STOPPED = -9,   /* told to stop */
};

#define ERR_TEXT_BYTES 512

struct err {
	int code;
	char text[ERR_TEXT_BYTES];
};

/* Both return code, so that a caller can write: return err_set(err, ERR_INPUT, ...);
 * err may be NULL where nobody will read it; err_context then answers ERR_SYSTEM. A text too long for
 * its place is cut at a character. */
int err_set(struct err *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
int err_set_errno(struct err *err, int saved_errno, const char *format, ...) __attribute__((format(printf, 3, 4)));
int err_context(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
void err_clear(struct err *err);

/* What cannot be gone on from: no memory, no randomness. Writes the message to standard error and aborts. */
_Noreturn void err_die(const char *message);

#endif
