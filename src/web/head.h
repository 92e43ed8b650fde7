/* head: the request line and the header fields of HTTP/1.1, read strictly as they come (RFC 9112). Pure: no socket,
 * no clock, no memory of its own.
 *
 * What other programs on the way might read otherwise is refused, none of it is mended: lines end with CR LF and
 * nothing else (section 2.2), one space stands on either side of the target (section 3), no field is folded
 * (section 5.2), no blank stands before a colon (section 5.1), no control character or NUL anywhere. One empty
 * line before the request is passed over (section 2.2). The target is a path, or an address with a scheme and a host
 * (section 3.2). What the fields mean together is judged by web/strict.h, which
 * is asked here, so that no head is taken without it.
 *
 * Give it all bytes since the first of the request, whenever there are more. It looks at each byte once, so a
 * head that comes byte by byte costs no more than one that comes whole, and what it answers does not depend on how
 * the bytes were cut. They must stay where they are until the request is over: the results point into them.
 */
#ifndef CRIER_WEB_HEAD_H
#define CRIER_WEB_HEAD_H

#include "web/strict.h"

#define HEAD_MORE 1 /* it is not whole yet */

struct head {
	/* good once head_read gave 0; before that and where it is refused, what was not read is empty */
	struct str method, target, version;
	struct header *fields; /* strict.fields of them */
	struct strict strict;
	size_t bytes;    /* of the whole head: the body, or the next request, begins there */
	bool keep_alive; /* the client wants the connection to stay (section 9.3) */

	/* while it is read */
	const struct strict_limits *limits;
	unsigned state;
	size_t at, piece; /* the next byte; where the piece that it belongs to begins */
	size_t fields_from;
	bool wants_close, wants_stay;
};

/* fields: room for limits->header_fields. limits stays the caller's and is used until the head is whole. */
void head_init(struct head *head, struct header *fields, const struct strict_limits *limits);

/* 0: whole and in order. HEAD_MORE. Or the status to refuse it with: 400, 413, 414, 417, 431, 501 (a method longer
 * than any, CONNECT, OPTIONS of the server as a whole), 505. A refused head is not read on: nobody can tell where it ends. */
int head_read(struct head *head, const char *bytes, size_t count);

/* The longest head that is taken: with so many bytes head_read never gives HEAD_MORE. */
size_t head_most_bytes(const struct strict_limits *limits);

#endif
