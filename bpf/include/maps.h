/* Maps and the few things that all programs use: configuration, counters, ids, the ring.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_MAPS_H
#define PTCPDUMP_MAPS_H

#include "kernel.h"

#include "abi.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* What objects for older kernels do otherwise (perf.h). */
#ifdef WITHOUT_RING
#include "perf.h"
#else
#define START_OF(...) BPF_CORE_READ(__VA_ARGS__, start_boottime)
#define KERNFS_ID(node) BPF_CORE_READ(node, id)
#define SOCK_FIELD(sk, field) BPF_CORE_READ(sk, field)
#define HAS_TYPES true
#define NAMES_BY_READER false
#define SMALL_FUNCTION __noinline
#define SEES_ALL_NETNS false
#define SLEEPERS_LAST false
#endif

const volatile struct config config = {};

/* .bss, mapped by the reader */
struct reader_state reader;

#ifndef WITHOUT_RING
/* Everything goes through one ring, in order: a packet never comes before the record that names its owner. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} ring SEC(".maps");
#endif

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counters);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, TOKENS);
	__uint(value_size, sizeof(__u32));
} ids SEC(".maps");

/* Packets lost, by device: dropped_ring and dropped_copy together. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct loss_key);
	__type(value, __u64);
} losses SEC(".maps");

/* Generated filter programs jump from here into the capture programs. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u32);
} captures SEC(".maps");

/* What a thread looked like when it was last named: same identity, same context. */
struct identity {
	__u64 start; /* CLOCK_BOOTTIME, ns: tells a reused pid from its predecessor */
	__u64 name[2];
	__u32 tid;
	__u32 exec; /* number of execs of the task and its ancestors */
	__u32 uid; /* effective */
	__u32 reserved;
};

/* An owner's flags: whether the process filter chose it, what it did, and above that the number of its cgroup. */
#define OWNER_WANTED 1
#define USER_ITSELF 2 /* read from or wrote to this very socket; else it made it, or its listener */
#define OWNER_CGROUP_SHIFT 2
#define CGROUP_MASK 0x3fffffff

struct user {
	struct identity who;
	__u32 context;
	__u32 flags;
};

#define ROLE_READS 1
#define ROLE_WRITES 2
#define ROLE_HOLDS 3 /* made or connected it, or held it at the start: stands for both until somebody reads or writes */
#define ROLE_ACCEPTS 4 /* the same where nobody has read or written yet */

/* Who uses a socket. Lives with the socket; a socket that a listener accepts inherits the listener's. Reader and
 * writer can be different processes; whoever reads stands for the writer, too, until somebody writes. */
struct owner {
	struct user reader;
	struct user writer;
	__u32 last; /* ROLE_READS, ROLE_WRITES: who used it last */
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct owner);
} owners SEC(".maps");

/* The same by the socket's address, where tracing programs may not touch socket storage. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct owner);
} owners_by_address SEC(".maps");

struct process_entry {
	__u64 start;
	__u32 exec;
	__u32 process;
	__u32 flags; /* OWNER_WANTED: inherited from a process that is followed; its pid is in wanted_pids, too */
	__u32 cgroup;
};

/* Processes by pid, from their first sight to their end. Evicting one that lives only costs a second record of it. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct process_entry);
} processes SEC(".maps");

/* Threads by tid. Evicting one only costs a second context record for the same thread. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, __u32);
	__type(value, struct user);
} threads SEC(".maps");

/* What a packet says of its two ends, as seen from this host. Addresses in network byte order. */
struct flow_key {
	__u32 local[4];
	__u32 remote[4];
	__u16 local_port; /* network byte order; the id of who sent an ICMP echo request; for fragments 0 */
	__u16 remote_port;
	__u32 netns; /* inode */
	__u32 fragment; /* IP id of a fragment that has no ports; else 0 */
	__u8 protocol;
	__u8 family;
	__u16 reserved;
};

struct flow_owner {
	__u32 context;
	__u32 flags;
	/* of packets in transit: the address of the socket at this end, and its cookie, to tell it from the next there */
	__u64 socket;
	__u64 cookie;
};

/* Owners of packets that no live socket answers for: closed connections, echo replies, fragments. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct flow_key);
	__type(value, struct flow_owner);
} flows SEC(".maps");

/* Ids in the hierarchies of v2 and v1; 0: the root. */
struct cgroup_key {
	__u64 v2;
	__u64 v1;
};

/* Numbers of the cgroups that the reader was told of. Evicting one costs a second record. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct cgroup_key);
	__type(value, __u32);
} cgroups SEC(".maps");

/* What a wanted container's cgroup is called: see is_wanted_name(). */
struct container_key {
	char name[CONTAINER_KEY_SIZE];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct container_key);
	__type(value, __u32);
} wanted_containers SEC(".maps");

#define CONTAINER_KEYS 16

/* Too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, CONTAINER_KEYS);
	__type(key, __u32);
	__type(value, struct container_key);
} container_keys SEC(".maps");

/* Cgroups of wanted containers, by number: asked at every packet, so that a container that becomes wanted during
 * the capture is so at once. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u32);
} wanted_cgroups SEC(".maps");

/* Inodes of namespaces that belong to a wanted container alone. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u32);
} wanted_namespaces SEC(".maps");

/* What the ends of packets in transit are a translation of: seen on a device, and as the local socket has them. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct flow_key);
	__type(value, struct flow_key);
} translations SEC(".maps");

/* Ports that container engines publish. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct published_key);
	__type(value, struct published_port);
} published_ports SEC(".maps");

struct name_key {
	char name[NAME_SIZE];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u32);
} wanted_pids SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u32);
} wanted_uids SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct name_key);
	__type(value, __u32);
} wanted_names SEC(".maps");

struct program_key {
	char name[PROGRAM_SIZE];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct program_key);
	__type(value, __u32);
} wanted_programs SEC(".maps");

/* A counter of this CPU goes up by one. Hooks of devices run with soft interrupts switched off; where others may come
 * between (COUNTED_TOGETHER), it is done in one. */
#ifdef COUNTED_TOGETHER
#define COUNT(counter) __sync_fetch_and_add(&(counter), 1)
#else
#define COUNT(counter) (counter)++
#endif

static __always_inline struct counters *count(void)
{
	__u32 zero = 0;
	return bpf_map_lookup_elem(&counters, &zero);
}

/* An entry found no room in its map. */
static __always_inline void count_full(void)
{
	struct counters *c = count();
	if (c)
		c->map_full++;
}

/* Ids of processes and contexts: unique over all CPUs. 0 where so many programs draw at once that no token is
 * left. A queue, because adding and fetching in one is missing before Linux 5.12, and a count per CPU is no help
 * where a soft interrupt may draw between the two steps: whoever holds a token owns all ids that are equal to it
 * modulo TOKENS, takes it as the id and puts the next one back. */
static __always_inline __u32 new_id(void)
{
	__u32 id = 0, next;
	if (bpf_map_pop_elem(&ids, &id))
		return 0;
	next = id + TOKENS;
	if (next == 0) /* after 2^32 of them */
		next = TOKENS;
	bpf_map_push_elem(&ids, &next, 0);
	return id;
}

/* Wake-ups are dear: at most one for each time that the reader begins to wait. */
static __always_inline __u64 wake_flags(void)
{
	__u32 waiting = reader.waiting;
	if (waiting == WAITING_NOT)
		return BPF_RB_NO_WAKEUP;
	if (waiting == WAITING_MUCH && bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) < config.wake_bytes)
		return BPF_RB_NO_WAKEUP;
	reader.waiting = WAITING_NOT;
	return BPF_RB_FORCE_WAKEUP;
}

/* The task at work: one that the verifier knows as such, or (before Linux 5.11) a bare number. */
static __always_inline struct task_struct *current_task(void)
{
	if (config.task_pointer)
		return bpf_get_current_task_btf();
	return (struct task_struct *)bpf_get_current_task();
}

/* A number of the task at work's own, where one of a few places of a map is to be picked. Not the helper for it:
 * programs on devices have none before Linux 6.10. */
static __always_inline __u32 task_number(void)
{
	return BPF_CORE_READ(current_task(), pid);
}

#endif
