#include "publish/visible.h"

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* What the facts allow while nothing has been withdrawn. */
static struct visible_window released_window(const struct visible_facts *facts)
{
	if (facts->never_public || facts->released_revision <= 0)
		return VISIBLE_NEVER;
	if (facts->in_batch && facts->batch_flipped_s == VISIBLE_NO_TIME)
		return VISIBLE_NEVER;
	struct visible_window window = {VISIBLE_NO_TIME, VISIBLE_NO_END};
	window.from_s = later(facts->release_at_s, facts->embargo_until_s);
	if (facts->in_batch)
		window.from_s = later(window.from_s, facts->batch_flipped_s);
	if (facts->expires_at_s != VISIBLE_NO_TIME)
		window.until_s = facts->expires_at_s;
	return visible_window_empty(window) ? VISIBLE_NEVER : window;
}

struct visible_window visible_window(const struct visible_facts *facts)
{
	switch (facts->state) {
	case VISIBLE_RELEASED:
		return released_window(facts);
	case VISIBLE_UNRELEASED:
	case VISIBLE_WITHDRAWN:
	case VISIBLE_SPIKED:
		break;
	}
	return VISIBLE_NEVER;
}

bool visible(const struct visible_facts *facts, int64_t now_s)
{
	return visible_in(visible_window(facts), now_s);
}

bool visible_gone(const struct visible_facts *facts, int64_t now_s)
{
	if (facts->state != VISIBLE_WITHDRAWN || facts->withdrawn_at_s == VISIBLE_NO_TIME)
		return false;
	struct visible_window window = released_window(facts);
	return !visible_window_empty(window) && window.from_s <= facts->withdrawn_at_s &&
	       facts->withdrawn_at_s <= now_s;
}
