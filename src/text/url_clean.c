#include "base/limits.h"
#include "base/utf8.h"
#include "text/url.h"

#include <string.h>
#include <unicode/uidna.h>

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static bool is_hex(char c)
{
	c = lower(c);
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_alphanumeric(char c)
{
	c = lower(c);
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

/* As browsers read an address: controls and spaces around it, tabs and line ends inside are not there. */
static struct str strip(struct str raw, struct arena *arena)
{
	while (raw.len && (unsigned char)raw.ptr[0] <= ' ')
		raw = str_skip(raw, 1);
	while (raw.len && (unsigned char)raw.ptr[raw.len - 1] <= ' ')
		raw.len--;
	char *out = arena_alloc(arena, raw.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < raw.len; i++)
		if (raw.ptr[i] != '\t' && raw.ptr[i] != '\n' && raw.ptr[i] != '\r')
			out[len++] = raw.ptr[i];
	return str_of(out, len);
}

/* Encodes what may not stand in an address, with upper-case digits; a % without digits becomes %25. An encoded point
 * is a point: browsers take it for one in segments of dots. */
static void put_encoded(struct str text, const char *allowed, struct buf *out)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (str_starts_nocase(str_skip(text, i), STR("%2e"))) {
			buf_put_byte(out, '.');
			i += 2;
		} else if (c == '%' && i + 2 < text.len && is_hex(text.ptr[i + 1]) && is_hex(text.ptr[i + 2])) {
			for (size_t j = i; j < i + 3; j++)
				buf_put_byte(out, (char)(lower(text.ptr[j]) >= 'a' ? lower(text.ptr[j]) - 0x20
										   : text.ptr[j]));
			i += 2;
		} else if (is_alphanumeric(c) || (c && strchr("-._~", c)) || (c && strchr(allowed, c))) {
			buf_put_byte(out, c);
		} else {
			buf_put_byte(out, '%');
			buf_put_byte(out, digits[(unsigned char)c >> 4]);
			buf_put_byte(out, digits[(unsigned char)c & 15]);
		}
	}
}

#define PATH_BYTES  "/:@!$&'()*+,;="
#define QUERY_BYTES PATH_BYTES "?"

/* Host of a name in letters of any script. False for what is no host name. */
static bool put_international(struct str host, struct buf *out)
{
	UErrorCode status = U_ZERO_ERROR;
	UIDNA *idna =
		uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &status);
	if (U_FAILURE(status))
		return false;
	char ascii[256];
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	int32_t len = uidna_nameToASCII_UTF8(idna, host.ptr, (int32_t)host.len, ascii, sizeof ascii, &info, &status);
	uidna_close(idna);
	if (U_FAILURE(status) || info.errors || len <= 0 || len >= (int32_t)sizeof ascii)
		return false;
	for (int32_t i = 0; i < len; i++)
		if (!is_alphanumeric(ascii[i]) && ascii[i] != '-' && ascii[i] != '.')
			return false;
	buf_put(out, str_of(ascii, (size_t)len));
	return true;
}

/* RFC 1035 section 2.3.4: none of the names between the dots is empty or longer than 63 bytes; the last may be the
 * root. */
static bool has_sound_labels(struct str host)
{
	struct str label;
	for (size_t count = 0; str_next(&host, '.', &label); count++)
		if (label.len > 63 || (!label.len && (host.ptr || !count)))
			return false;
	return true;
}

static bool put_host(struct str host, struct buf *out)
{
	if (!host.len || host.len > 253)
		return false;
	bool ascii = true;
	for (size_t i = 0; i < host.len; i++) {
		unsigned char c = (unsigned char)host.ptr[i];
		if (c >= 0x80)
			ascii = false;
		else if (!is_alphanumeric((char)c) && c != '-' && c != '.' && c != '_')
			return false;
	}
	if (!ascii)
		return put_international(host, out);
	if (!has_sound_labels(host))
		return false;
	for (size_t i = 0; i < host.len; i++)
		buf_put_byte(out, lower(host.ptr[i]));
	return true;
}

static bool put_ipv6(struct str host, struct buf *out)
{
	if (host.len < 2 || host.ptr[host.len - 1] != ']' || !url_is_ipv6(str_sub(host, 1, host.len - 2)))
		return false;
	for (size_t i = 0; i < host.len; i++)
		buf_put_byte(out, lower(host.ptr[i]));
	return true;
}

static enum url_clean put_authority(struct str authority, bool secure, struct buf *out)
{
	if (str_find_byte(authority, '@') != SIZE_MAX)
		return URL_CREDENTIALS;
	size_t colon = str_rfind_byte(authority, ':');
	size_t bracket = str_rfind_byte(authority, ']');
	if (bracket != SIZE_MAX && colon != SIZE_MAX && colon < bracket)
		colon = SIZE_MAX;
	struct str host = str_sub(authority, 0, colon == SIZE_MAX ? authority.len : colon);
	struct str port = colon == SIZE_MAX ? (struct str){0} : str_skip(authority, colon + 1);
	uint64_t number = 0;
	if (port.len && (!str_to_u64(port, &number) || number == 0 || number > 65535))
		return URL_BROKEN;
	if (!(host.len && host.ptr[0] == '[' ? put_ipv6(host, out) : put_host(host, out)))
		return URL_BROKEN;
	if (number && number != (secure ? 443u : 80u)) {
		buf_put_byte(out, ':');
		buf_put_u64(out, number);
	}
	return URL_OK;
}

static void split(struct str text, struct str *ret_path, struct str *ret_query, struct str *ret_fragment)
{
	*ret_query = *ret_fragment = (struct str){0};
	size_t hash = str_find_byte(text, '#');
	if (hash != SIZE_MAX) {
		*ret_fragment = str_skip(text, hash); /* with its mark, so that an empty one is seen */
		text = str_sub(text, 0, hash);
	}
	size_t question = str_find_byte(text, '?');
	if (question != SIZE_MAX) {
		*ret_query = str_skip(text, question);
		text = str_sub(text, 0, question);
	}
	*ret_path = text;
}

static void put_query_and_fragment(struct str query, struct str fragment, struct buf *out)
{
	if (query.len) {
		buf_put_byte(out, '?');
		put_encoded(str_skip(query, 1), QUERY_BYTES, out);
	}
	if (fragment.len) {
		buf_put_byte(out, '#');
		put_encoded(str_skip(fragment, 1), QUERY_BYTES, out);
	}
}

static void put_path(struct str path, struct arena *arena, struct buf *out)
{
	BUF_SCOPED encoded = BUF_INIT(LIMIT_PATH_BYTES * 4);
	put_encoded(path, PATH_BYTES, &encoded);
	out->over = out->over || encoded.over;
	buf_put(out, url_remove_dots(buf_str(&encoded), arena));
}

/* What stands behind "http:" or "https:". */
static enum url_clean put_web(struct str rest, bool secure, struct arena *arena, struct buf *out)
{
	if (!str_starts(rest, STR("//")))
		return URL_BROKEN;
	rest = str_skip(rest, 2);
	size_t end = 0;
	while (end < rest.len && (!rest.ptr[end] || !strchr("/?#\\", rest.ptr[end])))
		end++;
	buf_put(out, secure ? STR("https://") : STR("http://"));
	enum url_clean answer = put_authority(str_sub(rest, 0, end), secure, out);
	if (answer != URL_OK)
		return answer;
	struct str path, query, fragment;
	split(str_skip(rest, end), &path, &query, &fragment);
	if (!path.len || path.ptr[0] != '/')
		buf_put_byte(out, '/');
	put_path(path, arena, out);
	put_query_and_fragment(query, fragment, out);
	return URL_OK;
}

/* A reference without scheme: a path of some sort, a query, a fragment. */
static enum url_clean put_relative(struct str text, struct arena *arena, struct buf *out)
{
	struct str path, query, fragment;
	split(text, &path, &query, &fragment);
	if (path.len && path.ptr[0] == '/') {
		size_t start = out->len;
		put_path(path, arena, out);
		if (str_starts(str_skip(buf_str(out), start), STR("//"))) {
			buf_truncate(out, start); /* two slashes would be a host */
			buf_put(out, STR("/."));
			put_path(path, arena, out);
		}
	} else {
		size_t slash = str_find_byte(path, '/'); /* RFC 3986 section 4.2: no colon before it */
		put_encoded(str_sub(path, 0, slash), "@!$&'()*+,;=", out);
		put_encoded(str_skip(path, slash), PATH_BYTES, out);
	}
	put_query_and_fragment(query, fragment, out);
	return URL_OK;
}

/* RFC 6068 and RFC 3966, the parts in use. */
static enum url_clean put_mail(struct str rest, struct buf *out)
{
	size_t slash = str_find_byte(rest, '/');
	if (!rest.len || rest.ptr[0] == '?' || slash < str_find_byte(rest, '?'))
		return URL_BROKEN; /* in what is behind the question mark it is encoded */
	buf_put(out, STR("mailto:"));
	put_encoded(rest, "@!$&'*+,;=?:", out);
	return URL_OK;
}

static enum url_clean put_telephone(struct str rest, struct buf *out)
{
	size_t digits = 0;
	buf_put(out, STR("tel:"));
	for (size_t i = 0; i < rest.len; i++) {
		char c = rest.ptr[i];
		if ((c >= '0' && c <= '9') || c == '+' || c == '*' || c == '-' || c == '.' || c == '(' || c == ')') {
			digits += c >= '0' && c <= '9';
			buf_put_byte(out, c);
		} else if (c != ' ' && !str_starts(str_skip(rest, i), STR("%20"))) {
			return URL_BROKEN;
		} else if (c == '%') {
			i += 2;
		}
	}
	return digits ? URL_OK : URL_BROKEN;
}

/* Bytes before the colon of "scheme:"; 0 for a relative reference. Anything before a colon in the first
 * segment counts, so that no odd scheme passes for a path. */
static size_t scheme_bytes(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == ':')
			return i ? i : SIZE_MAX;
		if (text.ptr[i] == '/' || text.ptr[i] == '?' || text.ptr[i] == '#' || text.ptr[i] == '\\')
			return 0;
	}
	return 0;
}

static enum url_clean put_any(struct str text, struct arena *arena, struct buf *out, struct str *ret_scheme)
{
	size_t colon = scheme_bytes(text);
	if (colon == 0) {
		if (str_starts(text, STR("//")))
			return put_web(text, true, arena, out);
		return put_relative(text, arena, out);
	}
	struct str scheme = colon == SIZE_MAX ? (struct str){0} : str_sub(text, 0, colon);
	struct str rest = str_skip(text, scheme.len + 1);
	if (str_eq_nocase(scheme, STR("https")) || str_eq_nocase(scheme, STR("http")))
		return put_web(rest, scheme.len == 5, arena, out);
	if (str_eq_nocase(scheme, STR("mailto")))
		return put_mail(rest, out);
	if (str_eq_nocase(scheme, STR("tel")))
		return put_telephone(rest, out);
	if (ret_scheme) {
		struct str name = arena_str(arena, scheme);
		char *bytes = arena_alloc(arena, name.len + 1);
		for (size_t i = 0; i < name.len; i++)
			bytes[i] = lower(name.ptr[i]);
		*ret_scheme = str_of(bytes, name.len);
	}
	return URL_SCHEME;
}

enum url_clean url_clean(struct str raw, struct arena *arena, struct str *ret_address, struct str *ret_scheme)
{
	struct str text = strip(raw, arena);
	if (!text.len)
		return URL_EMPTY;
	if (!utf8_valid(text))
		return URL_BROKEN;
	BUF_SCOPED out = BUF_INIT(LIMIT_PATH_BYTES * 2);
	enum url_clean answer = put_any(text, arena, &out, ret_scheme);
	if (answer != URL_OK)
		return answer;
	if (out.over || !out.len)
		return out.over ? URL_BROKEN : URL_EMPTY;
	*ret_address = buf_copy(&out, arena);
	return URL_OK;
}
