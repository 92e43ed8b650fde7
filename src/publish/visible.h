/* visible: the one rule that says what the public may see, and when.
 *
 * Pure: stored facts and a time go in, an answer comes out. Everything that shows, counts, lists,
 * feeds, finds, mails or serves a byte of an entry asks this file, directly or by way of the catalogue
 * that was built from it, and nothing else decides. Scheduled, published and expired are never
 * stored: they follow from the facts and the clock.
 *
 * An entry is visible from the first second at which everything it waits for has come (release
 * time, embargo, the flip of the batch it came in with) until the first second at which anything
 * that carries it ends. A window may be empty: what ends while something waits is never seen.
 * A second belongs to the window that it opens (from <= now) and not to the one it ends (now < until).
 *
 * Never: a draft, what is spiked or withdrawn, what is private or behind a password, what was
 * released without a revision, what came in with a batch that has not flipped.
 */
#ifndef CRIER_PUBLISH_VISIBLE_H
#define CRIER_PUBLISH_VISIBLE_H

#include <stdbool.h>
#include <stdint.h>

#define VISIBLE_NO_TIME INT64_MIN /* for a time that is not set */
#define VISIBLE_NO_END  INT64_MAX

enum visible_state {
	VISIBLE_UNRELEASED,
	VISIBLE_RELEASED,
	VISIBLE_WITHDRAWN,
	VISIBLE_SPIKED,
};

/* What is stored about an entry. Times in seconds UTC, VISIBLE_NO_TIME where none is set. */
struct visible_facts {
	enum visible_state state;
	int64_t released_revision; /* 0: none */
	int64_t release_at_s;      /* none: at once */
	int64_t embargo_until_s;   /* none: no embargo */
	int64_t expires_at_s;      /* none: never */
	int64_t withdrawn_at_s;    /* read for VISIBLE_WITHDRAWN alone */
	bool in_batch;             /* came in by an import … */
	int64_t batch_flipped_s;   /* … that became visible then; none: not yet */
	bool never_public;         /* private, or behind a password */
};

/* [from_s, until_s): empty where from_s >= until_s. */
struct visible_window {
	int64_t from_s;
	int64_t until_s;
};

#define VISIBLE_NEVER ((struct visible_window){VISIBLE_NO_END, VISIBLE_NO_TIME})

struct visible_window visible_window(const struct visible_facts *facts);
bool visible(const struct visible_facts *facts, int64_t now_s);

static inline bool visible_window_empty(struct visible_window window)
{
	return window.from_s >= window.until_s;
}

static inline bool visible_in(struct visible_window window, int64_t now_s)
{
	return window.from_s <= now_s && now_s < window.until_s;
}

/* Whether readers are told that something stood here and is gone (410 and the public note). Only
 * for what they could see before it was withdrawn: a withdrawn secret answers like any address that
 * never was. What is withdrawn in the very second that opened its window was seen: that second is the window's. */
bool visible_gone(const struct visible_facts *facts, int64_t now_s);

#endif
