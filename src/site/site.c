#include "site/site.h"

#include "i18n/language.h"
#include "site/inside.h"
#include "site/routes.h"

#include <stdlib.h>

#define FEED_ITEMS 30
#define PAGE_ITEMS 24

static struct theme_source theme_source(const struct site *site)
{
	return (struct theme_source){site->options.theme_folders, site->options.theme_folder_count,
				     site->options.languages, site->options.language_count};
}

static void worker_destroy(void *context, void *worker)
{
	const struct site *site = context;
	struct site_worker *mine = worker;

	if (!mine)
		return;
	for (size_t i = 0; mine->collators && i < site->options.language_count; i++)
		collator_destroy(mine->collators[i]);
	free(mine->collators);
	number_formats_destroy(mine->numbers);
	date_formats_destroy(mine->dates);
	public_close(mine->public);
	free(mine);
}

static int worker_fill(const struct site *site, struct site_worker *worker, struct err *err)
{
	int rc = public_open(site->options.public_path, &worker->public, err);

	worker->dates = date_formats_create();
	worker->numbers = number_formats_create();
	worker->collators = calloc(site->options.language_count, sizeof *worker->collators);
	if (rc == 0 && (!worker->dates || !worker->numbers || !worker->collators))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < site->options.language_count && rc == 0; i++)
		rc = collator_create(site->languages[i].code, &worker->collators[i], err);
	return rc;
}

static int worker_create(void *context, void **ret_worker, struct err *err)
{
	struct site_worker *worker = calloc(1, sizeof *worker);
	int rc;

	if (!worker)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = worker_fill(context, worker, err);
	if (rc) {
		worker_destroy(context, worker);
		return rc;
	}
	*ret_worker = worker;
	return 0;
}

static void copy_options(struct site *site, const struct site_options *options)
{
	struct str *languages = arena_array(site->arena, struct str, options->language_count);
	const char **folders = arena_array(site->arena, const char *, options->theme_folder_count);

	site->options = *options;
	site->options.name = arena_str(site->arena, options->name);
	site->options.url = arena_str(site->arena, options->url);
	site->options.time_zone = arena_str(site->arena, options->time_zone);
	site->options.security_contact = arena_str(site->arena, options->security_contact);
	site->options.public_path = arena_cstr(site->arena, str_from(options->public_path));
	for (size_t i = 0; i < options->language_count; i++)
		languages[i] = arena_str(site->arena, options->languages[i]);
	for (size_t i = 0; i < options->theme_folder_count; i++)
		folders[i] = arena_cstr(site->arena, str_from(options->theme_folders[i]));
	site->options.languages = languages;
	site->options.theme_folders = folders;
	if (site->options.feed_items == 0)
		site->options.feed_items = FEED_ITEMS;
	if (site->options.page_items == 0)
		site->options.page_items = PAGE_ITEMS;
}

static int fill_languages(struct site *site, struct err *err)
{
	site->languages = arena_array(site->arena, struct site_language, site->options.language_count);
	for (size_t i = 0; i < site->options.language_count; i++) {
		struct site_language *language = &site->languages[i];

		language->code = site->options.languages[i];
		language->prefix = i == 0 ? STR("") : arena_printf(site->arena, "/%.*s", STR_ARG(language->code));
		language->autonym = language_autonym(language->code, site->arena);
		language->dir = str_from(language_direction_name(language_direction(language->code)));
		language->key = catalogue_language(site->options.catalogue, language->code);
		if (language->key == CATALOGUE_NO_LANGUAGE)
			return err_set(err, ERR_INPUT, "the catalogue was made without the language %.*s",
				       STR_ARG(language->code));
	}
	return 0;
}

static int site_fill(struct site *site, struct err *err)
{
	struct theme_source source;
	int rc = fill_languages(site, err);

	if (rc)
		return rc;
	source = theme_source(site);
	rc = static_load(site->options.theme_folders, site->options.theme_folder_count, STR("/theme/"), &site->statics,
			 err);
	if (rc == 0)
		rc = theme_create(&source, &site->theme, err);
	site->app = (struct web_app){
		.context = site,
		.table = site_routes(site->options.languages, site->options.language_count),
		.worker_create = worker_create,
		.worker_destroy = worker_destroy,
		.error_page = notice_error,
	};
	return rc;
}

int site_create(const struct site_options *options, struct site **ret_site, struct err *err)
{
	struct site *site = calloc(1, sizeof *site);
	int rc;

	if (!site)
		return err_set(err, ERR_SYSTEM, "out of memory");
	pthread_mutex_init(&site->lock, NULL);
	site->arena = arena_create(0);
	copy_options(site, options);
	rc = site_fill(site, err);
	if (rc) {
		site_destroy(site);
		return rc;
	}
	*ret_site = site;
	return 0;
}

void site_destroy(struct site *site)
{
	if (!site)
		return;
	theme_release(site->theme);
	static_destroy(site->statics);
	arena_destroy(site->arena);
	pthread_mutex_destroy(&site->lock);
	free(site);
}

const struct web_app *site_app(struct site *site)
{
	return &site->app;
}

const struct static_set *site_statics(const struct site *site)
{
	return site->statics;
}

int site_reload(struct site *site, struct err *err)
{
	struct theme_source source = theme_source(site);
	struct theme *fresh, *old;
	int rc = theme_create(&source, &fresh, err);

	if (rc)
		return rc;
	pthread_mutex_lock(&site->lock);
	old = site->theme;
	site->theme = fresh;
	pthread_mutex_unlock(&site->lock);
	theme_release(old);
	return 0;
}

void site_describe_views(struct buf *out)
{
	for (size_t i = 0; i < SITE_PAGES; i++) {
		if (i > 0 && site_page_views[i].view == site_page_views[i - 1].view)
			continue;
		template_describe(site_page_views[i].view, out);
	}
}
