/* One folder, opened: what is missing is told, who holds it is known, the program's data are found. */
#include "main/newsroom.h"

#include "base/file.h"
#include "support.h"

#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void a_folder_without_configuration(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom;
	struct err err = {0};

	assert_int_equal(newsroom_open(place->folder, place->arena, &newsroom, &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "crier.conf is missing"));
	assert_non_null(strstr(err.text, "crier init"));
}

static void a_mistake_in_the_configuration(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom;
	struct err err = {0};

	file_made(place_path(place, "crier.conf"), "site = {\n  nmae = \"x\";\n};\n");
	assert_int_equal(newsroom_open(place->folder, place->arena, &newsroom, &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "crier.conf:2"));
}

static void a_store_that_is_missing_is_not_made(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	struct store *store = NULL;
	struct err err = {0};

	assert_int_equal(unlink(newsroom_path(&newsroom, "store.db")), 0);
	for (enum newsroom_use use = NEWSROOM_READ; use <= NEWSROOM_UPDATE; use++) {
		assert_int_equal(newsroom_store(&newsroom, use, &store, &err), ERR_INPUT);
		assert_null(store);
		assert_non_null(strstr(err.text, "store.db is missing"));
		assert_non_null(strstr(err.text, "crier restore"));
		assert_false(file_exists(newsroom_path(&newsroom, "store.db")));
	}
	assert_int_equal(newsroom_store(&newsroom, NEWSROOM_MAKE, &store, &err), 0);
	store_close(store);
}

static void an_empty_file_is_no_store(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	struct store *store = NULL;
	struct err err = {0};

	assert_int_equal(unlink(newsroom_path(&newsroom, "store.db")), 0);
	file_made(newsroom_path(&newsroom, "store.db"), "");
	for (enum newsroom_use use = NEWSROOM_READ; use <= NEWSROOM_UPDATE; use++) {
		assert_int_equal(newsroom_store(&newsroom, use, &store, &err), ERR_INPUT);
		assert_non_null(strstr(err.text, "is an empty file"));
		assert_null(store);
	}
}

/* A database without tables is what an older version would be, were there one. */
static void an_old_database_is_brought_up_to_date_where_it_is_written(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	struct db_options options = {0};
	struct db *db = NULL;
	struct store *store = NULL;
	struct err err = {0};

	assert_int_equal(unlink(newsroom_path(&newsroom, "store.db")), 0);
	assert_int_equal(db_open(arena_cstr(place->arena, newsroom.config.database.url), &options, &db, &err), 0);
	db_close(db); /* its journal mode is written, so the file is not empty */
	assert_int_equal(newsroom_store(&newsroom, NEWSROOM_READ, &store, &err), ERR_DATA);
	assert_non_null(strstr(err.text, "version 0"));
	assert_non_null(strstr(err.text, "up to date"));
	assert_int_equal(newsroom_store(&newsroom, NEWSROOM_UPDATE, &store, &err), 0);
	store_close(store);
}

static void assert_use(const struct newsroom *newsroom, enum newsroom_use use, int rc, const char *told)
{
	struct store *store = NULL;
	struct err err = {0};

	assert_int_equal(newsroom_store(newsroom, use, &store, &err), rc);
	if (told)
		assert_non_null(strstr(err.text, told));
	store_close(store);
}

/* A node of a newer version has brought the database up to date: who has pages goes on, who has none does not. */
static void a_server_goes_on_with_a_newer_database(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	struct store *store = NULL;
	struct err err = {0};

	assert_int_equal(newsroom_store(&newsroom, NEWSROOM_UPDATE, &store, &err), 0);
	assert_int_equal(
		db_run(store_db(store), &err,
		       "INSERT INTO migration (series, number, name, applied_s)"
		       " SELECT series, 999, 'of_later', 5 FROM migration WHERE series = 'store' AND number = 1"),
		0);
	store_close(store);
	assert_use(&newsroom, NEWSROOM_UPDATE, ERR_DATA, "newer");
	assert_use(&newsroom, NEWSROOM_READ, ERR_DATA, "a newer crier wrote it");
	assert_use(&newsroom, NEWSROOM_GO_ON, 0, NULL);
}

/* For a server that runs, a database without tables is one that was lost. */
static void a_server_does_not_go_on_with_nothing(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	struct db *db = NULL;
	struct err err = {0};

	assert_int_equal(unlink(newsroom_path(&newsroom, "store.db")), 0);
	assert_int_equal(db_open(arena_cstr(place->arena, newsroom.config.database.url), NULL, &db, &err), 0);
	db_close(db);
	assert_use(&newsroom, NEWSROOM_GO_ON, ERR_DATA, "holds no newsroom");
	assert_use(&newsroom, NEWSROOM_UPDATE, 0, NULL);
	assert_use(&newsroom, NEWSROOM_GO_ON, 0, NULL);
}

static void what_is_no_database_is_told(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	struct store *store = NULL;
	struct err err = {0};

	assert_int_equal(unlink(newsroom_path(&newsroom, "store.db")), 0);
	file_made(newsroom_path(&newsroom, "store.db"), "This is a letter, and no database at all. It is long enough.");
	assert_true(newsroom_store(&newsroom, NEWSROOM_UPDATE, &store, &err) < 0);
	assert_non_null(strstr(err.text, "store.db"));
	assert_null(store);
}

/* As somebody else: root may read everything. */
static void a_configuration_of_somebody_else(void **state)
{
	struct place *place = *state;
	struct newsroom made = newsroom_made(place, "n", "word");
	pid_t child;
	int status;

	assert_int_equal(chmod(newsroom_path(&made, "crier.conf"), 0), 0);
	assert_int_equal(chmod(place->folder, 0755), 0);
	assert_int_equal(chmod(made.dir, 0755), 0);
	child = fork();
	if (child == 0) {
		struct newsroom newsroom;
		struct err err = {0};
		bool other = geteuid() != 0 || (setgroups(0, NULL) == 0 && setgid(65534) == 0 && setuid(65534) == 0);

		_exit(other && newsroom_open(made.dir, place->arena, &newsroom, &err) == ERR_INPUT &&
				      strstr(err.text, "may not be read by this user")
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static bool served(const struct newsroom *newsroom)
{
	struct err err = {0};
	bool answer = false;

	assert_int_equal(newsroom_served(newsroom, &answer, &err), 0);
	return answer;
}

static void one_server_holds_it(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	struct err err = {0};
	FD_SCOPED first = -1, second = -1;

	assert_false(served(&newsroom));
	assert_int_equal(newsroom_lock(&newsroom, &first, &err), 0);
	assert_true(served(&newsroom));
	assert_int_equal(newsroom_lock(&newsroom, &second, &err), NEWSROOM_BUSY);
	fd_closep(&first);
	assert_false(served(&newsroom));
	assert_int_equal(newsroom_lock(&newsroom, &second, &err), 0);
}

static void asking_takes_nothing(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	FD_SCOPED lock = -1;
	struct err err = {0};

	assert_false(served(&newsroom));
	assert_false(file_exists(newsroom_path(&newsroom, "serve.lock")));
	file_made(newsroom_path(&newsroom, "serve.lock"), "");
	assert_false(served(&newsroom));
	assert_int_equal(newsroom_lock(&newsroom, &lock, &err), 0);
}

static void a_lock_goes_with_its_process(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct err err = {0};
		int fd;

		_exit(newsroom_lock(&newsroom, &fd, &err) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_false(served(&newsroom));
}

static void data_are_found_where_the_variable_says(void **state)
{
	struct place *place = *state;
	const char *path = NULL;
	struct err err = {0};

	file_made(place_path(place, "of-this-test.xml"), "x");
	setenv("CRIER_DATA_DIR", place->folder, 1);
	assert_int_equal(data_path("of-this-test.xml", place->arena, &path, &err), 0);
	assert_string_equal(path, place_path(place, "of-this-test.xml"));
	assert_int_equal(data_path("nowhere.xml", place->arena, &path, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, "nowhere.xml"));
	assert_non_null(strstr(err.text, "CRIER_DATA_DIR"));
	unsetenv("CRIER_DATA_DIR");
	assert_int_equal(data_path("of-this-test.xml", place->arena, &path, &err), ERR_SYSTEM);
}

static void the_own_theme_comes_last(void **state)
{
	struct place *place = *state;
	struct newsroom newsroom = newsroom_made(place, "n", "word");
	const char *folders[NEWSROOM_THEME_FOLDERS];
	struct err err = {0};

	assert_int_equal(file_make_dirs(place_path(place, "data/theme/po"), 0750, &err), 0);
	file_made(place_path(place, "data/theme/front.mustache"), "x");
	file_made(place_path(place, "data/theme/po/en.mo"), "x");
	setenv("CRIER_DATA_DIR", place_path(place, "data"), 1);
	assert_int_equal(newsroom_theme(&newsroom, folders, &err), 0);
	assert_string_equal(folders[0], place_path(place, "data/theme"));
	assert_string_equal(folders[1], place_path(place, "data/theme"));
	assert_string_equal(folders[2], newsroom_path(&newsroom, "theme"));
	unsetenv("CRIER_DATA_DIR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_folder_without_configuration, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_mistake_in_the_configuration, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_store_that_is_missing_is_not_made, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(an_empty_file_is_no_store, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(an_old_database_is_brought_up_to_date_where_it_is_written, place_setup,
						place_teardown),
		cmocka_unit_test_setup_teardown(a_server_goes_on_with_a_newer_database, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_server_does_not_go_on_with_nothing, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(what_is_no_database_is_told, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_configuration_of_somebody_else, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(one_server_holds_it, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(asking_takes_nothing, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(a_lock_goes_with_its_process, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(data_are_found_where_the_variable_says, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(the_own_theme_comes_last, place_setup, place_teardown),
	};
	return cmocka_run_group_tests_name("main.newsroom", tests, NULL, NULL);
}
