/* taxonomy: names of things: kinds, terms, places, contributors, site texts and menus.
 *
 * Read whole from public.db into memory, then never changed: a new one takes its place when the
 * projector has written other names. Handlers take the one of the moment at the start of a request
 * (taxonomy_acquire) and release it at the end; strings in it live as long.
 *
 * Terms: the vocabularies are "topic", "campaign", "right" and "tag"; their addresses begin with the
 * vocabulary's name (/topic/slug/). Slugs are one per thing, not per language.
 *
 * Labels exist per language: asked for a language that has none, the first language's is given,
 * then any; the answer says which language it is in, so that a page can mark it (lang=…).
 *
 * Never: whether something is visible. A name in here may have no visible entry: ask the catalogue.
 */
#ifndef CRIER_PUBLISH_TAXONOMY_H
#define CRIER_PUBLISH_TAXONOMY_H

#include "base/arena.h"
#include "base/err.h"

struct taxonomy;

struct label {
	struct str language;
	struct str name;
	struct str intro; /* plain text; may be empty */
};

struct labels {
	const struct label *at;
	size_t len;
};

/* The label for language, by the rule above. Never NULL: empty strings where nothing has a name. */
const struct label *labels_find(const struct taxonomy *taxonomy, struct labels labels, struct str language);
/* The label in exactly this language, or NULL. */
const struct label *labels_exact(struct labels labels, struct str language);

struct taxonomy_kind {
	int64_t id;
	struct str key, slug, icon;
	int64_t sort;
	bool in_feeds;
	struct labels labels;
};

struct taxonomy_term {
	int64_t id;
	struct str vocabulary, slug;
	const struct taxonomy_term *parent; /* NULL at the top */
	struct labels labels;
};

struct taxonomy_place {
	int64_t id;
	struct str level; /* region, subregion, country, locality */
	struct str iso;	  /* ISO 3166 code or empty */
	struct str slug;
	const struct taxonomy_place *parent;
	struct labels labels;
};

struct taxonomy_contributor {
	int64_t id;
	struct str role; /* author, photographer, spokesperson … */
	struct str name, unit, slug;
};

struct menu_item {
	struct str label;
	struct str path;   /* a site path or an http(s) address */
	int64_t entry_id;  /* when it leads to an entry: show it only while the catalogue contains that; else 0 */
	const struct menu_item *children;
	size_t child_count;
};

struct menu {
	struct str key; /* its place in the theme: "main", "footer" … */
	struct str language;
	const struct menu_item *items;
	size_t item_count;
};

/* By id or slug; NULL where there is none. */
const struct taxonomy_kind *taxonomy_kind(const struct taxonomy *taxonomy, int64_t id);
const struct taxonomy_kind *taxonomy_kind_slug(const struct taxonomy *taxonomy, struct str slug);
const struct taxonomy_term *taxonomy_term(const struct taxonomy *taxonomy, int64_t id);
const struct taxonomy_term *taxonomy_term_slug(const struct taxonomy *taxonomy, struct str vocabulary, struct str slug);
const struct taxonomy_place *taxonomy_place(const struct taxonomy *taxonomy, int64_t id);
const struct taxonomy_place *taxonomy_place_slug(const struct taxonomy *taxonomy, struct str slug);
const struct taxonomy_contributor *taxonomy_contributor(const struct taxonomy *taxonomy, int64_t id);
const struct taxonomy_contributor *taxonomy_contributor_slug(const struct taxonomy *taxonomy, struct str slug);

/* All of them, kinds by sort key, the others by id. at receives a borrowed array. */
size_t taxonomy_kinds(const struct taxonomy *taxonomy, const struct taxonomy_kind **ret_at);
size_t taxonomy_terms(const struct taxonomy *taxonomy, const struct taxonomy_term **ret_at);
size_t taxonomy_places(const struct taxonomy *taxonomy, const struct taxonomy_place **ret_at);
size_t taxonomy_contributors(const struct taxonomy *taxonomy, const struct taxonomy_contributor **ret_at);

/* A site text by key ("line", "introduction", "press" …) in a language, else in the first one; empty where there is none. */
struct str taxonomy_text(const struct taxonomy *taxonomy, struct str key, struct str language);
/* The same, but set for a topic or place ("term" or "place", id), else the site's own. */
struct str taxonomy_text_for(const struct taxonomy *taxonomy, struct str key, struct str language, struct str owner_type,
			     int64_t owner_id);
/* NULL where the language has no such menu. */
const struct menu *taxonomy_menu(const struct taxonomy *taxonomy, struct str key, struct str language);

/* The one of the moment; never NULL once the projector has started. Release what was acquired. */
struct taxonomy_holder;
const struct taxonomy *taxonomy_acquire(struct taxonomy_holder *holder);
void taxonomy_release(const struct taxonomy *taxonomy); /* NULL is fine */
void taxonomy_releasep(const struct taxonomy **taxonomy);
#define TAXONOMY_SCOPED __attribute__((cleanup(taxonomy_releasep))) const struct taxonomy *

#endif
