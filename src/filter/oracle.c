/* libpcap's own bpf_filter() and bpf_image(), for the tests to compare with.
 *
 * Standard input, host byte order:
 *   u32 packets, then per packet: u32 wire length, u32 captured length, the bytes
 *   then per program until the end: u32 instructions, the instructions (struct bpf_insn)
 * Standard output, by the argument:
 *   filter  per program and packet: u32, what bpf_filter() returned
 *   image   per instruction: a line, as bpf_image() made it
 *   time    per program: a line, the nanoseconds that bpf_filter() took per packet */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct packet {
	u_int wire, captured;
	u_char *bytes;
};

static void *read_exactly(size_t size)
{
	void *bytes = malloc(size ? size : 1);
	if (!bytes || fread(bytes, 1, size, stdin) != size)
		exit(2);
	return bytes;
}

static u_int read_u32(void)
{
	u_int *number = read_exactly(sizeof(*number));
	u_int value = *number;
	free(number);
	return value;
}

static double nanoseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

static void measure(const struct bpf_insn *program, const struct packet *packets, u_int count)
{
	double best = 1e18;
	volatile u_int sum = 0;
	for (int round = 0; round < 7; round++) {
		double start = nanoseconds();
		for (int again = 0; again < 10; again++)
			for (u_int i = 0; i < count; i++)
				sum += bpf_filter(program, packets[i].bytes, packets[i].wire, packets[i].captured);
		double took = nanoseconds() - start;
		if (took < best)
			best = took;
	}
	printf("%.2f\n", best / 10 / count);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	u_int count = read_u32();
	struct packet *packets = calloc(count + 1, sizeof(*packets));
	if (!packets)
		return 2;
	for (u_int i = 0; i < count; i++) {
		packets[i].wire = read_u32();
		packets[i].captured = read_u32();
		packets[i].bytes = read_exactly(packets[i].captured);
	}
	u_int length;
	while (fread(&length, 1, sizeof(length), stdin) == sizeof(length)) {
		struct bpf_insn *program = read_exactly(length * sizeof(*program));
		if (strcmp(mode, "image") == 0)
			for (u_int i = 0; i < length; i++)
				puts(bpf_image(&program[i], (int)i));
		else if (strcmp(mode, "time") == 0)
			measure(program, packets, count);
		else
			for (u_int i = 0; i < count; i++) {
				u_int result = bpf_filter(program, packets[i].bytes, packets[i].wire, packets[i].captured);
				fwrite(&result, sizeof(result), 1, stdout);
			}
		free(program);
	}
	return 0;
}
