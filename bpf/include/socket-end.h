/* Packets at their sockets: the cgroup hooks of every packet, which see all network namespaces. A packet begins with
 * its IP header there, and has its socket with it. SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_SOCKET_END_H
#define PTCPDUMP_SOCKET_END_H

/* where a task sends, soft interrupts and other tasks come between */
#define COUNTED_TOGETHER
#include "devices.h"
#include "packet.h"

/* Raw sockets hear all of ICMP, also what is for others: whose it is its ids and the ends it quotes tell, as at a
 * device. */
static __always_inline bool is_only_heard(const struct ends *ends)
{
	return ends->quoted || ends->key.protocol == IPPROTO_ICMP || ends->key.protocol == IPPROTO_ICMPV6;
}

/* The owner of a packet that its socket receives, into scratch memory; 0 where it has none. Only in soft
 * interrupts. */
PACKET_FUNCTION int owner_at_socket(struct __sk_buff *skb)
{
	struct scratch *at = scratch_memory(0);
	struct bpf_sock *sk = skb->sk;
	if (!at || !sk || !read_ends(skb, 0))
		return 0;
	struct flow_key *key = &at->ends.key;
	if (!is_only_heard(&at->ends)) {
		struct bpf_sock *full = bpf_sk_fullsock(sk);
		struct owner *owner = full ? FIND_PACKET_OWNER(full) : 0;
		/* an acknowledgement is for whoever was at work last, what is to be read for whoever reads */
		bool reads = key->protocol != IPPROTO_TCP || has_data(skb, &at->ends, true);
		if (owner && reads)
			wake_reader(owner, (struct sock *)address_of(full), full->state == TCP_LISTEN);
		if (owner && take_user(reads ? &owner->reader : last_user(owner), &at->owner))
			return 1;
	} else if (key->protocol == IPPROTO_TCP || key->protocol == IPPROTO_UDP) {
		if (socket_owner(skb, key, BPF_F_CURRENT_NETNS, false, false, at))
			return 1;
	}
	if (!at->ends.quoted)
		swap_ends(key);
	key->netns = netns_of(skb);
	return flow_owner(key, &at->owner);
}

/* In a soft interrupt, or in the work of a task that holds the scratch memory which `network` tells. */
static __always_inline void capture_here(struct __sk_buff *skb, __u16 direction, __u32 network, __u64 time,
					 struct counters *c)
{
	struct flow_owner owner = {};
	if (config.attribution) {
		struct scratch *at = scratch_memory(network);
		if (at && (direction == DIRECTION_OUT ? owner_out(skb, network) : owner_at_socket(skb)))
			owner = at->owner;
	}
	keep(skb, direction, &owner, false, time, c);
}

static __always_inline void capture_at_socket(struct __sk_buff *skb, __u16 direction)
{
	struct counters *c = count();
	if (!c || !is_captured_on(skb))
		return;
	COUNT(c->matched);
	__u64 time = bpf_ktime_get_ns();
	if (direction == DIRECTION_IN || !config.attribution || !in_task_for_long()) {
		capture_here(skb, direction, 0, time, c);
		return;
	}
	__u32 network = take_scratch();
	if (!network) {
		/* no place to find out whose it is */
		struct flow_owner nobody_known = {};
		COUNT(c->lost_records);
		keep(skb, direction, &nobody_known, false, time, c);
		return;
	}
	capture_here(skb, direction, network, time, c);
	give_scratch(network);
}

#endif
