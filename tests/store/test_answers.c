/* Every positive answer of the store, with nothing written beside it; and which rows of the outbox each operation
 * writes. */
#include "digest.h"

struct stage {
	struct fixture *f;
	struct item_ids news, other, french; /* released; french is a translation of news */
	struct item_ids hidden;              /* of the open batch */
	int64_t open, flipped, abandoned;    /* batches */
	int64_t term_below;                  /* below health */
	int64_t number;                      /* made by the operation */
};

static void set_the_stage(struct stage *s, struct fixture *f)
{
	*s = (struct stage){.f = f};
	struct item_content content = content_of(f, "en", "news", "News");
	content.reference = STR("R 1");
	content.guid = STR("guid-news");
	assert_int_equal(put_item(f, 0, &content, &s->news), 0);
	content = content_of(f, "fr", "nouvelles", "Nouvelles");
	assert_int_equal(add_language(f, 0, s->news.item_id, &content, &s->french), 0);
	content = content_of(f, "en", "other", "Other");
	assert_int_equal(put_item(f, 0, &content, &s->other), 0);
	s->open = begin_batch(f);
	content = content_of(f, "en", "hidden", "Hidden");
	assert_int_equal(put_item(f, s->open, &content, &s->hidden), 0);
	s->flipped = begin_batch(f);
	assert_int_equal(flip_batch(f, s->flipped), 0);
	s->abandoned = begin_batch(f);
	assert_int_equal(abandon_batch(f, s->abandoned), 0);
}

typedef int step(struct store_tx *tx, struct stage *s, struct err *err);

/* ---- what is refused, and that nothing of it stays ---- */

static int create(struct store_tx *tx, struct stage *s, const char *slug, const char *guid, const char *reference,
		  struct err *err)
{
	struct item_content content = content_of(s->f, "en", slug, "A title");
	struct item_ids ids;
	content.guid = str_from(guid);
	content.reference = str_from(reference);
	content.term_ids = &s->f->health;
	content.term_count = 1;
	return item_create(tx, &content, &ids, err);
}

static int path_taken(struct store_tx *tx, struct stage *s, struct err *err)
{
	return create(tx, s, "news", "", "", err);
}

static int path_taken_in_batch(struct store_tx *tx, struct stage *s, struct err *err)
{
	return create(tx, s, "hidden", "", "", err);
}

static int guid_taken(struct store_tx *tx, struct stage *s, struct err *err)
{
	return create(tx, s, "fresh", "guid-news", "", err);
}

static int reference_taken(struct store_tx *tx, struct stage *s, struct err *err)
{
	return create(tx, s, "fresh", "", "R 1", err);
}

/* What came before in the transaction goes as well. */
static int taken_after_a_good_one(struct store_tx *tx, struct stage *s, struct err *err)
{
	int rc = create(tx, s, "fresh", "", "", err);
	return rc == 0 ? create(tx, s, "fresh", "", "", err) : rc;
}

static int released_without_a_title(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct item_content content = content_of(s->f, "en", "untitled", "");
	struct item_ids ids;
	return item_create(tx, &content, &ids, err);
}

static int add(struct store_tx *tx, int64_t item_id, struct item_content content, struct err *err)
{
	struct item_ids ids;
	return item_add_language(tx, item_id, &content, &ids, err);
}

static int language_taken(struct store_tx *tx, struct stage *s, struct err *err)
{
	return add(tx, s->news.item_id, content_of(s->f, "fr", "encore", "Encore"), err);
}

static int translation_of_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	return add(tx, 4711, content_of(s->f, "ar", "x", "x"), err);
}

static int translation_at_a_taken_path(struct store_tx *tx, struct stage *s, struct err *err)
{
	return add(tx, s->news.item_id, content_of(s->f, "ar", "other", "x"), err);
}

static int translation_with_a_taken_reference(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct item_content content = content_of(s->f, "fr", "autre", "Autre");
	content.reference = STR("R 1");
	return add(tx, s->other.item_id, content, err);
}

static int merge_of_equal_languages(struct store_tx *tx, struct stage *s, struct err *err)
{
	return item_merge(tx, s->news.item_id, s->other.item_id, err);
}

static int merge_of_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	return item_merge(tx, s->news.item_id, 4711, err);
}

static int merge_into_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	return item_merge(tx, 4711, s->news.item_id, err);
}

static int relate_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	return item_relate(tx, s->news.item_id, 4711, ITEM_UPDATES, 0, err);
}

static int rename_to_a_taken_path(struct store_tx *tx, struct stage *s, struct err *err)
{
	return item_rename(tx, s->news.entry_id, STR("other"), STR("/2023/11/other/"), err);
}

static int rename_of_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	(void)s;
	return item_rename(tx, 4711, STR("x"), STR("/x/"), err);
}

static int revise_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct item_content content = content_of(s->f, "en", "x", "x");
	return item_revise(tx, 4711, &content.revision, &s->number, err);
}

static int release(struct store_tx *tx, int64_t entry_id, int64_t revision_id, struct err *err)
{
	unsigned lacks = 0;
	return item_release(tx, entry_id, &(struct item_release){.revision_id = revision_id}, &lacks, err);
}

static int release_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	(void)s;
	return release(tx, 4711, 0, err);
}

static int release_the_revision_of_another(struct store_tx *tx, struct stage *s, struct err *err)
{
	return release(tx, s->news.entry_id, s->other.revision_id, err);
}

static int release_before_the_flip(struct store_tx *tx, struct stage *s, struct err *err)
{
	return release(tx, s->hidden.entry_id, 0, err);
}

static int release_a_draft_without_title(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct item_content content = content_of(s->f, "en", "x", "");
	int rc = item_revise(tx, s->news.entry_id, &content.revision, &s->number, err);
	return rc == 0 ? release(tx, s->news.entry_id, 0, err) : rc;
}

static int unrelease_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	(void)s;
	return item_unrelease(tx, 4711, err);
}

static int unrelease_twice(struct store_tx *tx, struct stage *s, struct err *err)
{
	int rc = item_unrelease(tx, s->news.entry_id, err);
	return rc == 0 ? item_unrelease(tx, s->news.entry_id, err) : rc;
}

static int withdraw_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	(void)s;
	return item_withdraw(tx, 4711, STR(""), WITHDRAW_KILL, STR(""), err);
}

static int withdraw_a_language_that_is_not_there(struct store_tx *tx, struct stage *s, struct err *err)
{
	return item_withdraw(tx, s->news.item_id, STR("ar"), WITHDRAW_KILL, STR("note"), err);
}

static int set_kind_of_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	return item_set_kind(tx, 4711, s->f->release_kind, err);
}

static int pin_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	(void)s;
	return item_set_pinned(tx, 4711, NOW_S, err);
}

static int break_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	(void)s;
	return item_set_breaking(tx, 4711, NOW_S, err);
}

static int file_nothing_under_terms(struct store_tx *tx, struct stage *s, struct err *err)
{
	(void)s;
	return item_set_terms(tx, 4711, NULL, 0, err);
}

static int file_nothing_under_places(struct store_tx *tx, struct stage *s, struct err *err)
{
	return item_set_places(tx, 4711, &s->f->italy, 1, err);
}

static int name_people_of_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	return item_set_contributors(tx, 4711, &(struct item_contributor){s->f->ada, ITEM_AUTHOR}, 1, err);
}

static int flip_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	(void)s;
	return batch_flip(tx, 4711, err);
}

static int flip_again(struct store_tx *tx, struct stage *s, struct err *err)
{
	return batch_flip(tx, s->flipped, err);
}

static int flip_what_was_given_up(struct store_tx *tx, struct stage *s, struct err *err)
{
	return batch_flip(tx, s->abandoned, err);
}

static int give_up_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	(void)s;
	return batch_abandon(tx, 4711, err);
}

static int give_up_what_is_public(struct store_tx *tx, struct stage *s, struct err *err)
{
	return batch_abandon(tx, s->flipped, err);
}

static int give_up_again(struct store_tx *tx, struct stage *s, struct err *err)
{
	return batch_abandon(tx, s->abandoned, err);
}

static struct taxonomy_text label(const char *language, const char *slug)
{
	return (struct taxonomy_text){.language = str_from(language), .label = STR("L"), .slug = str_from(slug)};
}

static int term_slug_taken(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct taxonomy_text texts[] = {label("fr", "sante"), label("en", "health")};
	struct term term = {.vocabulary = VOCABULARY_TOPIC, .texts = {texts, 2, 2}};
	return term_create(tx, &term, &s->number, err);
}

static int term_text_of_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	(void)s;
	struct taxonomy_text text = label("en", "new");
	return term_put_text(tx, 4711, &text, err);
}

static int term_text_with_a_taken_slug(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct taxonomy_text text = label("en", "health");
	return term_put_text(tx, s->f->prisons, &text, err);
}

static int term_below_itself(struct store_tx *tx, struct stage *s, struct err *err)
{
	return term_set_parent(tx, s->f->health, s->f->health, err);
}

static int terms_in_a_circle(struct store_tx *tx, struct stage *s, struct err *err)
{
	int rc = term_set_parent(tx, s->f->prisons, s->f->health, err);
	return rc == 0 ? term_set_parent(tx, s->f->health, s->f->prisons, err) : rc;
}

static int parent_of_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	return term_set_parent(tx, 4711, s->f->health, err);
}

static int place_slug_taken(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct taxonomy_text text = label("en", "italy");
	struct place place = {.kind = PLACE_COUNTRY, .code = STR("FR"), .texts = {&text, 1, 1}};
	return place_put(tx, &place, &s->number, err);
}

static int place_below_itself(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct place place = {.kind = PLACE_COUNTRY, .code = STR("IT"), .parent_id = s->f->italy};
	return place_put(tx, &place, &s->number, err);
}

static int places_in_a_circle(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct place place = {.kind = PLACE_REGION, .code = STR("150"), .parent_id = s->f->italy};
	return place_put(tx, &place, &s->number, err);
}

static int kind_slug_taken(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct taxonomy_text text = label("en", "reports");
	struct kind kind = {.key = STR("letter"), .texts = {&text, 1, 1}};
	return kind_put(tx, &kind, &s->number, err);
}

static int media_guid_taken(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct media media = {.guid = STR("photo-1"), .mime = STR("image/png"), .name = STR("n")};
	return media_create(tx, &media, &s->number, err);
}

static int update_no_media(struct store_tx *tx, struct stage *s, struct err *err)
{
	(void)s;
	struct media media = {.mime = STR("image/png"), .name = STR("n")};
	return media_update(tx, 4711, &media, err);
}

static int file_of_no_media(struct store_tx *tx, struct stage *s, struct err *err)
{
	(void)s;
	return media_set_file(tx, 4711, STR("0123456789abcdef0123456789abcdef"), 1, 1, 1, err);
}

#define REFUSAL(name, answer)                                                                                          \
	{                                                                                                              \
#name, name, answer                                                                                    \
	}
static const struct {
	const char *name;
	step *run;
	int answer;
} refusals[] = {
	REFUSAL(path_taken, STORE_TAKEN),
	REFUSAL(path_taken_in_batch, STORE_TAKEN),
	REFUSAL(guid_taken, STORE_TAKEN),
	REFUSAL(reference_taken, STORE_TAKEN),
	REFUSAL(taken_after_a_good_one, STORE_TAKEN),
	REFUSAL(released_without_a_title, STORE_REFUSED),
	REFUSAL(language_taken, STORE_TAKEN),
	REFUSAL(translation_of_nothing, STORE_NOT_FOUND),
	REFUSAL(translation_at_a_taken_path, STORE_TAKEN),
	REFUSAL(translation_with_a_taken_reference, STORE_TAKEN),
	REFUSAL(merge_of_equal_languages, STORE_TAKEN),
	REFUSAL(merge_of_nothing, STORE_NOT_FOUND),
	REFUSAL(merge_into_nothing, STORE_NOT_FOUND),
	REFUSAL(relate_nothing, STORE_NOT_FOUND),
	REFUSAL(rename_to_a_taken_path, STORE_TAKEN),
	REFUSAL(rename_of_nothing, STORE_NOT_FOUND),
	REFUSAL(revise_nothing, STORE_NOT_FOUND),
	REFUSAL(release_nothing, STORE_NOT_FOUND),
	REFUSAL(release_the_revision_of_another, STORE_NOT_FOUND),
	REFUSAL(release_before_the_flip, STORE_REFUSED),
	REFUSAL(release_a_draft_without_title, STORE_REFUSED),
	REFUSAL(unrelease_nothing, STORE_NOT_FOUND),
	REFUSAL(unrelease_twice, STORE_NOT_FOUND),
	REFUSAL(withdraw_nothing, STORE_NOT_FOUND),
	REFUSAL(withdraw_a_language_that_is_not_there, STORE_NOT_FOUND),
	REFUSAL(set_kind_of_nothing, STORE_NOT_FOUND),
	REFUSAL(pin_nothing, STORE_NOT_FOUND),
	REFUSAL(break_nothing, STORE_NOT_FOUND),
	REFUSAL(file_nothing_under_terms, STORE_NOT_FOUND),
	REFUSAL(file_nothing_under_places, STORE_NOT_FOUND),
	REFUSAL(name_people_of_nothing, STORE_NOT_FOUND),
	REFUSAL(flip_nothing, STORE_NOT_FOUND),
	REFUSAL(flip_again, STORE_REFUSED),
	REFUSAL(flip_what_was_given_up, STORE_REFUSED),
	REFUSAL(give_up_nothing, STORE_NOT_FOUND),
	REFUSAL(give_up_what_is_public, STORE_REFUSED),
	REFUSAL(give_up_again, STORE_REFUSED),
	REFUSAL(term_slug_taken, STORE_TAKEN),
	REFUSAL(term_text_of_nothing, STORE_NOT_FOUND),
	REFUSAL(term_text_with_a_taken_slug, STORE_TAKEN),
	REFUSAL(term_below_itself, STORE_REFUSED),
	REFUSAL(terms_in_a_circle, STORE_REFUSED),
	REFUSAL(parent_of_nothing, STORE_NOT_FOUND),
	REFUSAL(place_slug_taken, STORE_TAKEN),
	REFUSAL(place_below_itself, STORE_REFUSED),
	REFUSAL(places_in_a_circle, STORE_REFUSED),
	REFUSAL(kind_slug_taken, STORE_TAKEN),
	REFUSAL(media_guid_taken, STORE_TAKEN),
	REFUSAL(update_no_media, STORE_NOT_FOUND),
	REFUSAL(file_of_no_media, STORE_NOT_FOUND),
};

struct job {
	step *run;
	struct stage *stage;
};

static int run_job(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return job->run(tx, job->stage, err);
}

static void what_is_refused_is_not_written(void **state)
{
	struct fixture *f = fixture_need(state);
	struct stage stage;
	set_the_stage(&stage, f);
	uint64_t before = digest_of(f, DIGEST_ALL);
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		struct err err = {0};
		struct job job = {refusals[i].run, &stage};
		int rc = store_write(f->store, run_job, &job, &err);
		if (rc != refusals[i].answer)
			fail_msg("%s: answered %d: %s", refusals[i].name, rc, err.text);
		if (rc != STORE_NOT_FOUND && err.text[0] == 0)
			fail_msg("%s: does not say why", refusals[i].name);
		if (digest_of(f, DIGEST_ALL) != before)
			fail_msg("%s: something was written", refusals[i].name);
	}
	all_in_order(f);
}

/* ---- in a chunk ---- */

static int update_nothing(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct item_content content = content_of(s->f, "en", "x", "x");
	return item_update_import(tx, 4711, &content, &s->number, err);
}

static int update_onto_a_taken_path(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct item_content content = content_of(s->f, "en", "other", "x");
	return item_update_import(tx, s->news.entry_id, &content, &s->number, err);
}

static int merge_what_is_public(struct store_tx *tx, struct stage *s, struct err *err)
{
	return item_merge(tx, s->hidden.item_id, s->french.item_id, err);
}

static int move_what_is_public(struct store_tx *tx, struct stage *s, struct err *err)
{
	struct item_content content = content_of(s->f, "ar", "fresh", "x");
	struct item_ids ids;
	int rc = item_create(tx, &content, &ids, err);
	return rc == 0 ? item_merge(tx, ids.item_id, s->other.item_id, err) : rc;
}

static void what_a_chunk_may_not_do(void **state)
{
	static const struct {
		const char *name;
		step *run;
		int answer;
	} chunks[] = {
		REFUSAL(update_nothing, STORE_NOT_FOUND),
		REFUSAL(update_onto_a_taken_path, STORE_TAKEN),
		REFUSAL(merge_what_is_public, STORE_TAKEN), /* both are English */
		REFUSAL(move_what_is_public, STORE_REFUSED),
		REFUSAL(path_taken, STORE_TAKEN),
		REFUSAL(guid_taken, STORE_TAKEN),
	};
	struct fixture *f = fixture_need(state);
	struct stage stage;
	set_the_stage(&stage, f);
	uint64_t before = digest_of(f, DIGEST_ALL);
	for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
		struct err err = {0};
		struct job job = {chunks[i].run, &stage};
		int rc = store_write_chunk(f->store, stage.open, run_job, &job, &err);
		if (rc != chunks[i].answer)
			fail_msg("%s: answered %d: %s", chunks[i].name, rc, err.text);
		assert_true(digest_of(f, DIGEST_ALL) == before);
	}
	const int64_t closed[] = {stage.flipped, stage.abandoned, 4711};
	for (size_t i = 0; i < 3; i++) {
		struct job job = {path_taken, &stage};
		assert_rc(store_write_chunk(f->store, closed[i], run_job, &job, &err), STORE_REFUSED);
		assert_true(digest_of(f, DIGEST_ALL) == before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(what_is_refused_is_not_written),
		STORE_TEST(what_a_chunk_may_not_do),
	};
	return FIXTURE_RUN("answers", tests);
}
