/* markup_ledger: how deep and how entangled the HTML5 parser's stack can be, known before it runs.
 *
 * The parser is quadratic in depth and re-opens unclosed formatting elements in every block, so the
 * scan tells the ledger each tag before handing it on, and the ledger says which to leave out.
 *
 * It keeps a list of elements that contains at least those that are open in the parser, or waiting to
 * be re-opened. An entry is sure when it is certainly on the parser's stack; where an implied end
 * depends on one that is not, the entries it may concern become unsure and stay counted. So the
 * count may be too high for twisted input, and is exact for sound input, and is never too low: tests
 * compare it with the tree that the parser made. An entry costs the same whatever the input.
 */
#ifndef CRIER_TEXT_MARKUP_LEDGER_H
#define CRIER_TEXT_MARKUP_LEDGER_H

#include "base/limits.h"
#include "text/markup_names.h"

#define LEDGER_FORMATTING 20         /* formatting elements open at once */
#define LEDGER_WORK_FREE  50000      /* re-opened elements that any document may cause … */
#define LEDGER_WORK_BYTES 16         /* … and one more for so many bytes */
#define LEDGER_FOSTERED   150000000u /* steps to find tables that misplaced content is put before */

struct ledger_entry {
	const struct tag *tag;
	bool sure;
	bool loose; /* a formatting element that some end may have closed before its time: the parser re-opens it */
};

struct ledger {
	struct ledger_entry entries[LIMIT_MARKUP_DEPTH];
	size_t count;
	size_t weight;     /* a table counts for the body and row that it implies */
	size_t formatting; /* entries of TAG_FORMAT */
	size_t loose;
	size_t work, work_max;
	size_t nodes;    /* handed on so far */
	size_t fostered; /* putting a node before its table costs a look at each of that table's siblings */
	size_t deepest;  /* the highest weight so far */
};

enum ledger_answer {
	LEDGER_TAKE,
	LEDGER_DEEP,      /* leave this tag out: too many elements are open */
	LEDGER_ENTANGLED, /* leave it out: too many formatting elements are open */
	LEDGER_STRAY,     /* leave it out: it changes nothing (a row outside of any table, the fourth <b>) */
};

void ledger_init(struct ledger *ledger, size_t input_bytes);
enum ledger_answer ledger_start(struct ledger *ledger, const struct tag *tag);
void ledger_end(struct ledger *ledger, const struct tag *tag);

void ledger_text(struct ledger *ledger); /* text that is not white space alone */

/* True once the input made the parser re-open or move more than a document has reason to: cut here. */
static inline bool ledger_exhausted(const struct ledger *ledger)
{
	return ledger->work > ledger->work_max || ledger->fostered > LEDGER_FOSTERED;
}

#endif
