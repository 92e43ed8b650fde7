/* body: what follows a head, as it comes: of a length that was told, or in chunks (RFC 9112 sections 6.3 and 7.1).
 * Pure.
 *
 * It hands out pieces that point into what it was given, so that whoever takes them decides where they go: into
 * memory, a file, nowhere. Chunks are read strictly: hexadecimal digits alone, CR LF alone; what stands behind a
 * semicolon and the trailer fields are bounded and passed over.
 */
#ifndef CRIER_WEB_BODY_H
#define CRIER_WEB_BODY_H

#include "base/str.h"

struct body {
	int64_t left;      /* of the told length, or of this chunk */
	int64_t most_left; /* of all that may come */
	unsigned state;
	unsigned line_bytes; /* of a chunk's first line, or of the trailer */
	bool chunked;
};

void body_init_length(struct body *body, int64_t bytes); /* 0: no body */
void body_init_chunked(struct body *body, int64_t most_bytes);

#define BODY_PIECE 1 /* *ret_piece is the next of it, not empty; ask again */
#define BODY_MORE  2 /* *input was used up */

/* Takes from the front of *input. 0: the body is over, what is left of *input is the next request's. BODY_PIECE,
 * BODY_MORE, or the status to refuse it with: 400, 413 (more than most_bytes), 431 (the trailer). Nothing is read on
 * after a refusal. */
int body_read(struct body *body, struct str *input, struct str *ret_piece);

#endif
