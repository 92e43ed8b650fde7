#include "base/err.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* vsnprintf cuts at a byte; this moves the end back to a whole character. */
static void set_text(struct err *err, const char *text)
{
	struct str whole = utf8_clip(str_from(text), ERR_TEXT_BYTES - 1);
	memcpy(err->text, whole.ptr, whole.len);
	err->text[whole.len] = 0;
}

int err_set(struct err *err, int code, const char *format, ...)
{
	if (!err)
		return code;
	char text[ERR_TEXT_BYTES + 8];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	err->code = code;
	set_text(err, text);
	return code;
}

int err_set_errno(struct err *err, int saved_errno, const char *format, ...)
{
	if (!err)
		return ERR_SYSTEM;
	char text[2 * ERR_TEXT_BYTES];
	char reason[128];
	va_list args;
	va_start(args, format);
	vsnprintf(text, ERR_TEXT_BYTES, format, args);
	va_end(args);
	size_t len = utf8_clip(str_from(text), ERR_TEXT_BYTES - sizeof reason).len;
	snprintf(text + len, sizeof text - len, ": %s", strerror_r(saved_errno, reason, sizeof reason));
	err->code = ERR_SYSTEM;
	set_text(err, text);
	return ERR_SYSTEM;
}

int err_context(struct err *err, const char *format, ...)
{
	if (!err)
		return ERR_SYSTEM;
	char text[2 * ERR_TEXT_BYTES];
	va_list args;
	va_start(args, format);
	vsnprintf(text, ERR_TEXT_BYTES, format, args);
	va_end(args);
	size_t len = utf8_clip(str_from(text), ERR_TEXT_BYTES / 2).len;
	snprintf(text + len, sizeof text - len, ": %s", err->text);
	set_text(err, text);
	return err->code;
}

void err_clear(struct err *err)
{
	if (err)
		*err = (struct err){0};
}

_Noreturn void err_die(const char *message)
{
	struct str line = str_from(message);
	ssize_t written = write(STDERR_FILENO, line.ptr, line.len);
	if (written == (ssize_t)line.len)
		written = write(STDERR_FILENO, "\n", 1);
	(void)written;
	abort();
}
