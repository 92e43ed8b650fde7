/* url: addresses, taken apart and put together as RFC 3986 says. Strict, small, no I/O.
 *
 * Parts point into what was parsed. What browsers forgive (backslashes, tabs, missing slashes) is
 * either mended by url_clean, once and before anything else looks, or refused.
 */
#ifndef CRIER_TEXT_URL_H
#define CRIER_TEXT_URL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

struct url {
	struct str scheme;   /* as written; empty for a relative reference */
	struct str userinfo; /* behind the @ cut off */
	struct str host;     /* without brackets for IPv6 */
	struct str port;     /* digits */
	struct str path;
	struct str query;    /* without ? */
	struct str fragment; /* without # */
	bool has_authority, has_userinfo, has_query, has_fragment;
};

/* RFC 3986 appendix B with the character rules of section 3. False for what is not a URI reference:
 * spaces, controls, non-ASCII bytes, broken percent signs, a port that is none. */
bool url_parse(struct str text, struct url *ret_url);
void url_put(const struct url *url, struct buf *out);

/* RFC 3986 section 5.2.4: "." and ".." segments resolved. */
struct str url_remove_dots(struct str path, struct arena *arena);

/* RFC 3986 section 5.2. False where base is not absolute or either is none. */
bool url_resolve(struct str base, struct str reference, struct arena *arena, struct str *ret_address);

enum url_clean {
	URL_OK,
	URL_EMPTY,
	URL_SCHEME,      /* not one of http, https, mailto, tel */
	URL_CREDENTIALS, /* user:password@ */
	URL_BROKEN,      /* no host, no number, too long … */
};

/* What a page may link to, in canonical form: white space around and line ends inside taken away
 * (as browsers do), scheme and host lower case, the host in ASCII (IDNA), default port dropped, dot segments
 * resolved, what must be percent-encoded encoded with upper-case digits, "//host" as https. Accepts http, https,
 * mailto, tel, relative references and fragments. Idempotent. *ret_scheme (may be NULL) gets the refused scheme, lower
 * case. */
enum url_clean url_clean(struct str raw, struct arena *arena, struct str *ret_address, struct str *ret_scheme);

/* The path of a request or an imported address: decoded where harmless, encoded where needed (as RFC 3986
 * section 6.2.2), dot segments and double slashes gone. Starts with "/". Trailing slash kept. */
struct str url_path_normalise(struct str path, struct arena *arena);

/* %XX to bytes. False for broken percent signs, NUL, or where the bytes are not UTF-8. */
bool url_decode(struct str encoded, struct arena *arena, struct str *ret_text);

/* Takes one name=value off a query string, both decoded ("+" is a space). Pieces that do not
 * decode are skipped. False at the end. */
bool url_query_next(struct str *rest, struct arena *arena, struct str *ret_name, struct str *ret_value);

/* What may stand between the brackets of a host: RFC 3986 section 3.2.2, without the future forms, which nobody has. */
bool url_is_ipv6(struct str text);

bool url_is_absolute(struct str address); /* http:// or https:// */
struct str url_host(struct str address);  /* of a cleaned http(s) address, port left out; else empty */

#endif
