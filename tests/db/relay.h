/* relay: stands between a connection and the PostgreSQL server, and loses what it is told to lose. */
#ifndef CRIER_TESTS_DB_RELAY_H
#define CRIER_TESTS_DB_RELAY_H

#include "engine.h"

enum relay_loss {
	RELAY_REQUEST, /* the request does not reach the server; the connection ends */
	RELAY_ANSWER,  /* the server does what it is asked, and its answer is lost; the connection ends */
	RELAY_SILENCE, /* the request does not reach the server; the connection stays, and nothing comes over it any
			  more */
};

struct relay;

/* ret_url is that of the engine, with the relay in the server's place. */
struct relay *relay_start(const struct engine *engine, char ret_url[1000]);
void relay_stop(struct relay *relay);

/* The number-th request from now on is lost; a new connection's first is one too. 0: none. */
void relay_lose(struct relay *relay, enum relay_loss loss, long number);
bool relay_lost(const struct relay *relay); /* whether it came to that */

/* As when the server is stopped: who connects is turned away, who is connected is dropped at the next request. */
void relay_shut(struct relay *relay, bool shut);
void relay_shut_to_new(struct relay *relay, bool shut); /* those alone who connect */

#endif
