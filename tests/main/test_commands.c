/* Commands as they are called: what they do, what they say of it, and their exit codes. */
#include "main/commands.h"

#include "base/file.h"
#include "store/entry.h"
#include "store/item.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

/* Runs a line made like printf's and wants the exit code. */
#define RUN(wanted, ...)                                                                                               \
	do {                                                                                                           \
		const char *line = arena_printf(place->arena, __VA_ARGS__).ptr;                                        \
		int found = command_run(place, line, &out, &told);                                                     \
		if (found != (wanted))                                                                                 \
			fail_msg("%s: answered %d: %s%s", line, found, out.text, told.text);                           \
	} while (0)

static void says(const struct taken *taken, const char *words)
{
	if (!strstr(taken->text, words))
		fail_msg("\"%s\" is not said in: %s", words, taken->text);
}

static void is_silent(const struct taken *taken)
{
	assert_string_equal(taken->text, "");
}

/* init --------------------------------------------------------------------------------------------- */

static void init_writes_what_the_options_say(void **state)
{
	struct place *place = *state;
	const char *dir = place_path(place, "n");
	struct newsroom newsroom;
	struct err err = {0};
	TAKEN_SCOPED out, told;

	RUN(0,
	    "init %s --name=News --url https://n.example:8443 --languages=en-GB,fr --time-zone Europe/Paris --contact "
	    "desk@n.example",
	    dir);
	is_silent(&told);
	says(&out, dir);
	assert_int_equal(newsroom_open(dir, place->arena, &newsroom, &err), 0);
	assert_true(str_eq(newsroom.config.site.name, STR("News")));
	assert_true(str_eq(newsroom.config.site.url, STR("https://n.example:8443")));
	assert_int_equal(newsroom.config.site.languages.len, 2);
	assert_true(str_eq(newsroom.config.site.languages.at[0], STR("en-GB")));
	assert_true(str_eq(newsroom.config.site.languages.at[1], STR("fr")));
	assert_true(str_eq(newsroom.config.site.time_zone, STR("Europe/Paris")));
	assert_true(str_eq(newsroom.config.site.contact_email, STR("desk@n.example")));
	assert_false(file_exists(newsroom_path(&newsroom, "init.unfinished")));
}

static void init_blames_the_option(void **state)
{
	static const struct {
		const char *option, *said;
	} wrong[] = {
		{"--url=foo", "crier: --url: found \"foo\"; accepted: https://HOST or http://HOST"},
		{"--url=https://n.example/", "--url: found \"https://n.example/\"; accepted: "},
		{"--languages=en,en", "--languages: found \"en,en\"; accepted: each language once"},
		{"--languages=", "--languages: found \"\"; accepted: a list of texts"},
		{"--contact=desk", "--contact: found \"desk\"; accepted: NAME@HOST"},
		{"--name=", "--name: found \"\"; accepted: a text of 1 to 200 bytes"},
		{"--time-zone=Mars/Base", "--time-zone: there is no zone \"Mars/Base\""},
		{"--time-zone=?", "--time-zone: found \"?\"; accepted: IANA names"},
	};
	struct place *place = *state;
	const char *dir = place_path(place, "n");

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		TAKEN_SCOPED out, told;

		RUN(EXIT_USAGE, "init %s %s", dir, wrong[i].option);
		says(&told, wrong[i].said);
		says(&told, "Try \"crier help init\".");
		is_silent(&out);
		assert_false(file_exists(dir));
	}
}

static void init_leaves_a_newsroom_as_it_is(void **state)
{
	struct place *place = *state;
	struct newsroom made = newsroom_made(place, "n", "word");
	struct str before = file_content(place, newsroom_path(&made, "crier.conf"));
	TAKEN_SCOPED out, told;

	RUN(EXIT_FAILURE, "init %s --name Other", made.dir);
	says(&told, "holds a newsroom already; nothing was changed");
	assert_true(str_eq(file_content(place, newsroom_path(&made, "crier.conf")), before));
	assert_true(str_eq(newsroom_word(place, made.dir), STR("word")));
}

static void init_that_fails_takes_away_what_it_made(void **state)
{
	struct place *place = *state;
	const char *fresh = place_path(place, "fresh"), *mine = place_path(place, "mine");
	struct err err = {0};

	assert_int_equal(file_make_dirs(place_path(place, "data/sample"), 0750, &err), 0);
	assert_int_equal(file_make_dirs(mine, 0750, &err), 0);
	file_made(place_path(place, "data/sample/site.conf"), "nonsense = 1;\n");
	file_made(place_path(place, "mine/notes.txt"), "keep");
	setenv("CRIER_DATA_DIR", place_path(place, "data"), 1);
	for (int i = 0; i < 2; i++) {
		TAKEN_SCOPED out, told;

		RUN(EXIT_FAILURE, "init %s --sample", i == 0 ? fresh : mine);
		says(&told, "site.conf:1");
	}
	unsetenv("CRIER_DATA_DIR");
	assert_false(file_exists(fresh));
	assert_true(str_eq(file_content(place, place_path(place, "mine/notes.txt")), STR("keep")));
	assert_false(file_exists(place_path(place, "mine/store.db")));
	assert_false(file_exists(place_path(place, "mine/crier.conf")));
}

/* withdraw ----------------------------------------------------------------------------------------- */

static int add_entry(struct store_tx *tx, const char *language, const char *path, int64_t item_id,
		     struct item_ids *ret_ids, struct err *err)
{
	const struct item_content content = {
		.language = str_from(language),
		.slug = str_from(path),
		.path = str_from(path),
		.state = ITEM_RELEASED,
		.date_s = 1700000000,
		.revision = {.title = str_from(path),
			     .body = STR("<p>Words.</p>"),
			     .sha256 = STR("0123456789abcdef0123456789abcdef")},
	};

	return item_id ? item_add_language(tx, item_id, &content, ret_ids, err)
		       : item_create(tx, &content, ret_ids, err);
}

static int add_item(struct store_tx *tx, void *context, struct err *err)
{
	struct item_ids first, second;
	int rc = add_entry(tx, "en", "/2023/11/caf%C3%A9/", 0, &first, err);

	(void)context;
	rc = rc ? rc : add_entry(tx, "fr", "/fr/2023/11/le-cafe/", first.item_id, &second, err);
	return rc ? rc : add_entry(tx, "en", "/2023/11/other/", 0, &first, err);
}

static struct newsroom with_items(const struct place *place)
{
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	STORE_SCOPED store = NULL;
	struct err err = {0};

	if (newsroom_store(&newsroom, NEWSROOM_READ, &store, &err) != 0 ||
	    db_run(store_db(store), &err,
		   "INSERT INTO language (code, position, label) VALUES ('en', 1, 'English'), ('fr', 2, 'French')") !=
		    0 ||
	    store_write(store, add_item, NULL, &err) != 0)
		fail_msg("%s", err.text);
	return newsroom;
}

static enum item_state state_of(const struct newsroom *newsroom, const char *path, struct str *ret_note)
{
	STORE_SCOPED store = NULL;
	struct entry_page page;
	struct item_ids ids;
	struct err err = {0};

	if (newsroom_store(newsroom, NEWSROOM_READ, &store, &err) != 0 ||
	    item_find_path(store, str_from(path), &ids, &err) != 0 ||
	    entry_get(store, ids.entry_id, newsroom->arena, &page, &err) != 0)
		fail_msg("%s: %s", path, err.text);
	*ret_note = page.entries.at[0].withdrawn_note;
	return page.entries.at[0].state;
}

static void a_withdrawal_tells_what_stays(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = with_items(place);
	struct str note;

	for (int i = 0; i < 2; i++) {
		TAKEN_SCOPED out, told;

		RUN(i == 0 ? 0 : EXIT_FAILURE, "withdraw -C %s /2023/11/caf%%C3%%A9 --note=Unsafe.", newsroom.dir);
		if (i == 0) {
			says(&out, "/2023/11/caf%C3%A9/ is withdrawn. Readers get 410 with the note;");
			says(&out, "--all-languages");
			says(&out, "\n  /fr/2023/11/le-cafe/\n");
			is_silent(&told);
		} else {
			says(&told, "is not public now: it was withdrawn already, or never released");
			is_silent(&out);
		}
	}
	assert_int_equal(state_of(&newsroom, "/2023/11/caf%C3%A9/", &note), ITEM_WITHDRAWN);
	assert_true(str_eq(note, STR("Unsafe.")));
	assert_int_equal(state_of(&newsroom, "/fr/2023/11/le-cafe/", &note), ITEM_RELEASED);
	assert_int_equal(state_of(&newsroom, "/2023/11/other/", &note), ITEM_RELEASED);
}

static void all_languages_are_told_one_by_one(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = with_items(place);
	struct str note;
	TAKEN_SCOPED out, told;

	RUN(0, "withdraw -C %s -a /fr/2023/11/le-cafe/", newsroom.dir);
	says(&out, "/fr/2023/11/le-cafe/ is withdrawn. Readers get 410 without a note;");
	says(&out, "Its translations are withdrawn too:\n  /2023/11/caf%C3%A9/\n");
	assert_null(strstr(out.text, "stay"));
	assert_null(strstr(out.text, "other"));
	assert_int_equal(state_of(&newsroom, "/2023/11/caf%C3%A9/", &note), ITEM_WITHDRAWN);
	assert_int_equal(state_of(&newsroom, "/fr/2023/11/le-cafe/", &note), ITEM_WITHDRAWN);
	assert_int_equal(state_of(&newsroom, "/2023/11/other/", &note), ITEM_RELEASED);
}

/* In a hurry an address is pasted as a browser, a mail or a person has it. */
static void addresses_are_taken_as_they_are_pasted(void **state)
{
	static const char *const pasted[] = {
		"/2023/11/other/",
		"/2023/11/other",
		"http://localhost:8080/2023/11/other/",
		"https://LOCALHOST:8080/2023/11/other",
		"http://localhost:8080/2023/11/other/?from=mail&x=1#top",
		"/2023//11/./other/#note",
		"/2023/11/%6Fther/",
	};

	for (size_t i = 0; i < sizeof pasted / sizeof *pasted; i++) {
		struct place *place = *state;
		struct newsroom newsroom = with_items(place);
		TAKEN_SCOPED out, told;

		RUN(0, "withdraw -C %s %s", newsroom.dir, pasted[i]);
		says(&out, "/2023/11/other/ is withdrawn.");
		assert_int_equal(unlink(newsroom_path(&newsroom, "store.db")), 0);
		unlink(newsroom_path(&newsroom, "store.db-wal"));
		unlink(newsroom_path(&newsroom, "store.db-shm"));
	}
}

static void addresses_of_others_withdraw_nothing(void **state)
{
	static const char *const wrong[] = {
		"https://other.example/2023/11/other/",
		"http://localhost:80801/2023/11/other/",
		"2023/11/other/",
		"/",
		"other",
	};
	struct place *place = *state;
	struct newsroom newsroom = with_items(place);
	struct str note;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		TAKEN_SCOPED out, told;

		RUN(EXIT_FAILURE, "withdraw -C %s %s", newsroom.dir, wrong[i]);
		says(&told, "no item has the address");
		is_silent(&out);
	}
	assert_int_equal(state_of(&newsroom, "/2023/11/other/", &note), ITEM_RELEASED);
}

/* backup, restore ---------------------------------------------------------------------------------- */

static void damage(const char *path)
{
	FILE *file = fopen(path, "r+b");

	assert_non_null(file);
	assert_int_equal(fseek(file, 40960, SEEK_SET), 0);
	for (int i = 0; i < 8192; i++)
		fputc(0xff, file);
	assert_int_equal(fclose(file), 0);
}

static void what_is_damaged_is_not_backed_up(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = with_items(place);
	TAKEN_SCOPED out, told;

	damage(newsroom_path(&newsroom, "store.db"));
	RUN(EXIT_FAILURE, "backup -C %s --to %s", newsroom.dir, place_path(place, "copy"));
	says(&told, "the store is damaged, so no backup was made");
	assert_false(file_exists(place_path(place, "copy")));
	assert_false(file_exists(place_path(place, "copy.partial")));
}

static void a_backup_is_not_restored_onto_itself(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = with_items(place);
	const char *copy = place_path(place, "copy");
	const char *const targets[] = {copy, place_path(place, "copy/"), place_path(place, "copy/blobs"),
				       place_path(place, "copy/new")};

	for (size_t i = 0; i <= sizeof targets / sizeof *targets; i++) {
		TAKEN_SCOPED out, told;

		if (i == 0) {
			RUN(0, "backup -C %s --to %s --json", newsroom.dir, copy);
			says(&out, "{\"backup\":\"");
			continue;
		}
		RUN(EXIT_FAILURE, "restore %s -C %s", copy, targets[i - 1]);
		says(&told, "is the backup itself, or in it");
		says(&told, "Nothing was restored");
	}
	TAKEN_SCOPED out, told;
	RUN(0, "restore %s --check", copy);
	says(&out, "all hashes agree");
}

/* What was not there before is not there afterwards. */
static void a_restore_that_fails_tells_how_it_left_the_folder(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	const char *fresh = place_path(place, "fresh"), *nowhere = place_path(place, "nowhere");

	for (int i = 0; i < 2; i++) {
		const char *dir = i == 0 ? fresh : newsroom.dir;
		TAKEN_SCOPED out, told;

		RUN(EXIT_FAILURE, "restore %s -C %s", nowhere, dir);
		says(&told, arena_printf(place->arena, "Nothing was restored; %s %s.\n", dir,
					 i == 0 ? "was not made" : "is as it was")
				    .ptr);
		is_silent(&out);
	}
	assert_false(file_exists(fresh));
	assert_true(str_eq(newsroom_word(place, newsroom.dir), STR("word")));
}

/* check -------------------------------------------------------------------------------------------- */

/* What was broken to fit a terminal, as one line. */
static void join_lines(char *text)
{
	size_t len = 0;

	for (const char *at = text; *at; at++) {
		bool broken = *at == '\n' && at[1] == ' ';

		text[len++] = broken ? ' ' : *at;
		at += broken ? strspn(at + 1, " ") : 0;
	}
	text[len] = 0;
}

static void check_says(struct place *place, const char *dir, const char *finding, const char *remedy)
{
	TAKEN_SCOPED out, told;
	const char *at;

	command_run(place, arena_printf(place->arena, "check -C %s", dir).ptr, &out, &told);
	is_silent(&told);
	join_lines(out.text);
	says(&out, finding);
	at = strstr(out.text, finding);
	if (!strstr(at, remedy))
		fail_msg("\"%s\" is not said behind \"%s\" in: %s", remedy, finding, out.text);
}

static void check_finds_what_became_of_the_store(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = with_items(place);
	const char *store = newsroom_path(&newsroom, "store.db");

	check_says(place, newsroom.dir, "fine     database: whole: 2 items, 3 revisions", "");
	damage(store);
	check_says(place, newsroom.dir, "WRONG    database: ", "restore the newest backup");
	check_says(place, newsroom.dir, "WRONG    imports: ", "see what was found in the database");
	assert_int_equal(truncate(store, 0), 0);
	check_says(place, newsroom.dir, "is an empty file", "\"crier help restore\" tells how");
	assert_int_equal(unlink(store), 0);
	check_says(place, newsroom.dir, "store.db is missing", "\"crier help restore\" tells how");
	assert_false(file_exists(store));
}

static void a_zone_that_nobody_knows_stops_those_who_need_one(void **state)
{
	static const char *const lines[][2] = {{"serve", " --port 0"}, {"import wordpress", " x.xml"}, {"check", ""}};
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	const char *conf = newsroom_path(&newsroom, "crier.conf");
	struct str mistake = arena_printf(place->arena, "%s:4: found site.time_zone \"Europe/Nowhere\"", conf);

	file_made(conf, "site = {\n  name = \"N\";\n  url = \"http://localhost\";\n"
			"  time_zone = \"Europe/Nowhere\";\n};\n");
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		TAKEN_SCOPED out, told;

		RUN(EXIT_FAILURE, "%s -C %s%s", lines[i][0], newsroom.dir, lines[i][1]);
		says(i == 2 ? &out : &told, mistake.ptr);
		says(i == 2 ? &out : &told, "accepted: IANA names such as \"Europe/London\"");
	}
	TAKEN_SCOPED out, told;
	RUN(0, "backup -C %s --to %s", newsroom.dir, place_path(place, "copy"));
}

static void check_finds_a_database_of_a_newer_crier(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = with_items(place);
	const struct db_options options = {.must_exist = true};
	DB_SCOPED db = NULL;
	struct err err = {0};

	assert_int_equal(db_open(arena_cstr(place->arena, newsroom.config.database.url), &options, &db, &err), 0);
	assert_int_equal(
		db_run(db, &err,
		       "INSERT INTO migration (series, number, name, applied_s) VALUES ('store', 9999, 'x', 1)"),
		0);
	check_says(place, newsroom.dir, "a newer crier wrote it", "nothing is lost");
}

static void check_without_a_newsroom_is_a_finding_in_json(void **state)
{
	struct place *place = *state;
	TAKEN_SCOPED out, told;

	RUN(EXIT_FAILURE, "check -C %s --json", place_path(place, "nowhere"));
	says(&out, "[{\"level\":\"wrong\",\"subject\":\"configuration\",\"text\":\"there is no newsroom in ");
	is_silent(&told);
}

/* help, completion --------------------------------------------------------------------------------- */

static void help_answers_or_leads_on(void **state)
{
	static const struct {
		const char *line, *said;
		int code;
	} cases[] = {
		{"help", "usage: crier COMMAND", 0},
		{"help crier", "usage: crier COMMAND", 0},
		{"help import", "usage: crier import wordpress", 0},
		{"help --man serve", ".TH CRIER-SERVE 1", 0},
		{"help --man", ".TH CRIER 1", 0},
		{"help crier.conf", "\n  site.url\n", 0},
		{"help --man crier.conf", ".TH CRIER.CONF 5", 0},
		{"help theme", "### front\n", 0},
		{"completion bash", "complete -o filenames", 0},
		{"help serf", "did you mean \"serve\"?", EXIT_USAGE},
		{"help import joomla", "did you mean \"import wordpress\"?", EXIT_USAGE},
		{"help --man import", "did you mean \"import wordpress\"?", EXIT_USAGE},
		{"completion zsh", "not for \"zsh\"", EXIT_USAGE},
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		TAKEN_SCOPED out, told;

		RUN(cases[i].code, "%s", cases[i].line);
		says(cases[i].code ? &told : &out, cases[i].said);
		is_silent(cases[i].code ? &out : &told);
	}
}

static void the_environment_names_the_folder(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = with_items(place);

	setenv("CRIER_NEWSROOM", newsroom.dir, 1);
	for (int i = 0; i < 3; i++) {
		TAKEN_SCOPED out, told;

		if (i == 0) {
			RUN(0, "withdraw /2023/11/other/");
		} else if (i == 1) {
			RUN(EXIT_FAILURE, "withdraw /2023/11/other/ -C %s", place_path(place, "elsewhere"));
			says(&told, "there is no newsroom in");
		} else {
			setenv("CRIER_NEWSROOM", "", 1); /* as if it were not set, and not the root folder */
			RUN(EXIT_FAILURE, "withdraw /2023/11/other/");
			says(&told, "there is no newsroom in .: crier.conf is missing");
		}
	}
	unsetenv("CRIER_NEWSROOM");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(init_writes_what_the_options_say),
		TEST(init_blames_the_option),
		TEST(init_leaves_a_newsroom_as_it_is),
		TEST(init_that_fails_takes_away_what_it_made),
		TEST(a_withdrawal_tells_what_stays),
		TEST(all_languages_are_told_one_by_one),
		TEST(addresses_are_taken_as_they_are_pasted),
		TEST(addresses_of_others_withdraw_nothing),
		TEST(what_is_damaged_is_not_backed_up),
		TEST(a_backup_is_not_restored_onto_itself),
		TEST(a_restore_that_fails_tells_how_it_left_the_folder),
		TEST(a_zone_that_nobody_knows_stops_those_who_need_one),
		TEST(check_finds_what_became_of_the_store),
		TEST(check_finds_a_database_of_a_newer_crier),
		TEST(check_without_a_newsroom_is_a_finding_in_json),
		TEST(help_answers_or_leads_on),
		TEST(the_environment_names_the_folder),
	};
	return cmocka_run_group_tests_name("main.commands", tests, NULL, NULL);
}
