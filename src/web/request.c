#include "web/request.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "web/route.h"

#include <assert.h>
#include <string.h>

enum web_method request_method(struct str name)
{
	static const struct {
		struct str name;
		enum web_method method;
	} known[] = {
		{STR_INIT("GET"), WEB_GET}, {STR_INIT("HEAD"), WEB_HEAD},     {STR_INIT("POST"), WEB_POST},
		{STR_INIT("PUT"), WEB_PUT}, {STR_INIT("DELETE"), WEB_DELETE},
	};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (str_eq(name, known[i].name))
			return known[i].method;
	return WEB_OTHER_METHOD;
}

struct str request_header(const struct request *request, struct str name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (str_eq_nocase(request->headers[i].name, name))
			return request->headers[i].value;
	return (struct str){0};
}

struct str request_param(const struct request *request, const char *name)
{
	const struct route_param *params = request->route ? request->route->params : NULL;
	for (size_t i = 0; params && params[i].name; i++)
		if (strcmp(params[i].name, name) == 0)
			return request->params[i];
	assert(!"the route declares no such parameter");
	return (struct str){0};
}

int64_t request_param_number(const struct request *request, const char *name, int64_t absent)
{
	int64_t number;
	return str_to_i64(request_param(request, name), &number) ? number : absent;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool has_control(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
			return true;
	return false;
}

bool request_unescape(struct str raw, bool query, struct arena *arena, struct str *ret_text)
{
	char *out = arena_alloc(arena, raw.len + 1);
	size_t length = 0;
	for (size_t i = 0; i < raw.len; i++) {
		char c = raw.ptr[i];
		if (c == '+' && query) {
			c = ' ';
		} else if (c == '%') {
			bool whole = raw.len - i > 2;
			int high = whole ? hex_digit(raw.ptr[i + 1]) : -1;
			int low = whole ? hex_digit(raw.ptr[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		}
		out[length++] = c;
	}
	struct str text = {out, length};
	if (has_control(text) || !utf8_valid(text))
		return false;
	*ret_text = text;
	return true;
}

static bool kept_in_path(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~!$&'()*+,;=:@", c));
}

void request_put_path(struct buf *out, const struct str *segments, size_t count, bool folder)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < count; i++) {
		buf_put_byte(out, '/');
		for (size_t j = 0; j < segments[i].len; j++) {
			unsigned char c = (unsigned char)segments[i].ptr[j];
			if (kept_in_path(c))
				buf_put_byte(out, (char)c);
			else
				buf_put_bytes(out, (char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
		}
	}
	if (folder || count == 0)
		buf_put_byte(out, '/');
}

/* "http://host/path" of RFC 9112 section 3.2.2: its path and query. */
static struct str origin_form(struct str target)
{
	struct str scheme[] = {STR("http://"), STR("https://")};
	for (size_t i = 0; i < 2; i++) {
		if (!str_starts_nocase(target, scheme[i]))
			continue;
		struct str rest = str_skip(target, scheme[i].len);
		size_t slash = str_find_byte(rest, '/');
		size_t question = str_find_byte(rest, '?');
		if (slash < question)
			return str_skip(rest, slash);
		return slash == SIZE_MAX && question == SIZE_MAX ? STR("/") : (struct str){0};
	}
	return target;
}

/* One raw segment onto the list. False for what cannot be an address. */
static bool add_segment(struct request *request, struct str raw)
{
	struct str text;
	if (!request_unescape(raw, false, request->arena, &text))
		return false;
	if (str_find_byte(text, '/') != SIZE_MAX || str_find_byte(text, '\\') != SIZE_MAX)
		return false;
	if (str_eq(text, STR("."))) {
		request->moved = true;
	} else if (str_eq(text, STR(".."))) {
		request->moved = true;
		if (request->segment_count)
			request->segment_count--;
	} else if (request->segment_count < REQUEST_SEGMENTS) {
		request->segments[request->segment_count++] = text;
	} else {
		return false;
	}
	return true;
}

static bool parse_path(struct request *request, struct str raw)
{
	size_t kept_before = 0;
	struct str rest = str_skip(raw, 1);
	bool last_is_dots = false;
	request->segments = arena_array(request->arena, struct str, REQUEST_SEGMENTS);
	while (rest.len) {
		struct str piece;
		str_cut(rest, '/', &piece, &rest);
		kept_before = request->segment_count;
		if (piece.len == 0)
			request->moved = true;
		else if (!add_segment(request, piece))
			return false;
		last_is_dots = piece.len && request->segment_count <= kept_before;
	}
	request->folder = last_is_dots || request->segment_count == 0 || str_ends(raw, STR("/"));
	return true;
}

int request_parse(struct request *request)
{
	request->method = request_method(request->method_name);
	if (request->target.len > LIMIT_PATH_BYTES + LIMIT_QUERY_BYTES)
		return REQUEST_TARGET_TOO_LONG;
	struct str target = origin_form(request->target), path;
	if (!str_starts(target, STR("/")) || has_control(target) || str_find_byte(target, ' ') != SIZE_MAX ||
	    str_find_byte(target, '#') != SIZE_MAX)
		return REQUEST_BAD;
	str_cut(target, '?', &path, &request->raw_query);
	if (path.len > LIMIT_PATH_BYTES || request->raw_query.len > LIMIT_QUERY_BYTES)
		return REQUEST_TARGET_TOO_LONG;
	if (!parse_path(request, path))
		return REQUEST_BAD;
	BUF_SCOPED normal = BUF_INIT(4 * LIMIT_PATH_BYTES);
	request_put_path(&normal, request->segments, request->segment_count, request->folder);
	request->path = buf_copy(&normal, request->arena);
	request->local_path = request->path;
	request->key = request->path;
	return 0;
}
