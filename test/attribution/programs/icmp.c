/* Echo requests: icmp MODE ADDRESS ID COUNT, MODE ping (a ping socket) or raw. Waits for each reply. */
#include "truth.h"

#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DATA = 56 };

static uint16_t checksum(const uint8_t *bytes, size_t size)
{
	uint32_t sum = 0;
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

int main(int argc, char **argv)
{
	truth_process();
	if (argc != 5)
		usage("icmp ping|raw ADDRESS ID COUNT");
	union address to, from;
	parse_address(argv[2], 0, &to);
	bool raw = strcmp(argv[1], "raw") == 0, v6 = to.any.sa_family == AF_INET6;
	int id = atoi(argv[3]), protocol = v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	uint8_t packet[8 + DATA] = { 0 }, reply[256];
	char local[80], bare[64];
	int fd;
	if (raw) {
		/* what is logged are the ends that the packets have, not the socket that takes every echo reply there is */
		fd = socket(to.any.sa_family, SOCK_RAW | SOCK_CLOEXEC, protocol);
		if (fd < 0)
			die("socket");
		struct icmp6_filter only;
		ICMP6_FILTER_SETBLOCKALL(&only);
		ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &only);
		if (v6 && setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &only, sizeof(only)))
			die("ICMP6_FILTER");
	} else {
		fd = open_socket(to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, protocol);
		bind_any(fd, to.any.sa_family, id);
	}
	snprintf(bare, sizeof(bare), "%s", argv[2]);
	for (int sequence = 0; sequence < atoi(argv[4]); sequence++) {
		packet[0] = v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
		packet[2] = packet[3] = 0;
		packet[4] = (uint8_t)(id >> 8);
		packet[5] = (uint8_t)id;
		packet[7] = (uint8_t)sequence;
		if (!v6) {
			uint16_t sum = checksum(packet, sizeof(packet));
			memcpy(packet + 2, &sum, sizeof(sum));
		}
		double start = now();
		if (sendto(fd, packet, sizeof(packet), 0, &to.any, address_length(&to)) != sizeof(packet))
			die("sendto");
		/* the source address does not matter: the id tells */
		snprintf(local, sizeof(local), v6 ? "[::]:%d" : "0.0.0.0:%d", id);
		if (raw)
			truth_made("send", protocol, local, "", start);
		else
			truth_peer("send", fd, start, &to);
		start = now();
		for (;;) {
			socklen_t length = sizeof(from);
			ssize_t n = recvfrom(fd, reply, sizeof(reply), 0, &from.any, &length);
			if (n < 0)
				die("recvfrom");
			const uint8_t *at = raw && !v6 ? reply + (reply[0] & 15) * 4 : reply;
			if (at[0] == (v6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY) && at[4] == packet[4] && at[5] == packet[5] && at[7] == packet[7])
				break;
		}
		if (raw)
			truth_made("recv", protocol, local, "", start);
		else
			truth_peer("recv", fd, start, &from);
	}
	close(fd);
	return 0;
}
