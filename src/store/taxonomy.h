/* taxonomy: what items are filed under: languages, kinds, terms, places, contributors.
 *
 * The _put functions make or change: they return the id that exists by key, by slug, or by ISO code. Slugs are
 * unique for each language and vocabulary; a second "Health" below another parent needs a slug of its own,
 * which term_free_slug finds.
 */
#ifndef CRIER_STORE_TAXONOMY_H
#define CRIER_STORE_TAXONOMY_H

#include "store/store.h"

struct language {
	struct str code;
	int position; /* 0: the first, without prefix */
	struct str label;
};
VEC_TYPE(language_vec, struct language);

struct taxonomy_text {
	struct str language;
	struct str label;
	struct str label_plural; /* kinds only */
	struct str slug;
	struct str sort_key; /* places only */
	struct str introduction;
};
VEC_TYPE(taxonomy_text_vec, struct taxonomy_text);

struct kind {
	int64_t id;
	struct str key;
	struct str icon;
	int position;
	bool needs_picture;
	bool needs_reference;
	bool in_feeds;
	struct taxonomy_text_vec texts;
};
VEC_TYPE(kind_vec, struct kind);

enum vocabulary { VOCABULARY_TOPIC, VOCABULARY_CAMPAIGN, VOCABULARY_RIGHT, VOCABULARY_TAG };
const char *vocabulary_name(enum vocabulary vocabulary); /* "topic" … */

struct term {
	int64_t id;
	enum vocabulary vocabulary;
	int64_t parent_id; /* 0: none */
	struct str media_topic;
	struct taxonomy_text_vec texts;
};
VEC_TYPE(term_vec, struct term);

enum place_kind { PLACE_REGION, PLACE_SUBREGION, PLACE_COUNTRY, PLACE_LOCALITY };

struct place {
	int64_t id;
	enum place_kind kind;
	int64_t parent_id;
	struct str code; /* ISO 3166-1 alpha-2, UN M49 for regions, empty for localities */
	struct taxonomy_text_vec texts;
};
VEC_TYPE(place_vec, struct place);

struct contributor_text {
	struct str language;
	struct str position;
	struct str biography;
};
VEC_TYPE(contributor_text_vec, struct contributor_text);

struct contributor {
	int64_t id;
	struct str name;
	struct str slug;
	struct str unit;
	bool is_public;
	struct contributor_text_vec texts;
};
VEC_TYPE(contributor_vec, struct contributor);

struct taxonomy {
	struct language_vec languages;       /* by position */
	struct kind_vec kinds;               /* by position, id */
	struct term_vec terms;               /* by id */
	struct place_vec places;             /* by id */
	struct contributor_vec contributors; /* by id */
};

/* All of it, in the arena. */
int taxonomy_read(struct store *store, struct arena *arena, struct taxonomy *ret_taxonomy, struct err *err);

int language_put(struct store_tx *tx, const struct language *language, struct err *err);

/* By key. Writes the kind, and those texts that are given. STORE_TAKEN: a slug belongs to another kind. */
int kind_put(struct store_tx *tx, const struct kind *kind, int64_t *ret_kind_id, struct err *err);
int kind_find(struct store *store, struct str key, int64_t *ret_kind_id, struct err *err); /* STORE_NOT_FOUND */

/* A new term with its texts (id is not read). STORE_TAKEN: a slug is used. */
int term_create(struct store_tx *tx, const struct term *term, int64_t *ret_term_id, struct err *err);
int term_put_text(struct store_tx *tx, int64_t term_id, const struct taxonomy_text *text, struct err *err);
int term_set_parent(struct store_tx *tx, int64_t term_id, int64_t parent_id,
		    struct err *err); /* STORE_REFUSED: a circle */
int term_find_slug(struct store *store, enum vocabulary vocabulary, struct str language, struct str slug,
		   int64_t *ret_term_id, struct err *err); /* STORE_NOT_FOUND */
/* By label, among the children of parent_id (0: at the top). STORE_NOT_FOUND. */
int term_find_label(struct store *store, enum vocabulary vocabulary, int64_t parent_id, struct str language,
		    struct str label, int64_t *ret_term_id, struct err *err);
/* wanted, or wanted-2, wanted-3 … */
int term_free_slug(struct store *store, enum vocabulary vocabulary, struct str language, struct str wanted,
		   struct arena *arena, struct str *ret_slug, struct err *err);

/* By ISO code, or by slug in the first text's language for what has no code. Writes kind and parent, and those texts
 * that are given. For a chain put the region first and give its id as parent. STORE_TAKEN: a slug belongs to another
 * place; STORE_REFUSED: a circle. */
int place_put(struct store_tx *tx, const struct place *place, int64_t *ret_place_id, struct err *err);
int place_find_code(struct store *store, struct str code, int64_t *ret_place_id, struct err *err); /* STORE_NOT_FOUND */
int place_find_slug(struct store *store, struct str language, struct str slug, int64_t *ret_place_id, struct err *err);

/* By slug. Texts as above. */
int contributor_put(struct store_tx *tx, const struct contributor *contributor, int64_t *ret_contributor_id,
		    struct err *err);
int contributor_find_slug(struct store *store, struct str slug, int64_t *ret_contributor_id, struct err *err);
/* The first with exactly this name; STORE_NOT_FOUND. */
int contributor_find_name(struct store *store, struct str name, int64_t *ret_contributor_id, struct err *err);

#endif
