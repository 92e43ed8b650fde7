/* readers: how much each reader's address may have, so that one of them cannot take all. Inside src/http only.
 *
 * An address (IPv4, or the /64 of IPv6: web/netaddr.h) has an allowance of each kind that refills at a steady pace up
 * to a burst, and a number of connections. It is kept as a hash under a key made at the start, in a table of one size:
 * whoever owes least gives way to the next, so that no number of addresses makes it grow, and whoever was forgotten
 * begins with full allowances. Nothing of it is ever written anywhere.
 *
 * Any thread; a short lock of its own for each of many parts. Times are steady ones, of the caller's.
 */
#ifndef CRIER_HTTP_READERS_H
#define CRIER_HTTP_READERS_H

#include "base/random.h"
#include "web/netaddr.h"

enum allowance {
	ALLOW_REQUESTS, /* all that is asked, pages from the cache included */
	ALLOW_PAGES,    /* pages that must be made */
	ALLOW_SEARCHES, /* those that cost most to make, or that are so many that nobody else will ask for them */
	ALLOWANCES,
};

struct reader_limits {
	struct {
		int64_t each_s, burst; /* each_s 0: without limit */
	} of[ALLOWANCES];
	unsigned connections; /* at once; 0: without limit */
};

struct readers;

struct readers *readers_create(const struct reader_limits *limits,
			       struct random *random); /* NULL: all is without limit */
void readers_destroy(struct readers *readers);         /* NULL is fine */

uint64_t readers_id(const struct readers *readers, struct netaddr address);

/* Takes so many, or none: false. */
bool readers_take(struct readers *readers, uint64_t id, enum allowance kind, unsigned count, int64_t now_us);

/* A connection begins; false: there are enough of them, or no request is left. Each that began ends once; then what was
 * asked and not taken yet is taken, also where there is less: it is regained before another begins. */
bool readers_enter(struct readers *readers, uint64_t id, int64_t now_us);
void readers_leave(struct readers *readers, uint64_t id, unsigned asked, int64_t now_us);

/* How many requests may go by before one is looked at for all of them. */
unsigned readers_look_every(const struct readers *readers);

#endif
