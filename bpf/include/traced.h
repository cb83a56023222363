/* Packets at two tracepoints of the network core, which see every device of every namespace: net_dev_queue before a
 * packet is handed to its device, netif_receive_skb when one has come from there. A tracing program has the kernel's own
 * sk_buff, and reads its bytes, whose link-level header may lie before them, by a dynptr (Linux 6.13).
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_TRACED_H
#define PTCPDUMP_TRACED_H

#include "maps.h"

#ifndef WITHOUT_RING
extern int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *bytes) __ksym;
#endif

/* From here on what is written for __sk_buff is compiled for sk_buff, and verified anew at every call: a function of its
 * own could not be handed a trusted pointer. */
#define __sk_buff sk_buff
#define PACKET_FUNCTION static __attribute__((noinline, unused))
#define KERNEL_PACKET(skb) (skb)
#ifdef WITHOUT_RING
/* addresses, not pointers that the verifier knows */
#define PACKET_FIELD(skb, fields...) BPF_CORE_READ(skb, fields)
#else
#define PACKET_FIELD(skb, fields...) PACKET_FIELD_AT(skb, fields)
#define PACKET_FIELD_AT(skb, first, ...) skb->first __VA_OPT__(->) __VA_ARGS__
#endif
#define PACKET_LENGTH(skb) (PACKET_FIELD(skb, len) - network_offset(skb))
#define PACKET_PROTOCOL(skb) PACKET_FIELD(skb, protocol)
#define PACKET_IFINDEX(skb) PACKET_FIELD(skb, dev, ifindex)
#define PACKET_TYPE(skb) packet_type(skb)
#define PACKET_SOCKET(skb) ((struct bpf_sock *)0)
#define PACKET_TAGGED(skb) 0
#define LOAD_PACKET load_traced

#define MOST_BEFORE_NETWORK 64 /* a link-level header with tags */

/* Where the IP header stands, behind what is there of a link-level header: offsets count from here. */
static __always_inline __u32 network_offset(struct sk_buff *skb)
{
	/* not direct: the verifier does not let pointers be computed with as numbers */
	__u64 data = (__u64)BPF_CORE_READ(skb, data);
	__u32 offset = (__u32)((__u64)BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header) - data);
	/* before Linux 5.8 (WITHOUT_RING) the hook is where nobody may have said so yet: then a packet's data begin there */
	return HAS_TYPES || offset <= MOST_BEFORE_NETWORK ? offset : 0;
}

static __always_inline __u8 packet_type(struct sk_buff *skb)
{
	return BPF_CORE_READ_BITFIELD_PROBED(skb, pkt_type);
}

#ifdef WITHOUT_RING
/* What lies in pages of its own (frags) cannot be read: headers never do where a packet has just been made, and drivers
 * and GRO take care that they do not when it comes in. */
static __attribute__((noinline)) long load_traced(struct sk_buff *skb, __u32 offset, void *to, __u32 length)
{
	__u32 linear = BPF_CORE_READ(skb, len) - BPF_CORE_READ(skb, data_len);
	offset += network_offset(skb);
	if (offset > linear || offset + length > linear)
		return -1;
	return bpf_probe_read_kernel(to, length, (void *)BPF_CORE_READ(skb, data) + offset);
}
#else
/* A function of its own: nothing but the dynptr may lie in its place of the stack. */
static __attribute__((noinline)) long load_traced(struct sk_buff *skb, __u32 offset, void *to, __u32 length)
{
	struct bpf_dynptr bytes;
	if (bpf_dynptr_from_skb((void *)skb, 0, &bytes))
		return -1;
	return bpf_dynptr_read(to, length, &bytes, offset + network_offset(skb), 0);
}
#endif

#ifdef WITHOUT_RING
/* Sockets have no hook of bind(2) there: they are told of when they are used. */
#define ON_USE(where, owner)                                                                             \
	do {                                                                                             \
		if (owner)                                                                               \
			tell_socket((struct sock *)address_of(where), owner);                            \
	} while (0)
#endif

#include "told.h"

#define TCP_NEW_SYN_RECV 12

/* a connection in the making */
struct sock_common___request {
	struct sock *skc_listener;
} __attribute__((preserve_access_index));

/* The socket that sends the packet, or for which it is sent; 0 where it has none in full. */
static __always_inline __u64 sending_socket(struct sk_buff *skb)
{
	struct sock *sk = BPF_CORE_READ(skb, sk);
	if (!sk)
		return 0;
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);
	if (state == TCP_NEW_SYN_RECV)
		return (__u64)BPF_CORE_READ((struct sock_common___request *)sk, skc_listener);
	return state == TCP_TIME_WAIT ? 0 : (__u64)sk;
}

/* Notes the socket of a packet that leaves with its ends: what comes back is for it. */
PACKET_FUNCTION int note_traced(struct sk_buff *skb)
{
	struct scratch *at = scratch_memory(0);
	__u64 sk = sending_socket(skb);
	struct owner *owner = sk ? owner_of_address(sk) : 0;
	if (!at || !owner || !take_user(last_user(owner), &at->owner) || !read_ends(skb, 0) || at->ends.quoted ||
	    at->ends.fragment == FRAGMENT_LATER)
		return 0;
	struct flow_key *key = &at->ends.key;
	key->netns = netns_of(skb);
	/* a device of another namespace than the socket's: it has passed on already */
	if (key->netns != BPF_CORE_READ((struct sock *)sk, __sk_common.skc_net.net, ns.inum))
		return 0;
	note_sender(at, sk);
	return 0;
}

/* in_task() for tracing programs, which may have a stack of their own (Linux 6.13): but what they are called with lies on
 * the kernel's (bpf_trace_run1 of kernel/trace/bpf_trace.c). */
static __always_inline bool in_task_traced(const void *ctx)
{
	return address_of(ctx) - (__u64)BPF_CORE_READ(current_task(), stack) < config.stack_size;
}

/* Whether at->ends are the packet's, and whether somebody wrote what is in it. */
#ifdef WITHOUT_RING
/* read by on_departure (handed.h), once: each time costs the verifier before 5.17 a second */
#define HAS_ENDS(skb) at->taken
#define IS_WRITTEN(skb, protocol) (protocol != IPPROTO_TCP || (at->taken && has_data(skb, &at->ends, false)))
#else
#define HAS_ENDS(skb) read_ends(skb, 0)
#define IS_WRITTEN(skb, protocol) is_written(skb, protocol, 0, at)
#endif

/* The owner of a packet that leaves, by its socket: who writes at this moment, else who did. */
PACKET_FUNCTION int owner_traced(struct sk_buff *skb, __u32 tasks_work)
{
	struct scratch *at = scratch_memory(0);
	struct sock *sk = (struct sock *)sending_socket(skb);
	struct reading *now = reading();
	if (!at || !sk || !now)
		return 0;
	struct owner *owner = owner_of_address((__u64)sk);
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family), type = SOCK_FIELD(sk, sk_type);
	__u8 protocol = (__u8)SOCK_FIELD(sk, sk_protocol);
	bool locked = type == SOCK_DGRAM || type == SOCK_RAW || BPF_CORE_READ(sk, sk_lock.owned);
	bool found = false;
	if ((owner || family == AF_PACKET) && locked && tasks_work) {
		struct user *fresh = &now->fresh;
		__builtin_memset(fresh, 0, sizeof(*fresh));
		read_identity(current_task(), config.task_pointer, &fresh->who);
		bool writes = IS_WRITTEN(skb, protocol);
		if (owner && same_identity(&owner->writer.who, &fresh->who)) {
			found = take_user(&owner->writer, &at->owner);
			if (writes && owner->last != ROLE_WRITES) {
				owner->last = ROLE_WRITES;
				revise((__u64)sk, now);
			}
		} else if (find_context(current_task(), true, fresh)) {
			found = take_user(fresh, &at->owner);
			if (owner && writes) {
				note_user(owner, fresh, ROLE_WRITES);
				revise((__u64)sk, now);
			}
		}
	}
	if (!found && owner)
		found = take_user(owner->writer.flags & USER_ITSELF && IS_WRITTEN(skb, protocol) ? &owner->writer
												    : last_user(owner),
				  &at->owner);
	if (found && protocol != IPPROTO_TCP && protocol != IPPROTO_UDP && HAS_ENDS(skb) && !at->ends.fragment) {
		at->ends.key.netns = netns_of(skb);
		bpf_map_update_elem(&flows, &at->ends.key, &at->owner, BPF_ANY);
	}
	if (found && at->ends.fragment == FRAGMENT_FIRST && protocol == IPPROTO_UDP && HAS_ENDS(skb))
		note_fragment(at, netns_of(skb));
	return found;
}

#ifndef WITHOUT_RING
#include "devices.h"

#define PLACE_IN 0
#define PLACE_OUT 1

/* The generated filters, by direction; they jump on into the capture programs. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} filters SEC(".maps");

/* For them: network_offset() of the packet at hand. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} offsets SEC(".maps");

/* Every packet: those that are not IP have no header that a filter for raw IP could read. */
static __always_inline void on_packet(void *ctx, struct sk_buff *skb, __u32 place)
{
	__u32 zero = 0;
	__u16 protocol = bpf_ntohs(skb->protocol);
	if (protocol != ETH_P_IP && protocol != ETH_P_IPV6)
		return;
	if (place == PLACE_OUT && config.attribution)
		note_traced(skb);
	/* elsewhere, too, a packet wakes somebody who sends an answer that passes here */
	if (place == PLACE_IN && config.attribution && config.transit)
		owner_told(skb, 0, false);
	if (!is_captured_on(skb))
		return;
	__u32 *offset = bpf_map_lookup_elem(&offsets, &zero);
	if (!offset)
		return;
	*offset = network_offset(skb);
	bpf_tail_call(ctx, &filters, place);
}

/* Behind the filter. */
static __always_inline void capture_traced(void *ctx, struct sk_buff *skb, __u16 direction)
{
	struct counters *c = count();
	struct scratch *at = scratch_memory(0);
	if (!c || !at)
		return;
	COUNT(c->matched);
	__u64 time = bpf_ktime_get_ns();
	struct flow_owner owner = {};
	bool outgoing = direction == DIRECTION_OUT;
	if (config.attribution && ((outgoing && owner_traced(skb, in_task_traced(ctx))) || owner_told(skb, 0, outgoing)))
		owner = at->owner;
	keep(skb, direction, &owner, false, time, c);
}
#endif

#endif
