#include "http/connection.h"

#include <stdlib.h>

#define ASKED_OFTEN 64

struct improvement {
	struct job job;
	struct http_server *server;
	struct page *page;
};

static void end(struct job *job)
{
	struct improvement *improvement = (struct improvement *)job;
	page_release(improvement->page);
	atomic_store(&improvement->server->improving, false);
	free(improvement);
}

static void run(struct job *job, void *worker)
{
	struct improvement *improvement = (struct improvement *)job;
	(void)worker;
	page_make_form(improvement->page, CODING_GZIP, true);
	page_make_form(improvement->page, CODING_BROTLI, true);
	end(job);
}

void improve_maybe(struct http_server *server, struct page *page)
{
	if (!page->compressible || page->policy != CACHE_PUBLIC ||
	    atomic_fetch_add_explicit(&page->asked, 1, memory_order_relaxed) < ASKED_OFTEN ||
	    atomic_load_explicit(&page->improving, memory_order_relaxed))
		return;
	/* one at a time, and not while requests wait */
	if (atomic_exchange(&server->improving, true))
		return;
	struct improvement *improvement = NULL;
	if (queue_depth(server->queue) == 0 && !atomic_exchange(&page->improving, true))
		improvement = calloc(1, sizeof *improvement);
	if (improvement) {
		*improvement = (struct improvement){{.run = run, .drop = end}, server, page_keep(page)};
		if (!queue_push(server->queue, &improvement->job)) {
			atomic_store(&page->improving, false);
			end(&improvement->job);
		}
	} else {
		atomic_store(&server->improving, false);
	}
}
