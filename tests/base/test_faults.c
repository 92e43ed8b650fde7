/* Files on a disk that is full, in folders that may not be written, while signals interrupt; lines of the log read back
 * by a reader of JSON. After each failed write the old content stands, and nothing else lies beside it. */
#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "base/utf8.h"
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

struct place {
	char dir[64];
	char path[96];
	struct arena *arena;
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof *place);
	assert_non_null(place);
	snprintf(place->dir, sizeof place->dir, "/tmp/crier-faults-XXXXXX");
	assert_non_null(mkdtemp(place->dir));
	snprintf(place->path, sizeof place->path, "%s/file", place->dir);
	place->arena = arena_create(0);
	*state = place;
	return 0;
}

static int forget_entry(void *context, const char *relative, struct err *err)
{
	char path[400];
	(void)err;
	snprintf(path, sizeof path, "%s/%s", (const char *)context, relative);
	return unlink(path);
}

static int remove_place(void **state)
{
	struct place *place = *state;
	struct err err;
	chmod(place->dir, 0700);
	file_walk(place->dir, forget_entry, place->dir, &err);
	rmdir(place->dir);
	arena_destroy(place->arena);
	free(place);
	return 0;
}

static size_t entries_of(const char *dir)
{
	DIR *opened = opendir(dir);
	size_t count = 0;
	assert_non_null(opened);
	for (const struct dirent *entry; (entry = readdir(opened)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(opened);
	return count;
}

static void holds(const struct place *place, struct str expected)
{
	struct err err;
	struct str found;
	assert_int_equal(file_read(place->path, 1u << 20, place->arena, &found, &err), 0);
	assert_true(str_eq(found, expected));
	assert_int_equal(entries_of(place->dir), 1);
}

/* Runs in a child whose files may have so many bytes; its exit code is 0 when write answered as it should. */
static int write_with_limit(const struct place *place, size_t bytes, size_t limit)
{
	pid_t child = fork();
	if (child == 0) {
		struct rlimit full = {limit, limit};
		struct err err = {0};
		char *content = malloc(bytes + 1);
		signal(SIGXFSZ, SIG_IGN);
		if (!content || setrlimit(RLIMIT_FSIZE, &full) != 0)
			_exit(9);
		memset(content, 'n', bytes);
		int rc = file_write(place->path, str_of(content, bytes), 0600, &err);
		if (rc == 0)
			_exit(bytes <= limit ? 0 : 1);
		bool told = rc == ERR_SYSTEM && strstr(err.text, place->path) &&
			    strstr(err.text, "cannot be written") && strstr(err.text, "File too large");
		_exit(bytes > limit && told ? 0 : 2);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_full_disk_keeps_the_old_file(void **state)
{
	struct place *place = *state;
	static const size_t limits[] = {0, 1, 100, 4096, 65535, 65536, 99999};
	struct err err;
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		assert_int_equal(file_write(place->path, STR("old"), 0600, &err), 0);
		assert_int_equal(write_with_limit(place, 100000, limits[i]), 0);
		holds(place, STR("old"));
		assert_int_equal(write_with_limit(place, limits[i], limits[i]), 0);
		assert_int_equal(entries_of(place->dir), 1);
	}
}

static void a_folder_that_may_not_be_written(void **state)
{
	struct place *place = *state;
	struct err err = {0};
	char below[128];
	assert_int_equal(file_write(place->path, STR("old"), 0600, &err), 0);
	uid_t self = geteuid();
	assert_int_equal(chmod(place->dir, 0555), 0);
	if (self == 0) /* root may write anywhere */
		assert_int_equal(seteuid(65534), 0);
	assert_int_equal(file_write(place->path, STR("new"), 0600, &err), ERR_SYSTEM);
	bool told = strstr(err.text, "Permission denied") != NULL;
	snprintf(below, sizeof below, "%s/a/b", place->dir);
	int rc = file_make_dirs(below, 0700, &err);
	if (self == 0)
		assert_int_equal(seteuid(self), 0);
	holds(place, STR("old"));
	assert_true(told);
	assert_int_equal(rc, ERR_SYSTEM);
	assert_non_null(strstr(err.text, "/a: the folder cannot be made: Permission denied"));
}

static void places_that_cannot_hold_a_file(void **state)
{
	struct place *place = *state;
	struct err err = {0};
	char path[400], name[300];
	struct str content = STR("unchanged");
	assert_int_equal(file_write(place->path, STR("old"), 0640, &err), 0);
	snprintf(path, sizeof path, "%s/below", place->path);
	assert_int_equal(file_write(path, STR("x"), 0600, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, "Not a directory"));
	assert_int_equal(file_read(path, 10, place->arena, &content, &err), FILE_MISSING);
	assert_int_equal(file_make_dirs(path, 0700, &err), ERR_SYSTEM);
	memset(name, 'n', 299);
	name[299] = 0;
	snprintf(path, sizeof path, "%s/%s", place->dir, name);
	assert_int_equal(file_write(path, STR("x"), 0600, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, "File name too long"));
	assert_int_equal(file_read(path, 10, place->arena, &content, &err), ERR_SYSTEM);
	assert_int_equal(file_write("", STR("x"), 0600, &err), ERR_SYSTEM);
	assert_int_equal(file_read("", 10, place->arena, &content, &err), FILE_MISSING);
	assert_str(content, "unchanged");
	struct stat found;
	assert_int_equal(stat(place->path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0640);
	holds(place, STR("old"));
}

static atomic_int alarms;

static void on_alarm(int signal_number)
{
	(void)signal_number;
	atomic_fetch_add(&alarms, 1);
}

/* Writes the next piece once the reader has emptied the pipe and a signal has come since. */
static void *feed(void *context)
{
	int fd = *(int *)context;
	for (int i = 0; i < 40; i++) {
		char bytes[1000];
		int seen = atomic_load(&alarms), waiting = 0;
		memset(bytes, 'a' + i % 26, sizeof bytes);
		do
			sched_yield();
		while (atomic_load(&alarms) == seen || (ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0));
		if (write(fd, bytes, sizeof bytes) != (ssize_t)sizeof bytes)
			break;
	}
	close(fd);
	return NULL;
}

static void interrupted_reads_go_on(void **state)
{
	struct place *place = *state;
	struct sigaction action = {.sa_handler = on_alarm}, before;
	struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
	sigset_t alarm_only;
	pthread_t thread;
	int ends[2];
	char path[64];
	struct err err = {0};
	struct str content;
	assert_int_equal(pipe(ends), 0);
	snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
	sigemptyset(&alarm_only);
	sigaddset(&alarm_only, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm_only, NULL);
	assert_int_equal(pthread_create(&thread, NULL, feed, &ends[1]), 0); /* it keeps the signal blocked */
	pthread_sigmask(SIG_UNBLOCK, &alarm_only, NULL);
	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &often, NULL);
	int rc = file_read(path, 100000, place->arena, &content, &err);
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &before, NULL);
	pthread_join(thread, NULL);
	close(ends[0]);
	assert_int_equal(rc, 0);
	assert_int_equal(content.len, 40000);
	for (size_t i = 0; i < content.len; i++)
		assert_int_equal(content.ptr[i], 'a' + (int)(i / 1000) % 26);
}

/* Many writers of one file: a reader always sees one of the contents whole. */
static void *write_often(void *context)
{
	const struct place *place = context;
	char bytes[5000];
	struct err err;
	int failed = 0;
	for (int i = 0; i < 8; i++) {
		memset(bytes, 'A' + i, sizeof bytes);
		failed += file_write(place->path, str_of(bytes, sizeof bytes), 0600, &err) != 0;
	}
	return failed ? context : NULL;
}

static void readers_see_whole_files(void **state)
{
	struct place *place = *state;
	pthread_t threads[3];
	struct err err;
	void *failed;
	assert_int_equal(file_write(place->path, STR(""), 0600, &err), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_often, place), 0);
	for (int i = 0; i < 300; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct str content;
		assert_int_equal(file_read(place->path, 10000, arena, &content, &err), 0);
		assert_true(content.len == 0 || content.len == 5000);
		for (size_t k = 1; k < content.len; k++)
			assert_int_equal(content.ptr[k], content.ptr[0]);
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	assert_int_equal(entries_of(place->dir), 1);
}

/* Values of any bytes, logged and read back: each line is one JSON object whose strings are the repaired values. */
static void log_lines_are_json(void **state)
{
	struct place *place = *state;
	struct clock_fixed clock;
	struct random_fixed random;
	clock_fixed_init(&clock, 1528968600);
	random_fixed_init(&random, 51);
	for (int i = 0; i < 3000; i++) {
		char bytes[60];
		size_t len = random_u64(&random.random) % sizeof bytes;
		random.random.fill(&random.random, bytes, len);
		for (size_t k = 0; k < len; k++)
			if (random_u64(&random.random) % 2)
				bytes[k] = "\"\\\n\r\t\0\x7F</a=} {"[random_u64(&random.random) % 15];
		FD_SCOPED fd = open(place->path, O_RDWR | O_CREAT | O_TRUNC, 0600);
		struct log log = {fd, LOG_DEBUG, LOG_JSON, &clock.clock};
		int64_t number = (int64_t)random_u64(&random.random);
		log_event(&log, LOG_WARN, "a.b", LOG_STR("text", str_of(bytes, len)), LOG_I64("n", number),
			  LOG_US_AS_MS("ms", 1234567));
		char line[2000];
		ssize_t got = pread(fd, line, sizeof line, 0);
		assert_true(got > 0 && line[got - 1] == '\n');
		assert_null(memchr(line, '\n', (size_t)got - 1));
		json_error_t error;
		json_t *read = json_loadb(line, (size_t)got, JSON_ALLOW_NUL, &error);
		if (!read)
			fail_msg("%.*s: %s", (int)got, line, error.text);
		BUF_SCOPED repaired = BUF_INIT(1000);
		utf8_put_repaired(&repaired, str_of(bytes, len));
		json_t *text = json_object_get(read, "text");
		assert_true(str_eq(str_of(json_string_value(text), json_string_length(text)), buf_str(&repaired)) ||
			    repaired.len == 0);
		assert_true(json_integer_value(json_object_get(read, "n")) == number);
		assert_true(json_real_value(json_object_get(read, "ms")) == 1234.567);
		assert_string_equal(json_string_value(json_object_get(read, "time")), "2018-06-14T09:30:00.000Z");
		assert_string_equal(json_string_value(json_object_get(read, "level")), "warn");
		assert_int_equal(json_object_size(read), 6);
		json_decref(read);
	}
}

struct logging {
	struct log log;
	int number;
};

static void *log_often(void *context)
{
	const struct logging *logging = context;
	char text[900];
	memset(text, 'a' + logging->number, sizeof text);
	for (int i = 0; i < 200; i++)
		log_event(&logging->log, LOG_INFO, "x", LOG_STR("t", str_of(text, sizeof text)));
	return NULL;
}

/* Threads that share a file: no line is broken by another. */
static void threads_log_whole_lines(void **state)
{
	struct place *place = *state;
	FD_SCOPED fd = open(place->path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	struct logging logging[4];
	pthread_t threads[4];
	struct str content, line;
	struct err err;
	size_t lines = 0;
	for (int i = 0; i < 4; i++) {
		logging[i] = (struct logging){{fd, LOG_INFO, LOG_KEY_VALUE, clock_system()}, i};
		assert_int_equal(pthread_create(&threads[i], NULL, log_often, &logging[i]), 0);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(file_read(place->path, 8u << 20, place->arena, &content, &err), 0);
	while (str_next(&content, '\n', &line) && line.len) {
		struct str text = str_skip(line, str_find(line, STR(" t=")) + 3);
		assert_true(str_starts(line, STR("time=")));
		assert_int_equal(text.len, 900);
		for (size_t i = 1; i < text.len; i++)
			assert_int_equal(text.ptr[i], text.ptr[0]);
		lines++;
	}
	assert_int_equal(lines, 800);
}

/* The same seed gives the same bytes, however they are asked for; other seeds give others. */
static void fixed_randomness_repeats(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct random_fixed a, b, other;
		random_fixed_init(&a, seed);
		random_fixed_init(&b, seed);
		random_fixed_init(&other, seed + 1);
		char name_a[40], name_b[40], uuid_a[37], uuid_b[37], uuid_other[37];
		for (int i = 0; i < 20; i++)
			assert_true(random_u64(&a.random) == random_u64(&b.random));
		random_name(&a.random, name_a, 30);
		random_name(&b.random, name_b, 30);
		random_uuid(&a.random, uuid_a);
		random_uuid(&b.random, uuid_b);
		random_uuid(&other.random, uuid_other);
		assert_string_equal(name_a, name_b);
		assert_string_equal(uuid_a, uuid_b);
		assert_string_not_equal(uuid_a, uuid_other);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_full_disk_keeps_the_old_file, make_place, remove_place),
		cmocka_unit_test_setup_teardown(a_folder_that_may_not_be_written, make_place, remove_place),
		cmocka_unit_test_setup_teardown(places_that_cannot_hold_a_file, make_place, remove_place),
		cmocka_unit_test_setup_teardown(interrupted_reads_go_on, make_place, remove_place),
		cmocka_unit_test_setup_teardown(readers_see_whole_files, make_place, remove_place),
		cmocka_unit_test_setup_teardown(log_lines_are_json, make_place, remove_place),
		cmocka_unit_test_setup_teardown(threads_log_whole_lines, make_place, remove_place),
		cmocka_unit_test(fixed_randomness_repeats),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
