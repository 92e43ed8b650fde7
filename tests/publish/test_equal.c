/* What the projector wrote step by step is what a build from nothing writes, whatever happened, on both engines; and
 * what readers are told of things that are gone, renamed and corrected. */
#include "newsroom.h"

#include "store/taxonomy.h"

struct act {
	struct newsroom *room;
	int64_t item_id, entry_id, other_id, batch_id;
	struct item_content content;
	struct str text, path, note;
	struct redirect redirect;
	int64_t id;
	unsigned lacks;
	uint64_t pick;
};

static void act(struct newsroom *room, store_work *work, struct act *act)
{
	struct err err = {0};
	act->room = room;
	int rc = act->batch_id ? store_write_chunk(room->store, act->batch_id, work, act, &err)
			       : store_write(room->store, work, act, &err);
	if (rc < 0)
		fail_msg("%d: %s", rc, err.text);
}

static int rename_it(struct store_tx *tx, void *context, struct err *err)
{
	struct act *a = context;
	return item_rename(tx, a->entry_id, STR("renamed"), a->path, err);
}

static int withdraw_it(struct store_tx *tx, void *context, struct err *err)
{
	struct act *a = context;
	return item_withdraw(tx, a->item_id, a->text, WITHDRAW_TAKEDOWN, a->note, err);
}

static int unrelease_it(struct store_tx *tx, void *context, struct err *err)
{
	return item_unrelease(tx, ((struct act *)context)->entry_id, err);
}

static int release_it(struct store_tx *tx, void *context, struct err *err)
{
	struct act *a = context;
	return item_release(tx, a->entry_id, &(struct item_release){0}, &a->lacks, err);
}

static int translate_it(struct store_tx *tx, void *context, struct err *err)
{
	struct act *a = context;
	struct item_ids ids;
	return item_add_language(tx, a->item_id, &a->content, &ids, err);
}

static int put_redirect(struct store_tx *tx, void *context, struct err *err)
{
	return redirect_put(tx, &((struct act *)context)->redirect, err);
}

static int begin_it(struct store_tx *tx, void *context, struct err *err)
{
	return batch_begin(tx, STR("x"), &((struct act *)context)->id, err);
}

static int update_it(struct store_tx *tx, void *context, struct err *err)
{
	struct act *a = context;
	return item_update_import(tx, a->entry_id, &a->content, &a->id, err);
}

static int flip_it(struct store_tx *tx, void *context, struct err *err)
{
	return batch_flip(tx, ((struct act *)context)->other_id, err);
}

static int correct_it(struct store_tx *tx, void *context, struct err *err)
{
	struct act *a = context;
	return item_correct(tx, a->entry_id, STR("correction"), STR("A figure was wrong."), 0, 0, err);
}

static int relate_them(struct store_tx *tx, void *context, struct err *err)
{
	struct act *a = context;
	return item_relate(tx, a->item_id, a->other_id, (enum item_relation)(a->pick % 4), (int)(a->pick % 9), err);
}

static int merge_them(struct store_tx *tx, void *context, struct err *err)
{
	struct act *a = context;
	return item_merge(tx, a->item_id, a->other_id, err);
}

static int touch_media(struct store_tx *tx, void *context, struct err *err)
{
	struct act *a = context;
	struct media_text text = {
		.language = STR("en"), .caption = a->text, .credit = STR("Ana Vella"), .alt = a->text};
	return media_put_text(tx, a->room->media[a->pick % 2], &text, err);
}

static int name_term(struct store_tx *tx, void *context, struct err *err)
{
	struct act *a = context;
	struct taxonomy_text text = {.language = STR("ar"), .label = a->text, .slug = a->text};
	return term_put_text(tx, a->room->topics[a->pick % 4], &text, err);
}

static int move_term(struct store_tx *tx, void *context, struct err *err)
{
	struct act *a = context;
	return term_set_parent(tx, a->room->topics[a->pick % 4], a->room->topics[a->pick / 4 % 4], err);
}

static int put_text(struct store_tx *tx, void *context, struct err *err)
{
	struct act *a = context;
	struct site_text text = {STR("fr"), (enum site_text_key)(a->pick % 5), a->pick % 3 ? a->text : STR("")};
	return site_put_text(tx, &text, err);
}

/* ---- the random walk ---- */

#define WALK_ENTRIES 40

struct walk {
	struct newsroom room;
	struct random_fixed random;
	struct item_ids ids[WALK_ENTRIES];
	size_t count;
	int number;
	int64_t batch_id;
};

static uint64_t pick(struct walk *walk, uint64_t below)
{
	return random_u64(&walk->random.random) % below;
}

static void create_one(struct walk *walk, int64_t batch_id)
{
	static const char *const languages[] = {"en", "fr", "ar"};
	struct newsroom *room = &walk->room;
	if (walk->count == WALK_ENTRIES)
		return;
	struct item_content content = newsroom_content(room, ++walk->number, languages[pick(walk, 3)]);
	struct item_media *media = arena_array(room->arena, struct item_media, 2);
	media[0] = (struct item_media){room->media[batch_id ? pick(walk, 2) : 0], MEDIA_FEATURED};
	content.revision.media = media;
	content.type = pick(walk, 8) ? ITEM_NEWS : ITEM_PAGE;
	content.expires_at_s = pick(walk, 5) ? 0 : NEWSROOM_START_S + (int64_t)pick(walk, 400);
	content.embargo_until_s = pick(walk, 5) ? 0 : NEWSROOM_START_S + (int64_t)pick(walk, 400);
	content.access = pick(walk, 9) ? ITEM_PUBLIC : ITEM_PRIVATE;
	content.pinned_until_s = pick(walk, 9) ? 0 : ITEM_PINNED_FOREVER;
	walk->ids[walk->count++] = newsroom_create_in(room, batch_id, &content);
}

static void write_something(struct walk *walk)
{
	struct newsroom *room = &walk->room;
	struct arena *arena = room->arena;
	const struct item_ids *one = &walk->ids[pick(walk, walk->count)], *two = &walk->ids[pick(walk, walk->count)];
	int number = ++walk->number;
	struct act a = {.item_id = one->item_id,
			.entry_id = one->entry_id,
			.other_id = two->item_id,
			.text = arena_printf(arena, "text-%d", number),
			.path = arena_printf(arena, "/2023/11/r-%llu/", (unsigned long long)pick(walk, 12)),
			.note = pick(walk, 2) ? STR("It was wrong.") : STR(""),
			.pick = pick(walk, 1000)};
	a.redirect = (struct redirect){.path = arena_printf(arena, "/old-%llu/", (unsigned long long)pick(walk, 6)),
				       .target = (enum redirect_target[]){REDIRECT_ENTRY, REDIRECT_GONE, REDIRECT_PATH,
									  REDIRECT_TERM}[pick(walk, 4)],
				       .to_path = STR("/archive/"),
				       .note = a.note};
	if (a.redirect.target == REDIRECT_ENTRY || a.redirect.target == REDIRECT_TERM)
		a.redirect.target_id = a.redirect.target == REDIRECT_TERM ? room->topics[0] : one->entry_id;
	a.content = newsroom_content(room, number, "fr");
	if (pick(walk, 4) == 0)
		a.text = STR("en"); /* a language, for withdrawing */
	static store_work *const works[] = {merge_them,  relate_them,  rename_it,    withdraw_it, unrelease_it,
					    release_it,  translate_it, put_redirect, correct_it,  relate_them,
					    touch_media, name_term,    move_term,    put_text,    put_redirect,
					    rename_it,   release_it};
	act(room, works[pick(walk, sizeof works / sizeof *works)], &a);
}

static void import_something(struct walk *walk)
{
	struct newsroom *room = &walk->room;
	if (!walk->batch_id) {
		struct act a = {0};
		act(room, begin_it, &a);
		walk->batch_id = a.id;
		return;
	}
	uint64_t what = pick(walk, 4);
	if (what == 0) {
		struct act a = {.other_id = walk->batch_id};
		act(room, flip_it, &a);
		walk->batch_id = 0;
	} else if (what == 1) {
		create_one(walk, walk->batch_id);
	} else {
		const struct item_ids *one = &walk->ids[pick(walk, walk->count)];
		struct act a = {.batch_id = walk->batch_id,
				.entry_id = one->entry_id,
				.content = newsroom_content(room, ++walk->number, "en")};
		a.redirect = (struct redirect){.path = STR("/old-1/"), .target = REDIRECT_GONE};
		act(room, pick(walk, 3) ? update_it : put_redirect, &a);
	}
}

static void walk_on(enum db_engine kind, uint64_t seed)
{
	struct walk walk = {0};
	struct newsroom *room = &walk.room;
	if (!newsroom_init_on(room, kind))
		skip();
	random_fixed_init(&walk.random, seed);
	create_one(&walk, 0);
	for (int round = 0; round < 12; round++) {
		for (int i = 0; i < 25; i++) {
			uint64_t what = pick(&walk, 10);
			if (what < 2)
				create_one(&walk, 0);
			else if (what < 4)
				import_something(&walk);
			else
				write_something(&walk);
			if (pick(&walk, 4) == 0)
				newsroom_step(room);
		}
		newsroom_step(room);
		clock_fixed_set_s(&room->clock, newsroom_now(room) + 30);
		uint64_t stepped = newsroom_public_digest(room);
		struct err err = {0};
		assert_int_equal(projector_rebuild(room->projector, &err), 0);
		if (newsroom_public_digest(room) != stepped)
			fail_msg("seed %llu, round %d: a build from nothing differs", (unsigned long long)seed, round);
	}
	newsroom_finish(room);
}

static void steps_and_builds_agree(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++)
		walk_on(DB_SQLITE, seed);
}

static void steps_and_builds_agree_on_postgres(void **state)
{
	(void)state;
	walk_on(DB_POSTGRES, 7);
}

/* ---- what readers are told ---- */

static struct found find(struct newsroom *room, const char *path, int expected)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	struct found found = {0};
	struct err err = {0};
	int rc = public_find(room->public, snapshot, str_from(path), room->arena, &found, &err);
	if (rc != expected)
		fail_msg("%s: answered %d, expected %d", path, rc, expected);
	return found;
}

static size_t gone(struct newsroom *room, const char *language, int64_t since_s, size_t limit, struct gone **ret_at)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	size_t count = 99;
	assert_ok(public_gone_recent(room->public, snapshot, str_from(language), since_s, limit, room->arena, ret_at,
				     &count, &err));
	return count;
}

static void withdraw(struct newsroom *room, const struct item_ids *ids, const char *note)
{
	struct act a = {.item_id = ids->item_id, .note = str_from(note)};
	act(room, withdraw_it, &a);
	newsroom_step(room);
}

static void feeds_are_told_of_what_is_gone(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_ids ids[5];
	static const char *const languages[] = {"en", "fr", "en", "en", "en"};
	for (int i = 0; i < 5; i++) {
		struct item_content content = newsroom_content(&room, i, languages[i]);
		content.guid = arena_printf(room.arena, "guid-%d", i);
		content.release_at_s = i == 4 ? NEWSROOM_START_S + 9000 : 0;
		ids[i] = newsroom_create(&room, &content);
	}
	newsroom_step(&room);
	struct gone *at = NULL;
	assert_int_equal(gone(&room, "", 0, 10, &at), 0);
	for (int i = 0; i < 3; i++) {
		clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 100 * (i + 1));
		withdraw(&room, &ids[i], i ? "" : "It was wrong.");
	}
	withdraw(&room, &ids[4], "never seen"); /* its second had not come: nobody is told that it was */
	assert_int_equal(gone(&room, "", 0, 10, &at), 3);
	assert_int_equal(at[0].entry_id, ids[2].entry_id); /* the newest first */
	assert_int_equal(at[2].entry_id, ids[0].entry_id);
	assert_text(at[2].guid, "guid-0");
	assert_text(at[2].path, "/2023/11/item-0/");
	assert_text(at[2].language, "en");
	assert_text(at[2].note, "It was wrong.");
	assert_int_equal(at[2].gone_s, NEWSROOM_START_S + 100);
	assert_int_equal(gone(&room, "fr", 0, 10, &at), 1);
	assert_int_equal(at[0].entry_id, ids[1].entry_id);
	assert_int_equal(gone(&room, "ar", 0, 10, &at), 0);
	assert_int_equal(gone(&room, "", NEWSROOM_START_S + 200, 10, &at), 2); /* from this second on */
	assert_int_equal(gone(&room, "", NEWSROOM_START_S + 201, 10, &at), 1);
	assert_int_equal(gone(&room, "", 0, 2, &at), 2);
	assert_int_equal(gone(&room, "", 0, 0, &at), 0);
	/* What is released again is not gone any more. */
	struct act a = {.entry_id = ids[0].entry_id};
	act(&room, release_it, &a);
	newsroom_step(&room);
	assert_int_equal(gone(&room, "en", 0, 10, &at), 1);
	assert_int_equal(at[0].entry_id, ids[2].entry_id);
	newsroom_finish(&room);
}

/* Filed elsewhere when it is over, in the order of `gone`: nobody saw it there. */
static int file_elsewhere(struct store_tx *tx, void *context, struct err *err)
{
	const struct act *a = context;
	int rc = item_set_terms(tx, a->entry_id, &a->room->topics[2], 1, err);
	rc = rc ? rc : item_set_places(tx, a->entry_id, &a->room->places[2], 1, err);
	rc = rc ? rc : item_set_contributors(tx, a->entry_id, NULL, 0, err);
	return rc ? rc : item_set_kind(tx, a->item_id, a->room->kinds[2], err);
}

static void feeds_are_told_where_it_stood(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_ids ids[3];
	for (int i = 0; i < 3; i++) {
		struct item_content content = newsroom_content(&room, i, "en");
		content.expires_at_s = i == 1 ? NEWSROOM_START_S + 50 : 0;
		content.embargo_until_s = i == 2 ? NEWSROOM_START_S + 500 : 0;
		content.contributors =
			(struct item_contributor[]){{room.people[0], ITEM_AUTHOR}, {room.people[1], ITEM_AUTHOR}};
		content.contributor_count = 2; /* the other one is not to be named */
		ids[i] = newsroom_create(&room, &content);
	}
	newsroom_step(&room);
	clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 100);
	for (int before = 1; before >= 0; before--)
		for (int i = 0; i < 3; i++) {
			struct act a = {.item_id = ids[i].item_id, .entry_id = ids[i].entry_id};
			if (before ? i != 1 : i == 1)
				withdraw(&room, &ids[i], "");
			else
				act(&room, file_elsewhere, &a);
		}
	newsroom_step(&room);
	for (int built = 0; built < 2; built++) {
		struct gone *at = NULL;
		assert_int_equal(gone(&room, "", 0, 10, &at), 2); /* the embargo held: the third never was */
		for (int i = 0; i < 2; i++) {
			assert_int_equal(at[i].entry_id, ids[1 - i].entry_id);
			assert_int_equal(at[i].kind, room.kinds[0]);
			assert_int_equal(at[i].term_count, 2); /* topic 1 stands below topic 0 */
			assert_int_equal(at[i].terms[0] + at[i].terms[1], room.topics[0] + room.topics[1]);
			assert_int_equal(at[i].place_count, 2);
			assert_int_equal(at[i].places[0] + at[i].places[1], room.places[0] + room.places[1]);
			assert_int_equal(at[i].contributor_count, 1);
			assert_int_equal(at[i].contributors[0].id, room.people[0]);
		}
		newsroom_close(&room);
		newsroom_remove_public(&room);
		newsroom_open(&room);
	}
	newsroom_finish(&room);
}

static void rename_to(struct newsroom *room, const struct item_ids *ids, const char *path)
{
	struct act a = {.entry_id = ids->entry_id, .path = str_from(path)};
	act(room, rename_it, &a);
	newsroom_step(room);
}

static void chains_of_renames_take_one_step(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_step(&room);
	rename_to(&room, &ids, "/b/");
	rename_to(&room, &ids, "/c/");
	assert_text(find(&room, "/2023/11/item-1/", PUBLIC_REDIRECT).target, "/c/");
	assert_text(find(&room, "/b/", PUBLIC_REDIRECT).target, "/c/");
	rename_to(&room, &ids, "/b/"); /* and back */
	assert_int_equal(find(&room, "/b/", 0).entry_id, ids.entry_id);
	assert_text(find(&room, "/c/", PUBLIC_REDIRECT).target, "/b/");
	withdraw(&room, &ids, "Why.");
	const char *const all[] = {"/2023/11/item-1/", "/b/", "/c/"};
	for (int i = 0; i < 3; i++)
		assert_text(find(&room, all[i], PUBLIC_GONE).note, "Why.");
	struct act a = {.entry_id = ids.entry_id};
	act(&room, release_it, &a);
	act(&room, unrelease_it, &a);
	newsroom_step(&room);
	for (int i = 0; i < 3; i++)
		find(&room, all[i], PUBLIC_NOTHING);
	newsroom_finish(&room);
}

/* An import moves what is public: its old address leads on at once, without a build. */
static void a_flip_leads_old_addresses_on(void **state)
{
	(void)state;
	for (int kind = DB_SQLITE; kind <= DB_POSTGRES; kind++) {
		struct newsroom room;
		if (!newsroom_init_on(&room, (enum db_engine)kind))
			continue;
		struct item_content content = newsroom_content(&room, 1, "en");
		struct item_ids ids = newsroom_create(&room, &content);
		newsroom_step(&room);
		struct act a = {0};
		act(&room, begin_it, &a);
		a = (struct act){
			.batch_id = a.id, .entry_id = ids.entry_id, .content = newsroom_content(&room, 2, "en")};
		int64_t batch_id = a.batch_id;
		act(&room, update_it, &a);
		newsroom_step(&room);
		assert_int_equal(find(&room, "/2023/11/item-1/", 0).entry_id, ids.entry_id);
		find(&room, "/2023/11/item-2/", PUBLIC_NOTHING);
		a = (struct act){.other_id = batch_id};
		act(&room, flip_it, &a);
		newsroom_step(&room);
		assert_text(find(&room, "/2023/11/item-1/", PUBLIC_REDIRECT).target, "/2023/11/item-2/");
		assert_int_equal(find(&room, "/2023/11/item-2/", 0).entry_id, ids.entry_id);
		assert_int_equal(projector_status(room.projector).rebuilds, 1); /* only the one at the start */
		newsroom_finish(&room);
	}
}

static void corrections_stay_with_the_text(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	struct act a = {.entry_id = ids.entry_id};
	act(&room, correct_it, &a);
	clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 60);
	act(&room, correct_it, &a);
	newsroom_step(&room);
	const struct catalogue_snapshot *snapshot = newsroom_snapshot(&room);
	struct body body = {0};
	assert_ok(public_body(room.public, snapshot, ids.entry_id, room.arena, &body, &err));
	catalogue_release(snapshot);
	assert_int_equal(body.correction_count, 2);
	assert_int_equal(body.corrections[0].seq, 1);
	assert_int_equal(body.corrections[1].at_s, NEWSROOM_START_S + 60);
	assert_text(body.corrections[0].kind, "correction");
	assert_text(body.corrections[1].text, "A figure was wrong.");
	newsroom_finish(&room);
}

/* ---- files of pictures ---- */

static int media_answer(struct newsroom *room, struct str media_id, int64_t width)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	struct public_file file = {0};
	struct err err = {0};
	return public_media(room->public, snapshot, media_id, width, STR("jpg"), room->arena, &file, &err);
}

static struct str media_id_of(struct newsroom *room, int64_t media_id)
{
	struct media media = {0};
	assert_ok(media_get(room->store, media_id, room->arena, &media, &err));
	return media.public_id;
}

static void a_file_is_public_while_one_visible_entry_uses_it(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct str media_id = media_id_of(&room, room.media[0]);
	struct item_ids ids[4];
	for (int i = 0; i < 4; i++) {
		struct item_content content = newsroom_content(&room, i, "en");
		content.embargo_until_s = i == 2 ? NEWSROOM_START_S + 100 : 0;
		content.expires_at_s = i == 3 ? NEWSROOM_START_S + 50 : 0;
		content.access = i == 1 ? ITEM_PRIVATE : ITEM_PUBLIC;
		ids[i] = newsroom_create(&room, &content);
	}
	newsroom_step(&room);
	assert_int_equal(media_answer(&room, media_id, 640), 0);
	assert_int_equal(media_answer(&room, media_id, 0), 0);
	assert_int_equal(media_answer(&room, media_id, 641), PUBLIC_NOTHING);
	assert_int_equal(media_answer(&room, STR("unknown"), 0), PUBLIC_NOTHING);
	withdraw(&room, &ids[0], "");
	assert_int_equal(media_answer(&room, media_id, 640), 0); /* 3 has not expired */
	clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 49);
	assert_int_equal(media_answer(&room, media_id, 640), 0);
	clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 50);
	assert_int_equal(media_answer(&room, media_id, 640), PUBLIC_NOTHING);
	clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 99);
	assert_int_equal(media_answer(&room, media_id, 640), PUBLIC_NOTHING);
	clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 100); /* the embargo of 2 has ended */
	assert_int_equal(media_answer(&room, media_id, 640), 0);
	withdraw(&room, &ids[2], "");
	assert_int_equal(media_answer(&room, media_id, 640), PUBLIC_NOTHING);
	newsroom_finish(&room);
}

static void a_file_of_a_batch_waits_for_the_flip(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct str media_id = media_id_of(&room, room.media[0]), bare_id = media_id_of(&room, room.media[1]);
	struct act a = {0};
	act(&room, begin_it, &a);
	int64_t batch_id = a.id;
	struct item_content content = newsroom_content(&room, 1, "en");
	newsroom_create_in(&room, batch_id, &content);
	content = newsroom_content(&room, 2, "en");
	content.revision.media = &(struct item_media){room.media[1], MEDIA_FEATURED};
	newsroom_create_in(&room, batch_id, &content);
	newsroom_step(&room);
	assert_int_equal(media_answer(&room, media_id, 640), PUBLIC_NOTHING);
	a = (struct act){.other_id = batch_id};
	act(&room, flip_it, &a);
	newsroom_step(&room);
	assert_int_equal(media_answer(&room, media_id, 640), 0);
	assert_int_equal(media_answer(&room, bare_id, 640), PUBLIC_NOTHING); /* no credit: passed by the waiver alone */
	newsroom_finish(&room);
}

/* ---- public.db of another version ---- */

/* So much above what this program knows; 0: none at all. */
static void set_version(struct newsroom *room, int64_t further)
{
	DB_SCOPED db = NULL;
	char url[200];
	snprintf(url, sizeof url, "sqlite:%s", room->public_path);
	assert_ok(db_open(url, NULL, &db, &err));
	if (further)
		assert_ok(
			db_run(db, &err,
			       "INSERT INTO migration (series, number, name, applied_s)"
			       " SELECT 'public', MAX(number) + $1, 'later', 0 FROM migration WHERE series = 'public'",
			       DB_I64(further)));
	else
		assert_ok(db_run(db, &err, "DELETE FROM migration WHERE series = 'public'"));
}

static void a_file_of_another_version_is_made_anew(void **state)
{
	static const int64_t versions[] = {1, 97, 0};
	(void)state;
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		struct newsroom room;
		newsroom_init(&room);
		struct item_content content = newsroom_content(&room, 1, "en");
		struct item_ids ids = newsroom_create(&room, &content);
		newsroom_step(&room);
		uint64_t before = newsroom_public_digest(&room);
		newsroom_close(&room);
		set_version(&room, versions[i]);
		PUBLIC_SCOPED public = NULL;
		struct err err = {0};
		assert_int_equal(public_open(room.public_path, &public, &err), ERR_DATA);
		assert_says(err, "version");
		newsroom_open(&room);
		assert_true(newsroom_public_digest(&room) == before);
		assert_int_equal(find(&room, "/2023/11/item-1/", 0).entry_id, ids.entry_id);
		newsroom_finish(&room);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_and_builds_agree),
		cmocka_unit_test(steps_and_builds_agree_on_postgres),
		cmocka_unit_test(feeds_are_told_of_what_is_gone),
		cmocka_unit_test(feeds_are_told_where_it_stood),
		cmocka_unit_test(chains_of_renames_take_one_step),
		cmocka_unit_test(a_flip_leads_old_addresses_on),
		cmocka_unit_test(corrections_stay_with_the_text),
		cmocka_unit_test(a_file_is_public_while_one_visible_entry_uses_it),
		cmocka_unit_test(a_file_of_a_batch_waits_for_the_flip),
		cmocka_unit_test(a_file_of_another_version_is_made_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
