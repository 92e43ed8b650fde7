/* static: files of the theme, loaded at start and kept in memory in all codings.
 *
 * Each is served as /theme/{stem}-{hash}.{ext}, for a year, since the name changes with the content. Names
 * in url(…) of a style sheet that are files of the same set are rewritten to those addresses. Later folders
 * override earlier ones by name, so a newsroom's own theme may replace single files.
 *
 * Never changes after it is made; any thread may read it. A set lives as long as the server.
 */
#ifndef CRIER_WEB_STATIC_H
#define CRIER_WEB_STATIC_H

#include "base/arena.h"
#include "base/err.h"
#include "web/page.h"

struct static_set;

/* Files directly in the folders with a known ending (css js svg png jpg webp avif ico woff2 txt webmanifest);
 * others are left. A folder that does not exist holds nothing. prefix: "/theme/". */
int static_load(const char *const *folders, size_t folder_count, struct str prefix, struct static_set **ret_set,
		struct err *err);
void static_destroy(struct static_set *set);

/* "site.css" → "/theme/site-1f3a….css"; empty for a name that is not there. */
struct str static_address(const struct static_set *set, struct str name);

/* The page at an address, not counted (it lives with the set); NULL where there is none. */
struct page *static_page(const struct static_set *set, struct str address);

/* The index-th of the set: its address and page, as static_page. False past the end. */
bool static_at(const struct static_set *set, size_t index, struct str *ret_address, struct page **ret_page);

/* The type of a file name's ending: "image/webp"; "application/octet-stream" for others. */
struct str static_content_type(struct str name);

#endif
