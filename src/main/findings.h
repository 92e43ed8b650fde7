/* findings: what `crier check` found: each with what to do about it. */
#ifndef CRIER_MAIN_FINDINGS_H
#define CRIER_MAIN_FINDINGS_H

#include "base/vec.h"

enum finding_level { FINDING_FINE, FINDING_WARNING, FINDING_WRONG };

struct finding {
	enum finding_level level;
	struct str subject; /* "configuration", "database" … */
	struct str text;
	struct str remedy; /* empty when fine */
};
VEC_TYPE(finding_vec, struct finding);

struct findings {
	struct arena *arena;
	struct finding_vec list;
};

void finding_add(struct findings *findings, enum finding_level level, const char *subject, struct str text, const char *remedy);

#endif
