#include "site/inside.h"

#include <assert.h>

struct theme *site_theme(struct site *site)
{
	struct theme *theme;

	pthread_mutex_lock(&site->lock);
	theme = theme_keep(site->theme);
	pthread_mutex_unlock(&site->lock);
	return theme;
}

void visit_speak(struct visit *visit, const struct site_language *language)
{
	visit->language = language;
	visit->words = theme_messages(visit->theme, language->code);
}

int visit(void *app, void *worker, const struct request *request, struct response *response, visit_handler handler,
	  struct err *err)
{
	struct site *site = app;
	struct visit visit = {
		.site = site, .worker = worker, .request = request, .response = response, .arena = request->arena};
	int rc;

	assert(worker);
	visit.theme = site_theme(site);
	/* first the snapshot, whose sequence the page gets: names that are younger do no harm, older ones would stay */
	visit.snapshot = catalogue_acquire(site->options.catalogue, request->now_s);
	visit.names = names_acquire(site->options.names);
	visit_speak(&visit, &site->languages[request->language]);
	response->sequence = catalogue_sequence(visit.snapshot);
	if (!site->options.as_files) /* what opens and ends meanwhile, the next export sees (parts.h) */
		visit_fresh_until(&visit, catalogue_valid_until_s(visit.snapshot));
	response_tag(response, "s");
	rc = handler(&visit, err);
	catalogue_release(visit.snapshot);
	names_release(visit.names);
	theme_release(visit.theme);
	return rc;
}

const struct site_language *site_language(const struct site *site, struct str code)
{
	for (size_t i = 0; i < site->options.language_count; i++) {
		if (str_eq_nocase(site->languages[i].code, code))
			return &site->languages[i];
	}
	return NULL;
}

void visit_fresh_until(struct visit *visit, int64_t until_s)
{
	if (until_s < visit->response->fresh_until_s)
		visit->response->fresh_until_s = until_s;
}

void visit_tag(struct visit *visit, char letter, int64_t number)
{
	response_tag(visit->response, "%c%lld", letter, (long long)number);
}

struct str words(const struct visit *visit, struct str id)
{
	return messages_text(visit->words, id);
}

struct str words_count(const struct visit *visit, int64_t number)
{
	return number_str(visit->worker->numbers, visit->language->code, number, visit->arena);
}

struct str words_date(const struct visit *visit, enum date_form form, int64_t time_s)
{
	return date_str(visit->worker->dates, visit->language->code, visit->site->options.time_zone, form, time_s,
			visit->arena);
}

struct str words_machine_date(const struct visit *visit, int64_t time_s)
{
	BUF_SCOPED out = BUF_INIT(64);

	date_put_machine(visit->worker->dates, visit->site->options.time_zone, time_s, &out);
	return buf_copy(&out, visit->arena);
}
