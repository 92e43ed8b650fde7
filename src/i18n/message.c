#include "i18n/message.h"
#include "i18n/icu.h"

#include <stdlib.h>
#include <unicode/unumberformatter.h>
#include <unicode/upluralrules.h>

struct message_rules {
	UPluralRules *cardinal;
	UPluralRules *ordinal;
	UNumberFormatter *numbers;
};

struct formatting {
	const struct message_rules *rules;
	const struct message_arg *args;
	size_t arg_count;
	struct buf *out;
};

/* ICU compiles a number format for itself at its third use. That is done here, by one thread, before others share it. */
static void warm_up(const UNumberFormatter *numbers, UErrorCode *status)
{
	UFormattedNumber *result = unumf_openResult(status);

	for (int i = 0; i < 5 && U_SUCCESS(*status); i++)
		unumf_formatInt(numbers, i, result, status);
	unumf_closeResult(result);
}

struct message_rules *message_rules_create(struct str language)
{
	char locale[LANGUAGE_CODE_BYTES];
	UErrorCode status = U_ZERO_ERROR;
	struct message_rules *rules = calloc(1, sizeof *rules);
	if (!rules)
		abort();
	icu_locale(language, locale);
	rules->cardinal = uplrules_openForType(locale, UPLURAL_TYPE_CARDINAL, &status);
	rules->ordinal = uplrules_openForType(locale, UPLURAL_TYPE_ORDINAL, &status);
	rules->numbers = unumf_openForSkeletonAndLocale(u"", 0, locale, &status);
	warm_up(rules->numbers, &status);
	if (U_SUCCESS(status))
		return rules;
	message_rules_destroy(rules);
	return NULL;
}

void message_rules_destroy(struct message_rules *rules)
{
	if (!rules)
		return;
	uplrules_close(rules->cardinal);
	uplrules_close(rules->ordinal);
	unumf_close(rules->numbers);
	free(rules);
}

static void put_number(const struct formatting *f, int64_t number)
{
	UChar text[64];
	UErrorCode status = U_ZERO_ERROR;
	UFormattedNumber *result = unumf_openResult(&status);
	unumf_formatInt(f->rules->numbers, number, result, &status);
	int32_t length = unumf_resultToString(result, text, 64, &status);
	if (U_SUCCESS(status))
		icu_put(text, length, f->out);
	else
		buf_put_i64(f->out, number);
	unumf_closeResult(result);
}

static const struct message_arg *find_arg(const struct formatting *f, struct str name)
{
	for (size_t i = 0; i < f->arg_count; i++)
		if (str_eq(name, str_from(f->args[i].name)))
			return &f->args[i];
	return NULL;
}

/* The category's keyword, always one of six ASCII words. */
static struct str category(const UPluralRules *rules, int64_t number, char ret_word[16])
{
	UChar word[16];
	UErrorCode status = U_ZERO_ERROR;
	int32_t length = uplrules_select(rules, (double)number, word, 16, &status);
	if (U_FAILURE(status) || length > 15)
		return STR("other");
	for (int32_t i = 0; i < length; i++)
		ret_word[i] = (char)word[i];
	return str_of(ret_word, (size_t)length);
}

static const struct message_case *pick(const struct message_part *part, struct str keyword)
{
	const struct message_case *other = NULL;
	for (const struct message_case *c = part->cases; c; c = c->next) {
		if (!c->is_exact && str_eq(c->keyword, keyword))
			return c;
		if (!c->is_exact && str_eq(c->keyword, STR("other")))
			other = c;
	}
	return other;
}

/* What is left of the number, and never one that wrapped around. */
static int64_t without_offset(const struct message_part *part, int64_t number)
{
	return number < INT64_MIN + part->offset ? INT64_MIN : number - part->offset;
}

static const struct message_case *pick_plural(const struct formatting *f, const struct message_part *part,
					      int64_t number)
{
	char word[16];
	for (const struct message_case *c = part->cases; c; c = c->next)
		if (c->is_exact && c->exact == number)
			return c;
	const UPluralRules *rules = part->kind == PART_ORDINAL ? f->rules->ordinal : f->rules->cardinal;
	return pick(part, category(rules, without_offset(part, number), word));
}

static void put_argument(const struct formatting *f, const struct message_part *part)
{
	const struct message_arg *arg = find_arg(f, part->text);
	if (arg == NULL)
		buf_printf(f->out, "{%.*s}", STR_ARG(part->text));
	else if (arg->is_number)
		put_number(f, arg->number);
	else
		buf_put(f->out, arg->text);
}

static void put_parts(const struct formatting *f, const struct message_part *parts, int64_t counted);

static void put_case(const struct formatting *f, const struct message_case *chosen, int64_t counted)
{
	if (chosen)
		put_parts(f, chosen->parts, counted);
}

/* counted: what # stands for. */
static void put_parts(const struct formatting *f, const struct message_part *parts, int64_t counted)
{
	for (const struct message_part *part = parts; part; part = part->next) {
		if (part->kind == PART_TEXT) {
			buf_put(f->out, part->text);
		} else if (part->kind == PART_ARGUMENT) {
			put_argument(f, part);
		} else if (part->kind == PART_NUMBER_SIGN) {
			put_number(f, counted);
		} else if (part->kind == PART_SELECT) {
			const struct message_arg *arg = find_arg(f, part->text);
			put_case(f, pick(part, arg ? arg->text : STR("other")), counted);
		} else {
			const struct message_arg *arg = find_arg(f, part->text);
			int64_t number = arg ? arg->number : 0;
			put_case(f, pick_plural(f, part, number), without_offset(part, number));
		}
	}
}

void message_format(const struct message_part *parts, const struct message_rules *rules, const struct message_arg *args,
		    size_t arg_count, struct buf *out)
{
	struct formatting f = {rules, args, arg_count, out};
	put_parts(&f, parts, 0);
}
