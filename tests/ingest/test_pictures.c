/* Texts of pictures in several languages: plugins translate an attachment by a second one with the same file. */
#include "newsroom.h"

#include "store/media.h"

#define UPLOAD(name)        "https://harbour.example/wp-content/uploads/" name
#define FILE_OF(name)       "<wp:attachment_url>" UPLOAD(name) "</wp:attachment_url>"
#define ALT(text)           META("_wp_attachment_image_alt", text)
#define POLYLANG(code)      IN("language", code, code)
#define TOGETHER(slug, ids) TERM("50", "post_translations", slug, "", slug, ids)
#define PICTURE(number, code, file, caption, more)                                                                     \
	{                                                                                                              \
		.id = number, .type = "attachment", .status = "inherit", .excerpt = caption,                           \
		.extra = POLYLANG(code) FILE_OF(file) more                                                             \
	}

static struct media_vec media_of(struct newsroom *room)
{
	struct media_vec media;
	if (media_page(room->store, 0, 100, room->arena, &media, &room->err) != 0)
		fail_msg("%s", room->err.text);
	return media;
}

/* "en: The quay | Houses; fr: …": caption and alt of each language. */
static struct str texts_of(struct newsroom *room, const struct media *media)
{
	BUF_SCOPED out = BUF_INIT(4000);
	for (size_t i = 0; i < media->texts.len; i++) {
		const struct media_text *text = &media->texts.at[i];
		buf_printf(&out, "%s%.*s: %.*s | %.*s", i ? "; " : "", STR_ARG(text->language), STR_ARG(text->caption),
			   STR_ARG(text->alt));
	}
	return buf_copy(&out, room->arena);
}

static void write_harbour(struct newsroom *room, const char *french_caption)
{
	ITEMS(room, TOGETHER("pll_h", "a:2:{s:2:\"en\";i:20;s:2:\"fr\";i:21;}"),
	      PICTURE(20, "en", "quay.jpg", "The quay", ALT("Houses") META("photo_credit", "Nora")),
	      PICTURE(21, "fr", "quay.jpg", french_caption, ALT("Des maisons")),
	      {.id = 1, .name = "a", .extra = POLYLANG("en") META("_thumbnail_id", "20")},
	      {.id = 2,
	       .name = "b",
	       .content = "<img src=\"" UPLOAD("quay-300x200.jpg") "\" class=\"wp-image-21\">",
	       .extra = POLYLANG("fr") META("_thumbnail_id", "21")});
}

static void a_translated_attachment_is_one_picture(void **state)
{
	struct newsroom *room = *state;
	newsroom_mapping(room, "fields = ( { field = \"photo_credit\"; becomes = \"credit\"; } );");
	write_harbour(room, "Le quai");
	newsroom_must_import(room);
	struct media_vec media = media_of(room);
	assert_int_equal(media.len, 1);
	assert_text(texts_of(room, &media.at[0]), "en: The quay | Houses; fr: Le quai | Des maisons");
	assert_text(media.at[0].texts.at[0].credit, "Nora");
	const struct entry *b = newsroom_entry(room, "/2019/05/b/");
	assert_int_equal(newsroom_entry(room, "/2019/05/a/")->media.at[0].media_id, media.at[0].id);
	for (size_t i = 0; i < b->media.len; i++)
		assert_int_equal(b->media.at[i].media_id, media.at[0].id);
	assert_int_equal(b->media.len, 2); /* featured, and in the body */
	assert_true(str_find(b->body, media.at[0].guid) != SIZE_MAX);
	assert_int_equal(newsroom_counted(room, "pictures", "texts in another language"), 1);
	assert_int_equal(newsroom_counted(room, "pictures", "without credit"), 0);
}

static void a_translation_changes_and_the_original_stays(void **state)
{
	struct newsroom *room = *state;
	write_harbour(room, "Le quai");
	newsroom_must_import(room);
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "attachments", "unchanged"), 2);
	newsroom_forget(room);
	write_harbour(room, "Le quai, le soir");
	newsroom_must_import(room);
	struct media_vec media = media_of(room);
	assert_int_equal(media.len, 1);
	assert_int_equal(newsroom_counted(room, "attachments", "changed"), 1);
	assert_text(texts_of(room, &media.at[0]), "en: The quay | Houses; fr: Le quai, le soir | Des maisons");
}

/* It comes with a later export, and with it the redirect from the page that it had. */
static void a_translation_may_come_later(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, PICTURE(20, "en", "quay.jpg", "The quay", ""));
	newsroom_must_import(room);
	newsroom_forget(room);
	ITEMS(room, TOGETHER("pll_h", "a:2:{s:2:\"en\";i:20;s:2:\"fr\";i:21;}"),
	      PICTURE(20, "en", "quay.jpg", "The quay", ""), PICTURE(21, "fr", "quay.jpg", "Le quai", ""));
	newsroom_must_import(room);
	struct media_vec media = media_of(room);
	assert_int_equal(media.len, 1);
	assert_text(texts_of(room, &media.at[0]), "en: The quay | ; fr: Le quai | ");
	struct redirect redirect;
	assert_int_equal(redirect_get(room->store, STR("/?attachment_id=21"), room->arena, &redirect, &room->err), 0);
	assert_int_equal(redirect.target_id, media.at[0].id);
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "attachments", "unchanged"), 2);
}

/* The translation stands first in the file, and was alone in an earlier export. */
static void translations_meet_in_any_order(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, PICTURE(21, "fr", "quay.jpg", "Le quai", ""), PICTURE(20, "en", "quay.jpg", "The quay", ""));
	newsroom_must_import(room);
	assert_int_equal(media_of(room).len, 2); /* nothing ties them */
	newsroom_forget(room);
	ITEMS(room, TOGETHER("pll_h", "a:2:{s:2:\"en\";i:20;s:2:\"fr\";i:21;}"),
	      PICTURE(21, "fr", "quay.jpg", "Le quai", ""), PICTURE(20, "en", "quay.jpg", "The quay", ""),
	      {.id = 1, .name = "a", .extra = POLYLANG("en") META("_thumbnail_id", "20")});
	newsroom_must_import(room);
	struct media_vec media = media_of(room);
	assert_text(texts_of(room, &media.at[0]), "en: The quay | ; fr: Le quai | ");
	assert_int_equal(newsroom_entry(room, "/2019/05/a/")->media.at[0].media_id, media.at[0].id);
}

static void what_is_not_the_same_picture_stays_apart(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room,
	      TOGETHER("pll_m", "a:3:{s:2:\"en\";i:20;s:2:\"fr\";i:21;s:2:\"ar\";i:22;}")
		      TERM("51", "post_translations", "pll_n", "", "pll_n", "a:2:{s:2:\"en\";i:23;s:2:\"fr\";i:24;}"),
	      PICTURE(20, "en", "map.png", "The map", ""), PICTURE(21, "fr", "carte.png", "La carte", ""), /* redrawn */
	      PICTURE(22, "ar", "map.png", "الخريطة", ""), PICTURE(23, "en", "boat.jpg", "A boat", ""),
	      PICTURE(24, "en", "boat.jpg", "A boat again", "")); /* two of one language */
	newsroom_must_import(room);
	struct media_vec media = media_of(room);
	assert_int_equal(media.len, 4);
	assert_text(texts_of(room, &media.at[0]), "ar: الخريطة | ; en: The map | ");
	assert_text(texts_of(room, &media.at[1]), "fr: La carte | ");
	assert_text(texts_of(room, &media.at[2]), "en: A boat | ");
	assert_text(texts_of(room, &media.at[3]), "en: A boat again | ");
}

/* WPML ties by a number that attachments and posts may share without being each other's translations. */
static void a_field_ties_attachments_as_it_does_posts(void **state)
{
	struct newsroom *room = *state;
	newsroom_mapping(room, "fields = ( { field = \"lang\"; becomes = \"language\"; },"
			       " { field = \"group\"; becomes = \"translations\"; } );");
	ITEMS(room, NULL,
	      {.id = 20,
	       .type = "attachment",
	       .status = "inherit",
	       .excerpt = "The quay",
	       .extra = FILE_OF("quay.jpg") META("lang", "en") META("group", "7")},
	      {.id = 21,
	       .type = "attachment",
	       .status = "inherit",
	       .excerpt = "Le quai",
	       .extra = FILE_OF("quay.jpg") META("lang", "fr") META("group", "7")},
	      {.id = 1, .name = "a", .extra = META("lang", "en") META("group", "7")},
	      {.id = 2, .name = "b", .extra = META("lang", "fr") META("group", "7")});
	newsroom_must_import(room);
	struct media_vec media = media_of(room);
	assert_int_equal(media.len, 1);
	assert_text(texts_of(room, &media.at[0]), "en: The quay | ; fr: Le quai | ");
	assert_int_equal(newsroom_entry(room, "/2019/05/a/")->item_id, newsroom_entry(room, "/2019/05/b/")->item_id);
}

/* A gallery of all that hangs on a post shows a picture once, though its translation hangs there too. */
static void a_gallery_shows_a_picture_once(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, TOGETHER("pll_h", "a:2:{s:2:\"en\";i:20;s:2:\"fr\";i:21;}"),
	      {.id = 20,
	       .type = "attachment",
	       .status = "inherit",
	       .parent = 1,
	       .extra = POLYLANG("en") FILE_OF("quay.jpg")},
	      {.id = 21,
	       .type = "attachment",
	       .status = "inherit",
	       .parent = 1,
	       .extra = POLYLANG("fr") FILE_OF("quay.jpg")},
	      {.id = 1, .name = "a", .content = "[gallery]", .extra = POLYLANG("en")});
	newsroom_must_import(room);
	struct str body = newsroom_entry(room, "/2019/05/a/")->body;
	size_t first = str_find(body, STR("data-media"));
	assert_true(first != SIZE_MAX);
	assert_true(str_find(str_skip(body, first + 1), STR("data-media")) == SIZE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NEWSROOM_TEST(a_translated_attachment_is_one_picture),
		NEWSROOM_TEST(a_translation_changes_and_the_original_stays),
		NEWSROOM_TEST(a_translation_may_come_later),
		NEWSROOM_TEST(translations_meet_in_any_order),
		NEWSROOM_TEST(what_is_not_the_same_picture_stays_apart),
		NEWSROOM_TEST(a_field_ties_attachments_as_it_does_posts),
		NEWSROOM_TEST(a_gallery_shows_a_picture_once),
	};
	return NEWSROOM_RUN("ingest.pictures", tests);
}
