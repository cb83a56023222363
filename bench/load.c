/*
 * The loads of the benchmark. Each says on standard output what it did and in how many seconds.
 *
 *   load udp ADDRESS PORT COUNT SIZE [RATE [EVERY]]
 *       Datagrams as fast as one core sends them, or RATE in a second; every EVERYth goes to the port after PORT.
 *   load serve PORT
 *       A TCP server: takes what comes, and answers the end of each connection with one byte. Says "ready".
 *   load stream ADDRESS PORT BYTES
 *       Sends so many bytes through one connection, with the largest segments that the kernel makes.
 *   load connections ADDRESS PORT COUNT
 *       One connection after the other, 64 bytes through each.
 *   load crowd ADDRESS PORT COUNT FLOWS PROCESSES
 *       So many processes with so many sockets among them, all alive all the time. Says "ready"; for each line on
 *       standard input COUNT small datagrams are sent, one process after the other, each by all of its sockets in turn.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, LARGEST = 1472, CHUNK = 1 << 18, SHORT = 64, MOST = 64 };

static char bytes[CHUNK];

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int failed(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	return 1;
}

static int address_of(const char *address, const char *port, struct sockaddr_in *to)
{
	*to = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
	if (inet_pton(AF_INET, address, &to->sin_addr) == 1)
		return 0;
	fprintf(stderr, "load: %s is no IPv4 address\n", address);
	return 2;
}

static int udp_socket(struct sockaddr_in to)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int udp(int argc, char **argv)
{
	struct sockaddr_in to;
	if (argc < 4 || address_of(argv[0], argv[1], &to))
		return 2;
	long count = atol(argv[2]), size = atol(argv[3]);
	double rate = argc > 4 ? atof(argv[4]) : 0;
	long every = argc > 5 ? atol(argv[5]) : 0;
	if (size < 0 || size > LARGEST)
		return 2;
	int fd = udp_socket(to);
	struct sockaddr_in rare = to;
	rare.sin_port = htons((uint16_t)(ntohs(to.sin_port) + 1));
	int rare_fd = udp_socket(rare);
	if (fd < 0 || rare_fd < 0)
		return failed("socket");
	struct iovec data = { bytes, (size_t)size };
	struct mmsghdr messages[BATCH];
	for (int i = 0; i < BATCH; i++)
		messages[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &data, .msg_iovlen = 1 } };
	double start = now();
	long next = every;
	for (long sent = 0; sent < count;) {
		if (rate > 0) {
			/* By the clock, not by the last batch: what was late is caught up with. */
			double early = start + (double)sent / rate - now();
			if (early > 0) {
				struct timespec pause = { (time_t)early, (long)((early - (double)(time_t)early) * 1e9) };
				nanosleep(&pause, NULL);
			}
		}
		long want = count - sent < BATCH ? count - sent : BATCH;
		int to_fd = fd;
		if (every > 0 && sent + want > next) {
			if (sent < next)
				want = next - sent;
			else {
				want = 1;
				to_fd = rare_fd;
			}
		}
		int got = sendmmsg(to_fd, messages, (unsigned)want, 0);
		if (got > 0) {
			sent += got;
			if (to_fd == rare_fd)
				next += every;
		}
		else if (errno != ENOBUFS && errno != EAGAIN && errno != ECONNREFUSED)
			return failed("sendmmsg");
	}
	printf("sent %ld in %.3f s\n", count, now() - start);
	close(fd);
	close(rare_fd);
	return 0;
}

static int serve(int argc, char **argv)
{
	if (argc < 1)
		return 2;
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[0])) };
	struct pollfd polled[MOST] = { { .events = POLLIN } };
	int used = 1, on = 1;
	polled[0].fd = socket(AF_INET, SOCK_STREAM, 0);
	if (polled[0].fd < 0 || setsockopt(polled[0].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(polled[0].fd, (struct sockaddr *)&at, sizeof(at)) || listen(polled[0].fd, MOST))
		return failed("listen");
	printf("ready\n");
	fflush(stdout);
	/* Until somebody ends it. */
	for (;;) {
		polled[0].events = used < MOST ? POLLIN : 0;
		if (poll(polled, (nfds_t)used, -1) < 0)
			return failed("poll");
		for (int i = used - 1; i > 0; i--) {
			if (!polled[i].revents)
				continue;
			ssize_t got = recv(polled[i].fd, bytes, sizeof(bytes), 0);
			if (got > 0)
				continue;
			if (got == 0)
				(void)send(polled[i].fd, "", 1, MSG_NOSIGNAL);
			close(polled[i].fd);
			polled[i] = polled[--used];
		}
		if (polled[0].revents && used < MOST) {
			int fd = accept(polled[0].fd, NULL, NULL);
			if (fd >= 0)
				polled[used++] = (struct pollfd){ .fd = fd, .events = POLLIN };
		}
	}
}

static int converse(struct sockaddr_in to, long size)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return failed("connect");
	while (size > 0) {
		ssize_t got = send(fd, bytes, size < CHUNK ? (size_t)size : CHUNK, MSG_NOSIGNAL);
		if (got < 0)
			return failed("send");
		size -= got;
	}
	char answer;
	if (shutdown(fd, SHUT_WR) || recv(fd, &answer, 1, 0) != 1)
		return failed("answer");
	close(fd);
	return 0;
}

static int stream(int argc, char **argv)
{
	struct sockaddr_in to;
	if (argc < 3 || address_of(argv[0], argv[1], &to))
		return 2;
	double start = now();
	if (converse(to, atol(argv[2])))
		return 1;
	printf("sent %s in %.3f s\n", argv[2], now() - start);
	return 0;
}

static int connections(int argc, char **argv)
{
	struct sockaddr_in to;
	if (argc < 3 || address_of(argv[0], argv[1], &to))
		return 2;
	double start = now();
	for (long left = atol(argv[2]); left > 0; left--)
		if (converse(to, SHORT))
			return 1;
	printf("sent %s in %.3f s\n", argv[2], now() - start);
	return 0;
}

/* What a crowd's processes share: whose turn it is, and a place for each to wait at. */
struct turn {
	_Atomic uint32_t round;
};

static void wait_for(struct turn *turn, uint32_t round)
{
	uint32_t now_at;
	while ((now_at = atomic_load(&turn->round)) != round)
		syscall(SYS_futex, &turn->round, FUTEX_WAIT, now_at, NULL, NULL, 0);
}

static void give(struct turn *turn, uint32_t round)
{
	atomic_store(&turn->round, round);
	syscall(SYS_futex, &turn->round, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* The socket of a flow: 50,000 local ports, and as many ports of the other end as it takes for more flows than that. */
static int flow_socket(struct sockaddr_in to, long flow)
{
	enum { FIRST = 10000, PORTS = 50000 };
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_port = htons((uint16_t)(FIRST + flow % PORTS)) };
	int on = 1, fd = socket(AF_INET, SOCK_DGRAM, 0);
	to.sin_port = htons((uint16_t)(ntohs(to.sin_port) + flow / PORTS));
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&from, sizeof(from)) || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return -1;
	return fd;
}

/* Sends from each of the sockets in turn. */
static int send_share(const int *fds, long flows, long count)
{
	for (long sent = 0; sent < count;) {
		if (send(fds[sent % flows], bytes, 18, 0) == 18)
			sent++;
		else if (errno != ENOBUFS && errno != EAGAIN && errno != ECONNREFUSED)
			return failed("send");
	}
	return 0;
}

/* A process of the crowd: its turn comes, it sends, it tells the next, and that for each round. Ends with its parent. */
static int member(struct turn *turns, long me, struct sockaddr_in to, long first, long flows, long count)
{
	int *fds = calloc((size_t)flows, sizeof(*fds));
	if (!fds || prctl(PR_SET_PDEATHSIG, SIGKILL))
		return failed("member");
	for (long i = 0; i < flows; i++)
		if ((fds[i] = flow_socket(to, first + i)) < 0)
			return failed("socket");
	/* ready is told along the row, as the turns are */
	for (uint32_t round = 1;; round++) {
		wait_for(&turns[me], round);
		if (round > 1 && send_share(fds, flows, count))
			return 1;
		give(&turns[me + 1], round);
	}
}

static int crowd(int argc, char **argv)
{
	struct sockaddr_in to;
	if (argc < 5 || address_of(argv[0], argv[1], &to))
		return 2;
	long count = atol(argv[2]), flows = atol(argv[3]), processes = atol(argv[4]);
	if (processes < 1 || flows < processes || count < flows)
		return 2;
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files))
		return failed("getrlimit");
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files))
		return failed("setrlimit");
	struct turn *turns = mmap(NULL, (size_t)(processes + 1) * sizeof(*turns), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (turns == MAP_FAILED)
		return failed("mmap");
	long each = flows / processes, share = count / processes;
	for (long i = 0; i < processes; i++) {
		pid_t child = fork();
		if (child < 0)
			return failed("fork");
		if (child == 0) {
			member(turns, i, to, i * each, each, share);
			/* without it the crowd is none */
			kill(getppid(), SIGTERM);
			_exit(1);
		}
	}
	char line[16];
	for (uint32_t round = 1;; round++) {
		double start = now();
		give(&turns[0], round);
		wait_for(&turns[processes], round);
		if (round == 1)
			printf("ready\n");
		else
			printf("sent %ld in %.3f s\n", share * processes, now() - start);
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			return 0;
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} loads[] = { { "udp", udp }, { "serve", serve }, { "stream", stream }, { "connections", connections },
		    { "crowd", crowd } };
	for (size_t i = 0; argc > 1 && i < sizeof(loads) / sizeof(loads[0]); i++)
		if (strcmp(argv[1], loads[i].name) == 0)
			return loads[i].run(argc - 2, argv + 2);
	fprintf(stderr, "usage: load udp|serve|stream|connections|crowd ...\n");
	return 2;
}
