/* The texts of pictures from the store to what readers get, where not every language has each of them. */
#include "newsroom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int put_words(struct store_tx *tx, void *context, struct err *err)
{
	struct newsroom *room = context;
	const struct media_text texts[] = {
		{.language = STR("en"), .caption = STR("A march"), .credit = STR("Ana Vella"), .alt = STR("Candles")},
		{.language = STR("fr"), .caption = STR("Une marche")},
		{.language = STR("ar"), .alt = STR("شموع")},
	};
	int rc = 0;
	for (size_t i = 0; !rc && i < sizeof texts / sizeof *texts; i++)
		rc = media_put_text(tx, room->media[0], &texts[i], err);
	return rc;
}

static struct item_ids with_picture(struct newsroom *room, int number, const char *language)
{
	struct item_content content = newsroom_content(room, number, language);
	content.revision.body = STR("<figure data-media=\"urn:test:media:0\"><img></figure><p>Text.</p>");
	return newsroom_create(room, &content);
}

static struct picture picture_of(struct newsroom *room, const struct item_ids *ids, struct str *ret_html)
{
	struct err err = {0};
	struct card card;
	struct body body;
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	assert_int_equal(public_card(room->public, snapshot, ids->entry_id, room->arena, &card, &err), 0);
	assert_int_equal(public_body(room->public, snapshot, ids->entry_id, room->arena, &body, &err), 0);
	*ret_html = body.html.text;
	return card.picture;
}

/* Each text of a picture for itself: in the entry's language, else in the newsroom's first, which is said then. */
static void words_of_a_picture_follow_the_entry(void **state)
{
	(void)state;
	struct newsroom room;
	struct str html;
	newsroom_init(&room);
	struct item_ids en = with_picture(&room, 1, "en"), fr = with_picture(&room, 2, "fr"),
			ar = with_picture(&room, 3, "ar");
	newsroom_write(&room, put_words, &room);
	newsroom_step(&room);
	struct picture picture = picture_of(&room, &en, &html);
	assert_text(picture.caption, "A march");
	assert_text(picture.caption_language, "");
	assert_text(picture.alt_language, "");
	assert_true(str_find(html, STR("lang=")) == SIZE_MAX);
	picture = picture_of(&room, &fr, &html);
	assert_text(picture.caption, "Une marche");
	assert_text(picture.caption_language, "");
	assert_text(picture.alt, "Candles");
	assert_text(picture.alt_language, "en");
	assert_text(picture.credit, "Ana Vella"); /* without which it would be hidden */
	assert_text(picture.credit_language, "en");
	assert_true(str_find(html, STR("alt=\"Candles\" lang=\"en\"")) != SIZE_MAX);
	assert_true(str_find(html, STR("<span class=\"caption\">Une marche</span>")) != SIZE_MAX);
	assert_true(str_find(html, STR("<span class=\"credit\" lang=\"en\" dir=\"auto\">Ana Vella</span>")) !=
		    SIZE_MAX);
	picture = picture_of(&room, &ar, &html);
	assert_text(picture.alt, "شموع");
	assert_text(picture.alt_language, "");
	assert_text(picture.caption, "A march");
	assert_text(picture.caption_language, "en");
	newsroom_finish(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_a_picture_follow_the_entry),
	};
	return cmocka_run_group_tests_name("publish.pictures", tests, NULL, NULL);
}
