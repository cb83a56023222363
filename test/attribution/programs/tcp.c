/* TCP servers and clients of every make. The first byte of a request (REQUEST bytes) says what the server does:
 * e: answers (ANSWER bytes); c: answers and closes first; h: waits for the client's FIN, then answers in pieces;
 * l: answers twice when the client has already gone.
 *
 *   tcp server MODE ADDRESS PORT [WORKERS]   until standard input ends; says "ready"
 *   tcp client MODE ADDRESS PORT REQUESTS CONNECTIONS PAUSE   REQUESTS: a letter per request; PAUSE: ms before each
 *   tcp serve FD | tcp continue FD REQUESTS PAUSE             what a server or client executes with an open socket
 */
#include "truth.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

enum { REQUEST = 100, ANSWER = 200, PIECES = 3, MOST_WORKERS = 16, MOST_CONNECTIONS = 1024, MPTCP = 262 };

static const char *self;
/* Connections that threads have and have not closed yet. */
static int busy;

/* The client has closed: the first answer is refused, the second fails. */
static void answer_late(int fd)
{
	char byte = 'a';
	if (do_receive(fd, &byte, 1) != 0)
		usage("the client should have closed");
	double start = now();
	if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1)
		die("send");
	truth("send", fd, start);
	start = now();
	if (recv(fd, &byte, 1, 0) != 0 && errno != ECONNRESET)
		die("recv");
	truth("recv", fd, start);
	struct pollfd reset = { .fd = fd };
	if (poll(&reset, 1, 10000) != 1 || !(reset.revents & (POLLHUP | POLLERR)))
		usage("no reset came");
}

static void serve(int fd)
{
	char request[REQUEST], answer[ANSWER];
	memset(answer, 'a', sizeof(answer));
	while (do_receive(fd, request, sizeof(request)) == sizeof(request)) {
		if (request[0] == 'h') {
			if (do_receive(fd, request, 1) != 0)
				usage("the client should have closed its half");
			for (int i = 0; i < PIECES; i++) {
				do_send(fd, answer, sizeof(answer));
				pause_ms(1);
			}
			break;
		}
		if (request[0] == 'l') {
			answer_late(fd);
			break;
		}
		do_send(fd, answer, sizeof(answer));
		if (request[0] == 'c')
			break;
	}
	do_close(fd);
}

static void converse(int fd, const char *requests, int pause)
{
	char request[REQUEST], answer[ANSWER];
	memset(request, 'r', sizeof(request));
	for (const char *at = requests; *at; at++) {
		if (pause)
			pause_ms(pause);
		request[0] = *at;
		do_send(fd, request, sizeof(request));
		if (*at == 'h')
			do_shutdown(fd, SHUT_WR);
		if (*at == 'l')
			return;
		for (int i = 0; i < (*at == 'h' ? PIECES : 1); i++)
			if (do_receive(fd, answer, sizeof(answer)) != sizeof(answer))
				usage("the server closed too early");
		if (*at != 'e') {
			if (do_receive(fd, answer, 1) != 0)
				usage("the server should have closed");
			break;
		}
	}
}

/* Passes the descriptor along with one byte; what is passed stays open here. */
static void pass(int channel, int fd)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	char byte = 'x';
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof(control.room) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(channel, &message, 0) != 1)
		die("sendmsg");
}

/* -1 when the other side has closed. */
static int take(int channel)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	char byte;
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof(control.room) };
	ssize_t n = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
	if (n < 0)
		die("recvmsg");
	if (n == 0)
		return -1;
	int fd;
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		usage("no descriptor came");
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/* By sendfile(2) and splice(2) alone, and only the side that the mode names: s: sends, r: receives. */
static void serve_spliced(int fd, bool sends)
{
	char request[REQUEST], answer[ANSWER];
	memset(answer, 'a', sizeof(answer));
	int file = memfd_create("answer", MFD_CLOEXEC), through[2];
	if (file < 0 || pipe2(through, O_CLOEXEC) || write(file, answer, sizeof(answer)) != sizeof(answer))
		die("memfd");
	for (;;) {
		double start;
		ssize_t n;
		if (sends) {
			if (do_receive(fd, request, sizeof(request)) == 0)
				break;
		} else {
			start = now();
			n = splice(fd, NULL, through[1], NULL, sizeof(request), SPLICE_F_MOVE);
			if (n < 0)
				die("splice");
			truth("recv", fd, start);
			if (n == 0)
				break;
			if (read(through[0], request, sizeof(request)) != n)
				die("read");
		}
		start = now();
		off_t from = 0;
		if (sends && sendfile(fd, file, &from, sizeof(answer)) != sizeof(answer))
			die("sendfile");
		if (!sends && (write(through[1], answer, sizeof(answer)) != sizeof(answer) ||
			       splice(through[0], NULL, fd, NULL, sizeof(answer), SPLICE_F_MOVE) != sizeof(answer)))
			die("splice");
		truth("send", fd, start);
	}
	do_close(fd);
}

/* Sends a file to whoever connects, without reading anything. */
static void serve_file(int fd)
{
	char answer[ANSWER];
	memset(answer, 'a', sizeof(answer));
	int file = memfd_create("answer", MFD_CLOEXEC);
	if (file < 0 || write(file, answer, sizeof(answer)) != sizeof(answer))
		die("memfd");
	double start = now();
	off_t from = 0;
	if (sendfile(fd, file, &from, sizeof(answer)) != sizeof(answer))
		die("sendfile");
	truth("send", fd, start);
	do_close(fd);
}

/* Answers, and leaves it to the end of the process to close the connection. */
static void serve_once(int fd)
{
	char request[REQUEST], answer[ANSWER];
	memset(answer, 'a', sizeof(answer));
	if (do_receive(fd, request, sizeof(request)) != sizeof(request))
		usage("no request");
	do_send(fd, answer, sizeof(answer));
}

static void execute(const char *command, int fd, const char *requests, const char *pause)
{
	char number[16];
	snprintf(number, sizeof(number), "%d", fd);
	if (fcntl(fd, F_SETFD, 0))
		die("fcntl");
	execl(self, self, command, number, requests, pause, (char *)NULL);
	die("execl");
}

/* Waits for a connection; -1 when standard input ended. */
static int next_connection(int listener)
{
	struct pollfd wait[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = listener, .events = POLLIN } };
	for (;;) {
		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			die("poll");
		if (wait[1].revents)
			return do_accept(listener, true);
		if (wait[0].revents)
			return -1;
	}
}

/* Else the process would end in the midst of what its threads do. */
static void wait_for_threads(void)
{
	while (__atomic_load_n(&busy, __ATOMIC_SEQ_CST) > 0)
		pause_ms(1);
}

static void start_thread(void *(*body)(void *), void *argument)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, body, argument) || pthread_detach(thread))
		usage("no thread");
}

static void *serve_thread(void *argument)
{
	serve((int)(intptr_t)argument);
	__atomic_sub_fetch(&busy, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

/* The pool takes connections from a pipe. */
static int pool[2];

static void *pool_thread(void *argument)
{
	(void)argument;
	for (int fd; read(pool[0], &fd, sizeof(fd)) == sizeof(fd);)
		serve_thread((void *)(intptr_t)fd);
	return NULL;
}

static void *accept_thread(void *argument)
{
	int listener = (int)(intptr_t)argument;
	truth_hold("in", listener);
	for (;;) {
		int fd = do_accept(listener, false);
		__atomic_add_fetch(&busy, 1, __ATOMIC_SEQ_CST);
		serve_thread((void *)(intptr_t)fd);
	}
	return NULL;
}

/* One process reads, another writes. */
static void serve_split(int fd)
{
	int turn[2];
	if (pipe(turn))
		die("pipe");
	pid_t child = do_fork();
	char buffer[ANSWER];
	memset(buffer, 'a', sizeof(buffer));
	if (child == 0) {
		close(turn[0]);
		while (do_receive(fd, buffer, REQUEST) == REQUEST)
			if (write(turn[1], "x", 1) != 1)
				die("write");
		_exit(0);
	}
	close(turn[1]);
	while (read(turn[0], buffer, 1) == 1) {
		buffer[0] = 'a';
		do_send(fd, buffer, ANSWER);
	}
	close(turn[0]);
	reap(child);
	do_close(fd);
}

/* Until standard input ends, or for ever; `several` processes share the listener. */
static void serve_events(int listener, bool several)
{
	int poller = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = { .events = EPOLLIN | (several ? EPOLLEXCLUSIVE : 0), .data.fd = listener };
	struct epoll_event end = { .events = EPOLLIN, .data.fd = STDIN_FILENO };
	if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) ||
	    (!several && epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &end)))
		die("epoll");
	if (several && fcntl(listener, F_SETFL, O_NONBLOCK))
		die("fcntl");
	char request[REQUEST], answer[ANSWER];
	memset(answer, 'a', sizeof(answer));
	for (;;) {
		if (epoll_wait(poller, &event, 1, -1) < 1)
			die("epoll_wait");
		int fd = event.data.fd;
		if (fd == STDIN_FILENO)
			return;
		if (fd == listener) {
			int accepted = do_accept(listener, several); /* or another process was quicker */
			if (accepted < 0)
				continue;
			event = (struct epoll_event){ .events = EPOLLIN, .data.fd = accepted };
			if (epoll_ctl(poller, EPOLL_CTL_ADD, event.data.fd, &event))
				die("epoll_ctl");
		} else if (do_receive(fd, request, sizeof(request)) == sizeof(request)) {
			do_send(fd, answer, sizeof(answer));
		} else {
			do_close(fd);
		}
	}
}

static void server(const char *mode, const char *address, int port, int workers)
{
	pid_t children[MOST_WORKERS];
	if (workers > MOST_WORKERS)
		usage("too many workers");
	signal(SIGCHLD, SIG_DFL);
	int protocol = strcmp(mode, "mptcp") == 0 ? MPTCP : 0;
	if (strcmp(mode, "reuseport") == 0) {
		int up[2];
		char byte;
		if (pipe(up))
			die("pipe");
		for (int i = 0; i < workers; i++) {
			children[i] = do_fork();
			if (children[i] == 0) {
				int listener = open_listener(address, port, true, 0);
				end_when_idle();
				truth_hold("in", listener);
				if (write(up[1], "x", 1) != 1)
					die("write");
				for (;;)
					serve(do_accept(listener, true));
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
	int listener = open_listener(address, port, false, protocol);
	if (strcmp(mode, "prefork") == 0 || strcmp(mode, "workers") == 0) {
		for (int i = 0; i < workers; i++) {
			children[i] = do_fork();
			if (children[i] == 0) {
				/* who waits with epoll waits elsewhere, and has logged what it did by then */
				if (mode[0] != 'w')
					end_when_idle();
				truth_hold("in", listener);
				if (mode[0] == 'w')
					serve_events(listener, true);
				for (;;)
					serve(do_accept(listener, true));
			}
		}
		say_ready();
		wait_for_end();
		end_children(children, workers);
		return;
	}
	if (strcmp(mode, "acceptors") == 0) {
		for (int i = 0; i < workers; i++)
			start_thread(accept_thread, (void *)(intptr_t)listener);
		say_ready();
		wait_for_end();
		wait_for_threads();
		return;
	}
	bool forks = strcmp(mode, "fork") == 0 || strcmp(mode, "exec") == 0 || strcmp(mode, "sendfile") == 0 ||
		     strcmp(mode, "splice") == 0 || strcmp(mode, "file") == 0 || strcmp(mode, "exits") == 0;
	int channel[2] = { -1, -1 };
	if (strcmp(mode, "pool") == 0) {
		if (pipe(pool))
			die("pipe");
		for (int i = 0; i < workers; i++)
			start_thread(pool_thread, NULL);
	} else if (strcmp(mode, "pass") == 0) {
		if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, channel))
			die("socketpair");
		children[0] = do_fork();
		if (children[0] == 0) {
			close(channel[0]);
			close(listener);
			for (int fd; (fd = take(channel[1])) >= 0;)
				serve(fd);
			_exit(0);
		}
		close(channel[1]);
	} else if (forks) {
		signal(SIGCHLD, SIG_IGN);
	}
	say_ready();
	if (strcmp(mode, "events") == 0) {
		serve_events(listener, false);
		return;
	}
	for (int fd; (fd = next_connection(listener)) >= 0;) {
		if (strcmp(mode, "plain") == 0 || protocol) {
			serve(fd);
		} else if (strcmp(mode, "thread") == 0) {
			__atomic_add_fetch(&busy, 1, __ATOMIC_SEQ_CST);
			start_thread(serve_thread, (void *)(intptr_t)fd);
		} else if (strcmp(mode, "pool") == 0) {
			__atomic_add_fetch(&busy, 1, __ATOMIC_SEQ_CST);
			if (write(pool[1], &fd, sizeof(fd)) != sizeof(fd))
				die("write");
		} else if (strcmp(mode, "pass") == 0) {
			pass(channel[0], fd);
			do_drop(fd);
		} else if (strcmp(mode, "split") == 0) {
			serve_split(fd);
		} else if (forks) {
			if (do_fork() == 0) {
				if (strcmp(mode, "exec") == 0)
					execute("serve", fd, NULL, NULL);
				else if (strcmp(mode, "sendfile") == 0)
					serve_spliced(fd, true);
				else if (strcmp(mode, "splice") == 0)
					serve_spliced(fd, false);
				else if (strcmp(mode, "file") == 0)
					serve_file(fd);
				else if (strcmp(mode, "exits") == 0)
					serve_once(fd);
				else
					serve(fd);
				_exit(0);
			}
			do_drop(fd);
		} else {
			usage("unknown mode of a server");
		}
	}
	wait_for_threads();
	if (channel[0] >= 0) {
		close(channel[0]);
		reap(children[0]);
	}
}

struct client {
	union address to;
	const char *requests;
	int pause;
};

static void *client_thread(void *argument)
{
	const struct client *client = argument;
	int fd = open_socket(client->to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	do_connect(fd, &client->to);
	converse(fd, client->requests, client->pause);
	do_close(fd);
	return NULL;
}

struct conversation {
	int fd;
	const struct client *client;
};

static void *converse_thread(void *argument)
{
	const struct conversation *talk = argument;
	converse(talk->fd, talk->client->requests, talk->client->pause);
	return NULL;
}

static void client(const char *mode, const struct client *client, int connections, const char *pause)
{
	pthread_t threads[MOST_CONNECTIONS];
	int channel[2] = { -1, -1 };
	pid_t child = 0;
	if (connections > MOST_CONNECTIONS)
		usage("too many connections");
	if (strcmp(mode, "pass") == 0) {
		if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, channel))
			die("socketpair");
		child = do_fork();
		if (child == 0) {
			close(channel[0]);
			for (int fd; (fd = take(channel[1])) >= 0; do_close(fd))
				converse(fd, client->requests, client->pause);
			_exit(0);
		}
		close(channel[1]);
	}
	for (int i = 0; i < connections; i++) {
		if (strcmp(mode, "thread") == 0) {
			if (pthread_create(&threads[i], NULL, client_thread, (void *)client))
				usage("no thread");
			continue;
		}
		pid_t worker = 0;
		if (strcmp(mode, "fork") == 0 && (worker = do_fork()) != 0) {
			reap(worker);
			continue;
		}
		int fd = open_socket(client->to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, strcmp(mode, "mptcp") == 0 ? MPTCP : 0);
		if (strcmp(mode, "refused") == 0) {
			bind_any(fd, client->to.any.sa_family, 0);
			do_connect_refused(fd, &client->to);
			do_close(fd);
			continue;
		}
		do_connect(fd, &client->to);
		if (strcmp(mode, "reset") == 0) {
			struct linger now_or_never = { 1, 0 };
			converse(fd, client->requests, client->pause);
			if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &now_or_never, sizeof(now_or_never)))
				die("SO_LINGER");
			do_close(fd);
			continue;
		}
		if (strcmp(mode, "take") == 0) {
			char answer[ANSWER + 1];
			if (do_receive(fd, answer, sizeof(answer)) != ANSWER)
				usage("no answer");
			do_close(fd);
			continue;
		}
		if (strcmp(mode, "open") == 0 || strcmp(mode, "leave") == 0) {
			converse(fd, "e", 0);
			say_ready();
			wait_for_end();
			if (mode[0] == 'l') {
				/* the kernel closes it */
				converse(fd, client->requests, client->pause);
				_exit(0);
			}
		} else if (strcmp(mode, "pass") == 0) {
			pass(channel[0], fd);
			do_drop(fd);
			continue;
		} else if (strcmp(mode, "exec") == 0) {
			execute("continue", fd, client->requests, pause);
		} else if (strcmp(mode, "exit") == 0) {
			/* a thread that is gone has used it; the first thread's end closes it */
			struct conversation talk = { fd, client };
			pthread_t thread;
			if (pthread_create(&thread, NULL, converse_thread, &talk) || pthread_join(thread, NULL))
				usage("no thread");
			truth("close", fd, now());
			_exit(0);
		} else if (strcmp(mode, "inherit") == 0) {
			/* first the child converses, then the parent */
			child = do_fork();
			if (child == 0) {
				converse(fd, client->requests, client->pause);
				_exit(0);
			}
			reap(child);
		}
		converse(fd, client->requests, client->pause);
		do_close(fd);
		if (strcmp(mode, "fork") == 0)
			_exit(0);
	}
	if (strcmp(mode, "thread") == 0)
		for (int i = 0; i < connections; i++)
			pthread_join(threads[i], NULL);
	if (channel[0] >= 0) {
		close(channel[0]);
		reap(child);
	}
}

int main(int argc, char **argv)
{
	self = argv[0];
	truth_process();
	if (argc >= 5 && strcmp(argv[1], "server") == 0) {
		server(argv[2], argv[3], atoi(argv[4]), argc > 5 ? atoi(argv[5]) : 1);
	} else if (argc == 8 && strcmp(argv[1], "client") == 0) {
		struct client options = { .requests = argv[5], .pause = atoi(argv[7]) };
		parse_address(argv[3], atoi(argv[4]), &options.to);
		client(argv[2], &options, atoi(argv[6]), argv[7]);
	} else if (argc == 3 && strcmp(argv[1], "serve") == 0) {
		serve(atoi(argv[2]));
	} else if (argc == 5 && strcmp(argv[1], "continue") == 0) {
		converse(atoi(argv[2]), argv[3], atoi(argv[4]));
		do_close(atoi(argv[2]));
	} else {
		usage("tcp server MODE ADDRESS PORT [WORKERS] | client MODE ADDRESS PORT REQUESTS CONNECTIONS PAUSE");
	}
	return 0;
}
