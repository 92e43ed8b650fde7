/* markup_lazy: pictures and players that a plugin's script was to load late. They stand in a page with a placeholder
 * for an address and the real one in data-src, data-lazy-src or data-srcset; for readers without scripts the same
 * thing stands once more in a <noscript> beside it. One of the two is kept, with the real address. */
#ifndef CRIER_TEXT_MARKUP_LAZY_H
#define CRIER_TEXT_MARKUP_LAZY_H

#include "base/str.h"

struct lazy {
	struct str src, later, set, class; /* as in the source; later: data-src, set: data-srcset */
};

/* The real address, as far as it can be told; empty where there is none. */
struct str lazy_address(const struct lazy *thing);

/* Whether both lead to one file: the query, which sizes and versions are asked by, and the scheme do not count. */
bool lazy_is_same_file(struct str a, struct str b);

/* Whether what a <noscript> shows from address is what `late` was to show. */
bool lazy_is_twin(const struct lazy *late, struct str address);

#endif
