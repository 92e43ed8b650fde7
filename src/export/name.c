#include "export/name.h"

#include "text/url.h"

#define INDEX STR("index.html")

static bool part_is_safe(struct str part)
{
	if (str_empty(part) || str_eq(part, STR(".")) || str_eq(part, STR("..")))
		return false;
	for (size_t i = 0; i < part.len; i++)
		if ((unsigned char)part.ptr[i] < 0x20 || part.ptr[i] == 0x7f)
			return false;
	return true;
}

/* NULL: every part can be a file's name. */
static const char *refuse(struct str name)
{
	struct str rest = name, part;

	if (name.len > NAME_BYTES)
		return "the address is longer than a file's path can be";
	if (str_starts_nocase(name, STR(".crier/")) || str_eq_nocase(name, STR(".crier")))
		return "names below /.crier/ belong to the export";
	while (str_next(&rest, '/', &part)) {
		if (part.len > NAME_PART_BYTES)
			return "a part of the address is longer than a file's name can be";
		if (!part_is_safe(part))
			return "a part of the address cannot be a file's name";
	}
	return str_ends(name, STR("/")) || str_empty(name) ? "the address ends like a folder's" : NULL;
}

bool name_is_safe(struct str name)
{
	return refuse(name) == NULL;
}

static bool is_html_name(struct str path)
{
	return str_ends(path, STR(".html")) || str_ends(path, STR(".htm"));
}

const char *name_of_path(struct str path, bool page, struct arena *arena, struct str *ret_name)
{
	const char *why;
	struct str name;

	if (!url_decode(path, arena, &name) || !str_starts(name, STR("/")))
		return "the address cannot be read";
	name = str_skip(name, 1);
	if (page && (str_empty(name) || str_ends(name, STR("/"))))
		name = arena_concat(arena, (struct str[]){name, INDEX}, 2);
	else if (page && !is_html_name(name))
		name = arena_concat(arena, (struct str[]){name, STR("/"), INDEX}, 3);
	why = refuse(name);
	if (why)
		return why;
	*ret_name = name;
	return NULL;
}
