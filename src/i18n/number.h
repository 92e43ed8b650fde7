/* i18n/number: whole numbers in a language's digits and grouping: 12,345 · 12 345 · 12.345 · ١٢٬٣٤٥.
 *
 * A struct number_formats belongs to one thread and keeps a bounded number of ICU formatters, forgetting those longest
 * unused. Which digits a language uses is CLDR's choice (Arabic ones in "ar", Latin in "ar-MA"). Cost: about 1 µs.
 */
#ifndef CRIER_I18N_NUMBER_H
#define CRIER_I18N_NUMBER_H

#include "base/arena.h"
#include "base/buf.h"

struct number_formats;
struct number_formats *number_formats_create(void);
void number_formats_destroy(struct number_formats *formats); /* NULL is fine */

void number_put(struct number_formats *formats, struct str language, int64_t number, struct buf *out);
struct str number_str(struct number_formats *formats, struct str language, int64_t number, struct arena *arena);

#endif
