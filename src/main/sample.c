/* The sample newsroom: an import of sample/newsroom.xml by sample/mapping.conf, then what an export cannot carry:
 * the site's texts, the pictures' ready renditions, what is breaking, corrections, and one item that was withdrawn. */
#include "base/file.h"
#include "base/limits.h"
#include "crypt/hash.h"
#include "ingest/import.h"
#include "main/commands.h"
#include "store/item.h"
#include "store/media.h"
#include "store/site.h"

#include <string.h>

#define IMPORTED_AGO_S 10
#define HOUR_S         3600
#define PICTURE_URL    "https://lamplight.example/wp-content/uploads/2026/"

static const struct config_key text_keys[] = {
	{.name = "language", .type = CONFIG_TEXT, .required = true},
	{.name = "name", .type = CONFIG_TEXT},
	{.name = "line", .type = CONFIG_TEXT},
	{.name = "introduction", .type = CONFIG_TEXT},
	{.name = "press", .type = CONFIG_TEXT},
	{.name = "footer", .type = CONFIG_TEXT},
	{.name = NULL},
};
static const struct config_key menu_keys[] = {
	{.name = "language", .type = CONFIG_TEXT, .required = true},
	{.name = "menu", .type = CONFIG_TEXT, .required = true},
	{.name = "label", .type = CONFIG_TEXT, .required = true},
	{.name = "url", .type = CONFIG_TEXT, .required = true},
	{.name = NULL},
};
static const struct config_key withdrawn_keys[] = {
	{.name = "path", .type = CONFIG_TEXT, .required = true},
	{.name = "note", .type = CONFIG_TEXT, .required = true},
	{.name = NULL},
};
static const struct config_key breaking_keys[] = {
	{.name = "path", .type = CONFIG_TEXT, .required = true},
	{.name = "hours", .type = CONFIG_INT, .least = 1, .most = 720, .required = true},
	{.name = NULL},
};
static const struct config_key correction_keys[] = {
	{.name = "path", .type = CONFIG_TEXT, .required = true},
	{.name = "kind", .type = CONFIG_TEXT, .required = true},
	{.name = "text", .type = CONFIG_TEXT, .required = true},
	{.name = NULL},
};
static const struct config_key sample_schema[] = {
	{.name = "texts", .type = CONFIG_GROUPS, .children = text_keys},
	{.name = "menus", .type = CONFIG_GROUPS, .children = menu_keys},
	{.name = "withdrawn", .type = CONFIG_GROUPS, .children = withdrawn_keys},
	{.name = "breaking", .type = CONFIG_GROUPS, .children = breaking_keys},
	{.name = "corrections", .type = CONFIG_GROUPS, .children = correction_keys},
	{.name = NULL},
};

struct sample {
	struct arena *arena;
	struct store *store;
	struct blob_store *blobs;
	struct config_values values;
};

static int put_texts(struct store_tx *tx, void *context, struct err *err)
{
	static const struct {
		const char *name;
		enum site_text_key key;
	} keys[] = {{"name", SITE_NAME},
		    {"line", SITE_LINE},
		    {"introduction", SITE_INTRODUCTION},
		    {"press", SITE_PRESS},
		    {"footer", SITE_FOOTER}};
	struct sample *sample = context;
	size_t count;
	const struct config_values *groups = config_groups(&sample->values, "texts", &count);

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
			struct site_text text = {.language = config_text(&groups[i], "language"),
						 .key = keys[k].key,
						 .text = config_text(&groups[i], keys[k].name)};
			int rc = site_put_text(tx, &text, err);

			if (rc)
				return rc;
		}
	}
	return 0;
}

static int put_menus(struct store_tx *tx, void *context, struct err *err)
{
	struct sample *sample = context;
	size_t count;
	const struct config_values *groups = config_groups(&sample->values, "menus", &count);

	for (size_t i = 0; i < count; i++) {
		struct menu_item item = {.menu = config_text(&groups[i], "menu"),
					 .language = config_text(&groups[i], "language"),
					 .label = config_text(&groups[i], "label"),
					 .url = config_text(&groups[i], "url"),
					 .position = (int)i};
		int64_t id;
		int rc = menu_add(tx, &item, &id, err);

		if (rc)
			return rc;
	}
	return 0;
}

static int item_named(struct store_tx *tx, const struct config_values *group, struct item_ids *ret_ids, struct err *err)
{
	struct str path = config_text(group, "path");
	int rc = item_find_path(tx_store(tx), path, ret_ids, err);

	return rc == STORE_NOT_FOUND
		       ? err_set(err, ERR_DATA, "sample/site.conf:%d: no item of the sample stands at %.*s",
				 group->line, STR_ARG(path))
		       : rc;
}

/* The dates of the sample stand still; its breaking news counts from the moment the newsroom is made. */
static int break_items(struct store_tx *tx, void *context, struct err *err)
{
	struct sample *sample = context;
	size_t count;
	const struct config_values *groups = config_groups(&sample->values, "breaking", &count);

	for (size_t i = 0; i < count; i++) {
		int64_t until_s = clock_now_s(clock_system()) + config_int(&groups[i], "hours") * HOUR_S;
		struct item_ids ids;
		int rc = item_named(tx, &groups[i], &ids, err);

		if (rc == 0)
			rc = item_set_breaking(tx, ids.item_id, until_s, err);
		if (rc)
			return rc;
	}
	return 0;
}

static int correct_items(struct store_tx *tx, void *context, struct err *err)
{
	struct sample *sample = context;
	size_t count;
	const struct config_values *groups = config_groups(&sample->values, "corrections", &count);

	for (size_t i = 0; i < count; i++) {
		struct item_ids ids;
		int rc = item_named(tx, &groups[i], &ids, err);

		if (rc == 0)
			rc = item_correct(tx, ids.entry_id, config_text(&groups[i], "kind"),
					  config_text(&groups[i], "text"), ids.revision_id, 0, err);
		if (rc)
			return rc;
	}
	return 0;
}

static int withdraw_items(struct store_tx *tx, void *context, struct err *err)
{
	struct sample *sample = context;
	size_t count;
	const struct config_values *groups = config_groups(&sample->values, "withdrawn", &count);

	for (size_t i = 0; i < count; i++) {
		struct item_ids ids;
		int rc = item_named(tx, &groups[i], &ids, err);

		if (rc == 0)
			rc = item_withdraw(tx, ids.item_id, STR(""), WITHDRAW_TAKEDOWN, config_text(&groups[i], "note"),
					   err);
		if (rc)
			return rc;
	}
	return 0;
}

/* One file of sample/pictures: NAME-WIDTH.FORMAT */
struct picture {
	struct sample *sample;
	struct str name;
	struct rendition rendition;
	int64_t media_id;
	bool largest;
};

static int put_picture(struct store_tx *tx, void *context, struct err *err)
{
	struct picture *picture = context;
	int rc = media_put_rendition(tx, picture->media_id, &picture->rendition, err);

	if (rc == 0 && picture->largest)
		rc = media_set_file(tx, picture->media_id, picture->rendition.sha256, picture->rendition.bytes,
				    picture->rendition.width, picture->rendition.height, err);
	return rc;
}

static bool parse_picture_name(struct str file, struct picture *picture)
{
	struct str stem, format, width;
	size_t dash;
	int64_t number;

	if (!str_cut(file, '.', &stem, &format))
		return false;
	dash = str_rfind_byte(stem, '-');
	if (dash == SIZE_MAX)
		return false;
	width = str_skip(stem, dash + 1);
	if (!str_to_i64(width, &number) || number < 1 || number > 10000)
		return false;
	picture->name = str_sub(stem, 0, dash);
	picture->rendition.format = format;
	picture->rendition.width = (int)number;
	picture->rendition.height = (int)(number * 5 / 8); /* all are drawn 8 : 5 */
	picture->largest = number == 1440 && str_eq(format, STR("jpg"));
	return true;
}

static int take_picture(void *context, const char *file, struct err *err)
{
	struct picture picture = {.sample = context};
	struct arena *arena = picture.sample->arena;
	struct blob_id id;
	struct str content;
	struct sha256 hash;
	const char *path;
	int rc;

	if (!parse_picture_name(str_from(file), &picture))
		return 0;
	rc = data_path(arena_printf(arena, "sample/pictures/%s", file).ptr, arena, &path, err);
	if (rc == 0)
		rc = file_read(path, LIMIT_STATIC_FILE_BYTES, arena, &content, err);
	if (rc == 0)
		rc = blob_put(picture.sample->blobs, content, &id, err);
	if (rc)
		return rc;
	hash = sha256_of(content);
	picture.rendition.sha256 = str_of((const char *)hash.bytes, sizeof hash.bytes);
	picture.rendition.bytes = (int64_t)content.len;
	rc = media_find_old_url(picture.sample->store,
				arena_printf(arena, PICTURE_URL "%.*s.jpg", STR_ARG(picture.name)), &picture.media_id,
				err);
	if (rc == STORE_NOT_FOUND)
		return err_set(err, ERR_DATA, "sample/pictures/%s belongs to no attachment of sample/newsroom.xml",
			       file);
	return rc ? rc : store_write(picture.sample->store, put_picture, &picture, err);
}

static int take_pictures(struct sample *sample, struct err *err)
{
	const char *folder;
	int rc = data_path("sample/pictures", sample->arena, &folder, err);

	return rc ? rc : file_walk(folder, take_picture, sample, err);
}

/* As if it had been some moments ago: what is withdrawn below was public before, so that its address tells so. */
static int import_export(const struct newsroom *newsroom, struct sample *sample, struct err *err)
{
	STORE_SCOPED store = NULL;
	const struct db_options existing = {.must_exist = true};
	struct clock_fixed earlier;
	struct import_report *report = NULL;
	const char *files[1];
	struct import_options import = {.files = files,
					.file_count = 1,
					.languages = newsroom->config.site.languages,
					.time_zone = newsroom->config.site.time_zone};
	int rc = data_path("sample/newsroom.xml", sample->arena, &files[0], err);

	clock_fixed_init(&earlier, clock_now_s(clock_system()) - IMPORTED_AGO_S);
	if (rc == 0)
		rc = data_path("sample/mapping.conf", sample->arena, &import.mapping_path, err);
	if (rc == 0)
		rc = store_open(arena_cstr(sample->arena, newsroom->config.database.url), &existing, &earlier.clock,
				NULL, &store, err);
	if (rc == 0)
		rc = import_wordpress(store, &import, &report, err);
	import_report_destroy(report);
	return rc;
}

int sample_install(const struct newsroom *newsroom, struct err *err)
{
	struct sample sample = {.arena = newsroom->arena};
	const char *conf;
	int rc = data_path("sample/site.conf", newsroom->arena, &conf, err);

	if (rc == 0)
		rc = config_parse_file(conf, sample_schema, newsroom->arena, &sample.values, err);
	if (rc == 0)
		rc = newsroom_store(newsroom, NEWSROOM_UPDATE, &sample.store, err);
	if (rc == 0)
		rc = newsroom_blobs(newsroom, &sample.blobs, err);
	if (rc == 0)
		rc = import_export(newsroom, &sample, err);
	if (rc == 0)
		rc = take_pictures(&sample, err);
	if (rc == 0)
		rc = store_write(sample.store, put_texts, &sample, err);
	if (rc == 0)
		rc = store_write(sample.store, put_menus, &sample, err);
	if (rc == 0)
		rc = store_write(sample.store, break_items, &sample, err);
	if (rc == 0)
		rc = store_write(sample.store, correct_items, &sample, err);
	if (rc == 0)
		rc = store_write(sample.store, withdraw_items, &sample, err);
	blob_close(sample.blobs);
	store_close(sample.store);
	return rc;
}
