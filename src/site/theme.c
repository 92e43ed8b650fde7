#include "site/theme.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#define FALLBACK_LANGUAGE STR("en")

struct theme {
	_Atomic unsigned refs;
	struct arena *arena;
	struct message_catalogue *catalogue;
	struct map *words; /* language → record */
	const struct template *templates[SITE_PAGES];
	uint64_t hash;
};

struct theme_reader {
	const struct theme_source *source;
	struct theme *theme;
};

/* The file in the last folder that has it. FILE_MISSING where none has. */
static int read_file(struct theme *theme, const struct theme_source *source, struct str name, size_t max_bytes,
		     struct arena *arena, struct str *ret_content, struct str *ret_path, struct err *err)
{
	for (size_t i = source->folder_count; i > 0; i--) {
		struct str path = arena_printf(arena, "%s/%.*s", source->folders[i - 1], STR_ARG(name));
		int rc = file_read(path.ptr, max_bytes, arena, ret_content, err);

		if (rc == 0)
			theme->hash = str_hash(*ret_content, str_hash(name, theme->hash));
		if (rc != FILE_MISSING) {
			*ret_path = path;
			return rc;
		}
	}
	return FILE_MISSING;
}

static int read_template(void *context, struct str name, struct arena *arena, struct str *ret_source,
			 struct str *ret_file, struct err *err)
{
	const struct theme_reader *reader = context;
	int rc = read_file(reader->theme, reader->source, arena_printf(arena, "%.*s.mustache", STR_ARG(name)),
			   LIMIT_TEMPLATE_BYTES, arena, ret_source, ret_file, err);

	return rc == FILE_MISSING ? TEMPLATE_MISSING : rc;
}

static int add_language(struct theme *theme, const struct theme_source *source, struct str language, struct err *err)
{
	struct str content, path;
	int rc = read_file(theme, source, arena_printf(theme->arena, "po/%.*s.mo", STR_ARG(language)),
			   LIMIT_CONFIG_BYTES, theme->arena, &content, &path, err);

	if (rc == FILE_MISSING && str_eq(language, FALLBACK_LANGUAGE))
		return err_set(err, ERR_INPUT,
			       "the theme has no po/en.mo, whose words stand in for those that a language lacks");
	if (rc == FILE_MISSING)
		return 0;
	if (rc == 0)
		rc = message_catalogue_add(theme->catalogue, language, content, path.ptr, err);
	return rc;
}

static int add_languages(struct theme *theme, const struct theme_source *source, struct err *err)
{
	int rc = add_language(theme, source, FALLBACK_LANGUAGE, err);

	for (size_t i = 0; i < source->language_count && rc == 0; i++) {
		if (!str_eq(source->languages[i], FALLBACK_LANGUAGE))
			rc = add_language(theme, source, source->languages[i], err);
	}
	return rc;
}

/* Words without arguments are what templates may name. */
static const struct view *words_view(const struct theme *theme)
{
	size_t count = message_catalogue_count(theme->catalogue);
	struct view_field *fields = arena_array(theme->arena, struct view_field, count);
	struct view *view = arena_new(theme->arena, struct view);
	size_t taken = 0;

	for (size_t i = 0; i < count; i++) {
		struct str id;
		bool takes_arguments;

		if (message_catalogue_id_at(theme->catalogue, i, &id, &takes_arguments) && !takes_arguments)
			fields[taken++] = (struct view_field){.name = arena_cstr(theme->arena, id), .type = VIEW_TEXT};
	}
	*view = (struct view){"words", fields, taken};
	return view;
}

static const struct value *words_record(const struct theme *theme, const struct view *view, struct str language)
{
	const struct messages *messages = message_catalogue_language(theme->catalogue, language);
	struct value *record = arena_array(theme->arena, struct value, view->field_count);

	for (size_t i = 0; i < view->field_count; i++)
		record[i].text = messages_text(messages, str_from(view->fields[i].name));
	return record;
}

static int compile(struct theme *theme, const struct theme_source *source, const struct view *words, struct err *err)
{
	struct template_source reader = {.read = read_template};
	struct theme_reader mine = {source, theme};
	struct template_set *set;

	reader.context = &mine;
	set = template_set_create(theme->arena, &reader);
	for (size_t i = 0; i < SITE_PAGES; i++) {
		const struct site_page_view *page = &site_page_views[i];
		int rc = template_compile(set, str_from(page->template_name),
					  site_view_with_words(page->view, words, theme->arena), &theme->templates[i],
					  err);

		if (rc == TEMPLATE_MISSING)
			return err_set(err, ERR_INPUT, "the theme has no %s.mustache in any of its %zu folders",
				       page->template_name, source->folder_count);
		if (rc)
			return rc;
	}
	return 0;
}

static void theme_destroy(struct theme *theme)
{
	message_catalogue_destroy(theme->catalogue);
	arena_destroy(theme->arena);
	free(theme);
}

int theme_create(const struct theme_source *source, struct theme **ret_theme, struct err *err)
{
	struct theme *theme = calloc(1, sizeof *theme);
	const struct view *words;
	int rc;

	if (!theme)
		return err_set(err, ERR_SYSTEM, "out of memory");
	theme->arena = arena_create(1 << 18);
	theme->catalogue = message_catalogue_create(theme->arena);
	atomic_init(&theme->refs, 1);
	rc = add_languages(theme, source, err);
	if (rc == 0) {
		words = words_view(theme);
		theme->words = map_create(theme->arena);
		for (size_t i = 0; i < source->language_count; i++)
			map_put(theme->words, source->languages[i],
				(void *)(uintptr_t)words_record(theme, words, source->languages[i]));
		rc = compile(theme, source, words, err);
	}
	if (rc) {
		theme_destroy(theme);
		return rc;
	}
	*ret_theme = theme;
	return 0;
}

struct theme *theme_keep(struct theme *theme)
{
	atomic_fetch_add(&theme->refs, 1);
	return theme;
}

void theme_release(const struct theme *theme)
{
	struct theme *mine = (struct theme *)(uintptr_t)theme;

	if (mine && atomic_fetch_sub(&mine->refs, 1) == 1)
		theme_destroy(mine);
}

const struct template *theme_template(const struct theme *theme, enum site_page page)
{
	assert(page < SITE_PAGES);
	return theme->templates[page];
}

const struct messages *theme_messages(const struct theme *theme, struct str language)
{
	return message_catalogue_language(theme->catalogue, language);
}

const struct value *theme_words(const struct theme *theme, struct str language)
{
	const struct value *record = map_get(theme->words, language);

	assert(record);
	return record;
}

uint64_t theme_hash(const struct theme *theme)
{
	return theme->hash;
}
