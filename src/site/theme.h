/* theme: templates and words, compiled together, replaced together.
 *
 * theme_create reads *.mustache and po/{language}.mo from the folders, later ones first, and checks every page
 * template against its view. English words come first of all, so each other language falls back on them. A theme
 * never changes; it goes when its last user has released it.
 */
#ifndef CRIER_SITE_THEME_H
#define CRIER_SITE_THEME_H

#include "i18n/catalogue.h"
#include "site/views.h"

struct theme;

struct theme_source {
	const char *const *folders;
	size_t folder_count;
	const struct str *languages;
	size_t language_count;
};

int theme_create(const struct theme_source *source, struct theme **ret_theme, struct err *err);
struct theme *theme_keep(struct theme *theme); /* returns theme */
void theme_release(const struct theme *theme); /* NULL is fine; from any thread */

const struct template *theme_template(const struct theme *theme, enum site_page page);
const struct messages *theme_messages(const struct theme *theme, struct str language);
const struct value *theme_words(const struct theme *theme, struct str language); /* the record for {{t.…}} */

/* Of every file that was read. */
uint64_t theme_hash(const struct theme *theme);

#endif
