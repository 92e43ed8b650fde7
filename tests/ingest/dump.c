/* Everything an import may change, as lines without any id of the store, sorted: two stores with equal content give
 * equal texts, whatever the order they were written in. */
#include "newsroom.h"

struct dump {
	struct newsroom *room;
	struct taxonomy taxonomy;
	struct entry_vec entries;
	struct media_vec media;
	struct str_vec lines;
};

static void line(struct dump *dump, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void line(struct dump *dump, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	assert_true(len >= 0);
	*vec_add(&dump->lines, dump->room->arena) = arena_str(dump->room->arena, str_of(text, (size_t)len));
	free(text);
}

/* "fr=sante/Santé en=health/Health": a thing's texts, in the order of languages' codes. */
static const char *texts_of(struct dump *dump, const struct taxonomy_text_vec *texts)
{
	BUF_SCOPED out = BUF_INIT(1 << 16);
	struct str_vec all = {0};
	for (size_t i = 0; i < texts->len; i++) {
		const struct taxonomy_text *text = &texts->at[i];
		*vec_add(&all, dump->room->arena) = arena_printf(
			dump->room->arena, " %.*s=%.*s/%.*s/%.*s/%.*s", STR_ARG(text->language), STR_ARG(text->slug),
			STR_ARG(text->label), STR_ARG(text->label_plural), STR_ARG(text->introduction));
	}
	newsroom_sort(&all);
	for (size_t i = 0; i < all.len; i++)
		buf_put(&out, all.at[i]);
	return arena_cstr(dump->room->arena, buf_str(&out));
}

static const char *term_name(struct dump *dump, int64_t id)
{
	for (size_t i = 0; i < dump->taxonomy.terms.len; i++)
		if (dump->taxonomy.terms.at[i].id == id)
			return arena_printf(dump->room->arena, "%s%s",
					    vocabulary_name(dump->taxonomy.terms.at[i].vocabulary),
					    texts_of(dump, &dump->taxonomy.terms.at[i].texts))
				.ptr;
	return "-";
}

static const char *place_name(struct dump *dump, int64_t id)
{
	for (size_t i = 0; i < dump->taxonomy.places.len; i++) {
		const struct place *place = &dump->taxonomy.places.at[i];
		if (place->id == id)
			return str_empty(place->code) ? texts_of(dump, &place->texts)
						      : arena_cstr(dump->room->arena, place->code);
	}
	return "-";
}

static const char *kind_name(struct dump *dump, int64_t id)
{
	for (size_t i = 0; i < dump->taxonomy.kinds.len; i++)
		if (dump->taxonomy.kinds.at[i].id == id)
			return arena_cstr(dump->room->arena, dump->taxonomy.kinds.at[i].key);
	return "-";
}

static const char *person_name(struct dump *dump, int64_t id)
{
	for (size_t i = 0; i < dump->taxonomy.contributors.len; i++)
		if (dump->taxonomy.contributors.at[i].id == id)
			return arena_cstr(dump->room->arena, dump->taxonomy.contributors.at[i].slug);
	return "-";
}

static const char *media_name(struct dump *dump, int64_t id)
{
	for (size_t i = 0; i < dump->media.len; i++)
		if (dump->media.at[i].id == id)
			return arena_cstr(dump->room->arena, dump->media.at[i].guid);
	return "-";
}

static const char *entry_path(struct dump *dump, int64_t id)
{
	for (size_t i = 0; i < dump->entries.len; i++)
		if (dump->entries.at[i].id == id)
			return arena_cstr(dump->room->arena, dump->entries.at[i].path);
	return "-";
}

static void dump_facts(struct dump *dump, const struct entry *entry, const char *path)
{
	line(dump, "%s 1 type %d state %d access %d date %lld modified %lld at %lld until %lld flipped %d waived %d",
	     path, entry->type, entry->state, entry->access, (long long)entry->date_s, (long long)entry->modified_s,
	     (long long)entry->release_at_s, (long long)entry->expires_at_s, entry->batch_flipped_s != 0,
	     entry->waived);
	line(dump, "%s 2 %.*s kind %s ref %.*s pin %lld event %lld/%d slug %.*s guid %.*s", path,
	     STR_ARG(entry->language), kind_name(dump, entry->kind_id), STR_ARG(entry->reference),
	     (long long)entry->pinned_until_s, (long long)entry->event_s, entry->event_precision, STR_ARG(entry->slug),
	     STR_ARG(entry->guid));
	line(dump, "%s 3 %.*s | %.*s | %d %.*s | %.*s | %.*s", path, STR_ARG(entry->title), STR_ARG(entry->subtitle),
	     entry->has_excerpt, STR_ARG(entry->excerpt), STR_ARG(entry->dateline), STR_ARG(entry->body));
}

static void dump_entry(struct dump *dump, const struct entry *entry)
{
	const char *path = arena_printf(dump->room->arena, "entry %.*s", STR_ARG(entry->path)).ptr;
	dump_facts(dump, entry, path);
	for (size_t i = 0; i < entry->terms.len; i++)
		line(dump, "%s under %s", path, term_name(dump, entry->terms.at[i]));
	for (size_t i = 0; i < entry->places.len; i++)
		line(dump, "%s in %s", path, place_name(dump, entry->places.at[i]));
	for (size_t i = 0; i < entry->contributors.len; i++)
		line(dump, "%s by %zu %s", path, i, person_name(dump, entry->contributors.at[i].contributor_id));
	for (size_t i = 0; i < entry->media.len; i++)
		line(dump, "%s shows %d.%d %s", path, entry->media.at[i].role, entry->media.at[i].position,
		     media_name(dump, entry->media.at[i].media_id));
	for (size_t i = 0; i < entry->translations.len; i++)
		line(dump, "%s translation %.*s", path, STR_ARG(entry->translations.at[i].path));
}

static void dump_taxonomy(struct dump *dump)
{
	const struct taxonomy *taxonomy = &dump->taxonomy;
	for (size_t i = 0; i < taxonomy->languages.len; i++)
		line(dump, "language %.*s", STR_ARG(taxonomy->languages.at[i].code));
	for (size_t i = 0; i < taxonomy->kinds.len; i++)
		line(dump, "kind %.*s%s", STR_ARG(taxonomy->kinds.at[i].key),
		     texts_of(dump, &taxonomy->kinds.at[i].texts));
	for (size_t i = 0; i < taxonomy->terms.len; i++)
		line(dump, "term %s below %s", term_name(dump, taxonomy->terms.at[i].id),
		     term_name(dump, taxonomy->terms.at[i].parent_id));
	for (size_t i = 0; i < taxonomy->places.len; i++)
		line(dump, "place %.*s%s below %s", STR_ARG(taxonomy->places.at[i].code),
		     texts_of(dump, &taxonomy->places.at[i].texts), place_name(dump, taxonomy->places.at[i].parent_id));
	for (size_t i = 0; i < taxonomy->contributors.len; i++)
		line(dump, "person %.*s %.*s", STR_ARG(taxonomy->contributors.at[i].slug),
		     STR_ARG(taxonomy->contributors.at[i].name));
}

static void dump_media(struct dump *dump)
{
	for (size_t i = 0; i < dump->media.len; i++) {
		const struct media *media = &dump->media.at[i];
		line(dump, "media %.*s %.*s %.*s %.*s %d×%d", STR_ARG(media->guid), STR_ARG(media->old_url),
		     STR_ARG(media->name), STR_ARG(media->mime), media->width, media->height);
		for (size_t j = 0; j < media->texts.len; j++)
			line(dump, "media %.*s %.*s: %.*s | %.*s | %.*s | %.*s | %.*s", STR_ARG(media->guid),
			     STR_ARG(media->texts.at[j].language), STR_ARG(media->texts.at[j].title),
			     STR_ARG(media->texts.at[j].caption), STR_ARG(media->texts.at[j].credit),
			     STR_ARG(media->texts.at[j].alt), STR_ARG(media->texts.at[j].description));
	}
}

static const char *target_name(struct dump *dump, const struct redirect *redirect)
{
	switch (redirect->target) {
	case REDIRECT_ENTRY:
		return entry_path(dump, redirect->target_id);
	case REDIRECT_TERM:
		return term_name(dump, redirect->target_id);
	case REDIRECT_PLACE:
		return place_name(dump, redirect->target_id);
	case REDIRECT_CONTRIBUTOR:
		return person_name(dump, redirect->target_id);
	case REDIRECT_KIND:
		return kind_name(dump, redirect->target_id);
	case REDIRECT_MEDIA:
		return media_name(dump, redirect->target_id);
	case REDIRECT_PATH:
	case REDIRECT_GONE:
		break;
	}
	return arena_cstr(dump->room->arena, redirect->to_path);
}

static void dump_redirects(struct dump *dump)
{
	struct redirect_vec redirects = {0};
	struct str after = STR("");
	do {
		assert_int_equal(redirect_page(dump->room->store, false, 0, after, 1000, dump->room->arena, &redirects,
					       &dump->room->err),
				 0);
		for (size_t i = 0; i < redirects.len; i++)
			line(dump, "redirect %.*s to %d %s in force %d", STR_ARG(redirects.at[i].path),
			     redirects.at[i].target, target_name(dump, &redirects.at[i]), redirects.at[i].in_force);
		after = redirects.len ? vec_last(&redirects)->path : after;
	} while (redirects.len == 1000);
}

static void dump_menus(struct dump *dump)
{
	struct site_content site;
	assert_int_equal(site_read(dump->room->store, dump->room->arena, &site, &dump->room->err), 0);
	for (size_t i = 0; i < site.menu.len; i++) {
		const struct menu_item *item = &site.menu.at[i];
		struct str above = STR("-");
		for (size_t j = 0; j < site.menu.len; j++)
			if (site.menu.at[j].id == item->parent_id)
				above = site.menu.at[j].label;
		line(dump, "menu %.*s %.*s %d %.*s below %.*s: %s %s %s %s %.*s", STR_ARG(item->menu),
		     STR_ARG(item->language), item->position, STR_ARG(item->label), STR_ARG(above),
		     entry_path(dump, item->entry_id), term_name(dump, item->term_id), kind_name(dump, item->kind_id),
		     place_name(dump, item->place_id), STR_ARG(item->url));
	}
}

static void read_media(struct dump *dump)
{
	struct media_vec page = {0};
	int64_t after = 0;
	do {
		assert_int_equal(media_page(dump->room->store, after, 1000, dump->room->arena, &page, &dump->room->err),
				 0);
		for (size_t i = 0; i < page.len; i++)
			*vec_add(&dump->media, dump->room->arena) = page.at[i];
		after = page.len ? vec_last(&page)->id : after;
	} while (page.len == 1000);
}

struct str newsroom_dump(struct newsroom *room)
{
	struct dump dump = {.room = room, .taxonomy = newsroom_taxonomy(room), .entries = newsroom_entries(room)};
	read_media(&dump);
	for (size_t i = 0; i < dump.entries.len; i++)
		dump_entry(&dump, &dump.entries.at[i]);
	dump_taxonomy(&dump);
	dump_media(&dump);
	dump_redirects(&dump);
	dump_menus(&dump);
	newsroom_sort(&dump.lines);
	BUF_SCOPED out = BUF_INIT(256u << 20);
	for (size_t i = 0; i < dump.lines.len; i++) {
		buf_put(&out, dump.lines.at[i]);
		buf_put_byte(&out, '\n');
	}
	return buf_copy(&out, room->arena);
}

void assert_dumps_equal(struct str found, struct str wanted)
{
	struct str one, other;
	while (!str_empty(found) || !str_empty(wanted)) {
		bool has_one = str_next(&found, '\n', &one), has_other = str_next(&wanted, '\n', &other);
		if (!has_one || !has_other || !str_eq(one, other))
			fail_msg("found    %.*s\nexpected %.*s", STR_ARG(has_one ? one : STR("(nothing more)")),
				 STR_ARG(has_other ? other : STR("(nothing more)")));
	}
}
