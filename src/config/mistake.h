/* mistake: how mistakes are worded, and the paths of keys. Private to this folder. */
#ifndef CRIER_CONFIG_MISTAKE_H
#define CRIER_CONFIG_MISTAKE_H

#include "base/buf.h"
#include "config/config.h"

/* "FILE:LINE: found …; accepted: …"; answers ERR_INPUT. */
int mistake_set(struct err *err, const char *file, int line, struct str found, struct str accepted);

/* The same for a name; where a known one is near (not NULL): "FILE:LINE: found …; did you mean NEAREST? Accepted: …".
 */
int mistake_set_near(struct err *err, const char *file, int line, struct str found, const char *nearest,
		     struct str accepted);

/* What a key takes, in words: "a number from 1 to 65535". */
void mistake_put_accepted(struct buf *out, const struct config_key *key);

/* The known name that is nearest to a mistyped one, or NULL when none is near. */
const char *mistake_nearest(struct str name, const struct config_key *schema);

#endif
