/* markup_scan: the cheap pass before the HTML5 parser.
 *
 * Reads the tags as the HTML standard's tokeniser does (13.2.5) and writes them anew: known elements
 * alone, under the names that the builder knows, with the attributes that it has a use for, quoted;
 * comments, scripts, styles, templates, foreign content gone; players and frames as <embed>. So the
 * parser meets no state that it and the scan could understand differently. Depth, attributes and
 * formatting are bounded by the ledger.
 *
 * A named reference without its semicolon is followed by an empty comment where it could otherwise run
 * into text that stood behind something that went.
 *
 * Runs of text without entities are set aside and stand in the output as one private-use character
 * each, which the parser carries to the right place; SCAN_RUN turns it back. Such characters in
 * the input itself are gone before (plain_put_clean) and numeric references cannot make them.
 *
 * One pass; each byte is looked at a bounded number of times.
 */
#ifndef CRIER_TEXT_MARKUP_SCAN_H
#define CRIER_TEXT_MARKUP_SCAN_H

#include "base/vec.h"
#include "text/markup_ledger.h"
#include "text/markup_tree.h"

struct markup_scanned {
	struct buf html;      /* the caller finishes it */
	struct str_vec runs;  /* pieces of the input */
	size_t deepest, work; /* what the ledger counted, for the tests */
};

#define SCAN_RUN_FIRST  0xF0000u
#define SCAN_PLANE_RUNS 0xFFFEu /* the last two of a plane are no characters */
#define SCAN_RUNS_MAX   (2 * SCAN_PLANE_RUNS)

/* html: clean (plain_put_clean) and at most LIMIT_BODY_BYTES. */
void markup_scan(struct str html, struct arena *arena, struct markup_report *report,
		 struct markup_scanned *ret_scanned);

/* Which run a character stands for; SIZE_MAX for other characters. */
size_t markup_scan_run(uint32_t character);

#endif
