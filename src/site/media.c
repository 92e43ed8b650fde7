/* Pictures and documents: bytes of the blob store, only while something visible uses them. */
#include "site/address.h"

struct media_name {
	struct str name, extension;
	int64_t width;
};

/* "march-800.jpg" → "march", 800, "jpg". Without a width the whole stem is the name: the largest form. */
static bool media_name(struct str file, struct media_name *ret_name)
{
	size_t dot = str_rfind_byte(file, '.'), dash;
	struct str stem;
	int64_t width;

	if (dot == SIZE_MAX || dot == 0)
		return false;
	stem = str_sub(file, 0, dot);
	*ret_name = (struct media_name){.name = stem, .extension = str_skip(file, dot + 1)};
	dash = str_rfind_byte(stem, '-');
	if (dash != SIZE_MAX && dash > 0 && str_to_i64(str_skip(stem, dash + 1), &width) && width > 0) {
		ret_name->width = width;
		ret_name->name = str_sub(stem, 0, dash);
	}
	return true;
}

/* A stem may end in what looks like a width: then the name of the file tells. */
static int find_file(struct visit *visit, struct str file, struct public_file *ret_file, struct err *err)
{
	struct str id = request_capture(visit->request, "id");
	struct media_name name;
	int rc = PUBLIC_NOTHING;

	if (!media_name(file, &name))
		return rc;
	rc = public_media(visit->worker->public, visit->snapshot, id, name.width, name.extension, visit->arena,
			  ret_file, err);
	if (rc == 0 && str_eq(ret_file->name, name.name))
		return 0;
	if (rc < 0 || name.width == 0)
		return rc < 0 ? rc : PUBLIC_NOTHING;
	name.name = str_sub(file, 0, file.len - name.extension.len - 1);
	rc = public_media(visit->worker->public, visit->snapshot, id, 0, name.extension, visit->arena, ret_file, err);
	return rc == 0 && !str_eq(ret_file->name, name.name) ? PUBLIC_NOTHING : rc;
}

int show_media(struct visit *visit, struct err *err)
{
	const struct site_options *options = &visit->site->options;
	struct public_file file;
	int64_t bytes;
	int fd, rc = find_file(visit, request_capture(visit->request, "file"), &file, err);

	if (rc)
		return rc < 0 ? rc : WEB_NOT_FOUND;
	if (!options->open_file)
		return WEB_NOT_FOUND;
	rc = options->open_file(options->open_file_context, file.sha256, &fd, &bytes, err);
	if (rc)
		return rc < 0 ? rc : WEB_NOT_FOUND;
	response_file(visit->response, fd, 0, bytes, file.mime);
	/* and no date: the file that takes another's place at this address may be the older one */
	response_file_hash(visit->response, file.sha256);
	return 0;
}
