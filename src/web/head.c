#include "web/head.h"

#include "base/limits.h"

#include <string.h>

#define VERSION_BYTES 8 /* "HTTP/1.1" */
#define FIELD_EXTRA   8 /* for each field: colon, blanks, line end */

enum { AT_START, AT_EMPTY_LINE, IN_METHOD, IN_TARGET, IN_VERSION, AT_LINE_END, IN_FIELDS };

void head_init(struct head *head, struct header *fields, const struct strict_limits *limits)
{
	*head = (struct head){.fields = fields, .limits = limits, .state = AT_START};
}

static size_t fields_most_bytes(const struct strict_limits *limits)
{
	return limits->header_bytes + (size_t)limits->header_fields * FIELD_EXTRA + 2;
}

size_t head_most_bytes(const struct strict_limits *limits)
{
	size_t line = LIMIT_METHOD_BYTES + 1 + LIMIT_TARGET_BYTES + 1 + VERSION_BYTES + 2;
	return 2 + line + fields_most_bytes(limits) + 1;
}

/* ---- the request line, byte by byte ---- */

static bool fits_version(size_t place, char c)
{
	static const char pattern[] = "HTTP/0.0";
	return pattern[place] == '0' ? c >= '0' && c <= '9' : c == pattern[place];
}

/* The end of a piece of the line: its text, and on behind it. */
static struct str end_piece(struct head *head, const char *bytes, unsigned next)
{
	struct str text = str_of(bytes + head->piece, head->at - head->piece);
	head->piece = head->at + 1;
	head->state = next;
	return text;
}

static int take_method_byte(struct head *head, const char *bytes, char c)
{
	size_t length = head->at - head->piece;
	if (c == ' ' && length) {
		head->method = end_piece(head, bytes, IN_TARGET);
		return 0;
	}
	if (!strict_is_token_byte((unsigned char)c))
		return 400;
	return length < LIMIT_METHOD_BYTES ? 0 : 501;
}

/* Bytes above ASCII are left to web/request.h, which wants UTF-8. */
static int take_target_byte(struct head *head, const char *bytes, char c)
{
	size_t length = head->at - head->piece;
	if (c == ' ' && length) {
		head->target = end_piece(head, bytes, IN_VERSION);
		return 0;
	}
	if ((unsigned char)c <= ' ' || c == 0x7f)
		return 400;
	return length < LIMIT_TARGET_BYTES ? 0 : 414;
}

static int take_version_byte(struct head *head, const char *bytes, char c)
{
	size_t length = head->at - head->piece;
	if (length < VERSION_BYTES)
		return fits_version(length, c) ? 0 : 400;
	if (c != '\r')
		return 400;
	head->version = end_piece(head, bytes, AT_LINE_END);
	return 0;
}

static int take_byte(struct head *head, const char *bytes)
{
	char c = bytes[head->at];
	switch (head->state) {
	case AT_START:
		if (c == '\r') {
			head->state = AT_EMPTY_LINE;
			return 0;
		}
		head->state = IN_METHOD;
		return take_method_byte(head, bytes, c);
	case AT_EMPTY_LINE:
		head->piece = head->at + 1;
		head->state = IN_METHOD;
		return c == '\n' ? 0 : 400;
	case IN_METHOD:
		return take_method_byte(head, bytes, c);
	case IN_TARGET:
		return take_target_byte(head, bytes, c);
	case IN_VERSION:
		return take_version_byte(head, bytes, c);
	default:
		head->piece = head->fields_from = head->at + 1;
		head->state = IN_FIELDS;
		return c == '\n' ? 0 : 400;
	}
}

/* ---- fields, line by line ---- */

/* Spaces and tabs at both ends (RFC 9110 section 5.6.3), nothing else. */
static struct str trim_blanks(struct str text)
{
	while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
		text = str_skip(text, 1);
	while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
		text.len--;
	return text;
}

static void read_connection(struct head *head, struct str value)
{
	struct str option;
	while (str_next(&value, ',', &option)) {
		option = trim_blanks(option);
		head->wants_close = head->wants_close || str_eq_nocase(option, STR("close"));
		head->wants_stay = head->wants_stay || str_eq_nocase(option, STR("keep-alive"));
	}
}

static int take_field(struct head *head, struct str line)
{
	const char *colon = memchr(line.ptr, ':', line.len);
	if (!colon)
		return 400;
	if (head->strict.fields == head->limits->header_fields)
		return 431;
	struct str name = str_of(line.ptr, (size_t)(colon - line.ptr));
	struct str value = trim_blanks(str_skip(line, name.len + 1));
	head->fields[head->strict.fields] = (struct header){name, value};
	strict_add(&head->strict, name, value);
	if (head->strict.bad)
		return 400;
	if (head->strict.bytes > head->limits->header_bytes)
		return 431;
	if (str_eq_nocase(name, STR("Connection")))
		read_connection(head, value);
	return HEAD_MORE;
}

/* RFC 9112 section 3.2. What two methods have instead of an address is in order, but not for a server like this one. */
static int judge_target(struct str method, struct str target)
{
	struct str scheme, rest;
	if (str_eq(method, STR("CONNECT")))
		return 501;
	if (str_eq(target, STR("*")))
		return str_eq(method, STR("OPTIONS")) ? 501 : 400;
	if (str_starts(target, STR("/")))
		return 0;
	if (!str_cut(target, ':', &scheme, &rest) || !str_starts(rest, STR("//")))
		return 400;
	if (!str_eq_nocase(scheme, STR("http")) && !str_eq_nocase(scheme, STR("https")))
		return 400;
	rest = str_skip(rest, 2);
	size_t slash = str_find_byte(rest, '/'), question = str_find_byte(rest, '?');
	struct str host = str_sub(rest, 0, slash < question ? slash : question);
	return host.len && host.ptr[0] != ':' && strict_is_host(host) ? 0 : 400;
}

static int end_head(struct head *head)
{
	bool v11 = str_eq(head->version, STR("HTTP/1.1"));
	head->bytes = head->at;
	head->keep_alive = !head->wants_close && (v11 || head->wants_stay);
	int status = strict_verdict(&head->strict, request_method(head->method), head->version, head->limits);
	return status ? status : judge_target(head->method, head->target);
}

static int take_line(struct head *head, const char *bytes, size_t feed)
{
	struct str line = str_of(bytes + head->piece, feed - head->piece);
	if (feed >= head->fields_from + fields_most_bytes(head->limits))
		return 431;
	if (line.len == 0 || line.ptr[line.len - 1] != '\r')
		return 400;
	line.len--;
	head->at = head->piece = feed + 1;
	return line.len ? take_field(head, line) : end_head(head);
}

int head_read(struct head *head, const char *bytes, size_t count)
{
	int status = HEAD_MORE;
	while (head->state != IN_FIELDS && head->at < count) {
		status = take_byte(head, bytes);
		if (status)
			return status;
		head->at++;
	}
	while (head->at < count) {
		const char *feed = memchr(bytes + head->at, '\n', count - head->at);
		if (!feed) {
			head->at = count;
			break;
		}
		status = take_line(head, bytes, (size_t)(feed - bytes));
		if (status != HEAD_MORE)
			return status;
	}
	bool over = head->state == IN_FIELDS && count > head->fields_from + fields_most_bytes(head->limits);
	return over ? 431 : HEAD_MORE;
}
