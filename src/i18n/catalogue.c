#include "i18n/catalogue.h"
#include "base/map.h"
#include "i18n/language.h"
#include "i18n/message.h"
#include "i18n/mo.h"

#include <stdlib.h>
#include <string.h>

#define CHAIN_MAX 8

struct entry {
	struct str id;
	struct str text; /* when it takes no arguments */
	const struct message_part *parts;
	struct str_vec arguments;
};

struct messages {
	const struct message_catalogue *catalogue;
	char language[LANGUAGE_CODE_BYTES];
	struct map *entries;
	struct message_rules *rules;
};

struct message_catalogue {
	struct arena *arena;
	VEC(struct messages *) languages;
	struct entry **sorted; /* of the first language */
	size_t count;
};

struct message_catalogue *message_catalogue_create(struct arena *arena)
{
	struct message_catalogue *catalogue = arena_new(arena, struct message_catalogue);
	catalogue->arena = arena;
	return catalogue;
}

void message_catalogue_destroy(struct message_catalogue *catalogue)
{
	for (size_t i = 0; catalogue && i < catalogue->languages.len; i++)
		message_rules_destroy(catalogue->languages.at[i]->rules);
}

static struct messages *find_language(const struct message_catalogue *catalogue, struct str code)
{
	for (size_t i = 0; i < catalogue->languages.len; i++)
		if (str_eq(code, str_from(catalogue->languages.at[i]->language)))
			return catalogue->languages.at[i];
	return NULL;
}

/* What the first language does not know cannot be asked for by any page. */
static int check_against(const struct messages *base, const struct entry *entry, const char *file,
			 const struct messages *messages, struct err *err)
{
	const struct entry *known = base ? map_get(base->entries, entry->id) : entry;
	if (known == NULL)
		return err_set(err, ERR_INPUT, "%s: language %s has the message \"%.*s\", which %s has not", file,
			       messages->language, STR_ARG(entry->id), base->language);
	for (size_t i = 0; i < entry->arguments.len; i++) {
		bool found = false;
		for (size_t k = 0; k < known->arguments.len; k++)
			found = found || str_eq(entry->arguments.at[i], known->arguments.at[k]);
		if (!found)
			return err_set(err, ERR_INPUT, "%s: language %s, message \"%.*s\": there is no argument {%.*s}",
				       file, messages->language, STR_ARG(entry->id), STR_ARG(entry->arguments.at[i]));
	}
	return 0;
}

static int add_entry(struct message_catalogue *catalogue, struct messages *messages, struct str id, struct str text,
		     const char *file, struct err *err)
{
	const struct messages *base = catalogue->languages.len ? catalogue->languages.at[0] : NULL;
	struct entry *entry = arena_new(catalogue->arena, struct entry);
	struct str problem;
	if (str_find_byte(id, 0) != SIZE_MAX || str_find_byte(text, 0) != SIZE_MAX)
		return err_set(err, ERR_INPUT,
			       "%s: language %s, message \"%.*s\": msgid_plural is not used; write {count, plural, one "
			       "{…} other {…}}",
			       file, messages->language, STR_ARG(str_sub(id, 0, str_find_byte(id, 0))));
	entry->id = arena_str(catalogue->arena, id);
	if (map_get(messages->entries, id))
		return err_set(err, ERR_INPUT, "%s: language %s has the message \"%.*s\" twice", file,
			       messages->language, STR_ARG(id));
	if (!message_parse(catalogue->arena, arena_str(catalogue->arena, text), &entry->parts, &entry->arguments,
			   &problem))
		return err_set(err, ERR_INPUT, "%s: language %s, message \"%.*s\": %.*s", file, messages->language,
			       STR_ARG(id), STR_ARG(problem));
	if (entry->arguments.len == 0 && entry->parts)
		entry->text = entry->parts->text;
	map_put(messages->entries, entry->id, entry);
	return check_against(base, entry, file, messages, err);
}

static int by_id(const void *a, const void *b)
{
	const struct entry *const *left = a, *const *right = b;
	return str_cmp((*left)->id, (*right)->id);
}

static void sort_ids(struct message_catalogue *catalogue, const struct messages *first)
{
	struct str id;
	void *entry;
	catalogue->count = map_count(first->entries);
	catalogue->sorted = arena_array(catalogue->arena, struct entry *, catalogue->count + 1);
	for (size_t i = 0; map_at(first->entries, i, &id, &entry); i++)
		catalogue->sorted[i] = entry;
	qsort(catalogue->sorted, catalogue->count, sizeof catalogue->sorted[0], by_id);
}

static int read_all(struct message_catalogue *catalogue, struct messages *messages, const struct mo *mo,
		    const char *file, struct err *err)
{
	for (uint32_t i = 0; i < mo->count; i++) {
		struct str id, text;
		int rc = mo_entry(mo, i, file, &id, &text, err);
		if (rc == 0 && id.len > 0) /* the empty id holds the header */
			rc = add_entry(catalogue, messages, id, text, file, err);
		if (rc)
			return rc;
	}
	return 0;
}

int message_catalogue_add(struct message_catalogue *catalogue, struct str language, struct str mo, const char *file,
			  struct err *err)
{
	struct mo opened;
	struct messages *messages = arena_new(catalogue->arena, struct messages);
	messages->catalogue = catalogue;
	if (!language_canonical(language, messages->language))
		return err_set(err, ERR_INPUT, "%s: \"%.*s\" is no language code (BCP 47), such as en or pt-BR", file,
			       STR_ARG(language));
	if (find_language(catalogue, str_from(messages->language)))
		return err_set(err, ERR_INPUT, "%s: the language %s has its messages already", file,
			       messages->language);
	int rc = mo_open(mo, file, &opened, err);
	if (rc)
		return rc;
	messages->entries = map_create(catalogue->arena);
	rc = read_all(catalogue, messages, &opened, file, err);
	if (rc)
		return rc;
	messages->rules = message_rules_create(str_from(messages->language));
	if (messages->rules == NULL)
		return err_set(err, ERR_SYSTEM, "%s: ICU's data for %s are missing", file, messages->language);
	*vec_add(&catalogue->languages, catalogue->arena) = messages;
	if (catalogue->languages.len == 1)
		sort_ids(catalogue, messages);
	return 0;
}

const struct messages *message_catalogue_language(const struct message_catalogue *catalogue, struct str language)
{
	char canonical[LANGUAGE_CODE_BYTES];
	struct str chain[CHAIN_MAX];
	size_t count = 0;
	if (language_canonical(language, canonical))
		count = language_chain(str_from(canonical), CHAIN_MAX, chain);
	for (size_t i = 0; i < count; i++) {
		const struct messages *messages = find_language(catalogue, chain[i]);
		if (messages)
			return messages;
	}
	return catalogue->languages.len ? catalogue->languages.at[0] : NULL;
}

/* The entry, and whose rules it is written by. */
static const struct entry *find_entry(const struct messages *messages, struct str id, const struct messages **ret_from)
{
	struct str chain[CHAIN_MAX];
	const struct entry *entry = map_get(messages->entries, id);
	*ret_from = messages;
	if (entry)
		return entry;
	size_t count = language_chain(str_from(messages->language), CHAIN_MAX, chain);
	for (size_t i = 1; i <= count; i++) {
		const struct messages *next =
			i < count ? find_language(messages->catalogue, chain[i]) : messages->catalogue->languages.at[0];
		entry = next ? map_get(next->entries, id) : NULL;
		if (entry) {
			*ret_from = next;
			return entry;
		}
	}
	return NULL;
}

struct str messages_text(const struct messages *messages, struct str id)
{
	const struct messages *from;
	const struct entry *entry = find_entry(messages, id, &from);
	return entry && entry->arguments.len == 0 ? entry->text : id;
}

bool messages_has(const struct messages *messages, struct str id)
{
	const struct messages *from;
	return find_entry(messages, id, &from) != NULL;
}

void messages_format(const struct messages *messages, struct str id, const struct message_arg *args, size_t arg_count,
		     struct buf *out)
{
	const struct messages *from;
	const struct entry *entry = find_entry(messages, id, &from);
	if (entry == NULL)
		buf_put(out, id);
	else if (entry->arguments.len == 0)
		buf_put(out, entry->text);
	else
		message_format(entry->parts, from->rules, args, arg_count, out);
}

struct str messages_format_str(const struct messages *messages, struct str id, const struct message_arg *args,
			       size_t arg_count, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(1u << 20);
	messages_format(messages, id, args, arg_count, &out);
	return buf_copy(&out, arena);
}

size_t message_catalogue_count(const struct message_catalogue *catalogue)
{
	return catalogue->count;
}

bool message_catalogue_id_at(const struct message_catalogue *catalogue, size_t index, struct str *ret_id,
			     bool *ret_takes_arguments)
{
	if (index >= catalogue->count)
		return false;
	*ret_id = catalogue->sorted[index]->id;
	*ret_takes_arguments = catalogue->sorted[index]->arguments.len > 0;
	return true;
}
