/* forwarded: for whom a proxy asks, by the header field in which it says so. Pure.
 *
 * Believed is one field, X-Forwarded-For or Forwarded (RFC 7239), whichever is chosen; the other may come from the
 * reader and is passed over. The field is read from its end, since each proxy adds what it saw behind what it was
 * given: the last address that is not of a trusted proxy is the reader's, and what stands before it, which anybody may
 * have made up, is not looked at. Several fields of the name are one list (RFC 9110 section 5.3).
 */
#ifndef CRIER_WEB_FORWARDED_H
#define CRIER_WEB_FORWARDED_H

#include "web/netaddr.h"
#include "web/request.h"

struct proxies {
	const struct network *networks; /* who is believed */
	size_t count;
	bool rfc7239; /* Forwarded; otherwise X-Forwarded-For */
};

bool proxies_have(const struct proxies *proxies, const struct netaddr *address);

/* 0: *ret_reader. NONE: no such field, or nobody but trusted proxies in it. BROKEN: what should be the reader is no
 * address ("unknown", "_hidden" and an empty place included), or the field is longer than any chain of proxies. */
#define FORWARDED_NONE   1
#define FORWARDED_BROKEN 2
int forwarded_reader(const struct proxies *proxies, const struct header *fields, size_t count,
		     struct netaddr *ret_reader);

/* Whether anybody says that this was handed on, in whichever field. */
bool forwarded_any(const struct header *fields, size_t count);

#endif
