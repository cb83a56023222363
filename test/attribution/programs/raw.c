/* Packets made by hand.
 *
 *   raw echo ADDRESS PROTOCOL                      answers over a raw IP socket until standard input ends
 *   raw ip ADDRESS PROTOCOL COUNT                  asks over a raw IP socket, waits for the answers
 *   raw header SOURCE DESTINATION PORT COUNT       UDP with an IP header of its own (IP_HDRINCL), from PORT to PORT
 *   raw frame DEVICE MAC SOURCE DESTINATION PORT COUNT    the same in frames of its own (AF_PACKET, SOCK_RAW)
 *   raw cooked DEVICE MAC SOURCE DESTINATION PORT COUNT   the same without the Ethernet header (SOCK_DGRAM)
 *   raw ether DEVICE MAC TYPE COUNT                frames of an ethertype (hexadecimal)
 */
#include "truth.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DATA = 40, ETHERNET = 14 };

static void echo(const char *address, int protocol)
{
	union address at, from;
	parse_address(address, 0, &at);
	int fd = open_socket(at.any.sa_family, SOCK_RAW | SOCK_CLOEXEC, protocol);
	do_bind(fd, &at);
	truth_hold("in", fd);
	say_ready();
	struct pollfd wait[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = fd, .events = POLLIN } };
	char packet[256];
	for (;;) {
		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			die("poll");
		if (!wait[1].revents && wait[0].revents)
			return;
		if (!wait[1].revents)
			continue;
		size_t size = do_receivefrom(fd, packet, sizeof(packet), &from);
		size_t header = at.any.sa_family == AF_INET ? (size_t)(packet[0] & 15) * 4 : 0;
		/* 'q' asks, 'a' answers: on loopback a raw socket hears itself */
		if (size <= header || packet[header] != 'q')
			continue;
		packet[header] = 'a';
		from.v4.sin_port = 0;
		do_sendto(fd, packet + header, size - header, &from);
	}
}

static void ask(const char *address, int protocol, int count)
{
	union address to, from;
	parse_address(address, 0, &to);
	int fd = open_socket(to.any.sa_family, SOCK_RAW | SOCK_CLOEXEC, protocol);
	do_connect(fd, &to);
	char packet[256];
	for (int i = 0; i < count; i++) {
		memset(packet, 'q', DATA);
		do_send(fd, packet, DATA);
		size_t header = 0;
		do {
			do_receivefrom(fd, packet, sizeof(packet), &from);
			header = to.any.sa_family == AF_INET ? (size_t)(packet[0] & 15) * 4 : 0;
		} while (packet[header] != 'a');
	}
	do_close(fd);
}

static uint16_t checksum(const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	uint32_t sum = 0;
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)at[i] << 8 | at[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* An IPv4 packet with UDP in it; its size. */
static size_t datagram(uint8_t *to, const union address *source, const union address *destination, int id)
{
	struct iphdr ip = { .version = 4, .ihl = 5, .tot_len = htons(sizeof(ip) + sizeof(struct udphdr) + DATA), .id = htons((uint16_t)id),
			    .ttl = 64, .protocol = IPPROTO_UDP, .saddr = source->v4.sin_addr.s_addr, .daddr = destination->v4.sin_addr.s_addr };
	struct udphdr udp = { .source = source->v4.sin_port, .dest = destination->v4.sin_port, .len = htons(sizeof(udp) + DATA) };
	ip.check = checksum(&ip, sizeof(ip));
	memcpy(to, &ip, sizeof(ip));
	memcpy(to + sizeof(ip), &udp, sizeof(udp));
	memset(to + sizeof(ip) + sizeof(udp), 'q', DATA);
	return sizeof(ip) + sizeof(udp) + DATA;
}

static void parse_mac(const char *text, uint8_t *to)
{
	unsigned octets[6];
	if (sscanf(text, "%x:%x:%x:%x:%x:%x", &octets[0], &octets[1], &octets[2], &octets[3], &octets[4], &octets[5]) != 6)
		usage("not a hardware address");
	for (int i = 0; i < 6; i++)
		to[i] = (uint8_t)octets[i];
}

static void header(const char *source, const char *destination, int port, int count)
{
	union address from, to;
	char local[80], remote[80];
	uint8_t packet[256];
	parse_address(source, port, &from);
	parse_address(destination, port, &to);
	print_address(&from, local, sizeof(local));
	print_address(&to, remote, sizeof(remote));
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	if (fd < 0)
		die("socket");
	for (int i = 0; i < count; i++) {
		size_t size = datagram(packet, &from, &to, i + 1);
		double start = now();
		if (sendto(fd, packet, size, 0, &to.any, sizeof(to.v4)) != (ssize_t)size)
			die("sendto");
		truth_made("send", IPPROTO_UDP, local, remote, start);
	}
	close(fd);
}

/* Frames on a device; source NULL: nothing but the ethertype. */
static void frames(bool cooked, const char *device, const char *mac, const char *source, const char *destination, int port, int type,
		   int count)
{
	union address from, to;
	char local[80] = "", remote[80] = "";
	uint8_t frame[256] = { 0 };
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons((uint16_t)type), .sll_ifindex = (int)if_nametoindex(device), .sll_halen = 6 };
	parse_mac(mac, at.sll_addr);
	if (source) {
		parse_address(source, port, &from);
		parse_address(destination, port, &to);
		print_address(&from, local, sizeof(local));
		print_address(&to, remote, sizeof(remote));
	}
	/* protocol 0: it hears nothing */
	int fd = socket(AF_PACKET, (cooked ? SOCK_DGRAM : SOCK_RAW) | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket");
	memcpy(frame, at.sll_addr, 6);
	frame[6] = 2;
	frame[12] = (uint8_t)(type >> 8);
	frame[13] = (uint8_t)type;
	for (int i = 0; i < count; i++) {
		size_t size = ETHERNET + (source ? datagram(frame + ETHERNET, &from, &to, i + 1) : DATA);
		const uint8_t *first = cooked ? frame + ETHERNET : frame;
		size -= cooked ? ETHERNET : 0;
		double start = now();
		if (sendto(fd, first, size, 0, (struct sockaddr *)&at, sizeof(at)) != (ssize_t)size)
			die("sendto");
		truth_made("send", source ? IPPROTO_UDP : 0x10000 + type, local, remote, start);
	}
	close(fd);
}

int main(int argc, char **argv)
{
	truth_process();
	if (argc == 4 && strcmp(argv[1], "echo") == 0)
		echo(argv[2], atoi(argv[3]));
	else if (argc == 5 && strcmp(argv[1], "ip") == 0)
		ask(argv[2], atoi(argv[3]), atoi(argv[4]));
	else if (argc == 6 && strcmp(argv[1], "header") == 0)
		header(argv[2], argv[3], atoi(argv[4]), atoi(argv[5]));
	else if (argc == 8 && (strcmp(argv[1], "frame") == 0 || strcmp(argv[1], "cooked") == 0))
		frames(argv[1][0] == 'c', argv[2], argv[3], argv[4], argv[5], atoi(argv[6]), 0x0800, atoi(argv[7]));
	else if (argc == 6 && strcmp(argv[1], "ether") == 0)
		frames(false, argv[2], argv[3], NULL, NULL, 0, (int)strtol(argv[4], NULL, 16), atoi(argv[5]));
	else
		usage("raw echo|ip|header|frame|cooked|ether ...");
	return 0;
}
