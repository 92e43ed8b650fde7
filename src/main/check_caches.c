#include "base/clock.h"
#include "main/findings.h"
#include "main/parts.h"
#include "publish/public.h"
#include "publish/purges.h"

#define WAIT_MOST_S 60 /* twice what a server waits at most until it tries again */

/* What waits for a cache, as the server left it; nothing where there is no public.db yet. */
static struct purge_target waiting_for(struct check *check, struct str url)
{
	const char *path = newsroom_path(&check->newsroom, "public.db");
	struct purge_target_vec targets = {0};
	struct err err = {0};
	PUBLIC_SCOPED public = NULL;

	/* check_server and check_entries say what is the matter with it */
	if (public_open(path, &public, &err) || public_purge_targets(public, check->arena, &targets, &err))
		return (struct purge_target){0};
	for (size_t i = 0; i < targets.len; i++)
		if (str_eq(targets.at[i].url, url))
			return targets.at[i];
	return (struct purge_target){0};
}

static void check_cache(struct check *check, const struct purge_settings *settings, struct str url)
{
	struct purge_target target = waiting_for(check, url);
	struct err err = {0};
	char since[CLOCK_TEXT_BYTES];

	clock_rfc3339(target.waiting_since_s, since);
	if (purge_try(settings, url, &err))
		finding_add(
			check, FINDING_WRONG, "caches",
			arena_printf(check->arena, "%s; changes that it was not told of: %lld", err.text,
				     (long long)target.waiting),
			"start it and let it take purges from this machine (deploy/varnish-purge.vcl), or take it out "
			"of purge.urls; until then it may show what was withdrawn, and it is told all it missed when "
			"it answers");
	else if (target.waiting && target.waiting_since_s + WAIT_MOST_S < check->now_s)
		finding_add(check, FINDING_WARNING, "caches",
			    arena_printf(check->arena, "%.*s answers, and changes wait for it since %s: %lld",
					 STR_ARG(url), since, (long long)target.waiting),
			    "see that the server runs, which tells it of them; purge.failed in its log says what went "
			    "wrong");
	else
		finding_add(check, FINDING_FINE, "caches",
			    arena_printf(check->arena, "%.*s answers purges", STR_ARG(url)), "");
}

void check_caches(struct check *check)
{
	const struct purge_settings settings = parts_purge(&check->newsroom);

	if (settings.url_count == 0)
		finding_add(check, FINDING_FINE, "caches", STR("none in front is to be told of changes"), "");
	for (size_t i = 0; i < settings.url_count; i++)
		check_cache(check, &settings, settings.urls[i]);
}
