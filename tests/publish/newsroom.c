#include "newsroom.h"

#include "base/file.h"
#include "store/taxonomy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct str languages[] = {STR_INIT("en"), STR_INIT("fr"), STR_INIT("ar")};
static const struct str hash = STR_INIT("0123456789abcdef0123456789abcdef");

#define works(rc, err)                                                                                                 \
	do {                                                                                                           \
		int works_rc = (rc);                                                                                   \
		if (works_rc)                                                                                          \
			fail_msg("%d: %s", works_rc, (err).text);                                                      \
	} while (0)

/* What stands in every newsroom ------------------------------------------------------------------- */

static struct taxonomy_text text_of(const char *language, const char *label, const char *slug)
{
	return (struct taxonomy_text){.language = str_from(language),
				      .label = str_from(label),
				      .label_plural = str_from(label),
				      .slug = str_from(slug),
				      .introduction = STR("What it is about.")};
}

static int put_kinds(struct store_tx *tx, struct newsroom *newsroom, struct err *err)
{
	static const char *const keys[] = {"press_release", "report", "statement"};
	static const char *const slugs[] = {"press-releases", "reports", "statements"};
	int rc = 0;
	for (int i = 0; !rc && i < 3; i++) {
		struct taxonomy_text text = text_of("en", keys[i], slugs[i]);
		struct kind kind = {
			.key = str_from(keys[i]), .position = i, .in_feeds = i != 2, .texts = {&text, 1, 1}};
		rc = kind_put(tx, &kind, &newsroom->kinds[i], err);
	}
	return rc;
}

static int put_topics(struct store_tx *tx, struct newsroom *newsroom, struct err *err)
{
	static const char *const slugs[] = {"justice", "fair-trial", "health", "water"};
	int rc = 0;
	for (int i = 0; !rc && i < 4; i++) {
		struct taxonomy_text texts[] = {text_of("en", slugs[i], slugs[i]), text_of("fr", "fr", slugs[i])};
		BUF_SCOPED slug = BUF_INIT(100);
		buf_printf(&slug, "fr-%s", slugs[i]);
		texts[1].slug = buf_str(&slug);
		struct term term = {.vocabulary = VOCABULARY_TOPIC,
				    .parent_id = i == 1 ? newsroom->topics[0] : 0,
				    .texts = {texts, 2, 2}};
		rc = term_create(tx, &term, &newsroom->topics[i], err);
	}
	return rc;
}

static int put_places(struct store_tx *tx, struct newsroom *newsroom, struct err *err)
{
	static const char *const slugs[] = {"europe", "malta", "asia"};
	static const char *const codes[] = {"150", "MT", "142"};
	int rc = 0;
	for (int i = 0; !rc && i < 3; i++) {
		struct taxonomy_text text = text_of("en", slugs[i], slugs[i]);
		struct place place = {.kind = i == 1 ? PLACE_COUNTRY : PLACE_REGION,
				      .code = str_from(codes[i]),
				      .parent_id = i == 1 ? newsroom->places[0] : 0,
				      .texts = {&text, 1, 1}};
		rc = place_put(tx, &place, &newsroom->places[i], err);
	}
	return rc;
}

static int put_media(struct store_tx *tx, struct newsroom *newsroom, struct err *err)
{
	int rc = 0;
	for (int i = 0; !rc && i < 2; i++) {
		struct media media = {.guid = i ? STR("urn:test:media:1") : STR("urn:test:media:0"),
				      .mime = STR("image/jpeg"),
				      .name = STR("march"),
				      .width = 1600,
				      .height = 900,
				      .bytes = 1000,
				      .sha256 = hash,
				      .has_file = true};
		rc = media_create(tx, &media, &newsroom->media[i], err);
		for (int k = 0; !rc && k < 3; k++) {
			struct media_text text = {.language = languages[k],
						  .caption = STR("A march"),
						  .credit = i ? (struct str){0} : STR("Ana Vella"),
						  .alt = STR("People with candles")};
			rc = media_put_text(tx, newsroom->media[i], &text, err);
		}
		for (int width = 320; !rc && width <= 1280; width *= 2) {
			struct rendition rendition = {STR("jpg"), width, width * 9 / 16, 100, hash};
			rc = media_put_rendition(tx, newsroom->media[i], &rendition, err);
		}
	}
	return rc;
}

static int furnish(struct store_tx *tx, void *context, struct err *err)
{
	struct newsroom *newsroom = context;
	int rc = 0;
	for (int i = 0; !rc && i < 3; i++) {
		struct language language = {languages[i], i, languages[i]};
		rc = language_put(tx, &language, err);
	}
	rc = rc ? rc : put_kinds(tx, newsroom, err);
	rc = rc ? rc : put_topics(tx, newsroom, err);
	rc = rc ? rc : put_places(tx, newsroom, err);
	for (int i = 0; !rc && i < 2; i++) {
		struct contributor person = {.name = i ? STR("Hidden Person") : STR("Ana Vella"),
					     .slug = i ? STR("hidden-person") : STR("ana-vella"),
					     .is_public = i == 0};
		rc = contributor_put(tx, &person, &newsroom->people[i], err);
	}
	rc = rc ? rc : put_media(tx, newsroom, err);
	struct site_text line = {STR("en"), SITE_LINE, STR("We hold them to it.")};
	return rc ? rc : site_put_text(tx, &line, err);
}

/* Life -------------------------------------------------------------------------------------------- */

bool newsroom_init_on(struct newsroom *newsroom, enum db_engine kind)
{
	struct err err = {0};
	memset(newsroom, 0, sizeof *newsroom);
	if (kind == DB_POSTGRES && !engine_start(&newsroom->engine, kind))
		return false;
	snprintf(newsroom->dir, sizeof newsroom->dir, "/tmp/crier-test-XXXXXX");
	assert_non_null(mkdtemp(newsroom->dir));
	if (kind == DB_POSTGRES)
		snprintf(newsroom->store_url, sizeof newsroom->store_url, "%s", newsroom->engine.url);
	else
		snprintf(newsroom->store_url, sizeof newsroom->store_url, "sqlite:%s/store.db", newsroom->dir);
	snprintf(newsroom->public_path, sizeof newsroom->public_path, "%s/public.db", newsroom->dir);
	clock_fixed_init(&newsroom->clock, NEWSROOM_START_S);
	random_fixed_init(&newsroom->random, 11);
	newsroom->arena = arena_create(0);
	newsroom->heard = arena_create(0);
	works(store_open(newsroom->store_url, &(struct db_options){.sync_normal = true}, &newsroom->clock.clock,
			 &newsroom->random.random, &newsroom->store, &err),
	      err);
	works(store_migrate(newsroom->store, &err), err);
	newsroom_write(newsroom, furnish, newsroom);
	newsroom_open(newsroom);
	return true;
}

void newsroom_init(struct newsroom *newsroom)
{
	newsroom_init_on(newsroom, DB_SQLITE);
}

static int remove_one(void *context, const char *relative_path, struct err *err)
{
	struct newsroom *newsroom = context;
	char path[400];
	(void)err;
	snprintf(path, sizeof path, "%s/%s", newsroom->dir, relative_path);
	unlink(path);
	return 0;
}

void newsroom_remove_public(struct newsroom *newsroom)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	for (int i = 0; i < 3; i++) {
		char path[200];
		snprintf(path, sizeof path, "%s%s", newsroom->public_path, endings[i]);
		unlink(path);
	}
}

void newsroom_finish(struct newsroom *newsroom)
{
	newsroom_close(newsroom);
	store_close(newsroom->store);
	file_walk(newsroom->dir, remove_one, newsroom, NULL);
	rmdir(newsroom->dir);
	if (newsroom->engine.schema[0])
		engine_stop(&newsroom->engine);
	arena_destroy(newsroom->heard);
	arena_destroy(newsroom->arena);
}

static void hear(void *context, const struct str *tags, size_t tag_count, int64_t sequence)
{
	struct newsroom *newsroom = context;
	for (size_t i = 0; i < tag_count; i++)
		*vec_add(&newsroom->tags, newsroom->heard) = arena_str(newsroom->heard, tags[i]);
	newsroom->told_sequence = sequence;
	newsroom->told++;
}

static void committed(void *context)
{
	struct newsroom *newsroom = context;
	newsroom->committed = true;
	if (newsroom->die_after_commit)
		_exit(0);
}

static void left_out(void *context, const struct left_out *left)
{
	struct newsroom *newsroom = context;
	struct str reason = arena_str(newsroom->arena, left->reason), path = arena_str(newsroom->arena, left->path);
	*vec_add(&newsroom->left_out, newsroom->arena) = (struct left_out){left->entry_id, path, reason, left->tried_s};
}

static void purges_queued(void *context, const struct err *err)
{
	struct newsroom *newsroom = context;
	newsroom->queued += !err;
	newsroom->not_queued += err != NULL;
}

static int render_fault(void *context, int64_t entry_id, struct err *err)
{
	const struct newsroom *newsroom = context;
	return entry_id == newsroom->unrenderable_id ? err_set(err, ERR_LIMIT, "shorten or divide it") : 0;
}

struct projector_options newsroom_options(struct newsroom *newsroom)
{
	return (struct projector_options){.public_path = newsroom->public_path,
					  .store_url = newsroom->store_url,
					  .languages = languages,
					  .language_count = 3,
					  .zone = STR("UTC"),
					  .program = newsroom->program,
					  .fault = render_fault,
					  .fault_context = newsroom,
					  .threads = 2,
					  .clock = &newsroom->clock.clock,
					  .caches = newsroom->caches,
					  .cache_count = newsroom->cache_count,
					  .listener = {.changed = hear,
						       .committed = committed,
						       .left_out = left_out,
						       .queued = purges_queued,
						       .context = newsroom}};
}

void newsroom_open(struct newsroom *newsroom)
{
	struct err err = {0};
	struct projector_options options = newsroom_options(newsroom);
	works(projector_create(&options, &newsroom->projector, &err), err);
	works(public_open(newsroom->public_path, &newsroom->public, &err), err);
}

void newsroom_close(struct newsroom *newsroom)
{
	public_close(newsroom->public);
	projector_destroy(newsroom->projector);
	newsroom->public = NULL;
	newsroom->projector = NULL;
}

void newsroom_step(struct newsroom *newsroom)
{
	struct err err = {0};
	size_t applied = 1;
	newsroom->tags = (struct str_vec){0};
	newsroom->told = 0;
	arena_clear(newsroom->heard);
	while (applied)
		works(projector_step(newsroom->projector, &applied, &err), err);
}

int64_t newsroom_now(const struct newsroom *newsroom)
{
	return clock_now_s(&newsroom->clock.clock);
}

bool newsroom_heard(const struct newsroom *newsroom, const char *tag)
{
	for (size_t i = 0; i < newsroom->tags.len; i++)
		if (str_eq(newsroom->tags.at[i], str_from(tag)))
			return true;
	return false;
}

const struct catalogue_snapshot *newsroom_snapshot(struct newsroom *newsroom)
{
	return catalogue_acquire(projector_catalogue(newsroom->projector), newsroom_now(newsroom));
}

/* Comparing ----------------------------------------------------------------------------------------- */

struct catalogue_set *newsroom_everything(const struct catalogue_snapshot *snapshot)
{
	struct catalogue_filter all = {.language = CATALOGUE_EVERY_LANGUAGE, .scope = CATALOGUE_ALL};
	return catalogue_select(snapshot, &all);
}

static uint64_t add_row(const char *table, const struct db_rows *rows, int columns)
{
	uint64_t sum = str_hash(str_from(table), 1);
	for (int i = 0; i < columns; i++)
		sum = str_hash(db_text(rows, i), sum + (uint64_t)i);
	return sum;
}

/* Rows are added up, so their order does not matter. */
#define ADD(table, count, columns)                                                                                     \
	do {                                                                                                           \
		DB_ROWS rows = {0};                                                                                    \
		struct err err = {0};                                                                                  \
		int rc = db_select(db, &rows, &err, "SELECT " columns " FROM " #table);                                \
		while (rc >= 0 && (rc = db_next(&rows, &err)) == DB_ROW)                                               \
			sum += add_row(#table, &rows, (count));                                                        \
		works(rc, err);                                                                                        \
	} while (0)

static uint64_t names_digest(struct db *db)
{
	uint64_t sum = 0;
	ADD(kind, 5, "id, key, icon, in_feeds, position");
	ADD(term, 3, "id, vocabulary, parent_id");
	ADD(place, 4, "id, level, code, parent_id");
	ADD(contributor, 4, "id, name, slug, unit");
	ADD(label, 9, "owner, owner_id, language, name, plural, slug, intro, sort_key, position");
	ADD(language, 2, "code, position");
	ADD(site_text, 3, "key, language, content");
	ADD(menu_link, 11, "id, menu, language, parent_id, position, label, entry_id, term_id, place_id, kind_id, url");
	return sum;
}

uint64_t newsroom_public_digest(struct newsroom *newsroom)
{
	struct db *db = projector_public_db(newsroom->projector);
	uint64_t sum = names_digest(db);
	ADD(left_out, 5, "entry_id, path, reason, tried_s, program");
	ADD(entry, 15,
	    "id, item_id, language, page, path, from_s, until_s, date_s, month, pinned_until_s, kind_id, terms, "
	    "places, contributors, modified_s");
	ADD(card, 18,
	    "entry_id, guid, reference, modified_s, breaking_until_s, in_feeds, title, subtitle, dateline, excerpt, "
	    "excerpt_written, picture_id, picture_alt, picture_caption, picture_credit, picture_alt_language, "
	    "picture_caption_language, picture_credit_language");
	ADD(body, 3, "entry_id, html, plain");
	ADD(correction, 5, "entry_id, seq, kind, note, at_s");
	ADD(relation, 5, "entry_id, position, other_item_id, relation, inverse");
	ADD(media, 7, "id, public_id, name, mime, width, height, decorative");
	ADD(media_file, 6, "media_id, width, extension, height, bytes, sha256");
	ADD(media_use, 2, "media_id, entry_id");
	ADD(gone, 13,
	    "entry_id, path, language, guid, note, gone_s, page, date_s, month, kind_id, terms, places, contributors");
	ADD(redirect, 6, "path, target, target_id, to_path, language, note");
	ADD(search, 3, "title, excerpt, language");
	return sum;
}

/* Writing ----------------------------------------------------------------------------------------- */

void newsroom_write(struct newsroom *newsroom, store_work *work, void *context)
{
	struct err err = {0};
	works(store_write(newsroom->store, work, context, &err), err);
}

struct item_content newsroom_content(struct newsroom *newsroom, int number, const char *language)
{
	struct arena *arena = newsroom->arena;
	struct item_media *featured = arena_new(arena, struct item_media);
	struct item_contributor *people = arena_array(arena, struct item_contributor, 2);
	int64_t *terms = arena_new(arena, int64_t), *places = arena_new(arena, int64_t);
	*featured = (struct item_media){newsroom->media[0], MEDIA_FEATURED};
	people[0] = (struct item_contributor){newsroom->people[0], ITEM_AUTHOR};
	people[1] = (struct item_contributor){newsroom->people[1], ITEM_PHOTOGRAPHER};
	*terms = newsroom->topics[1];
	*places = newsroom->places[1];
	const char *prefix = strcmp(language, "en") ? language : "";
	return (struct item_content){
		.type = ITEM_NEWS,
		.kind_id = newsroom->kinds[0],
		.language = arena_str(arena, str_from(language)),
		.slug = arena_printf(arena, "item-%d", number),
		.path = arena_printf(arena, "%s%s/2023/11/item-%d/", *prefix ? "/" : "", prefix, number),
		.state = ITEM_RELEASED,
		.date_s = NEWSROOM_START_S - 1000 + number,
		.term_ids = terms,
		.term_count = 1,
		.place_ids = places,
		.place_count = 1,
		.contributors = people,
		.contributor_count = 2,
		.revision = {.title = arena_printf(arena, "Candles for item %d", number),
			     .body = arena_printf(arena, "<p>Hundreds stood by the river for item %d.</p>", number),
			     .sha256 = hash,
			     .media = featured,
			     .media_count = 1},
	};
}

struct create_job {
	const struct item_content *content;
	struct item_ids ids;
};

static int create(struct store_tx *tx, void *context, struct err *err)
{
	struct create_job *job = context;
	return item_create(tx, job->content, &job->ids, err);
}

struct item_ids newsroom_create_in(struct newsroom *newsroom, int64_t batch_id, const struct item_content *content)
{
	struct create_job job = {.content = content};
	struct err err = {0};
	works(batch_id ? store_write_chunk(newsroom->store, batch_id, create, &job, &err)
		       : store_write(newsroom->store, create, &job, &err),
	      err);
	return job.ids;
}

struct item_ids newsroom_create(struct newsroom *newsroom, const struct item_content *content)
{
	return newsroom_create_in(newsroom, 0, content);
}
