/* Pictures and documents: bytes of the blob store, only while something visible uses them. */
#include "site/address.h"

struct media_name {
	struct str name, extension;
	int64_t width;
};

/* "march-800.jpg" → "march", 800, "jpg" */
static bool media_name(struct str file, struct media_name *ret_name)
{
	size_t dot = str_rfind_byte(file, '.'), dash;
	struct str stem;

	if (dot == SIZE_MAX || dot == 0)
		return false;
	stem = str_sub(file, 0, dot);
	dash = str_rfind_byte(stem, '-');
	if (dash == SIZE_MAX || dash == 0 || !str_to_i64(str_skip(stem, dash + 1), &ret_name->width) ||
	    ret_name->width <= 0)
		return false;
	ret_name->name = str_sub(stem, 0, dash);
	ret_name->extension = str_skip(file, dot + 1);
	return true;
}

int show_media(struct visit *visit, struct err *err)
{
	const struct site_options *options = &visit->site->options;
	struct public_file file;
	struct media_name name;
	int64_t bytes;
	int fd, rc;

	if (!media_name(request_capture(visit->request, "file"), &name))
		return WEB_NOT_FOUND;
	rc = public_media(visit->worker->public, visit->snapshot, request_capture(visit->request, "id"), name.width,
			  name.extension, visit->arena, &file, err);
	if (rc < 0)
		return rc;
	if (rc != 0 || !str_eq(file.name, name.name) || !options->open_file)
		return WEB_NOT_FOUND;
	rc = options->open_file(options->open_file_context, file.sha256, &fd, &bytes, err);
	if (rc)
		return rc < 0 ? rc : WEB_NOT_FOUND;
	response_file(visit->response, fd, 0, bytes, file.mime);
	return 0;
}
