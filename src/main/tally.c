#include "main/tally.h"

#include "base/buf.h"
#include "store/media.h"

#define MEDIA_PAGE 500

static bool has_blob(const struct blob_store *blobs, struct str sha256)
{
	BUF_SCOPED hex = BUF_INIT(64);
	struct blob_id id;

	buf_put_hex(&hex, sha256.ptr, sha256.len);
	return blob_id_parse(buf_str(&hex), &id) && blob_exists(blobs, &id);
}

static void add_medium(const struct blob_store *blobs, const struct media *media, struct arena *arena,
		       struct tally_result *result)
{
	for (size_t i = 0; i < media->renditions.len; i++) {
		result->named++;
		if (has_blob(blobs, media->renditions.at[i].sha256))
			continue;
		if (result->missing++ == 0)
			result->first_missing = arena_str(arena, media->name);
	}
}

int tally_files(struct store *store, const struct blob_store *blobs, struct arena *arena,
		struct tally_result *ret_result, struct err *err)
{
	int64_t after = 0;

	*ret_result = (struct tally_result){0};
	for (;;) {
		ARENA_SCOPED scratch = arena_create(0);
		struct media_vec page = {0};
		int rc = media_page(store, after, MEDIA_PAGE, scratch, &page, err);

		if (rc)
			return rc;
		for (size_t i = 0; i < page.len; i++)
			add_medium(blobs, &page.at[i], arena, ret_result);
		if (page.len < MEDIA_PAGE)
			return 0;
		after = vec_last(&page)->id;
	}
}
