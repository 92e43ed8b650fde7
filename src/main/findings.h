/* findings: what `crier check` found: each with what to do about it.
 *
 * check_store.c looks at what the newsroom holds, check_machine.c at what it stands on; cmd_check.c calls them in
 * turn and prints. A check changes nothing and keeps nobody waiting: it runs beside a server.
 */
#ifndef CRIER_MAIN_FINDINGS_H
#define CRIER_MAIN_FINDINGS_H

#include "base/vec.h"
#include "main/commands.h"

enum finding_level { FINDING_FINE, FINDING_WARNING, FINDING_WRONG };

struct finding {
	enum finding_level level;
	struct str subject; /* "configuration", "database" … */
	struct str text;
	struct str remedy; /* empty when fine */
};
VEC_TYPE(finding_vec, struct finding);

struct check {
	struct arena *arena;
	struct newsroom newsroom;
	struct store *store; /* NULL where it cannot be opened */
	struct finding_vec findings;
	int64_t now_s;
};

/* text and remedy are copied. */
void finding_add(struct check *check, enum finding_level level, const char *subject, struct str text,
		 const char *remedy);
void finding_err(struct check *check, const char *subject, const struct err *err, const char *remedy); /* wrong */

void check_config(struct check *check);
void check_theme(struct check *check);    /* templates and words compile */
void check_database(struct check *check); /* opens the store for those behind it */
void check_versions(struct check *check); /* which of the program, and of the store in which engine */
void check_batches(struct check *check);  /* unfinished imports */
void check_entries(struct check *check);  /* those that cannot be shown */
void check_files(struct check *check);    /* what rows name is there */

void check_permissions(struct check *check);
void check_disk(struct check *check);
void check_clock(struct check *check);  /* kept by a time server, and not behind what was written */
void check_server(struct check *check); /* does one run, and what do readers see where none does */
void check_caches(struct check *check); /* those in front answer a purge */
void check_backup(struct check *check);

#endif
