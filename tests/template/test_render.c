/* Rendering a whole page: bounds of the output, sharing among threads, the same bytes each time. */
#include "fixture.h"
#include "list_page.h"

#include <pthread.h>
#include <string.h>

static size_t count_of(struct str page, struct str piece)
{
	size_t count = 0, at;
	while ((at = str_find(page, piece)) != SIZE_MAX) {
		count++;
		page = str_skip(page, at + piece.len);
	}
	return count;
}

static void a_list_page_is_whole(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED out = BUF_INIT(1u << 20);
	(void)state;
	template_render(list_page_compile(arena), list_page_record(arena), &out);
	struct str page = buf_str(&out);
	assert_false(out.over);
	assert_in_range(page.len, 38000, 48000);
	assert_int_equal(count_of(page, STR("<li class=\"card\">\n")), 100);
	assert_int_equal(count_of(page, STR("  <h2><a href=\"/2018/06/an-item-with-the-number-")), 100);
	assert_int_equal(count_of(page, STR("<img src=\"/media/abcdefgh/a-picture-480.jpg\" alt=\"People at a gate\" "
					    "width=\"480\" height=\"320\">")),
			 50);
	assert_int_equal(count_of(page, STR("<p class=\"kind\">Press release</p>")), 66);
	assert_int_equal(count_of(page, STR("Item 7: the court&#39;s &quot;final&quot; word &amp; what follows")), 1);
	assert_true(str_starts(page, STR("<!doctype html>\n<html lang=\"en\">\n")));
	assert_true(str_ends(page, STR("rel=\"next\">More</a>\n\n</main>\n</body>\n</html>\n")));
}

/* Each maximum from none to the whole: over until it fits, and never a byte more. */
static void output_never_passes_its_maximum(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED whole = BUF_INIT(1u << 20);
	const struct template *compiled = list_page_compile(arena);
	const struct value *record = list_page_record(arena);
	(void)state;
	template_render(compiled, record, &whole);
	for (size_t max = 0; max <= whole.len + 1; max += max < whole.len - 600 ? 509 : 1) {
		BUF_SCOPED out = BUF_INIT(max);
		template_render(compiled, record, &out);
		assert_true(out.len <= max);
		assert_int_equal(out.over, max < whole.len);
	}
}

static void rendering_appends(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED out = BUF_INIT(1u << 20);
	const struct template *compiled = list_page_compile(arena);
	(void)state;
	buf_put(&out, STR("before "));
	template_render(compiled, (struct value[3]){{.text = STR("S")}}, &out);
	assert_true(str_starts(buf_str(&out), STR("before <!doctype html>")));
	assert_int_equal(count_of(buf_str(&out), STR("<li ")), 0);
}

struct job {
	const struct template *compiled;
	const struct value *record;
	struct str expected;
	bool same;
};

static void *render_often(void *context)
{
	struct job *job = context;
	BUF_SCOPED out = BUF_INIT(1u << 20);
	job->same = true;
	for (int i = 0; i < 20; i++) {
		buf_clear(&out);
		template_render(job->compiled, job->record, &out);
		job->same = job->same && str_eq(buf_str(&out), job->expected);
	}
	return NULL;
}

static void threads_share_a_compiled_template(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED out = BUF_INIT(1u << 20);
	pthread_t threads[4];
	struct job jobs[4];
	const struct template *compiled = list_page_compile(arena);
	const struct value *record = list_page_record(arena);
	(void)state;
	template_render(compiled, record, &out);
	for (int i = 0; i < 4; i++) {
		jobs[i] = (struct job){compiled, record, buf_str(&out), false};
		assert_int_equal(pthread_create(&threads[i], NULL, render_often, &jobs[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_true(jobs[i].same);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_page_is_whole),
		cmocka_unit_test(output_never_passes_its_maximum),
		cmocka_unit_test(rendering_appends),
		cmocka_unit_test(threads_share_a_compiled_template),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
