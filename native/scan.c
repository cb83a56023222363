/* Records of a pcap file, looked through by a filter a buffer at a time: most packets are never seen outside. */
#include "addon.h"

#include <errno.h>
#include <limits.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

/* In the header of a record: seconds, fraction, captured length, length (pcap-savefile(5)). */
#define CAPTURED_AT 8
#define LENGTH_AT 12
#define SMALLEST_HEADER 16
/* No record is believed to be larger, and no sum of two such lengths wraps. */
#define LARGEST (1u << 30)
#define NUMBERS 4

static uint32_t word(const uint8_t *at, bool swapped)
{
	uint32_t value;
	memcpy(&value, at, sizeof(value));
	return swapped ? __builtin_bswap32(value) : value;
}

/* The program of four numbers for each instruction, as pcapCompile gives it; the caller frees it. NULL, and a thrown
 * error, for one that is not valid. */
static struct bpf_insn *read_program(napi_env env, napi_value value)
{
	uint8_t *data;
	size_t size;
	if (!get_bytes(env, value, &data, &size))
		return NULL;
	size_t instructions = size / (NUMBERS * sizeof(uint32_t));
	struct bpf_insn *insns = malloc((instructions + 1) * sizeof(*insns));
	if (!insns) {
		throw_errno(env, ENOMEM, "filter");
		return NULL;
	}
	const uint32_t *numbers = (const uint32_t *)data;
	for (size_t i = 0; i < instructions; i++, numbers += NUMBERS)
		insns[i] = (struct bpf_insn){ .code = (u_short)numbers[0], .jt = (u_char)numbers[1], .jf = (u_char)numbers[2],
			.k = numbers[3] };
	if (!bpf_validate(insns, (int)instructions)) {
		free(insns);
		throw_code(env, "EINVAL", "a filter is not valid");
		return NULL;
	}
	return insns;
}

/* pcapScan(bytes, start, end, swapped, header, most, program, places): number */
static napi_value scan(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint8_t *bytes, *room;
	size_t size, room_size;
	uint32_t start, end, header, most;
	bool swapped;
	if (!get_arguments(env, info, 8, argv) || !get_bytes(env, argv[0], &bytes, &size) ||
	    !get_u32(env, argv[1], &start) || !get_u32(env, argv[2], &end) || !get_bool(env, argv[3], &swapped) ||
	    !get_u32(env, argv[4], &header) || !get_u32(env, argv[5], &most) ||
	    !get_bytes(env, argv[7], &room, &room_size))
		return NULL;
	if (start > end || end > size || end > INT_MAX || header < SMALLEST_HEADER || header > LARGEST || most > LARGEST ||
	    room_size < sizeof(int32_t))
		return throw_code(env, "EINVAL", "pcapScan: out of range");
	struct bpf_insn *insns = read_program(env, argv[6]);
	if (!insns)
		return NULL;
	int32_t *places = (int32_t *)room;
	size_t found = 0, most_found = room_size / sizeof(*places) - 1;
	while (found < most_found && end - start >= header) {
		uint32_t captured = word(bytes + start + CAPTURED_AT, swapped);
		if (captured > most || end - start - header < captured)
			break;
		if (bpf_filter(insns, bytes + start + header, word(bytes + start + LENGTH_AT, swapped), captured))
			places[found++] = (int32_t)start;
		start += header + captured;
	}
	places[found] = (int32_t)start;
	free(insns);
	return make_u32(env, (uint32_t)found);
}

const struct addon_function scan_functions[] = {
	{ "pcapScan", scan },
	{ NULL, NULL },
};
