/* case_file: reads the case files of tests/text/cases.
 *
 * The first line names the kind: "%markup". Then either blocks,
 *
 *     # what it is about
 *     -- in
 *     <p>foreign HTML
 *     -- out
 *     <p>foreign HTML</p>
 *
 * or, for small functions, a case a line: "field | field => result", where lines that begin with # are remarks.
 *
 * Lines of a part are joined: by line ends in what is read, by nothing in -- out, -- public and -- feed, whose lines
 * may be indented with tabs. Everywhere \n \t \\ \{ \} \s (a space) \| \xHH (a byte), \uHHHH; (a character) and
 * \*N{text} (N times text, not nested).
 */
#ifndef CRIER_TESTS_CASE_FILE_H
#define CRIER_TESTS_CASE_FILE_H

#include "base/arena.h"
#include "base/str.h"

#define CASE_PARTS  10
#define CASE_FIELDS 4

struct case_part {
	struct str name, text;
};

struct case_block {
	struct case_part parts[CASE_PARTS];
	size_t part_count;
};

struct case_line {
	struct str fields[CASE_FIELDS], result;
	size_t field_count;
};

struct case_run;

struct case_kind {
	const char *name;
	size_t fields; /* of a line */
	void (*block)(struct case_run *run, const struct case_block *block);
	void (*line)(struct case_run *run, const struct case_line *line);
};

struct case_run {
	const struct case_kind *kinds;
	size_t kind_count;
	bool quiet;
	size_t cases, files, wrong; /* wrong: cases that do not hold, and what the format does not know */

	struct arena *arena; /* of the case that runs */
	const char *file;
	size_t line;
	bool is_wrong;
};

void case_run_folder(struct case_run *run, const char *folder);
void case_run_text(struct case_run *run, const char *file, struct str text);

/* Says what does not hold, with file and line. */
void case_wrong(struct case_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

const struct case_part *case_part(const struct case_block *block, const char *name); /* NULL where absent */
bool case_part_unknown(const struct case_part *part); /* none of in, title, own, out, noted */

#endif
