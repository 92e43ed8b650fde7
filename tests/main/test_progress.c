/* The line that tells how far a work is: on a terminal only, after a second, ten times a second, within its bounds. */
#include "main/progress.h"
#include "support.h"

#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#define SECOND_US 1000000

struct terminal {
	int reader;
	FILE *out;
	char seen[4096];
};

static int open_terminal(void **state)
{
	static struct terminal terminal;
	struct termios raw;
	int writer;

	terminal = (struct terminal){0};
	assert_int_equal(openpty(&terminal.reader, &writer, NULL, NULL, NULL), 0);
	assert_int_equal(tcgetattr(writer, &raw), 0);
	cfmakeraw(&raw);
	assert_int_equal(tcsetattr(writer, TCSANOW, &raw), 0);
	assert_int_equal(fcntl(terminal.reader, F_SETFL, O_NONBLOCK), 0);
	terminal.out = fdopen(writer, "w");
	assert_non_null(terminal.out);
	*state = &terminal;
	return 0;
}

static int close_terminal(void **state)
{
	struct terminal *terminal = *state;

	fclose(terminal->out);
	close(terminal->reader);
	return 0;
}

static const char *seen(struct terminal *terminal)
{
	fflush(terminal->out);
	ssize_t got = read(terminal->reader, terminal->seen, sizeof terminal->seen - 1);

	terminal->seen[got > 0 ? got : 0] = 0;
	return terminal->seen;
}

/* As if it had begun, and last drawn, that long ago. */
static void age(struct progress *progress, int64_t us)
{
	progress->begun_us -= us;
	progress->last_us -= us;
}

static void nothing_in_the_first_second(void **state)
{
	struct progress progress;

	progress_begin(&progress, ((struct terminal *)*state)->out);
	progress_show(&progress, "Copying", 1, 2);
	progress_end(&progress);
	assert_string_equal(seen(*state), "");
}

static void a_bar_with_what_is_left(void **state)
{
	struct progress progress;

	progress_begin(&progress, ((struct terminal *)*state)->out);
	age(&progress, 10 * SECOND_US);
	progress_show(&progress, "Copying", 1, 2);
	assert_string_equal(seen(*state), "\r\033[KCopying [###############...............]  50 %  10 s left");
	progress_show(&progress, "Copying", 2, 2); /* less than a tenth of a second later */
	assert_string_equal(seen(*state), "");
	progress_end(&progress);
	assert_string_equal(seen(*state), "\r\033[K");
	progress_end(&progress);
	assert_string_equal(seen(*state), "");
}

static void it_stays_within_its_bounds(void **state)
{
	struct progress progress;

	progress_begin(&progress, ((struct terminal *)*state)->out);
	age(&progress, 2 * SECOND_US);
	progress_show(&progress, "Copying", 7, 5);
	assert_string_equal(seen(*state), "\r\033[KCopying [##############################] 100 %");
	age(&progress, SECOND_US);
	progress_show(&progress, "Copying", -3, 5);
	assert_string_equal(seen(*state), "\r\033[KCopying [..............................]   0 %");
	age(&progress, SECOND_US);
	progress_show(&progress, "Copying", INT64_MAX / 2, INT64_MAX);
	assert_string_equal(seen(*state), "\r\033[KCopying [###############...............]  50 %  4 s left");
}

static void a_count_where_the_end_is_not_known(void **state)
{
	struct progress progress;

	progress_begin(&progress, ((struct terminal *)*state)->out);
	age(&progress, 2 * SECOND_US);
	progress_show(&progress, "Copying files", 12, 0);
	assert_string_equal(seen(*state), "\r\033[KCopying files 12");
}

static void nothing_where_there_is_no_terminal(void **state)
{
	TAKEN_SCOPED taken;
	struct progress progress;

	(void)state;
	FILE *file = tmpfile();
	assert_non_null(file);
	progress_begin(&progress, file);
	age(&progress, 10 * SECOND_US);
	progress_show(&progress, "Copying", 1, 2);
	progress_end(&progress);
	assert_int_equal(ftell(file), 0);
	fclose(file);
	taken_begin(&taken); /* a stream without a descriptor */
	progress_begin(&progress, taken.file);
	assert_false(progress.terminal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_in_the_first_second, open_terminal, close_terminal),
		cmocka_unit_test_setup_teardown(a_bar_with_what_is_left, open_terminal, close_terminal),
		cmocka_unit_test_setup_teardown(it_stays_within_its_bounds, open_terminal, close_terminal),
		cmocka_unit_test_setup_teardown(a_count_where_the_end_is_not_known, open_terminal, close_terminal),
		cmocka_unit_test(nothing_where_there_is_no_terminal),
	};
	return cmocka_run_group_tests_name("main.progress", tests, NULL, NULL);
}
