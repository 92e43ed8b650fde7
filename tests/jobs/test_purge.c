/* Caches in front are told what changed: every key, twice, until they answer. */
#include "ear.h"
#include "newsroom.h"

#include "base/buf.h"
#include "jobs/purge.h"
#include "publish/purges.h"

#include <time.h>

#define AGAIN      2
#define PATIENCE_S 60 /* until a test is called broken */

#define works(rc, err)                                                                                                 \
	do {                                                                                                           \
		int works_rc = (rc);                                                                                   \
		if (works_rc)                                                                                          \
			fail_msg("%d: %s", works_rc, (err).text);                                                      \
	} while (0)

struct desk {
	struct newsroom room;
	struct ear ear;
	struct arena *arena;
	struct purger *purger;
	struct purge_settings settings;
	pthread_mutex_t lock; /* what was tried */
	pthread_cond_t told;
	size_t good, bad, turns;
};

static void tried(void *context, struct str url, const struct err *err, bool otherwise)
{
	struct desk *desk = context;
	(void)url;
	pthread_mutex_lock(&desk->lock);
	desk->good += !err;
	desk->bad += err != NULL;
	desk->turns += otherwise;
	pthread_cond_broadcast(&desk->told);
	pthread_mutex_unlock(&desk->lock);
}

static void wait_for(struct desk *desk, const size_t *count, size_t least)
{
	struct timespec until;
	int rc = 0;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&desk->lock);
	while (*count < least && rc == 0)
		rc = pthread_cond_timedwait(&desk->told, &desk->lock, &until);
	pthread_mutex_unlock(&desk->lock);
	assert_int_equal(rc, 0);
}

static void begin(struct desk *desk, const int *statuses, size_t count)
{
	memset(desk, 0, sizeof *desk);
	ear_start(&desk->ear, 0, statuses, count);
	newsroom_init(&desk->room);
	newsroom_close(&desk->room);
	desk->room.caches[0] = str_from(desk->ear.address);
	desk->room.cache_count = 1;
	newsroom_open(&desk->room);
	desk->arena = arena_create(0);
	pthread_mutex_init(&desk->lock, NULL);
	pthread_cond_init(&desk->told, NULL);
	desk->settings = (struct purge_settings){.public_path = desk->room.public_path,
						 .urls = desk->room.caches,
						 .url_count = 1,
						 .method = STR("PURGE"),
						 .header = STR("xkey"),
						 .again_s = AGAIN,
						 .first_wait_ms = 1,
						 .clock = &desk->room.clock.clock,
						 .tried = tried,
						 .context = desk};
}

static void start(struct desk *desk)
{
	struct err err = {0};
	if (!desk->purger)
		works(purger_create(&desk->settings, &desk->purger, &err), err);
	works(purger_start(desk->purger, &err), err);
}

static void end(struct desk *desk)
{
	purger_destroy(desk->purger);
	ear_stop(&desk->ear);
	pthread_cond_destroy(&desk->told);
	pthread_mutex_destroy(&desk->lock);
	arena_destroy(desk->arena);
	newsroom_finish(&desk->room);
}

static struct purge_target target(struct desk *desk)
{
	struct purge_target_vec targets = {0};
	struct err err = {0};
	works(public_purge_targets(desk->room.public, desk->arena, &targets, &err), err);
	assert_int_equal(targets.len, 1);
	return targets.at[0];
}

static int64_t rows(struct desk *desk)
{
	int64_t count = 0;
	struct err err = {0};
	works(db_get_i64(projector_public_db(desk->room.projector), &count, &err, "SELECT count(*) FROM purge"), err);
	return count;
}

static void put_keys(struct desk *desk, struct str keys)
{
	struct err err = {0};
	works(db_run(projector_public_db(desk->room.projector), &err, "DELETE FROM purge"), err);
	works(db_run(projector_public_db(desk->room.projector), &err,
		     "INSERT INTO purge (url, keys, urgent, told, due_s, at_s) VALUES ($1, $2, 0, 0, 0, 0)",
		     DB_TEXT(desk->room.caches[0]), DB_TEXT(keys)),
	      err);
}

static void keys_are_sent_twice_and_then_forgotten(void **state)
{
	(void)state;
	static struct desk desk;
	begin(&desk, NULL, 0);
	start(&desk);
	wait_for(&desk, &desk.good, 1);
	const char *first = ear_wait(&desk.ear, 1);
	assert_memory_equal(first, "PURGE /in HTTP/1.1\r\n", 20);
	assert_true(str_eq(ear_field(first, "xkey"), STR(PURGE_EVERY_PAGE)));
	purger_stop(desk.purger);
	assert_int_equal(ear_count(&desk.ear), 1); /* the second time has not come */
	assert_int_equal(rows(&desk), 1);
	clock_fixed_set_s(&desk.room.clock, newsroom_now(&desk.room) + AGAIN);
	start(&desk);
	wait_for(&desk, &desk.good, 2);
	assert_true(str_eq(ear_field(ear_wait(&desk.ear, 2), "xkey"), STR(PURGE_EVERY_PAGE)));
	purger_stop(desk.purger);
	assert_int_equal(rows(&desk), 0);
	assert_int_equal(purger_status(desk.purger).answered, 2);
	assert_int_equal(purger_status(desk.purger).failed, 0);
	assert_int_equal(purger_status(desk.purger).waiting, 0);
	end(&desk);
}

static void who_is_woken_sends_at_once(void **state)
{
	(void)state;
	static struct desk desk;
	begin(&desk, NULL, 0);
	start(&desk);
	wait_for(&desk, &desk.good, 1);
	struct item_content content = newsroom_content(&desk.room, 1, "en");
	struct item_ids ids = newsroom_create(&desk.room, &content);
	newsroom_step(&desk.room);
	purger_wake(desk.purger);
	struct str keys = ear_field(ear_wait(&desk.ear, 2), "xkey"), key;
	bool change = false, entry = false;
	struct str own = arena_printf(desk.arena, "e%lld", (long long)ids.entry_id);
	while (str_next(&keys, ' ', &key)) {
		change |= str_eq(key, STR(PURGE_EVERY_CHANGE));
		entry |= str_eq(key, own);
	}
	assert_true(change && entry);
	end(&desk);
}

static void what_is_refused_comes_again(void **state)
{
	(void)state;
	static struct desk desk;
	begin(&desk, (int[]){503, 403, 301, 200}, 4);
	start(&desk);
	wait_for(&desk, &desk.good, 1);
	purger_stop(desk.purger);
	for (size_t i = 1; i <= 4; i++)
		assert_true(str_eq(ear_field(ear_wait(&desk.ear, i), "xkey"), STR(PURGE_EVERY_PAGE)));
	assert_int_equal(desk.bad, 3);
	assert_int_equal(desk.turns, 2); /* told at the first that failed, and at the first that worked again */
	assert_int_equal(purger_status(desk.purger).failed, 3);
	assert_int_equal(purger_status(desk.purger).answered, 1);
	assert_int_equal(target(&desk).failing_since_s, 0);
	end(&desk);
}

static void a_cache_that_was_down_gets_what_it_missed(void **state)
{
	(void)state;
	static struct desk desk;
	begin(&desk, NULL, 0);
	put_keys(&desk, STR("e1 e2"));
	int port = desk.ear.port;
	ear_stop(&desk.ear);
	start(&desk);
	wait_for(&desk, &desk.bad, 3);
	purger_destroy(desk.purger); /* and the server ends meanwhile */
	desk.purger = NULL;
	struct purge_target down = target(&desk);
	assert_int_equal(down.failing_since_s, newsroom_now(&desk.room));
	assert_int_equal(down.waiting, 1);
	assert_true(str_find(down.reason, desk.room.caches[0]) != SIZE_MAX);
	ear_start(&desk.ear, port, NULL, 0);
	start(&desk);
	wait_for(&desk, &desk.good, 1);
	purger_stop(desk.purger);
	assert_true(str_eq(ear_field(ear_wait(&desk.ear, 1), "xkey"), STR("e1 e2")));
	assert_int_equal(target(&desk).failing_since_s, 0);
	assert_int_equal(target(&desk).waiting, 0);
	end(&desk);
}

/* Who waits for a silent cache can be stopped, and still owes it. */
static void stopping_loses_nothing(void **state)
{
	(void)state;
	static struct desk desk;
	begin(&desk, (int[]){EAR_SILENT}, 1);
	start(&desk);
	ear_wait(&desk.ear, 1);
	purger_stop(desk.purger);
	assert_int_equal(target(&desk).waiting, 1);
	start(&desk);
	wait_for(&desk, &desk.good, 1);
	purger_stop(desk.purger);
	assert_int_equal(target(&desk).waiting, 0);
	end(&desk);
}

static void many_keys_are_parted(void **state)
{
	(void)state;
	static struct desk desk;
	BUF_SCOPED keys = BUF_INIT(40000);
	begin(&desk, NULL, 0);
	for (int i = 0; i < 1500; i++)
		buf_printf(&keys, "%se%d", i ? " " : "", 1000 + i);
	buf_put(&keys, STR(" e1000")); /* it goes once */
	put_keys(&desk, buf_str(&keys));
	start(&desk);
	wait_for(&desk, &desk.good, 1);
	purger_stop(desk.purger);
	size_t count = ear_count(&desk.ear);
	assert_true(count >= 2);
	int next = 1000;
	for (size_t i = 1; i <= count; i++) {
		struct str field = ear_field(ear_wait(&desk.ear, i), "xkey"), key;
		assert_true(field.len > 0 && field.len + 6 <= PURGE_FIELD_MOST);
		while (str_next(&field, ' ', &key))
			assert_true(str_eq(key, arena_printf(desk.arena, "e%d", next++)));
	}
	assert_int_equal(next, 2500);
	end(&desk);
}

static void a_post_has_them_as_json(void **state)
{
	(void)state;
	static struct desk desk;
	begin(&desk, NULL, 0);
	put_keys(&desk, STR("e1 t7"));
	desk.settings.method = STR("POST");
	desk.settings.header = STR("Surrogate-Key");
	desk.settings.secret = STR("Authorization: Bearer word");
	start(&desk);
	const char *request = ear_wait(&desk.ear, 1);
	assert_memory_equal(request, "POST /in HTTP/1.1\r\n", 19);
	assert_true(str_eq(ear_field(request, "Content-Type"), STR("application/json")));
	assert_true(str_eq(ear_field(request, "Surrogate-Key"), STR("e1 t7")));
	assert_true(str_eq(ear_field(request, "Authorization"), STR("Bearer word")));
	assert_true(str_ends(str_from(request), STR("\r\n\r\n{\"keys\":[\"e1\",\"t7\"]}")));
	end(&desk);
}

static void trying_lets_go_of_nothing(void **state)
{
	(void)state;
	static struct desk desk;
	struct err err = {0};
	begin(&desk, (int[]){200, 405}, 2);
	assert_int_equal(purge_try(&desk.settings, desk.room.caches[0], &err), 0);
	assert_true(str_eq(ear_field(ear_wait(&desk.ear, 1), "xkey"), STR("no-page")));
	assert_int_equal(purge_try(&desk.settings, desk.room.caches[0], &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, "answered 405"));
	assert_int_equal(rows(&desk), 1);
	end(&desk);
}

static void what_is_no_address_is_refused(void **state)
{
	(void)state;
	struct str url = STR("file:///etc/passwd");
	struct clock_fixed clock;
	struct purger *purger = NULL;
	struct err err = {0};
	clock_fixed_init(&clock, 0);
	const struct purge_settings settings = {.public_path = "", .urls = &url, .url_count = 1, .clock = &clock.clock};
	assert_int_equal(purger_create(&settings, &purger, &err), ERR_INPUT);
	assert_null(purger);
	assert_non_null(strstr(err.text, "purge.urls"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_sent_twice_and_then_forgotten),
		cmocka_unit_test(who_is_woken_sends_at_once),
		cmocka_unit_test(what_is_refused_comes_again),
		cmocka_unit_test(a_cache_that_was_down_gets_what_it_missed),
		cmocka_unit_test(stopping_loses_nothing),
		cmocka_unit_test(many_keys_are_parted),
		cmocka_unit_test(a_post_has_them_as_json),
		cmocka_unit_test(trying_lets_go_of_nothing),
		cmocka_unit_test(what_is_no_address_is_refused),
	};
	return cmocka_run_group_tests_name("jobs: purges", tests, NULL, NULL);
}
