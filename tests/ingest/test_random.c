/* Exports made at random, and what must hold for each: twice changes nothing, an update leads where a fresh import of
 * the newer export leads, and an interruption anywhere changes neither. */
#include "newsroom.h"

#define POSTS    14
#define PICTURES 4
#define TERMS    6
#define PEOPLE   3
#define LINES    5
#define SEEDS    5

/* What an export says. Each number is a variant: a change of it is a change of the export. */
struct world {
	int title[POSTS], body[POSTS], terms[POSTS], person[POSTS], picture[POSTS], state[POSTS], excerpt[POSTS];
	int caption[PICTURES], alt[PICTURES], label[TERMS], description[TERMS], name[PEOPLE];
	int line[LINES], aim[LINES], order[LINES];
	bool translated; /* posts 1 and 2, 3 and 4 … are translations of each other */
};

/* Small and the same everywhere; the seeds are the test's. */
static int pick(uint64_t *seed, int below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (int)((*seed >> 33) % (uint64_t)below);
}

static struct world world_of(uint64_t *seed)
{
	struct world world = {.translated = pick(seed, 2)};
	for (int i = 0; i < POSTS; i++) {
		world.terms[i] = pick(seed, 1 << TERMS);
		world.person[i] = pick(seed, PEOPLE);
		world.picture[i] = pick(seed, PICTURES + 1);
		world.state[i] = pick(seed, 6);
	}
	for (int i = 0; i < LINES; i++) {
		world.aim[i] = pick(seed, 4);
		world.order[i] = pick(seed, 100);
	}
	return world;
}

/* A few things are said otherwise, addresses and numbers never. */
static void change(struct world *world, uint64_t *seed)
{
	for (int count = 1 + pick(seed, 12); count > 0; count--) {
		int post = pick(seed, POSTS), line = pick(seed, LINES);
		int *const places[] = {&world->title[post],
				       &world->body[post],
				       &world->excerpt[post],
				       &world->caption[pick(seed, PICTURES)],
				       &world->alt[pick(seed, PICTURES)],
				       &world->label[pick(seed, TERMS)],
				       &world->description[pick(seed, TERMS)],
				       &world->name[pick(seed, PEOPLE)],
				       &world->line[line]};
		++*places[pick(seed, sizeof places / sizeof places[0])];
		switch (pick(seed, 5)) {
		case 0:
			world->terms[post] = pick(seed, 1 << TERMS);
			break;
		case 1:
			world->person[post] = pick(seed, PEOPLE);
			break;
		case 2:
			world->picture[post] = pick(seed, PICTURES + 1);
			break;
		case 3:
			world->order[line] = pick(seed, 100);
			break;
		default:
			break;
		}
	}
}

static void put_head(struct buf *text, const struct world *world)
{
	for (int i = 0; i < PEOPLE; i++)
		buf_printf(text,
			   "<wp:author><wp:author_login>person%d</wp:author_login><wp:author_display_name>Person %d.%d"
			   "</wp:author_display_name></wp:author>",
			   i, i, world->name[i]);
	for (int i = 0; i < TERMS; i++)
		buf_printf(text,
			   "<wp:category><wp:term_id>%d</wp:term_id><wp:category_nicename>term%d</wp:category_nicename>"
			   "<wp:category_parent>%s</wp:category_parent><wp:cat_name>Term %d.%d</wp:cat_name>"
			   "<wp:category_description>About %d.</wp:category_description></wp:category>",
			   i + 1, i, i > 3 ? "term0" : "", i, world->label[i], world->description[i]);
}

static void put_post(struct buf *text, const struct world *world, int i)
{
	static const char *const states[] = {"publish", "publish", "publish", "draft", "private", "future"};
	char title[40], name[20], body[200], excerpt[40], person[20];
	BUF_SCOPED extra = BUF_INIT(1 << 16);
	snprintf(title, sizeof title, "Post %d.%d &amp; more", i, world->title[i]);
	snprintf(name, sizeof name, "post-%d", i);
	snprintf(body, sizeof body, "Text %d of %d.\n\n<a href=\"/?p=%d\">On</a> [gallery] <em>and</em> on.",
		 world->body[i], i, (i + 1) % POSTS + 1);
	snprintf(excerpt, sizeof excerpt, "%s", world->excerpt[i] ? "Shorter." : "");
	snprintf(person, sizeof person, "person%d", world->person[i]);
	for (int k = 0; k < TERMS; k++)
		if (world->terms[i] & 1 << k)
			buf_printf(&extra, "<category domain=\"category\" nicename=\"term%d\">x</category>", k);
	if (world->translated)
		buf_printf(&extra,
			   "<category domain=\"post_translations\" nicename=\"g%d\">g</category>"
			   "<category domain=\"language\" nicename=\"%s\">l</category>",
			   i / 2, i % 2 ? "fr" : "en");
	if (world->picture[i] < PICTURES)
		buf_printf(&extra,
			   "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>%d</wp:meta_value>"
			   "</wp:postmeta>",
			   50 + world->picture[i]);
	buf_put_byte(&extra, 0);
	export_put_item(text, &(struct export_item){.id = i + 1,
						    .title = title,
						    .name = name,
						    .content = body,
						    .excerpt = excerpt,
						    .creator = person,
						    .status = states[world->state[i]],
						    .extra = extra.ptr});
}

static void put_picture(struct buf *text, const struct world *world, int i)
{
	char name[20], caption[60], extra[400];
	snprintf(name, sizeof name, "picture-%d", i);
	snprintf(caption, sizeof caption, "View %d.%d. Photo: Ola", i, world->caption[i]);
	snprintf(extra, sizeof extra,
		 "<wp:attachment_url>https://harbour.example/wp-content/uploads/p%d.jpg</wp:attachment_url>"
		 "<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>Alt %d</wp:meta_value>"
		 "</wp:postmeta>",
		 i, world->alt[i]);
	export_put_item(text, &(struct export_item){.id = 50 + i,
						    .parent = i + 1,
						    .name = name,
						    .title = name,
						    .type = "attachment",
						    .status = "inherit",
						    .excerpt = caption,
						    .extra = extra});
}

static void put_line(struct buf *text, const struct world *world, int i)
{
	static const char *const aims[] = {"custom", "custom", "post_type", "taxonomy"};
	buf_printf(text,
		   "<item><title>Line %d.%d</title><wp:post_id>%d</wp:post_id><wp:status>publish</wp:status>"
		   "<wp:post_type>nav_menu_item</wp:post_type><wp:menu_order>%d</wp:menu_order>"
		   "<category domain=\"nav_menu\" nicename=\"%s\">M</category>",
		   i, world->line[i], 90 + i, world->order[i], i % 3 ? "main" : "footer");
	buf_printf(text,
		   META("_menu_item_type", "%s") META("_menu_item_object_id", "%d") META("_menu_item_url", "/line-%d/")
			   META("_menu_item_menu_item_parent", "%d") "</item>",
		   aims[world->aim[i]], i + 1, i, i == 2 ? 91 : 0);
}

static void write_world(struct newsroom *room, const struct world *world)
{
	BUF_SCOPED text = BUF_INIT(4u << 20);
	newsroom_forget(room);
	buf_put_cstr(&text, EXPORT_HEAD("1.2"));
	put_head(&text, world);
	for (int i = 0; i < POSTS; i++)
		put_post(&text, world, i);
	for (int i = 0; i < PICTURES; i++)
		put_picture(&text, world, i);
	for (int i = 0; i < LINES; i++)
		put_line(&text, world, i);
	buf_put_cstr(&text, EXPORT_FOOT);
	newsroom_file(room, buf_str(&text));
}

static struct newsroom *room_open(void)
{
	void *state;
	assert_int_equal(newsroom_open(&state), 0);
	return state;
}

static void room_close(struct newsroom *room)
{
	void *state = room;
	newsroom_close(&state);
}

static struct str fresh_dump(const struct world *world, struct arena *arena)
{
	struct newsroom *room = room_open();
	write_world(room, world);
	newsroom_must_import(room);
	struct str dump = arena_str(arena, newsroom_dump(room));
	room_close(room);
	return dump;
}

static int64_t outbox_rows(struct newsroom *room)
{
	struct store_counts counts;
	assert_int_equal(store_count(room->store, &counts, &room->err), 0);
	return counts.outbox;
}

static uint64_t seeds(void)
{
	return newsroom_on_postgres() ? 1 : SEEDS;
}

static void updates_lead_where_a_fresh_import_leads(void **state)
{
	(void)state;
	for (uint64_t first = 1; first <= seeds(); first++) {
		ARENA_SCOPED arena = arena_create(0);
		uint64_t seed = first * 7919;
		struct world world = world_of(&seed);
		struct newsroom *room = room_open();
		room->chunk_items = 1 + pick(&seed, 9);
		room->threads = 1 + pick(&seed, 4);
		for (int version = 0; version < 4; version++) {
			write_world(room, &world);
			newsroom_must_import(room);
			assert_dumps_equal(newsroom_dump(room), fresh_dump(&world, arena));
			int64_t rows = outbox_rows(room);
			newsroom_must_import(room);
			assert_int_equal(outbox_rows(room), rows);
			change(&world, &seed);
		}
		room_close(room);
	}
}

/* Broken at statements that the seed picks, as often as it takes. */
static void interruptions_change_nothing(void **state)
{
	int broken = 0;
	(void)state;
	for (uint64_t first = 1; first <= seeds(); first++) {
		ARENA_SCOPED arena = arena_create(0);
		uint64_t seed = first * 104729;
		struct world world = world_of(&seed);
		struct newsroom *room = room_open();
		room->chunk_items = 1 + pick(&seed, 9);
		for (int version = 0; version < 3; version++) {
			int tries = 0;
			write_world(room, &world);
			do {
				db_fault_set(store_db(room->store), DB_FAULT_FAIL,
					     tries < 6 ? 1 + pick(&seed, 300) : 0);
				if (tries++ >= 6)
					db_fault_set(store_db(room->store), DB_FAULT_NONE, 0);
				broken += newsroom_import(room) != 0;
			} while (db_fault_fired(store_db(room->store)) && tries < 8);
			db_fault_set(store_db(room->store), DB_FAULT_NONE, 0);
			newsroom_must_import(room);
			assert_dumps_equal(newsroom_dump(room), fresh_dump(&world, arena));
			change(&world, &seed);
		}
		room_close(room);
	}
	assert_true(broken > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NEWSROOM_TEST(updates_lead_where_a_fresh_import_leads),
		NEWSROOM_TEST(interruptions_change_nothing),
	};
	return NEWSROOM_RUN("ingest.random", tests);
}
