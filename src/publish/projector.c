#include "publish/projector_inside.h"

#include "text/excerpt.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define URL_BYTES_MAX 4200
#define RENDER_FORM   5 /* of what is written into public.db; another one asks for a new build */

/* Options ------------------------------------------------------------------------------------------ */

static void copy_options(struct projector *projector, const struct projector_options *options)
{
	struct arena *arena = projector->arena;
	projector->options = *options;
	projector->options.public_path = arena_cstr(arena, str_from(options->public_path));
	projector->options.store_url = arena_cstr(arena, str_from(options->store_url));
	struct str *languages = arena_array(arena, struct str, options->language_count + 1);
	for (size_t i = 0; i < options->language_count; i++)
		languages[i] = arena_str(arena, options->languages[i]);
	projector->options.languages = languages;
	struct str *caches = arena_array(arena, struct str, options->cache_count + 1);
	for (size_t i = 0; i < options->cache_count; i++)
		caches[i] = arena_str(arena, options->caches[i]);
	projector->options.caches = caches;
	projector->options.zone = arena_str(arena, options->zone);
	projector->options.program = arena_str(arena, options->program);
	if (!options->clock)
		projector->options.clock = clock_system();
	projector->render = (struct render_options){
		.languages = languages,
		.language_count = options->language_count,
		.month = options->month,
		.month_context = options->month_context,
		.fault = options->fault,
		.fault_context = options->fault_context,
		.excerpt_characters = options->excerpt_characters ? options->excerpt_characters : EXCERPT_GRAPHEMES,
	};
}

static void make_recipe(struct projector *projector)
{
	BUF_SCOPED recipe = BUF_INIT(64u << 10);
	buf_printf(&recipe, "form=%d excerpt=%zu zone=%.*s languages=", RENDER_FORM,
		   projector->render.excerpt_characters, STR_ARG(projector->options.zone));
	for (size_t i = 0; i < projector->options.language_count; i++)
		buf_printf(&recipe, "%s%.*s", i ? "," : "", STR_ARG(projector->options.languages[i]));
	projector->recipe = buf_copy(&recipe, projector->arena);
}

/* public.db ----------------------------------------------------------------------------------------- */

static int open_file(struct projector *projector, const struct db_options *options, struct err *err)
{
	BUF_SCOPED url = BUF_INIT(URL_BYTES_MAX);
	buf_printf(&url, "sqlite:%s", projector->options.public_path);
	buf_put_byte(&url, 0);
	if (url.over)
		return err_set(err, ERR_INPUT, "public.db: the path is too long");
	return db_open(url.ptr, options, &projector->db, err);
}

static int open_public(struct projector *projector, struct err *err)
{
	bool follow = projector->options.follow;
	struct db_options options = {.sync_normal = true, .read_only = follow, .must_exist = follow};
	int rc = open_file(projector, &options, err);
	if (!rc && !follow)
		rc = db_migrate(projector->db, &public_migrations, clock_now_s(projector->options.clock), err);
	return rc;
}

static int remove_file(const char *path, const char *ending, struct arena *arena, struct err *err)
{
	struct str name = arena_printf(arena, "%s%s", path, ending);
	if (unlink(name.ptr) && errno != ENOENT)
		return err_set_errno(err, errno, "%s: cannot be removed to be made anew", name.ptr);
	return 0;
}

/* Whoever still reads the old files keeps them; all three go, so that no log meets another file. */
static int start_over(struct projector *projector, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	db_close(projector->db);
	projector->db = NULL;
	int rc = remove_file(projector->options.public_path, "", arena, err);
	rc = rc ? rc : remove_file(projector->options.public_path, "-wal", arena, err);
	rc = rc ? rc : remove_file(projector->options.public_path, "-shm", arena, err);
	rc = rc ? rc : open_public(projector, err);
	return rc ? rc : projector_build(projector, true, err);
}

static int read_public(struct db *db, void *context, struct err *err)
{
	struct projector *projector = context;
	int rc = public_read_position(db, projector->recipe, &projector->position, err);
	return rc ? rc : projector_load(projector, err);
}

/* 0: public.db is whole and of our making; PUBLIC_NOTHING: it must be made anew, for which *err says why. */
static int use_public(struct projector *projector, struct err *err)
{
	int rc = open_public(projector, err);
	if (!rc && projector->options.follow)
		rc = public_check_version(projector->db, projector->options.public_path, err);
	return rc ? rc : db_snapshot(projector->db, read_public, projector, err);
}

static int follow_public(struct projector *projector, struct err *err)
{
	int rc = use_public(projector, err);
	if (rc == PUBLIC_NOTHING)
		rc = err_set(err, ERR_DATA,
			     "%s was made with other settings than those of crier.conf; the server makes it anew when "
			     "it starts again",
			     projector->options.public_path);
	if (rc == 0)
		projector->status.sequence = projector->position.number;
	return rc;
}

/* Loading ------------------------------------------------------------------------------------------- */

struct load_job {
	struct projector *projector;
	struct catalogue_load *load;
};

static int load_entry(void *context, const struct catalogue_entry *entry, struct str language, struct err *err)
{
	struct load_job *job = context;
	struct catalogue_entry known = *entry;
	known.language = catalogue_language(job->projector->catalogue, language);
	return catalogue_load_add(job->load, &known, err);
}

static bool parents_equal(const struct projector *projector, const struct catalogue_parent *parents, size_t count)
{
	if (count != projector->parent_count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (parents[i].dimension != projector->parents[i].dimension ||
		    parents[i].id != projector->parents[i].id ||
		    parents[i].parent_id != projector->parents[i].parent_id)
			return false;
	return true;
}

static void keep_parents(struct projector *projector, const struct catalogue_parent *parents, size_t count)
{
	free(projector->parents);
	projector->parents = calloc(count + 1, sizeof *projector->parents);
	if (!projector->parents)
		err_die("out of memory: no room for the trees of terms and places");
	for (size_t i = 0; i < count; i++)
		projector->parents[i] = parents[i];
	projector->parent_count = count;
}

int projector_load(struct projector *projector, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct catalogue_parent *parents = NULL;
	size_t count = 0;
	int rc = public_load_parents(projector->db, arena, &parents, &count, err);
	if (rc)
		return rc;
	struct load_job job = {projector, catalogue_load_begin(projector->catalogue, parents, count)};
	rc = public_load_entries(projector->db, load_entry, &job, err);
	if (rc) {
		catalogue_load_abort(job.load);
		return rc;
	}
	keep_parents(projector, parents, count);
	int64_t number = projector->position.number;
	projector->sequence = number > projector->sequence ? number : projector->sequence + 1;
	catalogue_load_commit(job.load, projector->sequence, clock_now_s(projector->options.clock));
	rc = public_count_left_out(projector->db, &projector->left_out_count, err);
	return rc ? rc : projector_load_names(projector, err);
}

int projector_load_names(struct projector *projector, struct err *err)
{
	struct names *names = names_create();
	int rc = public_load_names(projector->db, names, err);
	if (!rc)
		names_install(&projector->names, names);
	names_release(names);
	return rc;
}

int projector_reload_trees(struct projector *projector, struct changes *changes, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct catalogue_parent *parents = NULL;
	size_t count = 0;
	int rc = public_load_parents(projector->db, arena, &parents, &count, err);
	if (rc || parents_equal(projector, parents, count))
		return rc;
	keep_parents(projector, parents, count);
	catalogue_set_parents(projector->catalogue, parents, count, clock_now_s(projector->options.clock));
	changes->everything = true;
	return 0;
}

/* The store ----------------------------------------------------------------------------------------- */

static int open_store(struct projector *projector, struct err *err)
{
	struct db_options options = {
		.must_exist = true, .silence_ms = projector->options.store_silence_ms, .stop_fd = projector->stop_fd};
	STORE_SCOPED store = NULL;
	int rc = store_open(projector->options.store_url, &options, projector->options.clock, NULL, &store, err);
	if (!rc && projector->options.store_ready)
		rc = projector->options.store_ready(projector->options.store_ready_context, store, err);
	if (!rc)
		rc = outbox_listen(store, err);
	if (rc < 0)
		return rc;
	projector->clock_asked_us = 0;
	projector->store = store; /* DB_CANNOT: it is polled */
	store = NULL;
	return 0;
}

int projector_open_store(struct projector *projector, struct err *err)
{
	int rc = projector->store ? 0 : open_store(projector, err);
	projector->refused = rc != 0;
	return rc;
}

/* Life ---------------------------------------------------------------------------------------------- */

static int catch_up(struct projector *projector, struct err *err)
{
	size_t applied = 1;
	int rc = 0;
	while (!rc && applied)
		rc = projector_step(projector, &applied, err);
	return rc;
}

static int begin(struct projector *projector, struct err *err)
{
	struct catalogue_options options = {projector->options.languages, projector->options.language_count,
					    projector->options.background};
	int rc = catalogue_create(&options, &projector->catalogue, err);
	if (rc)
		return rc;
	if (projector->options.follow)
		return follow_public(projector, err);
	struct err away = {0}, unfit = {0};
	int store = projector_open_store(projector, &away);
	if (store && store != ERR_DB_AWAY && projector->options.store_ready) {
		*err = away;
		return store;
	}
	int found = use_public(projector, &unfit);
	if (store) {
		projector_note_away(projector, true);
		projector->status.left_out = projector->left_out_count;
		*err = away;
		if (found)
			err_context(err, "public.db cannot be used and the store is needed to make it anew");
		return found ? store : projector_meet_caches(projector, err);
	}
	if (found && projector->options.shared)
		return err_set(err, ERR_DATA, "public.db must be made anew, and another process reads it");
	rc = found ? start_over(projector, err) : 0;
	rc = rc ? rc : projector_meet_caches(projector, err);
	rc = rc ? rc : catch_up(projector, err);
	return rc == ERR_DB_AWAY && !found ? 0 : rc;
}

static struct projector *make(const struct projector_options *options)
{
	struct projector *projector = calloc(1, sizeof *projector);
	if (!projector)
		err_die("out of memory: no room for the projector");
	projector->arena = arena_create(0);
	projector->left_out_arena = arena_create(0);
	pthread_mutex_init(&projector->lock, NULL);
	projector->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	projector->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (projector->wake_fd < 0 || projector->stop_fd < 0)
		err_die("publish: the kernel gives no eventfd");
	copy_options(projector, options);
	make_recipe(projector);
	return projector;
}

bool projector_fits(const struct projector_options *options)
{
	struct projector *projector = make(options);
	const struct db_options reading = {.read_only = true, .must_exist = true};
	int number = 0;
	int rc = open_file(projector, &reading, NULL);
	if (!rc)
		rc = db_migrated_to(projector->db, public_migrations.set, &number, NULL);
	bool fits = !rc && number == public_migrations.at[public_migrations.count - 1].number &&
		    public_read_position(projector->db, projector->recipe, &projector->position, NULL) == 0;
	projector_destroy(projector);
	return fits;
}

int projector_create(const struct projector_options *options, struct projector **ret_projector, struct err *err)
{
	struct projector *projector = make(options);
	int rc = begin(projector, err);
	if (rc) {
		projector_destroy(projector);
		return rc;
	}
	*ret_projector = projector;
	return 0;
}

void projector_destroy(struct projector *projector)
{
	if (!projector)
		return;
	projector_stop(projector);
	catalogue_destroy(projector->catalogue);
	names_holder_clear(&projector->names);
	db_close(projector->db);
	store_close(projector->store);
	free(projector->parents);
	close(projector->wake_fd);
	close(projector->stop_fd);
	pthread_mutex_destroy(&projector->lock);
	arena_destroy(projector->left_out_arena);
	arena_destroy(projector->arena);
	free(projector);
}

struct catalogue *projector_catalogue(struct projector *projector)
{
	return projector->catalogue;
}

struct names_holder *projector_names(struct projector *projector)
{
	return &projector->names;
}

struct db *projector_public_db(struct projector *projector)
{
	return projector->db;
}
