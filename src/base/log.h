/* log: one line an event, key=value or JSON, to a file descriptor.
 *
 *     log_event(log, LOG_INFO, "import.done", LOG_I64("items", n), LOG_STR("file", name));
 *
 * Each line starts with time (UTC, RFC 3339, milliseconds), level and event. Lines are written
 * whole with one write(2), so threads may share a log. A value holds no line break nor other control
 * character (they are escaped, broken UTF-8 is replaced) and is cut, with an ellipsis, at 1,000 bytes; fields that
 * would make the line longer than 8,000 bytes are left out and cut=1 says so. Libraries never log: who decides what to do
 * about a thing logs it, once. Never in a line: a reader's address, a secret, an unpublished title.
 */
#ifndef CRIER_BASE_LOG_H
#define CRIER_BASE_LOG_H

#include "base/clock.h"
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_format { LOG_KEY_VALUE, LOG_JSON };

struct log {
	int fd; /* -1: nothing is written */
	enum log_level least;
	enum log_format format;
	const struct clock *clock;
};

struct log_field {
	const char *key; /* NULL ends a list */
	enum { LOG_FIELD_STR, LOG_FIELD_I64, LOG_FIELD_MS } type;
	struct str text;
	int64_t number; /* LOG_FIELD_MS: microseconds, printed as milliseconds with three places */
};

#define LOG_STR(name, value) ((struct log_field){.key = (name), .type = LOG_FIELD_STR, .text = (value)})
#define LOG_CSTR(name, value) LOG_STR(name, str_from(value))
#define LOG_I64(name, value) ((struct log_field){.key = (name), .type = LOG_FIELD_I64, .number = (value)})
#define LOG_US_AS_MS(name, value) ((struct log_field){.key = (name), .type = LOG_FIELD_MS, .number = (value)})

#define log_event(log, level, event, ...) \
	log_write((log), (level), (event), (struct log_field[]){__VA_ARGS__ __VA_OPT__(, )(struct log_field){0}})
void log_write(const struct log *log, enum log_level level, const char *event, const struct log_field *fields);

#endif
