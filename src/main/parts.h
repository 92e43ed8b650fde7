/* parts: what a server and an export have in common: the projection of a newsroom and the site that is made of it.
 *
 * The parts borrow the newsroom for their whole life. Zeroed parts may be ended; parts_end takes half-made ones.
 */
#ifndef CRIER_MAIN_PARTS_H
#define CRIER_MAIN_PARTS_H

#include "i18n/date.h"
#include "jobs/purge.h"
#include "main/newsroom.h"
#include "publish/projector.h"
#include "site/site.h"

#include <pthread.h>

struct parts {
	const struct newsroom *newsroom;
	struct blob_store *blobs;
	pthread_mutex_t dates_lock;
	struct date_formats *dates; /* for the projector: which month a time falls in */
	struct projector *projector;
	struct site *site;
};

int parts_begin(struct parts *parts, const struct newsroom *newsroom, struct err *err);
void parts_end(struct parts *parts);

/* For projector_create, which the caller does, into parts->projector; with nobody who is told of changes. */
struct projector_options parts_options(struct parts *parts);
int parts_site(struct parts *parts, bool as_files, struct err *err); /* after the projector */

/* The field that names what an answer shows; NULL: none, since no cache in front is to be told. */
const char *parts_tag_header(const struct newsroom *newsroom);
struct purge_settings parts_purge(const struct newsroom *newsroom); /* with nobody who is told */

#endif
