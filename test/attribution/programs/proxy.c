/* A proxy in user space, as container engines have: proxy ADDRESS PORT TO-ADDRESS TO-PORT, one connection at a time,
 * until standard input ends. */
#include "truth.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

/* Passes on what has come; false at the end of the stream, which is passed on as well. */
static bool carry(int from, int to)
{
	char data[4096];
	double start = now();
	ssize_t n = recv(from, data, sizeof(data), 0);
	if (n < 0)
		die("recv");
	truth("recv", from, start);
	if (n > 0)
		do_send(to, data, (size_t)n);
	else
		do_shutdown(to, SHUT_WR);
	return n > 0;
}

int main(int argc, char **argv)
{
	truth_process();
	if (argc != 5)
		usage("proxy ADDRESS PORT TO-ADDRESS TO-PORT");
	union address to;
	parse_address(argv[3], atoi(argv[4]), &to);
	int listener = open_listener(argv[1], atoi(argv[2]), false, 0);
	say_ready();
	for (;;) {
		struct pollfd wait[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = listener, .events = POLLIN } };
		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			die("poll");
		if (!wait[1].revents && wait[0].revents)
			return 0;
		if (!wait[1].revents)
			continue;
		int near = do_accept(listener, true), far = open_socket(to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		do_connect(far, &to);
		struct pollfd both[2] = { { .fd = near, .events = POLLIN }, { .fd = far, .events = POLLIN } };
		/* a descriptor below 0 is left out by poll: that direction has ended */
		while (both[0].fd >= 0 || both[1].fd >= 0) {
			if (poll(both, 2, -1) < 0 && errno != EINTR)
				die("poll");
			for (int i = 0; i < 2; i++)
				if (both[i].fd >= 0 && both[i].revents && !carry(both[i].fd, i == 0 ? far : near))
					both[i].fd = -1;
		}
		do_close(near);
		do_close(far);
	}
}
