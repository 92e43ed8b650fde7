/* crier.conf: its values, the mistakes beyond the schema, and the commented file that init writes. */

#include "reading.h"

#define SITE "site = { name = \"News\"; url = \"https://news.example.org\"; };\n"

static struct crier_config good(const char *text)
{
	struct crier_config config;
	struct err err = {0};
	int rc = config_load_text(str_from(text), "crier.conf", "/srv/news", arena, &config, &err);
	if (rc != 0)
		print_error("%s\n", err.text);
	assert_int_equal(rc, 0);
	return config;
}

static void bad(const char *text, const char *message)
{
	struct crier_config config;
	struct err err = {0};
	assert_int_equal(config_load_text(str_from(text), "crier.conf", "/srv/news", arena, &config, &err), ERR_INPUT);
	assert_string_equal(err.text, message);
}

static void little_is_required(void **state)
{
	(void)state;
	struct crier_config config = good(SITE);
	assert_text(config.site.name, "News");
	assert_int_equal(config.site.languages.len, 1);
	assert_text(config.site.languages.at[0], "en");
	assert_text(config.site.time_zone, "UTC");
	assert_true(config.site.feed_full_text);
	assert_int_equal(config.site.page_items, 20);
	assert_text(config.listen.address, "127.0.0.1");
	assert_int_equal(config.listen.port, 8080);
	assert_int_equal(config.listen.metrics_port, 0);
	assert_text(config.database.url, "sqlite:/srv/news/store.db");
	assert_int_equal(config.database.answer_seconds, 30);
	assert_text(config.log.level, "info");
	assert_text(config.log.format, "key_value");
	assert_int_equal(config.limits.page_cache_mib, 32);
	assert_int_equal(config.import.chunk_items, 500);
	assert_int_equal(config.http.trusted_proxies.len, 2);
	assert_text(config.http.trusted_proxies.at[0], "127.0.0.1");
	assert_text(config.http.trusted_proxies.at[1], "::1");
	assert_text(config.http.forwarded_field, "X-Forwarded-For");
	assert_int_equal(config.http.reader_connections, 512);
	assert_int_equal(config.http.reader_requests, 500);
	assert_int_equal(config.http.reader_requests_burst, 10000);
	assert_int_equal(config.http.reader_pages, 50);
	assert_int_equal(config.http.reader_pages_burst, 1000);
	assert_int_equal(config.http.reader_searches, 5);
	assert_int_equal(config.http.reader_searches_burst, 200);
	assert_int_equal(config.purge.urls.len, 0);
	assert_text(config.purge.method, "PURGE");
	assert_text(config.purge.header, "");
	assert_text(config.purge.secret, "");
}

static void everything_can_be_said(void **state)
{
	(void)state;
	struct crier_config config = good(
		"site = { name = \"N\"; url = \"http://localhost:8080\"; languages = (\"en\", \"pt-BR\", \"zh-Hant\", "
		"\"ar\");"
		" time_zone = \"America/Port-au-Prince\"; feed_text = \"summary\"; feed_items = 10; page_items = 30;"
		" excerpt_characters = 100; contact_email = \"p@example.org\"; contact_url = \"https://e/\"; };\n"
		"listen = { address = \"::\"; port = 80; metrics_port = 9100; };\n"
		"database = { url = \"postgres://u@h/db\"; answer_seconds = 5; }; log = { level = \"debug\"; format = "
		"\"json\"; };\n"
		"limits = { http_threads = 2; workers = 3; page_cache_mib = 1; connections = 99; drain_seconds = 1;"
		" backup_warn_hours = 5; }; http = { trusted_proxies = (); forwarded_field = \"Forwarded\";"
		" reader_connections = 0; reader_requests = 1; reader_requests_burst = 2; reader_pages = 3;"
		" reader_pages_burst = 4; reader_searches = 5; reader_searches_burst = 6; }; import = { chunk_items = "
		"50; threads = 1; }; purge = { urls = (\"http://127.0.0.1:6081/\", \"https://c.example/p?s=1\");"
		" method = \"POST\"; header = \"Surrogate-Key\"; secret = \"Authorization: Bearer word\"; };");
	assert_int_equal(config.site.languages.len, 4);
	assert_false(config.site.feed_full_text);
	assert_text(config.site.contact_email, "p@example.org");
	assert_int_equal(config.listen.metrics_port, 9100);
	assert_text(config.database.url, "postgres://u@h/db");
	assert_int_equal(config.database.answer_seconds, 5);
	assert_text(config.log.format, "json");
	assert_int_equal(config.limits.workers, 3);
	assert_int_equal(config.limits.backup_warn_hours, 5);
	assert_int_equal(config.import.threads, 1);
	assert_int_equal(config.http.trusted_proxies.len, 0);
	assert_text(config.http.forwarded_field, "Forwarded");
	assert_int_equal(config.http.reader_connections, 0);
	assert_int_equal(config.http.reader_requests, 1);
	assert_int_equal(config.http.reader_requests_burst, 2);
	assert_int_equal(config.http.reader_pages, 3);
	assert_int_equal(config.http.reader_pages_burst, 4);
	assert_int_equal(config.http.reader_searches, 5);
	assert_int_equal(config.http.reader_searches_burst, 6);
	assert_int_equal(config.purge.urls.len, 2);
	assert_text(config.purge.urls.at[1], "https://c.example/p?s=1");
	assert_text(config.purge.method, "POST");
	assert_text(config.purge.header, "Surrogate-Key");
	assert_text(config.purge.secret, "Authorization: Bearer word");
	assert_text(good(SITE "database = { url = \"sqlite:/var/x.db\"; };").database.url, "sqlite:/var/x.db");
	assert_text(good(SITE "database = { url = \"sqlite::memory:\"; };").database.url, "sqlite::memory:");
}

static void mistakes_beyond_the_schema(void **state)
{
	(void)state;
	static const char *const urls[] = {"",
					   "foo",
					   "news.example.org",
					   "https://",
					   "https://news.example.org/",
					   "ftp://x.example",
					   "https://a b.example",
					   "https://x.example?y",
					   "https://u@x.example"};
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		char text[200];
		snprintf(text, sizeof text, "site = {\nname = \"N\";\nurl = \"%s\"; };", urls[i]);
		bad(text, "crier.conf:3: found site.url, which is not a public address; accepted: https://HOST or "
			  "http://HOST, with a port where needed, without a path");
	}
	bad("site = { name = \"N\"; url = \"https://x.example\";\n languages = (\"en\", \"english\"); };",
	    "crier.conf:2: found site.languages with \"english\"; accepted: codes such as \"en\", \"pt-BR\", "
	    "\"zh-Hant\"");
	bad("site = { name = \"N\"; url = \"https://x.example\"; languages = (\"en-\"); };",
	    "crier.conf:1: found site.languages with \"en-\"; accepted: codes such as \"en\", \"pt-BR\", \"zh-Hant\"");
	bad("site = { name = \"N\"; url = \"https://x.example\"; languages = (\"\"); };",
	    "crier.conf:1: found site.languages with \"\"; accepted: codes such as \"en\", \"pt-BR\", \"zh-Hant\"");
	bad("site = { name = \"N\"; url = \"https://x.example\"; languages = (\"fr\", \"en\", \"fr\"); };",
	    "crier.conf:1: found site.languages with \"fr\" twice; accepted: each language once");
	bad("site = { name = \"N\"; url = \"https://x.example\"; time_zone = \"../etc\"; };",
	    "crier.conf:1: found site.time_zone, which is no name of a zone; accepted: IANA names such as "
	    "\"Europe/London\" or \"UTC\"");
	bad(SITE "database = {\n url = \"mysql://x\"; };",
	    "crier.conf:3: found database.url of another kind; accepted: sqlite:FILE or postgres://USER@HOST/NAME");
	bad(SITE "listen = { port = 80;\n metrics_port = 80; };",
	    "crier.conf:3: found listen.metrics_port equal to listen.port; accepted: another port, or 0");
	bad("listen = { };", "crier.conf:1: found no site, which is required; accepted: a group, { \xe2\x80\xa6 }");
	bad("\nsite = { };", "crier.conf:2: found no site.name, which is required; accepted: a text of 1 to 200 bytes");
	bad(SITE "listen = { port = 70000; };",
	    "crier.conf:2: found listen.port = 70000; accepted: a number from 1 to 65535");
	bad(SITE "log = { level = \"loud\"; };",
	    "crier.conf:2: found log.level = \"loud\"; accepted: \"debug\", \"info\", \"warn\", \"error\"");
}

static void mistakes_about_purges(void **state)
{
	(void)state;
	static const char *const urls[] = {"",          "127.0.0.1:6081",    "ftp://h/",         "http://",
					   "http:///x", "http://h/#f",       "http://u@h/",      "http://h/a b",
					   "//h/",      "http://h\xc3\xa9/", "http://h/\xc3\xa9"};
	static const char *const headers[] = {"x key", "xkey:", "x\xc3\xa9"};
	static const char *const secrets[] = {"word", "Name:", ": word", "a b: c", "a: \xc3\xa9"};
	char text[200];
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		snprintf(text, sizeof text, SITE "purge = {\n urls = (\"http://good/\", \"%s\"); };", urls[i]);
		bad(text, "crier.conf:3: found purge.urls with what is no address; accepted: http://HOST:PORT/PATH or "
			  "https://HOST/PATH, in ASCII");
	}
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		snprintf(text, sizeof text, SITE "purge = {\n header = \"%s\"; };", headers[i]);
		bad(text,
		    "crier.conf:3: found purge.header, which is no name of a field; accepted: letters, digits and "
		    "hyphens");
	}
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
		snprintf(text, sizeof text, SITE "purge = {\n secret = \"%s\"; };", secrets[i]);
		bad(text, "crier.conf:3: found purge.secret, which is no field; accepted: \"Name: value\", in ASCII");
	}
	bad(SITE "purge = { method = \"GET\"; };",
	    "crier.conf:2: found purge.method = \"GET\"; accepted: \"PURGE\", \"POST\"");
}

static void a_missing_file_says_what_to_do(void **state)
{
	(void)state;
	struct crier_config config;
	struct err err = {0};
	assert_int_equal(config_load("/nowhere/news", arena, &config, &err), ERR_INPUT);
	assert_string_equal(err.text,
			    "/nowhere/news/crier.conf: there is no such file, so /nowhere/news is no newsroom");
}

static void the_default_file_is_read_back(void **state)
{
	(void)state;
	struct config_default defaults[] = {
		{"site.name", STR("The \"North\" \\ Desk")}, {"site.url", STR("https://news.example.org")},
		{"site.languages", STR("en, fr,ar")},        {"listen.port", STR("8123")},
		{"site.feed_text", STR("summary")},
	};
	struct str text = config_default_text(arena, defaults, 5);
	struct crier_config config = good(arena_cstr(arena, text));
	assert_text(config.site.name, "The \"North\" \\ Desk");
	assert_int_equal(config.site.languages.len, 3);
	assert_text(config.site.languages.at[2], "ar");
	assert_int_equal(config.listen.port, 8123);
	assert_false(config.site.feed_full_text);
	assert_int_equal(config.limits.connections, 4096);
}

/* Every line that is a commented default is accepted when its '#' goes, and changes nothing. */
static void every_commented_default_is_its_default(void **state)
{
	(void)state;
	struct config_default defaults[] = {{"site.name", STR("N")}, {"site.url", STR("https://x.example")}};
	struct str text = config_default_text(arena, defaults, 2);
	char *open = arena_alloc(arena, text.len + 1);
	memcpy(open, text.ptr, text.len);
	int opened = 0;
	for (char *line = open; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		const char *end = strchr(line, '\n');
		if (strncmp(line, "\t# ", 3) == 0 && end && end[-1] == ';') {
			line[1] = ' ';
			opened++;
		}
	}
	assert_true(opened > 20);
	struct crier_config before = good(arena_cstr(arena, text));
	struct crier_config after = good(open);
	assert_true(str_eq(before.database.url, after.database.url));
	assert_true(str_eq(before.site.time_zone, after.site.time_zone));
	assert_int_equal(before.site.languages.len, after.site.languages.len);
	assert_memory_equal(&before.limits, &after.limits, sizeof before.limits);
	assert_memory_equal(&before.import, &after.import, sizeof before.import);
	assert_int_equal(before.listen.port, after.listen.port);
}

static void every_key_has_its_help(void **state)
{
	(void)state;
	for (const struct config_key *group = config_schema; group->name; group++) {
		assert_non_null(group->help);
		for (const struct config_key *key = group->children; key->name; key++)
			assert_true(key->help && strlen(key->help) > 10);
	}
}

/* ---- a value that a program changes ---- */

static void becomes(const char *before, const char *after)
{
	struct str changed = {0};
	struct err err = {0};
	int rc = config_change(str_from(before), "database", "url", STR("postgres://h/n"), STR("was:"), arena, &changed,
			       &err);
	if (rc != 0)
		print_error("%s\n", err.text);
	assert_int_equal(rc, 0);
	assert_text(changed, after);
	assert_text(good(after).database.url, "postgres://h/n");
}

static void one_value_is_changed_and_the_rest_stays(void **state)
{
	(void)state;
	becomes("# top\n" SITE "database = {\n\t# url = \"no\";\n\turl = \"sqlite:a.db\"; // mine\n};\n# end\n",
		"# top\n" SITE "database = {\n\t# url = \"no\";\n\t# was: url = \"sqlite:a.db\"; // mine\n"
		"\turl = \"postgres://h/n\"; // mine\n};\n# end\n");
	becomes(SITE "database: { url = \"sqlite:a\\\"b.db\" }",
		SITE "\t# was: database: { url = \"sqlite:a\\\"b.db\" }\ndatabase: { url = \"postgres://h/n\" }");
	/* The default stood there: as a comment, in an empty group, or nowhere. */
	becomes(SITE "database = {\n\t# url = \"sqlite:store.db\";\n};\n",
		SITE "database = {\n\t# was: the default\n\turl = \"postgres://h/n\";\n\t# url = "
		     "\"sqlite:store.db\";\n};\n");
	becomes(SITE "database = { };", SITE "database = {\n\t# was: the default\n\turl = \"postgres://h/n\"; };");
	becomes(SITE, SITE "\n# was: the default\ndatabase = {\n\turl = \"postgres://h/n\";\n};\n");
}

static void what_cannot_be_changed_for_certain_is_left(void **state)
{
	(void)state;
	static const char *const texts[] = {
		SITE "database = { url =\n\"sqlite:a.db\"; };",
		SITE "database = { url = \"sqlite:a\"\n\"b.db\"; };",
		SITE "database =\n{ };",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct str changed = STR("as it was");
		struct err err = {0};
		assert_int_equal(config_change(str_from(texts[i]), "database", "url", STR("postgres://h/n"),
					       STR("was:"), arena, &changed, &err),
				 ERR_INPUT);
		assert_non_null(strstr(err.text, "database.url"));
		assert_non_null(strstr(err.text, "by hand"));
		assert_text(changed, "as it was");
	}
}

static void the_file_of_init_can_be_changed(void **state)
{
	(void)state;
	struct config_default defaults[] = {{"site.name", STR_INIT("N")}, {"site.url", STR_INIT("https://n.example")}};
	struct str text = config_default_text(arena, defaults, 2), changed = {0};
	struct err err = {0};
	for (int i = 0; i < 3; i++) { /* and again */
		struct str url = arena_printf(arena, "postgres://h/%d?a=\"\\", i);
		assert_int_equal(config_change(text, "database", "url", url, STR("was:"), arena, &changed, &err), 0);
		assert_text(good(arena_cstr(arena, changed)).database.url, url.ptr);
		assert_true(changed.len > text.len);
		text = changed;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_value_is_changed_and_the_rest_stays),
		TEST(what_cannot_be_changed_for_certain_is_left),
		TEST(the_file_of_init_can_be_changed),
		TEST(little_is_required),
		TEST(everything_can_be_said),
		TEST(mistakes_beyond_the_schema),
		TEST(mistakes_about_purges),
		TEST(a_missing_file_says_what_to_do),
		TEST(the_default_file_is_read_back),
		TEST(every_commented_default_is_its_default),
		TEST(every_key_has_its_help),
	};
	return cmocka_run_group_tests_name("config: crier.conf", tests, NULL, NULL);
}
