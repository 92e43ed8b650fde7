/* netaddr: network addresses and networks as numbers. Pure: no socket, no names are looked up.
 *
 * One form for both families: IPv4 stands as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2), and what a translator wrote
 * into 64:ff9b::/96 (RFC 6052) is the IPv4 address in it, so that a reader is the same one on either way.
 */
#ifndef CRIER_WEB_NETADDR_H
#define CRIER_WEB_NETADDR_H

#include "base/str.h"

struct netaddr {
	unsigned char bytes[16];
};

struct netaddr netaddr_of(const unsigned char *bytes, size_t count); /* 4 or 16, as the network orders them */

/* Numeric, of either family, nothing around it. */
bool netaddr_read(struct str text, struct netaddr *ret_address);

/* What one reader has at least: an IPv4 address, or the first 64 bits of an IPv6 address, behind which a home or a
 * phone may choose as it likes (RFC 4291 section 2.5.1). */
struct netaddr netaddr_household(struct netaddr address);

struct network {
	struct netaddr first;
	unsigned bits; /* of 128 that count: 96 more than IPv4 says */
};

/* "192.0.2.1", "10.0.0.0/8", "2001:db8::/32". False for what would be everybody (a length of 0, all of IPv4), and for
 * bits set behind the length, which is a mistake in one or the other. */
bool network_read(struct str text, struct network *ret_network);
bool network_has(const struct network *network, const struct netaddr *address);

#endif
