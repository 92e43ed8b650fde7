#include "main/parts.h"

#include "base/clock.h"
#include "blob/blob.h"

#define TAG_HEADER "xkey" /* as xkey of varnish-modules has it */

int parts_begin(struct parts *parts, const struct newsroom *newsroom, struct err *err)
{
	*parts = (struct parts){.newsroom = newsroom, .dates_lock = PTHREAD_MUTEX_INITIALIZER};
	parts->dates = date_formats_create();
	return newsroom_blobs(newsroom, &parts->blobs, err);
}

void parts_end(struct parts *parts)
{
	if (!parts->newsroom)
		return;
	site_destroy(parts->site);
	projector_destroy(parts->projector);
	date_formats_destroy(parts->dates);
	blob_close(parts->blobs);
	pthread_mutex_destroy(&parts->dates_lock);
	*parts = (struct parts){0};
}

static int month_of(void *context, int64_t time_s)
{
	struct parts *parts = context;
	struct civil civil;

	pthread_mutex_lock(&parts->dates_lock);
	civil = date_parts(parts->dates, parts->newsroom->config.site.time_zone, time_s);
	pthread_mutex_unlock(&parts->dates_lock);
	return civil.year * 100 + civil.month;
}

static int open_file(void *context, struct str sha256, int *ret_fd, int64_t *ret_bytes, struct err *err)
{
	struct parts *parts = context;
	struct blob_id id;

	if (!blob_id_parse(sha256, &id))
		return BLOB_MISSING;
	return blob_read(parts->blobs, &id, ret_fd, ret_bytes, err);
}

struct projector_options parts_options(struct parts *parts)
{
	const struct crier_config *config = &parts->newsroom->config;

	return (struct projector_options){
		.public_path = newsroom_path(parts->newsroom, "public.db"),
		.store_url = arena_cstr(parts->newsroom->arena, config->database.url),
		.store_silence_ms = (int)config->database.answer_seconds * 1000,
		.languages = config->site.languages.at,
		.language_count = config->site.languages.len,
		.month = month_of,
		.month_context = parts,
		.zone = config->site.time_zone,
		.excerpt_characters = (size_t)config->site.excerpt_characters,
		.caches = config->purge.urls.at,
		.cache_count = config->purge.urls.len,
		.clock = clock_system(),
		.program = STR(CRIER_VERSION),
	};
}

int parts_site(struct parts *parts, bool as_files, struct err *err)
{
	const struct crier_config *config = &parts->newsroom->config;
	struct arena *arena = parts->newsroom->arena;
	const char *folders[NEWSROOM_THEME_FOLDERS];
	struct str contact = config->site.contact_url;
	int rc = newsroom_theme(parts->newsroom, folders, err);

	if (rc)
		return rc;
	if (str_empty(contact) && !str_empty(config->site.contact_email))
		contact = arena_printf(arena, "mailto:%.*s", STR_ARG(config->site.contact_email));
	const struct site_options site = {
		.name = config->site.name,
		.url = config->site.url,
		.languages = config->site.languages.at,
		.language_count = config->site.languages.len,
		.time_zone = config->site.time_zone,
		.feed_full_text = config->site.feed_full_text,
		.feed_items = (size_t)config->site.feed_items,
		.page_items = (size_t)config->site.page_items,
		.security_contact = contact,
		.as_files = as_files,
		.theme_folders = folders,
		.theme_folder_count = NEWSROOM_THEME_FOLDERS,
		.public_path = newsroom_path(parts->newsroom, "public.db"),
		.catalogue = projector_catalogue(parts->projector),
		.names = projector_names(parts->projector),
		.open_file = open_file,
		.open_file_context = parts,
	};
	return site_create(&site, &parts->site, err);
}

const char *parts_tag_header(const struct newsroom *newsroom)
{
	const struct crier_config *config = &newsroom->config;

	if (!str_empty(config->purge.header))
		return arena_cstr(newsroom->arena, config->purge.header);
	return config->purge.urls.len ? TAG_HEADER : NULL;
}

struct purge_settings parts_purge(const struct newsroom *newsroom)
{
	const struct crier_config *config = &newsroom->config;
	const char *header = parts_tag_header(newsroom);

	return (struct purge_settings){.public_path = newsroom_path(newsroom, "public.db"),
				       .clock = clock_system(),
				       .urls = config->purge.urls.at,
				       .url_count = config->purge.urls.len,
				       .method = config->purge.method,
				       .header = header ? str_from(header) : STR(""),
				       .secret = config->purge.secret};
}
