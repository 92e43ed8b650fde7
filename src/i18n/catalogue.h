/* i18n/catalogue: the words of the interface, by language.
 *
 * Translations are gettext .mo files (docs: GNU gettext, "The Format of GNU MO Files") that are read
 * from bytes at start, never through libintl, whose language is one for the process. Message ids are
 * plain keys ("more_news"). A message is an ICU MessageFormat pattern with named arguments:
 *
 *     {count, plural, =0 {No items} one {# item} other {# items}} in {place}
 *
 * Offered: {name}, {name, number}, plural with offset and =N, selectordinal, select; ICU's rules for
 * apostrophes (' quotes only before { } and, in plurals, #; '' is one). Patterns are parsed once when
 * they are added: a broken one is ERR_INPUT naming file, language and id. gettext's own plural forms are refused.
 *
 * message_catalogue_create and _add are for one thread; after the last _add everything is read only and may be
 * used from any thread. Memory is the arena's, but for ICU's rules, which message_catalogue_destroy frees.
 * Cost: text is a hash lookup; format some hundred nanoseconds, a number in it about one microsecond more.
 */
#ifndef CRIER_I18N_CATALOGUE_H
#define CRIER_I18N_CATALOGUE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct message_catalogue;
struct messages; /* one language with what it falls back on */

struct message_catalogue *message_catalogue_create(struct arena *arena);
void message_catalogue_destroy(struct message_catalogue *catalogue);

/* mo is the content of a .mo file; file names it in errors. The first language added is the one all others fall back
 * on at the end, and it decides which ids and arguments exist: an id or argument it has not is ERR_INPUT, so that a
 * slip in a translation is found at start. Adding a language twice is ERR_INPUT. */
int message_catalogue_add(struct message_catalogue *catalogue, struct str language, struct str mo, const char *file,
			  struct err *err);

/* By the chain "zh-Hant-TW", "zh-Hant", "zh", first language. NULL only while the catalogue is empty. */
const struct messages *message_catalogue_language(const struct message_catalogue *catalogue, struct str language);

/* The message without arguments, unquoted. An id that no language has, or that takes arguments, gives the id itself. */
struct str messages_text(const struct messages *messages, struct str id);
bool messages_has(const struct messages *messages, struct str id);

struct message_arg {
	const char *name;
	bool is_number;
	struct str text;
	int64_t number;
};
#define MESSAGE_TEXT(arg_name, value)   ((struct message_arg){.name = (arg_name), .text = (value)})
#define MESSAGE_NUMBER(arg_name, value) ((struct message_arg){.name = (arg_name), .is_number = true, .number = (value)})

/* Appends the message. Numbers get the language's digits and grouping. An argument that was not given
 * is written as its name in braces. The text is plain: escape it where it is put. */
void messages_format(const struct messages *messages, struct str id, const struct message_arg *args, size_t arg_count,
		     struct buf *out);
struct str messages_format_str(const struct messages *messages, struct str id, const struct message_arg *args,
			       size_t arg_count, struct arena *arena);

/* The ids of the first language in byte order, to declare a view from. False past the end. */
size_t message_catalogue_count(const struct message_catalogue *catalogue);
bool message_catalogue_id_at(const struct message_catalogue *catalogue, size_t index, struct str *ret_id,
			     bool *ret_takes_arguments);

#endif
