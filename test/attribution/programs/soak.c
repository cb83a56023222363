/* Many short connections: a server forked beforehand, clients that fork a child per connection.
 *
 *   soak server ADDRESS PORT PORTS WORKERS                until standard input ends; worker i accepts on port i % PORTS
 *   soak client ADDRESS PORT PORTS LANES RATE SECONDS     RATE connections per second in all; says how many it made
 *
 * A connection is logged as one use from end to end, and its accept. */
#include "truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REQUEST = 60, ANSWER = 300, MOST = 64 };

static void work(int listener)
{
	char request[REQUEST], answer[ANSWER];
	memset(answer, 'a', sizeof(answer));
	end_when_idle();
	truth_hold("in", listener);
	for (;;) {
		int fd = do_accept(listener, true);
		double start = now();
		if (recv(fd, request, sizeof(request), MSG_WAITALL) != sizeof(request))
			die("recv");
		if (send(fd, answer, sizeof(answer), MSG_NOSIGNAL) != sizeof(answer))
			die("send");
		/* the client closes first */
		if (recv(fd, request, 1, 0) != 0)
			usage("the client should have closed");
		truth("use", fd, start);
		if (close(fd))
			die("close");
	}
}

static void server(const char *address, int port, int ports, int workers)
{
	int listeners[MOST];
	pid_t children[MOST];
	if (ports > MOST || workers > MOST || ports < 1)
		usage("too many");
	for (int i = 0; i < ports; i++)
		listeners[i] = open_listener(address, port + i, false, 0);
	for (int i = 0; i < workers; i++) {
		children[i] = do_fork();
		if (children[i] == 0)
			work(listeners[i % ports]);
	}
	say_ready();
	wait_for_end();
	end_children(children, workers);
}

static void converse(const union address *to)
{
	char request[REQUEST], answer[ANSWER];
	memset(request, 'r', sizeof(request));
	double start = now();
	int fd = socket(to->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, &to->any, address_length(to)))
		die("connect");
	if (send(fd, request, sizeof(request), MSG_NOSIGNAL) != sizeof(request))
		die("send");
	if (recv(fd, answer, sizeof(answer), MSG_WAITALL) != sizeof(answer))
		die("recv");
	if (shutdown(fd, SHUT_WR) || recv(fd, answer, 1, 0) != 0)
		die("end");
	truth("use", fd, start);
	close(fd);
}

static int lane(const char *address, int port, int ports, double rate, double seconds)
{
	union address to;
	double start = now();
	int made = 0;
	while (now() < start + seconds) {
		parse_address(address, port + made % ports, &to);
		pid_t child = fork();
		if (child < 0)
			die("fork");
		if (child == 0) {
			converse(&to);
			_exit(0);
		}
		reap(child);
		made++;
		double early = start + made / rate - now();
		if (early > 0)
			pause_ms((int)(early * 1000));
	}
	return made;
}

int main(int argc, char **argv)
{
	truth_process();
	if (argc == 6 && strcmp(argv[1], "server") == 0) {
		server(argv[2], atoi(argv[3]), atoi(argv[4]), atoi(argv[5]));
		return 0;
	}
	if (argc != 8 || strcmp(argv[1], "client") != 0)
		usage("soak server ADDRESS PORT PORTS WORKERS | client ADDRESS PORT PORTS LANES RATE SECONDS");
	int lanes = atoi(argv[5]), results[2], made, total = 0;
	pid_t children[MOST];
	if (lanes > MOST || pipe(results))
		die("lanes");
	double start = now();
	for (int i = 0; i < lanes; i++) {
		children[i] = fork();
		if (children[i] < 0)
			die("fork");
		if (children[i] == 0) {
			made = lane(argv[2], atoi(argv[3]), atoi(argv[4]), atof(argv[6]) / lanes, atof(argv[7]));
			_exit(write(results[1], &made, sizeof(made)) == sizeof(made) ? 0 : 1);
		}
	}
	for (int i = 0; i < lanes; i++) {
		reap(children[i]);
		if (read(results[0], &made, sizeof(made)) != sizeof(made))
			die("read");
		total += made;
	}
	printf("%d connections in %.2f s\n", total, now() - start);
	return 0;
}
