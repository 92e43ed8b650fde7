#include "main/progress.h"

#include "base/clock.h"

#include <unistd.h>

#define BAR_CELLS 30

void progress_begin(struct progress *progress, FILE *out)
{
	*progress = (struct progress){.out = out, .terminal = isatty(fileno(out)) == 1, .begun_us = clock_steady_us()};
	progress->last_us = progress->begun_us;
}

static void draw_bar(FILE *out, double share)
{
	int full = (int)(share * BAR_CELLS);

	fputs(" [", out);
	for (int i = 0; i < BAR_CELLS; i++)
		fputc(i < full ? '#' : '.', out);
	fprintf(out, "] %3d %%", (int)(share * 100));
}

void progress_show(struct progress *progress, const char *label, int64_t done, int64_t all)
{
	int64_t now_us = clock_steady_us();
	int64_t spent_s = (now_us - progress->begun_us) / 1000000;

	if (!progress->terminal || now_us - progress->begun_us < 1000000 || now_us - progress->last_us < 100000)
		return;
	progress->last_us = now_us;
	progress->drawn = true;
	fprintf(progress->out, "\r\033[K%s", label);
	if (all > 0) {
		double share = done <= 0 ? 0 : done >= all ? 1 : (double)done / (double)all;

		draw_bar(progress->out, share);
		if (share > 0 && spent_s > 2)
			fprintf(progress->out, "  %.0f s left", (double)spent_s * (1 - share) / share);
	} else {
		fprintf(progress->out, " %lld", (long long)done);
	}
	fflush(progress->out);
}

void progress_end(struct progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", progress->out);
	progress->drawn = false;
	fflush(progress->out);
}
