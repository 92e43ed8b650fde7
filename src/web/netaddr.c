#include "web/netaddr.h"

#include <arpa/inet.h>

#define MAPPED_BITS 96

static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
static const unsigned char translated[12] = {0x00, 0x64, 0xff, 0x9b};

static bool is_v4(const struct netaddr *address)
{
	return memcmp(address->bytes, mapped, sizeof mapped) == 0;
}

struct netaddr netaddr_of(const unsigned char *bytes, size_t count)
{
	struct netaddr address;
	memcpy(address.bytes, mapped, sizeof mapped);
	if (count == 4)
		memcpy(address.bytes + sizeof mapped, bytes, 4);
	else if (memcmp(bytes, translated, sizeof translated) == 0)
		memcpy(address.bytes + sizeof mapped, bytes + sizeof translated, 4);
	else
		memcpy(address.bytes, bytes, sizeof address.bytes);
	return address;
}

/* count: 4 or 16, what the text was. */
static bool read_text(struct str text, unsigned char bytes[16], size_t *ret_count)
{
	char copy[INET6_ADDRSTRLEN];
	if (text.len == 0 || text.len >= sizeof copy || str_find_byte(text, 0) != SIZE_MAX)
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = 0;
	bool v6 = str_find_byte(text, ':') != SIZE_MAX;
	*ret_count = v6 ? 16 : 4;
	return inet_pton(v6 ? AF_INET6 : AF_INET, copy, bytes) == 1;
}

bool netaddr_read(struct str text, struct netaddr *ret_address)
{
	unsigned char bytes[16];
	size_t count;
	if (!read_text(text, bytes, &count))
		return false;
	*ret_address = netaddr_of(bytes, count);
	return true;
}

struct netaddr netaddr_household(struct netaddr address)
{
	if (!is_v4(&address))
		memset(address.bytes + 8, 0, 8);
	return address;
}

static unsigned char mask_of(unsigned bits, size_t byte)
{
	unsigned before = (unsigned)byte * 8;
	return bits >= before + 8 ? 0xff : bits <= before ? 0 : (unsigned char)(0xff00u >> (bits - before));
}

bool network_read(struct str text, struct network *ret_network)
{
	struct str address, length;
	unsigned char bytes[16];
	size_t count;
	uint64_t bits;
	bool has_length = str_cut(text, '/', &address, &length);
	if (!read_text(address, bytes, &count))
		return false;
	if (!has_length)
		bits = count * 8;
	else if (!str_to_u64(length, &bits) || bits == 0 || bits > count * 8)
		return false;
	for (size_t i = 0; i < count; i++)
		if (bytes[i] & ~mask_of((unsigned)bits, i))
			return false;
	struct network network = {netaddr_of(bytes, count), (unsigned)bits + (count == 4 ? MAPPED_BITS : 0)};
	if (is_v4(&network.first) && network.bits <= MAPPED_BITS)
		return false;
	*ret_network = network;
	return true;
}

bool network_has(const struct network *network, const struct netaddr *address)
{
	for (size_t i = 0; i < sizeof address->bytes; i++)
		if ((network->first.bytes[i] ^ address->bytes[i]) & mask_of(network->bits, i))
			return false;
	return true;
}
