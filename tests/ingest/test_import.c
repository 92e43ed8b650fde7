#include "newsroom.h"

static void a_shared_export_comes_in(void **state)
{
	struct newsroom *room = *state;
	const char *path = newsroom_shared(room, "wxr/themeunittestdata.wordpress.xml");
	if (!path)
		skip();
	room->paths[room->files++] = path;
	newsroom_must_import(room);
	BUF_SCOPED text = BUF_INIT(1 << 20);
	import_report_text(room->report, &text);
	if (getenv("CRIER_SHOW"))
		fwrite(text.ptr, 1, text.len, stdout);
	if (getenv("CRIER_DUMP")) {
		struct str dump = newsroom_dump(room);
		fwrite(dump.ptr, 1, dump.len, stdout);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NEWSROOM_TEST(a_shared_export_comes_in),
	};
	return cmocka_run_group_tests_name("ingest.import", tests, NULL, NULL);
}
