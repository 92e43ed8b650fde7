#include "publish/names_inside.h"

#include "base/buf.h"
#include "base/vec.h"

#include <stdlib.h>

#define SLUG_KEY_BYTES_MAX 4096

static void names_destroy(struct held *held)
{
	struct names *names = (struct names *)held;
	arena_destroy(names->arena);
	free(names);
}

struct names *names_create(void)
{
	struct names *names = calloc(1, sizeof *names);
	if (!names)
		err_die("out of memory: no room for names");
	held_init(&names->held, names_destroy);
	names->arena = arena_create(0);
	return names;
}

void names_install(struct names_holder *holder, struct names *names)
{
	for (bool done = false; !done;) {
		struct held *found = holder_acquire(&holder->holder);
		done = holder_install(&holder->holder, found, &names->held);
		if (found)
			held_release(found);
	}
}

void names_holder_clear(struct names_holder *holder)
{
	holder_clear(&holder->holder);
}

const struct names *names_acquire(struct names_holder *holder)
{
	return (const struct names *)holder_acquire(&holder->holder);
}

void names_release(const struct names *names)
{
	union {
		const struct names *given;
		struct names *own;
	} pointer = {names};
	if (names)
		held_release(&pointer.own->held);
}

void names_releasep(const struct names **names)
{
	names_release(*names);
	*names = NULL;
}

/* Looking up -------------------------------------------------------------------------------------- */

static int64_t id_key(enum names_owner owner, int64_t id)
{
	return id * 4 + (int64_t)owner;
}

static void add_slug(struct names *names, struct str space, struct str language, struct str slug, const void *thing)
{
	BUF_SCOPED key = BUF_INIT(SLUG_KEY_BYTES_MAX);
	buf_printf(&key, "%.*s/%.*s", STR_ARG(space), STR_ARG(slug));
	if (str_empty(slug) || key.over)
		return;
	struct slugged *slugged = arena_new(names->arena, struct slugged);
	slugged->language = language;
	slugged->thing = thing;
	slugged->next = map_get(names->by_slug, buf_str(&key));
	map_put(names->by_slug, buf_str(&key), slugged);
}

static void add_slugs(struct names *names, struct str space, struct labels labels, const void *thing)
{
	for (size_t i = 0; i < labels.len; i++)
		add_slug(names, space, labels.at[i].language, labels.at[i].slug, thing);
}

void names_finish_loading(struct names *names)
{
	names->by_id = map_create(names->arena);
	names->by_slug = map_create(names->arena);
	for (size_t i = 0; i < names->kind_count; i++) {
		map_put_i64(names->by_id, id_key(NAMES_KIND, names->kinds[i].id), &names->kinds[i]);
		add_slugs(names, STR("kind"), names->kinds[i].labels, &names->kinds[i]);
	}
	for (size_t i = 0; i < names->term_count; i++) {
		map_put_i64(names->by_id, id_key(NAMES_TERM, names->terms[i].id), &names->terms[i]);
		add_slugs(names, names->terms[i].vocabulary, names->terms[i].labels, &names->terms[i]);
	}
	for (size_t i = 0; i < names->place_count; i++) {
		map_put_i64(names->by_id, id_key(NAMES_PLACE, names->places[i].id), &names->places[i]);
		add_slugs(names, STR("place"), names->places[i].labels, &names->places[i]);
	}
	for (size_t i = 0; i < names->contributor_count; i++) {
		map_put_i64(names->by_id, id_key(NAMES_CONTRIBUTOR, names->contributors[i].id),
			    &names->contributors[i]);
		add_slug(names, STR("person"), (struct str){0}, names->contributors[i].slug, &names->contributors[i]);
	}
}

static const void *find_slug(const struct names *names, struct str space, struct str language, struct str slug)
{
	BUF_SCOPED key = BUF_INIT(SLUG_KEY_BYTES_MAX);
	buf_printf(&key, "%.*s/%.*s", STR_ARG(space), STR_ARG(slug));
	const struct slugged *chain = key.over ? NULL : map_get(names->by_slug, buf_str(&key));
	for (const struct slugged *at = chain; at; at = at->next)
		if (str_eq(at->language, language))
			return at->thing;
	for (size_t i = 0; i < names->language_count; i++)
		for (const struct slugged *at = chain; at; at = at->next)
			if (str_eq(at->language, names->languages[i]))
				return at->thing;
	return chain ? chain->thing : NULL;
}

const struct named_kind *names_kind(const struct names *names, int64_t id)
{
	return map_get_i64(names->by_id, id_key(NAMES_KIND, id));
}

const struct named_kind *names_kind_key(const struct names *names, struct str key)
{
	for (size_t i = 0; i < names->kind_count; i++)
		if (str_eq(names->kinds[i].key, key))
			return &names->kinds[i];
	return NULL;
}

const struct named_kind *names_kind_slug(const struct names *names, struct str language, struct str slug)
{
	return find_slug(names, STR("kind"), language, slug);
}

const struct named_term *names_term(const struct names *names, int64_t id)
{
	return map_get_i64(names->by_id, id_key(NAMES_TERM, id));
}

/* "kind", "place" and "person" are spaces of their own, not vocabularies. */
static bool is_vocabulary(struct str name)
{
	return str_eq(name, STR("topic")) || str_eq(name, STR("campaign")) || str_eq(name, STR("right")) ||
	       str_eq(name, STR("tag"));
}

const struct named_term *names_term_slug(const struct names *names, struct str vocabulary, struct str language,
					 struct str slug)
{
	return is_vocabulary(vocabulary) ? find_slug(names, vocabulary, language, slug) : NULL;
}

const struct named_place *names_place(const struct names *names, int64_t id)
{
	return map_get_i64(names->by_id, id_key(NAMES_PLACE, id));
}

const struct named_place *names_place_slug(const struct names *names, struct str language, struct str slug)
{
	return find_slug(names, STR("place"), language, slug);
}

const struct named_place *names_place_code(const struct names *names, struct str code)
{
	for (size_t i = 0; i < names->place_count && !str_empty(code); i++)
		if (str_eq_nocase(names->places[i].code, code))
			return &names->places[i];
	return NULL;
}

const struct named_contributor *names_contributor(const struct names *names, int64_t id)
{
	return map_get_i64(names->by_id, id_key(NAMES_CONTRIBUTOR, id));
}

const struct named_contributor *names_contributor_slug(const struct names *names, struct str slug)
{
	return find_slug(names, STR("person"), (struct str){0}, slug);
}

size_t names_kinds(const struct names *names, const struct named_kind **ret_at)
{
	*ret_at = names->kinds;
	return names->kind_count;
}

size_t names_terms(const struct names *names, const struct named_term **ret_at)
{
	*ret_at = names->terms;
	return names->term_count;
}

size_t names_places(const struct names *names, const struct named_place **ret_at)
{
	*ret_at = names->places;
	return names->place_count;
}

size_t names_contributors(const struct names *names, const struct named_contributor **ret_at)
{
	*ret_at = names->contributors;
	return names->contributor_count;
}

/* Labels ------------------------------------------------------------------------------------------ */

const struct label *labels_exact(struct labels labels, struct str language)
{
	for (size_t i = 0; i < labels.len; i++)
		if (str_eq_nocase(labels.at[i].language, language))
			return &labels.at[i];
	return NULL;
}

const struct label *labels_find(const struct names *names, struct labels labels, struct str language)
{
	static const struct label nothing = {{"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}};
	const struct label *found = labels_exact(labels, language);
	for (size_t i = 0; i < names->language_count && !found; i++)
		found = labels_exact(labels, names->languages[i]);
	if (found)
		return found;
	return labels.len ? &labels.at[0] : &nothing;
}

struct str names_text(const struct names *names, struct str key, struct str language)
{
	struct str first = names->language_count ? names->languages[0] : (struct str){0}, found = {0};
	for (size_t i = 0; i < names->line_count; i++) {
		if (!str_eq(names->lines[i].key, key))
			continue;
		if (str_eq_nocase(names->lines[i].language, language))
			return names->lines[i].content;
		if (str_eq_nocase(names->lines[i].language, first))
			found = names->lines[i].content;
	}
	return found;
}

const struct named_menu *names_menu(const struct names *names, struct str key, struct str language)
{
	for (size_t i = 0; i < names->menu_count; i++)
		if (str_eq(names->menus[i].key, key) && str_eq_nocase(names->menus[i].language, language))
			return &names->menus[i];
	return NULL;
}
