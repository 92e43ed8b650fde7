/* What the newsroom of the tests holds: kinds, topics below each other, places with regions, a campaign, a tag, two
 * authors, pictures; items in three languages with translations; a static page and a menu; and of everything that must
 * not be seen one: draft, scheduled, embargoed, expired, private, with password, withdrawn. */
#include "newsroom.h"

#include "store/batch.h"
#include "store/item.h"
#include "store/media.h"
#include "store/redirect.h"
#include "store/site.h"
#include "store/taxonomy.h"

#define DAY_S       86400
#define COUNT(list) (sizeof(list) / sizeof *(list))

struct fill {
	struct newsroom *newsroom;
	int64_t kinds[4], topics[3], campaign, tag, places[4], people[2], picture;
	int64_t batch_id;
	struct item_ids court, secret;
};

/* The text itself, or behind it what a hostile hand would add. */
static struct str say(struct store_tx *tx, const struct fill *fill, const char *text)
{
	return fill->newsroom->hostile ? arena_printf(tx_arena(tx), "%s " HOSTILE, text) : str_from(text);
}

static int add_language(struct store_tx *tx, const char *code, int position, struct err *err)
{
	return language_put(tx, &(struct language){str_from(code), position, str_from(code)}, err);
}

static int add_kind(struct store_tx *tx, struct fill *fill, int at, const char *key, const char *label,
		    const char *plural, const char *slug, const char *french, struct err *err)
{
	struct taxonomy_text texts[] = {
		{.language = STR("en"),
		 .label = say(tx, fill, label),
		 .label_plural = say(tx, fill, plural),
		 .slug = str_from(slug)},
		{.language = STR("fr"), .label = say(tx, fill, french), .slug = str_from(slug)},
	};
	struct kind kind = {.key = str_from(key), .icon = str_from(slug), .position = at, .in_feeds = at != 3};

	kind.icon = str_from(at == 1 ? "report" : "press-release");
	kind.texts.at = texts;
	kind.texts.len = COUNT(texts);
	return kind_put(tx, &kind, &fill->kinds[at], err);
}

static int add_term(struct store_tx *tx, struct fill *fill, enum vocabulary vocabulary, int64_t parent_id,
		    const char *label, const char *slug, const char *french_slug, int64_t *ret_id, struct err *err)
{
	struct taxonomy_text texts[] = {
		{.language = STR("en"),
		 .label = say(tx, fill, label),
		 .slug = str_from(slug),
		 .introduction = say(tx, fill, "What this is about.")},
		{.language = STR("fr"), .label = say(tx, fill, french_slug), .slug = str_from(french_slug)},
	};
	struct term term = {.vocabulary = vocabulary, .parent_id = parent_id};

	term.texts.at = texts;
	term.texts.len = COUNT(texts);
	return term_create(tx, &term, ret_id, err);
}

static int add_place(struct store_tx *tx, struct fill *fill, int at, enum place_kind kind, int64_t parent_id,
		     const char *code, const char *label, const char *slug, struct err *err)
{
	struct taxonomy_text texts[] = {{.language = STR("en"), .label = say(tx, fill, label), .slug = str_from(slug)}};
	struct place place = {.kind = kind, .parent_id = parent_id, .code = str_from(code)};

	place.texts.at = texts;
	place.texts.len = 1;
	return place_put(tx, &place, &fill->places[at], err);
}

static int add_person(struct store_tx *tx, struct fill *fill, int at, const char *name, const char *slug,
		      struct err *err)
{
	struct contributor_text texts[] = {
		{STR("en"), say(tx, fill, "Researcher"), say(tx, fill, "Writes on prisons.")}};
	struct contributor person = {.name = say(tx, fill, name), .slug = str_from(slug), .is_public = true};

	person.texts.at = texts;
	person.texts.len = 1;
	return contributor_put(tx, &person, &fill->people[at], err);
}

static int add_picture(struct store_tx *tx, struct fill *fill, struct err *err)
{
	static const int widths[] = {480, 960, 1600};
	const struct str hash = STR("0123456789abcdef0123456789abcdef");
	const struct media media = {.guid = STR("urn:uuid:5b0f3f9e-7f0e-4d7a-8f5e-111111111111"),
				    .mime = STR("image/jpeg"),
				    .name = STR("court"),
				    .width = 1600,
				    .height = 1067};
	const struct media_text text = {.language = STR("en"),
					.caption = say(tx, fill, "Relatives wait outside the court."),
					.credit = say(tx, fill, "Photo: Ines Varga / Lantern"),
					.alt = say(tx, fill, "People on the steps of a court")};
	int rc = media_create(tx, &media, &fill->picture, err);

	if (rc == 0)
		rc = media_set_file(tx, fill->picture, hash, 20, 1600, 1067, err);
	if (rc == 0)
		rc = media_put_text(tx, fill->picture, &text, err);
	for (size_t i = 0; i < COUNT(widths) && rc == 0; i++)
		rc = media_put_rendition(tx, fill->picture,
					 &(struct rendition){STR("jpg"), widths[i], widths[i] * 2 / 3, 20, hash}, err);
	return rc;
}

/* More tags than are counted for each page: only what the cards carry is offered then. */
static int add_tags(struct store_tx *tx, struct fill *fill, struct err *err)
{
	int rc = 0;

	for (int i = 0; i < 260 && rc == 0; i++) {
		struct str name = arena_printf(tx_arena(tx), "tag-%d", i),
			   french = arena_printf(tx_arena(tx), "mot-%d", i);
		int64_t id;

		rc = add_term(tx, fill, VOCABULARY_TAG, 0, name.ptr, name.ptr, french.ptr, &id, err);
	}
	return rc;
}

static int add_names(struct store_tx *tx, struct fill *fill, struct err *err)
{
	int rc = add_language(tx, "en", 0, err);

	rc = rc ? rc : add_language(tx, "fr", 1, err);
	rc = rc ? rc : add_language(tx, "ar", 2, err);
	rc = rc ? rc
		: add_kind(tx, fill, 0, "press_release", "Press release", "Press releases", "press-releases",
			   "Communiqué", err);
	rc = rc ? rc : add_kind(tx, fill, 1, "report", "Report", "Reports", "reports", "Rapport", err);
	rc = rc ? rc : add_kind(tx, fill, 2, "victory", "Victory", "Victories", "victories", "Victoire", err);
	rc = rc ? rc : add_kind(tx, fill, 3, "note", "Note", "Notes", "notes", "Note", err);
	rc = rc ? rc
		: add_term(tx, fill, VOCABULARY_TOPIC, 0, "Prisons", "prisons", "prisons-fr", &fill->topics[0], err);
	rc = rc ? rc
		: add_term(tx, fill, VOCABULARY_TOPIC, fill->topics[0], "Detention", "detention", "detention-fr",
			   &fill->topics[1], err);
	rc = rc ? rc : add_term(tx, fill, VOCABULARY_TOPIC, 0, "Secret", "secret", "secret-fr", &fill->topics[2], err);
	rc = rc ? rc
		: add_term(tx, fill, VOCABULARY_CAMPAIGN, 0, "Open doors", "open-doors", "portes-ouvertes",
			   &fill->campaign, err);
	rc = rc ? rc : add_term(tx, fill, VOCABULARY_TAG, 0, "appeals", "appeals", "appels", &fill->tag, err);
	rc = rc ? rc : add_place(tx, fill, 0, PLACE_REGION, 0, "150", "Europe", "europe", err);
	rc = rc ? rc : add_place(tx, fill, 1, PLACE_COUNTRY, fill->places[0], "IT", "Italy", "italy", err);
	rc = rc ? rc : add_place(tx, fill, 2, PLACE_COUNTRY, fill->places[0], "MT", "Malta", "malta", err);
	rc = rc ? rc : add_place(tx, fill, 3, PLACE_REGION, 0, "002", "Africa", "africa", err);
	rc = rc ? rc : add_person(tx, fill, 0, "Amina Okoth", "amina-okoth", err);
	rc = rc ? rc : add_person(tx, fill, 1, "Jon Petri", "jon-petri", err);
	return rc ? rc : add_picture(tx, fill, err);
}

static struct item_content content(struct store_tx *tx, const struct fill *fill, const char *title, const char *path,
				   int64_t date_s)
{
	struct item_content content = {
		.language = STR("en"),
		.slug = str_from(path),
		.path = str_from(path),
		.state = ITEM_RELEASED,
		.date_s = date_s,
		.guid = arena_printf(tx_arena(tx), "urn:x-test:%s", path),
		.revision = {.title = say(tx, fill, title),
			     .body = STR("<p>The appeals court said so on Tuesday.</p>"),
			     .sha256 = STR("0123456789abcdef0123456789abcdef")},
	};

	return content;
}

static int add_court(struct store_tx *tx, struct fill *fill, struct err *err)
{
	struct item_content court = content(tx, fill, "Court orders release of eleven journalists",
					    "/2026/06/court-orders-release/", NEWSROOM_NOW - DAY_S);
	struct item_content french =
		content(tx, fill, "La cour ordonne la libération", "/fr/2026/06/liberation/", NEWSROOM_NOW - DAY_S);
	const int64_t terms[] = {fill->topics[1], fill->campaign, fill->tag}, places[] = {fill->places[1]};
	const struct item_contributor people[] = {{fill->people[0], ITEM_AUTHOR}, {fill->people[1], ITEM_AUTHOR}};
	const struct item_media media[] = {{fill->picture, MEDIA_FEATURED}};
	struct item_ids ids;
	int rc;

	court.kind_id = fill->kinds[0];
	court.reference = fill->newsroom->hostile ? STR(HOSTILE) : STR("EUR 30/8473/2026");
	court.modified_s = NEWSROOM_NOW - 3600;
	court.breaking_until_s = NEWSROOM_NOW + 7200;
	court.term_ids = terms;
	court.term_count = COUNT(terms);
	court.place_ids = places;
	court.place_count = 1;
	court.contributors = people;
	court.contributor_count = 2;
	court.revision.subtitle = say(tx, fill, "Families waited nineteen weeks.");
	court.revision.dateline = say(tx, fill, "Rome");
	court.revision.excerpt = say(tx, fill, "No basis in law, the judges said.");
	court.revision.has_excerpt = true;
	court.revision.media = media;
	court.revision.media_count = 1;
	court.revision.body =
		STR("<p>The appeals court ordered it. See <a href=\"/2026/06/report/\">the report</a>.</p>"
		    "<figure class=\"quote\"><blockquote><p>They told us we would be forgotten.</p></blockquote>"
		    "<figcaption>Mirela Sand, mother</figcaption></figure>"
		    "<h2>What it said</h2><ul><li>No warrant was shown.</li></ul>"
		    "<table><thead><tr><th scope=\"col\">Month</th><th scope=\"col\">Arrests</th></tr>"
		    "</thead><tbody><tr><td>March</td><td>7</td></tr></tbody></table>"
		    "<div class=\"embed-card\"><a href=\"https://www.youtube.com/watch?v=x\">The film</a></div>");
	rc = item_create(tx, &court, &fill->court, err);
	french.language = STR("fr");
	french.term_ids = terms;
	french.term_count = COUNT(terms);
	return rc ? rc : item_add_language(tx, fill->court.item_id, &french, &ids, err);
}

static int add_report(struct store_tx *tx, struct fill *fill, struct err *err)
{
	struct item_content report =
		content(tx, fill, "Coastal prison floods again", "/2026/06/report/", NEWSROOM_NOW - 3 * DAY_S);
	struct item_content untitled = content(tx, fill, "", "/2026/05/untitled/", NEWSROOM_NOW - 20 * DAY_S);
	struct item_content arabic =
		content(tx, fill, "رسالة إلى الوزير", "/ar/2026/05/letter/", NEWSROOM_NOW - 30 * DAY_S);
	struct item_content page = content(tx, fill, "Who we are", "/about/", NEWSROOM_NOW - 400 * DAY_S);
	const int64_t terms[] = {fill->topics[0]}, places[] = {fill->places[2]};
	struct item_ids ids;
	int rc;

	report.kind_id = fill->kinds[1];
	report.term_ids = terms;
	report.term_count = 1;
	report.place_ids = places;
	report.place_count = 1;
	rc = item_create(tx, &report, &ids, err);
	if (!fill->newsroom->hostile)
		untitled.revision.title = STR("");
	arabic.language = STR("ar");
	page.type = ITEM_PAGE;
	rc = rc ? rc : item_create(tx, &untitled, &ids, err);
	rc = rc ? rc : item_create(tx, &arabic, &ids, err);
	return rc ? rc : item_create(tx, &page, &ids, err);
}

static int add_old(struct store_tx *tx, struct fill *fill, struct err *err)
{
	const struct civil first = {.year = 2025, .month = 12, .day = 20, .hour = 9};
	int64_t date_s;
	int rc = civil_to_s(&first, &date_s) ? 0 : err_set(err, ERR_DATA, "no date");

	for (int i = 0; i < NEWSROOM_OLD && rc == 0; i++, date_s -= 3 * DAY_S) {
		struct civil civil = civil_from_s(date_s);
		struct str title = arena_printf(tx_arena(tx), "Monthly note %d", i);
		struct str path = arena_printf(tx_arena(tx), "/%04d/%02d/note-%d/", civil.year, civil.month, i);
		struct item_content note;
		struct item_ids ids;
		const int64_t terms[] = {fill->topics[i % 2]};

		note = content(tx, fill, title.ptr, path.ptr, date_s);
		note.kind_id = fill->kinds[i % 4 == 0 ? 3 : 0];
		note.term_ids = terms;
		note.term_count = 1;
		rc = item_create(tx, &note, &ids, err);
	}
	return rc;
}

/* Each carries the topic "secret" and the word Hidden. */
static int add_hidden(struct store_tx *tx, struct fill *fill, struct err *err)
{
	static const char *const paths[] = {"/2026/06/hidden-draft/",   "/2026/06/hidden-scheduled/",
					    "/2026/06/hidden-embargo/", "/2026/06/hidden-expired/",
					    "/2026/06/hidden-private/", "/2026/06/hidden-password/"};
	const int64_t terms[] = {fill->topics[2]};
	int rc = 0;

	for (size_t i = 0; i < COUNT(paths) && rc == 0; i++) {
		struct item_content item = content(tx, fill, "Hidden", paths[i], NEWSROOM_NOW - 2 * DAY_S);
		struct item_ids ids;

		item.term_ids = terms;
		item.term_count = 1;
		item.state = i == 0 ? ITEM_UNRELEASED : ITEM_RELEASED;
		item.release_at_s = i == 1 ? NEWSROOM_NOW + 600 : 0;
		item.embargo_until_s = i == 2 ? NEWSROOM_NOW + 900 : 0;
		item.expires_at_s = i == 3 ? NEWSROOM_NOW - 60 : 0;
		item.access = i == 4 ? ITEM_PRIVATE : i == 5 ? ITEM_PASSWORD : ITEM_PUBLIC;
		rc = item_create(tx, &item, &ids, err);
		if (i == 1)
			fill->secret = ids;
	}
	return rc;
}

/* In French nothing that may be seen stands below it. */
static int add_headings(struct store_tx *tx, struct fill *fill, struct err *err)
{
	struct menu_item heading = {.menu = STR("footer"), .language = STR("en"), .position = 1};
	struct menu_item below = {.menu = STR("footer"), .language = STR("en"), .position = 2, .url = STR("/archive/")};
	int64_t id;
	int rc;

	heading.label = say(tx, fill, "Our rules");
	below.label = say(tx, fill, "The board");
	rc = menu_add(tx, &heading, &below.parent_id, err);
	rc = rc ? rc : menu_add(tx, &below, &id, err);
	heading.label = say(tx, fill, "Rules about nothing");
	heading.language = STR("fr");
	below = (struct menu_item){.menu = heading.menu, .language = heading.language, .term_id = fill->topics[2]};
	rc = rc ? rc : menu_add(tx, &heading, &below.parent_id, err);
	return rc ? rc : menu_add(tx, &below, &id, err);
}

static int add_site(struct store_tx *tx, struct fill *fill, struct err *err)
{
	static const struct {
		enum site_text_key key;
		const char *language, *text;
	} texts[] = {
		{SITE_LINE, "en", "We stand where power would rather not be watched"},
		{SITE_LINE, "fr", "Là où le pouvoir préfère l’ombre"},
		{SITE_INTRODUCTION, "en", "We document abuses and hold governments to what they were asked."},
		{SITE_PRESS, "en", "Our press desk answers every day."},
		{SITE_FOOTER, "en", "Texts may be republished with credit."},
	};
	struct menu_item about = {.menu = STR("main"), .language = STR("en"), .position = 1, .url = STR("/about/")};
	struct menu_item prisons = {.menu = STR("main"), .language = STR("en"), .position = 2};
	struct menu_item secret = {.menu = STR("main"), .language = STR("fr"), .position = 1};
	int64_t id;
	int rc = 0;

	for (size_t i = 0; i < COUNT(texts) && rc == 0; i++)
		rc = site_put_text(
			tx,
			&(struct site_text){str_from(texts[i].language), texts[i].key, say(tx, fill, texts[i].text)},
			err);
	about.label = say(tx, fill, "Who we are");
	prisons.term_id = fill->topics[0];
	rc = rc ? rc : menu_add(tx, &about, &id, err);
	rc = rc ? rc : menu_add(tx, &prisons, &id, err);
	secret.term_id = fill->topics[2];
	rc = rc ? rc : menu_add(tx, &secret, &id, err);
	rc = rc ? rc : add_headings(tx, fill, err);
	rc = rc ? rc
		: redirect_put(tx,
			       &(struct redirect){.path = STR("/category/secret/"),
						  .target = REDIRECT_TERM,
						  .target_id = fill->topics[2]},
			       err);
	rc = rc ? rc
		: redirect_put(tx,
			       &(struct redirect){.path = STR("/old/court.html"),
						  .target = REDIRECT_ENTRY,
						  .target_id = fill->court.entry_id},
			       err);
	rc = rc ? rc
		: redirect_put(tx,
			       &(struct redirect){.path = STR("/?p=12"),
						  .target = REDIRECT_ENTRY,
						  .target_id = fill->court.entry_id},
			       err);
	rc = rc ? rc
		: redirect_put(tx,
			       &(struct redirect){.path = STR("/category/prisons/"),
						  .target = REDIRECT_TERM,
						  .target_id = fill->topics[0]},
			       err);
	rc = rc ? rc
		: redirect_put(tx,
			       &(struct redirect){.path = STR("/old/secret/"),
						  .target = REDIRECT_PATH,
						  .to_path = STR("/topic/secret/")},
			       err);
	return rc ? rc
		  : redirect_put(tx,
				 &(struct redirect){.path = STR("/gone/"),
						    .target = REDIRECT_GONE,
						    .note = say(tx, fill, "Taken down for safety.")},
				 err);
}

/* The names come before the import, the items in one chunk of it, the site's own texts afterwards. */
static int fill_names(struct store_tx *tx, void *context, struct err *err)
{
	struct fill *fill = context;
	int rc = add_names(tx, fill, err);

	rc = rc ? rc : add_tags(tx, fill, err);
	return rc ? rc : batch_begin(tx, STR("test"), &fill->batch_id, err);
}

static int fill_items(struct store_tx *tx, void *context, struct err *err)
{
	struct fill *fill = context;
	int rc = add_court(tx, fill, err);

	rc = rc ? rc : add_report(tx, fill, err);
	rc = rc ? rc : add_old(tx, fill, err);
	return rc ? rc : add_hidden(tx, fill, err);
}

static int fill_site(struct store_tx *tx, void *context, struct err *err)
{
	struct fill *fill = context;
	int rc = batch_flip(tx, fill->batch_id, err);

	return rc ? rc : add_site(tx, fill, err);
}

int newsroom_fill(struct newsroom *newsroom, struct err *err)
{
	struct fill fill = {.newsroom = newsroom};
	int rc = store_write(newsroom->store, fill_names, &fill, err);

	rc = rc ? rc : store_write_chunk(newsroom->store, fill.batch_id, fill_items, &fill, err);
	rc = rc ? rc : store_write(newsroom->store, fill_site, &fill, err);
	newsroom->court_entry = fill.court.entry_id;
	newsroom->court_item = fill.court.item_id;
	newsroom->secret_entry = fill.secret.entry_id;
	for (size_t i = 0; i < COUNT(fill.kinds); i++)
		newsroom->kinds[i] = fill.kinds[i];
	for (size_t i = 0; i < COUNT(fill.topics); i++)
		newsroom->topics[i] = fill.topics[i];
	for (size_t i = 0; i < COUNT(fill.places); i++)
		newsroom->places[i] = fill.places[i];
	for (size_t i = 0; i < COUNT(fill.people); i++)
		newsroom->people[i] = fill.people[i];
	newsroom->campaign = fill.campaign;
	newsroom->tag = fill.tag;
	newsroom->picture = fill.picture;
	return rc;
}

struct withdrawal {
	const struct newsroom *newsroom;
	const char *note;
};

static int withdraw(struct store_tx *tx, void *context, struct err *err)
{
	const struct withdrawal *withdrawal = context;

	return item_withdraw(tx, withdrawal->newsroom->court_item, STR("en"), WITHDRAW_TAKEDOWN,
			     str_from(withdrawal->note), err);
}

int newsroom_withdraw_court(struct newsroom *newsroom, const char *note, struct err *err)
{
	struct withdrawal withdrawal = {newsroom, note};
	int rc = store_write(newsroom->store, withdraw, &withdrawal, err);

	return rc ? rc : newsroom_step(newsroom, err);
}
