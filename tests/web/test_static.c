#include "web/static.h"

#include "base/file.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

struct fixture {
	char folder[64], theme[80], own[80];
};

static void write_file(const char *folder, const char *name, const char *content)
{
	char path[256];
	struct err err;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(file_write(path, str_from(content), 0644, &err), 0);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	struct err err;
	assert_non_null(fixture);
	snprintf(fixture->folder, sizeof fixture->folder, "/tmp/crier-static-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	snprintf(fixture->theme, sizeof fixture->theme, "%s/theme", fixture->folder);
	snprintf(fixture->own, sizeof fixture->own, "%s/own", fixture->folder);
	assert_int_equal(file_make_dirs(fixture->theme, 0755, &err), 0);
	assert_int_equal(file_make_dirs(fixture->own, 0755, &err), 0);
	write_file(fixture->theme, "site.css",
		   "a{background:url(icon.svg)}b{src:url( \"./face.woff2\" )}c{x:url(missing.png)}d{y:url(data:x)}");
	write_file(fixture->theme, "icon.svg", "<svg/>");
	write_file(fixture->theme, "face.woff2", "font");
	write_file(fixture->theme, "README.md", "not served");
	write_file(fixture->theme, ".hidden.css", "not served");
	*state = fixture;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	(void)type;
	(void)walk;
	return remove(path);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	int rc = nftw(fixture->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(fixture);
	return rc;
}

static struct static_set *load(struct fixture *fixture)
{
	const char *folders[] = {fixture->theme, fixture->own, "/nonexistent/folder"};
	struct static_set *set = NULL;
	struct err err;
	assert_int_equal(static_load(folders, 3, STR("/theme/"), &set, &err), 0);
	return set;
}

static struct str body_at(const struct static_set *set, struct str address)
{
	struct page *page = static_page(set, address);
	assert_non_null(page);
	return page_form(page, CODING_IDENTITY)->body;
}

static void addresses_name_the_content(void **state)
{
	struct static_set *set = load(*state);
	struct str address = static_address(set, STR("icon.svg"));
	assert_true(str_starts(address, STR("/theme/icon-")) && str_ends(address, STR(".svg")));
	assert_true(str_eq(body_at(set, address), STR("<svg/>")));
	assert_int_equal(static_page(set, address)->policy, CACHE_IMMUTABLE);
	assert_true(str_eq(static_page(set, address)->content_type, STR("image/svg+xml")));
	assert_null(static_page(set, STR("/theme/icon.svg")));
	assert_null(static_page(set, STR("/theme/../icon.svg")));
	assert_true(str_empty(static_address(set, STR("README.md"))));
	assert_true(str_empty(static_address(set, STR(".hidden.css"))));
	static_destroy(set);
}

static void styles_name_their_files(void **state)
{
	struct static_set *set = load(*state);
	struct str style = body_at(set, static_address(set, STR("site.css")));
	assert_true(str_find(style, static_address(set, STR("icon.svg"))) != SIZE_MAX);
	assert_true(str_find(style, static_address(set, STR("face.woff2"))) != SIZE_MAX);
	assert_true(str_find(style, STR("url(missing.png)")) != SIZE_MAX);
	assert_true(str_ends(style, STR("d{y:url(data:x)}")));
	static_destroy(set);
}

/* A new icon changes the style sheet's own address too. */
static void a_change_is_a_new_address(void **state)
{
	struct fixture *fixture = *state;
	struct static_set *before = load(fixture);
	write_file(fixture->own, "icon.svg", "<svg id='own'/>");
	struct static_set *after = load(fixture);
	assert_false(str_eq(static_address(before, STR("icon.svg")), static_address(after, STR("icon.svg"))));
	assert_false(str_eq(static_address(before, STR("site.css")), static_address(after, STR("site.css"))));
	assert_true(str_eq(static_address(before, STR("face.woff2")), static_address(after, STR("face.woff2"))));
	assert_true(str_eq(body_at(after, static_address(after, STR("icon.svg"))), STR("<svg id='own'/>")));
	static_destroy(before);
	static_destroy(after);
}

static void compressed_from_the_start(void **state)
{
	struct fixture *fixture = *state;
	char text[2000];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = 0;
	write_file(fixture->theme, "long.js", text);
	struct static_set *set = load(fixture);
	struct page *page = static_page(set, static_address(set, STR("long.js")));
	assert_non_null(page_form(page, CODING_GZIP));
	assert_true(page_form(page, CODING_BROTLI)->best);
	static_destroy(set);
	static_destroy(NULL);
}

static void types(void **state)
{
	(void)state;
	assert_true(str_eq(static_content_type(STR("a.webp")), STR("image/webp")));
	assert_true(str_eq(static_content_type(STR("a.b.pdf")), STR("application/pdf")));
	assert_true(str_eq(static_content_type(STR("a")), STR("application/octet-stream")));
	assert_true(str_eq(static_content_type(STR("a.html")), STR("application/octet-stream")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(addresses_name_the_content, set_up, tear_down),
		cmocka_unit_test_setup_teardown(styles_name_their_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_change_is_a_new_address, set_up, tear_down),
		cmocka_unit_test_setup_teardown(compressed_from_the_start, set_up, tear_down),
		cmocka_unit_test(types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
