#include "fixture.h"

/* A random walk: hundreds of operations in an order that nobody thought of, beside a small model in memory of what each
 * must have done. After every step the entry that was touched is compared, at the end all of them, one by one and by
 * page. */

#define ENTRIES_MAX 60
#define STEPS       400

struct model {
	struct item_ids ids;
	int language; /* index below */
	char title[40];
	char path[60];
	char staged_title[40]; /* empty: nothing is staged */
	char staged_path[60];
	enum item_state state;
	int64_t batch_id; /* not yet flipped; 0 otherwise */
	int64_t term_id;
	int64_t staged_term_id;
};

struct walk {
	struct fixture *f;
	struct model models[ENTRIES_MAX];
	int count;
	int64_t batch_id; /* the open one, or 0 */
	int serial;
};

static const char *const languages[] = {"en", "fr", "ar"};

static int pick(struct walk *walk, int below)
{
	return (int)(random_u64(&walk->f->random.random) % (uint64_t)below);
}

static struct item_content next_content(struct walk *walk, int language, char path[60], char title[40])
{
	char slug[20];
	walk->serial++;
	snprintf(slug, sizeof slug, "s%d", walk->serial);
	snprintf(title, 40, "Title %d", walk->serial);
	struct item_content content = content_of(walk->f, languages[language], slug, title);
	snprintf(path, 60, "/2023/11/%s/", slug);
	content.term_count = 1;
	return content;
}

static void compare(struct walk *walk, const struct model *model, const struct entry *entry)
{
	assert_int_equal(entry->id, model->ids.entry_id);
	assert_int_equal(entry->item_id, model->ids.item_id);
	assert_text(entry->language, languages[model->language]);
	assert_text(entry->path, model->path);
	assert_int_equal(entry->state, model->state);
	assert_int_equal(entry->terms.len, 1);
	assert_int_equal(entry->terms.at[0], model->term_id);
	if (model->state != ITEM_UNRELEASED)
		assert_text(entry->title, model->title);
	if (model->batch_id)
		assert_int_equal(entry->batch_flipped_s, 0);
	else
		assert_true(entry->batch_id == 0 || entry->batch_flipped_s != 0);
	size_t siblings = 0;
	for (int i = 0; i < walk->count; i++)
		siblings += walk->models[i].ids.item_id == model->ids.item_id;
	assert_int_equal(entry->translations.len, siblings - 1);
}

static void create(struct walk *walk)
{
	if (walk->count == ENTRIES_MAX)
		return;
	struct model *model = &walk->models[walk->count];
	*model = (struct model){.language = pick(walk, 3), .state = pick(walk, 4) ? ITEM_RELEASED : ITEM_UNRELEASED};
	struct item_content content = next_content(walk, model->language, model->path, model->title);
	model->term_id = pick(walk, 2) ? walk->f->health : walk->f->prisons;
	content.term_ids = &model->term_id;
	content.state = model->state;
	model->batch_id = pick(walk, 2) ? walk->batch_id : 0;
	assert_int_equal(put_item(walk->f, model->batch_id, &content, &model->ids), 0);
	walk->count++;
}

static void translate(struct walk *walk)
{
	if (walk->count == 0 || walk->count == ENTRIES_MAX)
		return;
	int64_t item_id = walk->models[pick(walk, walk->count)].ids.item_id;
	struct model *model = &walk->models[walk->count];
	*model = (struct model){.language = pick(walk, 3), .state = ITEM_RELEASED};
	struct item_content content = next_content(walk, model->language, model->path, model->title);
	model->term_id = walk->f->health;
	content.term_ids = &model->term_id;
	/* To an item that nobody sees yet only its own batch adds. */
	for (int i = 0; i < walk->count; i++)
		if (walk->models[i].ids.item_id == item_id && walk->models[i].batch_id)
			model->batch_id = walk->batch_id;
	bool taken = false;
	for (int i = 0; i < walk->count; i++)
		taken = taken ||
			(walk->models[i].ids.item_id == item_id && walk->models[i].language == model->language);
	assert_int_equal(add_language(walk->f, model->batch_id, item_id, &content, &model->ids),
			 taken ? STORE_TAKEN : 0);
	walk->count += !taken;
}

/* The next text of an entry, from an import: at once inside its batch, staged otherwise. */
static void update(struct walk *walk)
{
	if (walk->count == 0 || !walk->batch_id)
		return;
	struct model *model = &walk->models[pick(walk, walk->count)];
	char path[60], title[40];
	struct item_content content = next_content(walk, model->language, path, title);
	int64_t term_id = pick(walk, 2) ? walk->f->health : walk->f->prisons;
	content.term_ids = &term_id;
	int64_t revision_id = 0;
	assert_int_equal(update_item(walk->f, walk->batch_id, model->ids.entry_id, &content, &revision_id), 0);
	bool at_once = model->batch_id == walk->batch_id;
	memcpy(at_once ? model->title : model->staged_title, title, sizeof title);
	memcpy(at_once ? model->path : model->staged_path, path, sizeof path);
	*(at_once ? &model->term_id : &model->staged_term_id) = term_id;
	if (at_once)
		model->state = ITEM_RELEASED;
}

static void release(struct walk *walk)
{
	if (walk->count == 0)
		return;
	struct model *model = &walk->models[pick(walk, walk->count)];
	unsigned lacks = 0;
	int rc = release_item(walk->f, model->ids.entry_id, &(struct item_release){.keep_date = true}, &lacks);
	assert_int_equal(rc, model->batch_id || model->staged_title[0] ? STORE_REFUSED : 0);
	if (rc == 0)
		model->state = ITEM_RELEASED;
}

static void withdraw(struct walk *walk)
{
	if (walk->count == 0)
		return;
	struct model *model = &walk->models[pick(walk, walk->count)];
	if (model->batch_id)
		return;
	int rc = withdraw_item(walk->f, model->ids.item_id, languages[model->language], "Gone.");
	assert_int_equal(rc, model->state == ITEM_RELEASED ? 0 : STORE_NOT_FOUND);
	if (rc == 0)
		model->state = ITEM_WITHDRAWN;
}

static void flip(struct walk *walk)
{
	if (!walk->batch_id)
		return;
	assert_int_equal(flip_batch(walk->f, walk->batch_id), 0);
	for (int i = 0; i < walk->count; i++) {
		struct model *model = &walk->models[i];
		if (model->batch_id == walk->batch_id)
			model->batch_id = 0;
		if (model->staged_title[0] && model->state != ITEM_WITHDRAWN) {
			memcpy(model->title, model->staged_title, sizeof model->title);
			memcpy(model->path, model->staged_path, sizeof model->path);
			model->term_id = model->staged_term_id;
			model->state = ITEM_RELEASED;
		}
		model->staged_title[0] = 0;
	}
	walk->batch_id = 0;
}

static void abandon(struct walk *walk)
{
	if (!walk->batch_id || pick(walk, 3))
		return;
	assert_int_equal(abandon_batch(walk->f, walk->batch_id), 0);
	int kept = 0;
	for (int i = 0; i < walk->count; i++) {
		walk->models[i].staged_title[0] = 0;
		if (walk->models[i].batch_id != walk->batch_id)
			walk->models[kept++] = walk->models[i];
	}
	walk->count = kept;
	walk->batch_id = 0;
}

static void begin(struct walk *walk)
{
	if (!walk->batch_id)
		walk->batch_id = begin_batch(walk->f);
}

static void compare_all(struct walk *walk)
{
	int64_t after_id = 0;
	int seen = 0;
	for (bool more = true; more;) {
		struct entry_page page;
		assert_ok(entry_page(walk->f->store, 0, after_id, 7, walk->f->arena, &page, &err));
		for (size_t i = 0; i < page.entries.len; i++)
			for (int m = 0; m < walk->count; m++)
				if (walk->models[m].ids.entry_id == page.entries.at[i].id) {
					compare(walk, &walk->models[m], &page.entries.at[i]);
					seen++;
				}
		after_id = page.last_id;
		more = page.more;
	}
	assert_int_equal(seen, walk->count);
	assert_int_equal(count_of(walk->f, "item_language"), walk->count);
	for (int m = 0; m < walk->count; m++)
		compare(walk, &walk->models[m], entry_now(walk->f, walk->models[m].ids.entry_id));
	all_in_order(walk->f);
}

static void any_order_keeps_what_each_step_did(void **state)
{
	struct fixture *f = fixture_need(state);
	static void (*const acts[])(struct walk *) = {create,  create,   create, translate, update, update,
						      release, withdraw, flip,   abandon,   begin,  begin};
	static struct walk walk;
	walk = (struct walk){.f = f};
	for (int step = 0; step < STEPS; step++) {
		int act = pick(&walk, (int)(sizeof acts / sizeof *acts));
		clock_fixed_set_s(&f->clock, NOW_S + step);
		acts[act](&walk);
		if (step % 50 == 49)
			compare_all(&walk);
	}
	assert_true(walk.count > 10);
}

/* What a reader of the outbox must read again covers every entry whose projection changed. */
static void the_outbox_names_all_that_changed(void **state)
{
	struct fixture *f = fixture_need(state);
	static struct walk walk;
	walk = (struct walk){.f = f};
	for (int i = 0; i < 10; i++)
		create(&walk);
	for (int step = 0; step < 60; step++) {
		struct model before = walk.models[step % walk.count];
		struct outbox_position position = outbox_now(f);
		struct entry old = *entry_now(f, before.ids.entry_id);
		(step % 3 == 0 ? translate : step % 3 == 1 ? release : withdraw)(&walk);
		const struct entry *now = entry_now(f, before.ids.entry_id);
		bool changed = old.state != now->state || old.revision_id != now->revision_id ||
			       old.translations.len != now->translations.len;
		struct outbox_vec rows = outbox_since(f, &position);
		bool named = false;
		for (size_t i = 0; i < rows.len; i++)
			named = named || (rows.at[i].kind == OUTBOX_ENTRY && rows.at[i].subject_id == old.id);
		assert_true(named || !changed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(any_order_keeps_what_each_step_did),
		STORE_TEST(the_outbox_names_all_that_changed),
	};
	return FIXTURE_RUN("walk", tests);
}
