#include "web/strict.h"

#include <string.h>

/* RFC 9110 section 5.6.2 */
static bool is_token(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		bool alphanumeric = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
		if (!alphanumeric && (c == 0 || !strchr("!#$%&'*+-.^_`|~", c)))
			return false;
	}
	return text.len > 0;
}

/* RFC 9110 section 5.5: no control characters but the tab. */
static bool is_field_value(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* uri-host and port (RFC 3986 section 3.2.2) by their characters. */
static bool is_host(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if (c <= 0x20 || c >= 0x7f || strchr("/?#@\\<>\"{}|^`,", c))
			return false;
	}
	return true;
}

static void add_length(struct strict *strict, struct str value)
{
	strict->lengths++;
	for (size_t i = 0; i < value.len; i++)
		strict->bad = strict->bad || value.ptr[i] < '0' || value.ptr[i] > '9';
	strict->bad = strict->bad || !str_to_i64(value, &strict->body_bytes);
}

void strict_add(struct strict *strict, struct str name, struct str value)
{
	strict->fields++;
	strict->bytes += name.len + value.len;
	strict->bad = strict->bad || !is_token(name) || !is_field_value(value);
	if (str_eq_nocase(name, STR("Host"))) {
		strict->hosts++;
		strict->bad = strict->bad || !is_host(value);
	} else if (str_eq_nocase(name, STR("Content-Length"))) {
		add_length(strict, value);
	} else if (str_eq_nocase(name, STR("Transfer-Encoding"))) {
		strict->codings++;
		strict->chunked = true;
		strict->bad = strict->bad || !str_eq_nocase(value, STR("chunked"));
	} else if (str_eq_nocase(name, STR("Expect"))) {
		strict->expects_other = strict->expects_other || !str_eq_nocase(value, STR("100-continue"));
	}
}

/* How the message is framed, and for whom it is, must not be open to two readings. */
static bool is_ambiguous(const struct strict *strict, bool v11)
{
	if (strict->bad || strict->hosts > 1 || strict->lengths > 1 || strict->codings > 1)
		return true;
	if (strict->lengths && strict->codings)
		return true;
	return v11 ? strict->hosts == 0 : strict->codings > 0;
}

int strict_verdict(const struct strict *strict, enum web_method method, struct str version,
		   const struct strict_limits *limits)
{
	bool v11 = str_eq(version, STR("HTTP/1.1"));
	bool has_body = strict->body_bytes > 0 || strict->chunked;
	if (!v11 && !str_eq(version, STR("HTTP/1.0")))
		return 505;
	if (strict->bytes > limits->header_bytes || strict->fields > limits->header_fields)
		return 431;
	if (is_ambiguous(strict, v11))
		return 400;
	if ((method == WEB_GET || method == WEB_HEAD) && has_body)
		return 400;
	if (strict->expects_other)
		return 417;
	return strict->body_bytes > limits->body_bytes ? 413 : 0;
}
