#include "web/netaddr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct netaddr read_good(const char *text)
{
	struct netaddr address;
	if (!netaddr_read(str_from(text), &address))
		fail_msg("%s", text);
	return address;
}

static bool same(const char *a, const char *b)
{
	struct netaddr one = read_good(a), other = read_good(b);
	return memcmp(&one, &other, sizeof one) == 0;
}

static void addresses(void **state)
{
	static const char *const bad[] = {
		"",           "1",
		"1.2.3",      "1.2.3.4.5",
		"256.1.1.1",  "1.2.3.4 ",
		" 1.2.3.4",   "1.2.3.4:80",
		"[::1]",      "::1%eth0",
		"a.b.c.d",    "1::2::3",
		"localhost",  "1.2.3.4/32",
		":",          ":::",
		"12345::",    "::1.2.3",
		"unknown",    "1.2.3.4\n",
		"0x7f.1.1.1", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"};
	struct netaddr address;
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(netaddr_read(str_from(bad[i]), &address));
	assert_false(netaddr_read(str_of("1.2.3.4\0x", 9), &address));
	assert_true(same("::1", "0:0:0:0:0:0:0:1"));
	assert_true(same("1.2.3.4", "::ffff:1.2.3.4"));
	assert_true(same("1.2.3.4", "::ffff:102:304"));
	assert_true(same("1.2.3.4", "64:ff9b::1.2.3.4"));
	assert_false(same("1.2.3.4", "::1.2.3.4"));
	assert_false(same("1.2.3.4", "1.2.3.5"));
	assert_true(same("2001:DB8::A", "2001:db8::a"));
}

static void bytes_of_the_network(void **state)
{
	static const unsigned char four[4] = {192, 0, 2, 1};
	static const unsigned char sixteen[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 7};
	struct netaddr address = netaddr_of(four, 4), wanted = read_good("192.0.2.1");
	(void)state;
	assert_memory_equal(&address, &wanted, sizeof address);
	address = netaddr_of(sixteen, 16);
	wanted = read_good("2001:db8::7");
	assert_memory_equal(&address, &wanted, sizeof address);
}

static bool one_household(const char *a, const char *b)
{
	struct netaddr one = netaddr_household(read_good(a)), other = netaddr_household(read_good(b));
	return memcmp(&one, &other, sizeof one) == 0;
}

static void households(void **state)
{
	(void)state;
	assert_true(one_household("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff"));
	assert_false(one_household("2001:db8:0:1::1", "2001:db8:0:2::1"));
	assert_false(one_household("192.0.2.1", "192.0.2.2"));
	assert_false(one_household("0.0.0.0", "::"));
	assert_true(one_household("64:ff9b::192.0.2.1", "192.0.2.1"));
	assert_false(one_household("64:ff9b::192.0.2.1", "64:ff9b::192.0.2.2"));
}

static void networks(void **state)
{
	static const struct {
		const char *network, *address;
		bool has;
	} cases[] = {
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.0", false},
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"192.0.2.1", "64:ff9b::c000:201", true},
		{"192.0.2.0/24", "192.0.2.255", true},
		{"192.0.2.0/24", "192.0.3.0", false},
		{"192.0.2.128/25", "192.0.2.127", false},
		{"192.0.2.128/25", "192.0.2.128", true},
		{"10.0.0.0/8", "10.255.1.2", true},
		{"10.0.0.0/8", "11.0.0.0", false},
		{"128.0.0.0/1", "255.0.0.1", true},
		{"128.0.0.0/1", "127.0.0.1", false},
		{"128.0.0.0/1", "8000::", false},
		{"::1", "::1", true},
		{"::1", "::2", false},
		{"2001:db8::/32", "2001:db8:ffff::1", true},
		{"2001:db8::/32", "2001:db9::", false},
		{"2001:db8::/33", "2001:db8:7fff::", true},
		{"2001:db8::/33", "2001:db8:8000::", false},
		{"fe80::/10", "febf::1", true},
		{"fe80::/10", "fec0::1", false},
		{"::ffff:10.0.0.0/104", "10.1.2.3", true},
		{"::ffff:10.0.0.0/104", "11.1.2.3", false},
		{"2001:db8::1/128", "2001:db8::1", true},
		{"2001:db8::1/128", "2001:db8::", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct network network;
		struct netaddr address = read_good(cases[i].address);
		if (!network_read(str_from(cases[i].network), &network) ||
		    network_has(&network, &address) != cases[i].has)
			fail_msg("%s in %s", cases[i].address, cases[i].network);
	}
}

static void no_networks(void **state)
{
	static const char *const bad[] = {
		"",
		"/",
		"/8",
		"10.0.0.0/",
		"10.0.0.0/0",
		"10.0.0.0/33",
		"10.0.0.0/-8",
		"10.0.0/8",
		"10.0.0.1/8",
		"10.0.0.0/8/8",
		"10.0.0.0/255.0",
		"10.0.0.0 /8",
		"::/0",
		"::/129",
		"2001:db8::1/64",
		"proxy.example",
		"*",
		"::ffff:0.0.0.0/96",
		"64:ff9b::/96",
		"64:ff9b::/32",
		"0.0.0.0/0",
		"10.0.0.0/08x",
	};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct network network;
		if (network_read(str_from(bad[i]), &network))
			fail_msg("%s", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses), cmocka_unit_test(bytes_of_the_network), cmocka_unit_test(households),
		cmocka_unit_test(networks),  cmocka_unit_test(no_networks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
