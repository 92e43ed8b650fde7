#include "ingest/report.h"

#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"

#include <jansson.h>
#include <stdlib.h>

#define WHAT_BYTES    100
#define OUTCOME_BYTES 150
#define REASON_BYTES  1000

struct count {
	struct str what, outcome;
	int64_t count;
};

struct note {
	struct str what, title, reason;
};

struct import_report {
	struct arena *arena;
	struct map *by_name; /* "what\noutcome" */
	struct map *kinds;   /* by what: how many outcomes it has */
	VEC(struct count *) counts;
	VEC(struct note) notes;
};

struct import_report *import_report_create(void)
{
	struct import_report *report = calloc(1, sizeof *report);
	if (!report)
		abort();
	report->arena = arena_create(0);
	report->by_name = map_create(report->arena);
	report->kinds = map_create(report->arena);
	return report;
}

void import_report_destroy(struct import_report *report)
{
	if (!report)
		return;
	arena_destroy(report->arena);
	free(report);
}

void import_report_clear(struct import_report *report)
{
	struct arena *arena = report->arena;
	arena_clear(arena);
	*report = (struct import_report){.arena = arena, .by_name = map_create(arena), .kinds = map_create(arena)};
}

static struct count *find(const struct import_report *report, struct str what, struct str outcome)
{
	char key[256];
	struct buf buf = {key, 0, sizeof key, sizeof key, false};
	buf_put(&buf, utf8_clip(what, WHAT_BYTES));
	buf_put_byte(&buf, '\n');
	buf_put(&buf, utf8_clip(outcome, OUTCOME_BYTES));
	return map_get(report->by_name, buf_str(&buf));
}

/* A "what" with no end of outcomes must not take the room of the others. */
static bool full(const struct import_report *report, struct str what)
{
	const size_t *kinds = map_get(report->kinds, utf8_clip(what, WHAT_BYTES));
	return report->counts.len >= IMPORT_REPORT_COUNTS_MAX || (kinds && *kinds >= IMPORT_REPORT_OUTCOMES_MAX);
}

static void count_kind(struct import_report *report, struct str what)
{
	size_t *kinds = map_get(report->kinds, what);
	if (!kinds) {
		kinds = arena_new(report->arena, size_t);
		map_put(report->kinds, what, kinds);
	}
	++*kinds;
}

void import_report_add(struct import_report *report, struct str what, struct str outcome, int64_t count)
{
	struct count *found = find(report, what, outcome);
	if (!found && full(report, what)) {
		outcome = STR("(others)");
		found = find(report, what, outcome);
	}
	if (!found) {
		found = arena_new(report->arena, struct count);
		found->what = arena_str(report->arena, utf8_clip(what, WHAT_BYTES));
		found->outcome = arena_str(report->arena, utf8_clip(outcome, OUTCOME_BYTES));
		struct str key =
			arena_printf(report->arena, "%.*s\n%.*s", STR_ARG(found->what), STR_ARG(found->outcome));
		map_put(report->by_name, key, found);
		*vec_add(&report->counts, report->arena) = found;
		count_kind(report, found->what);
	}
	found->count += count;
}

int64_t import_report_count(const struct import_report *report, struct str what, struct str outcome)
{
	const struct count *found = find(report, what, outcome);
	return found ? found->count : 0;
}

void import_report_note(struct import_report *report, struct str what, struct str title, struct str reason)
{
	import_report_add(report, STR("notes"), reason, 1);
	if (report->notes.len >= IMPORT_REPORT_NOTES_MAX)
		return;
	*vec_add(&report->notes, report->arena) = (struct note){
		arena_str(report->arena, utf8_clip(what, WHAT_BYTES)), arena_str(report->arena, utf8_clip(title, 300)),
		arena_str(report->arena, utf8_clip(reason, REASON_BYTES))};
}

size_t import_report_notes(const struct import_report *report)
{
	return report->notes.len;
}

bool import_report_note_at(const struct import_report *report, size_t index, struct str *ret_what,
			   struct str *ret_title, struct str *ret_reason)
{
	if (index >= report->notes.len)
		return false;
	*ret_what = report->notes.at[index].what;
	*ret_title = report->notes.at[index].title;
	*ret_reason = report->notes.at[index].reason;
	return true;
}

/* What a reader asks first comes first, comments last, and the rest between in the order it was met. */
static const char *const first_whats[] = {"files", "posts",  "pages", "attachments", "files of attachments",
					  "terms", "authors"};
#define FIRST_COUNT (sizeof first_whats / sizeof first_whats[0])
#define RANKS       (FIRST_COUNT + 2)

static size_t rank_of(struct str what)
{
	for (size_t i = 0; i < FIRST_COUNT; i++)
		if (str_eq(what, str_from(first_whats[i])))
			return i;
	return str_eq(what, STR("comments")) ? FIRST_COUNT + 1 : FIRST_COUNT;
}

/* Whether the counts before index have said this "what" already. */
static bool said(const struct import_report *report, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (str_eq(report->counts.at[i]->what, report->counts.at[index]->what))
			return true;
	return false;
}

VEC_TYPE(index_vec, size_t);

/* For each "what" its first count, in the order of the report. */
static struct index_vec in_order(const struct import_report *report, struct arena *arena)
{
	struct index_vec order = {0};
	for (size_t rank = 0; rank < RANKS; rank++)
		for (size_t i = 0; i < report->counts.len; i++)
			if (rank_of(report->counts.at[i]->what) == rank && !said(report, i))
				*vec_add(&order, arena) = i;
	return order;
}

static void put_outcomes(const struct import_report *report, size_t first, struct buf *out)
{
	struct str what = report->counts.at[first]->what;
	buf_printf(out, "%.*s\n", STR_ARG(what));
	for (size_t i = first; i < report->counts.len; i++) {
		const struct count *count = report->counts.at[i];
		if (str_eq(count->what, what))
			buf_printf(out, "  %8lld  %.*s\n", (long long)count->count, STR_ARG(count->outcome));
	}
}

void import_report_text(const struct import_report *report, struct buf *out)
{
	ARENA_SCOPED arena = arena_create(0);
	struct index_vec order = in_order(report, arena);
	for (size_t i = 0; i < order.len; i++)
		if (!str_eq(report->counts.at[order.at[i]]->what, STR("notes")))
			put_outcomes(report, order.at[i], out);
	if (report->notes.len > 0)
		buf_put_cstr(out, "to look at\n");
	for (size_t i = 0; i < report->notes.len; i++) {
		const struct note *note = &report->notes.at[i];
		buf_printf(out, "  %.*s", STR_ARG(note->what));
		if (!str_empty(note->title))
			buf_printf(out, " \"%.*s\"", STR_ARG(note->title));
		buf_printf(out, ": %.*s\n", STR_ARG(note->reason));
	}
}

static void put_string(struct buf *out, struct str text)
{
	buf_put_byte(out, '"');
	buf_put_json(out, text);
	buf_put_byte(out, '"');
}

void import_report_json(const struct import_report *report, struct buf *out)
{
	ARENA_SCOPED arena = arena_create(0);
	struct index_vec order = in_order(report, arena);
	buf_put_cstr(out, "{\"counts\": {");
	for (size_t i = 0; i < order.len; i++) {
		struct str what = report->counts.at[order.at[i]]->what;
		buf_put_cstr(out, i ? ",\n  " : "\n  ");
		put_string(out, what);
		buf_put_cstr(out, ": {");
		for (size_t j = order.at[i], some = 0; j < report->counts.len; j++) {
			const struct count *count = report->counts.at[j];
			if (!str_eq(count->what, what))
				continue;
			buf_put_cstr(out, some++ ? ", " : "");
			put_string(out, count->outcome);
			buf_printf(out, ": %lld", (long long)count->count);
		}
		buf_put_byte(out, '}');
	}
	buf_put_cstr(out, "\n}, \"notes\": [");
	for (size_t i = 0; i < report->notes.len; i++) {
		const struct note *note = &report->notes.at[i];
		buf_put_cstr(out, i ? ",\n  {\"what\": " : "\n  {\"what\": ");
		put_string(out, note->what);
		buf_put_cstr(out, ", \"title\": ");
		put_string(out, note->title);
		buf_put_cstr(out, ", \"reason\": ");
		put_string(out, note->reason);
		buf_put_byte(out, '}');
	}
	buf_put_cstr(out, "\n]}\n");
}

static struct str member(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return str_from(text);
}

int import_report_load(struct import_report *report, struct str json, struct err *err)
{
	json_error_t mistake;
	json_t *root = json_loadb(json.ptr ? json.ptr : "", json.len, 0, &mistake), *note, *outcomes, *count;
	const char *what, *outcome;
	size_t index;
	if (!root)
		return err_set(err, ERR_DATA, "the import's saved counts cannot be read: %s", mistake.text);
	json_object_foreach(json_object_get(root, "counts"), what, outcomes)
		json_object_foreach(outcomes, outcome, count)
			import_report_add(report, str_from(what), str_from(outcome), json_integer_value(count));
	json_array_foreach(json_object_get(root, "notes"), index, note)
	{
		if (report->notes.len < IMPORT_REPORT_NOTES_MAX)
			*vec_add(&report->notes, report->arena) =
				(struct note){arena_str(report->arena, member(note, "what")),
					      arena_str(report->arena, member(note, "title")),
					      arena_str(report->arena, member(note, "reason"))};
	}
	json_decref(root);
	return 0;
}
