#include "text/markup_lazy.h"

static struct str next_word(struct str *rest)
{
	size_t from = 0;
	while (from < rest->len && ((unsigned char)rest->ptr[from] <= ' ' || rest->ptr[from] == ','))
		from++;
	size_t end = from;
	while (end < rest->len && (unsigned char)rest->ptr[end] > ' ')
		end++;
	struct str word = str_sub(*rest, from, end - from);
	*rest = str_skip(*rest, end);
	return word;
}

/* What stands behind an address up to the comma, as thousandths: 300w, 1.5x; nothing is 1x. */
static int64_t take_size(struct str *rest)
{
	int64_t size = 0, unit = 1000;
	bool point = false;
	for (; rest->len && rest->ptr[0] != ','; *rest = str_skip(*rest, 1)) {
		char c = rest->ptr[0];
		bool digit = c >= '0' && c <= '9';
		point = point || c == '.';
		if (digit && point && unit > 1)
			size += (c - '0') * (unit /= 10);
		else if (digit && !point && size < INT64_C(1000000000))
			size = size * 10 + (c - '0') * INT64_C(1000);
	}
	return size ? size : 1000;
}

static struct str largest(struct str set)
{
	struct str best = {0};
	int64_t best_size = 0;
	for (;;) {
		struct str address = next_word(&set);
		if (!address.len)
			return best;
		bool ends = str_ends(address, STR(","));
		while (str_ends(address, STR(",")))
			address.len--;
		int64_t size = ends ? 1000 : take_size(&set);
		if (size > best_size && !str_starts_nocase(address, STR("data:"))) {
			best = address;
			best_size = size;
		}
	}
}

static struct str file_of(struct str address)
{
	address = str_trim(address);
	if (str_starts_nocase(address, STR("https://")))
		address = str_skip(address, 6);
	else if (str_starts_nocase(address, STR("http://")))
		address = str_skip(address, 5);
	size_t end = 0;
	while (end < address.len && address.ptr[end] != '?' && address.ptr[end] != '#')
		end++;
	return str_sub(address, 0, end);
}

bool lazy_is_same_file(struct str a, struct str b)
{
	a = file_of(a);
	return a.len && str_eq(a, file_of(b));
}

static bool is_placeholder(struct str address)
{
	static const char *const words[] = {"placeholder", "blank", "spacer", "1x1", "transparent", "lazy", "loading"};
	struct str name = file_of(address);
	for (size_t i = name.len; i-- > 0;)
		if (name.ptr[i] == '/') {
			name = str_skip(name, i + 1);
			break;
		}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_find(name, str_from(words[i])) != SIZE_MAX)
			return true;
	return false;
}

struct str lazy_address(const struct lazy *thing)
{
	struct str src = str_trim(thing->src), later = str_trim(thing->later);
	if (!later.len)
		later = largest(thing->set);
	if (!later.len || !src.len || str_starts_nocase(src, STR("data:")) || str_starts_nocase(src, STR("about:")))
		return later.len ? later : src;
	bool late = str_find(thing->class, STR("lazy")) != SIZE_MAX || is_placeholder(src);
	return late && !lazy_is_same_file(src, later) ? later : src;
}

bool lazy_is_twin(const struct lazy *late, struct str address)
{
	struct str file = file_of(address);
	return file.len && (str_eq(file, file_of(late->src)) || str_eq(file, file_of(late->later)) ||
			    str_find(late->set, file) != SIZE_MAX);
}
