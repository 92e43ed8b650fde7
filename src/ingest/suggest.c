#include "ingest/import.h"

#include "i18n/country.h"
#include "ingest/credit.h"
#include "ingest/suggest_fields.h"
#include "ingest/wpset.h"
#include "text/plain.h"
#include "text/slug.h"

#include <string.h>

/* Usual words for kinds, in the languages newsrooms of this field write in. Compared whole, without case. */
static const struct {
	const char *key, *icon; /* one of the theme's */
	const char *label, *plural, *slug;
	const char *other_labels[3]; /* by other_languages */
	const char *other_plurals[3];
	const char *words; /* parted by | */
} kinds[] = {
	{"breaking_news",
	 "breaking",
	 "Breaking news",
	 "Breaking news",
	 "breaking-news",
	 {"Dernière minute", "Última hora", "خبر عاجل"},
	 {"Dernière minute", "Última hora", "أخبار عاجلة"},
	 "breaking|breaking news|breaking-news|alert|alerts|dernière minute|derniere-minute|última hora|ultima-hora|"
	 "eilmeldung|eilmeldungen|ultima ora|última hora|срочно|عاجل"},
	{"press_release",
	 "press-release",
	 "Press release",
	 "Press releases",
	 "press-releases",
	 {"Communiqué de presse", "Comunicado de prensa", "بيان صحفي"},
	 {"Communiqués de presse", "Comunicados de prensa", "بيانات صحفية"},
	 "press release|press releases|press-release|press-releases|media release|media releases|for the media|"
	 "communiqué de presse|communiqués de presse|communiques-de-presse|communique-de-presse|comunicado de prensa|"
	 "comunicados de prensa|comunicado|comunicados|pressemitteilung|pressemitteilungen|presseerklärung|"
	 "comunicato stampa|comunicati stampa|comunicado de imprensa|пресс-релиз|пресс-релизы|بيان صحفي|بيانات صحفية"},
	{"statement",
	 "statement",
	 "Statement",
	 "Statements",
	 "statements",
	 {"Déclaration", "Declaración", "تصريح"},
	 {"Déclarations", "Declaraciones", "تصريحات"},
	 "statement|statements|public statement|public statements|déclaration|déclarations|declaration|declarations|"
	 "declaración|declaraciones|erklärung|stellungnahme|stellungnahmen|dichiarazione|dichiarazioni|declaração|"
	 "заявление|заявления|بيان|بيانات|تصريح"},
	{"report",
	 "report",
	 "Report",
	 "Reports",
	 "reports",
	 {"Rapport", "Informe", "تقرير"},
	 {"Rapports", "Informes", "تقارير"},
	 "report|reports|briefing|briefings|publication|publications|rapport|rapports|informe|informes|bericht|"
	 "berichte|rapporto|rapporti|relatório|relatórios|доклад|доклады|تقرير|تقارير"},
	{"victory",
	 "victory",
	 "Victory",
	 "Victories",
	 "victories",
	 {"Victoire", "Victoria", "انتصار"},
	 {"Victoires", "Victorias", "انتصارات"},
	 "victory|victories|good news|success|successes|success stories|victoire|victoires|bonne nouvelle|"
	 "bonnes nouvelles|victoria|victorias|buenas noticias|erfolg|erfolge|gute nachricht|gute nachrichten|"
	 "vittoria|vittorie|vitória|vitórias|победа|победы|انتصار|انتصارات|أخبار جيدة"},
	{"urgent_action",
	 "urgent-action",
	 "Urgent action",
	 "Urgent actions",
	 "urgent-actions",
	 {"Action urgente", "Acción urgente", "تحرك عاجل"},
	 {"Actions urgentes", "Acciones urgentes", "تحركات عاجلة"},
	 "urgent action|urgent actions|urgent-action|urgent-actions|action urgente|actions urgentes|acción urgente|"
	 "acciones urgentes|eilaktion|urgent actions|azione urgente|ação urgente|срочная акция|تحرك عاجل|تحركات عاجلة"},
	{"news",
	 "news",
	 "News",
	 "News",
	 "news",
	 {"Actualité", "Noticia", "خبر"},
	 {"Actualités", "Noticias", "أخبار"},
	 "news|latest news|actualité|actualités|actualites|nouvelles|noticias|noticia|nachrichten|aktuelles|meldung|"
	 "meldungen|notizie|notícias|новости|أخبار|الأخبار"},
	{"campaign_update",
	 "campaign-update",
	 "Campaign update",
	 "Campaign updates",
	 "campaign-updates",
	 {"Nouvelle de campagne", "Novedad de campaña", "مستجدات حملة"},
	 {"Nouvelles des campagnes", "Novedades de campaña", "مستجدات الحملات"},
	 "campaign update|campaign updates|campaign news|mise à jour|actualización|kampagnen-update"},
	{"letter",
	 "letter",
	 "Letter",
	 "Letters",
	 "letters",
	 {"Lettre", "Carta", "رسالة"},
	 {"Lettres", "Cartas", "رسائل"},
	 "letter|letters|open letter|open letters|lettre ouverte|lettres ouvertes|carta abierta|cartas abiertas|"
	 "offener brief|offene briefe|lettera aperta|carta aberta|открытое письмо|رسالة مفتوحة"},
	{"feature",
	 "item",
	 "Feature",
	 "Features",
	 "features",
	 {"Reportage", "Reportaje", "تقرير ميداني"},
	 {"Reportages", "Reportajes", "تقارير ميدانية"},
	 "feature|features|story|stories|reportage|reportages|reportaje|reportajes|testimony|testimonies|témoignage|"
	 "témoignages|testimonio|testimonios"},
	{"blog",
	 "item",
	 "Blog post",
	 "Blog",
	 "blog",
	 {"Billet de blog", "Entrada del blog", "تدوينة"},
	 {"Blog", "Blog", "المدونة"},
	 "blog|blogs|opinion|opinions|op-ed|op-eds|tribune|tribunes|opinión|meinung"},
};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

static const char *const other_languages[] = {"fr", "es", "ar"};
#define OTHER_COUNT (sizeof other_languages / sizeof other_languages[0])

static const char *const campaign_words[] = {"campaign", "campaigns", "campagne",  "campagnes", "campaña",
					     "campañas", "kampagne",  "kampagnen", "campagna",  "campanha",
					     "кампания", "حملة",      "حملات"};

struct suggestion {
	struct wpset *set;
	struct buf *out;
	bool used[KIND_COUNT];
	const struct wp_term *told; /* the last rule's, whose end is still to be written; NULL: none yet */
	const char *why;
	struct str coded; /* the taxonomy that was last asked for codes of countries, and whether it has them */
	bool codes;
};

static bool ascii(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] >= 0x80)
			return false;
	return true;
}

/* Without case, in any script. */
static bool same_word(struct str word, struct str text)
{
	if (ascii(word) || ascii(text))
		return str_eq_nocase(word, text);
	ARENA_SCOPED arena = arena_create(0);
	return slug_eq(word, text, arena);
}

static bool among(struct str words, struct str text)
{
	struct str word;
	while (str_next(&words, '|', &word))
		if (same_word(word, text))
			return true;
	return false;
}

static int kind_of(const struct wp_term *term)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (among(str_from(kinds[i].words), term->name) || among(str_from(kinds[i].words), term->slug))
			return (int)i;
	return -1;
}

static bool names_campaign(const struct wp_term *term)
{
	for (size_t i = 0; i < sizeof campaign_words / sizeof campaign_words[0]; i++)
		if (str_eq_nocase(term->taxonomy, str_from(campaign_words[i])) ||
		    same_word(str_from(campaign_words[i]), term->name) ||
		    same_word(str_from(campaign_words[i]), term->slug) ||
		    same_word(str_from(campaign_words[i]), term->parent_slug))
			return true;
	return false;
}

static void put_quoted(struct buf *out, struct str text)
{
	buf_put_byte(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '"' || c == '\\')
			buf_put_byte(out, '\\');
		buf_put_byte(out, (unsigned char)c < 0x20 ? ' ' : c);
	}
	buf_put_byte(out, '"');
}

static void put_comment(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		buf_put_byte(out, (unsigned char)text.ptr[i] < 0x20 ? ' ' : text.ptr[i]);
}

/* The comma comes before the remark, and the last rule has none. */
static void end_rule(const struct suggestion *suggestion, const char *comma)
{
	if (!suggestion->told)
		return;
	buf_printf(suggestion->out, "%s # ", comma);
	put_comment(suggestion->out, suggestion->told->name);
	buf_printf(suggestion->out, ", %lld item%s: %s", (long long)suggestion->told->uses,
		   suggestion->told->uses == 1 ? "" : "s", suggestion->why);
}

static void put_rule(struct suggestion *suggestion, const struct wp_term *term, const char *becomes, struct str to,
		     const char *why)
{
	struct buf *out = suggestion->out;
	end_rule(suggestion, ",");
	suggestion->told = term;
	suggestion->why = why;
	buf_put_cstr(out, "\n\t{ taxonomy = ");
	put_quoted(out, term->taxonomy);
	buf_put_cstr(out, "; term = ");
	put_quoted(out, term->slug);
	buf_printf(out, "; becomes = \"%s\"", becomes);
	if (!str_empty(to)) {
		buf_put_cstr(out, "; to = ");
		put_quoted(out, to);
	}
	buf_put_cstr(out, "; }");
}

/* "IT" and "TV" are countries only among others: in a taxonomy of places, or where most terms name one. */
static bool has_codes(const struct suggestion *suggestion, struct str taxonomy)
{
	static const char *const words[] = {"countr",   "pays",   "pais", "paises", "land",     "laender", "place",
					    "location", "region", "area", "nation", "territor", "geo"};
	size_t terms = 0, countries = 0;
	struct country_code code;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (str_find_nocase(taxonomy, str_from(words[i])) != SIZE_MAX)
			return true;
	for (size_t i = 0; i < suggestion->set->terms.len; i++) {
		const struct wp_term *term = suggestion->set->terms.at[i];
		if (!str_eq(term->taxonomy, taxonomy))
			continue;
		terms++;
		countries += country_find(suggestion->set->finder, term->name, false, &code);
	}
	return 2 * countries > terms;
}

static bool names_country(struct suggestion *suggestion, const struct wp_term *term, struct country_code *ret_code)
{
	const struct country_finder *finder = suggestion->set->finder;
	if (country_find(finder, term->name, false, ret_code))
		return true;
	if (!country_find(finder, term->name, true, ret_code))
		return false;
	if (!str_eq(suggestion->coded, term->taxonomy)) {
		suggestion->coded = term->taxonomy;
		suggestion->codes = has_codes(suggestion, term->taxonomy);
	}
	return suggestion->codes;
}

static bool suggest_term(struct suggestion *suggestion, const struct wp_term *term)
{
	struct country_code code;
	if (mapping_taxonomy_technical(term->taxonomy))
		return false;
	int kind = kind_of(term);
	if (kind >= 0) {
		put_rule(suggestion, term, "kind", str_from(kinds[kind].key), "a usual word for it");
		return true;
	}
	if (names_country(suggestion, term, &code)) {
		bool other = among(STR("georgia|chad|jordan|turkey|jersey|israel"), term->name);
		put_rule(suggestion, term, "place", str_from(code.text),
			 other ? "the name of a country, but not of one alone: look at it" : "the name of a country");
		return true;
	}
	if (names_campaign(term)) {
		put_rule(suggestion, term, "campaign", (struct str){0}, "a usual word for it");
		return true;
	}
	if (str_eq(term->slug, STR("uncategorized")) || str_eq(term->slug, STR("uncategorised")) ||
	    str_eq(term->slug, STR("non-classe")) || str_eq(term->slug, STR("sin-categoria")) ||
	    str_eq(term->slug, STR("allgemein"))) {
		put_rule(suggestion, term, "leave", (struct str){0}, "WordPress gives it to what has none");
		return true;
	}
	return false;
}

/* own OTHER_COUNT: English is the site's own. */
static void put_labels(struct buf *out, const char *name, size_t own, const char *english, const char *const *others)
{
	buf_printf(out, "\n\t  %s = {", name);
	if (own < OTHER_COUNT)
		buf_printf(out, " en = \"%s\";", english);
	for (size_t i = 0; i < OTHER_COUNT; i++)
		if (i != own)
			buf_printf(out, " %s = \"%s\";", other_languages[i], others[i]);
	buf_put_cstr(out, " };");
}

/* In the site's first language where there are words of it, else in English; the others as labels. */
static void put_kind(struct suggestion *suggestion, size_t kind)
{
	struct buf *out = suggestion->out;
	size_t own = 0;
	while (own < OTHER_COUNT && !str_eq(suggestion->set->languages.at[0], str_from(other_languages[own])))
		own++;
	buf_printf(out, "\n\t{ key = \"%s\"; icon = \"%s\"; ", kinds[kind].key, kinds[kind].icon);
	if (own < OTHER_COUNT)
		buf_printf(out, "label = \"%s\"; plural = \"%s\";", kinds[kind].other_labels[own],
			   kinds[kind].other_plurals[own]);
	else
		buf_printf(out, "label = \"%s\"; plural = \"%s\"; slug = \"%s\";", kinds[kind].label,
			   kinds[kind].plural, kinds[kind].slug);
	put_labels(out, "labels", own, kinds[kind].label, kinds[kind].other_labels);
	put_labels(out, "plurals", own, kinds[kind].plural, kinds[kind].other_plurals);
	buf_put_cstr(out, " }");
}

static void put_kinds(struct suggestion *suggestion)
{
	struct buf *out = suggestion->out;
	bool some = false;
	for (size_t i = 0; i < suggestion->set->terms.len; i++) {
		int kind = kind_of(suggestion->set->terms.at[i]);
		if (kind >= 0 && !mapping_taxonomy_technical(suggestion->set->terms.at[i]->taxonomy))
			suggestion->used[kind] = true;
	}
	buf_put_cstr(out, "# Kinds of items. Change labels, icons and addresses as you like; add other languages.\n"
			  "kinds = (");
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (!suggestion->used[i])
			continue;
		buf_put_cstr(out, some ? "," : "");
		put_kind(suggestion, i);
		some = true;
	}
	buf_put_cstr(out, some ? "\n);\n\n" : ");\n\n");
}

static void put_terms(struct suggestion *suggestion)
{
	struct buf *out = suggestion->out;
	size_t others = 0;
	buf_put_cstr(out,
		     "# What terms become: kind, topic, campaign, right, tag, place, or leave. What is not listed:\n"
		     "# categories and custom taxonomies become topics, tags become tags.\nterms = (");
	for (size_t i = 0; i < suggestion->set->terms.len; i++)
		if (!suggest_term(suggestion, suggestion->set->terms.at[i]))
			others++;
	end_rule(suggestion, "");
	buf_printf(out, "%s);\n# %zu other %s the rule above.\n\n", suggestion->told ? "\n" : "", others,
		   others == 1 ? "term follows" : "terms follow");
}

struct menu_count {
	struct str slug;
	size_t lines;
	const char *becomes; /* NULL: its name does not say */
};
VEC_TYPE(menu_count_vec, struct menu_count);

/* What can be a key: the configuration's syntax wants a letter, then letters, digits, "-" and "_". */
static bool is_key(struct str slug)
{
	for (size_t i = 0; i < slug.len; i++) {
		char c = slug.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '-' || c == '_')))
			return false;
	}
	return slug.len > 0;
}

static struct menu_count_vec count_menus(const struct wpset *set, struct arena *arena)
{
	struct menu_count_vec menus = {0};
	for (size_t i = 0; i < set->menus.len; i++) {
		struct str slug = set->menus.at[i].menu;
		size_t at = 0;
		while (at < menus.len && !str_eq(menus.at[at].slug, slug))
			at++;
		if (at == menus.len && is_key(slug))
			*vec_add(&menus, arena) =
				(struct menu_count){.slug = slug, .becomes = mapping_menu_by_name(slug)};
		if (at < menus.len)
			menus.at[at].lines++;
	}
	return menus;
}

/* Where no name says "main", it is the one with most lines of those whose name says nothing. */
static void choose_main(struct menu_count_vec *menus)
{
	struct menu_count *most = NULL;
	for (size_t i = 0; i < menus->len; i++) {
		struct menu_count *menu = &menus->at[i];
		if (menu->becomes && strcmp(menu->becomes, "main") == 0)
			return;
		bool social = str_find_nocase(menu->slug, STR("social")) != SIZE_MAX;
		if (!menu->becomes && !social && (!most || menu->lines > most->lines))
			most = menu;
	}
	if (most)
		most->becomes = "main";
}

static void put_menus(struct suggestion *suggestion)
{
	ARENA_SCOPED arena = arena_create(0);
	struct menu_count_vec menus = count_menus(suggestion->set, arena);
	choose_main(&menus);
	if (menus.len == 0)
		return;
	buf_put_cstr(suggestion->out, "# Menus: main or footer. Both stand in the foot, main first.\nmenus = {\n");
	for (size_t i = 0; i < menus.len; i++)
		buf_printf(suggestion->out, "\t%s%.*s = \"%s\"; # %zu line%s\n", menus.at[i].becomes ? "" : "# ",
			   STR_ARG(menus.at[i].slug), menus.at[i].becomes ? menus.at[i].becomes : "footer",
			   menus.at[i].lines, menus.at[i].lines == 1 ? "" : "s");
	buf_put_cstr(suggestion->out, "};\n\n");
}

static void put_titles(struct suggestion *suggestion)
{
	struct buf *out = suggestion->out;
	buf_put_cstr(out, "# \"Italy/Malta: Boats turned back\" files the item under both countries");
	buf_printf(out,
		   " (%zu %s found that way);\n# reference numbers such as AFR 59/8473/2018 are found in titles "
		   "and first lines.\ntitles = { places = true; references = true; };\n\n",
		   suggestion->set->places.len, suggestion->set->places.len == 1 ? "country" : "countries");
	buf_put_cstr(out, "# \"AFP PHOTO / NAME\", \"Photo: …\", \"(Photo by …/Agency)\", \"© …\" leave the caption "
			  "and become the "
			  "credit.\ncredits = true;\n");
}

int import_suggest(const struct import_options *options, struct buf *out, struct err *err)
{
	ARENA_SCOPED arena = arena_create(256u << 10);
	struct mapping mapping;
	int result = mapping_read(NULL, arena, &mapping, err);
	if (result < 0)
		return result;
	struct import_report *report = import_report_create();
	struct str_vec languages = options->languages;
	static const struct str usual[] = {STR_INIT("en"), STR_INIT("fr"), STR_INIT("es"), STR_INIT("de"),
					   STR_INIT("ar"), STR_INIT("pt"), STR_INIT("it"), STR_INIT("ru")};
	struct str_vec all = {0};
	for (size_t i = 0; i < languages.len; i++)
		*vec_add(&all, arena) = languages.at[i];
	for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
		*vec_add(&all, arena) = usual[i];
	const struct country_finder *finder = country_finder_create(arena, all.at, all.len);
	SCRATCH_SCOPED scratch = NULL;
	result = scratch_create(&scratch, err);
	struct suggestion suggestion = {
		.set = wpset_create(arena, scratch, &mapping, report, &languages, options->time_zone, finder),
		.out = out};
	for (int i = 0; i < options->file_count && result == 0; i++)
		result = wpset_read(suggestion.set, options->files[i], i, NULL, NULL, err);
	if (result == 0)
		result = wpset_finish(suggestion.set, err);
	if (result == 0) {
		buf_printf(out, "# A mapping proposed for %.*s: read it, change it, then import with --mapping.\n\n",
			   STR_ARG(suggestion.set->base));
		buf_put_cstr(out, "language = ");
		put_quoted(out, suggestion.set->languages.at[0]);
		if (!str_empty(options->time_zone)) {
			buf_put_cstr(out, ";\ntime_zone = ");
			put_quoted(out, options->time_zone);
		}
		buf_put_cstr(out, ";\n\n");
		put_kinds(&suggestion);
		put_terms(&suggestion);
		result = suggest_fields(options, out, err);
		put_menus(&suggestion);
		put_titles(&suggestion);
	}
	import_report_destroy(report);
	return result;
}
