#include "web/forwarded.h"

#include "web/strict.h"

#define HOPS_MOST  32
#define NODE_BYTES 64 /* of the longest address with its port and brackets, and to spare */

static const struct str names[] = {STR_INIT("X-Forwarded-For"), STR_INIT("Forwarded")};

bool proxies_have(const struct proxies *proxies, const struct netaddr *address)
{
	for (size_t i = 0; i < proxies->count; i++)
		if (network_has(&proxies->networks[i], address))
			return true;
	return false;
}

bool forwarded_any(const struct header *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq_nocase(fields[i].name, names[0]) || str_eq_nocase(fields[i].name, names[1]))
			return true;
	return false;
}

/* An address with or without a port; IPv6 with a port only in brackets. */
static bool read_node(struct str node, struct netaddr *ret_address)
{
	struct str port = STR("0");
	uint64_t number;
	if (str_starts(node, STR("["))) {
		size_t end = str_find_byte(node, ']');
		struct str behind = end == SIZE_MAX ? STR("-") : str_skip(node, end + 1);
		if (behind.len && behind.ptr[0] != ':')
			return false;
		port = behind.len ? str_skip(behind, 1) : port;
		node = str_sub(node, 1, end - 1);
		if (str_find_byte(node, ':') == SIZE_MAX)
			return false;
	} else if (str_find_byte(node, ':') == str_rfind_byte(node, ':')) {
		struct str whole = node;
		if (!str_cut(whole, ':', &node, &port))
			port = STR("0");
	}
	return str_to_u64(port, &number) && number <= UINT16_MAX && netaddr_read(node, ret_address);
}

/* One place of the list; FORWARDED_NONE: a trusted proxy, so look before it. */
static int judge_node(const struct proxies *proxies, struct str node, struct netaddr *ret_reader)
{
	struct netaddr address;
	if (!read_node(node, &address))
		return FORWARDED_BROKEN;
	if (proxies_have(proxies, &address))
		return FORWARDED_NONE;
	*ret_reader = address;
	return 0;
}

static int read_plain(const struct proxies *proxies, struct str list, unsigned *hops, struct netaddr *ret_reader)
{
	for (size_t comma = 0; comma != SIZE_MAX;) {
		comma = str_rfind_byte(list, ',');
		struct str node = comma == SIZE_MAX ? list : str_skip(list, comma + 1);
		int rc = ++*hops > HOPS_MOST ? FORWARDED_BROKEN : judge_node(proxies, str_trim(node), ret_reader);
		if (rc != FORWARDED_NONE)
			return rc;
		list = str_sub(list, 0, comma);
	}
	return FORWARDED_NONE;
}

/* ---- RFC 7239 section 4 ---- */

struct node {
	char text[NODE_BYTES];
	size_t len;
	bool given;
};

static struct str take_token(struct str *rest)
{
	size_t length = 0;
	while (length < rest->len && strict_is_token_byte((unsigned char)rest->ptr[length]))
		length++;
	struct str token = str_sub(*rest, 0, length);
	*rest = str_skip(*rest, length);
	return token;
}

static void put_byte(struct node *node, char byte)
{
	if (node->len < sizeof node->text)
		node->text[node->len++] = byte;
}

/* A token or quoted string (RFC 9110 section 5.6.4), its escapes undone. One that is too long to be an address is cut,
 * and is none then. */
static bool take_value(struct str *rest, struct node *ret_node)
{
	*ret_node = (struct node){.given = true};
	if (!str_starts(*rest, STR("\""))) {
		struct str token = take_token(rest);
		for (size_t i = 0; i < token.len; i++)
			put_byte(ret_node, token.ptr[i]);
		return token.len > 0;
	}
	for (*rest = str_skip(*rest, 1); rest->len; *rest = str_skip(*rest, 1)) {
		if (rest->ptr[0] == '"') {
			*rest = str_skip(*rest, 1);
			return true;
		}
		if (rest->ptr[0] == '\\')
			*rest = str_skip(*rest, 1);
		if (rest->len)
			put_byte(ret_node, rest->ptr[0]);
	}
	return false;
}

/* One element up to its comma: the pair "for" of it, if it has one. */
static bool take_element(struct str *rest, struct node *ret_node)
{
	struct node value;
	*ret_node = (struct node){0};
	for (;;) {
		*rest = str_trim(*rest);
		struct str name = take_token(rest);
		if (name.len) {
			if (!str_starts(*rest, STR("=")))
				return false;
			*rest = str_skip(*rest, 1);
			if (!take_value(rest, &value))
				return false;
			bool wanted = str_eq_nocase(name, STR("for"));
			if (wanted && ret_node->given)
				return false;
			if (wanted)
				*ret_node = value;
		}
		*rest = str_trim(*rest);
		if (!str_starts(*rest, STR(";")))
			return rest->len == 0 || rest->ptr[0] == ',';
		*rest = str_skip(*rest, 1);
	}
}

/* A quoted comma is none, so the list is read from its begin and judged from its end. */
static int read_pairs(const struct proxies *proxies, struct str list, unsigned *hops, struct netaddr *ret_reader)
{
	struct node nodes[HOPS_MOST];
	size_t count = 0;
	for (bool more = true; more;) {
		if (++*hops > HOPS_MOST || !take_element(&list, &nodes[count++]))
			return FORWARDED_BROKEN;
		more = list.len > 0;
		list = str_skip(list, 1);
	}
	while (count--) {
		int rc = judge_node(proxies, str_of(nodes[count].text, nodes[count].len), ret_reader);
		if (rc != FORWARDED_NONE)
			return rc;
	}
	return FORWARDED_NONE;
}

int forwarded_reader(const struct proxies *proxies, const struct header *fields, size_t count,
		     struct netaddr *ret_reader)
{
	struct str name = names[proxies->rfc7239];
	unsigned hops = 0;
	int rc = FORWARDED_NONE;
	while (count-- && rc == FORWARDED_NONE) {
		struct str value = fields[count].value;
		if (!str_eq_nocase(fields[count].name, name))
			continue;
		rc = proxies->rfc7239 ? read_pairs(proxies, value, &hops, ret_reader)
				      : read_plain(proxies, value, &hops, ret_reader);
	}
	return rc;
}
