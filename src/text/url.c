#include "text/url.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <arpa/inet.h>
#include <string.h>

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_unreserved(char c)
{
	return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* RFC 3986 section 2: characters, and %XX. */
static bool is_uri_text(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '%') {
			if (i + 2 >= text.len || hex_value(text.ptr[i + 1]) < 0 || hex_value(text.ptr[i + 2]) < 0)
				return false;
		} else if (!is_unreserved(c) && (c == '\0' || !strchr(":/?#[]@!$&'()*+,;=", c))) {
			return false;
		}
	}
	return true;
}

/* Section 3.1. */
static size_t scheme_bytes(struct str text)
{
	if (!text.len || !is_letter(text.ptr[0]))
		return 0;
	for (size_t i = 1; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == ':')
			return i;
		if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.')
			return 0;
	}
	return 0;
}

static size_t find_any(struct str text, const char *bytes)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] && strchr(bytes, text.ptr[i]))
			return i;
	return text.len;
}

bool url_is_ipv6(struct str text)
{
	char copy[INET6_ADDRSTRLEN];
	struct in6_addr address;
	if (text.len >= sizeof copy || str_find_byte(text, 0) != SIZE_MAX)
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = 0;
	return inet_pton(AF_INET6, copy, &address) == 1;
}

/* Section 3.2. */
static bool parse_authority(struct str authority, struct url *url)
{
	size_t at = str_find_byte(authority, '@');
	if (at != SIZE_MAX) {
		url->has_userinfo = true;
		url->userinfo = str_sub(authority, 0, at);
		authority = str_skip(authority, at + 1);
		if (find_any(url->userinfo, "[]") != url->userinfo.len)
			return false;
	}
	size_t colon;
	if (authority.len && authority.ptr[0] == '[') {
		size_t close = str_find_byte(authority, ']');
		if (close == SIZE_MAX)
			return false;
		url->host = str_sub(authority, 1, close - 1);
		authority = str_skip(authority, close + 1);
		if (authority.len && authority.ptr[0] != ':')
			return false;
		colon = authority.len ? 0 : SIZE_MAX;
		if (!url_is_ipv6(url->host))
			return false;
	} else {
		colon = str_rfind_byte(authority, ':');
		url->host = str_sub(authority, 0, colon == SIZE_MAX ? authority.len : colon);
		if (find_any(url->host, "[]:@") != url->host.len)
			return false;
	}
	url->port = colon == SIZE_MAX ? (struct str){0} : str_skip(authority, colon + 1);
	uint64_t port = 0;
	return !url->port.len || (str_to_u64(url->port, &port) && port <= 65535);
}

bool url_parse(struct str text, struct url *ret_url)
{
	struct url url = {0};
	if (!is_uri_text(text))
		return false;
	size_t scheme = scheme_bytes(text);
	if (scheme) {
		url.scheme = str_sub(text, 0, scheme);
		text = str_skip(text, scheme + 1);
	}
	size_t hash = str_find_byte(text, '#');
	if (hash != SIZE_MAX) {
		url.has_fragment = true;
		url.fragment = str_skip(text, hash + 1);
		text = str_sub(text, 0, hash);
		if (str_find_byte(url.fragment, '#') != SIZE_MAX)
			return false;
	}
	size_t question = str_find_byte(text, '?');
	if (question != SIZE_MAX) {
		url.has_query = true;
		url.query = str_skip(text, question + 1);
		text = str_sub(text, 0, question);
	}
	if (str_starts(text, STR("//"))) {
		url.has_authority = true;
		text = str_skip(text, 2);
		size_t end = find_any(text, "/");
		if (!parse_authority(str_sub(text, 0, end), &url))
			return false;
		text = str_skip(text, end);
	}
	url.path = text;
	if (find_any(text, "[]") != text.len)
		return false;
	if (!scheme && !url.has_authority && find_any(text, ":") < find_any(text, "/"))
		return false; /* section 4.2: a colon in the first segment */
	*ret_url = url;
	return true;
}

void url_put(const struct url *url, struct buf *out)
{
	if (url->scheme.len) {
		buf_put(out, url->scheme);
		buf_put_byte(out, ':');
	}
	if (url->has_authority) {
		bool ipv6 = str_find_byte(url->host, ':') != SIZE_MAX;
		buf_put(out, STR("//"));
		if (url->has_userinfo) {
			buf_put(out, url->userinfo);
			buf_put_byte(out, '@');
		}
		buf_put(out, ipv6 ? STR("[") : STR(""));
		buf_put(out, url->host);
		buf_put(out, ipv6 ? STR("]") : STR(""));
		if (url->port.len) {
			buf_put_byte(out, ':');
			buf_put(out, url->port);
		}
	}
	/* two slashes would be a host (section 3.3): dots come before them, which mean nothing */
	buf_put(out, !url->has_authority && str_starts(url->path, STR("//")) ? STR("/.") : STR(""));
	buf_put(out, url->path);
	if (url->has_query) {
		buf_put_byte(out, '?');
		buf_put(out, url->query);
	}
	if (url->has_fragment) {
		buf_put_byte(out, '#');
		buf_put(out, url->fragment);
	}
}

struct str url_remove_dots(struct str path, struct arena *arena)
{
	char *out = arena_alloc(arena, path.len + 1);
	size_t len = 0;
	bool absolute = path.len && path.ptr[0] == '/';
	while (path.len) {
		size_t slash = str_find_byte(str_skip(path, 1), '/');
		size_t end = slash == SIZE_MAX ? path.len : slash + 1;
		struct str segment = str_sub(path, 0, end), name = segment;
		bool last = end == path.len;
		if (name.ptr[0] == '/')
			name = str_skip(name, 1);
		path = str_skip(path, end);
		if (str_eq(name, STR("."))) {
			if (last && (absolute || len))
				out[len++] = '/';
		} else if (str_eq(name, STR(".."))) {
			while (len > 0 && out[--len] != '/')
				;
			if (last && (absolute || len))
				out[len++] = '/';
		} else {
			if (!len && !absolute)
				segment = name; /* the first of a relative path */
			memcpy(out + len, segment.ptr, segment.len);
			len += segment.len;
		}
	}
	return str_of(out, len);
}

/* Section 5.2.3. */
static struct str merge(const struct url *base, struct str path, struct arena *arena)
{
	size_t slash = str_rfind_byte(base->path, '/');
	struct str stem = slash == SIZE_MAX ? (struct str){0} : str_sub(base->path, 0, slash + 1);
	if (base->has_authority && !base->path.len)
		stem = STR("/");
	return arena_concat(arena, (struct str[]){stem, path}, 2);
}

bool url_resolve(struct str base_text, struct str reference, struct arena *arena, struct str *ret_address)
{
	struct url base, target;
	if (!url_parse(base_text, &base) || !base.scheme.len || !url_parse(reference, &target))
		return false;
	struct str given = target.path;
	if (target.scheme.len || target.has_authority) {
		target.path = url_remove_dots(given, arena);
	} else {
		if (!given.len)
			target.path = base.path;
		else
			target.path = url_remove_dots(given.ptr[0] == '/' ? given : merge(&base, given, arena), arena);
		if (!given.len && !target.has_query) {
			target.query = base.query;
			target.has_query = base.has_query;
		}
		target.has_authority = base.has_authority;
		target.has_userinfo = base.has_userinfo;
		target.userinfo = base.userinfo;
		target.host = base.host;
		target.port = base.port;
	}
	if (!target.scheme.len)
		target.scheme = base.scheme;
	BUF_SCOPED out = BUF_INIT(LIMIT_PATH_BYTES * 4);
	url_put(&target, &out);
	if (out.over)
		return false;
	*ret_address = buf_copy(&out, arena);
	return true;
}

bool url_decode(struct str encoded, struct arena *arena, struct str *ret_text)
{
	char *out = arena_alloc(arena, encoded.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < encoded.len; i++) {
		char c = encoded.ptr[i];
		if (c == '%') {
			int high = i + 2 < encoded.len ? hex_value(encoded.ptr[i + 1]) : -1;
			int low = i + 2 < encoded.len ? hex_value(encoded.ptr[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (c == '\0')
			return false;
		out[len++] = c;
	}
	struct str text = str_of(out, len);
	if (!utf8_valid(text))
		return false;
	*ret_text = text;
	return true;
}

static struct str spaced(struct str text, struct arena *arena)
{
	struct str copy = arena_str(arena, text);
	char *bytes = arena_alloc(arena, text.len + 1);
	for (size_t i = 0; i < copy.len; i++)
		bytes[i] = copy.ptr[i] == '+' ? ' ' : copy.ptr[i];
	return str_of(bytes, copy.len);
}

bool url_query_next(struct str *rest, struct arena *arena, struct str *ret_name, struct str *ret_value)
{
	struct str piece, name, value, decoded_name, decoded_value;
	while (str_next(rest, '&', &piece)) {
		if (!piece.len)
			continue;
		str_cut(piece, '=', &name, &value);
		if (!url_decode(spaced(name, arena), arena, &decoded_name) ||
		    !url_decode(spaced(value, arena), arena, &decoded_value))
			continue;
		*ret_name = decoded_name;
		*ret_value = decoded_value;
		return true;
	}
	return false;
}

bool url_is_absolute(struct str address)
{
	return str_starts(address, STR("https://")) || str_starts(address, STR("http://"));
}

struct str url_host(struct str address)
{
	struct url url;
	if (!url_is_absolute(address) || !url_parse(address, &url))
		return (struct str){0};
	return url.host;
}

/* Appends text with every byte encoded that RFC 3986 does not allow in a path, and decoded where it is unreserved. */
static void put_path(struct str path, struct buf *out)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.ptr[i];
		int high = c == '%' && i + 2 < path.len ? hex_value(path.ptr[i + 1]) : -1;
		int low = high >= 0 ? hex_value(path.ptr[i + 2]) : -1;
		bool encoded = high >= 0 && low >= 0;
		if (encoded) {
			c = (unsigned char)(high * 16 + low);
			i += 2;
		}
		if (is_unreserved((char)c) || (!encoded && c && strchr("/:@!$&'()*+,;=", c))) {
			buf_put_byte(out, (char)c);
		} else {
			buf_put_byte(out, '%');
			buf_put_byte(out, digits[c >> 4]);
			buf_put_byte(out, digits[c & 15]);
		}
	}
}

struct str url_path_normalise(struct str path, struct arena *arena)
{
	BUF_SCOPED encoded = BUF_INIT(path.len * 3 + 2);
	if (!path.len || path.ptr[0] != '/')
		buf_put_byte(&encoded, '/');
	put_path(path, &encoded);
	char *single = arena_alloc(arena, encoded.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < encoded.len; i++)
		if (encoded.ptr[i] != '/' || len == 0 || single[len - 1] != '/')
			single[len++] = encoded.ptr[i];
	return url_remove_dots(str_of(single, len), arena);
}
