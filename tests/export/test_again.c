/* A run that renders only what is out of date must leave the very files that a run into an empty folder gives. Hundreds
 * of random changes to a newsroom, and a clock that goes on by seconds, days or a month; after each few of them both
 * are made and compared byte by byte. Random but repeatable: all from one seed; CRIER_SEED and CRIER_ROUNDS look
 * further. */
#include "../blob/folder.h"
#include "../site/newsroom.h"
#include "base/file.h"
#include "base/map.h"
#include "export/export.h"
#include "publish/projector.h"
#include "site/addresses.h"
#include "store/item.h"
#include "store/media.h"
#include "store/redirect.h"
#include "store/site.h"
#include "store/taxonomy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ROUNDS 100
#define THINGS 400
#define NAMES  200
#define SEED   UINT64_C(20261124)
#define DAY_S  86400

NEWSROOM_FOR_ALL

static struct {
	uint64_t state;
	struct item_ids things[THINGS]; /* entries that were made, the fixture's court first */
	size_t count;
	int64_t terms[NAMES]; /* that things are filed under */
	size_t term_count;
	int made; /* names are numbered */
	char out[96], fresh[96];
	struct site *site;
	size_t done, refused; /* changes */
} at;

static uint64_t draw(uint64_t below)
{
	at.state ^= at.state << 13;
	at.state ^= at.state >> 7;
	at.state ^= at.state << 17;
	return at.state % below;
}

static struct item_ids *some_thing(void)
{
	return &at.things[draw(4) ? at.count - 1 - draw(at.count < 12 ? at.count : 12) : draw(at.count)];
}

static int64_t now(void)
{
	return clock_now_s(&newsroom.clock.clock);
}

static int64_t soon(void)
{
	return draw(4) ? 0 : now() + (int64_t)draw(2 * DAY_S);
}

static struct str numbered(const char *format_with_number)
{
	return arena_printf(newsroom.arena, "%s %d", format_with_number, ++at.made);
}

static uint64_t chosen(const char *variable, uint64_t otherwise)
{
	const char *text = getenv(variable);
	uint64_t number;

	return text && str_to_u64(str_from(text), &number) && number > 0 ? number : otherwise;
}

/* Changes ------------------------------------------------------------------------------------------ */

#define CHANGE(name) static int name(struct store_tx *tx, void *context, struct err *err)

static struct item_revision_content words(void)
{
	struct str title = numbered("Said"), hash = arena_printf(newsroom.arena, "%064d", at.made);
	struct item_revision_content content = {.title = title, .sha256 = str_sub(hash, 32, 32)};

	/* links to other entries, to what was, and to what never was */
	content.body =
		arena_printf(newsroom.arena,
			     "<p>Word %d. <a href=\"/2026/06/n-%d/\">This</a>, <a href=\"/old/n-%d/\">that</a> and <a "
			     "href=\"/topic/detention/\">those</a>.</p>",
			     at.made, (int)draw(60), (int)draw(20));
	return content;
}

struct filing {
	int64_t terms[4], places[2];
	struct item_contributor people[2];
	struct item_media media;
};

static void file(struct item_content *content, struct filing *filing)
{
	content->term_count = draw(4);
	for (size_t i = 0; i < content->term_count; i++)
		filing->terms[i] = at.terms[draw(at.term_count)];
	content->place_count = draw(3);
	for (size_t i = 0; i < content->place_count; i++)
		filing->places[i] = newsroom.places[draw(4)];
	content->contributor_count = draw(2);
	filing->people[0] = (struct item_contributor){newsroom.people[draw(2)], ITEM_AUTHOR};
	content->term_ids = filing->terms;
	content->place_ids = filing->places;
	content->contributors = filing->people;
	filing->media = (struct item_media){newsroom.picture, MEDIA_FEATURED};
	content->revision.media = &filing->media;
	content->revision.media_count = draw(5) == 0;
}

static struct item_content content(struct filing *filing)
{
	static const char *const languages[] = {"en", "en", "en", "fr", "ar"};
	const char *language = languages[draw(5)];
	struct item_content content = {.revision = words(),
				       .language = str_from(language),
				       .kind_id = draw(5) ? newsroom.kinds[draw(4)] : 0,
				       .type = draw(12) ? ITEM_NEWS : ITEM_PAGE,
				       .state = draw(8) ? ITEM_RELEASED : ITEM_UNRELEASED,
				       .date_s = now() - (int64_t)draw(draw(2) ? 60 : 400 * DAY_S),
				       .release_at_s = soon(),
				       .embargo_until_s = draw(6) ? 0 : soon(),
				       .expires_at_s = soon()};

	content.path = arena_printf(newsroom.arena, "%s%s/n-%d/", strcmp(language, "en") == 0 ? "" : "/",
				    strcmp(language, "en") == 0 ? "/2026/06" : language, at.made);
	content.slug = content.path;
	content.pinned_until_s = draw(10) ? 0 : now() + (int64_t)draw(DAY_S);
	content.breaking_until_s = draw(10) ? 0 : now() + (int64_t)draw(DAY_S);
	file(&content, filing);
	return content;
}

CHANGE(publish)
{
	struct filing filing;
	struct item_content item = content(&filing);
	struct item_ids ids;
	int rc = at.count == THINGS ? 0 : item_create(tx, &item, &ids, err);

	(void)context;
	if (rc == 0 && at.count < THINGS)
		at.things[at.count++] = ids;
	return rc;
}

CHANGE(translate)
{
	struct filing filing;
	struct item_content item = content(&filing);
	struct item_ids ids;
	int rc = at.count == THINGS ? 0 : item_add_language(tx, some_thing()->item_id, &item, &ids, err);

	(void)context;
	if (rc == 0 && at.count < THINGS)
		at.things[at.count++] = ids;
	return rc;
}

CHANGE(revise)
{
	struct item_revision_content content = words();
	const struct item_release release = {.keep_date = true, .expires_at_s = soon()};
	const struct item_ids *thing = some_thing();
	int64_t id;
	unsigned lacks;
	int rc = item_revise(tx, thing->entry_id, &content, &id, err);

	(void)context;
	return rc ? rc : item_release(tx, thing->entry_id, &release, &lacks, err);
}

CHANGE(withdraw)
{
	const struct item_ids *thing = some_thing();

	(void)context;
	return item_withdraw(tx, thing->item_id, draw(2) ? STR("") : STR("en"),
			     draw(2) ? WITHDRAW_KILL : WITHDRAW_TAKEDOWN, numbered("Taken back"), err);
}

CHANGE(give_back)
{
	const struct item_release release = {.keep_date = draw(2), .embargo_until_s = draw(5) ? 0 : soon()};
	unsigned lacks;

	(void)context;
	return item_release(tx, some_thing()->entry_id, &release, &lacks, err);
}

CHANGE(unrelease)
{
	(void)context;
	return item_unrelease(tx, some_thing()->entry_id, err);
}

CHANGE(refile)
{
	struct item_content item = {0};
	struct filing filing;
	int64_t entry_id = some_thing()->entry_id;
	int rc;

	(void)context;
	file(&item, &filing);
	rc = item_set_terms(tx, entry_id, item.term_ids, item.term_count, err);
	rc = rc ? rc : item_set_places(tx, entry_id, item.place_ids, item.place_count, err);
	return rc ? rc : item_set_contributors(tx, entry_id, item.contributors, item.contributor_count, err);
}

CHANGE(set_kind)
{
	(void)context;
	return item_set_kind(tx, some_thing()->item_id, draw(5) ? newsroom.kinds[draw(4)] : 0, err);
}

CHANGE(pin)
{
	(void)context;
	return item_set_pinned(tx, some_thing()->item_id, now() + (int64_t)draw(3 * DAY_S), err);
}

CHANGE(set_breaking)
{
	(void)context;
	return item_set_breaking(tx, some_thing()->item_id, soon(), err);
}

CHANGE(relate)
{
	(void)context;
	return item_relate(tx, some_thing()->item_id, some_thing()->item_id, draw(2) ? ITEM_SEE_ALSO : ITEM_UPDATES, 0,
			   err);
}

CHANGE(correct)
{
	(void)context;
	return item_correct(tx, some_thing()->entry_id, STR("correction"), numbered("It was wrong"), 0, 0, err);
}

CHANGE(redirect)
{
	struct redirect redirect = {.path = arena_printf(newsroom.arena, "/old/n-%d/", (int)draw(20)),
				    .target = draw(3) ? REDIRECT_ENTRY : REDIRECT_GONE};

	(void)context;
	if (redirect.target == REDIRECT_ENTRY)
		redirect.target_id = some_thing()->entry_id;
	return redirect_put(tx, &redirect, err);
}

CHANGE(put_picture)
{
	struct rendition rendition = {STR("jpg"), 400 + (int)draw(3) * 100, 300, 20,
				      arena_printf(newsroom.arena, "%032d", ++at.made)};

	(void)context;
	if (draw(2))
		return media_put_rendition(tx, newsroom.picture, &rendition, err);
	return media_put_text(tx, newsroom.picture,
			      &(struct media_text){.language = STR("en"),
						   .caption = numbered("Steps"),
						   .credit = STR("Photo: another"),
						   .alt = STR("Steps")},
			      err);
}

CHANGE(new_term)
{
	struct str label = numbered("Matter");
	struct taxonomy_text texts[] = {
		{.language = STR("en"), .label = label, .slug = arena_printf(newsroom.arena, "m-%d", at.made)},
		{.language = STR("fr"), .label = label, .slug = arena_printf(newsroom.arena, "f-%d", at.made)}};
	struct term term = {.vocabulary = draw(2) ? VOCABULARY_TOPIC : VOCABULARY_TAG};
	int rc;

	(void)context;
	if (at.term_count == NAMES)
		return 0;
	if (term.vocabulary == VOCABULARY_TOPIC && draw(2))
		term.parent_id = newsroom.topics[draw(2)];
	term.texts.at = texts;
	term.texts.len = 2;
	rc = term_create(tx, &term, &at.terms[at.term_count], err);
	at.term_count += rc == 0;
	return rc;
}

static int put_person(struct store_tx *tx, const char *name, const char *slug, bool is_public, struct err *err)
{
	struct contributor person = {.name = str_from(name), .slug = str_from(slug), .is_public = is_public};
	int64_t id;

	return contributor_put(tx, &person, &id, err);
}

CHANGE(person_comes_or_goes)
{
	(void)context;
	return put_person(tx, "Jon Petri", "jon-petri", draw(2), err);
}

CHANGE(new_person)
{
	(void)context;
	return put_person(tx, numbered("Sam").ptr, arena_printf(newsroom.arena, "sam-%d", at.made).ptr, true, err);
}

/* What touches every page. */
CHANGE(rename_term)
{
	(void)context;
	return term_put_text(tx, newsroom.topics[draw(2)],
			     &(struct taxonomy_text){.language = STR("en"),
						     .label = numbered("Jails"),
						     .slug = arena_printf(newsroom.arena, "jails-%d", at.made)},
			     err);
}

CHANGE(move_term)
{
	(void)context;
	return term_set_parent(tx, newsroom.topics[1], draw(2) ? newsroom.topics[0] : 0, err);
}

CHANGE(rename_entry)
{
	struct str path = arena_printf(newsroom.arena, "/2026/06/r-%d/", ++at.made);

	(void)context;
	return item_rename(tx, some_thing()->entry_id, path, path, err);
}

CHANGE(menu)
{
	struct menu_item line = {.menu = STR("main"), .language = STR("en"), .position = 9};
	int64_t id;

	(void)context;
	if (!draw(3))
		return menu_clear(tx, STR("main"), draw(2) ? STR("en") : STR("fr"), err);
	if (draw(2))
		line.entry_id = some_thing()->entry_id;
	else
		line.term_id = at.terms[draw(at.term_count)];
	return menu_add(tx, &line, &id, err);
}

CHANGE(site_line)
{
	(void)context;
	return site_put_text(tx, &(struct site_text){STR("en"), SITE_LINE, numbered("Line")}, err);
}

static const struct {
	int (*make)(struct store_tx *tx, void *context, struct err *err);
	unsigned weight;
} changes[] = {
	{publish, 24},    {translate, 8},
	{revise, 14},     {withdraw, 12},
	{give_back, 10},  {unrelease, 5},
	{refile, 10},     {set_kind, 5},
	{pin, 8},         {set_breaking, 4},
	{relate, 6},      {correct, 4},
	{redirect, 6},    {put_picture, 4},
	{new_term, 4},    {new_person, 2},
	{menu, 2},        {site_line, 1},
	{rename_term, 3}, {rename_entry, 2},
	{move_term, 3},   {person_comes_or_goes, 3},
};

static void change(void)
{
	uint64_t drawn = draw(140);
	struct err err = {0};
	size_t i = 0;
	int rc;

	while (i + 1 < sizeof changes / sizeof *changes && drawn >= changes[i].weight)
		drawn -= changes[i++].weight;
	rc = store_write(newsroom.store, changes[i].make, NULL, &err);
	if (rc < 0)
		fail_msg("%s", err.text);
	at.done += rc == 0;
	at.refused += rc > 0;
}

static void go_on(void)
{
	static const int64_t steps_s[] = {1, 60, 3600, DAY_S, 2 * DAY_S, 9 * DAY_S};

	clock_fixed_set_s(&newsroom.clock, now() + 1 + (int64_t)draw((uint64_t)steps_s[draw(6)]));
}

/* Runs --------------------------------------------------------------------------------------------- */

static void told(void *context, const char *text)
{
	fprintf(stderr, "%s: %s\n", (const char *)context, text);
}

static int keep_number(void *context, int64_t number, struct err *err)
{
	(void)err;
	*(int64_t *)context = number;
	return 0;
}

/* Of the last change in public.db. */
static int64_t reached(void)
{
	int64_t number = 0;

	assert_int_equal(site_worker_hold(newsroom.worker, keep_number, &number, NULL), 0);
	return number;
}

static struct export_result run(const char *out, bool all)
{
	static const struct str languages[] = {STR_INIT("en"), STR_INIT("fr"), STR_INIT("ar")};
	const struct export_options options = {
		.site = at.site,
		.url = STR("https://news.example.org"),
		.languages = languages,
		.language_count = 3,
		.out = out,
		.now_s = now(),
		.number = reached(),
		.jobs = 1, /* the pictures of the newsroom are one file that is made anew */
		.no_compress = true,
		.all = all,
		.program = STR("test"),
		.told = told,
		.context = (void *)(uintptr_t)out,
	};
	struct export_result result;
	struct err err = {0};
	int rc = export_run(&options, &result, &err);

	if (rc)
		fail_msg("%s: %d %s", out, rc, err.text);
	assert_int_equal(result.left_out, 0);
	return result;
}

struct tree {
	struct arena *arena;
	const char *dir;
	struct map *files;
};

static int add_file(void *context, const char *path, struct err *err)
{
	struct tree *tree = context;
	struct str name = str_from(path), *content;
	bool ours = str_starts(name, STR(".crier/")) && !str_starts(name, STR(".crier/redirects"));

	if (ours)
		return 0;
	content = arena_new(tree->arena, struct str);
	map_put(tree->files, name, content);
	return file_read(arena_printf(tree->arena, "%s/%s", tree->dir, path).ptr, 1u << 26, tree->arena, content, err);
}

static struct tree read_tree(struct arena *arena, const char *dir)
{
	struct tree tree = {arena, dir, map_create(arena)};
	struct err err = {0};

	if (file_walk(dir, add_file, &tree, &err) != 0)
		fail_msg("%s", err.text);
	return tree;
}

static size_t report(const char *what, struct str name, const struct str *kept, const struct str *fresh)
{
	size_t from = 0;

	while (kept && fresh && from < kept->len && from < fresh->len && kept->ptr[from] == fresh->ptr[from])
		from++;
	from = from > 80 ? from - 80 : 0;
	fprintf(stderr, "%s: %.*s\n", what, STR_ARG(name));
	if (kept)
		fprintf(stderr, "  kept:  …%.*s\n", STR_ARG(str_sub(*kept, from, 240)));
	if (fresh)
		fprintf(stderr, "  fresh: …%.*s\n", STR_ARG(str_sub(*fresh, from, 240)));
	return 1;
}

static void compare(size_t round)
{
	ARENA_SCOPED arena = arena_create(0);
	struct tree kept = read_tree(arena, at.out), fresh = read_tree(arena, at.fresh);
	struct str name;
	size_t wrong = 0;
	void *value;

	for (size_t i = 0; map_at(fresh.files, i, &name, &value); i++) {
		const struct str *other = map_get(kept.files, name);

		if (!other)
			wrong += report("missing", name, NULL, value);
		else if (!str_eq(*other, *(struct str *)value))
			wrong += report("stale", name, other, value);
	}
	for (size_t i = 0; map_at(kept.files, i, &name, &value); i++) {
		if (!map_get(fresh.files, name))
			wrong += report("should be gone", name, value, NULL);
	}
	if (wrong > 0)
		fail_msg("round %zu: %zu files differ", round, wrong);
}

static void start(void)
{
	const char *memory;
	struct err err = {0};

	at.state = chosen("CRIER_SEED", SEED);
	at.things[at.count++] = (struct item_ids){newsroom.court_item, newsroom.court_entry, 0};
	at.terms[at.term_count++] = newsroom.topics[0];
	at.terms[at.term_count++] = newsroom.topics[1];
	at.terms[at.term_count++] = newsroom.campaign;
	at.terms[at.term_count++] = newsroom.tag;
	/* thousands of small files: in memory where that can be */
	memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(at.out, sizeof at.out, "%s/crier-again-%ld", memory, (long)getpid());
	snprintf(at.fresh, sizeof at.fresh, "%s/crier-fresh-%ld", memory, (long)getpid());
	if (newsroom_site(&newsroom, true, &at.site, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(run(at.out, false).rendered, run(at.fresh, false).rendered);
}

static void end(void)
{
	site_destroy(at.site);
	assert_int_equal(folder_remove(at.out), 0);
	assert_int_equal(folder_remove(at.fresh), 0);
}

static void step(void)
{
	struct err err = {0};
	int rc = draw(20) ? newsroom_step(&newsroom, &err) : projector_rebuild(newsroom.projector, &err);

	if (rc)
		fail_msg("%s", err.text);
}

static void what_is_kept_is_what_would_be_rendered(void **state)
{
	int64_t rendered = 0, all = 0, removed = 0;
	size_t whole = 0, rounds = chosen("CRIER_ROUNDS", ROUNDS);

	(void)state;
	start();
	for (size_t round = 0; round < rounds; round++) {
		struct export_result kept, fresh;

		for (uint64_t i = draw(3) ? draw(6) : 0; i > 0; i--)
			change();
		step();
		go_on();
		kept = run(at.out, false);
		assert_int_equal(folder_remove(at.fresh), 0);
		fresh = run(at.fresh, false);
		compare(round);
		assert_int_equal(kept.pages, fresh.pages);
		assert_int_equal(kept.moved, fresh.moved);
		rendered += kept.rendered;
		all += fresh.rendered;
		removed += kept.removed;
		whole += kept.whole[0] != 0;
	}
	end();
	/* all that can be has been, and it was worth it */
	fprintf(stderr,
		"%zu changes done, %zu refused; %lld of %lld pages rendered, %lld removed; %zu runs rendered all\n",
		at.done, at.refused, (long long)rendered, (long long)all, (long long)removed, whole);
	assert_true(at.done > rounds && (size_t)removed > rounds / 2);
	assert_true(whole > 0 && whole < rounds / 2);
	assert_true(rendered * 2 < all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_kept_is_what_would_be_rendered),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
