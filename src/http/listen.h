/* listen: sockets that take connections, by numeric address. Inside src/http only. */
#ifndef CRIER_HTTP_LISTEN_H
#define CRIER_HTTP_LISTEN_H

#include "base/err.h"

/* TCP_NODELAY is set on it, which accepted sockets inherit. */
int listen_on(const char *address, int port, int *ret_fd, struct err *err);
int listen_prepare(int fd); /* one that was handed over: not blocking; -1 and errno */
int listen_port(int fd);    /* -1 where it cannot be told */

#endif
