/* A store that was away comes back: it is asked whether it may be used, each time; it is listened to, wherever the new
 * connection breaks; and what it refuses keeps nobody from the pages. On PostgreSQL, behind a relay. */
#include "newsroom.h"

#include "relay.h"

#include <pthread.h>
#include <time.h>

#define TEN_HOURS_MS 36000000
#define PATIENCE_S   60 /* until a test is called broken */

struct place {
	struct newsroom room;
	struct relay *relay;
	char url[1000]; /* by way of the relay */
	pthread_mutex_t lock;
	pthread_cond_t heard;
	int64_t sequence;
	int asked;  /* whether the store may be used */
	int answer; /* to that */
};

static void hear(void *context, const struct str *tags, size_t count, int64_t sequence)
{
	struct place *place = context;
	(void)tags;
	(void)count;
	pthread_mutex_lock(&place->lock);
	place->sequence = sequence;
	pthread_cond_broadcast(&place->heard);
	pthread_mutex_unlock(&place->lock);
}

static int may_be_used(void *context, struct store *store, struct err *err)
{
	struct place *place = context;
	int version;
	int rc = store_version(store, &version, err);
	place->asked++;
	if (rc == 0 && place->answer)
		return err_set(err, place->answer, "it is another one");
	return rc;
}

static struct projector_options options_of(struct place *place)
{
	struct projector_options options = newsroom_options(&place->room);
	options.store_url = place->url;
	options.store_ready = may_be_used;
	options.store_ready_context = place;
	options.listener = (struct projector_listener){.changed = hear, .context = place};
	return options;
}

/* public.db is made; the projector is not there yet. */
static bool begin(struct place *place)
{
	*place = (struct place){.lock = PTHREAD_MUTEX_INITIALIZER, .heard = PTHREAD_COND_INITIALIZER};
	if (!newsroom_init_on(&place->room, DB_POSTGRES)) {
		skip();
		return false;
	}
	newsroom_close(&place->room);
	place->relay = relay_start(&place->room.engine, place->url);
	return true;
}

static void end(struct place *place)
{
	projector_destroy(place->room.projector);
	place->room.projector = NULL;
	relay_stop(place->relay);
	newsroom_finish(&place->room);
}

static void create(struct place *place)
{
	struct projector_options options = options_of(place);
	assert_ok(projector_create(&options, &place->room.projector, &err));
}

static int64_t item(struct place *place, int number)
{
	struct item_content content = newsroom_content(&place->room, number, "en");
	return newsroom_create(&place->room, &content).entry_id;
}

static bool is_shown(struct place *place, int64_t entry_id)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(&place->room);
	return catalogue_contains(snapshot, entry_id);
}

static int step(struct place *place, struct err *err)
{
	size_t applied = 1;
	int rc = 0;
	while (rc == 0 && applied)
		rc = projector_step(place->room.projector, &applied, err);
	return rc;
}

static void it_is_asked_for_at_the_start(void **state)
{
	static struct place place;
	(void)state;
	if (!begin(&place))
		return;
	struct projector_options options = options_of(&place);
	struct err why = {0};
	place.answer = ERR_DATA;
	assert_int_equal(projector_create(&options, &place.room.projector, &why), ERR_DATA);
	assert_says(why, "it is another one");
	assert_null(place.room.projector);
	place.answer = 0;
	create(&place);
	assert_int_equal(place.asked, 2);
	assert_false(projector_status(place.room.projector).store_away);
	end(&place);
}

static void it_is_asked_for_when_it_appears(void **state)
{
	static struct place place;
	struct err why = {0};
	(void)state;
	if (!begin(&place))
		return;
	relay_shut(place.relay, true);
	create(&place);
	int64_t first = item(&place, 1);
	assert_int_equal(step(&place, &why), ERR_DB_AWAY);
	assert_int_equal(place.asked, 0);
	relay_shut(place.relay, false);

	place.answer = ERR_DATA;
	for (int i = 1; i <= 3; i++) { /* each time it is tried */
		assert_int_equal(step(&place, &why), ERR_DATA);
		assert_says(why, "it is another one");
		assert_int_equal(place.asked, i);
		assert_true(projector_status(place.room.projector).store_away);
		assert_false(projector_status(place.room.projector).stuck);
		assert_false(is_shown(&place, first));
	}
	place.answer = 0;
	assert_ok(step(&place, &err));
	assert_int_equal(place.asked, 4);
	assert_true(is_shown(&place, first));
	assert_false(projector_status(place.room.projector).store_away);
	int64_t second = item(&place, 2);
	assert_ok(step(&place, &err));
	assert_int_equal(place.asked, 4); /* the same connection */
	assert_true(is_shown(&place, second));
	end(&place);
}

static void it_is_asked_for_when_it_comes_back(void **state)
{
	static struct place place;
	struct err why = {0};
	(void)state;
	if (!begin(&place))
		return;
	create(&place);
	int64_t first = item(&place, 1);
	assert_ok(step(&place, &err));
	assert_int_equal(place.asked, 1);
	relay_shut(place.relay, true);
	assert_int_equal(step(&place, &why), ERR_DB_AWAY);
	relay_shut(place.relay, false);
	place.answer = ERR_DATA;
	int64_t second = item(&place, 2);
	assert_int_equal(step(&place, &why), ERR_DATA);
	assert_true(is_shown(&place, first));
	assert_false(is_shown(&place, second));
	place.answer = 0;
	assert_ok(step(&place, &err));
	assert_int_equal(place.asked, 3);
	assert_true(is_shown(&place, second));
	end(&place);
}

static void wait_beyond(struct place *place, int64_t before)
{
	struct timespec until;
	int rc = 0;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&place->lock);
	while (place->sequence == before && rc == 0)
		rc = pthread_cond_timedwait(&place->heard, &place->lock, &until);
	pthread_mutex_unlock(&place->lock);
	assert_int_equal(rc, 0);
}

static int64_t sequence_of(struct place *place)
{
	pthread_mutex_lock(&place->lock);
	int64_t sequence = place->sequence;
	pthread_mutex_unlock(&place->lock);
	return sequence;
}

/* The thread does not poll here: were the connection kept that does not listen, nothing would wake it. */
static void it_is_listened_to_wherever_the_connection_breaks(void **state)
{
	static struct place place;
	(void)state;
	if (!begin(&place))
		return;
	const struct projector_thread_options rarely = {.poll_ms = TEN_HOURS_MS};
	bool lost = true;
	for (long number = 1; lost; number++) { /* greeting, settings, what is asked of it, LISTEN, what is read */
		relay_shut(place.relay, true);
		create(&place);
		relay_shut(place.relay, false);
		relay_lose(place.relay, RELAY_REQUEST, number);
		int64_t before = sequence_of(&place);
		int64_t first = item(&place, (int)number * 2);
		assert_ok(projector_start(place.room.projector, &rarely, &err));
		wait_beyond(&place, before);
		lost = relay_lost(place.relay);
		relay_lose(place.relay, RELAY_REQUEST, 0);
		before = sequence_of(&place);
		int64_t second = item(&place, (int)number * 2 + 1);
		wait_beyond(&place, before);
		assert_true(is_shown(&place, first) && is_shown(&place, second));
		projector_destroy(place.room.projector);
		place.room.projector = NULL;
		assert_true(number > 10 || lost);
	}
	end(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_asked_for_at_the_start),
		cmocka_unit_test(it_is_asked_for_when_it_appears),
		cmocka_unit_test(it_is_asked_for_when_it_comes_back),
		cmocka_unit_test(it_is_listened_to_wherever_the_connection_breaks),
	};
	return cmocka_run_group_tests_name("publish: store back", tests, NULL, NULL);
}
