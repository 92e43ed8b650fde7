/* wptext: what stands in post_content becomes HTML that markup_from_html understands.
 *
 * Called by the workers of an import, once for each body. Two ways of writing exist in the wild and in one text:
 *   blocks     <!-- wp:name {"json": 1} --> … <!-- /wp:name -->: the comments go, the HTML inside stays. Galleries,
 *              embeds, files, videos, footnotes and the text of reusable blocks get the form our reader knows.
 *              Blocks whose content WordPress makes anew at each view (latest posts, search …) are dropped and counted.
 *   classic    everything else: shortcodes are rendered, then autop.h makes paragraphs.
 * Known shortcodes: caption, wp_caption, gallery, embed, audio, video, playlist, and the names that services are
 * commonly embedded by. Unknown ones stay as text, and are counted when they look like shortcodes.
 *
 * The output is foreign HTML still: it must go through markup_from_html. Linear in the text, bounded in depth and in
 * what is brought in from outside of the text; what is past these bounds is left out and counted.
 */
#ifndef CRIER_INGEST_WPTEXT_H
#define CRIER_INGEST_WPTEXT_H

#include "base/buf.h"
#include "base/vec.h"

/* What happened to things by name: "shortcode unknown" "wpforms" 3. */
struct tally {
	const char *what;
	struct str name;
	int64_t count;
};
VEC_TYPE(tally_vec, struct tally);
void tally_add(struct tally_vec *tallies, struct arena *arena, const char *what, struct str name, int64_t count);

#define TALLY_SHORTCODE_UNKNOWN  "shortcodes kept as text"
#define TALLY_SHORTCODE_RENDERED "shortcodes rendered"
#define TALLY_BLOCK_DROPPED      "blocks dropped"
#define TALLY_EMBEDS             "embeds"
#define TALLY_PAGE_BREAKS        "page breaks"
#define TALLY_BEYOND             "left out of texts: past the bound"

/* A few bytes of text ([gallery], a reusable block) may stand for many. So much may one text bring in that way. */
#define WPTEXT_GALLERY_PICTURES_MAX 5000
#define WPTEXT_REUSED_BYTES_MAX     (8u << 20)

/* Stands where only the id of an attachment is said; whoever knows the attachments replaces it. */
#define WPTEXT_BY_ID "/?attachment_id="

struct wptext {
	struct arena *arena; /* for the tallies' names and scratch */
	int64_t post_id;
	struct str footnotes; /* the custom field "footnotes": JSON */
	void *context;
	/* The pictures attached to a post, in menu order: what [gallery] without ids shows. */
	size_t (*attached)(void *context, int64_t post_id, const int64_t **ret_ids);
	/* The text of a reusable block; false where the export does not have it. */
	bool (*reusable)(void *context, int64_t block_id, struct str *ret_content);
	struct tally_vec tallies;              /* result */
	size_t gallery_pictures, reused_bytes; /* inside */
};

void wptext_to_html(struct wptext *wptext, struct str content, struct buf *out);

#endif
