/* parts: what the pages of the site are made of, each part with a hash of what it says now and the tags of the pages
 * that stand on it.
 *
 * For who keeps pages as files (src/export). Asked at two times and compared by key: a part that came, went or has
 * another hash makes the pages out of date that carry one of its tags, of then or of now. All other pages, of a site
 * with as_files, are as they would be made now, but for those that say by themselves until when they hold
 * (page.fresh_until_s). It does not matter how a change came about: the clock opens, ends and unpins as editors do.
 *
 * The parts: each entry that can be seen, with the names of what it is filed under and of who wrote it; each item with
 * the entries that link to one another for it; what stands beside each item; what was withdrawn of late; each file;
 * each name of a term, place or person, which menus may have; which lists have anything in them; and one for all else,
 * which every page stands on: kinds, menus, words, theme, settings.
 *
 * Keys, hashes and tags are of 64 bits (tags by page_tag_hash) and tell nothing that pages do not.
 */
#ifndef CRIER_SITE_PARTS_H
#define CRIER_SITE_PARTS_H

#include "site/site.h"

#define SITE_EVERY_PAGE STR("s") /* tag that is on each page of the site */

struct site_part {
	uint64_t key, hash;
	const uint64_t *tags;
	size_t tag_count;
};

/* worker: of the calling thread. Each key comes once, but those of files. Cost: about 20 us an entry, and the memory of
 * a few numbers for each. */
typedef int site_part_found(void *context, const struct site_part *part, struct err *err);
int site_parts(struct site *site, void *worker, int64_t now_s, site_part_found *found, void *context, struct err *err);

/* The tag of a file below /media/, which its answer does not carry; 0 for another path. */
uint64_t site_media_tag(struct str path);

#endif
