/* The pipeline alone: the order of the files whatever the threads, what is skipped, and an end at any moment. */
#include "newsroom.h"

#include "ingest/pipeline.h"

#include <unistd.h>

#define COUNT 40

struct work {
	struct newsroom *room;
	struct mapping mapping;
	struct import_report *report;
	struct scratch *scratch;
	struct wpset *set;
};

/* Every fourth is a picture. Two files: 1 to COUNT, and COUNT + 1 to 2 * COUNT. */
static void write_files(struct newsroom *room)
{
	for (int file = 0; file < 2; file++) {
		BUF_SCOPED text = BUF_INIT(4u << 20);
		buf_put_cstr(&text, EXPORT_HEAD("1.2"));
		for (int id = file * COUNT + 1; id <= (file + 1) * COUNT; id++) {
			char name[16], content[800];
			bool picture = id % 4 == 0;
			snprintf(name, sizeof name, "n%d", id);
			memset(content, 'a' + id % 26, sizeof content - 1);
			content[id * 9 % (int)sizeof content] = 0;
			content[sizeof content - 1] = 0;
			export_put_item(&text, &(struct export_item){.id = id,
								     .name = name,
								     .content = content,
								     .type = picture ? "attachment" : "post",
								     .status = picture ? "inherit" : "publish"});
		}
		buf_put_cstr(&text, EXPORT_FOOT);
		newsroom_file(room, buf_str(&text));
	}
}

static struct work work_open(struct newsroom *room)
{
	struct work work = {.room = room, .report = import_report_create()};
	struct str_vec languages = {0};
	*vec_add(&languages, room->arena) = STR("en");
	assert_int_equal(mapping_read(NULL, room->arena, &work.mapping, &room->err), 0);
	assert_int_equal(scratch_create(&work.scratch, &room->err), 0);
	work.set = wpset_create(room->arena, work.scratch, &work.mapping, work.report, &languages, STR("UTC"),
				country_finder_create(room->arena, languages.at, languages.len));
	for (int i = 0; i < room->files; i++)
		assert_int_equal(wpset_read(work.set, room->paths[i], i, NULL, NULL, &room->err), 0);
	assert_int_equal(wpset_finish(work.set, &room->err), 0);
	return work;
}

static void work_close(struct work *work)
{
	scratch_destroy(work->scratch);
	import_report_destroy(work->report);
}

static struct pipeline_options options_of(const struct work *work, bool media, int threads, size_t slots)
{
	return (struct pipeline_options){.set = work->set,
					 .files = work->room->paths,
					 .file_count = work->room->files,
					 .media = media,
					 .after_file = -1,
					 .after_offset = -1,
					 .threads = threads,
					 .slots = slots};
}

/* Takes all, giving back in chunks; the numbers must rise by the file's order. Answers how many there were. */
static int take_all(const struct pipeline_options *options, size_t chunk, int first, struct err *err)
{
	struct pipeline *pipeline = pipeline_create(options);
	struct pipeline_slot *slot;
	size_t held = 0;
	int count = 0, last = first - 1;
	while (pipeline_take(pipeline, &slot, err) == 0 && slot) {
		assert_true(slot->post->id > last);
		assert_int_equal(slot->post->id % 4 == 0, options->media);
		assert_true(slot->prepared.post == slot->post);
		assert_int_equal(slot->file, slot->post->id > COUNT);
		if (!options->media)
			assert_int_equal(slot->prepared.content.revision.body.len > 0, slot->item->content.len > 0);
		last = (int)slot->post->id;
		count++;
		if (++held == chunk) {
			pipeline_release(pipeline, held);
			held = 0;
		}
	}
	pipeline_destroy(pipeline);
	return count;
}

static void the_order_is_that_of_the_files(void **state)
{
	static const int threads[] = {0, 1, 2, 7, 200};
	static const size_t chunks[] = {1, 3, 16};
	struct newsroom *room = *state;
	write_files(room);
	struct work work = work_open(room);
	for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
		for (size_t j = 0; j < sizeof chunks / sizeof chunks[0]; j++) {
			struct pipeline_options items = options_of(&work, false, threads[i], chunks[j] + 2);
			struct pipeline_options media = options_of(&work, true, threads[i], chunks[j] + 2);
			assert_int_equal(take_all(&items, chunks[j], 1, &room->err), 2 * COUNT * 3 / 4);
			assert_int_equal(take_all(&media, chunks[j], 1, &room->err), 2 * COUNT / 4);
		}
	}
	work_close(&work);
}

/* Resumed behind each item of either kind, it begins with the next. */
static void what_stands_before_a_place_is_skipped(void **state)
{
	struct newsroom *room = *state;
	write_files(room);
	struct work work = work_open(room);
	for (int id = 1; id <= 2 * COUNT; id++) {
		const struct wp_post *post = wpset_post_by_id(work.set, id, room->arena);
		int items = 0;
		for (int later = id + 1; later <= 2 * COUNT; later++)
			items += later % 4 != 0;
		struct pipeline_options options = options_of(&work, false, 2, 20);
		options.after_file = post->file;
		options.after_offset = post->offset;
		assert_int_equal(take_all(&options, 5, (int)post->id + 1, &room->err), items);
	}
	work_close(&work);
}

static void it_may_be_destroyed_at_any_moment(void **state)
{
	struct newsroom *room = *state;
	write_files(room);
	struct work work = work_open(room);
	for (int taken = 0; taken < COUNT; taken++) {
		struct pipeline_options options = options_of(&work, false, 1 + taken % 4, 6);
		struct pipeline *pipeline = pipeline_create(&options);
		struct pipeline_slot *slot;
		for (int i = 0; i < taken; i++) {
			assert_int_equal(pipeline_take(pipeline, &slot, &room->err), 0);
			assert_non_null(slot);
			if (i % 3 == 2)
				pipeline_release(pipeline, 3);
		}
		pipeline_destroy(pipeline);
	}
	pipeline_destroy(NULL);
	work_close(&work);
}

/* A file that was replaced after the check: what stands before the mistake comes, then the mistake. */
static void a_mistake_comes_in_its_place(void **state)
{
	struct newsroom *room = *state;
	write_files(room);
	struct work work = work_open(room);
	struct str content;
	assert_int_equal(file_read(room->paths[1], 4u << 20, room->arena, &content, &room->err), 0);
	size_t at = str_find(content, STR("<wp:post_id>60</wp:post_id>"));
	struct str broken = arena_printf(room->arena, "%.*s</rss>", STR_ARG(str_sub(content, 0, at)));
	assert_int_equal(file_write(room->paths[1], broken, 0600, &room->err), 0);
	for (int threads = 1; threads <= 3; threads++) {
		struct pipeline_options options = options_of(&work, false, threads, 12);
		struct pipeline *pipeline = pipeline_create(&options);
		struct pipeline_slot *slot = NULL;
		int64_t last = 0;
		int result;
		while ((result = pipeline_take(pipeline, &slot, &room->err)) == 0 && slot) {
			last = slot->post->id;
			pipeline_release(pipeline, 1);
		}
		assert_int_equal(result, ERR_INPUT);
		assert_int_equal(last, 59);
		assert_non_null(strstr(room->err.text, "mismatched tag"));
		assert_int_equal(pipeline_take(pipeline, &slot, &room->err), ERR_INPUT); /* and again */
		pipeline_destroy(pipeline);
	}
	work_close(&work);
}

/* Where nothing of the kind is there, no file is even opened. */
static void what_nobody_wants_is_not_read(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, {.id = 1, .name = "a"}, {.id = 2, .name = "b"});
	struct work work = work_open(room);
	assert_int_equal(unlink(room->paths[0]), 0);
	struct pipeline_options media = options_of(&work, true, 2, 4), items = options_of(&work, false, 2, 4);
	struct pipeline_slot *slot;
	assert_int_equal(take_all(&media, 1, 1, &room->err), 0);
	struct pipeline *pipeline = pipeline_create(&items);
	assert_true(pipeline_take(pipeline, &slot, &room->err) < 0);
	assert_null(slot);
	pipeline_destroy(pipeline);
	work_close(&work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NEWSROOM_TEST(the_order_is_that_of_the_files),    NEWSROOM_TEST(what_stands_before_a_place_is_skipped),
		NEWSROOM_TEST(it_may_be_destroyed_at_any_moment), NEWSROOM_TEST(a_mistake_comes_in_its_place),
		NEWSROOM_TEST(what_nobody_wants_is_not_read),
	};
	return cmocka_run_group_tests_name("ingest.pipeline", tests, NULL, NULL);
}
