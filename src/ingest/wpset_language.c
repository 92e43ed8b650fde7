#include "ingest/wpset_inside.h"

#include "i18n/language.h"
#include "ingest/php.h"

static struct str canonical(struct str code, struct arena *arena)
{
	char text[LANGUAGE_CODE_BYTES];
	char plain[LANGUAGE_CODE_BYTES];
	size_t len = code.len < sizeof plain ? code.len : sizeof plain - 1;
	for (size_t i = 0; i < len; i++)
		plain[i] = code.ptr[i] == '_' ? '-' : code.ptr[i];
	if (!language_canonical(str_of(plain, len), text))
		return (struct str){0};
	return arena_str(arena, str_from(text));
}

/* The set's own copy of a code; a code that the newsroom does not have is added behind its own. "en-US" is "en"
 * where only that is there. */
struct str wpset_add_language(struct wpset *set, struct str code)
{
	struct str exact = canonical(code, set->arena);
	if (str_empty(exact))
		return set->languages.at[0];
	struct str chain[4];
	size_t count = language_chain(exact, 4, chain);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < set->languages.len; j++)
			if (str_eq(set->languages.at[j], chain[i]))
				return set->languages.at[j];
	struct str added = arena_str(set->arena, exact);
	*vec_add(&set->languages, set->arena) = added;
	import_report_note(set->report, STR("language"), added,
			   STR("the newsroom does not have this language yet; add it to site.languages in crier.conf"));
	return added;
}

bool wpset_is_translations(struct str taxonomy)
{
	return str_eq(taxonomy, STR("post_translations")) || str_eq(taxonomy, STR("term_translations"));
}

bool wpset_take_translations(struct wpset *set, const struct wxr_term *term)
{
	bool posts = str_eq(term->taxonomy, STR("post_translations"));
	if (!wpset_is_translations(term->taxonomy))
		return false;
	ARENA_SCOPED arena = arena_create(0);
	struct php_value value;
	if (!php_parse(term->description, arena, &value) || value.kind != PHP_ARRAY) {
		import_report_note(set->report, STR("translations"), term->slug,
				   STR("the list of translations cannot be read"));
		return true;
	}
	int64_t first = 0;
	for (size_t i = 0; i < value.count; i++) {
		int64_t id = value.pairs[i].value.integer;
		if (id == 0 && !str_to_i64(php_text(&value.pairs[i].value), &id))
			continue;
		if (posts) {
			wpset_number_put(set, WPSET_GROUP_OF_POST, id, wpset_group(set, term->slug));
			continue;
		}
		struct str *language = arena_new(set->arena, struct str);
		*language = wpset_add_language(set, value.pairs[i].key);
		map_put_i64(set->language_of_term, id, language);
		first = first ? first : id;
		if (id != first) {
			int64_t *root = arena_new(set->arena, int64_t);
			*root = first;
			map_put_i64(set->root_of_term, id, root);
		}
	}
	return true;
}

struct str wpset_field(const struct wpset *set, const struct wxr_item *item, enum mapping_field_becomes becomes)
{
	for (size_t i = 0; i < set->mapping->fields.len; i++) {
		if (set->mapping->fields.at[i].becomes != becomes)
			continue;
		struct str value = str_trim(wxr_item_meta(item, set->mapping->fields.at[i].field));
		if (!str_empty(value))
			return value;
	}
	return (struct str){0};
}

static struct str first_meta(const struct wxr_item *item, const struct str *keys, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str value = str_trim(wxr_item_meta(item, keys[i]));
		if (!str_empty(value))
			return value;
	}
	return (struct str){0};
}

struct str wpset_language_of(struct wpset *set, const struct wxr_item *item, struct str file_language)
{
	static const struct str usual[] = {STR_INIT("_icl_lang"), STR_INIT("_wpml_language"),
					   STR_INIT("wpml_language_code"), STR_INIT("_icl_language_code")};
	for (size_t i = 0; i < item->categories.len; i++)
		if (str_eq(item->categories.at[i].domain, STR("language")))
			return wpset_add_language(set, item->categories.at[i].nicename);
	struct str code = wpset_field(set, item, MAPPING_FIELD_LANGUAGE);
	if (str_empty(code))
		code = first_meta(item, usual, sizeof usual / sizeof usual[0]);
	return wpset_add_language(set, str_empty(code) ? file_language : code);
}

/* 0: none. */
static int64_t group_of(const struct wpset *set, const struct wp_post *post, const struct wxr_item *item)
{
	static const struct str usual[] = {STR_INIT("_icl_trid"), STR_INIT("_wpml_trid"), STR_INIT("wpml_trid")};
	for (size_t i = item->categories.len; i > 0; i--)
		if (str_eq(item->categories.at[i - 1].domain, STR("post_translations")))
			return wpset_group(set, item->categories.at[i - 1].nicename);
	struct str key = wpset_field(set, item, MAPPING_FIELD_TRANSLATIONS);
	if (str_empty(key))
		key = first_meta(item, usual, sizeof usual / sizeof usual[0]);
	int64_t group;
	if (str_empty(key))
		return wpset_number(set, WPSET_GROUP_OF_POST, post->id, &group) ? group : 0;
	BUF_SCOPED name = BUF_INIT(512);
	buf_printf(&name, "field %.*s", STR_ARG(str_sub(key, 0, 200)));
	return wpset_group(set, buf_str(&name));
}

/* Takes the language's place in the group; false where another has it. */
static bool take_language(const struct wpset *set, enum wpset_kind kind, int64_t group, struct str language)
{
	return wpset_number_add(set, kind, group, (int64_t)str_hash(language, set->seed), 0);
}

/* Puts the post with its translations; a second member in one language stands alone. */
void wpset_join(struct wpset *set, struct wp_post *post, const struct wxr_item *item)
{
	int64_t group = group_of(set, post, item);
	if (!group)
		return;
	if (take_language(set, WPSET_GROUP_LANGUAGE, group, post->language)) {
		post->group = group;
		wpset_enlist(set, WPSET_GROUPED, post->id);
		return;
	}
	char object[40];
	struct buf buf = {object, 0, sizeof object, sizeof object, false};
	buf_printf(&buf, "post %lld", (long long)post->id);
	import_report_note(set->report, buf_str(&buf), item->title,
			   STR("another translation in this language exists; it comes in as an item of its own"));
}

/* Plugins translate an attachment by a second one with the same file: together they are one picture with texts in
 * several languages. One with a file of its own, such as a map with other words in it, stays a picture of its own. */
void wpset_join_media(struct wpset *set, struct wp_post *post, const struct wxr_item *item, int64_t file)
{
	int64_t group = group_of(set, post, item), first, first_file;
	bool others = group && wpset_number(set, WPSET_MEDIA_FIRST, group, &first);
	if (!group || (others && (!wpset_number(set, WPSET_MEDIA_FILE, group, &first_file) || first_file != file)))
		return;
	if (!take_language(set, WPSET_MEDIA_LANGUAGE, group, post->language))
		return;
	if (others) {
		post->original = first;
		return;
	}
	wpset_number_put(set, WPSET_MEDIA_FIRST, group, post->id);
	wpset_number_put(set, WPSET_MEDIA_FILE, group, file);
}
