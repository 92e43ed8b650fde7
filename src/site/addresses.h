/* addresses: everything of the public site that has an address, one after the other.
 *
 * For who writes the site as files (src/export). What is named is what the site answers with 200 at that second, by the
 * snapshot of the catalogue that its pages are made from: front pages, lists of all kinds, terms, places, people, years
 * and months in every language, each with all its pages and its feeds; indexes, items, static pages, sitemaps and what
 * else machines read. Files of the theme (site_statics) and pictures are not among them: pages name those that they
 * show. A page may be gone when it is asked for a moment later.
 *
 * Cost: memory for one list and for a few hundred entries at a time.
 */
#ifndef CRIER_SITE_ADDRESSES_H
#define CRIER_SITE_ADDRESSES_H

#include "publish/public.h"
#include "site/site.h"

/* address: a path of the site, percent-encoded, only good within the call. What is not 0 ends the walk and is handed
 * on. */
typedef int site_address_found(void *context, struct str address, struct err *err);

/* worker: of site_app(); of the calling thread. */
int site_addresses(struct site *site, void *worker, int64_t now_s, site_address_found *found, void *context,
		   struct err *err);

/* Addresses of before, with their query where they have one. Each is to be asked for: not every one leads somewhere. */
int site_old_addresses(struct site *site, void *worker, int64_t now_s, site_address_found *found, void *context,
		       struct err *err);

/* As public_hold, for a worker. */
int site_worker_hold(void *worker, public_work *work, void *context, struct err *err);

#endif
