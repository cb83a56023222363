/* UDP (and what behaves like it): servers that answer, receivers that do not, clients of every make.
 *
 *   udp server MODE ADDRESS PORT [WORKERS]      plain, fork (workers share a socket), reuseport, connect (one
 *                                               connected socket per peer), group GROUP-ADDRESS in place of ADDRESS
 *   udp client MODE ADDRESS PORT DATAGRAMS SIZE [SOCKETS]   plain, connect, fork, shut (gone before the answer),
 *                                               send (no answer expected), broadcast, refused (expects the error)
 */
#include "truth.h"

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LARGEST = 65000, MOST_WORKERS = 16 };

static char buffer[LARGEST];

static int receiver(const char *mode, const char *address, int port)
{
	union address at;
	parse_address(address, port, &at);
	int fd = open_socket(at.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0), yes = 1;
	bool group = strcmp(mode, "group") == 0;
	if (setsockopt(fd, SOL_SOCKET, group ? SO_REUSEADDR : SO_REUSEPORT, &yes, sizeof(yes)))
		die("setsockopt");
	do_bind(fd, &at);
	if (group && at.any.sa_family == AF_INET) {
		struct ip_mreqn join = { .imr_multiaddr = at.v4.sin_addr, .imr_ifindex = (int)if_nametoindex("eth0") };
		if (IN_MULTICAST(ntohl(at.v4.sin_addr.s_addr)) &&
		    setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &join, sizeof(join)))
			die("IP_ADD_MEMBERSHIP");
	} else if (group) {
		struct ipv6_mreq join = { .ipv6mr_multiaddr = at.v6.sin6_addr, .ipv6mr_interface = if_nametoindex("eth0") };
		if (setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &join, sizeof(join)))
			die("IPV6_JOIN_GROUP");
	}
	return fd;
}

static void answer_one(int fd)
{
	union address from;
	size_t size = do_receivefrom(fd, buffer, sizeof(buffer), &from);
	/* 'q': a datagram that wants no answer */
	if (size == 0 || buffer[0] != 'q')
		do_sendto(fd, buffer, size, &from);
}

static void serve_forever(int fd)
{
	truth_hold("in", fd);
	for (;;)
		answer_one(fd);
}

/* True for a datagram, false when standard input ended. */
static bool wait_for(int fd)
{
	struct pollfd wait[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = fd, .events = POLLIN } };
	for (;;) {
		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			die("poll");
		if (wait[1].revents)
			return true;
		if (wait[0].revents)
			return false;
	}
}

static void server(const char *mode, const char *address, int port, int workers)
{
	pid_t children[MOST_WORKERS];
	if (workers > MOST_WORKERS)
		usage("too many workers");
	bool reuseport = strcmp(mode, "reuseport") == 0;
	if (reuseport || strcmp(mode, "fork") == 0) {
		int up[2], fd = reuseport ? -1 : receiver(mode, address, port);
		char byte;
		if (pipe(up))
			die("pipe");
		for (int i = 0; i < workers; i++) {
			children[i] = do_fork();
			if (children[i] == 0) {
				if (reuseport)
					fd = receiver(mode, address, port);
				end_when_idle();
				if (write(up[1], "x", 1) != 1)
					die("write");
				serve_forever(fd);
			}
		}
		for (int i = 0; i < workers; i++)
			if (read(up[0], &byte, 1) != 1)
				die("read");
		say_ready();
		wait_for_end();
		end_children(children, workers);
		return;
	}
	int fd = receiver(mode, address, port);
	truth_hold("in", fd);
	say_ready();
	while (wait_for(fd)) {
		if (strcmp(mode, "group") == 0) {
			union address from;
			do_receivefrom(fd, buffer, sizeof(buffer), &from);
			if (puts("got") < 0 || fflush(stdout))
				die("standard output");
		} else {
			answer_one(fd);
		}
	}
}

static int client_socket(const union address *to)
{
	int fd = open_socket(to->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	/* a port of its own from the beginning, so that the log can tell it; connect() still chooses the address */
	bind_any(fd, to->any.sa_family, 0);
	int device = (int)if_nametoindex("eth0");
	struct ip_mreqn from = { .imr_ifindex = device };
	if (to->any.sa_family == AF_INET && IN_MULTICAST(ntohl(to->v4.sin_addr.s_addr))) {
		if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &from, sizeof(from)))
			die("IP_MULTICAST_IF");
	} else if (to->any.sa_family == AF_INET6 && IN6_IS_ADDR_MULTICAST(&to->v6.sin6_addr)) {
		if (setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &device, sizeof(device)))
			die("IPV6_MULTICAST_IF");
	}
	return fd;
}

static void client(const char *mode, const union address *to, int datagrams, size_t size)
{
	int fd = client_socket(to), yes = 1;
	bool connected = strcmp(mode, "connect") == 0 || strcmp(mode, "refused") == 0;
	union address from;
	if (connected)
		do_connect(fd, to);
	if (strcmp(mode, "broadcast") == 0 && setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof(yes)))
		die("SO_BROADCAST");
	bool answered = connected || strcmp(mode, "plain") == 0 || strcmp(mode, "fork") == 0;
	memset(buffer, answered || strcmp(mode, "shut") == 0 ? 'd' : 'q', size);
	for (int i = 0; i < datagrams; i++) {
		if (connected)
			do_send(fd, buffer, size);
		else
			do_sendto(fd, buffer, size, to);
		if (strcmp(mode, "refused") == 0) {
			struct pollfd error = { .fd = fd };
			if (poll(&error, 1, 10000) != 1 || recv(fd, buffer, 1, 0) != -1 || errno != ECONNREFUSED)
				usage("no error came");
		} else if (connected) {
			if (do_receive(fd, buffer, size) != size)
				usage("short answer");
		} else if (answered) {
			if (do_receivefrom(fd, buffer, sizeof(buffer), &from) != size)
				usage("short answer");
		}
	}
	do_close(fd);
}

int main(int argc, char **argv)
{
	truth_process();
	if (argc >= 5 && strcmp(argv[1], "server") == 0) {
		server(argv[2], argv[3], atoi(argv[4]), argc > 5 ? atoi(argv[5]) : 1);
	} else if (argc >= 7 && strcmp(argv[1], "client") == 0) {
		union address to;
		parse_address(argv[3], atoi(argv[4]), &to);
		int size = atoi(argv[6]), sockets = argc > 7 ? atoi(argv[7]) : 1;
		if (size < 1 || size > LARGEST)
			usage("size");
		for (int i = 0; i < sockets; i++) {
			pid_t child = strcmp(argv[2], "fork") == 0 ? do_fork() : -1;
			if (child > 0) {
				reap(child);
				continue;
			}
			client(argv[2], &to, atoi(argv[5]), (size_t)size);
			if (child == 0)
				_exit(0);
		}
	} else {
		usage("udp server MODE ADDRESS PORT [WORKERS] | client MODE ADDRESS PORT DATAGRAMS SIZE [SOCKETS]");
	}
	return 0;
}
