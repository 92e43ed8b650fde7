/* i18n/mo: reading a compiled gettext catalogue (GNU gettext manual, "The Format of GNU MO Files"), either byte order,
 * revisions 0.x and 1.x. Internal to src/i18n. The bytes may be anything: every offset is checked, nothing is copied.
 */
#ifndef CRIER_I18N_MO_H
#define CRIER_I18N_MO_H

#include "base/err.h"

#define MO_BYTES_MAX (16u << 20)

struct mo {
	struct str bytes;
	bool swapped;
	uint32_t count, ids, texts;
};

int mo_open(struct str bytes, const char *file, struct mo *ret_mo, struct err *err); /* ERR_INPUT, ERR_LIMIT */

/* index < mo.count. ERR_INPUT where the strings lie outside, are not UTF-8 or not ended by zero. */
int mo_entry(const struct mo *mo, uint32_t index, const char *file, struct str *ret_id, struct str *ret_text,
	     struct err *err);

#endif
