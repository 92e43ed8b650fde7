#include "http/listen.h"

#include "base/file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define BACKLOG 4096

/* Either family; ret_length 0 where the text is no address. */
static socklen_t read_address(const char *address, int port, struct sockaddr_storage *ret_address)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret_address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret_address;
	memset(ret_address, 0, sizeof *ret_address);
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		return sizeof *v4;
	}
	if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		return sizeof *v6;
	}
	return 0;
}

int listen_on(const char *address, int port, int *ret_fd, struct err *err)
{
	struct sockaddr_storage where;
	int yes = 1;
	socklen_t length = port >= 0 && port <= 65535 ? read_address(address, port, &where) : 0;
	if (!length)
		return err_set(err, ERR_INPUT,
			       "%s port %d is not an address to listen on; give a numeric one, such as 127.0.0.1 or ::",
			       address, port);
	FD_SCOPED fd = socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_set_errno(err, errno, "cannot make a socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	if (bind(fd, (struct sockaddr *)&where, length) || listen(fd, BACKLOG)) {
		int code = errno;
		const char *hint = "";
		if (code == EADDRINUSE)
			hint = " (another program does; choose another port)";
		else if (code == EACCES)
			hint = " (ports below 1024 are for root: choose another, and let a proxy listen on that one)";
		else if (code == EADDRNOTAVAIL)
			hint = " (this machine does not have that address)";
		return err_set_errno(err, code, "cannot listen on %s port %d%s", address, port, hint);
	}
	*ret_fd = fd;
	fd = -1;
	return 0;
}

int listen_prepare(int fd)
{
	int yes = 1, flags = fcntl(fd, F_GETFL);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int listen_port(int fd)
{
	struct sockaddr_storage where;
	socklen_t length = sizeof where;
	if (fd < 0 || getsockname(fd, (struct sockaddr *)&where, &length))
		return -1;
	if (where.ss_family == AF_INET)
		return ntohs(((struct sockaddr_in *)&where)->sin_port);
	return where.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&where)->sin6_port) : -1;
}
