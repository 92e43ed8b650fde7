/* progress: one line on a terminal that tells how far a long work is. Draws nothing in the first second, and
 * nothing at all where the output is not a terminal. */
#ifndef CRIER_MAIN_PROGRESS_H
#define CRIER_MAIN_PROGRESS_H

#include "base/str.h"

#include <stdio.h>

struct progress {
	FILE *out;
	bool terminal;
	bool drawn;
	int64_t begun_us, last_us;
};

void progress_begin(struct progress *progress, FILE *out);
/* done of all (0: not known) in the unit that label names. At most ten times a second something is drawn. */
void progress_show(struct progress *progress, const char *label, int64_t done, int64_t all);
void progress_end(struct progress *progress); /* wipes the line */

#endif
