#include "text/markup_ledger.h"

#include <string.h>

/* Numbers in brackets are sections of the HTML standard, 13.2 (parsing). */

void ledger_init(struct ledger *ledger, size_t input_bytes)
{
	*ledger = (struct ledger){.work_max = LEDGER_WORK_FREE + input_bytes / LEDGER_WORK_BYTES};
}

static const char *name_of(const struct tag *tag)
{
	return tag->as ? tag->as : tag->name;
}

static bool same(const struct tag *a, const struct tag *b)
{
	return a == b || strcmp(name_of(a), name_of(b)) == 0;
}

static bool is_format(const struct tag *tag)
{
	return tag->class == TAG_FORMAT;
}

static bool is_special(const struct tag *tag)
{
	return tag->class != TAG_FORMAT && tag->class != TAG_INLINE;
}

static bool is_marker(const struct tag *tag)
{
	return tag->class == TAG_CELL || tag->class == TAG_CAPTION;
}

static size_t weight_of(const struct tag *tag)
{
	return tag->class == TAG_TABLE ? 3 : 1;
}

/* How far down an element is looked for (4.2: the scopes; 6.4.7: the loops over the stack). */
enum stop { STOP_SCOPE, STOP_LIST, STOP_LOOP, STOP_SPECIAL };

static bool stops(enum stop stop, const struct tag *tag)
{
	bool scope = tag->class == TAG_TABLE || is_marker(tag);
	switch (stop) {
	case STOP_SCOPE:
		return scope;
	case STOP_LIST:
		return scope || strcmp(name_of(tag), "ul") == 0 || strcmp(name_of(tag), "ol") == 0;
	case STOP_LOOP:
		return is_special(tag) && tag->class != TAG_PARAGRAPH && strcmp(name_of(tag), "div") != 0;
	case STOP_SPECIAL:
		return is_special(tag);
	}
	return true;
}

static void drop(struct ledger *ledger, size_t at)
{
	const struct tag *tag = ledger->entries[at].tag;
	ledger->weight -= weight_of(tag);
	ledger->formatting -= is_format(tag);
	ledger->loose -= ledger->entries[at].loose;
	ledger->count--;
	memmove(&ledger->entries[at], &ledger->entries[at + 1], (ledger->count - at) * sizeof *ledger->entries);
}

static void loosen(struct ledger *ledger, struct ledger_entry *entry)
{
	if (!is_format(entry->tag) || entry->loose)
		return;
	entry->loose = true;
	ledger->loose++;
}

static void doubt(struct ledger *ledger, size_t from)
{
	for (size_t i = from; i < ledger->count; i++) {
		ledger->entries[i].sure = false;
		loosen(ledger, &ledger->entries[i]);
	}
}

/* Takes off the entry at `at` and what is above it. Formatting elements wait to be re-opened, unless
 * the end of a cell or caption cleared them (4.3). */
static void pop_to(struct ledger *ledger, size_t at)
{
	size_t kept = at, weight = 0, formatting = 0;
	bool cleared = false;
	for (size_t i = at; i < ledger->count; i++) {
		struct ledger_entry entry = ledger->entries[i];
		cleared = cleared || is_marker(entry.tag);
		if (is_format(entry.tag) && !cleared) {
			loosen(ledger, &entry);
			ledger->entries[kept++] = entry;
			continue;
		}
		ledger->loose -= entry.loose;
		weight += weight_of(entry.tag);
		formatting += is_format(entry.tag);
	}
	ledger->count = kept;
	ledger->weight -= weight;
	ledger->formatting -= formatting;
}

static void push(struct ledger *ledger, const struct tag *tag, bool sure)
{
	ledger->entries[ledger->count++] = (struct ledger_entry){.tag = tag, .sure = sure};
	ledger->weight += weight_of(tag);
	ledger->formatting += is_format(tag);
	if (ledger->weight > ledger->deepest)
		ledger->deepest = ledger->weight;
}

/* What a search down the stack can say. */
struct sought {
	bool certain;   /* `lowest` is what the parser finds */
	bool any;       /* something matched */
	size_t highest; /* the first match from the top */
	size_t lowest;  /* the last that the parser may find */
	bool behind;    /* a stop, perhaps no longer there, stands above the highest match */
};

typedef bool matcher(const struct tag *candidate, const struct tag *wanted);

static bool match_class(const struct tag *candidate, const struct tag *wanted)
{
	return candidate->class == wanted->class;
}

static bool match_paragraph(const struct tag *candidate, const struct tag *wanted)
{
	(void)wanted;
	return candidate->class == TAG_PARAGRAPH;
}

static struct sought seek(const struct ledger *ledger, matcher *matches, const struct tag *wanted, enum stop stop)
{
	struct sought sought = {.certain = true};
	bool passed = false;
	for (size_t i = ledger->count; i-- > 0;) {
		const struct ledger_entry *entry = &ledger->entries[i];
		if (matches(entry->tag, wanted)) {
			if (!sought.any) {
				sought.highest = i;
				sought.behind = passed;
			}
			sought.certain = entry->sure && !sought.any && !passed;
			sought.any = true;
			sought.lowest = i;
			if (entry->sure)
				break;
		} else if (stops(stop, entry->tag)) {
			passed = true;
			if (entry->sure)
				break;
		}
	}
	return sought;
}

static void close_implied(struct ledger *ledger, matcher *matches, const struct tag *wanted, enum stop stop)
{
	struct sought sought = seek(ledger, matches, wanted, stop);
	if (!sought.any)
		return;
	if (sought.certain)
		pop_to(ledger, sought.lowest);
	else
		doubt(ledger, sought.lowest);
}

static void close_paragraph(struct ledger *ledger)
{
	close_implied(ledger, match_paragraph, NULL, STOP_SCOPE);
}

/* An end tag whose element, where it is on the stack, ends with all above it. */
static void end_element(struct ledger *ledger, matcher *matches, const struct tag *tag, enum stop stop)
{
	struct sought sought = seek(ledger, matches, tag, stop);
	if (!sought.any)
		return;
	if (sought.certain) {
		pop_to(ledger, sought.lowest);
		return;
	}
	doubt(ledger, sought.lowest);
	if (!sought.behind)
		drop(ledger, sought.highest);
}

/* The topmost table, or SIZE_MAX. */
static size_t table_of(const struct ledger *ledger)
{
	for (size_t i = ledger->count; i-- > 0;)
		if (ledger->entries[i].tag->class == TAG_TABLE)
			return i;
	return SIZE_MAX;
}

/* A heading ends another one only where that is the current node (6.4.7), which no re-opened
 * element may have become. */
static void close_heading(struct ledger *ledger)
{
	if (!ledger->count)
		return;
	struct ledger_entry *top = &ledger->entries[ledger->count - 1];
	if (top->tag->class == TAG_HEADING && top->sure && !ledger->formatting)
		drop(ledger, ledger->count - 1);
	else
		for (size_t i = ledger->count; i-- > 0;)
			if (ledger->entries[i].tag->class == TAG_HEADING)
				ledger->entries[i].sure = false;
}

/* A formatting end tag: the adoption agency (6.4.7), which gives up after eight blocks and where a
 * table stands between. */
static void end_format(struct ledger *ledger, const struct tag *tag, bool always)
{
	size_t specials = 0;
	bool behind = false;
	for (size_t i = ledger->count; i-- > 0;) {
		const struct tag *candidate = ledger->entries[i].tag;
		if (is_marker(candidate))
			return;
		specials += is_special(candidate);
		behind = behind || candidate->class == TAG_TABLE;
		if (!same(candidate, tag))
			continue;
		ledger->work += specials ? 32 : 0;
		for (size_t j = i + 1; j < ledger->count; j++) {
			loosen(ledger, &ledger->entries[j]);
			if (!is_special(ledger->entries[j].tag))
				ledger->entries[j].sure = false;
		}
		if (always || (!behind && specials < 6))
			drop(ledger, i);
		return;
	}
}

/* Parts of a table stand on the nearest table, its body or its row; what else is open above that ends. */
static bool start_table_part(struct ledger *ledger, const struct tag *tag)
{
	size_t table = table_of(ledger);
	if (table == SIZE_MAX)
		return false;
	if (!ledger->entries[table].sure) {
		doubt(ledger, table);
		push(ledger, tag, false);
		return true;
	}
	size_t stand = table;
	for (size_t i = table + 1; i < ledger->count; i++) {
		enum tag_class class = ledger->entries[i].tag->class;
		bool keeps = (class == TAG_SECTION && (tag->class == TAG_ROW || tag->class == TAG_CELL)) ||
			     (class == TAG_ROW && tag->class == TAG_CELL);
		if (!keeps)
			continue;
		if (!ledger->entries[i].sure) {
			doubt(ledger, table + 1);
			push(ledger, tag, false);
			return true;
		}
		stand = i;
	}
	if (stand + 1 < ledger->count)
		pop_to(ledger, stand + 1);
	push(ledger, tag, true);
	return true;
}

static void end_table_part(struct ledger *ledger, const struct tag *tag)
{
	size_t table = table_of(ledger);
	if (table == SIZE_MAX)
		return;
	for (size_t i = ledger->count; i-- > table + 1;) {
		if (!same(ledger->entries[i].tag, tag))
			continue;
		if (ledger->entries[table].sure && ledger->entries[i].sure) {
			pop_to(ledger, i);
			return;
		}
		break;
	}
	doubt(ledger, table + 1);
}

static void end_table(struct ledger *ledger)
{
	size_t table = table_of(ledger);
	if (table == SIZE_MAX)
		return;
	if (ledger->entries[table].sure) {
		pop_to(ledger, table);
		return;
	}
	doubt(ledger, table);
	drop(ledger, table);
}

/* A table inside of a table, but not of its cell or caption, ends the outer one. */
static void start_table(struct ledger *ledger)
{
	size_t table = table_of(ledger);
	bool inside = false, doubtful = false;
	for (size_t i = table == SIZE_MAX ? ledger->count : table; i < ledger->count; i++) {
		bool marker = is_marker(ledger->entries[i].tag);
		inside = inside || (marker && ledger->entries[i].sure);
		doubtful = doubtful || (marker && !ledger->entries[i].sure);
	}
	if (table != SIZE_MAX && !inside) {
		if (ledger->entries[table].sure && !doubtful)
			pop_to(ledger, table);
		else
			doubt(ledger, table);
	}
	/* whether it closes a paragraph depends on the document's mode */
	struct sought sought = seek(ledger, match_paragraph, NULL, STOP_SCOPE);
	if (sought.any)
		doubt(ledger, sought.lowest);
}

static void imply_ends(struct ledger *ledger, const struct tag *tag)
{
	switch (tag->class) {
	case TAG_BLOCK:
	case TAG_PARAGRAPH:
		close_paragraph(ledger);
		break;
	case TAG_HEADING:
		close_paragraph(ledger);
		close_heading(ledger);
		break;
	case TAG_ITEM:
	case TAG_TERM:
		close_implied(ledger, match_class, tag, STOP_LOOP);
		close_paragraph(ledger);
		break;
	case TAG_TABLE:
		start_table(ledger);
		break;
	case TAG_FORMAT:
		if (strcmp(name_of(tag), "a") == 0)
			end_format(ledger, tag, true);
		break;
	case TAG_VOID:
		if (strcmp(tag->name, "hr") == 0)
			close_paragraph(ledger);
		break;
	default:
		break;
	}
}

/* The parser forgets the first of four equal formatting elements (4.3, "Noah's Ark") but leaves it on the stack,
 * where no end tag may reach it. A fourth of one name adds nothing to the text: it is left out. */
static bool is_fourth(const struct ledger *ledger, const struct tag *tag)
{
	size_t equal = 0;
	for (size_t i = 0; i < ledger->count; i++)
		equal += is_format(ledger->entries[i].tag) && same(ledger->entries[i].tag, tag);
	return equal >= 3;
}

/* Whether what comes now may be put before a table, because the current node is the table, its body or a row. */
static bool is_fostered(const struct ledger *ledger)
{
	for (size_t i = ledger->count; i-- > 0;) {
		const struct ledger_entry *entry = &ledger->entries[i];
		enum tag_class class = entry->tag->class;
		if (class == TAG_TABLE || class == TAG_SECTION || class == TAG_ROW)
			return true;
		if (entry->sure && !entry->loose)
			return false;
	}
	return false;
}

void ledger_text(struct ledger *ledger)
{
	ledger->nodes += 1 + ledger->loose;
	if (is_fostered(ledger))
		ledger->fostered += (1 + ledger->loose) * ledger->nodes;
}

enum ledger_answer ledger_start(struct ledger *ledger, const struct tag *tag)
{
	if (ledger->weight + weight_of(tag) > LIMIT_MARKUP_DEPTH)
		return LEDGER_DEEP;
	if (is_format(tag) && ledger->formatting >= LEDGER_FORMATTING)
		return LEDGER_ENTANGLED;
	if (is_format(tag) && is_fourth(ledger, tag) && strcmp(name_of(tag), "a") != 0)
		return LEDGER_STRAY;
	if (!is_format(tag))
		ledger->work += ledger->loose;
	if (tag->class < TAG_CAPTION)
		ledger_text(ledger); /* an element costs no less */
	switch (tag->class) {
	case TAG_VOID:
	case TAG_EMBED:
		imply_ends(ledger, tag);
		return LEDGER_TAKE;
	case TAG_CAPTION:
	case TAG_SECTION:
	case TAG_ROW:
	case TAG_CELL:
		return start_table_part(ledger, tag) ? LEDGER_TAKE : LEDGER_STRAY;
	default:
		imply_ends(ledger, tag);
		push(ledger, tag, true);
		return LEDGER_TAKE;
	}
}

void ledger_end(struct ledger *ledger, const struct tag *tag)
{
	ledger->work += ledger->loose;
	switch (tag->class) {
	case TAG_FORMAT:
		end_format(ledger, tag, false);
		break;
	case TAG_INLINE:
		end_element(ledger, same, tag, STOP_SPECIAL);
		break;
	case TAG_HEADING:
		end_element(ledger, match_class, tag, STOP_SCOPE);
		break;
	case TAG_ITEM:
		end_element(ledger, same, tag, STOP_LIST);
		break;
	case TAG_BLOCK:
	case TAG_PARAGRAPH:
	case TAG_TERM:
		end_element(ledger, same, tag, STOP_SCOPE);
		break;
	case TAG_CAPTION:
	case TAG_SECTION:
	case TAG_ROW:
	case TAG_CELL:
		end_table_part(ledger, tag);
		break;
	case TAG_TABLE:
		end_table(ledger);
		break;
	default:
		break;
	}
}
