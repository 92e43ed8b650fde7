#include "ingest/import_run.h"

#include "base/map.h"
#include "crypt/hash.h"
#include "i18n/language.h"
#include "store/taxonomy.h"
#include "text/slug.h"

#include <string.h>

#define TERM_DEPTH_MAX 20

/* One thing that this import needs and the store may not have yet. Its id is cleared before each try. */
struct wanted {
	int64_t *id;
};
VEC_TYPE(wanted_vec, struct wanted);

struct terms_work {
	struct import *import;
	struct wanted_vec missing;
	struct str_vec new_languages;
};

struct str import_term_old_id(const struct wp_term *term, struct arena *arena)
{
	return arena_printf(arena, "%.*s:%.*s", STR_ARG(term->taxonomy), STR_ARG(term->slug));
}

static int keep_mapping(struct import *import, struct store_tx *tx, struct str object, struct str old_id,
			const struct label_hash *hash, enum import_target target, int64_t target_id, struct err *err)
{
	struct import_mapping mapping = {.object = object,
					 .old_id = old_id,
					 .hash = str_of(hash->bytes, sizeof hash->bytes),
					 .target = target,
					 .target_id = target_id};
	return import_map_put(tx, import->source_id, &mapping, err);
}

/* ---- kinds ---- */

static void add_text(struct taxonomy_text_vec *texts, struct arena *arena, struct str language, struct str label,
		     struct str plural, struct str slug)
{
	*vec_add(texts, arena) = (struct taxonomy_text){
		.language = language, .label = label, .label_plural = plural, .slug = slug, .sort_key = label};
}

/* A mapping may name a kind in more languages than the newsroom and the export have. */
static bool site_has(const struct wpset *set, struct str language)
{
	for (size_t i = 0; i < set->languages.len; i++)
		if (str_eq(set->languages.at[i], language))
			return true;
	return false;
}

static int write_kind(struct import *import, struct store_tx *tx, size_t index, struct err *err)
{
	const struct mapping_kind *from = &import->mapping.kinds.at[index];
	struct arena *arena = tx_arena(tx);
	struct kind kind = {.key = from->key, .icon = from->icon, .position = (int)index, .in_feeds = true};
	struct str slug = str_empty(from->slug) ? slug_from_title(from->plural, arena) : from->slug;
	add_text(&kind.texts, arena, import->set->languages.at[0], from->label, from->plural, slug);
	for (size_t i = 0; i < from->labels.len; i++) {
		const struct mapping_label *other = &from->labels.at[i];
		if (site_has(import->set, other->language))
			add_text(&kind.texts, arena, other->language, other->label, other->plural,
				 slug_from_title(other->plural, arena));
	}
	int result = kind_put(tx, &kind, &import->set->kind_ids[index], err);
	if (result == STORE_TAKEN)
		return err_set(err, ERR_INPUT,
			       "the slug of kind \"%.*s\" belongs to another kind; give it another in the mapping",
			       STR_ARG(from->key));
	return result;
}

/* ---- places ---- */

/* Names in every language of the newsroom; a slug that another place has gets a suffix. */
static int place_texts(struct import *import, struct store_tx *tx, struct str code, struct str suffix,
		       struct taxonomy_text_vec *ret_texts, struct err *err)
{
	struct arena *arena = tx_arena(tx);
	for (size_t i = 0; i < import->set->configured_languages || i < 1; i++) {
		struct str language = import->set->languages.at[i];
		struct str label = country_name(code, language, arena), slug = slug_from_title(label, arena);
		int64_t other;
		int result = place_find_slug(tx_store(tx), language, slug, &other, err);
		if (result < 0)
			return result;
		if (result == 0)
			slug = arena_printf(arena, "%.*s-%.*s", STR_ARG(slug), STR_ARG(suffix));
		add_text(ret_texts, arena, language, label, (struct str){0}, slug);
	}
	return 0;
}

static int write_place(struct import *import, struct store_tx *tx, enum place_kind kind, struct str code,
		       int64_t parent_id, int64_t *ret_id, struct err *err)
{
	int result = place_find_code(tx_store(tx), code, ret_id, err);
	if (result != STORE_NOT_FOUND)
		return result;
	struct place place = {.kind = kind, .parent_id = parent_id, .code = code};
	struct str suffix = kind == PLACE_COUNTRY     ? STR("country")
			    : kind == PLACE_SUBREGION ? STR("subregion")
						      : STR("region");
	result = place_texts(import, tx, code, suffix, &place.texts, err);
	return result == 0 ? place_put(tx, &place, ret_id, err) : result;
}

static int write_country(struct import *import, struct store_tx *tx, struct str code, int64_t *ret_id, struct err *err)
{
	struct country_code country = {0};
	struct country_region region;
	int64_t parent = 0;
	int result = 0;
	memcpy(country.text, code.ptr, 2);
	if (country_region(country, &region)) {
		result = write_place(import, tx, PLACE_REGION, str_from(region.region), 0, &parent, err);
		if (result == 0 && strcmp(region.region, region.subregion) != 0)
			result = write_place(import, tx, PLACE_SUBREGION, str_from(region.subregion), parent, &parent,
					     err);
	}
	return result == 0 ? write_place(import, tx, PLACE_COUNTRY, code, parent, ret_id, err) : result;
}

/* A term that becomes a place: by its code, or as a place of its own name. */
static int write_term_place(struct import *import, struct store_tx *tx, const struct wp_term *term, int64_t *ret_id,
			    struct err *err)
{
	struct arena *arena = tx_arena(tx);
	if (term->to.len == 2 && country_valid(term->to))
		return write_country(import, tx, term->to, ret_id, err);
	if (term->to.len == 3)
		return write_place(import, tx, PLACE_REGION, term->to, 0, ret_id, err);
	struct place place = {.kind = PLACE_LOCALITY};
	struct str slug = slug_normalise(term->slug, arena);
	int result = place_find_slug(tx_store(tx), term->language, slug, ret_id, err);
	if (result != STORE_NOT_FOUND)
		return result;
	add_text(&place.texts, arena, term->language, term->name, (struct str){0}, slug);
	return place_put(tx, &place, ret_id, err);
}

/* ---- terms ---- */

static enum vocabulary vocabulary_of(const struct wp_term *term)
{
	return term->becomes == MAPPING_CAMPAIGN ? VOCABULARY_CAMPAIGN
	       : term->becomes == MAPPING_RIGHT  ? VOCABULARY_RIGHT
	       : term->becomes == MAPPING_TAG    ? VOCABULARY_TAG
						 : VOCABULARY_TOPIC;
}

static struct wp_term *parent_of(const struct import *import, const struct wp_term *term)
{
	if (str_empty(term->parent_slug))
		return NULL;
	struct wxr_category category = {.domain = term->taxonomy, .nicename = term->parent_slug};
	struct wp_term *parent = wpset_term(import->set, &category);
	return parent && parent != term && parent->becomes == term->becomes ? parent : NULL;
}

static int write_term(struct import *import, struct store_tx *tx, struct wp_term *term, int depth, struct err *err);

/* A term that is here already is the same one only by slug, name and parent; a name alone is shared by many. */
static int find_same_term(struct store_tx *tx, const struct wp_term *term, int64_t parent_id, struct str slug,
			  int64_t *ret_id, struct err *err)
{
	int64_t by_slug, by_label;
	enum vocabulary vocabulary = vocabulary_of(term);
	int result = term_find_slug(tx_store(tx), vocabulary, term->language, slug, &by_slug, err);
	if (result == 0)
		result = term_find_label(tx_store(tx), vocabulary, parent_id, term->language, term->name, &by_label,
					 err);
	if (result != 0 || by_slug != by_label)
		return result != 0 ? result : STORE_NOT_FOUND;
	*ret_id = by_slug;
	return 0;
}

static int write_new_term(struct store_tx *tx, struct wp_term *term, int64_t parent_id, struct err *err)
{
	struct arena *arena = tx_arena(tx);
	enum vocabulary vocabulary = vocabulary_of(term);
	struct str slug = slug_normalise(term->slug, arena);
	if (str_empty(slug))
		slug = slug_from_title(term->name, arena);
	int result = find_same_term(tx, term, parent_id, slug, &term->target_id, err);
	if (result != STORE_NOT_FOUND)
		return result;
	result = term_free_slug(tx_store(tx), vocabulary, term->language, slug, arena, &slug, err);
	if (result != 0)
		return result;
	struct term made = {.vocabulary = vocabulary, .parent_id = parent_id};
	*vec_add(&made.texts, arena) = (struct taxonomy_text){
		.language = term->language, .label = term->name, .slug = slug, .introduction = term->description};
	return term_create(tx, &made, &term->target_id, err);
}

int import_free_slug(struct store_tx *tx, const struct wp_term *term, struct str *ret_slug, struct err *err)
{
	struct arena *arena = tx_arena(tx);
	const struct wp_term *root = term->translates ? term->translates : term;
	struct str slug = slug_normalise(term->slug, arena);
	if (str_empty(slug))
		slug = slug_from_title(term->name, arena);
	return term_free_slug(tx_store(tx), vocabulary_of(root), term->language, slug, arena, ret_slug, err);
}

/* A translation of a term is one more text of it, and of a term that may be public it waits for the flip. */
static int write_translation(struct import *import, struct store_tx *tx, struct wp_term *term, int depth,
			     struct err *err)
{
	struct wp_term *root = term->translates;
	struct str slug = {0};
	int result = write_term(import, tx, root, depth + 1, err);
	term->waits = root->here;
	if (result != 0 || term->waits) {
		term->target_id = root->target_id;
		return result;
	}
	result = import_free_slug(tx, term, &slug, err);
	struct taxonomy_text text = {
		.language = term->language, .label = term->name, .slug = slug, .introduction = term->description};
	if (result == 0)
		result = term_put_text(tx, root->target_id, &text, err);
	term->target_id = root->target_id;
	return result;
}

static bool is_vocabulary(const struct wp_term *term)
{
	return term->becomes != MAPPING_LEAVE && term->becomes != MAPPING_KIND && term->becomes != MAPPING_PLACE;
}

static int write_term(struct import *import, struct store_tx *tx, struct wp_term *term, int depth, struct err *err)
{
	if (term->target_id || term->becomes == MAPPING_LEAVE)
		return 0;
	int64_t parent_id = 0;
	int result = 0;
	if (term->becomes == MAPPING_KIND) {
		const struct mapping_kind *kind = mapping_kind_find(&import->mapping, term->to);
		term->target_id = import->set->kind_ids[kind - import->mapping.kinds.at];
		term->target = IMPORT_TARGET_KIND;
	} else if (term->becomes == MAPPING_PLACE) {
		term->target = IMPORT_TARGET_PLACE;
		result = write_term_place(import, tx, term, &term->target_id, err);
	} else if (term->translates && is_vocabulary(term->translates) && depth < TERM_DEPTH_MAX) {
		term->target = IMPORT_TARGET_TERM;
		result = write_translation(import, tx, term, depth, err);
	} else {
		struct wp_term *parent = depth < TERM_DEPTH_MAX ? parent_of(import, term) : NULL;
		if (parent)
			result = write_term(import, tx, parent, depth + 1, err);
		if (term->target_id) /* a circle of parents has led here before */
			return result;
		parent_id = parent ? parent->target_id : 0;
		term->target = IMPORT_TARGET_TERM;
		if (result == 0)
			result = write_new_term(tx, term, parent_id, err);
	}
	struct label_hash hash = import_label_hash(term->language, term->name, term->description);
	if (result == 0 && !term->waits)
		result = keep_mapping(import, tx, STR("term"), import_term_old_id(term, tx_arena(tx)), &hash,
				      term->target, term->target_id, err);
	return result;
}

/* ---- people and languages ---- */

/* Two people with one slug stay two; one who is here already is the same by slug and name. */
static int write_author(struct import *import, struct store_tx *tx, struct wp_author *author, struct err *err)
{
	struct contributor contributor = {.name = author->name, .slug = author->slug, .is_public = true};
	struct label_hash hash = import_label_hash(STR(""), author->name, STR(""));
	int64_t by_slug = 0, by_name = 0;
	int result = contributor_find_name(tx_store(tx), author->name, &by_name, err);
	for (unsigned number = 2; result >= 0; number++) {
		result = contributor_find_slug(tx_store(tx), contributor.slug, &by_slug, err);
		if (result == STORE_NOT_FOUND || (result == 0 && by_slug == by_name))
			break;
		contributor.slug = slug_numbered(author->slug, number, tx_arena(tx));
	}
	author->contributor_id = by_slug;
	if (result == STORE_NOT_FOUND)
		result = contributor_put(tx, &contributor, &author->contributor_id, err);
	return result == 0 ? keep_mapping(import, tx, STR("author"), author->login, &hash, IMPORT_TARGET_CONTRIBUTOR,
					  author->contributor_id, err)
			   : result;
}

static int write_language(struct store_tx *tx, struct str code, int position, struct err *err)
{
	struct language language = {.code = code, .position = position, .label = language_autonym(code, tx_arena(tx))};
	return language_put(tx, &language, err);
}

/* ---- the chunk ---- */

static int write_all(struct store_tx *tx, void *context, struct err *err)
{
	struct terms_work *work = context;
	struct import *import = work->import;
	struct wpset *set = import->set;
	int result = 0;
	for (size_t i = 0; i < work->missing.len; i++)
		*work->missing.at[i].id = 0;
	for (size_t i = 0; i < work->new_languages.len && result == 0; i++)
		result = write_language(tx, work->new_languages.at[i],
					(int)(set->languages.len - work->new_languages.len + i), err);
	for (size_t i = 0; i < import->mapping.kinds.len && result == 0; i++)
		if (set->kind_ids[i] == 0)
			result = write_kind(import, tx, i, err);
	for (size_t i = 0; i < set->places.len && result == 0; i++)
		if (set->places.at[i]->place_id == 0)
			result = write_country(import, tx, str_from(set->places.at[i]->code.text),
					       &set->places.at[i]->place_id, err);
	for (size_t i = 0; i < set->terms.len && result == 0; i++)
		result = write_term(import, tx, set->terms.at[i], 0, err);
	for (size_t i = 0; i < set->authors.len && result == 0; i++)
		if (set->authors.at[i]->contributor_id == 0)
			result = write_author(import, tx, set->authors.at[i], err);
	return result == 0 ? import_save(import, tx, -1, -1, err) : result;
}

static void miss(struct terms_work *work, int64_t *id)
{
	*vec_add(&work->missing, work->import->arena) = (struct wanted){id};
}

/* A mapping to nothing where there is none. */
static int find_mapped(struct import *import, struct str object, struct str old_id, int64_t source_id,
		       struct arena *arena, struct import_mapping *ret_mapping, struct err *err)
{
	*ret_mapping = (struct import_mapping){0};
	int result = import_map_get(import->store, source_id, object, old_id, arena, ret_mapping, err);
	return result == STORE_NOT_FOUND ? 0 : result;
}

/* What the store has, by id, to see whether what a term became is what the mapping says now. */
struct standing {
	struct map *terms, *places, *contributors;
};

static int read_standing(struct import *import, struct arena *arena, struct standing *ret_standing, struct err *err)
{
	struct taxonomy taxonomy;
	int result = taxonomy_read(import->store, arena, &taxonomy, err);
	if (result != 0)
		return result;
	*ret_standing = (struct standing){map_create(arena), map_create(arena), map_create(arena)};
	for (size_t i = 0; i < taxonomy.terms.len; i++)
		map_put_i64(ret_standing->terms, taxonomy.terms.at[i].id, &taxonomy.terms.at[i]);
	for (size_t i = 0; i < taxonomy.places.len; i++)
		map_put_i64(ret_standing->places, taxonomy.places.at[i].id, &taxonomy.places.at[i]);
	for (size_t i = 0; i < taxonomy.contributors.len; i++)
		map_put_i64(ret_standing->contributors, taxonomy.contributors.at[i].id, &taxonomy.contributors.at[i]);
	return 0;
}

/* Another mapping than the last import's may make something else of the term, which then is found or made anew. */
static bool stands(const struct import *import, const struct standing *standing, const struct wp_term *term)
{
	if (term->becomes == MAPPING_KIND) {
		const struct mapping_kind *kind = mapping_kind_find(&import->mapping, term->to);
		return term->target == IMPORT_TARGET_KIND &&
		       term->target_id == import->set->kind_ids[kind - import->mapping.kinds.at];
	}
	if (term->becomes == MAPPING_PLACE) {
		const struct place *place = map_get_i64(standing->places, term->target_id);
		return term->target == IMPORT_TARGET_PLACE && place && str_eq(place->code, term->to);
	}
	const struct term *found = map_get_i64(standing->terms, term->target_id);
	bool translation = term->translates && is_vocabulary(term->translates);
	return term->target == IMPORT_TARGET_TERM && found &&
	       found->vocabulary == vocabulary_of(translation ? term->translates : term);
}

/* A label whose language is not there is written as a new one. */
static void judge_label(struct import *import, const struct standing *standing, struct wp_term *term, struct str old_id,
			struct str imported)
{
	const struct term *here = map_get_i64(standing->terms, term->target_id);
	struct label_hash hash = import_label_hash(term->language, term->name, term->description), hash_here;
	term->waits = !str_eq(imported, str_of(hash.bytes, sizeof hash.bytes));
	for (size_t i = 0; i < here->texts.len; i++) {
		const struct taxonomy_text *text = &here->texts.at[i];
		if (!str_eq(text->language, term->language))
			continue;
		hash_here = import_label_hash(text->language, text->label, text->introduction);
		term->waits = import_label_changes(import, STR("term"), old_id, imported, &hash, &hash_here);
		term->slug_here = arena_str(import->arena, text->slug);
	}
}

static int find_term(struct terms_work *work, const struct standing *standing, int64_t source_id, struct wp_term *term,
		     struct err *err)
{
	struct import *import = work->import;
	struct import_mapping mapping;
	ARENA_SCOPED arena = arena_create(0);
	struct str old_id = import_term_old_id(term, arena);
	int result = find_mapped(import, STR("term"), old_id, source_id, arena, &mapping, err);
	if (result != 0)
		return result;
	term->target_id = mapping.target_id;
	term->target = mapping.target;
	if (term->target_id != 0 && !stands(import, standing, term))
		term->target_id = 0;
	term->here = term->target_id != 0;
	if (term->target_id == 0)
		miss(work, &term->target_id);
	else if (is_vocabulary(term))
		judge_label(import, standing, term, old_id, mapping.hash);
	return 0;
}

static int find_author(struct terms_work *work, const struct standing *standing, int64_t source_id,
		       struct wp_author *author, struct err *err)
{
	struct import *import = work->import;
	struct import_mapping mapping;
	ARENA_SCOPED arena = arena_create(0);
	int result = find_mapped(import, STR("author"), author->login, source_id, arena, &mapping, err);
	author->contributor_id = mapping.target_id;
	if (author->contributor_id == 0)
		miss(work, &author->contributor_id);
	const struct contributor *here = map_get_i64(standing->contributors, author->contributor_id);
	if (result != 0 || !here)
		return result;
	struct label_hash hash = import_label_hash(STR(""), author->name, STR(""));
	struct label_hash hash_here = import_label_hash(STR(""), here->name, STR(""));
	author->waits = import_label_changes(import, STR("author"), author->login, mapping.hash, &hash, &hash_here);
	author->slug_here = arena_str(import->arena, here->slug);
	author->unit_here = arena_str(import->arena, here->unit);
	author->public_here = here->is_public;
	return 0;
}

static int find_terms(struct terms_work *work, int64_t source_id, struct err *err)
{
	struct wpset *set = work->import->set;
	struct standing standing;
	ARENA_SCOPED taxonomy_arena = arena_create(0);
	int result = read_standing(work->import, taxonomy_arena, &standing, err);
	for (size_t i = 0; i < set->terms.len && result == 0; i++)
		if (set->terms.at[i]->becomes != MAPPING_LEAVE)
			result = find_term(work, &standing, source_id, set->terms.at[i], err);
	for (size_t i = 0; i < set->authors.len && result == 0; i++)
		result = find_author(work, &standing, source_id, set->authors.at[i], err);
	return result;
}

static int find_all(struct terms_work *work, int64_t source_id, struct err *err)
{
	struct import *import = work->import;
	struct wpset *set = import->set;
	int result = 0;
	for (size_t i = 0; i < import->mapping.kinds.len && result == 0; i++) {
		result = kind_find(import->store, import->mapping.kinds.at[i].key, &set->kind_ids[i], err);
		if (result == STORE_NOT_FOUND)
			miss(work, &set->kind_ids[i]);
		result = result == STORE_NOT_FOUND ? 0 : result;
	}
	if (result == 0)
		result = find_terms(work, source_id, err);
	for (size_t i = 0; i < set->places.len && result == 0; i++) {
		struct wp_place *place = set->places.at[i];
		result = place_find_code(import->store, str_from(place->code.text), &place->place_id, err);
		if (result == STORE_NOT_FOUND)
			miss(work, &place->place_id);
		result = result == STORE_NOT_FOUND ? 0 : result;
	}
	return result;
}

static int find_languages(struct terms_work *work, struct err *err)
{
	struct import *import = work->import;
	struct taxonomy taxonomy;
	ARENA_SCOPED arena = arena_create(0);
	int result = taxonomy_read(import->store, arena, &taxonomy, err);
	for (size_t i = 0; i < import->set->languages.len && result == 0; i++) {
		bool known = false;
		for (size_t j = 0; j < taxonomy.languages.len; j++)
			known |= str_eq(taxonomy.languages.at[j].code, import->set->languages.at[i]);
		if (!known)
			*vec_add(&work->new_languages, import->arena) = import->set->languages.at[i];
	}
	return result;
}

static void count_terms(struct import *import, size_t missing)
{
	if (missing == 0)
		return;
	for (size_t i = 0; i < import->set->terms.len; i++) {
		const struct wp_term *term = import->set->terms.at[i];
		static const char *const words[] = {"left",      "as kinds", "as topics", "as campaigns",
						    "as rights", "as tags",  "as places"};
		if (term->becomes != MAPPING_LEAVE || !mapping_taxonomy_technical(term->taxonomy))
			import_report_add(import->report, STR("terms"), str_from(words[term->becomes]), 1);
	}
	import_report_add(import->report, STR("authors"), STR("taken"), (int64_t)import->set->authors.len);
}

static bool labels_wait(const struct wpset *set)
{
	bool waits = false;
	for (size_t i = 0; i < set->terms.len; i++)
		waits |= set->terms.at[i]->waits;
	for (size_t i = 0; i < set->authors.len; i++)
		waits |= set->authors.at[i]->waits;
	return waits;
}

int import_write_terms(struct import *import, struct err *err)
{
	struct terms_work work = {.import = import};
	int result = find_languages(&work, err);
	if (result == 0)
		result = find_all(&work, import->known_source_id, err);
	if (result != 0)
		return result;
	if (!import->resumed)
		count_terms(import, work.missing.len);
	bool missing = work.missing.len > 0 || work.new_languages.len > 0;
	if (import->options->dry_run || (!missing && !labels_wait(import->set)))
		return 0;
	result = import_need_batch(import, err);
	if (!missing)
		return result;
	import->chunk++;
	return result == 0 ? store_write_chunk(import->store, import->batch_id, write_all, &work, err) : result;
}
