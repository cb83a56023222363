/* Sends UDP datagrams as fast as one core can: blast ADDRESS PORT COUNT SIZE. Says the rate on standard output. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, LARGEST = 1472 };

int main(int argc, char **argv)
{
	if (argc != 5)
		return 2;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[2])) };
	long count = atol(argv[3]), size = atol(argv[4]);
	if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 || size < 0 || size > LARGEST)
		return 2;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror("blast");
		return 1;
	}
	static char payload[LARGEST];
	struct iovec data = { payload, (size_t)size };
	struct mmsghdr messages[BATCH];
	for (int i = 0; i < BATCH; i++)
		messages[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &data, .msg_iovlen = 1 } };
	struct timespec start, end;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (long left = count; left > 0;) {
		int sent = sendmmsg(fd, messages, left < BATCH ? (unsigned)left : BATCH, 0);
		if (sent > 0)
			left -= sent;
		else if (errno != ENOBUFS && errno != EAGAIN && errno != ECONNREFUSED) {
			perror("blast");
			return 1;
		}
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
	printf("sent %ld in %.3f s\n", count, seconds);
	return 0;
}
