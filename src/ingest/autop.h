/* autop: WordPress's classic texts, where an empty line means a new paragraph and a line end a line break.
 *
 * Writes the same text with <p> and <br> said aloud, for the HTML reader. Block elements part
 * paragraphs; <pre> and the like stay as they are; list items, cells and headings get paragraphs only
 * where they hold more than one. What stands alone on a line at the top and is the address of a service that
 * WordPress embeds becomes a link card. <!--more--> and <!--nextpage--> part paragraphs and go.
 * It needs no well-formed input: what it cannot make sense of goes through unchanged. Linear in the text.
 */
#ifndef CRIER_INGEST_AUTOP_H
#define CRIER_INGEST_AUTOP_H

#include "base/buf.h"

struct autop_counts {
	int64_t embeds, page_breaks;
};

void autop(struct str text, struct buf *out, struct autop_counts *counts);

/* Is this the address of a page that WordPress embeds (a video, a post, a recording)? */
bool autop_embeds(struct str address);

#endif
