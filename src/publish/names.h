/* names: what things are called: kinds, terms, places, contributors, site texts and menus.
 *
 * Read whole from public.db into memory, then never changed: other names take their place when the
 * projector has written them. Handlers take those of the moment at the start of a request
 * (names_acquire) and release them at the end; strings in them live as long.
 *
 * Each thing has a label per language: name, slug, introduction. Asked for a language that has none, the first
 * language's is given, then any; the label says which language it is in, so that a page can mark it
 * (lang=…). A slug is looked up in the page's language, then in the others in the same order: compare it
 * with the slug of the label that labels_find gives, and redirect where they differ.
 *
 * Vocabularies of terms: "topic", "campaign", "right", "tag"; an address begins with the vocabulary's name.
 *
 * Never: whether something is visible. A thing in here may have no visible entry: ask the catalogue.
 */
#ifndef CRIER_PUBLISH_NAMES_H
#define CRIER_PUBLISH_NAMES_H

#include "base/arena.h"
#include "base/err.h"

struct names;

struct label {
	struct str language;
	struct str name;
	struct str plural; /* kinds: "Press releases"; else empty */
	struct str slug;
	struct str intro;    /* plain text, empty lines part paragraphs; contributors: the biography */
	struct str sort_key; /* places: what to sort by where the name is not it */
	struct str position; /* contributors */
};

struct labels {
	const struct label *at;
	size_t len;
};

/* The label for a language, by the rule above. Never NULL: empty strings where nothing has a name. */
const struct label *labels_find(const struct names *names, struct labels labels, struct str language);
/* The label in exactly this language, or NULL. */
const struct label *labels_exact(struct labels labels, struct str language);

struct named_kind {
	int64_t id;
	struct str key, icon;
	bool in_feeds;
	struct labels labels;
};

struct named_term {
	int64_t id;
	struct str vocabulary;
	const struct named_term *parent; /* NULL at the top */
	struct labels labels;
};

struct named_place {
	int64_t id;
	struct str level; /* region, subregion, country, locality */
	struct str code;  /* ISO 3166-1 alpha-2, UN M49 for regions, or empty */
	const struct named_place *parent;
	struct labels labels;
};

struct named_contributor {
	int64_t id;
	struct str name, slug, unit;
	struct labels labels; /* position and biography; name and slug repeated in each */
};

/* By id, or by slug as a page in language meets it; NULL where there is none. Contributors that are not to be
 * public are not in here. */
const struct named_kind *names_kind(const struct names *names, int64_t id);
const struct named_kind *names_kind_key(const struct names *names, struct str key);
const struct named_kind *names_kind_slug(const struct names *names, struct str language, struct str slug);
const struct named_term *names_term(const struct names *names, int64_t id);
const struct named_term *names_term_slug(const struct names *names, struct str vocabulary, struct str language,
					 struct str slug);
const struct named_place *names_place(const struct names *names, int64_t id);
const struct named_place *names_place_slug(const struct names *names, struct str language, struct str slug);
const struct named_place *names_place_code(const struct names *names, struct str code);
const struct named_contributor *names_contributor(const struct names *names, int64_t id);
const struct named_contributor *names_contributor_slug(const struct names *names, struct str slug);

/* All of them in a borrowed array, kinds in the order of the newsroom, the others by id. How many. */
size_t names_kinds(const struct names *names, const struct named_kind **ret_at);
size_t names_terms(const struct names *names, const struct named_term **ret_at);
size_t names_places(const struct names *names, const struct named_place **ret_at);
size_t names_contributors(const struct names *names, const struct named_contributor **ret_at);

/* Site texts: "name", "line", "introduction", "press", "footer"; in the language, else the first; empty where
 * there is none. */
struct str names_text(const struct names *names, struct str key, struct str language);

/* A menu line leads to one thing: an entry (show it only while the catalogue contains it), a term, a place, a
 * kind, or an address. An empty label: that of what it leads to. */
struct named_link {
	struct str label;
	int64_t entry_id, term_id, place_id, kind_id; /* at most one of them; 0: not that */
	struct str url;
	const struct named_link *children;
	size_t child_count;
};
struct named_menu {
	struct str key; /* "main", "footer" */
	struct str language;
	const struct named_link *links;
	size_t link_count;
};
/* NULL where this language has no such menu. */
const struct named_menu *names_menu(const struct names *names, struct str key, struct str language);

/* Those of the moment; never NULL once the projector has started. Release what was acquired. */
struct names_holder;
const struct names *names_acquire(struct names_holder *holder);
void names_release(const struct names *names); /* NULL is fine */
void names_releasep(const struct names **names);
#define NAMES_SCOPED __attribute__((cleanup(names_releasep))) const struct names *

#endif
