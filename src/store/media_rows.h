/* media_rows: media with texts and renditions from rows, for each statement that asks for them. Private to
 * this folder. The statement names the columns as given here, with the tables m, t and r, ordered by media id. */
#ifndef CRIER_STORE_MEDIA_ROWS_H
#define CRIER_STORE_MEDIA_ROWS_H

#include "db/db.h"
#include "store/media.h"

#define MEDIA_COLUMNS                                                                                                  \
	"m.id, m.public_id, m.guid, m.old_url, m.mime, m.name, m.width, m.height, m.bytes,"                            \
	" m.sha256, m.has_file, m.decorative"
#define MEDIA_TEXT_COLUMNS "t.media_id, t.language, t.title, t.caption, t.credit, t.alt, t.description"
#define RENDITION_COLUMNS  "r.media_id, r.format, r.width, r.height, r.bytes, r.sha256"

/* rc is what db_select answered; rows are finished afterwards. */
int media_rows(int rc, struct db_rows *rows, struct arena *arena, struct media_vec *ret_media, struct err *err);
int media_text_rows(int rc, struct db_rows *rows, struct arena *arena, struct media_vec *media, struct err *err);
int rendition_rows(int rc, struct db_rows *rows, struct arena *arena, struct media_vec *media, struct err *err);

#endif
