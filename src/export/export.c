#include "export/export.h"

#include "export/inside.h"
#include "site/addresses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KNOWN_LINKS    8192
#define JOBS_MAX       256
#define ROOM_BYTES     (128u << 20) /* of one compressed form */
#define PROGRESS_EVERY 64           /* addresses */
#define WAIT_MS        100
#define EXPORT_AGAIN   2 /* inside: what was kept cannot be trusted */

static unsigned count_jobs(const struct export_options *options)
{
	long cores = options->jobs > 0 ? (long)options->jobs : sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 1 ? 1 : cores > JOBS_MAX ? JOBS_MAX : (unsigned)cores;
}

/* Threads ------------------------------------------------------------------------------------------ */

static int hand_begin(struct hand *hand, struct run *run, unsigned number, struct err *err)
{
	const struct web_app *app = site_app(run->options->site);

	*hand = (struct hand){.run = run, .number = number};
	hand->walker = walker_create(run->tree, number);
	hand->arena = arena_create(0);
	hand->known = calloc(KNOWN_LINKS, sizeof *hand->known);
	if (!hand->known)
		err_die("out of memory: no room for a thread");
	hand->compressors[CODING_GZIP] = compressor_create(CODING_GZIP, GZIP_LEVEL);
	hand->compressors[CODING_BROTLI] = compressor_create(CODING_BROTLI, BROTLI_LEVEL);
	buf_init(&hand->room, ROOM_BYTES);
	return app->worker_create(app->context, &hand->worker, err);
}

static void hand_end(struct hand *hand)
{
	if (!hand->run)
		return;
	if (hand->worker)
		site_app(hand->run->options->site)
			->worker_destroy(site_app(hand->run->options->site)->context, hand->worker);
	walker_destroy(hand->walker);
	for (enum coding coding = CODING_GZIP; coding < CODING_COUNT; coding++)
		compressor_destroy(hand->compressors[coding]);
	buf_finish(&hand->room);
	free(hand->known);
	arena_destroy(hand->arena);
}

/* Not at that number: public.db went on. */
static bool is_moved(const struct run *run, int64_t number)
{
	return !run->options->any_number && number != run->options->number;
}

static int work_held(void *context, int64_t number, struct err *err)
{
	struct hand *hand = context;
	char *target;

	(void)err;
	if (is_moved(hand->run, number)) {
		errands_stop(hand->run->errands);
		return EXPORT_MOVED;
	}
	while ((target = errands_take(hand->run->errands))) {
		work_at(hand, str_from(target));
		arena_clear(hand->arena);
		free(target);
		atomic_fetch_add(&hand->run->done, 1);
		errands_done(hand->run->errands);
	}
	return 0;
}

static void *hand_main(void *context)
{
	struct hand *hand = context;

	hand->rc = site_worker_hold(hand->worker, work_held, hand, &hand->err);
	if (hand->rc)
		errands_stop(hand->run->errands);
	return NULL;
}

/* The site ----------------------------------------------------------------------------------------- */

static void pass_on(struct run *run)
{
	const struct export_options *options = run->options;

	pthread_mutex_lock(&run->lock);
	for (size_t i = 0; options->told && i < run->told.len; i++)
		options->told(options->context, run->told.at[i].ptr);
	run->told.len = 0;
	pthread_mutex_unlock(&run->lock);
	if (options->progress)
		options->progress(options->context, atomic_load(&run->done));
}

static void put_address(struct run *run, struct str address)
{
	errands_put(run->errands, address);
	if (atomic_load(&run->done) % PROGRESS_EVERY == 0)
		pass_on(run);
}

static int list_address(void *context, struct str address, struct err *err)
{
	struct run *run = context;

	(void)err;
	if (hashes_add(&run->listed, state_hash(address)))
		*vec_add(&run->addresses, run->arena) = arena_str(run->arena, address);
	return 0;
}

static int put_old(void *context, struct str address, struct err *err)
{
	struct run *run = context;

	(void)err;
	errands_put(run->errands, address); /* what stands there by itself was written before */
	return 0;
}

static void wait_settled(struct run *run)
{
	while (!errands_settled(run->errands, WAIT_MS))
		pass_on(run);
	pass_on(run);
}

static void list_theme(struct run *run)
{
	const struct static_set *statics = site_statics(run->options->site);
	struct str address;
	struct page *page;

	for (size_t i = 0; static_at(statics, i, &address, &page); i++)
		(void)list_address(run, address, NULL);
}

static int write_missing(struct run *run, struct hand *hand, size_t language, struct err *err)
{
	const struct web_app *app = site_app(run->options->site);
	const struct request request = {
		.method = WEB_GET, .arena = hand->arena, .language = language, .now_s = run->options->now_s};
	RESPONSE_SCOPED response;
	struct page *page;
	struct str name = STR("404.html");
	int rc;

	response_init(&response, hand->arena);
	rc = app->error_page(app->context, hand->worker, &request, 404, &response, err);
	if (rc)
		return rc;
	if (language > 0)
		name = arena_printf(hand->arena, "%.*s/404.html", STR_ARG(run->options->languages[language]));
	page = page_create(&response, NULL);
	(void)work_file(hand, name, page, true);
	page_release(page);
	return 0;
}

/* Addresses that the site named in the run before and does not any more. They are not asked for where they were found
 * in a page of this run. */
static void probe(struct run *run)
{
	struct state_page page;

	atomic_store(&run->probing, true);
	for (size_t i = 0; run->keeps && state_page_at(run->state, i, &page); i++) {
		if (page.listed && !hashes_has(&run->listed, state_hash(page.address)))
			put_address(run, page.address);
	}
	wait_settled(run);
	atomic_store(&run->probing, false);
}

/* First what is public, then what leads to it from before. */
static int write_site(struct run *run, struct hand *hand, struct err *err)
{
	const struct export_options *options = run->options;
	int rc = 0;

	for (size_t i = 0; i < options->language_count && rc == 0; i++)
		rc = write_missing(run, hand, i, err);
	for (size_t i = 0; i < run->addresses.len && rc == 0; i++)
		put_address(run, run->addresses.at[i]);
	wait_settled(run);
	if (rc == 0)
		probe(run);
	if (rc || atomic_load(&run->again))
		return rc ? rc : EXPORT_AGAIN;
	atomic_store(&run->second, true);
	for (size_t i = 0; i < run->later.len && rc == 0; i++)
		errands_put_again(run->errands, run->later.at[i].from);
	if (rc == 0)
		rc = site_old_addresses(options->site, hand->worker, options->now_s, put_old, run, err);
	wait_settled(run);
	return rc;
}

static int remove_rest(struct run *run, struct hand *hand, struct export_result *result, struct err *err)
{
	static const char *const endings[] = {"", ".gz", ".br"};
	struct record *record;
	int rc = 0;

	if (atomic_load(&run->broken)) {
		manifest_keep_all(run->manifest);
		return 0;
	}
	for (size_t i = 0; rc == 0 && (record = manifest_at(run->manifest, i)); i++) {
		if (record->claimed)
			continue;
		for (size_t form = 0; form < sizeof endings / sizeof *endings && rc == 0; form++)
			rc = walker_remove(hand->walker,
					   arena_printf(hand->arena, "%.*s%s", STR_ARG(record->name), endings[form]),
					   err);
		result->removed++;
	}
	return rc;
}

static int work_all(struct run *run, struct hand *hands, unsigned jobs, struct err *err)
{
	unsigned started = 0;
	int rc = 0;

	/* the last hand is this thread's: it enumerates, and does what comes before and after */
	for (; started < jobs && rc == 0; started++) {
		int failed = pthread_create(&hands[started].thread, NULL, hand_main, &hands[started]);

		if (failed) {
			rc = err_set_errno(err, failed, "a thread cannot be started");
			break;
		}
	}
	if (rc == 0)
		rc = write_site(run, &hands[jobs], err);
	if (rc)
		errands_stop(run->errands);
	errands_end(run->errands);
	for (unsigned i = 0; i < started; i++) {
		pthread_join(hands[i].thread, NULL);
		if (rc == 0 && hands[i].rc) {
			rc = hands[i].rc;
			*err = hands[i].err;
		}
	}
	return rc;
}

/* What is known ------------------------------------------------------------------------------------ */

static int add_part(void *context, const struct site_part *part, struct err *err)
{
	struct run *run = context;

	(void)err;
	state_add(run->state, part);
	return 0;
}

static void note_whole(struct run *run, const char *why)
{
	run->keeps = false;
	snprintf(run->whole, sizeof run->whole, "%s", why);
}

/* Who made the pages is a part of all of them. */
static void add_program(struct run *run)
{
	const uint64_t tag = page_tag_hash(SITE_EVERY_PAGE);
	const struct site_part part = {.key = str_hash(STR("program"), 1),
				       .hash = str_hash(run->options->program, 1),
				       .tags = &tag,
				       .tag_count = 1};

	state_add(run->state, &part);
}

/* Compares what the pages are made of with what it was, and names their addresses; before there are threads, so by the
 * oldest view of all. */
static int look(struct run *run, struct hand *hand, struct err *err)
{
	const struct export_options *options = run->options;
	bool some = false;
	int rc;

	add_program(run);
	rc = site_parts(options->site, hand->worker, options->now_s, add_part, run, err);
	if (rc == 0)
		rc = state_compare(run->state, &some, err);
	if (rc)
		return rc;
	if (run->keeps && options->now_s < state_at_s(run->state))
		note_whole(run, "the clock stands before the last export");
	else if (run->keeps && !some)
		note_whole(run, "words, names, menus, settings, theme or program are others than before");
	list_theme(run);
	return site_addresses(options->site, hand->worker, options->now_s, list_address, run, err);
}

static int save(struct run *run, struct err *err)
{
	int rc = manifest_save(run->manifest, err);

	if (rc || !run->notes || atomic_load(&run->broken))
		return rc;
	return state_save(run->state, run->options->now_s, manifest_hash(run->manifest), err);
}

struct begun {
	struct run *run;
	struct hand *hands;
	unsigned jobs;
	struct export_result *result;
};

static int run_held(void *context, int64_t number, struct err *err)
{
	const struct begun *begun = context;
	struct run *run = begun->run;
	struct hand *mine = &begun->hands[begun->jobs];
	int rc;

	if (is_moved(run, number))
		return EXPORT_MOVED;
	rc = look(run, mine, err);
	if (rc == 0)
		rc = work_all(run, begun->hands, begun->jobs, err);
	if (rc == 0)
		rc = remove_rest(run, mine, begun->result, err);
	if (rc == 0)
		rc = moved_maps(run, err);
	return rc ? rc : save(run, err);
}

static int run_hands(struct run *run, struct export_result *result, struct err *err)
{
	unsigned jobs = count_jobs(run->options);
	struct hand *hands = calloc(jobs + 1, sizeof *hands);
	struct begun begun = {run, hands, jobs, result};
	int rc = 0;

	if (!hands)
		err_die("out of memory: no room for threads");
	for (unsigned i = 0; i <= jobs && rc == 0; i++)
		rc = hand_begin(&hands[i], run, i, err);
	if (rc == 0)
		rc = site_worker_hold(hands[jobs].worker, run_held, &begun, err);
	pass_on(run);
	for (unsigned i = 0; i <= jobs; i++)
		hand_end(&hands[i]);
	free(hands);
	return rc;
}

/* The run ------------------------------------------------------------------------------------------ */

/* Where public.db goes on while it is read, nobody can say what a page was made of. */
static void read_state(struct run *run)
{
	struct err err = {0};
	int rc;

	run->state = state_create(tree_private_fd(run->tree));
	run->notes = !run->options->any_number;
	rc = state_read(run->state, manifest_hash(run->manifest), &err);
	run->keeps = rc == 0 && run->notes;
	if (rc == STATE_UNFIT)
		note_whole(run, err.text);
	else if (run->keeps && run->options->all)
		note_whole(run, "so it was asked");
	else if (run->keeps && run->anew)
		note_whole(run, "an address is no longer named, and is there all the same");
	else if (rc == 0 && !run->notes)
		note_whole(run, "public.db changes too fast to follow");
}

static int run_begin(struct run *run, struct err *err)
{
	char settings[64];
	int rc = tree_open(run->options->out, &run->tree, err);

	if (run->options->no_compress)
		snprintf(settings, sizeof settings, "plain");
	else
		snprintf(settings, sizeof settings, "gzip %d brotli %d", GZIP_LEVEL, BROTLI_LEVEL);
	if (rc == 0)
		rc = manifest_load(tree_private_fd(run->tree), str_from(settings), &run->manifest, &run->same_forms,
				   err);
	if (rc)
		return rc;
	read_state(run);
	run->web_settings = (struct web_settings){.clock = clock_system(), .statics = site_statics(run->options->site)};
	return web_create(&run->web_settings, site_app(run->options->site), &run->web, err);
}

static void run_end(struct run *run)
{
	errands_destroy(run->errands);
	web_destroy(run->web);
	state_destroy(run->state);
	manifest_destroy(run->manifest);
	tree_close(run->tree);
	hashes_finish(&run->listed);
	arena_destroy(run->arena);
	pthread_mutex_destroy(&run->lock);
}

static int run_once(const struct export_options *options, bool anew, struct export_result *ret_result, struct err *err)
{
	struct run run = {.options = options, .anew = anew, .lock = PTHREAD_MUTEX_INITIALIZER};
	struct export_result result = {0};
	int rc;

	run.arena = arena_create(0);
	run.errands = errands_create();
	rc = run_begin(&run, err);
	if (rc == 0)
		rc = run_hands(&run, &result, err);
	result.pages = run.pages;
	result.rendered = run.rendered;
	result.changed = run.changed;
	result.moved = (int64_t)run.moved.len;
	result.lost = run.lost;
	result.bytes = run.bytes;
	result.left_out = run.left_out;
	memcpy(result.whole, run.whole, sizeof result.whole);
	*ret_result = result;
	run_end(&run);
	return rc;
}

int export_run(const struct export_options *options, struct export_result *ret_result, struct err *err)
{
	int rc = run_once(options, false, ret_result, err);

	return rc == EXPORT_AGAIN ? run_once(options, true, ret_result, err) : rc;
}
