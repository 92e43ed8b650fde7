/* Every key of crier.conf, from its schema: both bounds and one beyond each, every wrong type, every accepted word,
 * with the exact message. And files of unusual form. */
#include "reading.h"

#include "base/buf.h"
#include "base/limits.h"

#include <inttypes.h>

/* A file that is good but for what stands at one key. */
static struct str file_with(const char *group, const char *name, struct str value)
{
	BUF_SCOPED out = BUF_INIT(1u << 20);
	for (const struct config_key *g = config_schema; g->name; g++) {
		bool here = strcmp(g->name, group) == 0;
		if (!here && !g->required)
			continue;
		buf_printf(&out, "%s = {\n", g->name);
		for (const struct config_key *key = g->children; key->name; key++)
			if (key->required && !(here && strcmp(key->name, name) == 0))
				buf_printf(&out, "%s = \"https://x.example\";\n", key->name);
		if (here)
			buf_printf(&out, "%s = %.*s;\n", name, STR_ARG(value));
		buf_put_cstr(&out, "};\n");
	}
	return buf_copy(&out, arena);
}

static int parse(struct str content, struct err *err)
{
	struct config_values values;
	return config_parse(content, "f", config_schema, arena, &values, err);
}

static void takes(const char *group, const struct config_key *key, struct str value)
{
	struct err err = {0};
	int rc = parse(file_with(group, key->name, value), &err);
	if (rc != 0)
		fail_msg("%s.%s = %.60s: %s", group, key->name, value.ptr, err.text);
}

/* "f:LINE: found GROUP.KEY = SHOWN; accepted: ACCEPTED" */
static void refuses(const char *group, const struct config_key *key, struct str value, const char *shown,
		    const char *accepted)
{
	struct err err = {0};
	int rc = parse(file_with(group, key->name, value), &err);
	if (rc != ERR_INPUT)
		fail_msg("%s.%s = %.60s: answered %d", group, key->name, value.ptr, rc);
	BUF_SCOPED expected = BUF_INIT(2000);
	buf_printf(&expected, "found %s.%s = %s", group, key->name, shown);
	struct str cut = str_sub(buf_str(&expected), 0, 6 + 160); /* what was found is cut there */
	if (strncmp(err.text, "f:", 2) != 0 || str_find(str_from(err.text), cut) == SIZE_MAX)
		fail_msg("found '%s', expected '%.*s'", err.text, STR_ARG(cut));
	if (!strstr(err.text, accepted))
		fail_msg("found '%s', expected '%s'", err.text, accepted);
}

#define EACH_KEY(group, key)                                                                                           \
	for (const struct config_key *group = config_schema; group->name; group++)                                     \
		for (const struct config_key *key = group->children; key->name; key++)

static void numbers_at_their_bounds(void **state)
{
	(void)state;
	int seen = 0;
	EACH_KEY(group, key)
	{
		if (key->type != CONFIG_INT)
			continue;
		char accepted[100];
		snprintf(accepted, sizeof accepted, "; accepted: a number from %" PRId64 " to %" PRId64, key->least,
			 key->most);
		const int64_t good[] = {key->least, key->least + 1, key->most - 1, key->most};
		const int64_t bad[] = {key->least - 1, key->most + 1, -1000000, 2147483647};
		for (int i = 0; i < 4; i++)
			takes(group->name, key, arena_printf(arena, "%" PRId64, good[i]));
		for (int i = 0; i < 4; i++) {
			struct str value = arena_printf(arena, "%" PRId64, bad[i]);
			refuses(group->name, key, value, value.ptr, accepted);
		}
		takes(group->name, key, arena_printf(arena, "%" PRId64 "L", key->most));
		takes(group->name, key, arena_printf(arena, "0x%" PRIx64, (uint64_t)key->most));
		seen++;
	}
	assert_true(seen >= 10);
}

static struct str quoted(size_t bytes, const char *unit)
{
	BUF_SCOPED out = BUF_INIT(1u << 20);
	size_t each = strlen(unit);
	buf_put_byte(&out, '"');
	for (size_t i = 0; i + each <= bytes; i += each)
		buf_put_cstr(&out, unit);
	for (size_t i = 0; i < bytes % each; i++)
		buf_put_byte(&out, 'x');
	buf_put_byte(&out, '"');
	return buf_copy(&out, arena);
}

static void texts_at_their_bounds(void **state)
{
	(void)state;
	EACH_KEY(group, key)
	{
		if (key->type != CONFIG_TEXT || key->accepted)
			continue;
		size_t most = key->most ? (size_t)key->most : 1000, least = (size_t)key->least;
		takes(group->name, key, quoted(most, "a"));
		takes(group->name, key, quoted(most, "\xc3\xa9")); /* bytes count, not characters */
		takes(group->name, key, quoted(least, "a"));
		struct err err = {0};
		assert_int_equal(parse(file_with(group->name, key->name, quoted(most + 1, "a")), &err), ERR_INPUT);
		assert_non_null(strstr(err.text, "accepted: a text"));
		if (!least)
			continue;
		struct str shorter = quoted(least - 1, "a");
		refuses(group->name, key, shorter, shorter.ptr, "accepted: a text");
	}
}

static void words_are_those_accepted(void **state)
{
	(void)state;
	EACH_KEY(group, key)
	{
		for (size_t i = 0; key->accepted && key->accepted[i]; i++) {
			takes(group->name, key, arena_printf(arena, "\"%s\"", key->accepted[i]));
			const char *const wrong[] = {"", "x", " "};
			for (size_t k = 0; k < 3; k++) {
				struct str value = arena_printf(arena, "\"%s%s\"", k ? key->accepted[i] : "", wrong[k]);
				refuses(group->name, key, value, value.ptr,
					arena_printf(arena, "accepted: \"%s\"", key->accepted[0]).ptr);
			}
			char capital[40];
			snprintf(capital, sizeof capital, "\"%s\"", key->accepted[i]);
			capital[1] = (char)(capital[1] - 'a' + 'A'); /* case counts */
			refuses(group->name, key, str_from(capital), capital, "accepted: ");
		}
	}
}

static void every_wrong_type_is_named(void **state)
{
	static const struct {
		const char *value, *shown;
		unsigned good; /* for these types, 1 << type */
	} rows[] = {
		{"5", "5", 1u << CONFIG_INT},
		{"5L", "5", 1u << CONFIG_INT},
		{"1.5", "1.5", 0},
		{"1e3", "1000", 0},
		{"true", "true", 1u << CONFIG_BOOL},
		{"False", "false", 1u << CONFIG_BOOL},
		{"{ }", "a group", 0},
		{"{ a = 1; }", "a group", 0},
		{"( 1, 2 )", "1", 1u << 31}, /* a list's own message names its element */
		{"[ 1, 2 ]", "1", 1u << 31},
		{"( ( ) )", "a list of 0", 1u << 31},
	};
	static const char *const accepted[] = {[CONFIG_BOOL] = "true or false",
					       [CONFIG_INT] = "a number from",
					       [CONFIG_TEXT] = "",
					       [CONFIG_TEXTS] = "a list of texts"};
	(void)state;
	EACH_KEY(group, key)
	{
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			if (rows[i].good & 1u << key->type)
				continue;
			if (rows[i].good == 1u << 31 && key->type != CONFIG_TEXTS)
				refuses(group->name, key, str_from(rows[i].value), "a list of", accepted[key->type]);
			else
				refuses(group->name, key, str_from(rows[i].value), rows[i].shown, accepted[key->type]);
		}
		if (key->type != CONFIG_TEXT)
			refuses(group->name, key, STR("\"text\""), "\"text\"", accepted[key->type]);
	}
}

static void lists_at_their_bounds(void **state)
{
	(void)state;
	EACH_KEY(group, key)
	{
		if (key->type != CONFIG_TEXTS)
			continue;
		for (int64_t count = 0; count <= key->most + 1; count++) {
			BUF_SCOPED out = BUF_INIT(1u << 20);
			buf_put_byte(&out, '(');
			for (int64_t i = 0; i < count; i++)
				buf_printf(&out, "%s\"x%" PRId64 "\"", i ? ", " : "", i);
			buf_put_byte(&out, ')');
			if (count >= key->least && count <= key->most)
				takes(group->name, key, buf_copy(&out, arena));
			else
				refuses(group->name, key, buf_copy(&out, arena),
					arena_printf(arena, "a list of %" PRId64, count).ptr, "a list of texts");
		}
	}
}

/* A key that is nearly one of the group's names it. */
static void mistyped_names_are_guessed(void **state)
{
	(void)state;
	EACH_KEY(group, key)
	{
		size_t length = strlen(key->name);
		if (length < 4)
			continue;
		for (int how = 0; how < 3; how++) {
			char name[60];
			snprintf(name, sizeof name, "%s%s", key->name, how == 1 ? "s" : "");
			if (how == 0)
				name[length - 1] = 0;
			if (how == 2) {
				name[length - 2] = key->name[length - 1];
				name[length - 1] = key->name[length - 2];
			}
			bool known = false;
			for (const struct config_key *other = group->children; other->name; other++)
				known |= strcmp(other->name, name) == 0;
			if (known)
				continue;
			struct err err = {0};
			assert_int_equal(parse(file_with(group->name, name, STR("1")), &err), ERR_INPUT);
			char says[200];
			snprintf(says, sizeof says, "found the unknown key %s.%s; did you mean %s?", group->name, name,
				 key->name);
			if (!strstr(err.text, says))
				fail_msg("found '%s', expected '%s'", err.text, says);
		}
	}
}

/* ---- what the schema cannot say ---- */

static int load(const char *site, struct err *err)
{
	struct crier_config config;
	return config_load_text(arena_printf(arena, "site = { name = \"N\"; %s };", site), "f", "/d", arena, &config,
				err);
}

static void addresses_of_the_site(void **state)
{
	static const struct {
		const char *url;
		bool good;
	} rows[] = {
		{"https://news.example.org", true},
		{"http://localhost:8080", true},
		{"https://[2001:db8::1]:8443", true},
		{"https://192.0.2.7", true},
		{"https://news.example.org:1", true},
		{"https://news.example.org:65535", true},
		{"https://xn--fiq228c.example", true},
		{"https://news.example.org/", false},
		{"https://news.example.org/news", false},
		{"https://news.example.org?x", false},
		{"https://news.example.org#x", false},
		{"https://user@news.example.org", false},
		{"https://news example.org", false},
		{"https://n\xc3\xa9ws.example", false},
		{"https://news.example.org\\", false},
		{"ftp://news.example.org", false},
		{"HTTPS://", false},
		{"https://", false},
		{"https://:8080", false},
		{"https://news.example.org:", false},
		{"https://news.example.org:0", false},
		{"https://news.example.org:65536", false},
		{"https://news.example.org:80a", false},
		{"https://a:1:2", false},
		{"news.example.org", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		BUF_SCOPED escaped = BUF_INIT(200);
		for (const char *c = rows[i].url; *c; c++) {
			if (*c == '\\')
				buf_put_byte(&escaped, '\\');
			buf_put_byte(&escaped, *c);
		}
		buf_put_byte(&escaped, 0);
		int rc = load(arena_printf(arena, "url = \"%s\";", escaped.ptr).ptr, &err);
		if (rc != (rows[i].good ? 0 : ERR_INPUT))
			fail_msg("%s: answered %d: %s", rows[i].url, rc, err.text);
		if (!rows[i].good)
			assert_non_null(strstr(err.text, "accepted: "));
	}
}

static void codes_of_languages(void **state)
{
	static const struct {
		const char *list;
		bool good;
	} rows[] = {
		{"\"en\"", true},
		{"\"en\", \"fr\", \"ar\", \"pt-BR\", \"zh-Hant\", \"es-419\", \"sr-Latn-RS\", \"gsw\"", true},
		{"\"en\", \"en\"", false},
		{"\"en\", \"EN\"", false}, /* addresses and tags do not tell case apart */
		{"\"pt-BR\", \"pt-br\"", false},
		{"\"en\", \"en-GB\"", true},
		{"\"e\"", false},
		{"\"engl\"", false},
		{"\"en_GB\"", false},
		{"\"en-\"", false},
		{"\"-en\"", false},
		{"\"en--GB\"", false},
		{"\"en-abcdefghi\"", false},
		{"\"\"", false},
		{"\"e1\"", false},
		{"\"fran\xc3\xa7"
		 "ais\"",
		 false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		int rc = load(arena_printf(arena, "url = \"https://x.example\"; languages = (%s);", rows[i].list).ptr,
			      &err);
		if (rc != (rows[i].good ? 0 : ERR_INPUT))
			fail_msg("%s: answered %d: %s", rows[i].list, rc, err.text);
	}
}

/* ---- unusual files ---- */

#define SITE "site = { name = \"N\"; url = \"https://x.example\"; };\n"

static void files_of_unusual_form(void **state)
{
	static const struct {
		const char *text;
		const char *says; /* NULL: good */
	} rows[] = {
		{SITE, NULL},
		{"\r\nsite : { name : \"N\", url : \"https://x.example\" }\r\n", NULL},
		{"/* a\nb */ " SITE "// end", NULL},
		{"# \"\n" SITE "# \"", NULL},
		{"# @include is not at its place\n" SITE, NULL},
		{SITE "/* 99999999999 */ # 99999999999\n// 99999999999", NULL},
		{"site = { name = \"99999999999\"; url = \"https://x.example\"; };", NULL},
		{"site = { name = \"a /* b // c # d\"; url = \"https://x.example\"; };", NULL},
		{"site = { name = \"a\\\" 99999999999 \\\\\"; url = \"https://x.example\"; };", NULL},
		{"site = { name = \"one \" \"two\"; url = \"https://x.example\"; };", NULL},
		{"", "f:1: found no site, which is required"},
		{"# nothing", "found no site, which is required"},
		{"\n\nsite = { };", "f:3: found no site.name, which is required"},
		{SITE SITE, "f:2: found a name that its group has already"},
		{SITE "log = { level = \"info\"; level = \"warn\"; };", "f:2: found a name that its group has already"},
		{"site = \"N\";", "f:1: found site = \"N\"; accepted: a group"},
		{SITE "sitee = 1;", "f:2: found the unknown key sitee; did you mean site?"},
		{SITE "@include \"/etc/passwd\"\n", "f:2: found @include"},
		{SITE "  \t@include \"x\"\n", "f:2: found @include"},
		{SITE "listen = { port = 99999999999; };", "f:2: found the number 99999999999"},
		{SITE "listen = { port = 99999999999999999999L; };", "f:2: found the number 99999999999999999999L"},
		{SITE "listen = { port = 0x1FFFFFFFF; };", "f:2: found the number 0x1FFFFFFFF"},
		{SITE "listen = {\nport =\n\n70000; };", "f:3: found listen.port = 70000"},
		{SITE "listen = { port = 80 ", "f:2: found a syntax error"},
		{SITE "\xff", "f:2: found bytes that are not UTF-8"},
		{"\xef\xbb\xbf" SITE, NULL}, /* as editors write it */
		{"\xef\xbb\xbf@include \"/etc/passwd\"\n" SITE, "f:1: found @include"},
		{"\xef\xbb\xbf\xef\xbb\xbf" SITE, "f:1: found a"},
		{"site = { name = \"caf\\xe9\"; url = \"https://x.example\"; };", "f:1: found the escape \\xe9"},
		{"site = {\nname = \"N\\x00N\"; url = \"https://x.example\"; };", "f:2: found the escape \\x00"},
		{"site = { name = \"\\x1B[31m\"; url = \"https://x.example\"; };", "f:1: found the escape \\x1B"},
		{"site = { name = \"\\x41\\x0a\\\\xe9\"; url = \"https://x.example\"; };", NULL},
		{"# \"\\x00\n" SITE, NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		struct crier_config config;
		int rc = config_load_text(str_from(rows[i].text), "f", "/d", arena, &config, &err);
		if (rc != (rows[i].says ? ERR_INPUT : 0))
			fail_msg("%zu '%s': answered %d: %s", i, rows[i].text, rc, err.text);
		if (rows[i].says && !strstr(err.text, rows[i].says))
			fail_msg("%zu '%s': found '%s', expected '%s'", i, rows[i].text, err.text, rows[i].says);
	}
}

static void every_cut_of_a_good_file_is_answered(void **state)
{
	(void)state;
	const struct config_default known[] = {{"site.name", STR_INIT("N \"q\" \\ \xe6\x97\xa5")},
					       {"site.url", STR_INIT("https://x.example")},
					       {"site.languages", STR_INIT("en, fr")}};
	struct str whole = config_default_text(arena, known, 3);
	struct arena *each = arena_create(0);
	int good = 0;
	for (size_t cut = 0; cut <= whole.len; cut += cut + 700 < whole.len ? 7 : 1) {
		struct crier_config config;
		struct err err = {0};
		int rc = config_load_text(str_sub(whole, 0, cut), "f", "/d", each, &config, &err);
		assert_true(rc == 0 || rc == ERR_INPUT);
		assert_true((rc != 0) == (err.text[0] != 0));
		good += rc == 0;
		arena_clear(each);
	}
	arena_destroy(each);
	assert_true(good > 0);
}

static void large_files_and_deep_nesting(void **state)
{
	(void)state;
	BUF_SCOPED out = BUF_INIT(LIMIT_CONFIG_BYTES + 100);
	buf_put_cstr(&out, SITE);
	while (out.len < LIMIT_CONFIG_BYTES)
		buf_put_cstr(&out, out.len % 100 ? "#" : "\n");
	struct err err = {0};
	struct crier_config config;
	assert_int_equal(
		config_load_text(str_sub(buf_str(&out), 0, LIMIT_CONFIG_BYTES), "f", "/d", arena, &config, &err), 0);
	buf_put_byte(&out, '\n');
	assert_int_equal(config_load_text(buf_str(&out), "f", "/d", arena, &config, &err), ERR_LIMIT);
	static const char *const opens[] = {"(", "{ a = ", "( {"};
	for (size_t i = 0; i < 3; i++) {
		for (size_t depth = 1; depth <= 100000; depth *= 10) {
			buf_clear(&out);
			buf_put_cstr(&out, SITE "x = ");
			for (size_t k = 0; k < depth; k++)
				buf_put_cstr(&out, opens[i]);
			assert_int_equal(config_load_text(buf_str(&out), "f", "/d", arena, &config, &err), ERR_INPUT);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_at_their_bounds),      TEST(texts_at_their_bounds),
		TEST(words_are_those_accepted),     TEST(every_wrong_type_is_named),
		TEST(lists_at_their_bounds),        TEST(mistyped_names_are_guessed),
		TEST(addresses_of_the_site),        TEST(codes_of_languages),
		TEST(files_of_unusual_form),        TEST(every_cut_of_a_good_file_is_answered),
		TEST(large_files_and_deep_nesting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
