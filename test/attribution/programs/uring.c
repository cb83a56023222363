/* TCP by io_uring: uring server|client HOW ADDRESS PORT [ROUNDS], HOW plain, async (worker threads of the kernel do
 * it) or poll (a thread of the kernel takes the submissions). The server forks a child per connection, which does
 * nothing with it but by io_uring. */
#include "truth.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ENTRIES = 8, REQUEST = 100, ANSWER = 200 };

struct ring {
	int fd;
	unsigned *sq_tail, *sq_mask, *sq_array, *sq_flags, *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
	unsigned char flags;
	bool polled;
};

static void ring_open(struct ring *ring, const char *how)
{
	struct io_uring_params params = { 0 };
	ring->polled = strcmp(how, "poll") == 0;
	ring->flags = strcmp(how, "async") == 0 ? IOSQE_ASYNC : 0;
	if (ring->polled) {
		params.flags = IORING_SETUP_SQPOLL;
		params.sq_thread_idle = 1;
	}
	ring->fd = (int)syscall(SYS_io_uring_setup, ENTRIES, &params);
	if (ring->fd < 0 && (errno == ENOSYS || errno == EPERM))
		exit(NOT_THERE);
	if (ring->fd < 0)
		die("io_uring_setup");
	size_t sq_size = params.sq_off.array + params.sq_entries * sizeof(unsigned);
	size_t cq_size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
	char *sq = mmap(NULL, sq_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_SQ_RING);
	char *cq = mmap(NULL, cq_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_CQ_RING);
	ring->sqes = mmap(NULL, params.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			  ring->fd, IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || ring->sqes == MAP_FAILED)
		die("mmap");
	ring->sq_tail = (unsigned *)(sq + params.sq_off.tail);
	ring->sq_mask = (unsigned *)(sq + params.sq_off.ring_mask);
	ring->sq_flags = (unsigned *)(sq + params.sq_off.flags);
	ring->sq_array = (unsigned *)(sq + params.sq_off.array);
	ring->cq_head = (unsigned *)(cq + params.cq_off.head);
	ring->cq_tail = (unsigned *)(cq + params.cq_off.tail);
	ring->cq_mask = (unsigned *)(cq + params.cq_off.ring_mask);
	ring->cqes = (struct io_uring_cqe *)(cq + params.cq_off.cqes);
}

/* One operation, submitted and waited for; its result. */
static int ring_do(struct ring *ring, int operation, int fd, void *data, unsigned size)
{
	unsigned tail = *ring->sq_tail, index = tail & *ring->sq_mask;
	ring->sqes[index] = (struct io_uring_sqe){ .opcode = (unsigned char)operation, .flags = ring->flags, .fd = fd,
						   .addr = (uint64_t)(uintptr_t)data, .len = size };
	ring->sq_array[index] = index;
	__atomic_store_n(ring->sq_tail, tail + 1, __ATOMIC_SEQ_CST);
	unsigned flags = IORING_ENTER_GETEVENTS, submit = 1;
	if (ring->polled) {
		submit = 0;
		if (__atomic_load_n(ring->sq_flags, __ATOMIC_SEQ_CST) & IORING_SQ_NEED_WAKEUP)
			flags |= IORING_ENTER_SQ_WAKEUP;
	}
	while (syscall(SYS_io_uring_enter, ring->fd, submit, 1, flags, NULL, 0) < 0)
		if (errno != EINTR)
			die("io_uring_enter");
	unsigned head = *ring->cq_head;
	if (head == __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE))
		usage("no completion");
	int result = ring->cqes[head & *ring->cq_mask].res;
	__atomic_store_n(ring->cq_head, head + 1, __ATOMIC_RELEASE);
	return result;
}

static void ring_send(struct ring *ring, int fd, void *data, unsigned size)
{
	double start = now();
	if (ring_do(ring, IORING_OP_SEND, fd, data, size) != (int)size)
		usage("io_uring did not send");
	truth_any_thread("send", fd, start);
}

static int ring_receive(struct ring *ring, int fd, void *to, unsigned size)
{
	double start = now();
	int n = ring_do(ring, IORING_OP_RECV, fd, to, size);
	if (n < 0) {
		errno = -n;
		die("io_uring recv");
	}
	truth_any_thread("recv", fd, start);
	return n;
}

int main(int argc, char **argv)
{
	char request[REQUEST], answer[ANSWER];
	struct ring ring;
	truth_process();
	if (argc < 5)
		usage("uring server|client HOW ADDRESS PORT [ROUNDS]");
	memset(request, 'r', sizeof(request));
	memset(answer, 'a', sizeof(answer));
	if (strcmp(argv[1], "client") == 0) {
		union address to;
		parse_address(argv[3], atoi(argv[4]), &to);
		ring_open(&ring, argv[2]);
		int fd = open_socket(to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		do_connect(fd, &to);
		for (int i = 0; i < atoi(argv[5]); i++) {
			pause_ms(2);
			ring_send(&ring, fd, request, sizeof(request));
			if (ring_receive(&ring, fd, answer, sizeof(answer)) != sizeof(answer))
				usage("short answer");
		}
		do_close(fd);
		return 0;
	}
	int listener = open_listener(argv[3], atoi(argv[4]), false, 0);
	/* to say at once where there is none */
	ring_open(&ring, argv[2]);
	close(ring.fd);
	signal(SIGCHLD, SIG_IGN);
	say_ready();
	struct pollfd wait[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = listener, .events = POLLIN } };
	for (;;) {
		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			die("poll");
		if (!wait[1].revents && wait[0].revents)
			return 0;
		if (!wait[1].revents)
			continue;
		int fd = do_accept(listener, true);
		if (do_fork() == 0) {
			ring_open(&ring, argv[2]);
			while (ring_receive(&ring, fd, request, sizeof(request)) == sizeof(request))
				ring_send(&ring, fd, answer, sizeof(answer));
			do_close(fd);
			_exit(0);
		}
		do_drop(fd);
	}
}
