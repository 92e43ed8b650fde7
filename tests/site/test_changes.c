/* One thing is changed at a time in the store and projected; then every page of the newsroom is made again. A page
 * whose bytes are others than before must have carried a tag that the projector told, or have been an answer that every
 * change drops (not there, led elsewhere): otherwise a cache would go on with the old one. */
#include "newsroom.h"
#include "walk.h"

#include "site/site.h"
#include "store/item.h"
#include "store/media.h"
#include "store/redirect.h"
#include "store/site.h"
#include "store/taxonomy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

NEWSROOM_FOR_ALL

/* A walk, keeping all ------------------------------------------------------------------------------ */

struct seen {
	struct str target, body, location;
	struct str_vec tags;
	int answer; /* of the handler: 0, WEB_NOT_FOUND, … */
	int status;
	bool is_file;
};

struct look {
	struct arena *arena;
	struct map *seen;
};

static struct seen *see(struct look *look, struct str target)
{
	struct seen *seen = arena_new(look->arena, struct seen);
	RESPONSE_SCOPED response;

	seen->target = target;
	seen->answer = newsroom_handle(&newsroom, target, look->arena, &response);
	seen->status = response.status;
	seen->location = arena_str(look->arena, response.location);
	seen->is_file = response.file_fd >= 0;
	if (!seen->is_file)
		seen->body = buf_copy(&response.body, look->arena);
	for (size_t i = 0; i < response.tags.len; i++)
		*vec_add(&seen->tags, look->arena) = arena_str(look->arena, response.tags.at[i]);
	return seen;
}

static int ask(void *context, struct str target, struct str *ret_body, struct str *ret_location, struct err *err)
{
	struct look *look = context;
	struct seen *seen;

	if (str_starts(target, STR("/theme/")))
		return 0;
	seen = see(look, target);
	if (seen->answer < 0)
		return err_set(err, ERR_DATA, "%.*s broke", STR_ARG(target));
	map_put(look->seen, target, seen);
	*ret_body = seen->body;
	*ret_location = seen->location;
	return 0;
}

static struct look look_around(struct arena *arena)
{
	static const char *const starts[] = {
		"/",      "/fr/",           "/ar/",         "/sitemap.xml",          "/news-sitemap.xml",
		"/gone/", "/topic/secret/", "/robots.txt",  "/search?q=court",       "/?topic=secret",
		"/?p=12", "/old/moved/",    "/fr/reports/", "/2026/06/hidden-draft/"};
	struct look look = {arena, map_create(arena)};
	struct walk walk;
	struct err err = {0};

	walk_init(&walk, arena);
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		walk_meet(&walk, str_from(starts[i]));
	if (walk_all(&walk, ask, &look, &err) != 0)
		fail_msg("%s", err.text);
	assert_true(map_count(look.seen) > 200);
	return look;
}

static bool same(const struct seen *a, const struct seen *b)
{
	return a->answer == b->answer && a->status == b->status && str_eq(a->body, b->body) &&
	       str_eq(a->location, b->location);
}

/* What every change drops. */
static bool is_fleeting(const struct seen *seen)
{
	return seen->answer != 0 || seen->status != 200;
}

static bool was_told(const struct seen *seen)
{
	if (is_fleeting(seen))
		return newsroom.told_times > 0;
	for (size_t i = 0; i < newsroom.told.len; i++) {
		if (str_eq(newsroom.told.at[i], STR("*")))
			return true;
		for (size_t k = 0; k < seen->tags.len; k++) {
			if (str_eq(seen->tags.at[k], newsroom.told.at[i]))
				return true;
		}
	}
	return false;
}

static void print_tags(const char *what, const struct str_vec *tags)
{
	fprintf(stderr, "  %s:", what);
	for (size_t i = 0; i < tags->len; i++)
		fprintf(stderr, " %.*s", STR_ARG(tags->at[i]));
	fputc('\n', stderr);
}

static void print_stale(const char *change, const struct seen *before, const struct seen *after)
{
	size_t at = 0;

	while (at < before->body.len && at < after->body.len && before->body.ptr[at] == after->body.ptr[at])
		at++;
	at = at > 60 ? at - 60 : 0;
	fprintf(stderr, "%s: %.*s stays as it was\n  before: %d %.*s\n  after:  %d %.*s\n", change,
		STR_ARG(before->target), before->answer, STR_ARG(str_sub(before->body, at, 160)), after->answer,
		STR_ARG(str_sub(after->body, at, 160)));
	print_tags("carried", &before->tags);
}

/* Changes ---------------------------------------------------------------------------------------- */

#define CHANGE(name) static int name(struct store_tx *tx, void *context, struct err *err)

static struct {
	struct item_ids extra, second, lone, arabic, page;
	int64_t id;
} made;

static struct item_content plain(const char *title, const char *path)
{
	return (struct item_content){
		.language = STR("en"),
		.slug = str_from(path),
		.path = str_from(path),
		.state = ITEM_RELEASED,
		.date_s = NEWSROOM_NOW - 7200,
		.revision = {.title = str_from(title),
			     .body = STR("<p>Said on Monday.</p>"),
			     .sha256 = STR("0123456789abcdef0123456789abcdef")},
	};
}

CHANGE(title_revised)
{
	struct item_revision_content content = {.title = STR("Court frees eleven journalists"),
						.body = STR("<p>The court said it anew.</p>"),
						.sha256 = STR("1123456789abcdef0123456789abcdef")};
	const struct item_release release = {.keep_date = true};
	unsigned lacks;
	int rc = item_revise(tx, newsroom.court_entry, &content, &made.id, err);

	(void)context;
	return rc ? rc : item_release(tx, newsroom.court_entry, &release, &lacks, err);
}

static int put_kind(struct store_tx *tx, const char *label, const char *slug, bool in_feeds, struct err *err)
{
	struct taxonomy_text texts[] = {{.language = STR("en"),
					 .label = str_from(label),
					 .label_plural = str_from(label),
					 .slug = str_from(slug)}};
	struct kind kind = {.key = STR("note"), .icon = STR("report"), .position = 3, .in_feeds = in_feeds};

	kind.texts.at = texts;
	kind.texts.len = 1;
	return kind_put(tx, &kind, &made.id, err);
}

CHANGE(kind_label)
{
	(void)context;
	return put_kind(tx, "Jottings", "notes", false, err);
}
CHANGE(kind_in_feeds)
{
	(void)context;
	return put_kind(tx, "Jottings", "notes", true, err);
}
CHANGE(kind_slug)
{
	(void)context;
	return put_kind(tx, "Jottings", "jottings", true, err);
}

static int put_term(struct store_tx *tx, int64_t id, const char *label, const char *slug, const char *about,
		    struct err *err)
{
	return term_put_text(tx, id,
			     &(struct taxonomy_text){.language = STR("en"),
						     .label = str_from(label),
						     .slug = str_from(slug),
						     .introduction = str_from(about)},
			     err);
}

CHANGE(term_label)
{
	(void)context;
	return put_term(tx, newsroom.topics[0], "Jails", "prisons", "About.", err);
}
CHANGE(term_slug)
{
	(void)context;
	return put_term(tx, newsroom.topics[0], "Jails", "jails", "About.", err);
}
CHANGE(term_introduction)
{
	(void)context;
	return put_term(tx, newsroom.tag, "appeals", "appeals", "More.", err);
}

CHANGE(term_parent)
{
	(void)context;
	return term_set_parent(tx, newsroom.topics[1], 0, err);
}

CHANGE(term_parent_back)
{
	(void)context;
	return term_set_parent(tx, newsroom.topics[1], newsroom.topics[0], err);
}

static int put_place(struct store_tx *tx, const char *code, int64_t parent_id, const char *label, const char *slug,
		     struct err *err)
{
	struct taxonomy_text texts[] = {{.language = STR("en"), .label = str_from(label), .slug = str_from(slug)}};
	struct place place = {.kind = PLACE_COUNTRY, .parent_id = parent_id, .code = str_from(code)};

	place.texts.at = texts;
	place.texts.len = 1;
	return place_put(tx, &place, &made.id, err);
}

CHANGE(place_label)
{
	(void)context;
	return put_place(tx, "IT", newsroom.places[0], "Italia", "italy", err);
}
CHANGE(place_parent)
{
	(void)context;
	return put_place(tx, "IT", newsroom.places[3], "Italia", "italy", err);
}

static int put_person(struct store_tx *tx, const char *name, bool is_public, struct err *err)
{
	struct contributor_text texts[] = {{STR("en"), STR("Editor"), STR("Writes on courts.")}};
	struct contributor person = {.name = str_from(name), .slug = STR("jon-petri"), .is_public = is_public};

	person.texts.at = texts;
	person.texts.len = 1;
	return contributor_put(tx, &person, &made.id, err);
}

CHANGE(person_name)
{
	(void)context;
	return put_person(tx, "Jon Petri-Lund", true, err);
}
CHANGE(person_hidden)
{
	(void)context;
	return put_person(tx, "Jon Petri-Lund", false, err);
}
CHANGE(person_shown)
{
	(void)context;
	return put_person(tx, "Jon Petri-Lund", true, err);
}

CHANGE(picture_credit)
{
	(void)context;
	return media_put_text(tx, newsroom.picture,
			      &(struct media_text){.language = STR("en"),
						   .caption = STR("The court's steps."),
						   .credit = STR("Photo: another"),
						   .alt = STR("Steps")},
			      err);
}

CHANGE(picture_form)
{
	(void)context;
	return media_put_rendition(
		tx, newsroom.picture,
		&(struct rendition){STR("jpg"), 1200, 800, 20, STR("2123456789abcdef0123456789abcdef")}, err);
}

CHANGE(menu_line)
{
	struct menu_item line = {
		.menu = STR("footer"), .language = STR("en"), .position = 1, .entry_id = newsroom.court_entry};

	(void)context;
	return menu_add(tx, &line, &made.id, err);
}

CHANGE(menu_of_names)
{
	struct menu_item kind = {.menu = STR("main"), .language = STR("fr"), .position = 2};
	struct menu_item place = kind, term = kind;
	int rc;

	(void)context;
	kind.kind_id = newsroom.kinds[2];
	place.place_id = newsroom.places[1];
	term.term_id = newsroom.topics[1];
	rc = menu_add(tx, &kind, &made.id, err);
	rc = rc ? rc : menu_add(tx, &place, &made.id, err);
	return rc ? rc : menu_add(tx, &term, &made.id, err);
}

CHANGE(menu_cleared)
{
	(void)context;
	return menu_clear(tx, STR("main"), STR("en"), err);
}

static int add_arabic_page(struct store_tx *tx, const char *path, struct item_ids *ret_ids, struct err *err)
{
	struct item_content page = plain("A page", path);

	page.type = ITEM_PAGE;
	page.language = STR("ar");
	return item_create(tx, &page, ret_ids, err);
}

/* Arabic has no menu. */
CHANGE(page_in_the_foot)
{
	(void)context;
	return add_arabic_page(tx, "/ar/about/", &made.page, err);
}
CHANGE(page_below_another)
{
	struct item_ids ids;

	(void)context;
	return add_arabic_page(tx, "/ar/about/team/", &ids, err);
}
CHANGE(page_withdrawn)
{
	(void)context;
	return item_withdraw(tx, made.page.item_id, STR(""), WITHDRAW_KILL, STR(""), err);
}

CHANGE(site_line)
{
	(void)context;
	return site_put_text(tx, &(struct site_text){STR("en"), SITE_LINE, STR("Another line")}, err);
}

CHANGE(site_called)
{
	(void)context;
	return site_put_text(tx, &(struct site_text){STR("ar"), SITE_NAME, STR("فانوس")}, err);
}

CHANGE(site_text_taken_away)
{
	(void)context;
	return site_put_text(tx, &(struct site_text){STR("en"), SITE_PRESS, STR("")}, err);
}

CHANGE(first_of_a_kind)
{
	struct item_content item = plain("Freed after a campaign", "/2026/06/freed/");
	const int64_t terms[] = {newsroom.topics[0]};

	(void)context;
	item.kind_id = newsroom.kinds[2];
	item.term_ids = terms;
	item.term_count = 1;
	return item_create(tx, &item, &made.extra, err);
}

CHANGE(pinned)
{
	(void)context;
	return item_set_pinned(tx, newsroom.court_item, ITEM_PINNED_FOREVER, err);
}
CHANGE(unpinned)
{
	(void)context;
	return item_set_pinned(tx, newsroom.court_item, 0, err);
}

CHANGE(corrected)
{
	(void)context;
	return item_correct(tx, newsroom.court_entry, STR("correction"), STR("The date was wrong."), 0, 0, err);
}

CHANGE(translated)
{
	struct item_content item = plain("أطلق سراحهم", "/ar/2026/06/freed/");
	const int64_t terms[] = {newsroom.topics[1]};

	(void)context;
	item.language = STR("ar");
	item.term_ids = terms;
	item.term_count = 1;
	return item_add_language(tx, newsroom.court_item, &item, &made.arabic, err);
}

CHANGE(filed_elsewhere)
{
	const int64_t terms[] = {newsroom.tag}, places[] = {newsroom.places[2]};
	const struct item_contributor people[] = {{newsroom.people[1], ITEM_AUTHOR}};
	int rc = item_set_terms(tx, made.extra.entry_id, terms, 1, err);

	(void)context;
	rc = rc ? rc : item_set_places(tx, made.extra.entry_id, places, 1, err);
	return rc ? rc : item_set_contributors(tx, made.extra.entry_id, people, 1, err);
}

CHANGE(kind_of_an_item)
{
	(void)context;
	return item_set_kind(tx, made.extra.item_id, newsroom.kinds[1], err);
}
CHANGE(kind_of_it_back)
{
	(void)context;
	return item_set_kind(tx, made.extra.item_id, newsroom.kinds[2], err);
}

CHANGE(draft_beside)
{
	struct item_content item = plain("The minister answers", "/2026/06/answer/");

	(void)context;
	item.state = ITEM_UNRELEASED;
	return item_create(tx, &item, &made.second, err);
}

CHANGE(related_to_the_draft)
{
	(void)context;
	return item_relate(tx, newsroom.court_item, made.second.item_id, ITEM_SEE_ALSO, 0, err);
}

CHANGE(draft_released)
{
	const struct item_release release = {0};
	unsigned lacks;

	(void)context;
	return item_release(tx, made.second.entry_id, &release, &lacks, err);
}

CHANGE(draft_taken_back)
{
	(void)context;
	return item_unrelease(tx, made.second.entry_id, err);
}

CHANGE(renamed)
{
	(void)context;
	return item_rename(tx, newsroom.court_entry, STR("court-frees"), STR("/2026/06/court-frees/"), err);
}

CHANGE(moved_in_time)
{
	struct item_content item = plain("A place of its own", "/2024/02/own/");
	const int64_t places[] = {newsroom.places[3]};

	(void)context;
	item.date_s = NEWSROOM_NOW - 860 * (int64_t)86400;
	item.place_ids = places;
	item.place_count = 1;
	return item_create(tx, &item, &made.lone, err);
}

CHANGE(address_led_on)
{
	(void)context;
	return redirect_put(
		tx, &(struct redirect){.path = STR("/old/moved/"), .target = REDIRECT_PATH, .to_path = STR("/about/")},
		err);
}

CHANGE(address_gone)
{
	(void)context;
	return redirect_put(
		tx, &(struct redirect){.path = STR("/old/moved/"), .target = REDIRECT_GONE, .note = STR("No.")}, err);
}

CHANGE(address_note_changed)
{
	(void)context;
	return redirect_put(
		tx, &(struct redirect){.path = STR("/gone/"), .target = REDIRECT_GONE, .note = STR("Other words.")},
		err);
}

CHANGE(french_withdrawn)
{
	(void)context;
	return item_withdraw(tx, newsroom.court_item, STR("fr"), WITHDRAW_KILL, STR("Retiré."), err);
}

CHANGE(last_of_a_kind_goes)
{
	(void)context;
	return item_withdraw(tx, made.extra.item_id, STR(""), WITHDRAW_KILL, STR("Not so."), err);
}

CHANGE(only_one_of_a_year_goes)
{
	(void)context;
	return item_unrelease(tx, made.lone.entry_id, err);
}

CHANGE(court_withdrawn)
{
	(void)context;
	return item_withdraw(tx, newsroom.court_item, STR(""), WITHDRAW_TAKEDOWN, STR("A name had to go."), err);
}

struct change {
	const char *name;
	int (*make)(struct store_tx *tx, void *context, struct err *err);
	size_t least; /* so many pages differ at least: the test itself sees the change */
};

#define AS(name, least)                                                                                                \
	{                                                                                                              \
#name, name, least                                                                                     \
	}

/* In this order: later ones build on earlier ones. */
static const struct change changes[] = {
	AS(picture_form, 1),
	AS(title_revised, 15),
	AS(kind_label, 50),
	AS(kind_in_feeds, 3),
	AS(kind_slug, 50),
	AS(term_label, 30),
	AS(term_slug, 30),
	AS(term_introduction, 1),
	AS(term_parent, 3),
	AS(term_parent_back, 3),
	AS(place_label, 10),
	AS(place_parent, 4),
	AS(person_name, 3),
	AS(person_hidden, 2),
	AS(person_shown, 2),
	AS(menu_line, 50),
	AS(menu_of_names, 20),
	AS(page_in_the_foot, 5),
	AS(page_below_another, 1),
	AS(page_withdrawn, 5),
	AS(site_line, 3),
	AS(site_called, 20),
	AS(site_text_taken_away, 50),
	AS(menu_cleared, 50),
	AS(first_of_a_kind, 50),
	AS(pinned, 1),
	AS(unpinned, 1),
	AS(corrected, 1),
	AS(translated, 5),
	AS(filed_elsewhere, 5),
	AS(kind_of_an_item, 20),
	AS(kind_of_it_back, 20),
	AS(draft_beside, 0),
	AS(related_to_the_draft, 0),
	AS(draft_released, 10),
	AS(draft_taken_back, 10),
	AS(renamed, 15),
	AS(moved_in_time, 5),
	AS(address_led_on, 1),
	AS(address_gone, 1),
	AS(address_note_changed, 1),
	AS(french_withdrawn, 5),
	AS(last_of_a_kind_goes, 20),
	AS(only_one_of_a_year_goes, 5),
	AS(court_withdrawn, 20),
};

/* How many pages a change reaches, and how many of them a cache would keep. */
static void compare(const char *name, struct map *before, struct look *now, size_t *ret_changed, size_t *ret_stale)
{
	size_t changed = 0, stale = 0;
	struct str target;
	void *value;

	for (size_t i = 0; map_at(before, i, &target, &value); i++) {
		const struct seen *old = value, *fresh = see(now, target);

		if (same(old, fresh) || old->is_file) /* files are opened each time, and never kept */
			continue;
		changed++;
		if (was_told(old))
			continue;
		if (stale++ < 3)
			print_stale(name, old, fresh);
	}
	if (stale > 0)
		print_tags("told", &newsroom.told);
	*ret_changed = changed;
	*ret_stale = stale;
}

static size_t check_change(const struct change *change)
{
	ARENA_SCOPED arena = arena_create(0);
	struct look before = look_around(arena);
	size_t changed, stale;
	struct err err = {0};

	newsroom_forget(&newsroom);
	clock_fixed_set_s(&newsroom.clock, clock_now_s(&newsroom.clock.clock) + 1);
	if (store_write(newsroom.store, change->make, NULL, &err) != 0 || newsroom_step(&newsroom, &err) != 0)
		fail_msg("%s: %s", change->name, err.text);
	compare(change->name, before.seen, &before, &changed, &stale);
	if (changed < change->least)
		fail_msg("%s reached %zu pages only", change->name, changed);
	return stale;
}

static void no_page_changes_untold(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		wrong += check_change(&changes[i]) > 0;
	assert_int_equal(wrong, 0);
}

/* The other way round: a change that touches little must not empty the cache. */
static void a_small_change_tells_little(void **state)
{
	static const struct change credit = AS(picture_credit, 3);
	ARENA_SCOPED arena = arena_create(0);
	struct look look = look_around(arena);
	size_t dropped = 0, total = 0;
	struct str target;
	void *value;

	(void)state;
	assert_int_equal(check_change(&credit), 0);
	for (; map_at(look.seen, total, &target, &value); total++)
		dropped += !is_fleeting(value) && was_told(value);
	if (dropped == 0 || dropped + 100 > total)
		fail_msg("%zu of %zu pages are dropped", dropped, total);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_change_tells_little), /* first: the court still has its picture */
		cmocka_unit_test(no_page_changes_untold),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
