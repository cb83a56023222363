/* Perf buffers (perf_event_open(2)): what programs hand over on kernels without a ring buffer, a buffer for each CPU. Each
 * is a page that says how far the kernel has written and we have read, and behind it the data, which wrap at their end. */
#include "addon.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../bpf/include/abi.h"

#define WORD 4u
#define RING_HEADER 8 /* of a record in the ring (ring.c), which the ones read here are turned into */
#define VLAN_AT 12
#define TAG_SIZE 4

static long open_event(int cpu, uint32_t watermark)
{
	struct perf_event_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.size = sizeof(attr);
	attr.type = PERF_TYPE_SOFTWARE;
	attr.config = PERF_COUNT_SW_BPF_OUTPUT;
	attr.sample_type = PERF_SAMPLE_TIME | PERF_SAMPLE_RAW;
	attr.sample_period = 1;
	attr.sample_id_all = 1;
	/* the clock of the packets' times */
	attr.use_clockid = 1;
	attr.clockid = CLOCK_MONOTONIC;
	attr.watermark = watermark != 0;
	if (watermark)
		attr.wakeup_watermark = watermark;
	else
		attr.wakeup_events = 1;
	return syscall(__NR_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

/* perfOpen(cpu, watermark): fd of a buffer's event, which wakes whenever so many bytes have come. Map it, then perfStart. */
static napi_value perf_open(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t cpu;
	uint32_t watermark;
	if (!get_arguments(env, info, 2, argv) || !get_i32(env, argv[0], &cpu) || !get_u32(env, argv[1], &watermark))
		return NULL;
	long fd = open_event(cpu, watermark);
	return fd < 0 ? throw_errno(env, errno, "perf_event_open") : make_i32(env, (int32_t)fd);
}

/* perfJoin(cpu, into): fd of an event that writes into the mapped buffer of another, and wakes with every record. */
static napi_value perf_join(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t cpu, into;
	if (!get_arguments(env, info, 2, argv) || !get_i32(env, argv[0], &cpu) || !get_i32(env, argv[1], &into))
		return NULL;
	long fd = open_event(cpu, 0);
	if (fd >= 0 && ioctl((int)fd, PERF_EVENT_IOC_SET_OUTPUT, into) < 0) {
		int error = errno;
		close((int)fd);
		errno = error;
		fd = -1;
	}
	return fd < 0 ? throw_errno(env, errno, "perf_event_open") : make_i32(env, (int32_t)fd);
}

/* perfStart(fd) */
static napi_value perf_start(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t fd;
	if (!get_arguments(env, info, 1, argv) || !get_i32(env, argv[0], &fd))
		return NULL;
	return ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) < 0 ? throw_errno(env, errno, "perf event") : make_undefined(env);
}

/* epollOpen(fds): a descriptor that is readable when one of these is. */
static napi_value epoll_open(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint8_t *bytes;
	size_t length;
	if (!get_arguments(env, info, 1, argv) || !get_bytes(env, argv[0], &bytes, &length))
		return NULL;
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0)
		return throw_errno(env, errno, "epoll");
	for (size_t at = 0; at + sizeof(int32_t) <= length; at += sizeof(int32_t)) {
		int32_t fd;
		memcpy(&fd, bytes + at, sizeof(fd));
		struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
			int error = errno;
			close(epoll);
			return throw_errno(env, error, "epoll");
		}
	}
	return make_i32(env, epoll);
}

/* A buffer while it is read. */
struct source {
	struct perf_event_mmap_page *page;
	const uint8_t *data;
	uint64_t size; /* a power of two */
	uint64_t head;
	uint64_t tail;
	/* the record at the tail, if there is one that is to be taken */
	bool ready;
	uint64_t time;
	uint32_t raw; /* bytes of what the program handed over */
};

/* What stands before that: the header, the time, and the length. */
#define SAMPLE_HEAD (sizeof(struct perf_event_header) + sizeof(uint64_t) + sizeof(uint32_t))

/* Copies from a place that may wrap. */
static void read_data(const struct source *from, uint64_t position, void *to, size_t length)
{
	size_t at = position & (from->size - 1);
	size_t first = from->size - at < length ? from->size - at : length;
	memcpy(to, from->data + at, first);
	memcpy((uint8_t *)to + first, from->data, length - first);
}

/* Looks for the next record that a program handed over. Counts in *lost what the kernel says that it had no room for. */
static void find_record(struct source *from, uint64_t *lost)
{
	from->ready = false;
	while (from->head - from->tail >= sizeof(struct perf_event_header)) {
		struct perf_event_header header;
		read_data(from, from->tail, &header, sizeof(header));
		if (header.size < sizeof(header) || header.size > from->head - from->tail) {
			/* not what the kernel writes: nothing behind it can be found */
			from->tail = from->head;
			return;
		}
		if (header.type == PERF_RECORD_SAMPLE && header.size >= SAMPLE_HEAD) {
			struct {
				uint64_t time;
				uint32_t size;
			} __attribute__((packed)) sample;
			read_data(from, from->tail + sizeof(header), &sample, sizeof(sample));
			if (sample.size <= header.size - SAMPLE_HEAD) {
				from->time = sample.time;
				from->raw = sample.size;
				from->ready = true;
				return;
			}
		} else if (header.type == PERF_RECORD_LOST && header.size >= sizeof(header) + 2 * sizeof(uint64_t)) {
			uint64_t count;
			read_data(from, from->tail + sizeof(header) + sizeof(uint64_t), &count, sizeof(count));
			*lost += count;
		}
		from->tail += header.size;
	}
}

/* Writes a record as the ring has it: two words, of which the first is its length, and the record, at a border of eight
 * bytes. A packet's (struct perf_packet of bpf/include/handed.h) has a VLAN tag to be put in. The bytes written; 0: no room. */
static size_t put_record(const struct source *from, uint8_t *to, size_t room, bool packets)
{
	uint64_t raw = from->tail + SAMPLE_HEAD;
	uint32_t length = from->raw;
	struct record_packet head;
	uint32_t tag = 0, caplen = 0, skip = 0;
	if (packets) {
		skip = sizeof(head) + 2 * WORD;
		if (length < skip)
			return RING_HEADER; /* none of ours: an empty record */
		read_data(from, raw, &head, sizeof(head));
		read_data(from, raw + sizeof(head), &tag, sizeof(tag));
		caplen = head.caplen;
		uint32_t there = length - skip;
		if (caplen > there + (tag ? TAG_SIZE : 0) || (tag && caplen < VLAN_AT + TAG_SIZE))
			return RING_HEADER;
		length = sizeof(head) + caplen;
	}
	size_t total = (RING_HEADER + (size_t)length + 7) & ~(size_t)7;
	if (total > room)
		return 0;
	memset(to, 0, RING_HEADER);
	memcpy(to, &length, sizeof(length));
	to += RING_HEADER;
	if (!packets) {
		read_data(from, raw, to, length);
		return total;
	}
	memcpy(to, &head, sizeof(head));
	to += sizeof(head);
	raw += skip;
	if (tag) {
		read_data(from, raw, to, VLAN_AT);
		memcpy(to + VLAN_AT, &tag, TAG_SIZE);
		to += VLAN_AT + TAG_SIZE;
		raw += VLAN_AT;
		caplen -= VLAN_AT + TAG_SIZE;
	}
	read_data(from, raw, to, caplen);
	return total;
}

static bool get_source(napi_env env, napi_value buffers, uint32_t index, struct source *source)
{
	napi_value value;
	uint8_t *bytes;
	size_t length, page = (size_t)sysconf(_SC_PAGESIZE);
	if (napi_get_element(env, buffers, index, &value) != napi_ok || !get_bytes(env, value, &bytes, &length))
		return false;
	uint64_t size = length > page ? length - page : 0;
	if (size < page || (size & (size - 1)) != 0) {
		throw_code(env, "EINVAL", "perfTake: no perf buffer");
		return false;
	}
	source->page = (struct perf_event_mmap_page *)bytes;
	source->data = bytes + page;
	source->size = size;
	source->tail = source->page->data_tail;
	source->head = __atomic_load_n(&source->page->data_head, __ATOMIC_ACQUIRE);
	return true;
}

/* perfTake(buffers, to, until, packets): the records of these buffers, in order of their times, that are not younger than
 * `until` (ns of CLOCK_MONOTONIC, in two words), as many as `to` takes, as they would lie in the ring. Answers how many
 * bytes; in until[2] how many records the kernel says that it had no room for. */
static napi_value perf_take(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint8_t *to, *until;
	size_t room, until_size;
	uint32_t count;
	bool packets;
	if (!get_arguments(env, info, 4, argv) || !get_bytes(env, argv[1], &to, &room) ||
	    !get_bytes(env, argv[2], &until, &until_size) || !get_bool(env, argv[3], &packets))
		return NULL;
	if (until_size < 3 * WORD || napi_get_array_length(env, argv[0], &count) != napi_ok || count == 0)
		return throw_code(env, "EINVAL", "perfTake: out of range");
	struct source *sources = calloc(count, sizeof(*sources));
	if (!sources)
		return throw_errno(env, ENOMEM, "perfTake");
	uint64_t latest, lost = 0;
	memcpy(&latest, until, sizeof(latest));
	for (uint32_t i = 0; i < count; i++) {
		if (!get_source(env, argv[0], i, &sources[i])) {
			free(sources);
			return NULL;
		}
		find_record(&sources[i], &lost);
	}
	size_t used = 0;
	for (;;) {
		struct source *first = NULL;
		uint64_t second = latest; /* up to this time `first` goes on */
		for (uint32_t i = 0; i < count; i++) {
			struct source *source = &sources[i];
			if (!source->ready)
				continue;
			if (!first || source->time < first->time) {
				if (first && first->time < second)
					second = first->time;
				first = source;
			} else if (source->time < second) {
				second = source->time;
			}
		}
		if (!first || first->time > latest)
			break;
		bool full = false;
		while (first->ready && first->time <= second) {
			size_t written = put_record(first, to + used, room - used, packets);
			if (written == 0) {
				full = true;
				break;
			}
			/* one that is none of ours leaves nothing */
			if (written > RING_HEADER)
				used += written;
			struct perf_event_header header;
			read_data(first, first->tail, &header, sizeof(header));
			first->tail += header.size;
			find_record(first, &lost);
		}
		if (full)
			break;
	}
	for (uint32_t i = 0; i < count; i++)
		__atomic_store_n(&sources[i].page->data_tail, sources[i].tail, __ATOMIC_RELEASE);
	free(sources);
	uint32_t told = lost > UINT32_MAX ? UINT32_MAX : (uint32_t)lost;
	memcpy(until + 2 * WORD, &told, sizeof(told));
	return make_double(env, (double)used);
}

/* perfEmpty(buffers): true where nothing waits in any of them. */
static napi_value perf_empty(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result = NULL;
	uint32_t count;
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	if (napi_get_array_length(env, argv[0], &count) != napi_ok)
		return throw_code(env, "EINVAL", "perfEmpty: out of range");
	bool empty = true;
	for (uint32_t i = 0; i < count && empty; i++) {
		struct source source;
		if (!get_source(env, argv[0], i, &source))
			return NULL;
		empty = source.head == source.tail;
	}
	return napi_get_boolean(env, empty, &result) == napi_ok ? result : NULL;
}

const struct addon_function perf_functions[] = {
	{ "perfOpen", perf_open },
	{ "perfJoin", perf_join },
	{ "perfStart", perf_start },
	{ "perfTake", perf_take },
	{ "perfEmpty", perf_empty },
	{ "epollOpen", epoll_open },
	{ NULL, NULL },
};
