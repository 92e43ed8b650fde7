#include "newsroom.h"

#include "base/file.h"
#include "i18n/date.h"
#include "publish/projector.h"
#include "site/site.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct str languages[] = {STR_INIT("en"), STR_INIT("fr"), STR_INIT("ar")};
#define LANGUAGES (sizeof languages / sizeof *languages)

static int open_file(void *context, struct str sha256, int *ret_fd, int64_t *ret_bytes, struct err *err)
{
	struct newsroom *newsroom = context;
	struct str path = arena_printf(newsroom->arena, "%s/picture", newsroom->folder);
	FILE *file = fopen(path.ptr, "w+e");

	if (!file || fputs("not really a picture", file) < 0 || fflush(file) != 0)
		return err_set(err, ERR_SYSTEM, "%s", path.ptr);
	*ret_fd = dup(fileno(file));
	*ret_bytes = 20;
	(void)fclose(file);
	return sha256.len == 64 ? 0 : err_set(err, ERR_DATA, "no hash");
}

static int month(void *context, int64_t time_s)
{
	struct civil civil = civil_from_s(time_s);

	(void)context;
	return civil.year * 100 + civil.month;
}

static int open_store(struct newsroom *newsroom, struct err *err)
{
	int rc = store_open(newsroom->url, NULL, &newsroom->clock.clock, &newsroom->random.random, &newsroom->store,
			    err);

	if (rc == 0)
		rc = store_migrate(newsroom->store, err);
	return rc ? rc : newsroom_fill(newsroom, err);
}

static void tell(void *context, const struct str *tags, size_t count, int64_t sequence)
{
	struct newsroom *newsroom = context;

	(void)sequence;
	newsroom->told_times++;
	for (size_t i = 0; i < count; i++)
		*vec_add(&newsroom->told, newsroom->arena) = arena_str(newsroom->arena, tags[i]);
}

void newsroom_forget(struct newsroom *newsroom)
{
	newsroom->told.len = 0;
	newsroom->told_times = 0;
}

static int open_projector(struct newsroom *newsroom, struct err *err)
{
	const struct projector_options options = {
		.public_path = arena_printf(newsroom->arena, "%s/public.db", newsroom->folder).ptr,
		.store_url = newsroom->url,
		.languages = languages,
		.language_count = LANGUAGES,
		.month = month,
		.threads = 1,
		.clock = &newsroom->clock.clock,
		.listener = {.changed = tell, .context = newsroom},
	};

	return projector_create(&options, &newsroom->projector, err);
}

int newsroom_site(struct newsroom *newsroom, bool as_files, struct site **ret_site, struct err *err)
{
	const char *const folders[] = {CRIER_SOURCE_DIR "/theme", CRIER_BUILD_DIR "/theme",
				       arena_printf(newsroom->arena, "%s/theme", newsroom->folder).ptr};
	const struct site_options options = {
		.name = newsroom->hostile ? STR(HOSTILE) : STR("Lantern Watch"),
		.url = STR("https://news.example.org"),
		.languages = languages,
		.language_count = LANGUAGES,
		.time_zone = STR("Europe/Madrid"),
		.feed_full_text = true,
		.feed_items = 10,
		.page_items = 12,
		.security_contact = STR("mailto:security@example.org"),
		.theme_folders = folders,
		.theme_folder_count = 3,
		.as_files = as_files,
		.public_path = arena_printf(newsroom->arena, "%s/public.db", newsroom->folder).ptr,
		.catalogue = projector_catalogue(newsroom->projector),
		.names = projector_names(newsroom->projector),
		.open_file = open_file,
		.open_file_context = newsroom,
	};

	return site_create(&options, ret_site, err);
}

static int open_web(struct newsroom *newsroom, struct err *err)
{
	struct web_settings *settings = arena_new(newsroom->arena, struct web_settings);
	const struct web_app *app = site_app(newsroom->site);
	static const struct log nowhere = {.fd = -1};
	int rc;

	settings->clock = &newsroom->clock.clock;
	settings->statics = site_statics(newsroom->site);
	settings->log = &nowhere;
	settings->tag_header = "xkey";
	rc = web_create(settings, app, &newsroom->web, err);
	return rc ? rc : app->worker_create(app->context, &newsroom->worker, err);
}

int newsroom_open(struct newsroom *newsroom, bool hostile, struct err *err)
{
	int rc = 0;

	memset(newsroom, 0, sizeof *newsroom);
	newsroom->arena = arena_create(0);
	newsroom->hostile = hostile;
	clock_fixed_init(&newsroom->clock, NEWSROOM_NOW);
	random_fixed_init(&newsroom->random, 7);
	snprintf(newsroom->folder, sizeof newsroom->folder, "/tmp/crier-site-XXXXXX");
	if (!mkdtemp(newsroom->folder))
		return err_set(err, ERR_SYSTEM, "no temporary folder");
	snprintf(newsroom->url, sizeof newsroom->url, "sqlite:%s/store.db", newsroom->folder);
	rc = open_store(newsroom, err);
	if (rc == 0)
		rc = open_projector(newsroom, err);
	if (rc == 0)
		rc = newsroom_site(newsroom, false, &newsroom->site, err);
	return rc ? rc : open_web(newsroom, err);
}

int newsroom_open_telling(struct newsroom *newsroom)
{
	struct err err = {0};
	int rc = newsroom_open(newsroom, false, &err);

	if (rc)
		fprintf(stderr, "%d %s\n", rc, err.text);
	return rc;
}

static int remove_file(void *context, const char *relative_path, struct err *err)
{
	struct newsroom *newsroom = context;

	(void)err;
	return unlink(arena_printf(newsroom->arena, "%s/%s", newsroom->folder, relative_path).ptr);
}

void newsroom_close(struct newsroom *newsroom)
{
	if (newsroom->worker)
		site_app(newsroom->site)->worker_destroy(site_app(newsroom->site)->context, newsroom->worker);
	web_destroy(newsroom->web);
	site_destroy(newsroom->site);
	projector_destroy(newsroom->projector);
	store_close(newsroom->store);
	(void)file_walk(newsroom->folder, remove_file, newsroom, NULL);
	(void)rmdir(arena_printf(newsroom->arena, "%s/theme", newsroom->folder).ptr);
	(void)rmdir(newsroom->folder);
	arena_destroy(newsroom->arena);
}

struct answer_text newsroom_get(struct newsroom *newsroom, const char *target, const char *headers)
{
	return newsroom_ask(newsroom, "GET", target, headers);
}

struct answer_text newsroom_ask(struct newsroom *newsroom, const char *method, const char *target, const char *headers)
{
	struct str request = arena_printf(newsroom->arena, "%s %s HTTP/1.1\r\nHost: news.example.org\r\n%s\r\n", method,
					  target, headers ? headers : "");
	struct answer_text answer = {0};
	struct err err = {0};
	struct str text;
	size_t end;

	if (web_perform(newsroom->web, newsroom->worker, request, newsroom->arena, &text, &err) != 0) {
		fprintf(stderr, "%s: %s\n", target, err.text);
		return answer;
	}
	int64_t status = 0;

	if (str_to_i64(str_sub(text, 9, 3), &status))
		answer.status = (int)status;
	end = str_find(text, STR("\r\n\r\n"));
	if (end == SIZE_MAX)
		return answer;
	answer.head = str_sub(text, 0, end + 2);
	answer.body = str_skip(text, end + 4);
	return answer;
}

struct str answer_header(const struct answer_text *answer, const char *name)
{
	struct str rest = answer->head, line;

	while (str_next(&rest, '\n', &line)) {
		struct str key, value;

		if (str_cut(line, ':', &key, &value) && str_eq_nocase(key, str_from(name)))
			return str_trim(value);
	}
	return (struct str){0};
}

int newsroom_step(struct newsroom *newsroom, struct err *err)
{
	size_t applied;
	int rc = projector_step(newsroom->projector, &applied, err);

	cache_clear(web_cache(newsroom->web));
	return rc;
}

int newsroom_handle(struct newsroom *newsroom, struct str target, struct arena *arena, struct response *ret_response)
{
	const struct web_app *app = site_app(newsroom->site);
	struct request request = {.method = WEB_GET,
				  .method_name = STR("GET"),
				  .target = target,
				  .now_s = clock_now_s(&newsroom->clock.clock),
				  .arena = arena};
	struct str location;
	struct err err = {0};
	int rc;

	response_init(ret_response, arena);
	if (request_parse(&request) != 0 || route_match(&app->table, &request, &location) != 0)
		return NEWSROOM_MOVED;
	rc = request.route->handler(app->context, newsroom->worker, &request, ret_response, &err);
	if (rc < 0)
		fprintf(stderr, "%.*s: %s\n", STR_ARG(target), err.text);
	return rc;
}
