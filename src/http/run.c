#include "http/connection.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>

#include "base/file.h"

#define STUCK_US 60000000 /* a job that runs longer than this keeps the watchdog from being fed */

static void handled_signals(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	sigaddset(ret_set, SIGTERM);
	sigaddset(ret_set, SIGINT);
	sigaddset(ret_set, SIGHUP);
	sigaddset(ret_set, SIGUSR2);
}

void http_block_signals(void)
{
	sigset_t set;
	handled_signals(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void log_step(const struct http_server *server, enum log_level level, const char *event, const char *detail)
{
	if (server->settings.log)
		log_event(server->settings.log, level, event, LOG_CSTR("detail", detail));
}

static void reload(struct http_server *server)
{
	struct err err = {0};
	if (!server->settings.reload)
		return;
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_steady_us());
	if (server->settings.reload(server->settings.context, &err))
		log_step(server, LOG_ERROR, "reload.failed", err.text);
	else
		log_step(server, LOG_INFO, "reload.done", "");
	sd_notify(0, "READY=1");
}

/* Whether another process serves from now on. */
static bool hand_over(struct http_server *server)
{
	struct err err = {0};
	if (!server->settings.hand_over)
		return false;
	log_step(server, LOG_INFO, "handover.begun", "");
	if (server->settings.hand_over(server->settings.context, &err)) {
		log_step(server, LOG_ERROR, "handover.failed", err.text);
		return false;
	}
	server->handed_over = server->shared = true;
	return true;
}

static void feed_watchdog(struct http_server *server)
{
	if (queue_oldest_us(server->queue) < STUCK_US)
		sd_notify(0, "WATCHDOG=1");
}

/* 0: nothing came in the time; else the signal. */
static int next_signal(int fd, int timeout_ms)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	struct signalfd_siginfo info;
	if (poll(&wait, 1, timeout_ms) <= 0)
		return 0;
	return read(fd, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

int http_run(struct http_server *server, struct err *err)
{
	sigset_t set;
	uint64_t watchdog_us = 0;
	handled_signals(&set);
	FD_SCOPED fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return err_set_errno(err, errno, "cannot wait for signals");
	bool watched = sd_watchdog_enabled(0, &watchdog_us) > 0;
	int timeout_ms = watched ? (int)(watchdog_us / 2000) + 1 : -1;
	sd_notify(0, "READY=1");
	for (int signal_number = 0; signal_number != SIGTERM && signal_number != SIGINT;) {
		signal_number = next_signal(fd, timeout_ms);
		if (signal_number == SIGUSR2 && hand_over(server))
			break;
		if (signal_number == SIGHUP)
			reload(server);
		if (watched)
			feed_watchdog(server);
	}
	if (!server->handed_over)
		sd_notify(0, "STOPPING=1");
	log_step(server, LOG_INFO, "server.draining", "");
	http_drain(server);
	log_step(server, LOG_INFO, "server.drained", "");
	return 0;
}
