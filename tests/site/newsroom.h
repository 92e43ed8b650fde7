/* newsroom: a small newsroom for the tests of src/site: a store in a folder of its own, projected and served.
 *
 * Clock and randomness are fixed, so ids and pages repeat. NEWSROOM_NOW is a Monday noon, UTC. What it holds is told in
 * newsroom_store.c; the hostile one has the same things with HOSTILE in every text.
 */
#ifndef CRIER_TESTS_SITE_NEWSROOM_H
#define CRIER_TESTS_SITE_NEWSROOM_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"
#include "base/vec.h"

#define NEWSROOM_NOW 1781524800 /* 2026-06-15T12:00:00Z */
#define NEWSROOM_OLD 40         /* dull items that fill lists, every third day back from 20 December 2025 */

#define HOSTILE                                                                                                        \
	"\"><script>alert(1)</script>'&{{x}}]]>"                                                                       \
	"\xe2\x80\xae"

struct store;
struct projector;
struct site;
struct web;

struct newsroom {
	struct arena *arena; /* of answers */
	char folder[64];
	char url[96]; /* of the store */
	struct clock_fixed clock;
	struct random_fixed random;
	bool hostile;
	struct store *store;
	struct projector *projector;
	struct site *site;
	struct web *web;
	void *worker;

	/* what tests act on; each in the order of newsroom_store.c */
	int64_t court_entry, court_item, secret_entry;
	int64_t kinds[4], topics[3], campaign, tag, places[4], people[2], picture;

	/* what the projector told since newsroom_forget */
	struct str_vec told; /* tags */
	size_t told_times;
};

int newsroom_open(struct newsroom *newsroom, bool hostile, struct err *err);
/* One more site of it; destroyed by the caller before the newsroom is closed. */
int newsroom_site(struct newsroom *newsroom, bool as_files, struct site **ret_site, struct err *err);
void newsroom_close(struct newsroom *newsroom);

/* One request, by the whole way; headers: further lines, each with \r\n; may be NULL. */
struct answer_text {
	int status;
	struct str head, body;
};
struct answer_text newsroom_get(struct newsroom *newsroom, const char *target, const char *headers);
struct answer_text newsroom_ask(struct newsroom *newsroom, const char *method, const char *target, const char *headers);
struct str answer_header(const struct answer_text *answer, const char *name); /* empty where absent */

/* Fills the store; newsroom_store.c */
int newsroom_fill(struct newsroom *newsroom, struct err *err);
/* Acts on it, then lets the projector follow. */
int newsroom_withdraw_court(struct newsroom *newsroom, const char *note, struct err *err);
int newsroom_step(struct newsroom *newsroom, struct err *err);
void newsroom_forget(struct newsroom *newsroom);

/* Runs the handler of an address alone, without cache and error pages; what it answers, or NEWSROOM_MOVED where the
 * router leads elsewhere before. */
#define NEWSROOM_MOVED 301
struct response;
int newsroom_handle(struct newsroom *newsroom, struct str target, struct arena *arena, struct response *ret_response);

/* For a file of tests that share one newsroom: `newsroom`, with open_all and close_all for cmocka_run_group_tests. */
int newsroom_open_telling(struct newsroom *newsroom);
#define NEWSROOM_FOR_ALL                                                                                               \
	static struct newsroom newsroom;                                                                               \
	static int open_all(void **state)                                                                              \
	{                                                                                                              \
		(void)state;                                                                                           \
		return newsroom_open_telling(&newsroom);                                                               \
	}                                                                                                              \
	static int close_all(void **state)                                                                             \
	{                                                                                                              \
		(void)state;                                                                                           \
		newsroom_close(&newsroom);                                                                             \
		return 0;                                                                                              \
	}

static inline bool holds(struct str text, const char *piece)
{
	return str_find(text, str_from(piece)) != SIZE_MAX;
}

#endif
