#include "base/file.h"
#include "feeds/sitemap.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define MAX (1u << 20)

/* Golden files are written by hand of a reader of the specifications and compared byte by byte. */
static void assert_golden(const struct feed *feed, enum feed_format format, const char *name)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str path = arena_printf(arena, "%s/tests/feeds/golden/%s", CRIER_SOURCE_DIR, name), golden;
	BUF_SCOPED out = BUF_INIT(MAX);
	struct err err = {0};

	feed_put(feed, format, &out);
	assert_false(out.over);
	assert_int_equal(file_read(path.ptr, MAX, arena, &golden, &err), 0);
	buf_put_byte(&out, '\0');
	assert_string_equal(out.ptr, arena_cstr(arena, golden));
}

static void rss_is_golden(void **state)
{
	struct feed feed = sample_feed();

	(void)state;
	assert_golden(&feed, FEED_RSS, "list.rss");
}

static void atom_is_golden(void **state)
{
	struct feed feed = sample_feed();

	(void)state;
	assert_golden(&feed, FEED_ATOM, "list.atom");
}

static void json_is_golden(void **state)
{
	struct feed feed = sample_feed();

	(void)state;
	assert_golden(&feed, FEED_JSON, "list.json");
}

static void empty_feeds_are_golden(void **state)
{
	struct feed feed = sample_empty_feed();

	(void)state;
	assert_golden(&feed, FEED_RSS, "empty.rss");
	assert_golden(&feed, FEED_ATOM, "empty.atom");
	assert_golden(&feed, FEED_JSON, "empty.json");
}

static size_t count_of(struct str text, struct str needle)
{
	size_t count = 0, at;

	while ((at = str_find(text, needle)) != SIZE_MAX) {
		count++;
		text = str_skip(text, at + needle.len);
	}
	return count;
}

/* The parsed form is checked by check_feeds.py; here: no byte of the attack stands in the markup. */
static void hostile_strings_stay_text(void **state)
{
	struct feed feed = sample_hostile_feed();

	(void)state;
	for (enum feed_format format = 0; format < FEED_FORMATS; format++) {
		BUF_SCOPED out = BUF_INIT(MAX);

		feed_put(&feed, format, &out);
		assert_int_equal(count_of(buf_str(&out), STR("<script")), 0);
		assert_int_equal(count_of(buf_str(&out), STR("]]>")), 0);
		assert_int_equal(count_of(buf_str(&out), STR("\x01")), 0);
		assert_int_equal(count_of(buf_str(&out), STR("\xff")), 0);
		assert_true(count_of(buf_str(&out), STR("alert(1)")) >= 8);
	}
}

static void the_same_entries_give_the_same_bytes(void **state)
{
	struct feed feed = sample_feed();
	BUF_SCOPED once = BUF_INIT(MAX);
	BUF_SCOPED again = BUF_INIT(MAX);

	(void)state;
	feed_put(&feed, FEED_ATOM, &once);
	feed_put(&feed, FEED_ATOM, &again);
	assert_true(str_eq(buf_str(&once), buf_str(&again)));
}

static void robots_lists_sitemaps(void **state)
{
	const struct str closed[] = {STR("/search?"), STR("/fr/search?")};
	const struct str sitemaps[] = {STR("https://news.example.org/sitemap.xml")};
	BUF_SCOPED out = BUF_INIT(MAX);

	(void)state;
	robots_put(&out, closed, 2, sitemaps, 1);
	assert_true(str_eq(buf_str(&out), STR("User-agent: *\nDisallow: /search?\nDisallow: /fr/search?\n\n"
					      "Sitemap: https://news.example.org/sitemap.xml\n")));
}

static void security_expires_at_a_day(void **state)
{
	const struct str languages[] = {STR("en"), STR("fr")};
	BUF_SCOPED morning = BUF_INIT(MAX);
	BUF_SCOPED evening = BUF_INIT(MAX);

	(void)state;
	security_put(&morning, STR("mailto:security@example.org"),
		     STR("https://news.example.org/.well-known/security.txt"), languages, 2, 1781424600);
	security_put(&evening, STR("mailto:security@example.org"),
		     STR("https://news.example.org/.well-known/security.txt"), languages, 2, 1781424600 + 3600 * 12);
	assert_true(str_eq(buf_str(&morning), buf_str(&evening)));
	assert_true(
		str_eq(buf_str(&morning), STR("Contact: mailto:security@example.org\nExpires: 2026-12-11T00:00:00Z\n"
					      "Canonical: https://news.example.org/.well-known/security.txt\n"
					      "Preferred-Languages: en, fr\n")));
}

static void opensearch_keeps_to_its_lengths(void **state)
{
	BUF_SCOPED out = BUF_INIT(MAX);
	struct opensearch opensearch = {.short_name = STR("Ärzte für Menschenrechte weltweit"),
					.description = STR("d"),
					.language = STR("de"),
					.search_url = STR("https://news.example.org/search")};

	(void)state;
	opensearch_put(&out, &opensearch);
	assert_int_equal(count_of(buf_str(&out), STR("<ShortName>Ärzte für Mensch</ShortName>")), 1);
	assert_int_equal(count_of(buf_str(&out), STR("template=\"https://news.example.org/search?q={searchTerms}\"")),
			 1);
}

/* Every entry stands in exactly one part, and a full part does not move when the site grows. */
static void parts_cover_everything_once(void **state)
{
	static const size_t totals[] = {0, 1, 999, 1000, 1001, 50000, 1000003};

	(void)state;
	for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) {
		size_t sum = 0, below = totals[i];

		for (size_t part = 1; part <= sitemap_parts(totals[i]); part++) {
			size_t offset, limit;

			sitemap_part(totals[i], part, &offset, &limit);
			assert_true(limit <= SITEMAP_PART_ADDRESSES);
			assert_int_equal(offset + limit, below); /* the next part begins where this one ends */
			below = offset;
			sum += limit;
		}
		assert_int_equal(sum, totals[i]);
		assert_int_equal(below, 0);
	}
	assert_int_equal(sitemap_parts(0), 1);
	assert_int_equal(sitemap_parts(1001), 2);
	assert_int_equal(sitemap_parts(1000000), 1000);
	assert_int_equal(sitemap_parts(50000000), SITEMAP_PARTS_MAX); /* all that the protocol lets an index name */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rss_is_golden),
		cmocka_unit_test(atom_is_golden),
		cmocka_unit_test(json_is_golden),
		cmocka_unit_test(empty_feeds_are_golden),
		cmocka_unit_test(hostile_strings_stay_text),
		cmocka_unit_test(the_same_entries_give_the_same_bytes),
		cmocka_unit_test(parts_cover_everything_once),
		cmocka_unit_test(robots_lists_sitemaps),
		cmocka_unit_test(security_expires_at_a_day),
		cmocka_unit_test(opensearch_keeps_to_its_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
