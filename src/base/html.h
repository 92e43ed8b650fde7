/* safe_html: HTML that may be written into a page unescaped.
 *
 * The type is the guard: a template writes a VIEW_HTML field only from this type, and only the markup
 * serialiser (text/), the template renderer (template/) and the reader of rendered bodies (publish/)
 * make one. tools/lint.py fails on a `struct safe_html){` anywhere else. */
#ifndef CRIER_BASE_HTML_H
#define CRIER_BASE_HTML_H

#include "base/str.h"

struct safe_html {
	struct str text;
};

#endif
