/* A request's head from untrusted bytes. However it is cut, it is read alike; nothing but a whole head is taken; what
 * is taken holds no byte that another program could read as a line's or a field's end; and the longest decides. The
 * first byte says where to cut. */
#include "web/head.h"

#include <stdlib.h>

#define FIELDS 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct strict_limits limits = {1000, FIELDS, 10000};

static void must(bool right)
{
	if (!right)
		abort();
}

static int read_by(struct head *head, struct header *fields, struct str text, size_t step)
{
	int status = HEAD_MORE;
	head_init(head, fields, &limits);
	for (size_t count = 0; status == HEAD_MORE && count < text.len;) {
		count = text.len - count > step ? count + step : text.len;
		status = head_read(head, text.ptr, count);
	}
	return status;
}

static bool has_any(struct str text, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_find_byte(text, bytes[i]) != SIZE_MAX)
			return true;
	return false;
}

static void check_taken(const struct head *head, struct str text)
{
	must(head->bytes <= text.len && str_ends(str_sub(text, 0, head->bytes), STR("\r\n\r\n")));
	must(head->method.len && !has_any(head->method, " \r\n\t\0:/", 7));
	must(head->target.len && !has_any(head->target, " \r\n\t\0", 5));
	must(str_eq(head->version, STR("HTTP/1.1")) || str_eq(head->version, STR("HTTP/1.0")));
	must(head->strict.fields <= FIELDS && head->strict.bytes <= limits.header_bytes);
	for (unsigned i = 0; i < head->strict.fields; i++) {
		must(head->fields[i].name.len && !has_any(head->fields[i].name, " \r\n\t\0:", 6));
		must(!has_any(head->fields[i].value, "\r\n\0", 3));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct header fields[FIELDS], others[FIELDS];
	struct head whole, cut;
	if (size < 1)
		return 0;
	struct str text = str_of((const char *)data + 1, size - 1);
	int status = read_by(&whole, fields, text, SIZE_MAX);
	must(read_by(&cut, others, text, 1 + data[0] % 64) == status);
	must(whole.strict.fields == cut.strict.fields && whole.bytes == cut.bytes);
	must(status != HEAD_MORE || text.len < head_most_bytes(&limits));
	if (status == 0)
		check_taken(&whole, text);
	return 0;
}
