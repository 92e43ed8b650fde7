#include "site/card.h"

#include "i18n/language.h"
#include "site/address.h"

#define MIDDLE_WIDTH 800 /* what a browser without srcset gets: the smallest form at least as wide */

struct value value_list(const struct value *rows, size_t count)
{
	struct value value = {0};

	value.list.rows = rows;
	value.list.count = count;
	return value;
}

static void mark(struct str text, struct str language, struct str *ret_code, struct str *ret_dir)
{
	if (str_empty(text) || str_empty(language))
		return;
	*ret_code = language;
	*ret_dir = str_from(language_direction_name(language_direction(language)));
}

void language_mark(const struct visit *visit, struct str language, struct str *ret_code, struct str *ret_dir)
{
	if (!str_eq(language, visit->language->code))
		mark(language, language, ret_code, ret_dir);
}

struct label kind_label(const struct visit *visit, const struct named_kind *kind)
{
	struct label label = *labels_find(visit->names, kind->labels, visit->language->code);

	if (str_empty(label.name))
		label.name = kind->key;
	return label;
}

void kind_link(const struct visit *visit, const struct named_kind *kind, bool plural, struct value *record)
{
	struct label label = kind_label(visit, kind);
	struct str icons = static_address(visit->site->statics, STR("icons.svg"));

	record[LINK_url].text = address_kind(visit, kind);
	record[LINK_label].text = plural && !str_empty(label.plural) ? label.plural : label.name;
	language_mark(visit, label.language, &record[LINK_code].text, &record[LINK_dir].text);
	record[LINK_icon].text = arena_printf(visit->arena, "%.*s#%.*s", STR_ARG(icons),
					      STR_ARG(str_empty(kind->icon) ? STR("item") : kind->icon));
}

bool picture_has_file(const struct picture *picture)
{
	return !str_empty(picture->media_id) && picture->form_count > 0;
}

/* Forms of one type are offered in srcset: the type of the first, which every browser reads. */
static void fill_forms(const struct visit *visit, const struct picture *picture, bool absolute, struct value *record)
{
	struct value *forms = arena_array(visit->arena, struct value, picture->form_count * FORM_COUNT);
	const struct picture_form *middle = NULL;
	size_t count = 0;

	for (size_t i = 0; i < picture->form_count; i++) {
		const struct picture_form *form = &picture->forms[i];
		struct value *row = &forms[count * FORM_COUNT];

		if (!str_eq(form->mime, picture->forms[0].mime))
			continue;
		row[FORM_url].text = address_picture(visit, picture, form);
		if (absolute)
			row[FORM_url].text = address_absolute(visit, row[FORM_url].text);
		row[FORM_width].number = form->width;
		if (!middle || middle->width < MIDDLE_WIDTH) {
			middle = form;
			record[PICTURE_url].text = row[FORM_url].text;
		}
		count++;
	}
	if (count > 0)
		forms[(count - 1) * FORM_COUNT + FORM_last].flag = true;
	record[PICTURE_forms] = value_list(forms, count);
	record[PICTURE_has_forms].flag = count > 1;
	if (middle && middle->width > 0 && middle->height > 0) {
		record[PICTURE_sized].flag = true;
		record[PICTURE_width].number = middle->width;
		record[PICTURE_height].number = middle->height;
	}
}

const struct value *picture_record(const struct visit *visit, const struct picture *picture, bool absolute)
{
	struct value *record;

	if (!picture_has_file(picture) && str_empty(picture->caption) && str_empty(picture->credit))
		return NULL;
	record = arena_array(visit->arena, struct value, PICTURE_COUNT);
	if (picture_has_file(picture))
		fill_forms(visit, picture, absolute, record);
	record[PICTURE_alt].text = picture->decorative ? (struct str){0} : picture->alt;
	record[PICTURE_caption].text = picture->caption;
	record[PICTURE_credit].text = picture->credit;
	mark(record[PICTURE_alt].text, picture->alt_language, &record[PICTURE_alt_code].text,
	     &record[PICTURE_alt_dir].text);
	mark(picture->caption, picture->caption_language, &record[PICTURE_caption_code].text,
	     &record[PICTURE_caption_dir].text);
	mark(picture->credit, picture->credit_language, &record[PICTURE_credit_code].text,
	     &record[PICTURE_credit_dir].text);
	record[PICTURE_has_legend].flag = !str_empty(picture->caption) || !str_empty(picture->credit);
	return record;
}

/* Its name repeats what the flag of breaking news says. */
static bool says_breaking(const struct named_kind *kind)
{
	return str_eq(kind->icon, STR("breaking"));
}

void card_fill(struct visit *visit, const struct card *card, struct value *record)
{
	const struct named_kind *kind = card->kind ? names_kind(visit->names, card->kind) : NULL;

	record[CARD_url].text = address_path(visit, card->path);
	record[CARD_title].text = card->title;
	if (str_empty(card->title)) /* some items have none */
		record[CARD_title].text =
			str_empty(card->excerpt) ? words_date(visit, DATE_LONG, card->date_s) : card->excerpt;
	else
		record[CARD_excerpt].text = card->excerpt;
	language_mark(visit, card->language, &record[CARD_code].text, &record[CARD_dir].text);
	record[CARD_breaking].flag = visit->request->now_s < card->breaking_until_s;
	if (record[CARD_breaking].flag)
		visit_fresh_until(visit, card->breaking_until_s);
	if (kind && !(record[CARD_breaking].flag && says_breaking(kind))) {
		struct value *link = arena_array(visit->arena, struct value, LINK_COUNT);

		kind_link(visit, kind, false, link);
		record[CARD_kind].object = link;
	}
	record[CARD_date].text = words_date(visit, DATE_LONG, card->date_s);
	record[CARD_datetime].text = words_machine_date(visit, card->date_s);
	if (picture_has_file(&card->picture))
		record[CARD_picture].object = picture_record(visit, &card->picture, false);
	visit_tag(visit, 'e', card->entry_id);
}

struct value card_records(struct visit *visit, const struct card *cards, size_t count)
{
	struct value *records = arena_array(visit->arena, struct value, count * CARD_COUNT);

	for (size_t i = 0; i < count; i++)
		card_fill(visit, &cards[i], &records[i * CARD_COUNT]);
	return value_list(records, count);
}

int card_list(struct visit *visit, const int64_t *entry_ids, size_t count, struct value *ret_list, struct err *err)
{
	struct card *cards;
	size_t found;
	int rc = public_cards(visit->worker->public, visit->snapshot, entry_ids, count, visit->arena, &cards, &found,
			      err);

	if (rc == 0)
		*ret_list = card_records(visit, cards, found);
	return rc;
}
