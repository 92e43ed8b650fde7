/* handover: a running server is replaced by a new process of the program, and no request is lost.
 *
 * The old one (SIGUSR2) starts the program anew with its own arguments and gives it, as descriptors whose numbers stand
 * in CRIER_HANDOVER, the listening sockets, the lock of the newsroom and one end of a control socket. Both listen on
 * the same sockets, so the kernel keeps what arrives for whoever accepts it. One byte at a time goes over the control
 * socket:
 *
 *     new → old   w   wants to write public.db; the old one stops its projector and answers y
 *     new → old   a   public.db must be made anew: wants the old one to be through. It drains, closes all and ends;
 *                     the end of the control socket is the answer. What arrives meanwhile waits in the sockets.
 *     new → old   r   serves: the old one drains and ends
 *
 * Where the old one is killed meanwhile, the new one goes on alone: it has the lock and the sockets. Where the new one
 * ends, says nothing for HANDOVER_WAIT_S, or the old one is told to stop, the new one is killed, and the old one goes
 * on as if nothing had been (unless it was told "a": then it is ending already).
 *
 * Never: two processes that write public.db; a socket that nobody listens on.
 */
#ifndef CRIER_MAIN_HANDOVER_H
#define CRIER_MAIN_HANDOVER_H

#include "base/err.h"

#include <stdbool.h>

#define HANDOVER_WAIT_S 120

/* Each -1 where there is none. */
struct handover {
	int control, listen_fd, metrics_fd, lock_fd;
};
#define HANDOVER_NONE ((struct handover){-1, -1, -1, -1})

/* ---- the new process ---- */

/* Takes what CRIER_HANDOVER names, and the variable out of the environment. HANDOVER_NONE where it is not set;
 * ERR_INPUT where it names what are no sockets. */
int handover_take(struct handover *ret_handover, struct err *err);

/* Asks for public.db. whole: it has to be made anew, the old process must have ended. Answers once it may. */
int handover_ask(const struct handover *handover, bool whole, struct err *err);
/* Then it lets go of the control socket, which stays open until then: its end tells the old process that this one has
 * ended, and said why. Nothing where nobody is replaced. */
void handover_tell_ready(struct handover *handover);

/* ---- the old process ---- */

struct handover_giver {
	void (*stop_writing)(void *context);
	int (*write_again)(void *context, struct err *err); /* the new one has failed */
	void *context;
};

/* Starts the program and waits until it serves, or (answer HANDOVER_ALL) wants this process to be through: then
 * *ret_control is to stay open until all is closed. *ret_pid: of the new process. */
#define HANDOVER_ALL 1
int handover_give(const struct handover *sockets, const struct handover_giver *giver, int *ret_control, int *ret_pid,
		  struct err *err);

#endif
