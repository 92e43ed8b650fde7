#include "relay.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PORT_NAME ".s.PGSQL.5432"

struct relay {
	char folder[40];
	char server[108]; /* the socket of the real one */
	int listener;
	int stop[2];
	pthread_t thread;
	_Atomic long left;
	_Atomic int loss;
	_Atomic bool lost, shut, closed;
};

static int unix_socket(const char *path, bool listens)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct sockaddr *any = (const struct sockaddr *)&address;
	int rc = listens ? bind(fd, any, sizeof address) : connect(fd, any, sizeof address);
	if (rc == 0 && listens)
		rc = listen(fd, 8);
	if (rc != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool send_all(int fd, const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		bytes += sent;
		count -= (size_t)sent;
	}
	return true;
}

/* Until the server is ready for the next: its last message is then Z with a length of 5 and a state. */
static void swallow_answer(int server)
{
	char bytes[65536];
	char end[6] = {0};
	for (;;) {
		ssize_t got = recv(server, bytes, sizeof bytes, 0);
		if (got <= 0)
			return;
		size_t kept = (size_t)got < sizeof end ? (size_t)got : sizeof end;
		memmove(end, end + kept, sizeof end - kept);
		memcpy(end + sizeof end - kept, bytes + got - kept, kept);
		if (memcmp(end, "Z\0\0\0\5", 5) == 0)
			return;
	}
}

/* False where the connection is to end. */
static bool pass_request(struct relay *relay, int client, int server, bool *silent)
{
	char bytes[65536];
	ssize_t got = recv(client, bytes, sizeof bytes, 0);
	if (got <= 0 || relay->shut)
		return false;
	if (*silent)
		return true;
	bool strikes = relay->left > 0 && --relay->left == 0;
	if (strikes)
		relay->lost = true;
	if (strikes && relay->loss == RELAY_REQUEST)
		return false;
	*silent = strikes && relay->loss == RELAY_SILENCE;
	if (*silent)
		return true;
	if (!send_all(server, bytes, (size_t)got))
		return false;
	if (strikes)
		swallow_answer(server);
	return !strikes;
}

static bool pass_answer(int server, int client)
{
	char bytes[65536];
	ssize_t got = recv(server, bytes, sizeof bytes, 0);
	return got > 0 && send_all(client, bytes, (size_t)got);
}

static void serve(struct relay *relay, int client)
{
	int server = relay->shut || relay->closed ? -1 : unix_socket(relay->server, false);
	bool goes_on = server >= 0, silent = false;
	while (goes_on) {
		struct pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}, {relay->stop[0], POLLIN, 0}};
		if (poll(both, 3, -1) < 0 || both[2].revents)
			break;
		if (both[0].revents)
			goes_on = pass_request(relay, client, server, &silent);
		if (goes_on && both[1].revents)
			goes_on = pass_answer(server, client);
	}
	if (server >= 0)
		close(server);
	close(client);
}

static void *work(void *argument)
{
	struct relay *relay = argument;
	for (;;) {
		struct pollfd both[] = {{relay->listener, POLLIN, 0}, {relay->stop[0], POLLIN, 0}};
		if (poll(both, 2, -1) < 0 || both[1].revents)
			return NULL;
		int client = accept(relay->listener, NULL, NULL);
		if (client >= 0)
			serve(relay, client);
	}
}

/* The value of host in the address; the relay's folder stands in its place. */
static void change_host(struct relay *relay, const char *url, char ret_url[1000])
{
	const char *host = strstr(url, "host=");
	assert_non_null(host);
	host += 5;
	size_t length = strcspn(host, "&");
	snprintf(relay->server, sizeof relay->server, "%.*s/%s", (int)length, host, PORT_NAME);
	snprintf(ret_url, 1000, "%.*s%s%s", (int)(host - url), url, relay->folder, host + length);
}

struct relay *relay_start(const struct engine *engine, char ret_url[1000])
{
	struct relay *relay = calloc(1, sizeof *relay);
	char path[80];
	assert_non_null(relay);
	snprintf(relay->folder, sizeof relay->folder, "/tmp/crier-relay-XXXXXX");
	assert_non_null(mkdtemp(relay->folder));
	change_host(relay, engine->url, ret_url);
	snprintf(path, sizeof path, "%s/%s", relay->folder, PORT_NAME);
	relay->listener = unix_socket(path, true);
	assert_true(relay->listener >= 0);
	assert_int_equal(pipe(relay->stop), 0);
	assert_int_equal(pthread_create(&relay->thread, NULL, work, relay), 0);
	return relay;
}

void relay_stop(struct relay *relay)
{
	char path[80];
	close(relay->stop[1]);
	pthread_join(relay->thread, NULL);
	close(relay->stop[0]);
	close(relay->listener);
	snprintf(path, sizeof path, "%s/%s", relay->folder, PORT_NAME);
	unlink(path);
	rmdir(relay->folder);
	free(relay);
}

void relay_lose(struct relay *relay, enum relay_loss loss, long number)
{
	relay->lost = false;
	relay->loss = (int)loss;
	relay->left = number;
}

bool relay_lost(const struct relay *relay)
{
	return relay->lost;
}

void relay_shut(struct relay *relay, bool shut)
{
	relay->shut = shut;
}

void relay_shut_to_new(struct relay *relay, bool shut)
{
	relay->closed = shut;
}
