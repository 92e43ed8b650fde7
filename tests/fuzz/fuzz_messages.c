/* Message catalogues: any bytes are a catalogue or are refused by name; what is taken can be formatted in every
 * language. Input that does not start as a .mo file is put into one as a message's pattern. */
#include "i18n/catalogue.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(struct message_catalogue *catalogue, struct arena *arena)
{
	const struct message_arg args[] = {MESSAGE_NUMBER("count", 21), MESSAGE_TEXT("name", STR("female")),
					   MESSAGE_NUMBER("n", -1)};
	const struct messages *messages = message_catalogue_language(catalogue, STR("ru"));
	struct str id;
	bool takes_arguments;
	for (size_t i = 0; message_catalogue_id_at(catalogue, i, &id, &takes_arguments); i++) {
		if (!messages_has(messages, id))
			abort();
		messages_format_str(messages, id, args, 3, arena);
		messages_text(messages, id);
	}
}

static void add(struct str mo)
{
	ARENA_SCOPED arena = arena_create(0);
	struct err err = {0};
	struct message_catalogue *catalogue = message_catalogue_create(arena);
	int rc = message_catalogue_add(catalogue, STR("ar"), mo, "fuzz.mo", &err);
	if (rc == 0)
		rc = message_catalogue_add(catalogue, STR("ru"), mo, "fuzz.mo", &err);
	if (rc == 0)
		use(catalogue, arena);
	else if (strncmp(err.text, "fuzz.mo: ", 9) != 0)
		abort();
	message_catalogue_destroy(catalogue);
}

/* One message "m" with the input as its text. */
static void add_pattern(struct str pattern)
{
	const uint32_t head[] = {0x950412DE, 0, 1, 20, 28, 1, 36, (uint32_t)pattern.len, 38};
	BUF_SCOPED mo = BUF_INIT(1u << 20);
	buf_put_bytes(&mo, head, sizeof head);
	buf_put_bytes(&mo, "m", 2);
	buf_put(&mo, pattern);
	buf_put_byte(&mo, 0);
	add(buf_str(&mo));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str input = str_of((const char *)data, size);
	if (size >= 4 && (data[0] == 0xDE || data[0] == 0x95))
		add(input);
	else if (size > 0 && size < 100000)
		add_pattern(input);
	return 0;
}
