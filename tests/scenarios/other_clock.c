/* other_clock: loaded before the C library (LD_PRELOAD), it makes the calendar clock of one program go wrong by as many
 * microseconds as stand in the file that CRIER_OTHER_CLOCK names, an int64 that may be written at any time. Durations
 * (CLOCK_MONOTONIC) stay. libfaketime does the same, and hangs in a program with AddressSanitizer: hence the system
 * calls, which ask nobody's permission. */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const _Atomic int64_t *map_file(void)
{
	const char *path = getenv("CRIER_OTHER_CLOCK");
	long fd = path ? syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
	long at = fd < 0 ? -1 : syscall(SYS_mmap, 0L, sizeof(int64_t), (long)PROT_READ, (long)MAP_SHARED, fd, 0L);
	if (at == -1)
		abort();
	syscall(SYS_close, fd);
	return (const _Atomic int64_t *)(uintptr_t)at;
}

static int64_t offset_us(void)
{
	static const _Atomic int64_t *_Atomic mapped;
	const _Atomic int64_t *at = atomic_load(&mapped);
	if (!at) {
		at = map_file();
		atomic_store(&mapped, at);
	}
	return atomic_load(at);
}

int clock_gettime(clockid_t which, struct timespec *ret_now)
{
	if (syscall(SYS_clock_gettime, which, ret_now) != 0)
		return -1;
	if (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE) {
		int64_t us = (int64_t)ret_now->tv_sec * 1000000 + ret_now->tv_nsec / 1000 + offset_us();
		ret_now->tv_sec = us / 1000000;
		ret_now->tv_nsec = us % 1000000 * 1000;
	}
	return 0;
}

int gettimeofday(struct timeval *restrict ret_now, void *restrict zone)
{
	struct timespec now;
	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return -1;
	*ret_now = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
	return 0;
}

time_t time(time_t *ret_now)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (ret_now)
		*ret_now = now.tv_sec;
	return now.tv_sec;
}
