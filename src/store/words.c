#include "store/inside.h"

const char *const item_type_words[] = {"item", "page", NULL};
const char *const item_state_words[] = {"unreleased", "released", "withdrawn", "spiked", NULL};
const char *const item_access_words[] = {"public", "password", "private", NULL};
const char *const item_precision_words[] = {"", "day", "month", "year", NULL};
const char *const item_role_words[] = {"author", "photographer", "spokesperson", NULL};
const char *const item_relation_words[] = {"updates", "replaces", "report_of", "see_also", NULL};
const char *const media_role_words[] = {"featured", "body", "gallery", "document", NULL};
const char *const withdraw_words[] = {"kill", "takedown", NULL};
const char *const vocabulary_words[] = {"topic", "campaign", "right", "tag", NULL};
const char *const place_kind_words[] = {"region", "subregion", "country", "locality", NULL};
const char *const import_target_words[] = {"entry", "term", "place", "kind", "contributor", "media", "menu_item", NULL};
const char *const outbox_words[] = {"entry", "media", "taxonomy", "site", "redirect", "chunk", "batch", NULL};
const char *const site_text_words[] = {"name", "line", "introduction", "press", "footer", NULL};

int word_index(const char *const *words, struct str word)
{
	int i = 0;
	while (words[i + 1] && !str_eq(word, str_from(words[i])))
		i++;
	return i;
}
