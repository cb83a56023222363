/* Packets from the ring into a savefile's batch, as many as there are and whose device and owner are known: what
 * src/kernel/ring.ts, src/pipeline/live.ts and the writers of src/savefile/ do for one packet, for thousands. */
#include "addon.h"

#include <linux/types.h>
#include <string.h>
#include <unistd.h>

#include "../bpf/include/abi.h"

/* Records of the ring (kernel/bpf/ringbuf.c): a length with two bits, and a page's number. */
#define RECORD_HEADER 8
#define RECORD_BUSY 0x80000000u
#define RECORD_DISCARDED 0x40000000u

/* pcapng: an enhanced packet block, and its options epb_flags and opt_endofopt. */
#define ENHANCED_PACKET 6
#define BLOCK_HEADER 28
#define BLOCK_OVERHEAD 32
#define FLAGS_HEADER (2 | 4 << 16)
#define FLAGS_SIZE 8
#define END_SIZE 4

#define PCAP_HEADER 16

#define SECOND 1000000000u
#define WORD 4u

struct tables {
	struct bulk_device *devices; /* BULK_DEVICES */
	const struct bulk_context *contexts; /* BULK_CONTEXTS */
	const uint32_t *options;
	size_t option_words;
};

static const struct bulk_context nobody;

static struct bulk_device *device_of(const struct tables *tables, const struct record_packet *packet)
{
	struct bulk_device *device = &tables->devices[packet->ifindex % BULK_DEVICES];
	return device->ifindex == packet->ifindex && device->netns == packet->netns ? device : NULL;
}

static const struct bulk_context *context_of(const struct tables *tables, uint32_t id)
{
	if (id == 0)
		return &nobody;
	const struct bulk_context *context = &tables->contexts[id % BULK_CONTEXTS];
	if (context->context != id || context->words > tables->option_words ||
	    context->at > tables->option_words - context->words)
		return NULL;
	return context;
}

static uint8_t *put(uint8_t *to, uint32_t value)
{
	memcpy(to, &value, sizeof(value));
	return to + sizeof(value);
}

/* One packet as an enhanced packet block, as PcapngWriter.packet() writes it. The bytes written; 0: no room. */
static size_t write_block(uint8_t *to, size_t room, const struct record_packet *packet, const uint8_t *data,
			  uint64_t time, uint32_t interface, const struct bulk_context *context,
			  const uint32_t *options)
{
	size_t padded = ((size_t)packet->caplen + WORD - 1) & ~(size_t)(WORD - 1);
	size_t more = context->words * WORD;
	if (packet->direction)
		more += FLAGS_SIZE;
	if (more)
		more += END_SIZE;
	size_t total = BLOCK_OVERHEAD + padded + more;
	if (total > room)
		return 0;
	to = put(to, ENHANCED_PACKET);
	to = put(to, (uint32_t)total);
	to = put(to, interface);
	to = put(to, (uint32_t)(time >> 32));
	to = put(to, (uint32_t)time);
	to = put(to, packet->caplen);
	to = put(to, packet->len);
	memcpy(to, data, packet->caplen);
	memset(to + packet->caplen, 0, padded - packet->caplen);
	to += padded;
	memcpy(to, options, context->words * WORD);
	to += context->words * WORD;
	if (packet->direction) {
		to = put(to, FLAGS_HEADER);
		to = put(to, packet->direction == DIRECTION_IN ? 1 : 2);
	}
	if (more)
		to = put(to, 0);
	put(to, (uint32_t)total);
	return total;
}

/* One packet as pcap has it, as PcapWriter.packet() writes it. The bytes written; 0: no room. */
static size_t write_record(uint8_t *to, size_t room, const struct record_packet *packet, const uint8_t *data,
			   uint64_t time, uint32_t unit)
{
	size_t total = PCAP_HEADER + (size_t)packet->caplen;
	if (total > room)
		return 0;
	to = put(to, (uint32_t)(time / SECOND));
	to = put(to, (uint32_t)(time % SECOND) / unit);
	to = put(to, packet->caplen);
	to = put(to, packet->len);
	memcpy(to, data, packet->caplen);
	return total;
}

/* Copies until something else than such a packet comes, or no room, or nothing. What is mapped of the ring at `data` is
 * `mapped` bytes: a record that begins shortly before its end goes on behind it. */
static void copy(struct bulk *bulk, const uint64_t *producer, const uint8_t *data, size_t mapped, uint8_t *batch,
		 size_t batch_size, const struct tables *tables)
{
	uint64_t position = bulk->position;
	uint64_t produced = __atomic_load_n(producer, __ATOMIC_ACQUIRE);
	uint32_t packets = 0;
	size_t at = bulk->at;
	while (position < produced && position < bulk->end && packets < bulk->most) {
		size_t place = position & (bulk->ring - 1);
		const uint8_t *record = data + place;
		uint32_t header = __atomic_load_n((const uint32_t *)record, __ATOMIC_ACQUIRE);
		if (header & RECORD_BUSY)
			break;
		size_t length = header & ~(RECORD_BUSY | RECORD_DISCARDED);
		uint64_t next = position + ((length + RECORD_HEADER + 7) & ~(size_t)7);
		if (length > mapped - place - RECORD_HEADER || next > produced)
			break;
		if (!(header & RECORD_DISCARDED)) {
			const struct record_packet *packet = (const struct record_packet *)(record + RECORD_HEADER);
			const uint8_t *bytes = (const uint8_t *)(packet + 1);
			if (length < sizeof(*packet) || packet->kind != RECORD_PACKET ||
			    packet->caplen > length - sizeof(*packet))
				break;
			struct bulk_device *device = device_of(tables, packet);
			const struct bulk_context *context = context_of(tables, packet->context);
			if (!device || !context)
				break;
			uint64_t time = packet->time + bulk->offset;
			size_t written;
			if (bulk->format == BULK_PCAPNG)
				written = write_block(batch + at, batch_size - at, packet, bytes, time, device->interface,
						      context, tables->options + context->at);
			else
				written = write_record(batch + at, batch_size - at, packet, bytes, time,
						       bulk->format == BULK_MICROSECONDS ? 1000 : 1);
			if (!written)
				break;
			at += written;
			packets++;
			device->packets++;
		}
		position = next;
	}
	bulk->position = position;
	bulk->packets = packets;
	bulk->at = (uint32_t)at;
}

/* An array of so many bytes at least. */
static bool get_table(napi_env env, napi_value value, size_t least, uint8_t **data, size_t *length)
{
	if (!get_bytes(env, value, data, length))
		return false;
	if (*length >= least && ((uintptr_t)*data & (sizeof(uint32_t) - 1)) == 0)
		return true;
	throw_code(env, "EINVAL", "ringBulk: out of range");
	return false;
}

/* ringBulk(memory, batch, bulk, devices, contexts, options): copies packets as struct bulk says, which is brought up to
 * date. memory: the ring's page of the producer's position, its data, and some of its data once more. */
static napi_value ring_bulk(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint8_t *memory, *batch, *bulk_bytes, *devices, *contexts, *options;
	size_t memory_size, batch_size, bulk_size, devices_size, contexts_size, options_size;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	if (!get_arguments(env, info, 6, argv) || !get_table(env, argv[0], page, &memory, &memory_size) ||
	    !get_table(env, argv[1], 0, &batch, &batch_size) ||
	    !get_table(env, argv[2], sizeof(struct bulk), &bulk_bytes, &bulk_size) ||
	    !get_table(env, argv[3], BULK_DEVICES * sizeof(struct bulk_device), &devices, &devices_size) ||
	    !get_table(env, argv[4], BULK_CONTEXTS * sizeof(struct bulk_context), &contexts, &contexts_size) ||
	    !get_table(env, argv[5], 0, &options, &options_size))
		return NULL;
	struct bulk bulk;
	memcpy(&bulk, bulk_bytes, sizeof(bulk));
	size_t mapped = memory_size - page;
	if (bulk.ring < page || (bulk.ring & (bulk.ring - 1)) != 0 || mapped < bulk.ring + RECORD_HEADER ||
	    bulk.at > batch_size)
		return throw_code(env, "EINVAL", "ringBulk: out of range");
	struct tables tables = {
		.devices = (struct bulk_device *)devices,
		.contexts = (const struct bulk_context *)contexts,
		.options = (const uint32_t *)options,
		.option_words = options_size / WORD,
	};
	copy(&bulk, (const uint64_t *)memory, memory + page, mapped, batch, batch_size, &tables);
	memcpy(bulk_bytes, &bulk, sizeof(bulk));
	return make_undefined(env);
}

const struct addon_function bulk_functions[] = {
	{ "ringBulk", ring_bulk },
	{ NULL, NULL },
};
