/* wxr_input: from the bytes of an export to well-formed UTF-8 XML for expat.
 *
 * Only wxr.c calls it. Two stages, each with a map from its output offsets back to its input's:
 * wxr_decode turns the declared encoding into checked UTF-8, wxr_mend repairs what wxr.h lists.
 * Both work on blocks; what a decision needs beyond the block is looked ahead, within
 * LIMIT_WXR_LOOKAHEAD_BYTES. Nothing here knows any element but by its name's bytes.
 */
#ifndef CRIER_INGEST_WXR_INPUT_H
#define CRIER_INGEST_WXR_INPUT_H

#include "base/buf.h"
#include "base/err.h"
#include "ingest/wxr.h"

/* Runs of output that came from runs of input: out_width bytes for every in_width bytes. Found again
 * by binary search; offmap_forget drops what lies wholly before an output offset. */
struct offmap_run {
	int64_t out, in;
	int32_t out_width, in_width;
};
struct offmap {
	struct offmap_run *at;
	size_t len, cap;
};
void offmap_finish(struct offmap *map);
void offmap_add(struct offmap *map, int64_t out, int64_t in, int out_width, int in_width);
int64_t offmap_find(const struct offmap *map, int64_t out);
void offmap_forget(struct offmap *map, int64_t before_out);

struct wxr_place {
	int64_t offset; /* decode: in its output; mend: in the file */
	char what[160]; /* what is wrong there */
};

struct wxr_decode;
struct wxr_decode *wxr_decode_create(int fd, struct str memory); /* fd -1: memory. The fd stays the caller's. */
void wxr_decode_destroy(struct wxr_decode *decode);
/* Appends some UTF-8 to out; *ret_end where nothing follows. A broken byte: ERR_INPUT with ret_place. */
int wxr_decode_some(struct wxr_decode *decode, struct buf *out, bool *ret_end, struct wxr_place *ret_place);
int64_t wxr_decode_offset(const struct wxr_decode *decode, int64_t out_offset);
void wxr_decode_forget(struct wxr_decode *decode, int64_t before_out_offset);
int64_t wxr_decode_bytes(const struct wxr_decode *decode);

struct wxr_mend;
struct wxr_mend *wxr_mend_create(struct wxr_decode *decode); /* takes decode over */
void wxr_mend_destroy(struct wxr_mend *mend);
/* Writes up to max bytes for expat. *ret_count 0 only at the end. */
int wxr_mend_read(struct wxr_mend *mend, char *ret_bytes, size_t max, size_t *ret_count, struct wxr_place *ret_place);
int64_t wxr_mend_offset(const struct wxr_mend *mend, int64_t out_offset); /* back to the file's bytes */
void wxr_mend_forget(struct wxr_mend *mend, int64_t before_out_offset);
struct wxr_mends wxr_mend_counts(const struct wxr_mend *mend);
int64_t wxr_mend_lines_before(const struct wxr_mend *mend); /* lines skipped before the first byte */
int64_t wxr_mend_line(const struct wxr_mend *mend);         /* where wxr_mend_read failed */
int64_t wxr_mend_bytes(const struct wxr_mend *mend);

#endif
