/* strict: what must be refused before a request means anything, since others on the way may read it
 * otherwise (request smuggling): RFC 9112 sections 3.2, 5, 6 and 11.2. Pure.
 *
 * Fed with each header field, then asked once. A request that is refused here is answered and its
 * connection closed, so that nothing behind it is taken for another request.
 */
#ifndef CRIER_WEB_STRICT_H
#define CRIER_WEB_STRICT_H

#include "web/request.h"

struct strict {
	unsigned hosts, lengths, codings, fields;
	size_t bytes;       /* of names and values */
	int64_t body_bytes; /* Content-Length; 0 without */
	bool chunked, bad, expects_continue, expects_other;
};

struct strict_limits {
	size_t header_bytes; /* all names and values: 431 */
	unsigned header_fields;
	int64_t body_bytes; /* 413 */
};

/* RFC 9110 section 5.6.2: ! # $ % & ' * + - . 0-9, then A-Z ^ _ ` a-z | ~; a bit for each. */
static inline bool strict_is_token_byte(unsigned char c)
{
	const uint64_t low = 0x03ff6cfa00000000, high = 0x57ffffffc7fffffe;
	return c < 0x80 && ((c < 64 ? low : high) >> (c & 63) & 1);
}

/* A host and maybe a port, as Host has them (RFC 9110 section 7.2, RFC 3986 section 3.2.2); it may be empty. */
bool strict_is_host(struct str text);

void strict_add(struct strict *strict, struct str name, struct str value);

/* 0, or the status to answer with: 400, 413, 417, 431, 505. */
int strict_verdict(const struct strict *strict, enum web_method method, struct str version,
		   const struct strict_limits *limits);

#endif
