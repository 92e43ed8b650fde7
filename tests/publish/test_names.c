/* What things are called: labels with their fallback, slugs in each language, trees, menus and texts, through the store
 * and the projector. */
#include "newsroom.h"

#include "store/taxonomy.h"

struct text_job {
	struct newsroom *room;
	int64_t id, parent_id;
	const char *language, *label, *slug, *name;
	struct site_text text;
	struct menu_item item;
	bool is_public;
};

static int put_term_text(struct store_tx *tx, void *context, struct err *err)
{
	struct text_job *job = context;
	struct taxonomy_text text = {
		.language = str_from(job->language), .label = str_from(job->label), .slug = str_from(job->slug)};
	return term_put_text(tx, job->id, &text, err);
}

static int make_term(struct store_tx *tx, void *context, struct err *err)
{
	struct text_job *job = context;
	struct taxonomy_text text = {
		.language = str_from(job->language), .label = str_from(job->label), .slug = str_from(job->slug)};
	struct term term = {.vocabulary = VOCABULARY_CAMPAIGN, .parent_id = job->parent_id, .texts = {&text, 1, 1}};
	return term_create(tx, &term, &job->id, err);
}

static int move_term(struct store_tx *tx, void *context, struct err *err)
{
	struct text_job *job = context;
	return term_set_parent(tx, job->id, job->parent_id, err);
}

static int put_person(struct store_tx *tx, void *context, struct err *err)
{
	struct text_job *job = context;
	struct contributor person = {
		.name = str_from(job->name), .slug = str_from(job->slug), .is_public = job->is_public};
	return contributor_put(tx, &person, &job->id, err);
}

static int put_text(struct store_tx *tx, void *context, struct err *err)
{
	return site_put_text(tx, &((struct text_job *)context)->text, err);
}

static int add_link(struct store_tx *tx, void *context, struct err *err)
{
	struct text_job *job = context;
	return menu_add(tx, &job->item, &job->id, err);
}

static int clear_menu(struct store_tx *tx, void *context, struct err *err)
{
	(void)context;
	return menu_clear(tx, STR("main"), STR("en"), err);
}

static int64_t write(struct newsroom *room, store_work *work, struct text_job job)
{
	job.room = room;
	newsroom_write(room, work, &job);
	newsroom_step(room);
	return job.id;
}

static const struct names *names_now(struct newsroom *room)
{
	return names_acquire(projector_names(room->projector));
}

static void labels_fall_back_in_the_order_of_languages(void **state)
{
	static const struct {
		const char *asked, *label, *language;
	} rows[] = {
		{"fr", "Eau", "fr"}, {"FR", "Eau", "fr"}, {"en", "Eau", "fr"},
		{"ar", "Eau", "fr"}, {"de", "Eau", "fr"}, {"", "Eau", "fr"},
	};
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	int64_t id = write(&room, make_term, (struct text_job){.language = "fr", .label = "Eau", .slug = "eau"});
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) { /* one text: it serves all */
		NAMES_SCOPED names = names_now(&room);
		const struct label *label = labels_find(names, names_term(names, id)->labels, str_from(rows[i].asked));
		assert_text(label->name, rows[i].label);
		assert_text(label->language, rows[i].language);
	}
	write(&room, put_term_text, (struct text_job){.id = id, .language = "ar", .label = "Maa", .slug = "maa"});
	{
		NAMES_SCOPED names = names_now(&room);
		struct labels labels = names_term(names, id)->labels;
		assert_text(labels_find(names, labels, STR("en"))->name,
			    "Eau"); /* the second language before the third */
		assert_text(labels_find(names, labels, STR("ar"))->name, "Maa");
		assert_null(labels_exact(labels, STR("en")));
		assert_text(labels_exact(labels, STR("ar"))->slug, "maa");
	}
	write(&room, put_term_text,
	      (struct text_job){.id = id, .language = "en", .label = "Water", .slug = "the-water"});
	{
		NAMES_SCOPED names = names_now(&room);
		struct labels labels = names_term(names, id)->labels;
		assert_text(labels_find(names, labels, STR("de"))->name, "Water");
		struct labels none = {0};
		assert_int_equal(labels_find(names, none, STR("en"))->name.len, 0);
	}
	newsroom_finish(&room);
}

/* Two terms exchange slugs between languages: each page's own language wins. */
static void slugs_are_met_in_the_language_of_the_page(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	int64_t one = write(&room, make_term, (struct text_job){.language = "en", .label = "One", .slug = "shared"});
	int64_t two = write(&room, make_term, (struct text_job){.language = "fr", .label = "Deux", .slug = "shared"});
	write(&room, put_term_text, (struct text_job){.id = one, .language = "fr", .label = "Un", .slug = "un"});
	NAMES_SCOPED names = names_now(&room);
	struct str campaign = STR("campaign"), shared = STR("shared");
	assert_int_equal(names_term_slug(names, campaign, STR("en"), shared)->id, one);
	assert_int_equal(names_term_slug(names, campaign, STR("fr"), shared)->id, two);
	assert_int_equal(names_term_slug(names, campaign, STR("ar"), shared)->id, one); /* the first language's */
	assert_int_equal(names_term_slug(names, campaign, STR("en"), STR("un"))->id, one);
	assert_null(names_term_slug(names, STR("topic"), STR("en"), shared)); /* another vocabulary */
	assert_null(names_term_slug(names, STR("place"), STR("en"), STR("malta")));
	assert_null(names_term_slug(names, STR("kind"), STR("en"), STR("reports")));
	assert_null(names_term_slug(names, campaign, STR("en"), STR("")));
	assert_null(names_term_slug(names, campaign, STR("en"), STR("Shared")));
	assert_non_null(names_place_slug(names, STR("fr"), STR("malta")));
	assert_non_null(names_place_code(names, STR("mt")));
	assert_null(names_place_code(names, STR("")));
	assert_non_null(names_kind_slug(names, STR("ar"), STR("reports")));
	assert_non_null(names_kind_key(names, STR("press_release")));
	assert_null(names_kind_key(names, STR("press-release")));
	assert_null(names_term(names, 4711));
	assert_null(names_kind(names, -1));
	/* Ids of one kind of thing are not those of another. */
	assert_ptr_not_equal((const void *)names_term(names, 1), (const void *)names_place(names, 1));
	names_releasep(&names);
	newsroom_finish(&room);
}

static size_t listed(struct newsroom *room, int64_t term_id)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	struct catalogue_filter filter = {.keys = {{CATALOGUE_TERM, term_id}}, .key_count = 1};
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
	return catalogue_count(set);
}

/* Four terms below each other; an entry is in the list of each one above it, wherever they are moved. */
static void lists_follow_the_tree(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	int64_t chain[4];
	for (int i = 0; i < 4; i++) {
		char slug[8];
		snprintf(slug, sizeof slug, "c%d", i);
		chain[i] = write(
			&room, make_term,
			(struct text_job){
				.language = "en", .label = slug, .slug = slug, .parent_id = i ? chain[i - 1] : 0});
		struct item_content content = newsroom_content(&room, i, "en");
		content.term_ids = &chain[i];
		newsroom_create(&room, &content);
		newsroom_step(&room);
	}
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(listed(&room, chain[i]), 4 - i);
	write(&room, move_term, (struct text_job){.id = chain[2], .parent_id = chain[0]}); /* past the second */
	assert_int_equal(listed(&room, chain[0]), 4);
	assert_int_equal(listed(&room, chain[1]), 1);
	assert_true(newsroom_heard(&room, "*")); /* any list may have changed */
	write(&room, move_term, (struct text_job){.id = chain[2], .parent_id = 0});
	assert_int_equal(listed(&room, chain[0]), 2);
	assert_int_equal(listed(&room, chain[2]), 2);
	NAMES_SCOPED names = names_now(&room);
	assert_null(names_term(names, chain[2])->parent);
	assert_int_equal(names_term(names, chain[3])->parent->id, chain[2]);
	names_releasep(&names);
	newsroom_finish(&room);
}

static bool card_names(struct newsroom *room, int64_t entry_id, int64_t person_id)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	struct card card = {0};
	bool named = false;
	assert_ok(public_card(room->public, snapshot, entry_id, room->arena, &card, &err));
	for (size_t i = 0; i < card.contributor_count; i++)
		named |= card.contributors[i].id == person_id;
	return named;
}

/* Who is not to be named any more is in no card, no list of people and no look-up, without the entry being touched. */
static void people_come_and_go(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_step(&room);
	for (int round = 0; round < 4; round++) {
		bool shown = round % 2;
		write(&room, put_person,
		      (struct text_job){.name = "Ana Vella", .slug = "ana-vella", .is_public = shown});
		NAMES_SCOPED names = names_now(&room);
		assert_int_equal(names_contributor_slug(names, STR("ana-vella")) != NULL, shown);
		assert_int_equal(names_contributor(names, room.people[0]) != NULL, shown);
		assert_null(names_contributor_slug(names, STR("hidden-person")));
		assert_int_equal(card_names(&room, ids.entry_id, room.people[0]), shown);
		assert_false(card_names(&room, ids.entry_id, room.people[1]));
	}
	newsroom_finish(&room);
}

static void texts_and_menus_stand_per_language(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	write(&room, put_text, (struct text_job){.text = {STR("fr"), SITE_LINE, STR("Ligne")}});
	write(&room, put_text, (struct text_job){.text = {STR("fr"), SITE_PRESS, STR("Presse")}});
	{
		NAMES_SCOPED names = names_now(&room);
		assert_text(names_text(names, STR("line"), STR("fr")), "Ligne");
		assert_text(names_text(names, STR("line"), STR("en")), "We hold them to it.");
		assert_text(names_text(names, STR("line"), STR("ar")),
			    "We hold them to it.");                          /* the first language's */
		assert_text(names_text(names, STR("press"), STR("ar")), ""); /* which has none: not just any */
		assert_text(names_text(names, STR("nothing"), STR("en")), "");
		assert_null(names_menu(names, STR("main"), STR("en")));
	}
	struct menu_item top = {
		.menu = STR("main"), .language = STR("en"), .position = 2, .label = STR("B"), .url = STR("/b/")};
	int64_t parent = write(&room, add_link, (struct text_job){.item = top});
	top.position = 1;
	top.label = STR("A");
	write(&room, add_link, (struct text_job){.item = top});
	struct menu_item below = {
		.menu = STR("main"), .language = STR("en"), .parent_id = parent, .kind_id = room.kinds[1]};
	write(&room, add_link, (struct text_job){.item = below});
	{
		NAMES_SCOPED names = names_now(&room);
		const struct named_menu *menu = names_menu(names, STR("main"), STR("en"));
		assert_int_equal(menu->link_count, 2);
		assert_text(menu->links[0].label, "A");
		assert_text(menu->links[1].label, "B");
		assert_int_equal(menu->links[0].child_count, 0);
		assert_int_equal(menu->links[1].child_count, 1);
		assert_int_equal(menu->links[1].children[0].kind_id, room.kinds[1]);
		assert_int_equal(menu->links[1].children[0].label.len, 0);
		assert_null(names_menu(names, STR("main"), STR("fr")));
		assert_null(names_menu(names, STR("footer"), STR("en")));
	}
	write(&room, clear_menu, (struct text_job){0});
	NAMES_SCOPED names = names_now(&room);
	assert_null(names_menu(names, STR("main"), STR("en")));
	names_releasep(&names);
	newsroom_finish(&room);
}

/* Names taken at the start of a request live until they are given back, whatever is written meanwhile. */
static void names_in_use_stay_as_they_were(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	int64_t id = write(&room, make_term, (struct text_job){.language = "en", .label = "Zero", .slug = "zero"});
	const struct names *held = names_now(&room);
	for (int i = 1; i < 30; i++) {
		char label[20];
		snprintf(label, sizeof label, "Label %d", i);
		write(&room, put_term_text,
		      (struct text_job){.id = id, .language = "en", .label = label, .slug = "zero"});
		NAMES_SCOPED names = names_now(&room);
		assert_text(names_term(names, id)->labels.at[0].name, label);
		assert_text(names_term(held, id)->labels.at[0].name, "Zero");
	}
	names_release(held);
	newsroom_finish(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_fall_back_in_the_order_of_languages),
		cmocka_unit_test(slugs_are_met_in_the_language_of_the_page),
		cmocka_unit_test(lists_follow_the_tree),
		cmocka_unit_test(people_come_and_go),
		cmocka_unit_test(texts_and_menus_stand_per_language),
		cmocka_unit_test(names_in_use_stay_as_they_were),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
