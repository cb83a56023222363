/* Processes that are hard to name. Each sends datagrams of 20 bytes to ADDRESS PORT, from new sockets.
 *
 *   process chain ADDRESS PORT N       sends, executes itself with N - 1, until 0: exec in place
 *   process rename ADDRESS PORT NAME   sends, renames itself, sends, names a thread that sends
 *   process brief ADDRESS PORT COUNT   COUNT children that execute "once" and are gone at once
 *   process once ADDRESS PORT          sends one
 *   process user ADDRESS PORT UID      sends, becomes another user, sends from the same socket and from a new one
 *   process space ADDRESS PORT         a child that is pid 1 of a pid namespace, and its child, send
 *   process reuse ADDRESS PORT COUNT   COUNT children with one pid, one after the other, each with a name of its own
 *   process orphan ADDRESS PORT        a grandchild whose parent has ended sends (says "done" before it does)
 *   process urgent ADDRESS PORT COUNT  URGENT children send COUNT each, one of them with a real-time priority: where the
 *                                      kernel can be preempted it comes between the others' sends
 *   process args ADDRESS PORT TEXT...  sends
 */
#include "truth.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { ATTEMPTS = 50, URGENT = 4 };

static union address to;

static int send_once(void)
{
	char data[20];
	memset(data, 'q', sizeof(data));
	int fd = open_socket(to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bind_any(fd, to.any.sa_family, 0);
	do_sendto(fd, data, sizeof(data), &to);
	return fd;
}

static void *named_thread(void *name)
{
	if (prctl(PR_SET_NAME, name))
		die("PR_SET_NAME");
	do_close(send_once());
	return NULL;
}

static void rename_self(const char *name)
{
	do_close(send_once());
	if (prctl(PR_SET_NAME, name))
		die("PR_SET_NAME");
	do_close(send_once());
	pthread_t thread;
	if (pthread_create(&thread, NULL, named_thread, "a-thread") || pthread_join(thread, NULL))
		usage("no thread");
	do_close(send_once());
}

static void brief(char **argv, int count)
{
	char *arguments[] = { argv[0], "once", argv[2], argv[3], NULL };
	for (int i = 0; i < count; i++) {
		pid_t child;
		int error = posix_spawn(&child, argv[0], NULL, NULL, arguments, environ);
		if (error) {
			errno = error;
			die("posix_spawn");
		}
		reap(child);
	}
}

static void other_user(int uid)
{
	char data[20];
	memset(data, 'q', sizeof(data));
	int fd = send_once();
	if (setuid((uid_t)uid))
		die("setuid");
	truth_process();
	do_sendto(fd, data, sizeof(data), &to);
	do_close(fd);
	do_close(send_once());
}

static void pid_space(void)
{
	if (unshare(CLONE_NEWPID))
		die("unshare");
	pid_t first = do_fork();
	if (first == 0) {
		do_close(send_once());
		pid_t second = do_fork();
		if (second == 0) {
			do_close(send_once());
			_exit(0);
		}
		reap(second);
		_exit(0);
	}
	reap(first);
}

/* The children begin together. */
static void urgent(int count)
{
	pid_t children[URGENT];
	int start[2];
	if (pipe(start))
		die("pipe");
	for (int i = 0; i < URGENT; i++) {
		children[i] = do_fork();
		if (children[i])
			continue;
		struct sched_param parameter = { .sched_priority = 1 };
		if (i == 0 && sched_setscheduler(0, SCHED_FIFO, &parameter))
			_exit(NOT_THERE);
		char byte;
		close(start[1]);
		if (read(start[0], &byte, 1) != 0)
			die("read");
		for (int sent = 0; sent < count; sent++) {
			do_close(send_once());
			/* times that have nothing to do with each other */
			struct timespec time = { .tv_nsec = 300000 + sent % 7 * 90000 };
			if (i == 0)
				nanosleep(&time, NULL);
		}
		_exit(0);
	}
	close(start[0]);
	close(start[1]);
	for (int i = 0; i < URGENT; i++)
		reap(children[i]);
}

static long last_pid(long set)
{
	char text[32];
	int fd = open("/proc/sys/kernel/ns_last_pid", set ? O_WRONLY | O_CLOEXEC : O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("ns_last_pid");
	if (set) {
		int length = snprintf(text, sizeof(text), "%ld", set);
		if (write(fd, text, (size_t)length) != length)
			die("ns_last_pid");
	} else {
		ssize_t length = read(fd, text, sizeof(text) - 1);
		if (length < 0)
			die("ns_last_pid");
		text[length] = 0;
		set = atol(text);
	}
	close(fd);
	return set;
}

/* The next process gets the pid behind ns_last_pid if it is free and nobody else forks meanwhile: else once more. */
static void reuse(int count)
{
	pid_t wanted = 0;
	long highest = last_pid(0);
	for (int i = 0; i < count; i++) {
		for (int attempt = 0;; attempt++) {
			if (attempt == ATTEMPTS)
				usage("the pid could not be had again");
			if (wanted)
				last_pid(wanted - 1);
			int hold[2];
			char byte;
			if (pipe2(hold, O_CLOEXEC))
				die("pipe");
			pid_t child = fork();
			if (child < 0)
				die("fork");
			if (child == 0) {
				close(hold[1]);
				if (read(hold[0], &byte, 1) == 1) {
					char name[16];
					snprintf(name, sizeof(name), "life-%d", i);
					if (prctl(PR_SET_NAME, name))
						die("PR_SET_NAME");
					truth_process();
					do_close(send_once());
				}
				_exit(0);
			}
			close(hold[0]);
			bool mine = wanted == 0 || child == wanted;
			if (mine && write(hold[1], "x", 1) != 1)
				die("write");
			close(hold[1]);
			reap(child);
			if (mine) {
				wanted = child;
				break;
			}
		}
	}
	/* pids go on where they would have */
	if (last_pid(0) < highest)
		last_pid(highest);
}

static void orphan(void)
{
	int gone[2], born[2];
	char byte;
	if (pipe2(gone, O_CLOEXEC) || pipe2(born, O_CLOEXEC))
		die("pipe");
	pid_t child = do_fork();
	if (child == 0) {
		if (do_fork() == 0) {
			/* it has told who its parent is: now that may go */
			if (write(born[1], "x", 1) != 1)
				die("write");
			/* ends when the parent has: then the end of the pipe that it holds is closed */
			close(gone[1]);
			if (read(gone[0], &byte, 1) != 0)
				usage("the parent should be gone");
			do_close(send_once());
			if (write(STDOUT_FILENO, "done\n", 5) != 5)
				die("standard output");
		} else if (read(born[0], &byte, 1) != 1) {
			die("read");
		}
		_exit(0);
	}
	close(gone[1]);
	close(gone[0]);
	reap(child);
}

int main(int argc, char **argv)
{
	truth_process();
	if (argc < 4)
		usage("process chain|rename|brief|once|user|space|urgent|reuse|orphan|args ADDRESS PORT ...");
	const char *how = argv[1];
	int number = argc > 4 ? atoi(argv[4]) : 0;
	parse_address(argv[2], atoi(argv[3]), &to);
	if (strcmp(how, "chain") == 0) {
		do_close(send_once());
		if (number > 0) {
			char left[16];
			snprintf(left, sizeof(left), "%d", number - 1);
			execl(argv[0], argv[0], how, argv[2], argv[3], left, (char *)NULL);
			die("execl");
		}
	} else if (strcmp(how, "rename") == 0 && argc == 5) {
		rename_self(argv[4]);
	} else if (strcmp(how, "brief") == 0) {
		brief(argv, number);
	} else if (strcmp(how, "user") == 0) {
		other_user(number);
	} else if (strcmp(how, "space") == 0) {
		pid_space();
	} else if (strcmp(how, "urgent") == 0) {
		urgent(number);
	} else if (strcmp(how, "reuse") == 0) {
		reuse(number);
	} else if (strcmp(how, "orphan") == 0) {
		orphan();
	} else {
		do_close(send_once());
	}
	return 0;
}
