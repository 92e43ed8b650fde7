/* card: entries as records of the views CARD and PICTURE. Each card tags the answer with its entry. */
#ifndef CRIER_SITE_CARD_H
#define CRIER_SITE_CARD_H

#include "site/inside.h"

/* Fills record (CARD_COUNT values, zeroed). */
void card_fill(struct visit *visit, const struct card *card, struct value *record);

struct value card_records(struct visit *visit, const struct card *cards, size_t count);

/* The cards of these entries as a list of records, those that may not be shown left out. */
int card_list(struct visit *visit, const int64_t *entry_ids, size_t count, struct value *ret_list, struct err *err);

/* A record of PICTURE, or NULL where there is neither a file nor words to show. absolute: addresses with the site's. */
const struct value *picture_record(const struct visit *visit, const struct picture *picture, bool absolute);
bool picture_has_file(const struct picture *picture);

/* A label's language and direction, empty where they are the page's. */
void language_mark(const struct visit *visit, struct str language, struct str *ret_code, struct str *ret_dir);

/* What a kind is called in the visit's language: its key where nobody named it. */
struct label kind_label(const struct visit *visit, const struct named_kind *kind);

/* A record of LINK for a kind, in the visit's language. plural: as the name of its list. */
void kind_link(const struct visit *visit, const struct named_kind *kind, bool plural, struct value *record);

/* record as a list of one page of records: list.rows, list.count */
struct value value_list(const struct value *rows, size_t count);

#endif
