#include "main/handover.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define NAME         "CRIER_HANDOVER"
#define SOCKETS      4
#define FIRST_FD     3   /* of the new process; the others follow */
#define SLICE_MS     500 /* how often a wait looks at signals and feeds the watchdog */
#define COMMAND_MOST 65536
#define GONE         0 /* the other end is closed */

extern char **environ;

/* ---- the new process ---- */

static bool is_socket(int fd)
{
	int type = 0;
	socklen_t length = sizeof type;
	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM;
}

int handover_take(struct handover *ret_handover, struct err *err)
{
	struct handover h = HANDOVER_NONE;
	const char *text = getenv(NAME);
	*ret_handover = HANDOVER_NONE;
	if (!text)
		return 0;
	int found = sscanf(text, "%d %d %d %d", &h.control, &h.listen_fd, &h.metrics_fd, &h.lock_fd);
	unsetenv(NAME);
	if (found != SOCKETS || !is_socket(h.control) || !is_socket(h.listen_fd) ||
	    (h.metrics_fd >= 0 && !is_socket(h.metrics_fd)) || fcntl(h.lock_fd, F_GETFD) < 0)
		return err_set(err, ERR_INPUT,
			       NAME " is for a server that is replaced (SIGUSR2) and names no sockets; leave it unset");
	const int fds[SOCKETS] = {h.control, h.listen_fd, h.metrics_fd, h.lock_fd};
	for (int i = 0; i < SOCKETS; i++)
		if (fds[i] >= 0)
			fcntl(fds[i], F_SETFD, FD_CLOEXEC);
	*ret_handover = h;
	return 0;
}

/* False: the other one has ended. */
static bool say(int control, char word)
{
	return send(control, &word, 1, MSG_NOSIGNAL) == 1;
}

/* One byte, GONE, or -1 for the time is up or errno. */
static int hear(int control, int timeout_ms)
{
	struct pollfd wait = {.fd = control, .events = POLLIN};
	char word = GONE;
	int ready = poll(&wait, 1, timeout_ms);
	if (ready <= 0)
		return -1;
	ssize_t len = recv(control, &word, 1, 0);
	return len == 1 ? (unsigned char)word : GONE;
}

int handover_ask(const struct handover *handover, bool whole, struct err *err)
{
	if (!say(handover->control, whole ? 'a' : 'w'))
		return 0;
	/* one that ends gets the time that its drain takes: if this one gave up meanwhile, nobody would serve */
	int answer = hear(handover->control, whole ? -1 : HANDOVER_WAIT_S * 1000);
	if (answer == GONE || (!whole && answer == 'y'))
		return 0;
	return err_set(err, ERR_SYSTEM, "the server that is to be replaced did not give up public.db");
}

void handover_tell_ready(struct handover *handover)
{
	if (handover->control < 0)
		return;
	(void)say(handover->control, 'r');
	fd_closep(&handover->control);
	handover->control = -1;
}

/* ---- the old process ---- */

/* The path by which this program was started; a newer one may lie there meanwhile. */
static const char *program(struct arena *arena)
{
	char text[4096];
	ssize_t len = readlink("/proc/self/exe", text, sizeof text);
	struct str path = {text, len > 0 ? (size_t)len : 0};
	if (str_ends(path, STR(" (deleted)")))
		path = str_sub(path, 0, path.len - (sizeof " (deleted)" - 1));
	return arena_cstr(arena, path);
}

/* posix_spawn takes texts that may be written, and writes none. */
static char *for_exec(struct arena *arena, struct str text)
{
	char *copy = arena_array(arena, char, text.len + 1);
	if (text.len)
		memcpy(copy, text.ptr, text.len);
	copy[text.len] = 0;
	return copy;
}

static int arguments(struct arena *arena, char ***ret_argv, struct err *err)
{
	struct str line = {0}, word;
	int rc = file_read("/proc/self/cmdline", COMMAND_MOST, arena, &line, err);
	if (rc)
		return rc < 0 ? rc : err_set(err, ERR_SYSTEM, "/proc/self/cmdline is missing");
	char **argv = arena_array(arena, char *, line.len + 1); /* zeroed: NULL ends it */
	size_t count = 0;
	line.len -= line.len > 0; /* each word ends with a zero */
	while (str_next(&line, 0, &word))
		argv[count++] = for_exec(arena, word);
	*ret_argv = argv;
	return 0;
}

/* Without the watchdog's process number, which is this one's. */
static char **environment(struct arena *arena, const struct handover *sockets)
{
	size_t count = 0, kept = 0;
	while (environ[count])
		count++;
	char **list = arena_array(arena, char *, count + 2);
	for (size_t i = 0; i < count; i++)
		if (strncmp(environ[i], "WATCHDOG_PID=", sizeof "WATCHDOG_PID=" - 1) != 0)
			list[kept++] = environ[i];
	list[kept] = for_exec(arena, arena_printf(arena, NAME "=%d %d %d %d", FIRST_FD, FIRST_FD + 1,
						  sockets->metrics_fd >= 0 ? FIRST_FD + 2 : -1, FIRST_FD + 3));
	return list;
}

/* The descriptors under numbers that none of them has now, so that no dup2 covers another. */
static int add_sockets(posix_spawn_file_actions_t *actions, const int fds[SOCKETS], int ret_copies[SOCKETS])
{
	int rc = 0;
	for (int i = 0; i < SOCKETS && !rc; i++) {
		ret_copies[i] = fds[i] < 0 ? -1 : fcntl(fds[i], F_DUPFD_CLOEXEC, FIRST_FD + SOCKETS);
		if (fds[i] < 0)
			continue;
		rc = ret_copies[i] < 0 ? errno : posix_spawn_file_actions_adddup2(actions, ret_copies[i], FIRST_FD + i);
	}
	return rc;
}

static int spawn(const int fds[SOCKETS], const struct handover *sockets, pid_t *ret_pid, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	char **argv = NULL;
	int rc = arguments(arena, &argv, err);
	if (rc)
		return rc;
	const char *path = program(arena);
	int copies[SOCKETS] = {-1, -1, -1, -1};
	sigset_t none;
	sigemptyset(&none);
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&actions);
	int failure = add_sockets(&actions, fds, copies);
	if (!failure)
		failure = posix_spawn(ret_pid, path, &actions, &attributes, argv, environment(arena, sockets));
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	for (int i = 0; i < SOCKETS; i++)
		fd_closep(&copies[i]);
	return failure ? err_set_errno(err, failure, "cannot start %s", path) : 0;
}

static bool told_to_stop(void)
{
	sigset_t pending;
	return sigpending(&pending) == 0 && (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
}

/* The next word, or ERR_SYSTEM. */
static int next_word(int control, int64_t until_us, struct err *err)
{
	int word = -1;
	while (word < 0) {
		if (told_to_stop())
			return err_set(err, ERR_SYSTEM, "told to stop meanwhile");
		if (clock_steady_us() > until_us)
			return err_set(err, ERR_SYSTEM, "the new process did not serve within %d s", HANDOVER_WAIT_S);
		if (sd_watchdog_enabled(0, NULL) > 0)
			sd_notify(0, "WATCHDOG=1");
		word = hear(control, SLICE_MS);
	}
	return word != GONE ? word : err_set(err, ERR_SYSTEM, "the new process ended; its reason stands in the log");
}

/* 0, HANDOVER_ALL, or an error. */
static int follow(int control, const struct handover_giver *giver, bool *ret_stopped, struct err *err)
{
	int64_t until_us = clock_steady_us() + INT64_C(1000000) * HANDOVER_WAIT_S;
	for (;;) {
		int word = next_word(control, until_us, err);
		if (word < 0)
			return word;
		if (word == 'r')
			return 0;
		if (word == 'a')
			return HANDOVER_ALL;
		if (word != 'w')
			return err_set(err, ERR_SYSTEM, "the new process says what this one does not know");
		giver->stop_writing(giver->context);
		*ret_stopped = true;
		(void)say(control, 'y'); /* one that has ended is met with the next word */
	}
}

static void give_up(pid_t pid, bool stopped, const struct handover_giver *giver, struct err *err)
{
	struct err failure = {0};
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (stopped && giver->write_again(giver->context, &failure))
		err_context(err, "%s", failure.text);
}

int handover_give(const struct handover *sockets, const struct handover_giver *giver, int *ret_control, int *ret_pid,
		  struct err *err)
{
	int pair[2];
	pid_t pid = 0;
	bool stopped = false;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return err_set_errno(err, errno, "no control socket");
	FD_SCOPED own = pair[0];
	FD_SCOPED other = pair[1];
	const int fds[SOCKETS] = {other, sockets->listen_fd, sockets->metrics_fd, sockets->lock_fd};
	int rc = spawn(fds, sockets, &pid, err);
	if (rc)
		return rc;
	fd_closep(&other);
	other = -1;
	rc = follow(own, giver, &stopped, err);
	if (rc < 0) {
		give_up(pid, stopped, giver, err);
		return rc;
	}
	*ret_pid = pid;
	*ret_control = own;
	own = -1;
	return rc;
}
