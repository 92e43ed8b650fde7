/* indexes: the pages that lead to lists: all topics, places, campaigns, tags, people.
 *
 * Each page of the site links to those that lead somewhere: to a list with an item in the page's language that can be
 * seen. That a term or a person is known says nothing: all that carries it may be waiting for its second. The site asks
 * for each page, the projector before and after each change, to tell the pages of a language when their links change.
 */
#ifndef CRIER_PUBLISH_INDEXES_H
#define CRIER_PUBLISH_INDEXES_H

#include "publish/catalogue.h"
#include "publish/names.h"

enum index_page { INDEX_TOPICS, INDEX_PLACES, INDEX_CAMPAIGNS, INDEX_TAGS, INDEX_PEOPLE, INDEX_PAGES };

/* A bit (1 << page) for each that leads somewhere. Cost: as catalogue_find_key, five times. */
unsigned indexes_filled(const struct catalogue_snapshot *snapshot, const struct names *names, uint32_t language);

#endif
