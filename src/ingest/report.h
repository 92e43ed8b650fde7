/* report: what an import took, changed and left, with reasons.
 *
 * Counts are by what ("posts", "pages", "attachments", "markup dropped" …) and by outcome or name ("taken",
 * "trash", "onclick"). Notes name single things: a title and why. Counts survive an interruption: they are written
 * with each chunk as JSON and read back. Notes are bounded; what is past the bound is still counted. So are the kinds
 * of counts, since exports bring names of their own (elements, shortcodes, reasons): what is past that bound is counted
 * as "(others)". Both together fit IMPORT_REPORT_BYTES whatever their characters.
 */
#ifndef CRIER_INGEST_REPORT_H
#define CRIER_INGEST_REPORT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define IMPORT_REPORT_NOTES_MAX    2000
#define IMPORT_REPORT_COUNTS_MAX   4000
#define IMPORT_REPORT_OUTCOMES_MAX 800 /* of one "what" */
#define IMPORT_REPORT_BYTES        (32u << 20)

struct import_report;

struct import_report *import_report_create(void);
void import_report_destroy(struct import_report *report); /* NULL is fine */

void import_report_add(struct import_report *report, struct str what, struct str outcome, int64_t count);
int64_t import_report_count(const struct import_report *report, struct str what, struct str outcome);

/* what: "post 17", "term category:news"; title may be empty; reason: a sentence without a full stop. */
void import_report_note(struct import_report *report, struct str what, struct str title, struct str reason);
size_t import_report_notes(const struct import_report *report);
/* The index-th note; false past the end. */
bool import_report_note_at(const struct import_report *report, size_t index, struct str *ret_what,
			   struct str *ret_title, struct str *ret_reason);

void import_report_text(const struct import_report *report, struct buf *out); /* for a person */
void import_report_json(const struct import_report *report,
			struct buf *out); /* {"counts": {what: {outcome: n}}, "notes": […]} */

/* What import_report_json wrote is added to report. */
int import_report_load(struct import_report *report, struct str json, struct err *err);

void import_report_clear(struct import_report *report);

#endif
