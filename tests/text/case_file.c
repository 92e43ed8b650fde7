#include "case_file.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/utf8.h"
#include "support.h"

#include <string.h>

#define FILE_BYTES (8u << 20)
#define TEXT_BYTES (16u << 20)

void case_wrong(struct case_run *run, const char *format, ...)
{
	va_list args;
	if (!run->is_wrong)
		run->wrong++;
	run->is_wrong = true;
	if (run->quiet)
		return;
	fprintf(stderr, "%s:%zu: ", run->file, run->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* ---- escapes ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void put_unescaped(struct case_run *run, struct str text, struct buf *out);

/* \xHH and \uHHHH; behind the letter. Returns bytes taken. */
static size_t put_number(struct case_run *run, struct str digits, bool byte, struct buf *out)
{
	uint32_t number = 0;
	size_t at = 0;
	while (at < digits.len && hex_digit(digits.ptr[at]) >= 0 && at < (byte ? 2 : 6))
		number = number * 16 + (uint32_t)hex_digit(digits.ptr[at++]);
	bool whole = byte ? at == 2 : at > 0 && at < digits.len && digits.ptr[at] == ';';
	if (!whole)
		case_wrong(run, "\\x wants two upper-case digits, \\u some and a semicolon");
	if (byte)
		buf_put_byte(out, (char)number);
	else
		utf8_put(out, number);
	return at + !byte;
}

/* \*N{text}, behind the star. Returns bytes taken. */
static size_t put_repeated(struct case_run *run, struct str text, struct buf *out)
{
	size_t open = str_find_byte(text, '{'), close = open;
	uint64_t count = 0;
	while (close < text.len && !(text.ptr[close] == '}' && text.ptr[close - 1] != '\\'))
		close++;
	if (open == SIZE_MAX || close == text.len || !str_to_u64(str_sub(text, 0, open), &count)) {
		case_wrong(run, "\\* wants a number and a text in braces");
		return text.len;
	}
	while (count-- > 0 && !out->over)
		put_unescaped(run, str_sub(text, open + 1, close - open - 1), out);
	return close + 1;
}

static void put_unescaped(struct case_run *run, struct str text, struct buf *out)
{
	static const char letters[] = "nts\\{}|", meanings[] = "\n\t \\{}|";
	while (text.len) {
		size_t plain = str_find_byte(text, '\\');
		buf_put(out, str_sub(text, 0, plain));
		if (plain >= text.len || plain + 1 == text.len)
			return;
		char letter = text.ptr[plain + 1];
		const char *known = strchr(letters, letter);
		text = str_skip(text, plain + 2);
		if (known)
			buf_put_byte(out, meanings[known - letters]);
		else if (letter == 'x' || letter == 'u')
			text = str_skip(text, put_number(run, text, letter == 'x', out));
		else if (letter == '*')
			text = str_skip(text, put_repeated(run, text, out));
		else
			case_wrong(run, "no such escape: \\%c", letter);
	}
}

static struct str unescaped(struct case_run *run, struct str text)
{
	BUF_SCOPED out = BUF_INIT(TEXT_BYTES);
	put_unescaped(run, text, &out);
	return buf_copy(&out, run->arena);
}

/* ---- blocks ---- */

const struct case_part *case_part(const struct case_block *block, const char *name)
{
	for (size_t i = 0; i < block->part_count; i++)
		if (str_eq(block->parts[i].name, str_from(name)))
			return &block->parts[i];
	return NULL;
}

bool case_part_unknown(const struct case_part *part)
{
	static const char *const known[] = {"in", "title", "own", "out", "noted"};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_eq(part->name, str_from(known[i])))
			return false;
	return true;
}

static bool is_written(struct str part)
{
	return str_eq(part, STR("out")) || str_eq(part, STR("public")) || str_eq(part, STR("feed"));
}

static struct str joined(struct case_run *run, struct str name, struct str lines)
{
	BUF_SCOPED out = BUF_INIT(FILE_BYTES);
	struct str line;
	bool written = is_written(name);
	for (bool first = true; str_next(&lines, '\n', &line); first = false) {
		while (written && line.len && line.ptr[0] == '\t')
			line = str_skip(line, 1);
		buf_put(&out, first || written ? STR("") : STR("\n"));
		buf_put(&out, line);
	}
	return unescaped(run, buf_str(&out));
}

/* Empty lines count between others. */
static struct str with_line(struct str body, struct str line)
{
	if (!line.len)
		return body;
	return body.ptr ? str_of(body.ptr, (size_t)(line.ptr + line.len - body.ptr)) : line;
}

static void add_part(struct case_run *run, struct case_block *block, struct str name, struct str body)
{
	if (!name.len)
		return;
	if (block->part_count < CASE_PARTS)
		block->parts[block->part_count++] = (struct case_part){name, joined(run, name, body)};
}

/* text: what stands below the title. */
static void run_block(struct case_run *run, const struct case_kind *kind, struct str text)
{
	ARENA_SCOPED arena = arena_create(0);
	struct case_block block = {0};
	struct str line, body = {0}, name = {0};
	run->arena = arena;
	run->is_wrong = false;
	run->cases++;
	while (str_next(&text, '\n', &line)) {
		if (!str_starts(line, STR("-- "))) {
			body = with_line(body, line);
			continue;
		}
		add_part(run, &block, name, body);
		name = str_skip(line, 3);
		body = (struct str){0};
	}
	add_part(run, &block, name, body);
	kind->block(run, &block);
}

static void run_blocks(struct case_run *run, const struct case_kind *kind, struct str rest)
{
	struct str line, block = {0};
	bool begun = false;
	for (size_t number = 2; str_next(&rest, '\n', &line); number++) {
		if (!str_starts(line, STR("# "))) {
			block = with_line(block, line);
			continue;
		}
		if (begun)
			run_block(run, kind, block);
		begun = true;
		block = (struct str){0};
		run->line = number;
	}
	if (begun)
		run_block(run, kind, block);
}

/* ---- lines ---- */

static void run_line(struct case_run *run, const struct case_kind *kind, struct str text)
{
	ARENA_SCOPED arena = arena_create(0);
	struct case_line line = {0};
	size_t arrow = str_find(text, STR(" =>"));
	run->arena = arena;
	run->is_wrong = false;
	run->cases++;
	if (arrow == SIZE_MAX) {
		case_wrong(run, "no => in it");
		return;
	}
	line.result = unescaped(run, str_skip(text, arrow + 3 + (arrow + 3 < text.len)));
	struct str rest = str_sub(text, 0, arrow);
	while (line.field_count < kind->fields) {
		size_t bar = str_find(rest, STR(" | "));
		line.fields[line.field_count++] = unescaped(run, str_sub(rest, 0, bar));
		if (bar == SIZE_MAX)
			break;
		rest = str_skip(rest, bar + 3);
	}
	if (line.field_count != kind->fields) {
		case_wrong(run, "%zu fields, not %zu", line.field_count, kind->fields);
		return;
	}
	kind->line(run, &line);
}

static void run_lines(struct case_run *run, const struct case_kind *kind, struct str rest)
{
	struct str line;
	for (run->line = 2; str_next(&rest, '\n', &line); run->line++)
		if (line.len && !str_starts(line, STR("# ")))
			run_line(run, kind, line);
}

void case_run_text(struct case_run *run, const char *file, struct str text)
{
	struct str first;
	run->file = file;
	run->line = 1;
	run->files++;
	str_next(&text, '\n', &first);
	for (size_t i = 0; i < run->kind_count; i++) {
		const struct case_kind *kind = &run->kinds[i];
		if (!str_starts(first, STR("%")) || !str_eq(str_skip(first, 1), str_from(kind->name)))
			continue;
		if (kind->block)
			run_blocks(run, kind, text);
		else
			run_lines(run, kind, text);
		return;
	}
	run->is_wrong = false;
	case_wrong(run, "no such kind: %.*s", STR_ARG(first));
}

struct folder {
	struct case_run *run;
	const char *path;
};

static int run_file(void *context, const char *relative_path, struct err *err)
{
	const struct folder *folder = context;
	ARENA_SCOPED arena = arena_create(0);
	struct str content;
	if (!str_ends(str_from(relative_path), STR(".txt")))
		return 0;
	const char *path = arena_printf(arena, "%s/%s", folder->path, relative_path).ptr;
	if (file_read(path, FILE_BYTES, arena, &content, err) != 0)
		return err->code;
	case_run_text(folder->run, path, content);
	return 0;
}

void case_run_folder(struct case_run *run, const char *folder)
{
	struct err err = {0};
	struct folder context = {run, folder};
	if (file_walk(folder, run_file, &context, &err) != 0)
		fail_msg("%s", err.text);
}
