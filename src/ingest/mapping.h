/* mapping: which category, tag, taxonomy, post type or custom field becomes what.
 *
 * A file in the syntax of crier.conf, written by hand or proposed by import_suggest:
 *
 *     language = "en";                              # of what says nothing else
 *     time_zone = "Africa/Cairo";                   # of dates without GMT
 *     kinds = ( { key = "press_release"; label = "Press release"; plural = "Press releases"; slug = "press-releases";
 *                 labels = { fr = "Communiqué de presse"; }; plurals = { fr = "Communiqués de presse"; }; } );
 *     terms = ( { taxonomy = "category"; term = "press"; becomes = "kind"; to = "press_release"; },
 *               { taxonomy = "category"; term = "egypt"; becomes = "place"; to = "EG"; },
 *               { taxonomy = "country"; becomes = "place"; } );
 *     types = ( { type = "report"; becomes = "item"; kind = "report"; } );
 *     fields = ( { field = "index_number"; becomes = "reference"; } );
 *     files = ( { name = "export-fr.xml"; language = "fr"; } );
 *     menus = { primary = "main"; };
 *     titles = { places = true; references = true; };
 *     credits = true;
 *
 * The most exact rule wins: taxonomy and term, then taxonomy, then the default (category → topic, post_tag → tag,
 * author → person, other taxonomies → topic). Without a file the defaults stand. Mistakes are "FILE:LINE: found …;
 * accepted: …".
 */
#ifndef CRIER_INGEST_MAPPING_H
#define CRIER_INGEST_MAPPING_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

enum mapping_becomes {
	MAPPING_LEAVE,
	MAPPING_KIND,
	MAPPING_TOPIC,
	MAPPING_CAMPAIGN,
	MAPPING_RIGHT,
	MAPPING_TAG,
	MAPPING_PLACE,
	MAPPING_PERSON, /* the byline */
};

enum mapping_field_becomes {
	MAPPING_FIELD_REFERENCE,
	MAPPING_FIELD_SUBTITLE,
	MAPPING_FIELD_DATELINE,
	MAPPING_FIELD_EXCERPT,
	MAPPING_FIELD_EVENT_DATE,
	MAPPING_FIELD_EXPIRES,
	MAPPING_FIELD_CREDIT, /* on attachments */
	MAPPING_FIELD_LANGUAGE,
	MAPPING_FIELD_TRANSLATIONS, /* the same value on all translations of one item */
	MAPPING_FIELD_PLACE,
	MAPPING_FIELD_AUTHOR,
	MAPPING_FIELD_BREAKING_UNTIL,
};

enum mapping_type_becomes { MAPPING_TYPE_ITEM, MAPPING_TYPE_PAGE, MAPPING_TYPE_LEAVE };

#define MAPPING_BREAKING_HOURS_MAX 720

struct mapping_label {
	struct str language, label, plural;
};
VEC_TYPE(mapping_label_vec, struct mapping_label);

struct mapping_kind {
	struct str key, label, plural, slug, icon;
	struct mapping_label_vec labels; /* in other languages; label and plural are never empty, here or there */
	int64_t breaking_hours;          /* its items are breaking news for so long from their date; 0: not */
};
struct mapping_term {
	struct str taxonomy, term; /* term empty: all of the taxonomy */
	enum mapping_becomes becomes;
	struct str to; /* a kind's key, an ISO code; empty: by name */
};
struct mapping_type {
	struct str type;
	enum mapping_type_becomes becomes;
	struct str kind;
};
struct mapping_field {
	struct str field;
	enum mapping_field_becomes becomes;
};
struct mapping_name {
	struct str name, value;
};
VEC_TYPE(mapping_kind_vec, struct mapping_kind);
VEC_TYPE(mapping_term_vec, struct mapping_term);
VEC_TYPE(mapping_type_vec, struct mapping_type);
VEC_TYPE(mapping_field_vec, struct mapping_field);
VEC_TYPE(mapping_name_vec, struct mapping_name);

struct mapping {
	struct str language, time_zone; /* empty: the newsroom's */
	struct mapping_kind_vec kinds;
	struct mapping_term_vec terms;
	struct mapping_type_vec types;
	struct mapping_field_vec fields;
	struct mapping_name_vec files; /* file name → language */
	struct mapping_name_vec menus; /* slug → ours */
	bool title_places, title_references, credits;
};

/* The defaults; then what a file says. path NULL: the defaults alone. */
int mapping_read(const char *path, struct arena *arena, struct mapping *ret_mapping, struct err *err);
int mapping_parse(struct str content, const char *name, struct arena *arena, struct mapping *ret_mapping,
		  struct err *err);

/* The rule for a term; *ret_to is its goal or empty. slug or name may match a rule's term. */
enum mapping_becomes mapping_term_rule(const struct mapping *mapping, struct str taxonomy, struct str slug,
				       struct str name, struct str *ret_to);
/* NULL where nothing is said. */
const struct mapping_type *mapping_type_rule(const struct mapping *mapping, struct str type);
const struct mapping_kind *mapping_kind_find(const struct mapping *mapping, struct str key);

/* "main" or "footer", where the slug of a menu says so in one of a few languages; else NULL. */
const char *mapping_menu_by_name(struct str slug);

/* Taxonomies of WordPress's own workings, which are no subjects. */
bool mapping_taxonomy_technical(struct str taxonomy);

#endif
