/* The projector's thread does not poll here (once in ten hours): each commit of a writer wakes it. In PostgreSQL also
 * after both of them lost their connections. */
#include "newsroom.h"

#include <pthread.h>
#include <time.h>

#define TEN_HOURS_MS 36000000
#define PATIENCE_S   60 /* until a test is called broken */

struct waiting {
	pthread_mutex_t lock;
	pthread_cond_t heard;
	int64_t sequence;
};

static void hear(void *context, const struct str *tags, size_t count, int64_t sequence)
{
	(void)tags;
	(void)count;
	struct waiting *waiting = context;
	pthread_mutex_lock(&waiting->lock);
	waiting->sequence = sequence;
	pthread_cond_broadcast(&waiting->heard);
	pthread_mutex_unlock(&waiting->lock);
}

static void create_and_wait(struct newsroom *room, struct waiting *waiting, int number)
{
	struct item_content content = newsroom_content(room, number, "en");
	struct timespec until;
	int rc = 0;
	pthread_mutex_lock(&waiting->lock);
	int64_t before = waiting->sequence;
	pthread_mutex_unlock(&waiting->lock);
	struct item_ids ids = newsroom_create(room, &content);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&waiting->lock);
	while (waiting->sequence == before && rc == 0)
		rc = pthread_cond_timedwait(&waiting->heard, &waiting->lock, &until);
	pthread_mutex_unlock(&waiting->lock);
	assert_int_equal(rc, 0);
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	assert_true(catalogue_contains(snapshot, ids.entry_id));
}

static void each_commit_wakes(enum db_engine engine)
{
	static struct newsroom room;
	if (!newsroom_init_on(&room, engine)) {
		skip();
		return;
	}
	newsroom_close(&room);
	struct waiting waiting = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
	struct projector_options options = newsroom_options(&room);
	const struct projector_thread_options rarely = {.poll_ms = TEN_HOURS_MS};
	options.listener = (struct projector_listener){.changed = hear, .context = &waiting};
	struct err err = {0};
	assert_int_equal(projector_create(&options, &room.projector, &err), 0);
	assert_int_equal(projector_start(room.projector, &rarely, &err), 0);
	for (int i = 0; i < 10; i++)
		create_and_wait(&room, &waiting, i);
	if (engine == DB_POSTGRES)
		engine_cut(&room.engine);
	for (int i = 10; i < 13; i++)
		create_and_wait(&room, &waiting, i);
	projector_stop(room.projector);
	assert_int_equal(projector_status(room.projector).rebuilds, 0);
	newsroom_finish(&room);
}

static void each_commit_wakes_in_postgres(void **state)
{
	(void)state;
	each_commit_wakes(DB_POSTGRES);
}

static void each_commit_wakes_in_sqlite(void **state)
{
	(void)state;
	each_commit_wakes(DB_SQLITE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_commit_wakes_in_postgres),
					   cmocka_unit_test(each_commit_wakes_in_sqlite)};
	return cmocka_run_group_tests_name("publish: woken", tests, NULL, NULL);
}
