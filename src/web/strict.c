#include "web/strict.h"

#include "web/netaddr.h"

#include <string.h>

static bool is_token(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!strict_is_token_byte((unsigned char)text.ptr[i]))
			return false;
	return text.len > 0;
}

static bool is_text_byte(unsigned char c)
{
	return (c >= 0x20 || c == '\t') && c != 0x7f;
}

/* RFC 9110 section 5.5: no control characters but the tab. Eight bytes at once where none of them is below 0x20 or
 * 0x7f: the borrow of each subtraction shows in the highest bit of the byte. */
static bool is_field_value(struct str text)
{
	const uint64_t ones = 0x0101010101010101, highest = ones << 7;
	size_t at = 0;
	for (; at + 8 <= text.len; at += 8) {
		uint64_t word;
		memcpy(&word, text.ptr + at, sizeof word);
		uint64_t below = (word - ones * 0x20) & ~word, from_7f = word ^ (ones * 0x7f);
		uint64_t deleted = (from_7f - ones) & ~from_7f;
		if ((below | deleted) & highest)
			break;
	}
	for (; at < text.len; at++)
		if (!is_text_byte((unsigned char)text.ptr[at]))
			return false;
	return true;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* reg-name. It might hold a comma, but there are programs for which that parts two hosts. */
static bool is_host_name(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if (c <= 0x20 || c >= 0x7f || strchr("/?#@\\<>\"{}|^`,[]", c))
			return false;
		if (c == '%' && (text.len - i <= 2 || !is_hex(text.ptr[i + 1]) || !is_hex(text.ptr[i + 2])))
			return false;
	}
	return true;
}

/* IP-literal, of which IPv6 is in use. */
static bool is_bracketed(struct str text)
{
	struct netaddr address;
	struct str inside = str_sub(text, 1, text.len - 2);
	return text.len > 2 && str_ends(text, STR("]")) && str_find_byte(inside, ':') != SIZE_MAX &&
	       netaddr_read(inside, &address);
}

static bool is_port(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	return true;
}

bool strict_is_host(struct str text)
{
	struct str name = text, port = {0};
	bool bracketed = str_starts(text, STR("["));
	size_t bracket = bracketed ? str_find_byte(text, ']') : 0;
	if (bracket == SIZE_MAX)
		return false;
	size_t colon = str_find_byte(str_skip(text, bracket), ':');
	if (colon != SIZE_MAX) {
		name = str_sub(text, 0, bracket + colon);
		port = str_skip(text, bracket + colon + 1);
	}
	return (bracketed ? is_bracketed(name) : is_host_name(name)) && is_port(port);
}

static void add_length(struct strict *strict, struct str value)
{
	strict->lengths++;
	/* "010" is ten, but there are programs for which it is eight */
	strict->bad = strict->bad || (value.len > 1 && value.ptr[0] == '0');
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
		strict->bad = strict->bad || !strict_is_host(value);
	} else if (str_eq_nocase(name, STR("Content-Length"))) {
		add_length(strict, value);
	} else if (str_eq_nocase(name, STR("Transfer-Encoding"))) {
		strict->codings++;
		strict->chunked = true;
		strict->bad = strict->bad || !str_eq_nocase(value, STR("chunked"));
	} else if (str_eq_nocase(name, STR("Expect"))) {
		bool known = str_eq_nocase(value, STR("100-continue"));
		strict->expects_continue = strict->expects_continue || known;
		strict->expects_other = strict->expects_other || !known;
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
