#include "text/markup_names.h"

#include "text/markup_tree.h"

#include <string.h>

/* By name, for the binary search. */
static const struct tag tags[] = {
	{"a", TAG_FORMAT, false, NULL},         {"abbr", TAG_INLINE, false, NULL},
	{"acronym", TAG_INLINE, false, "abbr"}, {"address", TAG_BLOCK, true, "div"},
	{"applet", TAG_UNKNOWN, false, NULL},   {"article", TAG_BLOCK, true, "div"},
	{"aside", TAG_BLOCK, true, NULL},       {"audio", TAG_MEDIA, false, NULL},
	{"b", TAG_FORMAT, true, NULL},          {"bdi", TAG_INLINE, false, NULL},
	{"bdo", TAG_INLINE, false, NULL},       {"big", TAG_SILENT, true, NULL},
	{"blockquote", TAG_BLOCK, true, NULL},  {"body", TAG_SILENT, true, NULL},
	{"br", TAG_VOID, true, NULL},           {"caption", TAG_CAPTION, false, NULL},
	{"center", TAG_BLOCK, true, "div"},     {"cite", TAG_INLINE, false, NULL},
	{"code", TAG_FORMAT, true, NULL},       {"col", TAG_SILENT, false, NULL},
	{"colgroup", TAG_SILENT, false, NULL},  {"dd", TAG_TERM, true, NULL},
	{"del", TAG_INLINE, false, NULL},       {"details", TAG_BLOCK, true, NULL},
	{"dfn", TAG_INLINE, false, NULL},       {"dialog", TAG_BLOCK, true, "div"},
	{"dir", TAG_BLOCK, true, "ul"},         {"div", TAG_BLOCK, true, NULL},
	{"dl", TAG_BLOCK, true, NULL},          {"dt", TAG_TERM, true, NULL},
	{"em", TAG_FORMAT, true, NULL},         {"embed", TAG_EMBED, true, NULL},
	{"fieldset", TAG_BLOCK, true, "div"},   {"figcaption", TAG_BLOCK, true, NULL},
	{"figure", TAG_BLOCK, true, NULL},      {"font", TAG_SILENT, false, NULL},
	{"footer", TAG_BLOCK, true, NULL},      {"form", TAG_BLOCK, true, "div"},
	{"h1", TAG_HEADING, true, NULL},        {"h2", TAG_HEADING, true, NULL},
	{"h3", TAG_HEADING, true, NULL},        {"h4", TAG_HEADING, true, NULL},
	{"h5", TAG_HEADING, true, NULL},        {"h6", TAG_HEADING, true, NULL},
	{"head", TAG_SILENT, true, NULL},       {"header", TAG_BLOCK, true, "div"},
	{"hgroup", TAG_BLOCK, true, "div"},     {"hr", TAG_VOID, true, NULL},
	{"html", TAG_SILENT, true, NULL},       {"i", TAG_FORMAT, true, NULL},
	{"iframe", TAG_FRAME, true, NULL},      {"img", TAG_VOID, true, NULL},
	{"input", TAG_UNKNOWN, true, NULL},     {"ins", TAG_INLINE, false, NULL},
	{"kbd", TAG_INLINE, false, NULL},       {"legend", TAG_BLOCK, true, "div"},
	{"li", TAG_ITEM, true, NULL},           {"listing", TAG_BLOCK, true, "pre"},
	{"main", TAG_BLOCK, true, "div"},       {"mark", TAG_INLINE, false, NULL},
	{"menu", TAG_BLOCK, true, "ul"},        {"nav", TAG_BLOCK, true, "div"},
	{"noembed", TAG_RAW, false, NULL},      {"noframes", TAG_RAW, false, NULL},
	{"noscript", TAG_SILENT, false, NULL},  {"object", TAG_EMBED, false, NULL},
	{"ol", TAG_BLOCK, true, NULL},          {"p", TAG_PARAGRAPH, true, NULL},
	{"picture", TAG_SILENT, false, NULL},   {"pre", TAG_BLOCK, true, NULL},
	{"q", TAG_INLINE, false, NULL},         {"rb", TAG_SILENT, false, NULL},
	{"rp", TAG_SILENT, false, NULL},        {"rt", TAG_INLINE, false, "span"},
	{"ruby", TAG_INLINE, true, "span"},     {"s", TAG_FORMAT, true, NULL},
	{"samp", TAG_INLINE, false, NULL},      {"script", TAG_RAW, false, NULL},
	{"section", TAG_BLOCK, true, "div"},    {"select", TAG_SKIP_SOFT, false, NULL},
	{"small", TAG_FORMAT, true, NULL},      {"source", TAG_SOURCE, false, NULL},
	{"span", TAG_INLINE, true, NULL},       {"strike", TAG_FORMAT, true, "s"},
	{"strong", TAG_FORMAT, true, NULL},     {"style", TAG_RAW, false, NULL},
	{"sub", TAG_INLINE, true, NULL},        {"summary", TAG_BLOCK, false, NULL},
	{"sup", TAG_INLINE, true, NULL},        {"svg", TAG_SKIP_SOFT, false, NULL},
	{"table", TAG_TABLE, true, NULL},       {"tbody", TAG_SECTION, false, NULL},
	{"td", TAG_CELL, false, NULL},          {"template", TAG_SKIP, false, NULL},
	{"textarea", TAG_RAW, true, NULL},      {"tfoot", TAG_SECTION, false, NULL},
	{"th", TAG_CELL, false, NULL},          {"thead", TAG_SECTION, false, NULL},
	{"time", TAG_INLINE, false, NULL},      {"title", TAG_RAW, false, NULL},
	{"tr", TAG_ROW, false, NULL},           {"tt", TAG_FORMAT, true, "code"},
	{"u", TAG_FORMAT, true, NULL},          {"ul", TAG_BLOCK, true, NULL},
	{"var", TAG_INLINE, true, NULL},        {"video", TAG_MEDIA, false, NULL},
	{"wbr", TAG_SILENT, false, NULL},       {"xmp", TAG_RAW, false, NULL},
};

#define LONGEST 10

const struct tag *tag_find(struct str name)
{
	char lower[LONGEST + 1] = {0};
	if (!name.len || name.len > LONGEST)
		return NULL;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = (char)(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] | 0x20 : name.ptr[i]);
	size_t low = 0, high = sizeof tags / sizeof *tags;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(lower, tags[middle].name);
		if (order == 0)
			return &tags[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static const struct {
	struct str name;
	enum markup_attribute_name meaning;
} attributes[] = {
	{STR_INIT("align"), MARKUP_ALIGN},
	{STR_INIT("alt"), MARKUP_ALT},
	{STR_INIT("cite"), MARKUP_ATTR_CITE},
	{STR_INIT("class"), MARKUP_CLASS},
	{STR_INIT("colspan"), MARKUP_COLSPAN},
	{STR_INIT("data"), MARKUP_DATA},
	{STR_INIT("datetime"), MARKUP_DATETIME},
	{STR_INIT("dir"), MARKUP_DIR},
	{STR_INIT("height"), MARKUP_HEIGHT},
	{STR_INIT("href"), MARKUP_HREF},
	{STR_INIT("hreflang"), MARKUP_HREFLANG},
	{STR_INIT("id"), MARKUP_ID},
	{STR_INIT("lang"), MARKUP_LANG},
	{STR_INIT("data-src"), MARKUP_LAZY},
	{STR_INIT("data-srcset"), MARKUP_LAZY_SET},
	{STR_INIT("data-media"), MARKUP_MEDIA},
	{STR_INIT("name"), MARKUP_NAME},
	{STR_INIT("open"), MARKUP_OPEN},
	{STR_INIT("rel"), MARKUP_REL},
	{STR_INIT("reversed"), MARKUP_REVERSED},
	{STR_INIT("rowspan"), MARKUP_ROWSPAN},
	{STR_INIT("scope"), MARKUP_SCOPE},
	{STR_INIT("data-id"), MARKUP_SOURCE_ID},
	{STR_INIT("src"), MARKUP_SRC},
	{STR_INIT("start"), MARKUP_START},
	{STR_INIT("title"), MARKUP_TITLE},
	{STR_INIT("type"), MARKUP_TYPE},
	{STR_INIT("value"), MARKUP_VALUE},
	{STR_INIT("width"), MARKUP_WIDTH},
	/* other names for the same things */
	{STR_INIT("data-lazy-src"), MARKUP_LAZY},
	{STR_INIT("data-orig-file"), MARKUP_LAZY},
	{STR_INIT("data-lazy-srcset"), MARKUP_LAZY_SET},
	{STR_INIT("xml:lang"), MARKUP_LANG},
};
_Static_assert(MARKUP_ATTRIBUTES == 29, "the list of names follows the enumeration");

enum markup_attribute_name markup_attribute_find(struct str name)
{
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
		if (attributes[i].name.len == name.len && attributes[i].name.ptr[0] == name.ptr[0] &&
		    str_eq(attributes[i].name, name))
			return attributes[i].meaning;
	return MARKUP_ATTRIBUTES;
}

const char *markup_attribute_text(enum markup_attribute_name name)
{
	return attributes[name].name.ptr;
}

static const struct markup_kind_info kinds[MARKUP_KINDS] = {
	[MARKUP_ROOT] = {NULL, CONTENT_BLOCKS, false},
	[MARKUP_TEXT] = {NULL, CONTENT_NONE, true},
	[MARKUP_BREAK] = {"br", CONTENT_NONE, true},
	[MARKUP_IMAGE] = {"img", CONTENT_NONE, true},
	[MARKUP_NOTE_MARK] = {NULL, CONTENT_NONE, true},
	[MARKUP_LINK] = {"a", CONTENT_INLINE, true},
	[MARKUP_EM] = {"em", CONTENT_INLINE, true},
	[MARKUP_STRONG] = {"strong", CONTENT_INLINE, true},
	[MARKUP_B] = {"b", CONTENT_INLINE, true},
	[MARKUP_I] = {"i", CONTENT_INLINE, true},
	[MARKUP_U] = {"u", CONTENT_INLINE, true},
	[MARKUP_S] = {"s", CONTENT_INLINE, true},
	[MARKUP_SUB] = {"sub", CONTENT_INLINE, true},
	[MARKUP_SUP] = {"sup", CONTENT_INLINE, true},
	[MARKUP_SMALL] = {"small", CONTENT_INLINE, true},
	[MARKUP_MARK] = {"mark", CONTENT_INLINE, true},
	[MARKUP_CODE] = {"code", CONTENT_INLINE, true},
	[MARKUP_KBD] = {"kbd", CONTENT_INLINE, true},
	[MARKUP_SAMP] = {"samp", CONTENT_INLINE, true},
	[MARKUP_VAR] = {"var", CONTENT_INLINE, true},
	[MARKUP_DFN] = {"dfn", CONTENT_INLINE, true},
	[MARKUP_Q] = {"q", CONTENT_INLINE, true},
	[MARKUP_CITE] = {"cite", CONTENT_INLINE, true},
	[MARKUP_ABBR] = {"abbr", CONTENT_INLINE, true},
	[MARKUP_TIME] = {"time", CONTENT_INLINE, true},
	[MARKUP_DEL] = {"del", CONTENT_INLINE, true},
	[MARKUP_INS] = {"ins", CONTENT_INLINE, true},
	[MARKUP_BDI] = {"bdi", CONTENT_INLINE, true},
	[MARKUP_BDO] = {"bdo", CONTENT_INLINE, true},
	[MARKUP_SPAN] = {"span", CONTENT_INLINE, true},
	[MARKUP_PARAGRAPH] = {"p", CONTENT_INLINE, false},
	[MARKUP_HEADING] = {NULL, CONTENT_INLINE, false},
	[MARKUP_PRE] = {"pre", CONTENT_INLINE, false},
	[MARKUP_TERM] = {"dt", CONTENT_INLINE, false},
	[MARKUP_SUMMARY] = {"summary", CONTENT_INLINE, false},
	[MARKUP_TABLE_CAPTION] = {"caption", CONTENT_INLINE, false},
	[MARKUP_CAPTION] = {"figcaption", CONTENT_INLINE, false},
	[MARKUP_CREDIT] = {NULL, CONTENT_INLINE, false},
	[MARKUP_SPEAKER] = {NULL, CONTENT_INLINE, false},
	[MARKUP_QUOTE] = {NULL, CONTENT_BLOCKS, false},
	[MARKUP_ASIDE] = {"aside", CONTENT_BLOCKS, false},
	[MARKUP_GROUP] = {"div", CONTENT_BLOCKS, false},
	[MARKUP_DETAILS] = {"details", CONTENT_BLOCKS, false},
	[MARKUP_BULLETS] = {"ul", CONTENT_ITEMS, false},
	[MARKUP_NUMBERED] = {"ol", CONTENT_ITEMS, false},
	[MARKUP_ITEM] = {"li", CONTENT_FLOW, false},
	[MARKUP_TERMS] = {"dl", CONTENT_TERMS, false},
	[MARKUP_DEFINITION] = {"dd", CONTENT_FLOW, false},
	[MARKUP_FIGURE] = {NULL, CONTENT_FIGURE, false},
	[MARKUP_GALLERY] = {NULL, CONTENT_FIGURE, false},
	[MARKUP_EMBED] = {NULL, CONTENT_NONE, false},
	[MARKUP_RULE] = {"hr", CONTENT_NONE, false},
	[MARKUP_TABLE] = {"table", CONTENT_TABLE, false},
	[MARKUP_HEAD] = {"thead", CONTENT_ROWS, false},
	[MARKUP_BODY] = {"tbody", CONTENT_ROWS, false},
	[MARKUP_FOOT] = {"tfoot", CONTENT_ROWS, false},
	[MARKUP_ROW] = {"tr", CONTENT_CELLS, false},
	[MARKUP_HEADER_CELL] = {"th", CONTENT_FLOW, false},
	[MARKUP_CELL] = {"td", CONTENT_FLOW, false},
	[MARKUP_NOTES] = {NULL, CONTENT_ITEMS, false},
	[MARKUP_NOTE] = {NULL, CONTENT_FLOW, false},
};

const struct markup_kind_info *markup_kind_info(enum markup_kind kind)
{
	return &kinds[kind];
}
