#include "base/log.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_BYTES  8000
#define VALUE_BYTES 1000

static const char *const level_names[] = {"debug", "info", "warn", "error"};

/* Characters that would end a line, steer a terminal, or turn the text around. */
static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static bool is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       str_find_byte(STR("-._/:@+,%~"), c) != SIZE_MAX;
}

/* A JSON string; the key=value form uses it too, for values that are not plain words. */
static void put_quoted(struct buf *line, struct str value, bool cut)
{
	uint32_t c;
	buf_put_byte(line, '"');
	while (utf8_next(&value, &c)) {
		if (c == '"' || c == '\\') {
			buf_put_byte(line, '\\');
			buf_put_byte(line, (char)c);
		} else if (c == '\n') {
			buf_put_cstr(line, "\\n");
		} else if (is_control(c)) {
			buf_printf(line, "\\u%04x", (unsigned)c);
		} else {
			utf8_put(line, c);
		}
	}
	buf_put_cstr(line, cut ? "…\"" : "\"");
}

static void put_text(struct buf *line, enum log_format format, struct str text)
{
	struct str kept = utf8_clip(text, VALUE_BYTES);
	bool bare = format == LOG_KEY_VALUE && text.len && kept.len == text.len;
	for (size_t i = 0; bare && i < kept.len; i++)
		bare = is_bare(kept.ptr[i]);
	if (bare)
		buf_put(line, kept);
	else
		put_quoted(line, kept, kept.len < text.len);
}

static void put_ms(struct buf *line, int64_t us)
{
	uint64_t size = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;
	buf_printf(line, "%s%llu.%03u", us < 0 ? "-" : "", (unsigned long long)(size / 1000), (unsigned)(size % 1000));
}

static void put_key(struct buf *line, enum log_format format, const char *key)
{
	if (format == LOG_JSON)
		buf_printf(line, "%s\"%s\":", line->len > 1 ? "," : "", key);
	else
		buf_printf(line, "%s%s=", line->len ? " " : "", key);
}

static void put_field(struct buf *line, enum log_format format, const struct log_field *field)
{
	put_key(line, format, field->key);
	switch (field->type) {
	case LOG_FIELD_STR:
		put_text(line, format, field->text);
		break;
	case LOG_FIELD_I64:
		buf_put_i64(line, field->number);
		break;
	case LOG_FIELD_MS:
		put_ms(line, field->number);
		break;
	}
}

static void put_head(struct buf *line, const struct log *log, enum log_level level, const char *event)
{
	char seconds[CLOCK_TEXT_BYTES];
	char time[CLOCK_TEXT_BYTES + 8];
	int64_t now_us = clock_now_us(log->clock);
	int64_t us = now_us % 1000000;
	if (us < 0)
		us += 1000000;
	clock_rfc3339((now_us - us) / 1000000, seconds);
	snprintf(time, sizeof time, "%.19s.%03dZ", seconds, (int)(us / 1000));
	if (log->format == LOG_JSON)
		buf_put_byte(line, '{');
	const struct log_field head[] = {LOG_CSTR("time", time), LOG_CSTR("level", level_names[level]),
					 LOG_CSTR("event", event)};
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		put_field(line, log->format, &head[i]);
}

static void write_line(int fd, struct str line)
{
	while (line.len) {
		ssize_t written = write(fd, line.ptr, line.len);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return; /* a log that cannot be written has nobody to tell */
		line = str_skip(line, (size_t)written);
	}
}

void log_write(const struct log *log, enum log_level level, const char *event, const struct log_field *fields)
{
	if (log->fd < 0 || level < log->least)
		return;
	BUF_SCOPED line = BUF_INIT(2 * LINE_BYTES);
	buf_reserve(&line, 500);
	put_head(&line, log, level, event);
	bool cut = false;
	for (const struct log_field *field = fields; field->key; field++) {
		size_t before = line.len;
		put_field(&line, log->format, field);
		if (line.len > LINE_BYTES) {
			buf_truncate(&line, before);
			cut = true;
		}
	}
	if (cut)
		put_field(&line, log->format, &LOG_I64("cut", 1));
	buf_put_cstr(&line, log->format == LOG_JSON ? "}\n" : "\n");
	write_line(log->fd, buf_str(&line));
}
