/* links: what a page, feed or style sheet refers to on its own site. Pure.
 *
 * Found are attributes that hold an address ("href", "src", "srcset", "poster" …) with a path of the site, and,
 * anywhere, the site's own address in full with a path behind it: that is how feeds, canonical links and data for
 * search engines name things. Query and fragment are cut off: a host of files answers neither.
 */
#ifndef CRIER_EXPORT_LINKS_H
#define CRIER_EXPORT_LINKS_H

#include "base/arena.h"
#include "base/str.h"

/* path: begins with a slash; only good within the call. */
typedef void links_found(void *context, struct str path);

/* html: attributes are looked at. url: of the site, without a slash at its end. */
void links_find(struct str text, bool html, struct str url, struct arena *arena, links_found *found, void *context);

#endif
