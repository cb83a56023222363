/* Whose a packet is, for programs at devices that may not find out (before Linux 5.8): tracing programs look just before
 * them, on the same CPU, and hand it over with the packet's address.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_HANDED_H
#define PTCPDUMP_HANDED_H

#include "traced.h"

/* The packet that this CPU is at, and whose it is. Between the two programs nothing comes: soft interrupts are off. */
struct handed {
	__u64 packet;
	__u32 direction;
	__u32 found; /* HANDED_ */
	struct flow_owner owner;
	struct flow_key ends; /* of a packet that comes, as its receiver has them */
	__u32 fragment_id; /* of the first of several fragments; else 0 */
	__u32 reserved;
};

#define HANDED_NOBODY 0
#define HANDED_OWNER 1
#define HANDED_ENDS 2 /* nobody has told of these ends: the program at the device may ask for the socket */

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct handed);
} handed SEC(".maps");

static __always_inline struct handed *handed_here(void)
{
	__u32 zero = 0;
	return bpf_map_lookup_elem(&handed, &zero);
}

/* Of a record that was lost: it is told anew at the next chance. */
static __always_inline void forget_record(const struct staged *at)
{
	const struct record_process *process = (const void *)at->data;
	const struct record_context *context = (const void *)at->data;
	struct counters *c = count();
	if (c)
		c->lost_records++;
	__u32 number;
	if (process->kind == RECORD_PROCESS) {
		number = process->pid;
		bpf_map_delete_elem(&processes, &number);
	} else if (process->kind == RECORD_CONTEXT) {
		number = context->tid;
		bpf_map_delete_elem(&threads, &number);
	}
}

static __attribute__((noinline)) void leave_stage(void *ctx)
{
	struct stage *stage = this_stage();
	if (!stage)
		return;
	__u32 level = stage->depth - 1;
	__u32 waiting = stage->staged[level & 3];
	if (level < STAGES) {
#pragma unroll
		for (__u32 i = 0; i < MOST_STAGED; i++) {
			__u32 place = level * MOST_STAGED + i;
			struct staged *at = i < waiting ? bpf_map_lookup_elem(&staged_records, &place) : 0;
			if (!at)
				break;
			__u64 size = at->size;
			asm volatile("" : "+r"(size));
			if (size > STAGED_SIZE)
				break;
			if (bpf_perf_event_output(ctx, &tellings, BPF_F_CURRENT_CPU, at->data, size))
				forget_record(at);
		}
	}
	stage->depth = level;
}

static __always_inline bool is_ip(struct sk_buff *skb)
{
	__u16 protocol = bpf_ntohs(PACKET_PROTOCOL(skb));
	return protocol == ETH_P_IP || protocol == ETH_P_IPV6;
}

static __always_inline void hand_over(struct sk_buff *skb, __u32 direction, bool found)
{
	struct handed *to = handed_here();
	struct scratch *at = scratch_memory(0);
	if (!to || !at)
		return;
	to->packet = (__u64)skb;
	to->direction = direction;
	to->found = found ? HANDED_OWNER : HANDED_NOBODY;
	to->owner = at->owner;
}

/* A packet comes to a device of any namespace. */
static __always_inline void on_arrival(struct sk_buff *skb)
{
	struct handed *to = handed_here();
	struct scratch *at = scratch_memory(0);
	bool ip = is_ip(skb), found = ip && owner_told(skb, 0, false);
	if (found && at)
		wake_told(at);
	hand_over(skb, DIRECTION_IN, found);
	if (found || !ip || !to || !at || packet_type(skb) == PACKET_OTHERHOST || !read_ends(skb, 0) || at->ends.quoted ||
	    at->ends.fragment == FRAGMENT_LATER ||
	    (at->ends.key.protocol != IPPROTO_TCP && at->ends.key.protocol != IPPROTO_UDP))
		return;
	swap_ends(&at->ends.key);
	to->ends = at->ends.key;
	to->ends.netns = netns_of(skb);
	to->fragment_id = at->ends.fragment ? at->ends.fragment_id : 0;
	to->found = HANDED_ENDS;
}

/* A packet is about to leave by a device with our filters: before Linux 5.7 the function is the same for those that
 * come. */
static __always_inline void on_departure(void *ctx, struct sk_buff *skb)
{
	if (BPF_CORE_READ_BITFIELD_PROBED(skb, tc_at_ingress))
		return;
	struct scratch *at = scratch_memory(0);
	bool ip = is_ip(skb);
	if (!at)
		return;
	at->taken = ip && read_ends(skb, 0);
	hand_over(skb, DIRECTION_OUT,
		  owner_traced(skb, in_task_traced(ctx)) || (ip && owner_told(skb, 0, true)));
}

/* A packet is handed to its device: what comes in answer is for its socket. */
static __always_inline void on_queue(struct sk_buff *skb)
{
	if (is_ip(skb))
		note_traced(skb);
}

/* Who looks through /proc for sockets that are open already, and whose files are being looked at. */
struct scanner {
	__u32 pid;
	__u32 reserved;
	__u64 task;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scanner);
} scanners SEC(".maps");

/* The scanner where it is the process at work, else NULL. */
static __always_inline struct scanner *scanner_here(void)
{
	__u32 zero = 0;
	struct scanner *scanner = bpf_map_lookup_elem(&scanners, &zero);
	return scanner && scanner->pid == bpf_get_current_pid_tgid() >> 32 ? scanner : 0;
}

#undef __sk_buff

/* At a device, behind the filter: from here on packets are what programs at devices are given. */

/* A packet as the buffer has it: its bytes follow. */
struct perf_packet {
	struct record_packet head;
	__u32 tag; /* a VLAN tag that is to be put behind the addresses, as on the wire; 0: none */
	__u32 reserved;
};

/* Writes the packet's record. */
static __always_inline void write_handed(struct __sk_buff *skb, __u32 direction, __u32 context, bool ethernet, __u64 time,
					 struct counters *c)
{
	struct perf_packet record = {};
	__u32 shift = ethernet && skb->vlan_present && skb->len >= VLAN_AT ? TAG_SIZE : 0;
	__u32 len = skb->len + shift;
	__u32 caplen = len < config.snaplen ? len : config.snaplen;
	if (caplen > PERF_CAPLEN)
		caplen = PERF_CAPLEN;
	/* what ends before the tag begins, or within it, is cut as it is */
	if (caplen < VLAN_AT + TAG_SIZE)
		shift = 0;
	if (shift) {
		struct vlan_tag tag = { .protocol = skb->vlan_proto, .control = bpf_htons(skb->vlan_tci) };
		__builtin_memcpy(&record.tag, &tag, sizeof(tag));
	}
	record.head.kind = RECORD_PACKET;
	record.head.direction = direction;
	record.head.context = context;
	record.head.time = time;
	record.head.ifindex = skb->ifindex;
	record.head.len = len;
	record.head.caplen = caplen;
	__u64 flags = BPF_F_CURRENT_CPU | (__u64)(caplen - shift) << 32;
	long lost;
	if (reader.waiting == WAITING_ANY) {
		reader.waiting = WAITING_NOT;
		lost = bpf_perf_event_output(skb, &wakers, flags, &record, sizeof(record));
	} else {
		lost = bpf_perf_event_output(skb, &packets, flags, &record, sizeof(record));
	}
	if (lost) {
		COUNT(c->dropped_ring);
		note_loss(skb->ifindex, 0);
		return;
	}
	COUNT(c->captured);
	if (context)
		COUNT(c->named);
}

/* A pointer as a number, by way of memory; where nobody can come between. */
#define NUMBER_OF(pointer, counters)                                                                     \
	({                                                                                               \
		volatile __u64 *place = &(counters)->stack;                                              \
		*place = (__u64)(pointer);                                                               \
		*place;                                                                                  \
	})

/* is_local() of ends.h, for a program at a device */
static __always_inline bool is_local_here(struct __sk_buff *skb, const struct flow_key *key)
{
	if (skb->ifindex == LOOPBACK_IFINDEX)
		return true;
	struct bpf_fib_lookup route;
	fill_route(&route, key, skb->ifindex);
	long verdict = bpf_fib_lookup(skb, &route, sizeof(route), 0);
	return verdict == BPF_FIB_LKUP_RET_NOT_FWDED || verdict == BPF_FIB_LKUP_RET_FWD_DISABLED;
}

/* Of a packet whose ends nobody has told of: a server that has been bound and not been used yet, or one of several at
 * the same port. The kernel knows which socket it is for. */
static __attribute__((noinline)) bool socket_owner_here(struct __sk_buff *skb, struct handed *from, struct counters *c)
{
	const struct flow_key *key = &from->ends;
	struct bpf_sock_tuple tuple = {};
	__u32 size = fill_tuple(&tuple, key);
	struct bpf_sock *sk = key->protocol == IPPROTO_TCP
				      ? bpf_sk_lookup_tcp(skb, &tuple, size, BPF_F_CURRENT_NETNS, 0)
				      : bpf_sk_lookup_udp(skb, &tuple, size, BPF_F_CURRENT_NETNS, 0);
	if (!sk)
		return false;
	__u64 address = NUMBER_OF(sk, c);
	bool wildcard = sk->src_ip4 == 0;
	bpf_sk_release(sk);
	struct owner *owner = owner_at(address);
	if (!owner || !take_user(&owner->reader, &from->owner) || (wildcard && !is_local_here(skb, key)))
		return false;
	if (from->fragment_id) {
		/* those that follow have no ports */
		struct flow_key later = *key;
		later.local_port = later.remote_port = 0;
		later.fragment = from->fragment_id;
		bpf_map_update_elem(&flows, &later, &from->owner, BPF_ANY);
	}
	return true;
}

/* Of a packet that leaves, and that nothing was handed over with: the kernel calls no program at a probe while another
 * one is at work on the same CPU. Who used its socket last. */
static __always_inline bool sender_here(struct __sk_buff *skb, struct counters *c, struct flow_owner *out)
{
	struct bpf_sock *sk = skb->sk;
	struct bpf_sock *full = sk ? bpf_sk_fullsock(sk) : 0;
	if (!full)
		return false;
	struct owner *owner = config.by_address ? owner_at(NUMBER_OF(full, c)) : bpf_sk_storage_get(&owners, full, 0, 0);
	return owner && take_user(last_user(owner), out);
}

static __always_inline int capture_handed(struct __sk_buff *skb, __u16 direction, bool ethernet)
{
	struct counters *c = count();
	if (!c)
		return -1;
	__u64 time = bpf_ktime_get_ns();
	if (direction == DIRECTION_IN && skb->pkt_type == PACKET_LOOPBACK)
		return -1;
	COUNT(c->matched);
	struct flow_owner owner = {};
	struct handed *from = config.attribution ? handed_here() : 0;
	/* the context is the packet's address */
	if (from && from->packet == NUMBER_OF(skb, c) && from->direction == direction) {
		if (from->found == HANDED_OWNER ||
		    (from->found == HANDED_ENDS && config.by_address && socket_owner_here(skb, from, c)))
			owner = from->owner;
	} else if (from && direction == DIRECTION_OUT) {
		sender_here(skb, c, &owner);
	}
	if (config.filter_processes && !is_chosen(owner.flags)) {
		COUNT(c->unwanted);
		return -1;
	}
	write_handed(skb, direction, owner.context, ethernet, time, c);
	return -1;
}

#endif
