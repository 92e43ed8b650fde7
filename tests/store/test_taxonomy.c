#include "fixture.h"

static struct taxonomy taxonomy_now(struct fixture *f)
{
	struct taxonomy taxonomy = {0};
	assert_ok(taxonomy_read(f->store, f->arena, &taxonomy, &err));
	return taxonomy;
}

static void all_of_it_reads_back(void **state)
{
	struct fixture *f = fixture_need(state);
	struct taxonomy taxonomy = taxonomy_now(f);
	assert_int_equal(taxonomy.languages.len, 3);
	assert_text(taxonomy.languages.at[0].code, "en");
	assert_text(taxonomy.languages.at[2].code, "ar");
	assert_int_equal(taxonomy.kinds.len, 2);
	assert_text(taxonomy.kinds.at[0].key, "press_release");
	assert_int_equal(taxonomy.kinds.at[0].texts.len, 2);
	assert_text(taxonomy.kinds.at[0].texts.at[0].slug, "press-releases");
	assert_text(taxonomy.kinds.at[0].texts.at[1].label_plural, "Communiqu\xc3\xa9"); /* falls back to the label */
	assert_true(taxonomy.kinds.at[0].in_feeds);
	assert_true(taxonomy.kinds.at[1].needs_picture && taxonomy.kinds.at[1].needs_reference);
	assert_int_equal(taxonomy.terms.len, 2);
	assert_text(taxonomy.terms.at[1].texts.at[0].label, "Prisons");
	assert_int_equal(taxonomy.terms.at[0].vocabulary, VOCABULARY_TOPIC);
	assert_int_equal(taxonomy.places.len, 2);
	assert_int_equal(taxonomy.places.at[1].parent_id, f->europe);
	assert_int_equal(taxonomy.places.at[1].kind, PLACE_COUNTRY);
	assert_text(taxonomy.places.at[1].code, "IT");
	assert_int_equal(taxonomy.contributors.len, 2);
	assert_text(taxonomy.contributors.at[0].texts.at[0].biography, "Writes about prisons.");
	assert_true(taxonomy.contributors.at[0].is_public);
	assert_string_equal(vocabulary_name(VOCABULARY_CAMPAIGN), "campaign");
}

struct put_job {
	struct kind kind;
	struct term term;
	struct place place;
	struct contributor contributor;
	struct taxonomy_text text;
	int64_t id, other_id;
};

static int kind_work(struct store_tx *tx, void *context, struct err *err)
{
	struct put_job *job = context;
	return kind_put(tx, &job->kind, &job->id, err);
}

static int term_work(struct store_tx *tx, void *context, struct err *err)
{
	struct put_job *job = context;
	return term_create(tx, &job->term, &job->id, err);
}

static int term_text_work(struct store_tx *tx, void *context, struct err *err)
{
	struct put_job *job = context;
	return term_put_text(tx, job->id, &job->text, err);
}

static int parent_work(struct store_tx *tx, void *context, struct err *err)
{
	struct put_job *job = context;
	return term_set_parent(tx, job->id, job->other_id, err);
}

static int place_work(struct store_tx *tx, void *context, struct err *err)
{
	struct put_job *job = context;
	return place_put(tx, &job->place, &job->id, err);
}

static int person_work(struct store_tx *tx, void *context, struct err *err)
{
	struct put_job *job = context;
	return contributor_put(tx, &job->contributor, &job->id, err);
}

static struct taxonomy_text text_of(const char *language, const char *label, const char *slug)
{
	return (struct taxonomy_text){.language = str_from(language), .label = str_from(label), .slug = str_from(slug)};
}

static int64_t make_term(struct fixture *f, enum vocabulary vocabulary, int64_t parent_id, const char *label,
			 const char *slug)
{
	struct taxonomy_text text = text_of("en", label, slug);
	struct put_job job = {.term = {.vocabulary = vocabulary, .parent_id = parent_id, .texts = {&text, 1, 1}}};
	int rc = store_write(f->store, term_work, &job, &(struct err){0});
	return rc == 0 ? job.id : -rc;
}

static void kinds_change_by_key(void **state)
{
	struct fixture *f = fixture_need(state);
	struct taxonomy_text text = text_of("en", "News release", "news-releases");
	struct put_job job = {
		.kind = {.key = STR("press_release"), .icon = STR("paper"), .position = 7, .texts = {&text, 1, 1}}};
	struct outbox_position before = outbox_now(f);
	assert_ok(store_write(f->store, kind_work, &job, &err));
	assert_int_equal(job.id, f->release_kind);
	struct outbox_vec rows = outbox_since(f, &before);
	assert_int_equal(rows.len, 1);
	assert_int_equal(rows.at[0].kind, OUTBOX_TAXONOMY);
	struct taxonomy taxonomy = taxonomy_now(f);
	assert_int_equal(taxonomy.kinds.len, 2);
	assert_text(taxonomy.kinds.at[1].icon, "paper");
	assert_text(taxonomy.kinds.at[1].texts.at[0].slug, "news-releases");
	assert_int_equal(taxonomy.kinds.at[1].texts.len, 2); /* French stays */
	text.slug = STR("reports");
	assert_rc(store_write(f->store, kind_work, &job, &err), STORE_TAKEN);
	int64_t id = 0;
	assert_ok(kind_find(f->store, STR("report"), &id, &err));
	assert_int_equal(id, f->report_kind);
	assert_rc(kind_find(f->store, STR("nothing"), &id, &err), STORE_NOT_FOUND);
}

static void equal_names_live_under_different_parents(void **state)
{
	struct fixture *f = fixture_need(state);
	assert_int_equal(make_term(f, VOCABULARY_TOPIC, f->prisons, "Health", "health"), -STORE_TAKEN);
	struct str slug;
	assert_ok(term_free_slug(f->store, VOCABULARY_TOPIC, STR("en"), STR("health"), f->arena, &slug, &err));
	assert_text(slug, "health-2");
	int64_t second = make_term(f, VOCABULARY_TOPIC, f->prisons, "Health", "health-2");
	assert_true(second > 0);
	assert_ok(term_free_slug(f->store, VOCABULARY_TOPIC, STR("en"), STR("health"), f->arena, &slug, &err));
	assert_text(slug, "health-3");
	/* A slug is of one vocabulary and one language. */
	assert_true(make_term(f, VOCABULARY_TAG, 0, "Health", "health") > 0);
	struct put_job job = {.id = f->prisons, .text = text_of("fr", "Prisons", "health")};
	assert_ok(store_write(f->store, term_text_work, &job, &err));
	int64_t id = 0;
	assert_ok(term_find_slug(f->store, VOCABULARY_TOPIC, STR("en"), STR("health"), &id, &err));
	assert_int_equal(id, f->health);
	assert_ok(term_find_label(f->store, VOCABULARY_TOPIC, f->prisons, STR("en"), STR("Health"), &id, &err));
	assert_int_equal(id, second);
	assert_ok(term_find_label(f->store, VOCABULARY_TOPIC, 0, STR("en"), STR("Health"), &id, &err));
	assert_int_equal(id, f->health);
	assert_rc(term_find_label(f->store, VOCABULARY_TAG, second, STR("en"), STR("Health"), &id, &err),
		  STORE_NOT_FOUND);
	assert_rc(term_find_slug(f->store, VOCABULARY_TAG, STR("en"), STR("prisons"), &id, &err), STORE_NOT_FOUND);
	job.id = 999;
	assert_rc(store_write(f->store, term_text_work, &job, &err), STORE_NOT_FOUND);
}

static void terms_make_no_circles(void **state)
{
	struct fixture *f = fixture_need(state);
	int64_t child = make_term(f, VOCABULARY_TOPIC, f->health, "Water", "water");
	int64_t grandchild = make_term(f, VOCABULARY_TOPIC, child, "Wells", "wells");
	struct put_job job = {.id = f->health, .other_id = grandchild};
	assert_rc(store_write(f->store, parent_work, &job, &err), STORE_REFUSED);
	job.other_id = f->health;
	assert_rc(store_write(f->store, parent_work, &job, &err), STORE_REFUSED);
	job = (struct put_job){.id = grandchild, .other_id = f->prisons};
	assert_ok(store_write(f->store, parent_work, &job, &err));
	job.other_id = 0;
	assert_ok(store_write(f->store, parent_work, &job, &err));
	struct taxonomy taxonomy = taxonomy_now(f);
	assert_int_equal(vec_last(&taxonomy.terms)->parent_id, 0);
	job.id = 999;
	assert_rc(store_write(f->store, parent_work, &job, &err), STORE_NOT_FOUND);
}

static void places_go_by_code_or_slug(void **state)
{
	struct fixture *f = fixture_need(state);
	struct taxonomy_text texts[2] = {text_of("en", "Italy", "italy"), text_of("fr", "Italie", "italie")};
	texts[1].sort_key = STR("italie");
	struct put_job job = {
		.place = {.kind = PLACE_COUNTRY, .parent_id = f->europe, .code = STR("IT"), .texts = {texts, 2, 2}}};
	assert_ok(store_write(f->store, place_work, &job, &err));
	assert_int_equal(job.id, f->italy);
	struct taxonomy_text rome = text_of("en", "Rome", "rome");
	job.place = (struct place){.kind = PLACE_LOCALITY, .parent_id = f->italy, .texts = {&rome, 1, 1}};
	assert_ok(store_write(f->store, place_work, &job, &err));
	int64_t first = job.id;
	assert_ok(store_write(f->store, place_work, &job, &err));
	assert_int_equal(job.id, first);
	struct taxonomy_text clash = text_of("en", "Rome again", "italy");
	job.place = (struct place){.kind = PLACE_COUNTRY, .code = STR("RO"), .texts = {&clash, 1, 1}};
	assert_rc(store_write(f->store, place_work, &job, &err), STORE_TAKEN);
	job.place = (struct place){.kind = PLACE_LOCALITY};
	assert_rc(store_write(f->store, place_work, &job, &err), ERR_INPUT);
	int64_t id = 0;
	assert_ok(place_find_slug(f->store, STR("fr"), STR("italie"), &id, &err));
	assert_int_equal(id, f->italy);
	assert_ok(place_find_code(f->store, STR("150"), &id, &err));
	assert_int_equal(id, f->europe);
	assert_rc(place_find_code(f->store, STR("RO"), &id, &err), STORE_NOT_FOUND);
	assert_int_equal(taxonomy_now(f).places.len, 3);
}

static void people_go_by_slug(void **state)
{
	struct fixture *f = fixture_need(state);
	struct put_job job = {
		.contributor = {.name = STR("Ada B. Vole"), .slug = STR("ada-vole"), .unit = STR("Press")}};
	assert_ok(store_write(f->store, person_work, &job, &err));
	assert_int_equal(job.id, f->ada);
	struct taxonomy taxonomy = taxonomy_now(f);
	assert_text(taxonomy.contributors.at[0].name, "Ada B. Vole");
	assert_text(taxonomy.contributors.at[0].unit, "Press");
	assert_false(taxonomy.contributors.at[0].is_public);
	int64_t id = 0;
	assert_ok(contributor_find_slug(f->store, STR("bo-marsh"), &id, &err));
	assert_int_equal(id, f->bo);
	assert_ok(contributor_find_name(f->store, STR("Bo Marsh"), &id, &err));
	assert_int_equal(id, f->bo);
	assert_rc(contributor_find_name(f->store, STR("Nobody"), &id, &err), STORE_NOT_FOUND);
	assert_rc(contributor_find_slug(f->store, STR("nobody"), &id, &err), STORE_NOT_FOUND);
}

static void texts_find_their_owner_among_many(void **state)
{
	struct fixture *f = fixture_need(state);
	for (int i = 0; i < 300; i++) {
		struct str name = arena_printf(f->arena, "Person %d", i);
		struct contributor_text text = {STR("en"), name, STR("")};
		struct put_job job = {.contributor = {.name = name,
						      .slug = arena_printf(f->arena, "person-%d", i),
						      .texts = {&text, i % 2, 1}}};
		assert_ok(store_write(f->store, person_work, &job, &err));
	}
	struct taxonomy taxonomy = taxonomy_now(f);
	assert_int_equal(taxonomy.contributors.len, 302);
	for (size_t i = 2; i < 302; i++) {
		const struct contributor *person = &taxonomy.contributors.at[i];
		assert_int_equal(person->texts.len, i % 2);
		if (person->texts.len)
			assert_true(str_eq(person->texts.at[0].position, person->name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(all_of_it_reads_back),
		STORE_TEST(kinds_change_by_key),
		STORE_TEST(equal_names_live_under_different_parents),
		STORE_TEST(terms_make_no_circles),
		STORE_TEST(places_go_by_code_or_slug),
		STORE_TEST(people_go_by_slug),
		STORE_TEST(texts_find_their_owner_among_many),
	};
	return FIXTURE_RUN("taxonomy", tests);
}
