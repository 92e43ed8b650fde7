/* purge: tells the caches in front which answers are no longer true.
 *
 * What it is. A thread for each cache. It reads what publish/purges.h keeps for its cache, sends the keys, and says so
 * there once they are answered with 2xx. Until then they are sent again, first after a quarter of a second, then each
 * time after twice as long, at most half a minute; a restart changes nothing of it. Nobody waits for it.
 *
 * Several nodes. Each purges every cache when it has applied a change itself, so a cache that a slower node filled once
 * more with what was there before is purged by that node when it is as far. Nobody has to know how far the others are.
 * Each key is sent a second time, again_s after the first was answered: an answer that was under way to the cache is
 * stored behind the first purge.
 *
 * The request. METHOD URL with the keys, parted by spaces, in the field HEADER, PURGE_FIELD_MOST bytes at most in one
 * request; a POST has them as JSON too: {"keys":["e12","t7"]}. What was withdrawn goes first. A redirect is no answer.
 *
 * Never: a key sent before this server shows the change; a key forgotten that was not answered.
 */
#ifndef CRIER_JOBS_PURGE_H
#define CRIER_JOBS_PURGE_H

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

#define PURGE_FIELD_MOST 3900 /* with its name; Varnish is told to take heads of 4 KB a field (deploy/varnish.vcl) */

struct purger;

struct purge_settings {
	const char *public_path; /* as for purges_open */
	const struct str *urls;
	size_t url_count;
	struct str method; /* PURGE or POST */
	struct str header; /* the field that names the keys */
	struct str secret; /* one more field, "Name: value"; empty: none */
	int again_s;       /* 0: 2 */
	int first_wait_ms; /* after a failure; 0: 250 */
	const struct clock *clock;
	/* Called on a cache's thread: err NULL when all that was due was answered 2xx; otherwise: it went the other way
	 * before. May be NULL. */
	void (*tried)(void *context, struct str url, const struct err *err, bool otherwise);
	void *context;
};

/* The texts are copied. Nothing is sent before purger_start; after purger_stop it may be started again. */
int purger_create(const struct purge_settings *settings, struct purger **ret_purger, struct err *err);
void purger_destroy(struct purger *purger); /* stops too; NULL is fine */
int purger_start(struct purger *purger, struct err *err);
void purger_stop(struct purger *purger); /* within a second or so: a request under way is broken off */

void purger_wake(struct purger *purger); /* something was queued; from any thread, never blocks for long */

/* Asks a cache to let go of a key that no answer has: 0 where it answers 2xx. */
int purge_try(const struct purge_settings *settings, struct str url, struct err *err);

struct purge_status {
	int64_t answered, failed; /* requests since the start of the process */
	int64_t waiting;          /* changes that a cache has not answered yet, of all caches */
	int64_t waiting_since_s;  /* the oldest of them; 0: there are none */
};
struct purge_status purger_status(struct purger *purger);

#endif
