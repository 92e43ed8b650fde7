/* A list page of 100 items, about 43 KB, for tests and the measurement of rendering. */
#ifndef CRIER_TESTS_TEMPLATE_LIST_PAGE_H
#define CRIER_TESTS_TEMPLATE_LIST_PAGE_H

#include "template/template.h"

#define LIST_PAGE_ITEMS 100

const struct template *list_page_compile(struct arena *arena);
const struct value *list_page_record(struct arena *arena);

#endif
