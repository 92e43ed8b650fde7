#include "site/parts.h"

#include "base/map.h"
#include "publish/indexes.h"
#include "publish/state.h"
#include "site/list.h"

#include <stdio.h>
#include <stdlib.h>

#define TAGS_MAX 2048 /* of one part; entries have at most some hundreds */
#define MEDIA    STR("/media/")

struct link {
	int64_t item_id, entry_id;
	uint64_t hash; /* of the entry where it is one of the item's; 0: it shows the item beside itself */
};
VEC_TYPE(link_vec, struct link);

struct filled {
	struct str tag;
	uint64_t hash;
};

struct collecting {
	struct request request; /* first: the visit's, as it is found again by it */
	site_part_found *found;
	void *context;
	struct visit *visit;
	struct link_vec links;
	uint64_t everywhere; /* of what stands on every page */
	struct map *names;   /* "t5" → its hash */
	uint64_t named;      /* of the names of one entry */
	bool fills;          /* the entry at hand stands in lists */
	struct map *filled;  /* "t5" or "k3 fr" → filled */
	uint64_t tags[TAGS_MAX];
	size_t tag_count;
};

static uint64_t key_of(const char *kind, int64_t id)
{
	char text[40];
	int len = snprintf(text, sizeof text, "%s%lld", kind, (long long)id);

	return str_hash(str_of(text, (size_t)len), 11);
}

static uint64_t add_number(uint64_t hash, int64_t number)
{
	return str_hash(str_of((const char *)&number, sizeof number), hash);
}

/* Tags ------------------------------------------------------------------------------------------- */

static void tag_text(struct collecting *all, struct str tag)
{
	uint64_t hash = page_tag_hash(tag);

	for (size_t i = 0; i < all->tag_count; i++) {
		if (all->tags[i] == hash)
			return;
	}
	if (all->tag_count < TAGS_MAX)
		all->tags[all->tag_count++] = hash;
	else /* it stands for all */
		all->tags[TAGS_MAX - 1] = page_tag_hash(SITE_EVERY_PAGE);
}

static void tag(struct collecting *all, const char *prefix, int64_t id)
{
	char text[40];
	int len = snprintf(text, sizeof text, "%s%lld", prefix, (long long)id);

	tag_text(all, str_of(text, (size_t)len));
}

static void tag_language(struct collecting *all, char letter, struct str language)
{
	char text[80];
	int len = snprintf(text, sizeof text, "%c%.*s", letter, (int)(language.len < 64 ? language.len : 64),
			   language.ptr);

	tag_text(all, str_of(text, (size_t)len));
}

static int tell(struct collecting *all, uint64_t key, uint64_t hash, struct err *err)
{
	const struct site_part part = {key, hash, all->tags, all->tag_count};
	int rc = all->found(all->context, &part, err);

	all->tag_count = 0;
	return rc;
}

/* A list has something in it. name: of the list, with its language where each has its own. */
static void fill(struct collecting *all, struct str name, struct str tag, uint64_t hash)
{
	struct arena *arena = all->visit->arena;
	struct filled *filled = map_get(all->filled, name);

	if (filled)
		return;
	filled = arena_new(arena, struct filled);
	*filled = (struct filled){arena_str(arena, tag), hash};
	map_put(all->filled, name, filled);
}

static void fill_number(struct collecting *all, char letter, int64_t id, struct str language)
{
	char name[120], text[40];
	int name_len = snprintf(name, sizeof name, "%c%lld %.*s", letter, (long long)id,
				(int)(language.len < 64 ? language.len : 64), language.ptr);
	int text_len = snprintf(text, sizeof text, "n%c%lld", letter, (long long)id);

	if (all->fills)
		fill(all, str_of(name, (size_t)name_len), str_of(text, (size_t)text_len), 1);
}

/* Names ------------------------------------------------------------------------------------------- */

static int name_found(void *context, char letter, int64_t id, uint64_t hash, struct err *err)
{
	struct collecting *all = context;
	struct arena *arena = all->visit->arena;
	const char kind[] = {letter, 0}, section[] = {'n', letter, 0};
	uint64_t *kept;

	if (letter == '*') {
		all->everywhere = hash;
		return 0;
	}
	kept = arena_new(arena, uint64_t);
	*kept = hash;
	map_put(all->names, arena_printf(arena, "%c%lld", letter, (long long)id), kept);
	tag(all, kind, id);
	tag(all, section, id);
	return tell(all, key_of(section, id), hash, err);
}

/* What it is called belongs to the entry that says so. */
static void add_name(struct collecting *all, char letter, int64_t id)
{
	char text[40];
	int len = snprintf(text, sizeof text, "%c%lld", letter, (long long)id);
	const uint64_t *hash = map_get(all->names, str_of(text, (size_t)len));

	all->named = add_number(add_number(all->named, id), hash ? (int64_t)*hash : 0);
}

/* Entries ------------------------------------------------------------------------------------------ */

static void tag_list(struct collecting *all, char letter, int64_t id)
{
	const char kind[] = {letter, 0};

	tag(all, kind, id);
	fill_number(all, letter, id, STR(""));
	add_name(all, letter, id);
}

static void tag_term(struct collecting *all, int64_t id)
{
	const struct named_term *term = names_term(all->visit->names, id);

	tag_list(all, 't', id);
	for (term = term ? term->parent : NULL; term; term = term->parent)
		tag_list(all, 't', term->id);
}

static void tag_place(struct collecting *all, int64_t id)
{
	const struct named_place *place = names_place(all->visit->names, id);

	tag_list(all, 'p', id);
	for (place = place ? place->parent : NULL; place; place = place->parent)
		tag_list(all, 'p', place->id);
}

static void tag_person(struct collecting *all, int64_t id)
{
	tag(all, "c", id);
	add_name(all, 'c', id);
}

static void tag_month(struct collecting *all, int month)
{
	if (!month)
		return;
	tag(all, "y", month / 100);
	tag(all, "m", month);
}

static void tag_lists(struct collecting *all, const struct state_entry *entry)
{
	if (entry->kind) {
		tag(all, "k", entry->kind);
		fill_number(all, 'k', entry->kind, entry->language);
	}
	for (size_t i = 0; i < entry->term_count; i++)
		tag_term(all, entry->terms[i]);
	for (size_t i = 0; i < entry->place_count; i++)
		tag_place(all, entry->places[i]);
	for (size_t i = 0; i < entry->contributor_count; i++)
		tag_person(all, entry->contributors[i].id);
	tag_month(all, entry->month);
}

static int tell_media(struct collecting *all, const struct state_entry *entry, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < entry->media_count && rc == 0; i++) {
		const struct state_media *media = entry->media[i];
		uint64_t key = str_hash(media->public_id, 12);

		all->tags[all->tag_count++] = key;
		rc = tell(all, key, media->hash, err);
	}
	return rc;
}

static int tell_related(struct collecting *all, int64_t entry_id, struct err *err)
{
	int64_t ids[SITE_RELATED];
	size_t count = catalogue_related(all->visit->snapshot, entry_id, SITE_RELATED, ids);

	tag(all, "r", entry_id);
	return tell(all, key_of("r", entry_id), str_hash(str_of((const char *)ids, count * sizeof *ids), 13), err);
}

static int entry_found(void *context, const struct state_entry *entry, struct err *err)
{
	struct collecting *all = context;
	struct arena *arena = all->visit->arena;
	int rc;

	*vec_add(&all->links, arena) = (struct link){entry->item_id, entry->entry_id, entry->hash};
	for (size_t i = 0; i < entry->named_count; i++)
		*vec_add(&all->links, arena) = (struct link){entry->named[i], entry->entry_id, 0};
	all->named = entry->hash;
	all->fills = !entry->page;
	tag(all, "e", entry->entry_id);
	tag_language(all, 'l', entry->language);
	if (entry->page)
		tag_language(all, 'a', entry->language);
	tag_lists(all, entry);
	rc = tell(all, key_of("e", entry->entry_id), all->named, err);
	if (rc == 0)
		rc = tell_media(all, entry, err);
	return rc || entry->page ? rc : tell_related(all, entry->entry_id, err);
}

static int by_item(const void *a, const void *b)
{
	const struct link *left = a, *right = b;

	if (left->item_id != right->item_id)
		return left->item_id < right->item_id ? -1 : 1;
	return (left->entry_id > right->entry_id) - (left->entry_id < right->entry_id);
}

/* Translations link to each other, and who shows an item beside itself to what can be seen of it. */
static int tell_items(struct collecting *all, struct err *err)
{
	const struct link_vec *links = &all->links;
	int rc = 0;

	if (links->len > 0)
		qsort(links->at, links->len, sizeof *links->at, by_item);
	for (size_t i = 0, next; i < links->len && rc == 0; i = next) {
		uint64_t hash = 14;

		for (next = i; next < links->len && links->at[next].item_id == links->at[i].item_id; next++) {
			hash = add_number(hash, links->at[next].entry_id);
			hash = add_number(hash, (int64_t)links->at[next].hash);
			tag(all, "e", links->at[next].entry_id);
		}
		if (next - i > 1)
			rc = tell(all, key_of("i", links->at[i].item_id), hash, err);
		all->tag_count = 0;
	}
	return rc;
}

/* What was withdrawn ------------------------------------------------------------------------------- */

static uint64_t gone_hash(const struct gone *gone)
{
	uint64_t hash = str_hash(gone->guid, str_hash(gone->note, 15));

	hash = add_number(add_number(hash, gone->gone_s), gone->date_s);
	for (size_t i = 0; i < gone->term_count; i++)
		hash = add_number(hash, gone->terms[i]);
	hash = add_number(hash, -1);
	for (size_t i = 0; i < gone->place_count; i++)
		hash = add_number(hash, gone->places[i]);
	hash = add_number(hash, -1);
	for (size_t i = 0; i < gone->contributor_count; i++)
		hash = add_number(hash, gone->contributors[i].id);
	return add_number(add_number(add_number(hash, gone->kind), gone->month), gone->page);
}

static int tell_gone(struct collecting *all, const struct gone *gone, struct err *err)
{
	tag(all, "e", gone->entry_id);
	tag_language(all, 'l', gone->language);
	if (gone->kind)
		tag(all, "k", gone->kind);
	for (size_t i = 0; i < gone->term_count; i++)
		tag(all, "t", gone->terms[i]);
	for (size_t i = 0; i < gone->place_count; i++)
		tag(all, "p", gone->places[i]);
	for (size_t i = 0; i < gone->contributor_count; i++)
		tag(all, "c", gone->contributors[i].id);
	tag_month(all, gone->month);
	return tell(all, key_of("g", gone->entry_id), gone_hash(gone), err);
}

/* By language, as feeds look. */
static int tell_all_gone(struct collecting *all, struct err *err)
{
	const struct visit *visit = all->visit;
	int rc = 0;

	for (size_t i = 0; i < visit->site->options.language_count && rc == 0; i++) {
		struct gone *gone;
		size_t count = 0;

		rc = public_gone_recent(visit->worker->public, visit->snapshot, visit->site->languages[i].code,
					visit->request->now_s - LIST_GONE_S, LIST_GONE_LOOKED, visit->arena, &gone,
					&count, err);
		for (size_t k = 0; k < count && rc == 0; k++)
			rc = tell_gone(all, &gone[k], err);
	}
	return rc;
}

/* The house ----------------------------------------------------------------------------------------- */

static uint64_t add_theme(const struct visit *visit, uint64_t hash)
{
	struct str address;
	struct page *page;

	hash = add_number(hash, (int64_t)theme_hash(visit->theme));
	for (size_t i = 0; static_at(visit->site->statics, i, &address, &page); i++)
		hash = str_hash(str_from(page->hash), str_hash(address, hash));
	return hash;
}

static uint64_t add_settings(const struct site_options *options, uint64_t hash)
{
	const struct str texts[] = {options->name, options->url, options->time_zone, options->security_contact};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		hash = str_hash(texts[i], hash);
	for (size_t i = 0; i < options->language_count; i++)
		hash = str_hash(options->languages[i], hash);
	hash = add_number(add_number(hash, options->feed_full_text), (int64_t)options->feed_items);
	return add_number(add_number(hash, (int64_t)options->page_items), options->as_files);
}

static int tell_house(struct collecting *all, struct err *err)
{
	const struct visit *visit = all->visit;

	tag_text(all, SITE_EVERY_PAGE);
	return tell(all, key_of("house", 0), add_settings(&visit->site->options, add_theme(visit, all->everywhere)),
		    err);
}

static int tell_filled(struct collecting *all, struct err *err)
{
	const struct visit *visit = all->visit;
	struct str name;
	void *value;
	int rc = 0;

	for (size_t i = 0; i < visit->site->options.language_count; i++) {
		const struct site_language *language = &visit->site->languages[i];
		struct str text = arena_printf(visit->arena, "i%.*s", STR_ARG(language->code));

		fill(all, text, text, 1 + indexes_filled(visit->snapshot, visit->names, language->key));
	}
	for (size_t i = 0; rc == 0 && map_at(all->filled, i, &name, &value); i++) {
		const struct filled *filled = value;

		tag_text(all, filled->tag);
		rc = tell(all, str_hash(name, 16), filled->hash, err);
	}
	return rc;
}

/* ------------------------------------------------------------------------------------------------- */

static int collect(struct visit *visit, struct err *err)
{
	struct collecting *all = (struct collecting *)(uintptr_t)visit->request;
	int rc;

	all->visit = visit;
	all->filled = map_create(visit->arena);
	all->names = map_create(visit->arena);
	rc = public_state_names(visit->worker->public, name_found, all, err);
	if (rc == 0)
		rc = public_state_entries(visit->worker->public, visit->snapshot, visit->request->now_s, entry_found,
					  all, err);
	if (rc == 0)
		rc = tell_items(all, err);
	if (rc == 0)
		rc = tell_all_gone(all, err);
	if (rc == 0)
		rc = tell_filled(all, err);
	return rc ? rc : tell_house(all, err);
}

int site_parts(struct site *site, void *worker, int64_t now_s, site_part_found *found, void *context, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct collecting *all = arena_new(arena, struct collecting);
	RESPONSE_SCOPED response;

	response_init(&response, arena);
	all->request = (struct request){.now_s = now_s, .arena = arena};
	all->found = found;
	all->context = context;
	return visit(site, worker, &all->request, &response, collect, err);
}

uint64_t site_media_tag(struct str path)
{
	struct str id, rest;

	if (!str_starts(path, MEDIA) || !str_cut(str_skip(path, MEDIA.len), '/', &id, &rest))
		return 0;
	return str_hash(id, 12);
}
