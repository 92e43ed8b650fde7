/* Texts: every byte and every escape, what is written and read back, what would open another file, and what the values
 * of crier.conf must be like. */
#include "reading.h"

#include "base/buf.h"
#include "base/random.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <unistd.h>

static const struct config_key one_key[] = {{"t", CONFIG_TEXT}, {"n", CONFIG_INT, .least = -9, .most = 99}, {0}};

static int read_one(struct str content, struct str *ret_text, struct err *err)
{
	struct config_values values;
	int rc = config_parse(content, "f", one_key, arena, &values, err);
	if (rc == 0)
		*ret_text = config_text(&values, "t");
	return rc;
}

static bool is_blank(int byte)
{
	return byte >= '\t' && byte <= '\r';
}

/* A byte as it is: what is ASCII and no control character is the text, anything else is a mistake in line 2. */
static void every_byte_in_a_text(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		struct err err = {0};
		struct str text = STR("");
		BUF_SCOPED file = BUF_INIT(100);
		buf_put_cstr(&file, "\nt = \"a");
		buf_put_byte(&file, (char)byte);
		buf_put_cstr(&file, "b\";");
		int rc = read_one(buf_str(&file), &text, &err);
		bool good = (byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\') || is_blank(byte);
		if (byte == '\\') { /* with the b behind it, no escape that is known */
			assert_int_equal(rc, 0);
			continue;
		}
		if (rc != (good ? 0 : ERR_INPUT))
			fail_msg("byte %02x: answered %d: %s", byte, rc, err.text);
		if (good) {
			assert_true(str_eq(text, str_of((const char[]){'a', (char)byte, 'b'}, 3)));
			continue;
		}
		assert_int_equal(strncmp(err.text, "f:2: found ", 11), 0);
		if (byte != '"')
			assert_non_null(strstr(err.text, byte == 0     ? "a zero byte"
							 : byte < 0x80 ? "a control character"
								       : "not UTF-8"));
	}
}

/* The same bytes by their number: the text has them, or the escape is named. */
static void every_byte_by_its_number(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		for (int capital = 0; capital < 2; capital++) {
			struct err err = {0};
			struct str text = STR("");
			char escape[8];
			snprintf(escape, sizeof escape, capital ? "\\x%02X" : "\\x%02x", (unsigned)byte);
			struct str file = arena_printf(arena, "n = 5;\n\nt = \"a%sb\";", escape);
			int rc = read_one(file, &text, &err);
			if ((byte >= 0x20 && byte < 0x7F) || is_blank(byte)) {
				assert_int_equal(rc, 0);
				assert_true(str_eq(text, str_of((const char[]){'a', (char)byte, 'b'}, 3)));
				continue;
			}
			assert_int_equal(rc, ERR_INPUT);
			assert_string_equal(err.text, arena_printf(arena,
								   "f:3: found the escape %s; accepted: the "
								   "character itself, in UTF-8",
								   escape)
							      .ptr);
		}
	}
}

static void what_only_looks_like_an_escape(void **state)
{
	static const struct {
		const char *file;
		const char *text; /* NULL: refused */
	} rows[] = {
		{"t = \"\\\\xe9\";", "\\xe9"}, /* a backslash, and letters */
		{"t = \"\\\\\\xe9\";", NULL},
		{"t = \"\\\"\\x00\";", NULL},
		{"t = \"a\" \"\\xff\";", NULL},
		{"t = \"a\" /* \\xff */ \"b\"; # \\xff", "ab"},
		{"t = \"x00\";", "x00"},
		{"t = \"\\n\\t\\r\\f\\\"\\\\\";", "\n\t\r\f\"\\"},
		{"t = \"\";", ""},
		{"t = \"\xe6\x97\xa5\xf0\x9f\x95\x8a\";", "\xe6\x97\xa5\xf0\x9f\x95\x8a"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		struct str text = STR("?");
		int rc = read_one(str_from(rows[i].file), &text, &err);
		if (rc != (rows[i].text ? 0 : ERR_INPUT))
			fail_msg("%s: answered %d: %s", rows[i].file, rc, err.text);
		if (rows[i].text)
			assert_text(text, rows[i].text);
	}
}

/* ---- other files ---- */

/* The file to be included is there and would do no harm: what is refused is reading it. */
static void no_other_file_is_read(void **state)
{
	static const char *const forms[] = {
		"@include \"%s\"\n",           "\n\n@include \"%s\"\n",          " \t@include\t\"%s\"",
		"n = 5;\r\n@include \"%s\"",   "/* a */\n  @include   \"%s\" #", "\v@include \"%s\"\n",
		"\xef\xbb\xbf@include \"%s\"",
	};
	(void)state;
	char path[] = "/tmp/crier-include-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "t = \"stolen\";\n", 14), 14);
	close(fd);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct err err = {0};
		struct str text = STR("");
		char file[200];
		const char *at = strstr(forms[i], "%s");
		snprintf(file, sizeof file, "%.*s%s%s", (int)(at - forms[i]), forms[i], path, at + 2);
		assert_int_equal(read_one(str_from(file), &text, &err), ERR_INPUT);
		assert_non_null(strstr(err.text, "found @include; accepted: everything in this one file"));
		assert_int_equal(text.len, 0);
	}
	/* Where the library would not read it either, it is a mistake of its own or nothing at all. */
	struct err err = {0};
	struct str text = STR("");
	assert_int_equal(read_one(arena_printf(arena, "n = 5; @include \"%s\"\n", path), &text, &err), ERR_INPUT);
	assert_int_equal(read_one(arena_printf(arena, "t = \"@include \\\"%s\\\"\";", path), &text, &err), 0);
	assert_true(str_starts(text, STR("@include")));
	unlink(path);
}

/* ---- lines ---- */

static void lines_are_counted_alike_everywhere(void **state)
{
	static const struct {
		const char *file;
		int line;
	} rows[] = {
		{"n = 100;", 1},
		{"\n\nn = 100;", 3},
		{"\r\n\r\nn = 100;", 3},
		{"/* \n\n */ n = 100;", 3},
		{"# a\n// b\nn = 100;", 3},
		{"t = \"a\nb\n\";\nn = 100;", 4},
		{"t = \"a\" \n \"b\"\n;n = 100;", 3},
		{"n\n=\n100\n;", 1},
		{"t = \"\xe2\x80\xa8\";\nn = 100;", 2}, /* U+2028 ends no line */
		{"\xef\xbb\xbf\nn = 100;", 2},
		{"t = \"a\";\n\nn = ;", 3},
		{"t = \"a\";\n\nn = 99999999999;", 3},
		{"t = \"a\";\n\n\x01", 3},
		{"t = \"a\";\n\n\xff", 3},
		{"t = \"a\";\n\nother = 1;", 3},
		{"t = \"a\";\n\nt = \"b\";", 3},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		struct str text;
		char start[16];
		snprintf(start, sizeof start, "f:%d: found ", rows[i].line);
		assert_int_equal(read_one(str_from(rows[i].file), &text, &err), ERR_INPUT);
		if (strncmp(err.text, start, strlen(start)) != 0)
			fail_msg("%zu: found '%s', expected line %d", i, err.text, rows[i].line);
	}
}

/* ---- there and back ---- */

/* A text of characters that a file may hold, quotes, backslashes and line ends among them. */
static struct str random_text(struct random *random, size_t most)
{
	BUF_SCOPED out = BUF_INIT(2000);
	static const uint32_t picks[] = {'"', '\\', '\n', '\t',  '#',    '/',     '*',      ';', '{', '}', 'x',  '0',
					 ' ', '@',  0xE9, 0x5D0, 0x65E5, 0x1F54A, 0x10FFFF, 'a', '=', ':', '\'', '%'};
	size_t count = random_u64(random) % most;
	for (size_t i = 0; i < count; i++)
		utf8_put(&out, picks[random_u64(random) % (sizeof picks / sizeof *picks)]);
	return buf_copy(&out, arena);
}

static void what_is_written_is_read(void **state)
{
	struct random_fixed fixed;
	struct random *random = &fixed.random;
	(void)state;
	random_fixed_init(&fixed, 20);
	for (int i = 0; i < 300; i++) {
		struct str name = random_text(random, 40), zone = STR("Europe/Paris");
		int64_t port = 1 + (int64_t)(random_u64(random) % 65535);
		struct config_default known[] = {{"site.name", name},
						 {"site.url", STR("https://news.example.org")},
						 {"site.time_zone", zone},
						 {"listen.port", arena_printf(arena, "%lld", (long long)port)}};
		struct crier_config config;
		struct err err = {0};
		int rc = config_load_text(config_default_text(arena, known, 4), "f", "/d", arena, &config, &err);
		if (name.len < 1 || name.len > 200) {
			assert_int_equal(rc, ERR_INPUT);
			continue;
		}
		if (rc != 0)
			fail_msg("'%.*s': %s", STR_ARG(name), err.text);
		assert_true(str_eq(config.site.name, name));
		assert_true(str_eq(config.site.time_zone, zone));
		assert_int_equal(config.listen.port, port);
		assert_int_equal(config.site.page_items, 20); /* what was not given keeps its default */
	}
}

/* ---- values of crier.conf ---- */

static int load(const char *group, const char *lines, struct crier_config *ret_config, struct err *err)
{
	bool site = strcmp(group, "site") == 0;
	struct str file = arena_printf(arena, "site = { name = \"N\"; url = \"https://x.example\";\n%s };\n%s%s%s",
				       site ? lines : "", site ? "" : group, site ? "" : " = {\n",
				       site ? "" : arena_printf(arena, "%s };", lines).ptr);
	return config_load_text(file, "f", "/srv/news", arena, ret_config, err);
}

static void contacts_can_be_written_to(void **state)
{
	static const struct {
		const char *lines;
		const char *says; /* NULL: good */
	} rows[] = {
		{"contact_email = \"\"; contact_url = \"\";", NULL},
		{"contact_email = \"press@news.example\";", NULL},
		{"contact_email = \"a.b+c@x\";", NULL},
		{"contact_email = \"press\";", "f:2: found site.contact_email, which is not an address"},
		{"contact_email = \"@x\";", "accepted: NAME@HOST, or empty"},
		{"contact_email = \"a@\";", "site.contact_email"},
		{"contact_email = \"a@b@c\";", "site.contact_email"},
		{"contact_email = \"a b@c\";", "site.contact_email"},
		{"contact_email = \"a@b\\nX: y\";", "site.contact_email"},
		{"contact_email = \"<a@b>\";", "site.contact_email"},
		{"contact_url = \"https://x.example/contact?a=b#c\";", NULL},
		{"contact_url = \"mailto:a@b\";", NULL},
		{"contact_url = \"tel:+4412345\";", NULL},
		{"contact_url = \"x.example/contact\";", "f:2: found site.contact_url, which is not an address"},
		{"contact_url = \"javascript:alert(1)\";", "accepted: https://…, mailto:… or tel:…, or empty"},
		{"contact_url = \"https://\";", "site.contact_url"},
		{"contact_url = \"https://x/\\nExpires: never\";", "site.contact_url"},
		{"contact_url = \"https://x/\\\"><b\";", "site.contact_url"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		struct crier_config config;
		int rc = load("site", rows[i].lines, &config, &err);
		if (rc != (rows[i].says ? ERR_INPUT : 0))
			fail_msg("%s: answered %d: %s", rows[i].lines, rc, err.text);
		if (rows[i].says && !strstr(err.text, rows[i].says))
			fail_msg("%s: found '%s', expected '%s'", rows[i].lines, err.text, rows[i].says);
	}
}

static void databases_are_found_from_the_folder(void **state)
{
	static const struct {
		const char *url, *found; /* NULL: refused */
	} rows[] = {
		{"sqlite:store.db", "sqlite:/srv/news/store.db"},
		{"sqlite:data/store.db", "sqlite:/srv/news/data/store.db"},
		{"sqlite:../x.db", "sqlite:/srv/news/../x.db"},
		{"sqlite:/var/x.db", "sqlite:/var/x.db"},
		{"sqlite::memory:", "sqlite::memory:"},
		{"sqlite:a b.db", "sqlite:/srv/news/a b.db"},
		{"postgres://u@h/n?sslmode=require", "postgres://u@h/n?sslmode=require"},
		{"postgresql:///n?host=/run/pg", "postgresql:///n?host=/run/pg"},
		{"sqlite:", NULL},
		{"sqlite", NULL},
		{"store.db", NULL},
		{"POSTGRES://h/n", NULL},
		{"postgres:/h/n", NULL},
		{"mysql://h/n", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		struct crier_config config;
		int rc = load("database", arena_printf(arena, "\nurl = \"%s\";", rows[i].url).ptr, &config, &err);
		if (rc != (rows[i].found ? 0 : ERR_INPUT))
			fail_msg("%s: answered %d: %s", rows[i].url, rc, err.text);
		if (rows[i].found)
			assert_text(config.database.url, rows[i].found);
		else
			assert_non_null(strstr(err.text, "f:5: found database.url of another kind; accepted: sqlite:"));
	}
}

static void zones_have_the_form_of_a_name(void **state)
{
	static const struct {
		const char *zone;
		bool good;
	} rows[] = {
		{"UTC", true},
		{"Europe/London", true},
		{"America/Argentina/Buenos_Aires", true},
		{"Etc/GMT+5", true},
		{"Asia/Port-Moresby", true},
		{"", false},
		{"../../etc", false},
		{"/etc/localtime", false},
		{"Europe/London ", false},
		{"Europe\\\\London", false},
		{":UTC", false},
		{"Z\xc3\xbcrich", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		struct crier_config config;
		int rc = load("site", arena_printf(arena, "time_zone = \"%s\";", rows[i].zone).ptr, &config, &err);
		if (rc != (rows[i].good ? 0 : ERR_INPUT))
			fail_msg("%s: answered %d: %s", rows[i].zone, rc, err.text);
	}
}

/* What was asked for wrongly is told, and what was to be filled stays as it was. */
static void a_refused_file_gives_nothing_out(void **state)
{
	(void)state;
	struct crier_config config, before;
	memset(&config, 0x5A, sizeof config);
	before = config;
	static const char *const lines[] = {"contact_email = \"x\";", "time_zone = \"?\";", "url = \"\";",
					    "page_items = 0;", "languages = (\"\");"};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct err err = {0};
		assert_int_equal(load("site", lines[i], &config, &err), ERR_INPUT);
		assert_int_equal(err.code, ERR_INPUT);
		assert_memory_equal(&config, &before, sizeof config);
		assert_int_equal(load("site", lines[i], &config, NULL), ERR_INPUT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_byte_in_a_text),
		TEST(every_byte_by_its_number),
		TEST(what_only_looks_like_an_escape),
		TEST(no_other_file_is_read),
		TEST(lines_are_counted_alike_everywhere),
		TEST(what_is_written_is_read),
		TEST(contacts_can_be_written_to),
		TEST(databases_are_found_from_the_folder),
		TEST(zones_have_the_form_of_a_name),
		TEST(a_refused_file_gives_nothing_out),
	};
	return cmocka_run_group_tests_name("config: texts", tests, NULL, NULL);
}
