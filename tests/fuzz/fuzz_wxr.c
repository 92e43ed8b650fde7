/* WordPress exports: any bytes. Every event's texts are read to their end, so that a pointer gone wrong shows; custom
 * fields are read as PHP's values, bodies as shortcodes. */
#include "base/utf8.h"
#include "ingest/php.h"
#include "ingest/shortcode.h"
#include "ingest/wxr.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_text(struct str s)
{
	if (!utf8_valid(s))
		abort();
}

static bool closes(struct str name)
{
	return name.len > 3;
}

static void read_item(const struct wxr_item *item, struct arena *arena)
{
	must_be_text(item->title);
	must_be_text(item->content);
	for (size_t i = 0; i < item->meta.len; i++) {
		struct php_value value;
		must_be_text(item->meta.at[i].key);
		php_parse(item->meta.at[i].value, arena, &value);
	}
	for (size_t i = 0; i < item->categories.len; i++)
		must_be_text(item->categories.at[i].name);
	struct shortcode_scan scan;
	struct shortcode code;
	size_t at = 0;
	shortcode_scan_init(&scan, item->content, closes);
	while (shortcode_next(&scan, arena, &code)) {
		if (code.start < at || code.end <= code.start || code.end > item->content.len)
			abort();
		at = code.end;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = {0};
	WXR_SCOPED wxr = NULL;
	ARENA_SCOPED arena = arena_create(0);
	struct wxr_event event;
	wxr_open_memory("fuzz", (struct str){(const char *)data, size}, &wxr, &err);
	int64_t before = -1;
	while (wxr_next(wxr, arena, &event, &err) == 0 && event.kind != WXR_END) {
		if (event.kind == WXR_ITEM) {
			if (event.item->offset <= before || event.item->offset >= (int64_t)size)
				abort();
			before = event.item->offset;
			read_item(event.item, arena);
		}
		arena_clear(arena);
	}
	return 0;
}
