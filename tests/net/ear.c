#include "ear.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S 60 /* until a test is called broken */

static size_t body_bytes(const char *request)
{
	struct str length = ear_field(request, "Content-Length");
	return length.len ? (size_t)strtoul(length.ptr, NULL, 10) : 0;
}

static bool is_whole(const char *request, size_t len)
{
	const char *end = strstr(request, "\r\n\r\n");
	return end && len >= (size_t)(end + 4 - request) + body_bytes(request);
}

static bool read_request(int fd, char *request)
{
	size_t len = 0;
	while (len + 1 < EAR_BYTES) {
		ssize_t got = read(fd, request + len, EAR_BYTES - 1 - len);
		if (got <= 0)
			return false;
		len += (size_t)got;
		request[len] = 0;
		if (is_whole(request, len))
			return true;
	}
	return false;
}

static int keep(struct ear *ear, const char *request)
{
	pthread_mutex_lock(&ear->lock);
	int status = ear->count < sizeof ear->statuses / sizeof *ear->statuses ? ear->statuses[ear->count] : 204;
	if (ear->count < EAR_REQUESTS)
		memcpy(ear->requests[ear->count], request, strlen(request) + 1);
	ear->count++;
	pthread_cond_broadcast(&ear->heard);
	pthread_mutex_unlock(&ear->lock);
	return status;
}

static void answer(int fd, int status)
{
	char text[200], rest[100];
	if (status == EAR_SILENT) {
		while (read(fd, rest, sizeof rest) > 0)
			;
		return;
	}
	int len = snprintf(text, sizeof text, "HTTP/1.1 %d Said\r\nLocation: /elsewhere\r\nConnection: close\r\n%s\r\n",
			   status, status == 204 ? "" : "Content-Length: 0\r\n");
	(void)!write(fd, text, (size_t)len);
}

static void *listen_to(void *context)
{
	struct ear *ear = context;
	char *request = malloc(EAR_BYTES);
	int fd;
	while (request && (fd = accept(ear->fd, NULL, NULL)) >= 0) {
		if (read_request(fd, request))
			answer(fd, keep(ear, request));
		close(fd);
	}
	free(request);
	return NULL;
}

void ear_start(struct ear *ear, int port, const int *statuses, size_t count)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	memset(ear, 0, sizeof *ear);
	for (size_t i = 0; i < sizeof ear->statuses / sizeof *ear->statuses; i++)
		ear->statuses[i] = i < count ? statuses[i] : 204;
	at.sin_port = htons((uint16_t)port);
	ear->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(ear->fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	assert_int_equal(bind(ear->fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(ear->fd, 16), 0);
	assert_int_equal(getsockname(ear->fd, (struct sockaddr *)&at, &len), 0);
	ear->port = ntohs(at.sin_port);
	snprintf(ear->address, sizeof ear->address, "http://127.0.0.1:%d/in", ear->port);
	pthread_mutex_init(&ear->lock, NULL);
	pthread_cond_init(&ear->heard, NULL);
	assert_int_equal(pthread_create(&ear->thread, NULL, listen_to, ear), 0);
}

void ear_stop(struct ear *ear)
{
	shutdown(ear->fd, SHUT_RDWR);
	pthread_join(ear->thread, NULL);
	close(ear->fd);
	pthread_cond_destroy(&ear->heard);
	pthread_mutex_destroy(&ear->lock);
}

size_t ear_count(struct ear *ear)
{
	pthread_mutex_lock(&ear->lock);
	size_t count = ear->count;
	pthread_mutex_unlock(&ear->lock);
	return count;
}

const char *ear_wait(struct ear *ear, size_t number)
{
	struct timespec until;
	int rc = 0;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&ear->lock);
	while (ear->count < number && rc == 0)
		rc = pthread_cond_timedwait(&ear->heard, &ear->lock, &until);
	pthread_mutex_unlock(&ear->lock);
	assert_int_equal(rc, 0);
	assert_true(number >= 1 && number <= EAR_REQUESTS);
	return ear->requests[number - 1];
}

struct str ear_field(const char *request, const char *name)
{
	struct str rest = str_from(request), line, key, value;
	while (str_next(&rest, '\n', &line) && str_trim(line).len)
		if (str_cut(line, ':', &key, &value) && str_eq(key, str_from(name)))
			return str_trim(value);
	return (struct str){0};
}
