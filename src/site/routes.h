/* routes: the table of addresses of the public site. */
#ifndef CRIER_SITE_ROUTES_H
#define CRIER_SITE_ROUTES_H

#include "web/route.h"

struct route_table site_routes(const struct str *languages, size_t language_count);

#endif
