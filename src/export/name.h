/* name: the file that stands for an address. Pure.
 *
 * A host of files finds "/a/b/" as a/b/index.html; "/a/b", where it is a page, too, by way of "/a/b/". So a page whose
 * address ends neither in a slash nor in .html becomes a folder with an index.html; what is no page keeps its name.
 * Names are the decoded bytes of the address, as hosts look for them.
 */
#ifndef CRIER_EXPORT_NAME_H
#define CRIER_EXPORT_NAME_H

#include "base/arena.h"
#include "base/str.h"

#define NAME_PART_BYTES 251 /* the longest part of a name that file systems take, less a compressed form's ending */
#define NAME_BYTES      3000

/* path: percent-encoded, of a request in its normal form, without a query. NULL and *ret_name, or why there can be no
 * such file. */
const char *name_of_path(struct str path, bool page, struct arena *arena, struct str *ret_name);

/* Whether a name is one that name_of_path gives: below OUT, no "..", nothing of .crier. */
bool name_is_safe(struct str name);

#endif
