/* net: calls that go out by HTTP. The only folder that knows libcurl.
 *
 * Who calls it. jobs/, to addresses that the operator wrote into crier.conf. An address that came from anywhere else (a
 * text, a form, an import) may not be called with this: nothing here keeps a call away from the inside of a network.
 *
 * What it does. One request, one answer, of which the status alone is kept. http and https only; certificates are
 * checked; a redirect is an answer like another and is not followed; proxies of the environment are not used. A line to
 * the server is kept for the next call.
 *
 * What it answers. 0 and the status; ERR_SYSTEM where no answer came in time, ERR_INPUT for what is no address,
 * ERR_STOPPED.
 * One thread at a time uses a caller. It never waits longer than timeout_ms.
 */
#ifndef CRIER_NET_CALL_H
#define CRIER_NET_CALL_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct net_caller;

struct net_call {
	const char *method; /* POST, PURGE … */
	const char *url;
	const struct str *fields; /* "Name: value"; one with a line break or a zero byte is ERR_INPUT */
	size_t field_count;
	struct str body; /* empty: none */
	int64_t timeout_ms;
	const _Atomic bool *stop; /* becomes true: the call is broken off within about a second. NULL: never */
};

struct net_caller *net_caller_create(void);
void net_caller_destroy(struct net_caller *caller); /* NULL is fine */

int net_send(struct net_caller *caller, const struct net_call *call, int *ret_status, struct err *err);

/* Whether net_send would take it: http:// or https:// and a host, no user's name in it. */
bool net_is_address(struct str url);

#endif
