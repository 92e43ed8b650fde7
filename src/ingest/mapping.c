#include "ingest/mapping.h"

#include "base/file.h"
#include "base/limits.h"
#include "config/config.h"
#include "i18n/country.h"
#include "i18n/date.h"
#include "i18n/language.h"

#include <stdio.h>
#include <string.h>

static const char *const term_words[] = {"leave", "kind", "topic", "campaign", "right", "tag", "place", "person", NULL};
static const char *const type_words[] = {"item", "page", "leave", NULL};
static const char *const field_words[] = {"reference", "subtitle",       "dateline", "excerpt",      "event_date",
					  "expires",   "credit",         "language", "translations", "place",
					  "author",    "breaking_until", NULL};

static const struct config_key kind_keys[] = {
	{.name = "key", .type = CONFIG_TEXT, .required = true, .least = 1, .most = 64, .help = "how rules name it"},
	{.name = "label", .type = CONFIG_TEXT, .required = true, .least = 1, .most = 200, .help = "what readers see"},
	{.name = "plural", .type = CONFIG_TEXT, .most = 200, .help = "the name of its list"},
	{.name = "slug", .type = CONFIG_TEXT, .most = 200, .help = "the address of its list"},
	{.name = "icon", .type = CONFIG_TEXT, .most = 64, .help = "an icon of the theme"},
	{.name = "labels", .type = CONFIG_MAP, .help = "label in other languages: fr = \"…\""},
	{.name = "plurals", .type = CONFIG_MAP, .help = "plural in other languages: fr = \"…\""},
	{.name = "breaking_hours",
	 .type = CONFIG_INT,
	 .most = MAPPING_BREAKING_HOURS_MAX,
	 .help = "how long an item of it is breaking news; 0: it is not"},
	{0},
};
static const struct config_key term_keys[] = {
	{.name = "taxonomy",
	 .type = CONFIG_TEXT,
	 .required = true,
	 .least = 1,
	 .most = 200,
	 .help = "category, post_tag …"},
	{.name = "term",
	 .type = CONFIG_TEXT,
	 .most = 400,
	 .help = "slug or name; without it all terms of the taxonomy"},
	{.name = "becomes", .type = CONFIG_TEXT, .required = true, .accepted = term_words, .help = "what it becomes"},
	{.name = "to", .type = CONFIG_TEXT, .most = 400, .help = "a kind's key, or a country's ISO code"},
	{0},
};
static const struct config_key type_keys[] = {
	{.name = "type", .type = CONFIG_TEXT, .required = true, .least = 1, .most = 200, .help = "the post type"},
	{.name = "becomes", .type = CONFIG_TEXT, .required = true, .accepted = type_words, .help = "what it becomes"},
	{.name = "kind", .type = CONFIG_TEXT, .most = 64, .help = "the kind of these items"},
	{0},
};
static const struct config_key field_keys[] = {
	{.name = "field",
	 .type = CONFIG_TEXT,
	 .required = true,
	 .least = 1,
	 .most = 400,
	 .help = "the custom field's key"},
	{.name = "becomes", .type = CONFIG_TEXT, .required = true, .accepted = field_words, .help = "what it becomes"},
	{0},
};
static const struct config_key file_keys[] = {
	{.name = "name", .type = CONFIG_TEXT, .required = true, .least = 1, .most = 1000, .help = "the file's name"},
	{.name = "language", .type = CONFIG_TEXT, .required = true, .least = 2, .most = 35, .help = "of what is in it"},
	{0},
};
static const struct config_key title_keys[] = {
	{.name = "places", .type = CONFIG_BOOL, .def = "true", .help = "\"Italy/Malta: …\" files an item under both"},
	{.name = "references", .type = CONFIG_BOOL, .def = "true", .help = "find numbers such as AFR 59/8473/2018"},
	{0},
};
static const struct config_key schema[] = {
	{.name = "language", .type = CONFIG_TEXT, .most = 35, .help = "of what says nothing else"},
	{.name = "time_zone", .type = CONFIG_TEXT, .most = 64, .help = "of dates without GMT; an IANA name"},
	{.name = "kinds", .type = CONFIG_GROUPS, .children = kind_keys, .help = "kinds to make"},
	{.name = "terms", .type = CONFIG_GROUPS, .children = term_keys, .help = "what terms become"},
	{.name = "types", .type = CONFIG_GROUPS, .children = type_keys, .help = "what post types become"},
	{.name = "fields", .type = CONFIG_GROUPS, .children = field_keys, .help = "what custom fields become"},
	{.name = "files", .type = CONFIG_GROUPS, .children = file_keys, .help = "the language of single files"},
	{.name = "menus", .type = CONFIG_MAP, .help = "which menu is \"main\" and which \"footer\""},
	{.name = "titles", .type = CONFIG_GROUP, .children = title_keys, .help = "what titles are searched for"},
	{.name = "credits", .type = CONFIG_BOOL, .def = "true", .help = "split credits off captions"},
	{0},
};

static int word_index(const char *const *words, struct str word)
{
	for (int i = 0; words[i]; i++)
		if (str_eq(word, str_from(words[i])))
			return i;
	return 0;
}

/* "terms[2].to = \"none\"": what stands there, as the schema's own mistakes say it. */
static int mistake(const struct config_values *group, const char *path, size_t index, const char *name, struct err *err,
		   const char *accepted)
{
	char found[200], place[40] = "";
	if (*path)
		snprintf(place, sizeof place, "%s[%zu].", path, index + 1);
	snprintf(found, sizeof found, "%s%s = \"%.*s\"", place, name,
		 STR_ARG(str_sub(config_text(group, name), 0, 80)));
	return config_mistake(group, name, err, found, accepted);
}

static const char accepted_languages[] = "the code of a language, such as fr or pt-BR";

/* Exports write "fr_FR" as well. */
static bool language_known(struct str code)
{
	char dashed[36];
	size_t len = code.len < sizeof dashed ? code.len : sizeof dashed;
	for (size_t i = 0; i < len; i++)
		dashed[i] = code.ptr[i] == '_' ? '-' : code.ptr[i];
	return language_valid(str_of(dashed, len));
}

static struct mapping_label *label_in(struct mapping_kind *kind, struct str language, struct arena *arena)
{
	for (size_t i = 0; i < kind->labels.len; i++)
		if (str_eq(kind->labels.at[i].language, language))
			return &kind->labels.at[i];
	struct mapping_label *label = vec_add(&kind->labels, arena);
	*label = (struct mapping_label){.language = language};
	return label;
}

/* labels or plurals; what has no text is as if it were not there. */
static int read_labels(const struct config_values *group, size_t index, const char *name, struct arena *arena,
		       struct mapping_kind *kind, struct err *err)
{
	const struct config_value *given = config_get(group, name);
	char found[120];
	for (size_t i = 0; i < given->names.len; i++) {
		struct str language = given->names.at[i], text = given->texts.at[i];
		if (!language_known(language)) {
			snprintf(found, sizeof found, "kinds[%zu].%s.%.*s", index + 1, name,
				 STR_ARG(str_sub(language, 0, 60)));
			return config_mistake(group, name, err, found, accepted_languages);
		}
		if (str_empty(text))
			continue;
		struct mapping_label *label = label_in(kind, language, arena);
		*(strcmp(name, "plurals") == 0 ? &label->plural : &label->label) = text;
	}
	return 0;
}

/* Where only one of the two is given it stands for both. */
static void complete(struct str *label, struct str *plural)
{
	if (str_empty(*label))
		*label = *plural;
	if (str_empty(*plural))
		*plural = *label;
}

static int read_kind(const struct config_values *group, size_t index, struct arena *arena, struct mapping_kind *kind,
		     struct err *err)
{
	*kind = (struct mapping_kind){
		.key = config_text(group, "key"),
		.label = config_text(group, "label"),
		.plural = config_text(group, "plural"),
		.slug = config_text(group, "slug"),
		.icon = config_text(group, "icon"),
		.breaking_hours = config_int(group, "breaking_hours"),
	};
	int result = read_labels(group, index, "labels", arena, kind, err);
	if (result == 0)
		result = read_labels(group, index, "plurals", arena, kind, err);
	complete(&kind->label, &kind->plural);
	for (size_t i = 0; i < kind->labels.len; i++)
		complete(&kind->labels.at[i].label, &kind->labels.at[i].plural);
	return result;
}

static int read_kinds(const struct config_values *values, struct arena *arena, struct mapping *mapping, struct err *err)
{
	size_t count;
	const struct config_values *groups = config_groups(values, "kinds", &count);
	for (size_t i = 0; i < count; i++) {
		if (mapping_kind_find(mapping, config_text(&groups[i], "key")))
			return mistake(&groups[i], "kinds", i, "key", err, "a key that no other kind has");
		int result = read_kind(&groups[i], i, arena, vec_add(&mapping->kinds, arena), err);
		if (result < 0)
			return result;
	}
	return 0;
}

/* An ISO 3166-1 code, or a region's UN M49 code. */
static bool place_known(struct str code)
{
	uint64_t number;
	return country_valid(code) || (code.len == 3 && str_to_u64(code, &number));
}

static int check_goal(const struct config_values *group, size_t index, const struct mapping *mapping,
		      const struct mapping_term *term, struct err *err)
{
	static const char kinds[] = "the key of a kind in \"kinds\"";
	if (term->becomes == MAPPING_KIND && str_empty(term->to))
		return mistake(group, "terms", index, "becomes", err, "with it a to: the key of a kind in \"kinds\"");
	if (term->becomes == MAPPING_KIND && !mapping_kind_find(mapping, term->to))
		return mistake(group, "terms", index, "to", err, kinds);
	if (term->becomes == MAPPING_KIND || str_empty(term->to))
		return 0;
	if (term->becomes != MAPPING_PLACE)
		return mistake(group, "terms", index, "to", err, "to for kind and place only");
	return place_known(term->to) ? 0
				     : mistake(group, "terms", index, "to", err,
					       "a country's ISO code, such as EG, or a region's M49 code, such as 019");
}

static int read_terms(const struct config_values *values, struct arena *arena, struct mapping *mapping, struct err *err)
{
	size_t count;
	const struct config_values *groups = config_groups(values, "terms", &count);
	for (size_t i = 0; i < count; i++) {
		struct mapping_term *term = vec_add(&mapping->terms, arena);
		term->taxonomy = config_text(&groups[i], "taxonomy");
		term->term = config_text(&groups[i], "term");
		term->becomes = (enum mapping_becomes)word_index(term_words, config_text(&groups[i], "becomes"));
		term->to = config_text(&groups[i], "to");
		int result = check_goal(&groups[i], i, mapping, term, err);
		if (result < 0)
			return result;
	}
	return 0;
}

static int read_types(const struct config_values *values, struct arena *arena, struct mapping *mapping, struct err *err)
{
	size_t count;
	const struct config_values *groups = config_groups(values, "types", &count);
	for (size_t i = 0; i < count; i++) {
		struct mapping_type *type = vec_add(&mapping->types, arena);
		type->type = config_text(&groups[i], "type");
		type->becomes = (enum mapping_type_becomes)word_index(type_words, config_text(&groups[i], "becomes"));
		type->kind = config_text(&groups[i], "kind");
		if (!str_empty(type->kind) && !mapping_kind_find(mapping, type->kind))
			return mistake(&groups[i], "types", i, "kind", err, "the key of a kind in \"kinds\"");
	}
	return 0;
}

static int read_fields(const struct config_values *values, struct arena *arena, struct mapping *mapping,
		       struct err *err)
{
	size_t count;
	const struct config_values *groups = config_groups(values, "fields", &count);
	for (size_t i = 0; i < count; i++)
		*vec_add(&mapping->fields, arena) = (struct mapping_field){
			config_text(&groups[i], "field"),
			(enum mapping_field_becomes)word_index(field_words, config_text(&groups[i], "becomes"))};
	groups = config_groups(values, "files", &count);
	for (size_t i = 0; i < count; i++) {
		if (!language_known(config_text(&groups[i], "language")))
			return mistake(&groups[i], "files", i, "language", err, accepted_languages);
		*vec_add(&mapping->files, arena) =
			(struct mapping_name){config_text(&groups[i], "name"), config_text(&groups[i], "language")};
	}
	return 0;
}

static int read_menus(const struct config_values *values, struct arena *arena, struct mapping *mapping, struct err *err)
{
	const struct config_value *menus = config_get(values, "menus");
	for (size_t i = 0; i < menus->names.len; i++) {
		struct mapping_name menu = {menus->names.at[i], menus->texts.at[i]};
		if (!str_eq(menu.value, STR("main")) && !str_eq(menu.value, STR("footer"))) {
			char found[200];
			snprintf(found, sizeof found, "menus.%.*s = \"%.*s\"", STR_ARG(str_sub(menu.name, 0, 80)),
				 STR_ARG(str_sub(menu.value, 0, 80)));
			return config_mistake(values, "menus", err, found, "\"main\", \"footer\"");
		}
		*vec_add(&mapping->menus, arena) = menu;
	}
	return 0;
}

int mapping_parse(struct str content, const char *name, struct arena *arena, struct mapping *ret_mapping,
		  struct err *err)
{
	struct config_values values;
	int result = config_parse(content, name, schema, arena, &values, err);
	if (result < 0)
		return result;
	struct mapping mapping = {
		.language = config_text(&values, "language"),
		.time_zone = config_text(&values, "time_zone"),
		.title_places = config_bool(config_group(&values, "titles"), "places"),
		.title_references = config_bool(config_group(&values, "titles"), "references"),
		.credits = config_bool(&values, "credits"),
	};
	if (!str_empty(mapping.language) && !language_known(mapping.language))
		return mistake(&values, "", 0, "language", err, accepted_languages);
	if (!str_empty(mapping.time_zone) && !date_zone_valid(mapping.time_zone))
		return mistake(&values, "", 0, "time_zone", err, "an IANA name, such as Africa/Cairo");
	result = read_kinds(&values, arena, &mapping, err);
	if (result == 0)
		result = read_terms(&values, arena, &mapping, err);
	if (result == 0)
		result = read_types(&values, arena, &mapping, err);
	if (result == 0)
		result = read_fields(&values, arena, &mapping, err);
	if (result == 0)
		result = read_menus(&values, arena, &mapping, err);
	if (result == 0)
		*ret_mapping = mapping;
	return result;
}

int mapping_read(const char *path, struct arena *arena, struct mapping *ret_mapping, struct err *err)
{
	if (!path)
		return mapping_parse(STR(""), "(defaults)", arena, ret_mapping, err);
	struct str content;
	int result = file_read(path, LIMIT_CONFIG_BYTES, arena, &content, err);
	if (result == FILE_MISSING)
		return err_set(err, ERR_INPUT, "the mapping file %s does not exist", path);
	return result < 0 ? result : mapping_parse(content, path, arena, ret_mapping, err);
}

const struct mapping_kind *mapping_kind_find(const struct mapping *mapping, struct str key)
{
	for (size_t i = 0; i < mapping->kinds.len; i++)
		if (str_eq(mapping->kinds.at[i].key, key))
			return &mapping->kinds.at[i];
	return NULL;
}

const struct mapping_type *mapping_type_rule(const struct mapping *mapping, struct str type)
{
	for (size_t i = 0; i < mapping->types.len; i++)
		if (str_eq(mapping->types.at[i].type, type))
			return &mapping->types.at[i];
	return NULL;
}

const char *mapping_menu_by_name(struct str slug)
{
	/* English, French, Spanish, Portuguese, German; as slugs have them, without accents or with */
	static const char *const foot[] = {"foot", "bottom", "pied", "pie-de", "rodape", "rodap\xc3\xa9", "fuss"};
	static const char *const head[] = {"primary", "main",   "header",  "top",      "principal", "haupt",
					   "kopf",    "entete", "en-tete", "cabecera", "cabecalho"};
	for (size_t i = 0; i < sizeof foot / sizeof foot[0]; i++)
		if (str_find_nocase(slug, str_from(foot[i])) != SIZE_MAX)
			return "footer";
	for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
		if (str_find_nocase(slug, str_from(head[i])) != SIZE_MAX)
			return "main";
	return NULL;
}

bool mapping_taxonomy_technical(struct str taxonomy)
{
	static const char *const technical[] = {
		"nav_menu",
		"post_format",
		"link_category",
		"wp_theme",
		"wp_template_part_area",
		"wp_pattern_category",
		"language",
		"post_translations",
		"term_language",
		"term_translations",
		"translation_priority",
		"product_type",
		"product_visibility",
		"elementor_library_type",
		"action-group",
		"amp_validation_error",
	};
	for (size_t i = 0; i < sizeof technical / sizeof technical[0]; i++)
		if (str_eq(taxonomy, str_from(technical[i])))
			return true;
	return false;
}

enum mapping_becomes mapping_term_rule(const struct mapping *mapping, struct str taxonomy, struct str slug,
				       struct str name, struct str *ret_to)
{
	const struct mapping_term *general = NULL;
	for (size_t i = 0; i < mapping->terms.len; i++) {
		const struct mapping_term *rule = &mapping->terms.at[i];
		if (!str_eq(rule->taxonomy, taxonomy))
			continue;
		if (str_empty(rule->term)) {
			general = general ? general : rule;
		} else if (str_eq(rule->term, slug) || str_eq(rule->term, name)) {
			*ret_to = rule->to;
			return rule->becomes;
		}
	}
	*ret_to = general ? general->to : (struct str){0};
	if (general)
		return general->becomes;
	if (mapping_taxonomy_technical(taxonomy))
		return MAPPING_LEAVE;
	if (str_eq(taxonomy, STR("author")))
		return MAPPING_PERSON;
	return str_eq(taxonomy, STR("post_tag")) ? MAPPING_TAG : MAPPING_TOPIC;
}
