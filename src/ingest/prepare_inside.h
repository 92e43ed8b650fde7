/* prepare_inside: what the files of prepare share; only they include it. */
#ifndef CRIER_INGEST_PREPARE_INSIDE_H
#define CRIER_INGEST_PREPARE_INSIDE_H

#include "i18n/date.h"
#include "ingest/prepare.h"

struct preparer {
	const struct wpset *set;
	struct date_formats *formats;
	struct arena *scratch; /* cleared after each item */
	struct buf html;
};

void prepare_body(struct preparer *preparer, const struct wxr_item *item, struct arena *arena,
		  struct prepared *prepared);
void prepare_media(struct preparer *preparer, const struct wxr_item *item, struct arena *arena,
		   struct prepared *prepared);
/* Until when it stands in the bar of breaking news: by its field, else by its kind. After dates and terms are set. */
void prepare_breaking(struct preparer *preparer, const struct wxr_item *item, struct arena *arena,
		      struct prepared *prepared);
/* Nine digits and more are seconds since 1970, as some plugins keep a time. */
bool prepare_seconds(struct str text, int64_t *ret_time_s);
/* Those, RFC 3339, or a time on the clock of the set's zone; a day alone is its first second, or that of a day after
 * it: 1 is the end of the day. */
bool prepare_moment(struct preparer *preparer, struct str text, int days_later, int64_t *ret_time_s);
/* Names a picture once; the first role it is met in stays. The attachment lies in the arena. */
void prepare_use(const struct wpset *set, struct prepared *prepared, struct arena *arena,
		 const struct wp_post *attachment, struct str address, enum media_role role, struct str alt,
		 bool has_alt);

#endif
