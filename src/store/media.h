/* media: pictures and documents: the record, texts in each language, renditions. The bytes are in the blob
 * store under their SHA-256. Until the pictures issue brings files, imported media have has_file false. */
#ifndef CRIER_STORE_MEDIA_H
#define CRIER_STORE_MEDIA_H

#include "store/store.h"

struct media_text {
	struct str language;
	struct str title;
	struct str caption;
	struct str credit;
	struct str alt;
	struct str description;
};
VEC_TYPE(media_text_vec, struct media_text);

struct rendition {
	struct str format; /* file extension */
	int width;
	int height;
	int64_t bytes;
	struct str sha256; /* 32 bytes */
};
VEC_TYPE(rendition_vec, struct rendition);

struct media {
	int64_t id;
	struct str public_id; /* in addresses: /media/{public_id}/{name}-{width}.{ext} */
	struct str guid;      /* bodies name it by this: data-media */
	struct str old_url;
	struct str mime;
	struct str name;
	int width, height; /* 0: not known */
	int64_t bytes;
	struct str sha256; /* empty: no file */
	bool has_file;
	bool decorative;
	struct media_text_vec texts;     /* by language */
	struct rendition_vec renditions; /* by format, width */
};
VEC_TYPE(media_vec, struct media);

/* id, public_id, texts and renditions of content are not read; an empty guid is made. STORE_TAKEN: the guid is used. */
int media_create(struct store_tx *tx, const struct media *content, int64_t *ret_media_id, struct err *err);
int media_update(struct store_tx *tx, int64_t media_id, const struct media *content,
		 struct err *err); /* not its guid */
int media_put_text(struct store_tx *tx, int64_t media_id, const struct media_text *text,
		   struct err *err); /* new or changed */
int media_set_file(struct store_tx *tx, int64_t media_id, struct str sha256, int64_t bytes, int width, int height,
		   struct err *err); /* and has_file */
int media_put_rendition(struct store_tx *tx, int64_t media_id, const struct rendition *rendition, struct err *err);

int media_find_guid(struct store *store, struct str guid, int64_t *ret_media_id, struct err *err); /* STORE_NOT_FOUND */
int media_find_old_url(struct store *store, struct str url, int64_t *ret_media_id, struct err *err); /* the same */

/* With texts and renditions. STORE_NOT_FOUND. */
int media_get(struct store *store, int64_t media_id, struct arena *arena, struct media *ret_media, struct err *err);
int media_page(struct store *store, int64_t after_id, int limit, struct arena *arena, struct media_vec *ret_media,
	       struct err *err);

#endif
