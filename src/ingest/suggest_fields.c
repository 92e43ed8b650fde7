#include "ingest/suggest_fields.h"

#include "base/map.h"
#include "ingest/wpset.h"
#include "ingest/wxr.h"

#define FIELDS_MOST 2000 /* distinct keys that are looked at */

/* Words of a key, parted by _ or -, and what a field so named usually holds. The first that fits wins. */
static const struct {
	const char *words; /* parted by |; each must be the key's end or whole */
	const char *becomes;
	bool on_media;
} usual[] = {
	{"credit|photo_credit|photographer|photo_by|copyright|image_credit|picture_credit|credits|byline_photo|credito|"
	 "fotograf",
	 "credit", true},
	{"subtitle|sub_title|standfirst|subheading|sub_heading|deck|kicker|chapeau|untertitel|subtitulo|sous_titre",
	 "subtitle", false},
	{"index_number|ai_index|reference|reference_number|ref_no|refno|document_number|doc_id|aktenzeichen|referencia",
	 "reference", false},
	{"dateline|place_of_publication|ort|lieu", "dateline", false},
	{"lead|teaser|summary|short_description|abstract|resumen|resume", "excerpt", false},
	{"event_date|date_of_event|event_start|start_date", "event_date", false},
	{"expires|expiry|expiry_date|expiration_date|unpublish_date|expires_at", "expires", false},
	{"breaking_until|breaking_expires|breaking_news_until|breaking_news_expires", "breaking_until", false},
	{"country|countries|location|land|pays|pais", "place", false},
	{"author_name|guest_author|writer|external_author", "author", false},
	{"language|lang|icl_language_code|wpml_language", "language", false},
	{"trid|translation_group|translation_id", "translations", false},
};
#define USUAL_COUNT (sizeof usual / sizeof *usual)

struct field {
	struct str key;
	int64_t uses;
	size_t usual; /* USUAL_COUNT: none */
};
struct type {
	struct str name;
	int64_t uses;
};

struct tally {
	struct arena *arena;
	struct map *fields, *types;
};

/* Keys that begin with an underscore are WordPress' and its plugins' own. */
static size_t usual_for(struct str key, bool media)
{
	if (str_starts(key, STR("_")))
		return USUAL_COUNT;
	for (size_t i = 0; i < USUAL_COUNT; i++) {
		struct str words = str_from(usual[i].words);
		struct str word;

		while (usual[i].on_media == media && str_next(&words, '|', &word))
			if (str_eq_nocase(key, word))
				return i;
	}
	return USUAL_COUNT;
}

static void count_field(struct tally *tally, struct str key, bool media)
{
	struct field *field = map_get(tally->fields, key);

	if (!field) {
		if (map_count(tally->fields) >= FIELDS_MOST)
			return;
		field = arena_new(tally->arena, struct field);
		field->key = arena_str(tally->arena, key);
		field->usual = USUAL_COUNT;
		map_put(tally->fields, key, field);
	}
	field->uses++;
	if (field->usual == USUAL_COUNT)
		field->usual = usual_for(key, media);
}

static void count_type(struct tally *tally, struct str name)
{
	struct type *type = map_get(tally->types, name);

	if (!type) {
		if (map_count(tally->types) >= FIELDS_MOST)
			return;
		type = arena_new(tally->arena, struct type);
		type->name = arena_str(tally->arena, name);
		map_put(tally->types, name, type);
	}
	type->uses++;
}

static void count_item(struct tally *tally, const struct wxr_item *item)
{
	bool media = str_eq(item->type, STR("attachment"));

	count_type(tally, item->type);
	for (size_t i = 0; i < item->meta.len; i++)
		count_field(tally, item->meta.at[i].key, media);
}

static int read_file(struct tally *tally, const char *path, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	WXR_SCOPED wxr = NULL;
	struct wxr_event event = {0};
	int rc = wxr_open(path, &wxr, err);

	while (rc == 0 && event.kind != WXR_END) {
		arena_clear(arena);
		rc = wxr_next(wxr, arena, &event, err);
		if (rc == 0 && event.kind == WXR_ITEM)
			count_item(tally, event.item);
	}
	return rc;
}

/* A key or name from outside, inside a quoted string or a comment. */
static void put_name(struct buf *out, struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];

		if (c == '"' || c == '\\')
			buf_put_byte(out, '\\');
		buf_put_byte(out, c < 0x20 ? ' ' : name.ptr[i]);
	}
}

/* The comma comes before the remark, and the last rule has none. */
static void end_rule(struct buf *out, const char *comma, int64_t uses, const char *unit)
{
	buf_printf(out, "%s # %lld %s%s", comma, (long long)uses, unit, uses == 1 ? "" : "s");
}

static void put_fields(const struct tally *tally, struct buf *out)
{
	struct str key;
	void *value;
	const struct field *before = NULL;

	buf_put_cstr(out, "# Custom fields whose names say what they hold: reference, subtitle, dateline, excerpt, "
			  "event_date, expires,\n"
			  "# credit (on attachments), language, translations, place, author, breaking_until.\n"
			  "fields = (");
	for (size_t i = 0; map_at(tally->fields, i, &key, &value); i++) {
		const struct field *field = value;

		if (field->usual == USUAL_COUNT)
			continue;
		if (before)
			end_rule(out, ",", before->uses, "time");
		before = field;
		buf_put_cstr(out, "\n\t{ field = \"");
		put_name(out, field->key);
		buf_printf(out, "\"; becomes = \"%s\"; }", usual[field->usual].becomes);
	}
	if (before)
		end_rule(out, "", before->uses, "time");
	buf_put_cstr(out, before ? "\n);\n" : ");\n");
	size_t told = 0;
	for (size_t i = 0; map_at(tally->fields, i, &key, &value) && told < 40; i++) {
		const struct field *field = value;

		if (field->usual != USUAL_COUNT || str_starts(field->key, STR("_")))
			continue;
		buf_put_cstr(out, told++ ? ", " : "# Others in the files: ");
		put_name(out, field->key);
		if (told == 40)
			buf_put_cstr(out, " …");
	}
	buf_put_cstr(out, told ? "\n\n" : "\n");
}

static bool type_is_plain(struct str name)
{
	static const struct str plain[] = {STR_INIT("post"), STR_INIT("page"), STR_INIT("attachment"),
					   STR_INIT("nav_menu_item"), STR_INIT("revision")};

	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (str_eq(name, plain[i]))
			return true;
	return str_starts(name, STR("wp_"));
}

static void put_types(const struct tally *tally, struct buf *out)
{
	struct str name;
	void *value;
	const struct type *before = NULL;

	for (size_t i = 0; map_at(tally->types, i, &name, &value); i++) {
		if (type_is_plain(name))
			continue;
		if (before)
			end_rule(out, ",", before->uses, "item");
		else
			buf_put_cstr(out, "# Post types of the old site's own: item, page or leave.\ntypes = (");
		before = value;
		buf_put_cstr(out, "\n\t{ type = \"");
		put_name(out, name);
		buf_printf(out, "\"; becomes = \"%s\"; }", wpset_type_technical(name) ? "leave" : "item");
	}
	if (before) {
		end_rule(out, "", before->uses, "item");
		buf_put_cstr(out, "\n);\n\n");
	}
}

int suggest_fields(const struct import_options *options, struct buf *out, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct tally tally = {.arena = arena, .fields = map_create(arena), .types = map_create(arena)};

	for (int i = 0; i < options->file_count; i++) {
		int rc = read_file(&tally, options->files[i], err);

		if (rc)
			return rc;
	}
	put_types(&tally, out);
	put_fields(&tally, out);
	return 0;
}
