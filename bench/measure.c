/*
 * Runs a program and tells what it cost: measure FILE PROGRAM ARGUMENTS…
 * FILE gets one line: exit status, wall, user and system time in µs, largest resident size in KiB. Signals that end
 * a program are handed on to it. The time counted is the program's alone, as wait4(2) tells it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile pid_t child;

static void hand_on(int number)
{
	if (child > 0)
		(void)kill(child, number);
}

static long long microseconds(struct timeval time)
{
	return (long long)time.tv_sec * 1000000 + time.tv_usec;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: measure FILE PROGRAM ARGUMENTS...\n");
		return 2;
	}
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };
	sigset_t handled, before;
	sigemptyset(&handled);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&handled, signals[i]);
	/* none is lost between fork and the handler */
	if (sigprocmask(SIG_BLOCK, &handled, &before)) {
		perror("measure");
		return 2;
	}
	struct timespec start, end;
	clock_gettime(CLOCK_MONOTONIC, &start);
	pid_t pid = fork();
	if (pid < 0) {
		perror("measure: fork");
		return 2;
	}
	if (pid == 0) {
		if (sigprocmask(SIG_SETMASK, &before, NULL))
			_exit(126);
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	child = pid;
	struct sigaction action = { .sa_handler = hand_on };
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], &action, NULL)) {
			perror("measure");
			return 2;
		}
	if (sigprocmask(SIG_SETMASK, &before, NULL)) {
		perror("measure");
		return 2;
	}
	int status;
	struct rusage usage;
	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR) {
			perror("measure: wait4");
			return 2;
		}
	clock_gettime(CLOCK_MONOTONIC, &end);
	long long wall = (long long)(end.tv_sec - start.tv_sec) * 1000000 + (end.tv_nsec - start.tv_nsec) / 1000;
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	FILE *file = fopen(argv[1], "w");
	if (!file) {
		perror(argv[1]);
		return 2;
	}
	fprintf(file, "%d %lld %lld %lld %ld\n", code, wall, microseconds(usage.ru_utime), microseconds(usage.ru_stime),
		usage.ru_maxrss);
	if (fclose(file)) {
		perror(argv[1]);
		return 2;
	}
	return code;
}
