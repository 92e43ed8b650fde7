/* i18n/message: one MessageFormat pattern, parsed. Internal to src/i18n.
 *
 * A message is a list of parts; a plural or select part holds messages. The tree is read only once parsed.
 * ICU's C interface formats numbered arguments only, hence a parser of our own; tests hold it against ICU's.
 */
#ifndef CRIER_I18N_MESSAGE_H
#define CRIER_I18N_MESSAGE_H

#include "base/vec.h"
#include "i18n/catalogue.h"

#define MESSAGE_DEPTH_MAX 8 /* plurals and selects inside each other */

enum part_kind {
	PART_TEXT,
	PART_ARGUMENT,
	PART_NUMBER_SIGN, /* # in a plural */
	PART_PLURAL,
	PART_ORDINAL,
	PART_SELECT,
};

struct message_case {
	struct str keyword; /* "one", "other", or what a select compares; empty for =N */
	int64_t exact;
	bool is_exact;
	const struct message_part *parts;
	const struct message_case *next;
};

struct message_part {
	enum part_kind kind;
	struct str text; /* text, or the argument's name */
	int64_t offset;
	const struct message_case *cases;
	const struct message_part *next;
};

/* How a language counts and writes numbers; set up once, then read by any thread. */
struct message_rules;
struct message_rules *message_rules_create(struct str language); /* NULL: ICU could not */
void message_rules_destroy(struct message_rules *rules);

/* Names found are added to ret_arguments. False: *ret_problem says what and where. */
bool message_parse(struct arena *arena, struct str pattern, const struct message_part **ret_parts,
		   struct str_vec *ret_arguments, struct str *ret_problem);

void message_format(const struct message_part *parts, const struct message_rules *rules, const struct message_arg *args,
		    size_t arg_count, struct buf *out);

#endif
