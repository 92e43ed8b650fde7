#include "publish/indexes.h"

struct wanting {
	const struct names *names;
	struct str vocabulary;
};

static bool wants_term(const void *context, int64_t key)
{
	const struct wanting *wanting = context;
	const struct named_term *term = names_term(wanting->names, key);
	return term && str_eq(term->vocabulary, wanting->vocabulary);
}

static bool wants_place(const void *context, int64_t key)
{
	const struct wanting *wanting = context;
	return names_place(wanting->names, key);
}

static bool wants_person(const void *context, int64_t key)
{
	const struct wanting *wanting = context;
	return names_contributor(wanting->names, key);
}

unsigned indexes_filled(const struct catalogue_snapshot *snapshot, const struct names *names, uint32_t language)
{
	static const struct {
		enum catalogue_dimension dimension;
		catalogue_wanted *wanted;
		struct str vocabulary;
	} pages[INDEX_PAGES] = {
		[INDEX_TOPICS] = {CATALOGUE_TERM, wants_term, STR_INIT("topic")},
		[INDEX_PLACES] = {CATALOGUE_PLACE, wants_place, STR_INIT("")},
		[INDEX_CAMPAIGNS] = {CATALOGUE_TERM, wants_term, STR_INIT("campaign")},
		[INDEX_TAGS] = {CATALOGUE_TERM, wants_term, STR_INIT("tag")},
		[INDEX_PEOPLE] = {CATALOGUE_CONTRIBUTOR, wants_person, STR_INIT("")},
	};
	unsigned filled = 0;
	for (enum index_page page = 0; page < INDEX_PAGES; page++) {
		const struct wanting wanting = {names, pages[page].vocabulary};
		if (catalogue_find_key(snapshot, language, pages[page].dimension, pages[page].wanted, &wanting))
			filled |= 1u << page;
	}
	return filled;
}
