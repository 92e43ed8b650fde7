#include "http/connection.h"

#include <netinet/in.h>

#define WARY_US (int64_t)10000000 /* after somebody went over, each request is looked at for so long */

/* ---- who it is ---- */

static bool read_peer(const struct sockaddr_storage *from, struct netaddr *ret_address)
{
	if (from->ss_family == AF_INET)
		*ret_address = netaddr_of((const void *)&((const struct sockaddr_in *)from)->sin_addr, 4);
	else if (from->ss_family == AF_INET6)
		*ret_address = netaddr_of((const void *)&((const struct sockaddr_in6 *)from)->sin6_addr, 16);
	else
		return false;
	return true;
}

void limit_meet(struct connection *connection, const struct sockaddr_storage *from)
{
	struct http_server *server = connection->loop->server;
	struct netaddr address;
	if (!server->readers || !read_peer(from, &address))
		return;
	uint64_t id = readers_id(server->readers, address);
	connection->by_proxy = proxies_have(&server->settings.proxies, &address);
	if (connection->by_proxy || readers_enter(server->readers, id, clock_steady_us())) {
		connection->reader = id;
		return;
	}
	connection->over = 429;
	atomic_fetch_add(&server->metrics.limited[LIMITED_CONNECTIONS], 1);
}

void limit_part(struct connection *connection)
{
	if (connection->reader && !connection->by_proxy)
		readers_leave(connection->loop->server->readers, connection->reader, connection->asked,
			      connection->loop->now_us);
}

/* Said once: that limits meet a proxy as if it was one reader is seen by nobody otherwise. */
static void hint_at_proxy(struct connection *connection)
{
	struct http_server *server = connection->loop->server;
	const struct exchange *exchange = connection->exchange;
	if (atomic_load_explicit(&server->hinted, memory_order_relaxed) || !server->settings.log ||
	    !forwarded_any(exchange->fields, exchange->head.strict.fields) || atomic_exchange(&server->hinted, true))
		return;
	log_event(server->settings.log, LOG_WARN, "proxy.unknown",
		  LOG_CSTR("detail",
			   "a request says that it was handed on by a proxy, and came from none of "
			   "http.trusted_proxies: where a proxy of yours stands in front, name it there, or all "
			   "its readers share the limits of one"));
}

/* 0: nobody who is counted. A proxy that says nothing is one that asks for itself, or is not told to say it; one whose
 * word cannot be read is counted itself. */
static uint64_t find_reader(struct connection *connection)
{
	const struct http_server *server = connection->loop->server;
	const struct exchange *exchange = connection->exchange;
	struct netaddr address;
	if (!connection->by_proxy) {
		hint_at_proxy(connection);
		return connection->reader;
	}
	switch (forwarded_reader(&server->settings.proxies, exchange->fields, exchange->head.strict.fields, &address)) {
	case 0:
		return readers_id(server->readers, address);
	case FORWARDED_NONE:
		return 0;
	default:
		return connection->reader;
	}
}

/* ---- what it takes ---- */

static bool take(struct connection *connection, enum allowance kind, unsigned count)
{
	struct loop *loop = connection->loop;
	struct http_server *server = loop->server;
	uint64_t id = find_reader(connection);
	if (!id || readers_take(server->readers, id, kind, count, loop->now_us))
		return true;
	atomic_fetch_add(&server->metrics.limited[kind], 1);
	loop->look_every = 1;
	loop->calm_us = loop->now_us + WARY_US;
	return false;
}

/* One request in some is looked at and pays for all of them, so that a page from the cache costs an addition. On a
 * reader's own connection that comes to the same; on those of proxies, counted together since a proxy may make one for
 * each request, it does so on the average. Once somebody is over, each one is looked at for a while. */
bool limit_request(struct connection *connection)
{
	struct loop *loop = connection->loop;
	unsigned *asked = connection->by_proxy ? &loop->asked_by_proxies : &connection->asked;
	if (++*asked < loop->look_every || !connection->reader)
		return true;
	unsigned count = *asked;
	*asked = 0;
	if (loop->calm_us && loop->now_us > loop->calm_us) {
		loop->look_every = readers_look_every(loop->server->readers);
		loop->calm_us = 0;
	}
	return take(connection, ALLOW_REQUESTS, count);
}

bool limit_page(struct connection *connection)
{
	enum allowance kind = request_is_rare(&connection->exchange->request) ? ALLOW_SEARCHES : ALLOW_PAGES;
	return !connection->reader || take(connection, kind, 1);
}
