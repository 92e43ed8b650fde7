/* Templates: any source is compiled or refused with a place; what is compiled writes hostile fields so that no bracket
 * of theirs reaches the page. The input is up to four files, main, a, b and c, set apart by byte 0x1E. */
#include "template/template.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct view node_view;
static const struct view_field node_fields[] = {{"t", VIEW_TEXT},
						{"u", VIEW_URL},
						{"h", VIEW_HTML},
						{"n", VIEW_NUMBER},
						{"f", VIEW_FLAG},
						{"o", VIEW_OBJECT, &node_view},
						{"l", VIEW_LIST, &node_view}};
static const struct view node_view = {"node", node_fields, 7};

struct files {
	struct str at[4];
	size_t count;
};

static int read_file(void *context, struct str name, struct arena *arena, struct str *ret_source, struct str *ret_file,
		     struct err *err)
{
	static const struct str names[] = {STR_INIT("main"), STR_INIT("a"), STR_INIT("b"), STR_INIT("c")};
	struct files *files = context;
	(void)arena;
	(void)err;
	for (size_t i = 0; i < files->count; i++) {
		if (str_eq(name, names[i])) {
			*ret_source = files->at[i];
			*ret_file = names[i];
			return 0;
		}
	}
	return TEMPLATE_MISSING;
}

static size_t brackets(const struct template *compiled, struct str text, struct str url)
{
	BUF_SCOPED out = BUF_INIT(1u << 20);
	struct value leaf[14] = {
		{.text = text}, {.text = url}, {.html = {STR("<i>h</i>")}}, {.number = -3}, {.flag = true}};
	struct value node[14];
	size_t count = 0;
	memcpy(leaf + 7, leaf, 7 * sizeof leaf[0]);
	memcpy(node, leaf, sizeof node);
	node[5].object = leaf;
	node[6].list.rows = leaf;
	node[6].list.count = 2;
	template_render(compiled, node, &out);
	for (size_t i = 0; i < out.len; i++)
		count += out.ptr[i] == '<' || out.ptr[i] == '>';
	return out.over ? SIZE_MAX : count;
}

static void compile(const struct files *files, bool lenient)
{
	ARENA_SCOPED arena = arena_create(0);
	struct template_source source = {read_file, (void *)(uintptr_t)files};
	struct template_set *set =
		lenient ? template_set_create_lenient(arena, &source) : template_set_create(arena, &source);
	const struct template *compiled;
	struct err err = {0};
	int rc = template_compile(set, STR("main"), &node_view, &compiled, &err);
	if (rc) {
		if (rc > 0 || err.text[0] == 0 || strchr(err.text, ':') == NULL)
			abort();
		return;
	}
	size_t plain = brackets(compiled, STR("x"), STR("/x"));
	size_t hostile = brackets(compiled, STR("\"'></script><script>{{t}}"), STR("javascript:<>\"'"));
	if (!lenient && plain != SIZE_MAX && hostile != SIZE_MAX && plain != hostile)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct files files = {0};
	struct str rest = str_of((const char *)data, size), piece;
	if (size == 0)
		return 0;
	while (files.count < 4 && str_next(&rest, 0x1E, &piece))
		files.at[files.count++] = piece;
	compile(&files, false);
	compile(&files, true);
	return 0;
}
