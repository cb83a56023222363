/* Packets in transit: those that no socket of the device's namespace sends or receives, because they are a
 * container's, on their way through this host. Their ends are sockets of other namespaces; these tell their
 * addresses themselves, when their packets pass the cgroup hooks, which see every namespace. What NAT made of the
 * addresses is asked of the packet's connection (nf_conn). Only in captures that may see such packets.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_TRANSIT_H
#define PTCPDUMP_TRANSIT_H

#include "ends.h"

#define NFCT_POINTER (~7ul) /* include/linux/skbuff.h: NFCT_PTRMASK */
#define IP_CT_IS_REPLY 3 /* enum ip_conntrack_info: from here on replies */

PACKET_FUNCTION int owner_out(struct __sk_buff *skb, __u32 network);

/* A key for whoever opens a connection to these local ends. */
static __always_inline void any_remote(struct flow_key *key)
{
	key->remote[0] = key->remote[1] = key->remote[2] = key->remote[3] = 0;
	key->remote_port = 0;
}

/* A packet that a socket of any namespace sends: its ends are that socket's. */
static __always_inline void tell_sender_with(struct __sk_buff *skb, __u32 network)
{
	struct scratch *at = scratch_memory(network);
	/* owner_out reads the ends only where the socket alone does not tell */
	if (!at || !owner_out(skb, network) || !read_ends(skb, network))
		return;
	struct flow_key *key = &at->ends.key;
	if (at->ends.quoted || at->ends.fragment || is_loopback(key))
		return;
	key->netns = ANY_NETNS;
	if (key->protocol == IPPROTO_TCP) {
		at->owner.socket = (__u64)BPF_CORE_READ(KERNEL_PACKET(skb), sk);
		at->owner.cookie = bpf_get_socket_cookie(skb);
	}
	note_flow(key, &at->owner);
	/* a socket that sends from these ends takes what comes there: nothing is translated any more (a connection's
	 * first answer tells that where it leaves, see forget_service) */
	if (key->protocol == IPPROTO_UDP) {
		any_remote(key);
		bpf_map_delete_elem(&translations, key);
	}
}

static __always_inline void tell_sender(struct __sk_buff *skb)
{
	/* there is no link header yet: the offset is 0 */
	if (!in_task_for_long()) {
		tell_sender_with(skb, 0);
		return;
	}
	__u32 network = take_scratch();
	if (!network)
		return;
	tell_sender_with(skb, network);
	give_scratch(network);
}

/* A datagram that a socket of any namespace receives: one that never sends has no other chance to be known. */
static __always_inline void tell_receiver(struct __sk_buff *skb)
{
	struct scratch *at = scratch_memory(0);
	struct bpf_sock *sk = PACKET_SOCKET(skb);
	if (!at || !sk)
		return;
	struct bpf_sock *full = bpf_sk_fullsock(sk);
	struct owner *owner = full ? FIND_PACKET_OWNER(full) : 0;
	if (!owner || !read_ends(skb, 0))
		return;
	struct flow_key *key = &at->ends.key;
	if (at->ends.quoted || at->ends.fragment)
		return;
	swap_ends(key);
	bool tcp = key->protocol == IPPROTO_TCP;
	/* who is woken now is the one that the next acknowledgement is sent for */
	if (!tcp || has_data(skb, &at->ends, true))
		wake_reader(owner, (struct sock *)address_of(full), false);
	if (tcp || !take_user(&owner->reader, &at->owner))
		return;
	if (is_loopback(key))
		return;
	key->netns = ANY_NETNS;
	note_flow(key, &at->owner);
}

/* A socket of this namespace answers here: nothing is translated any more. */
static __always_inline void forget_service(struct scratch *at)
{
	struct flow_key *key = &at->other;
	*key = at->ends.key;
	key->netns = ANY_NETNS;
	any_remote(key);
	bpf_map_delete_elem(&translations, key);
}

/* The ends of a connection as the socket of one side has them. */
static __always_inline void take_ends(struct flow_key *key, const struct nf_conntrack_tuple *tuple)
{
	__builtin_memcpy(key->local, tuple->src.u3.all, 16);
	__builtin_memcpy(key->remote, tuple->dst.u3.all, 16);
	key->local_port = tuple->src.u.all;
	key->remote_port = tuple->dst.u.all;
}

/* Notes that what comes in answer to this packet, to what NAT made of its sender, is the sender's. An answer that
 * opens a connection tells of a service, too: whoever else opens one comes to the same. */
static __always_inline void note_translation(struct scratch *at, bool service)
{
	struct flow_key *seen = &at->ends.key, *own = &at->other;
	bpf_map_update_elem(&translations, seen, own, BPF_ANY);
	if (!service)
		return;
	any_remote(own);
	note_flow(own, &at->owner);
	any_remote(seen);
	bpf_map_update_elem(&translations, seen, own, BPF_ANY);
}

/* The owner of a packet that comes to these ends, or to what they are a translation of. */
static __always_inline bool end_owner(struct flow_key *key, struct scratch *at)
{
	struct flow_key *own = bpf_map_lookup_elem(&translations, key);
	return flow_owner(own ? own : key, &at->owner);
}

/* The owner of a packet that comes to these ends, if they are a translation. */
static __always_inline bool translated_owner(struct flow_key *key, struct scratch *at)
{
	struct flow_key *own = bpf_map_lookup_elem(&translations, key);
	return own && flow_owner(own, &at->owner);
}

static __always_inline bool is_other(const union nf_inet_addr *a, const union nf_inet_addr *b)
{
	return a->all[0] != b->all[0] || a->all[1] != b->all[1] || a->all[2] != b->all[2] || a->all[3] != b->all[3];
}

/* A connection's packet that leaves: who sent it, else for whom it is. Each side has a direction of its own, and
 * knows the connection by that direction's source and destination. */
static __always_inline bool connection_owner(struct nf_conn *connection, bool reply, struct scratch *at, bool opens)
{
	struct nf_conntrack_tuple original = {}, answer = {};
	struct flow_key *key = &at->other;
	BPF_CORE_READ_INTO(&original, connection, tuplehash[0].tuple);
	BPF_CORE_READ_INTO(&answer, connection, tuplehash[1].tuple);
	*key = at->ends.key;
	if (key->protocol == IPPROTO_ICMP || key->protocol == IPPROTO_ICMPV6) {
		/* only who asks has an id (read_id in ends.h) */
		take_ends(key, &original);
		key->remote_port = 0;
		if (!flow_owner(key, &at->owner))
			return false;
		if (!reply)
			note_translation(at, false);
		return true;
	}
	take_ends(key, reply ? &answer : &original);
	if (flow_owner(key, &at->owner)) {
		note_translation(at, reply && (opens || key->protocol == IPPROTO_UDP) &&
					     is_other(&answer.src.u3, &original.dst.u3));
		return true;
	}
	take_ends(key, reply ? &original : &answer);
	return flow_owner(key, &at->owner);
}

/* The owner of a packet in transit that leaves; 0 where it has none on this host. */
PACKET_FUNCTION int transit_out(struct __sk_buff *skb)
{
	struct scratch *at = scratch_memory(0);
	if (!at)
		return 0;
	struct flow_key *key = &at->ends.key;
	key->netns = ANY_NETNS;
	if (bpf_core_type_exists(struct nf_conn) && bpf_core_field_exists(((struct sk_buff *)0)->_nfct)) {
		unsigned long link = BPF_CORE_READ(KERNEL_PACKET(skb), _nfct);
		struct nf_conn *connection = (void *)(link & NFCT_POINTER);
		bool reply = (link & ~NFCT_POINTER) >= IP_CT_IS_REPLY;
		if (connection && !at->ends.quoted && connection_owner(connection, reply, at, opens(skb, &at->ends)))
			return 1;
	}
	if (flow_owner(key, &at->owner))
		return 1;
	if (at->ends.quoted)
		return 0;
	struct flow_key *other = &at->other;
	*other = *key;
	swap_ends(other);
	return flow_owner(other, &at->owner);
}

/* Where a packet that comes to one of this host's ports really goes, if an engine has published the port: its ends as
 * the container has them into at->other, and the number of the container's namespace. BPF_F_CURRENT_NETNS, and the ends as
 * they are, where nothing is translated: on loopback, and for who comes from behind the same bridge. */
PACKET_FUNCTION __s64 published_end(struct __sk_buff *skb)
{
	struct scratch *at = scratch_memory(0);
	if (!at)
		return BPF_F_CURRENT_NETNS;
	struct flow_key *key = &at->ends.key, *other = &at->other;
	*other = *key;
	if (!reader.published || PACKET_IFINDEX(skb) == LOOPBACK_IFINDEX || at->ends.quoted)
		return BPF_F_CURRENT_NETNS;
	struct published_key host = { .port = key->local_port, .protocol = key->protocol, .family = key->family };
	struct published_port *port = bpf_map_lookup_elem(&published_ports, &host);
	if (!port) {
		__builtin_memcpy(host.address, key->local, sizeof(host.address));
		port = bpf_map_lookup_elem(&published_ports, &host);
	}
	if (!port || !is_local(skb, key, at))
		return BPF_F_CURRENT_NETNS;
	struct bpf_fib_lookup *route = &at->route;
	__builtin_memset(route, 0, sizeof(*route));
	route->family = key->family;
	route->ifindex = PACKET_IFINDEX(skb);
	if (key->family == AF_INET)
		route->ipv4_dst = key->remote[0];
	else
		__builtin_memcpy(route->ipv6_dst, key->remote, 16);
	bpf_fib_lookup(skb, route, sizeof(*route), 0);
	if (route->ifindex == port->bridge)
		return BPF_F_CURRENT_NETNS;
	__builtin_memcpy(other->local, port->address, sizeof(other->local));
	other->local_port = port->port;
	return port->netns;
}

/* Data that comes for a socket of another namespace is for whoever sleeps on it by now. */
static __always_inline void take_sleeper(struct __sk_buff *skb, struct scratch *at)
{
	struct sock *sk = (struct sock *)at->owner.socket;
	if (!sk || (__u64)BPF_CORE_READ(sk, __sk_common.skc_cookie.counter) != at->owner.cookie ||
	    BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_LISTEN || !has_data(skb, &at->ends, true))
		return;
	struct task_struct *task = (struct task_struct *)sleeper((__u64)sk, 0);
	struct user fresh = {};
	if (!task)
		return;
	read_identity(task, false, &fresh.who);
	if (find_context(task, false, &fresh))
		take_user(&fresh, &at->owner);
}

/* What transit_in found: nothing, who sends, who receives (who may have gone to sleep on the socket meanwhile: the
 * caller looks, because calls within calls have 512 bytes of stack for all together). */
#define FOUND_NOBODY 0
#define FOUND_OWNER 1
#define FOUND_RECEIVER 2

/* The owner of a packet in transit that comes. `listens`: a socket here would take it, if NAT leaves it alone. */
PACKET_FUNCTION int transit_in(struct __sk_buff *skb, __u32 listens)
{
	struct scratch *at = scratch_memory(0);
	if (!at)
		return FOUND_NOBODY;
	struct flow_key *key = &at->other;
	*key = at->ends.key;
	key->netns = ANY_NETNS;
	if (listens) {
		/* nothing but a translation: who reads there is known better from the socket than from the flow */
		if (translated_owner(key, at))
			return FOUND_RECEIVER;
		any_remote(key);
		return translated_owner(key, at);
	}
	/* still as its sender sent it, in the namespace behind this device */
	struct bpf_sock *sk = PACKET_SOCKET(skb);
	if (sk && !at->ends.quoted && !is_local(skb, key, at)) {
		struct bpf_sock *full = bpf_sk_fullsock(sk);
		struct owner *owner = full ? FIND_PACKET_OWNER(full) : 0;
		if (owner && take_user(last_user(owner), &at->owner))
			return FOUND_OWNER;
	}
	/* a sender of this host has just told; who will read it does so when it has come there */
	if (!at->ends.quoted) {
		swap_ends(key);
		if (flow_owner(key, &at->owner))
			return FOUND_OWNER;
		swap_ends(key);
	}
	if (end_owner(key, at))
		return at->ends.quoted ? FOUND_OWNER : FOUND_RECEIVER;
	if (at->ends.quoted || !is_local(skb, key, at))
		return FOUND_NOBODY;
	/* a service may be behind it */
	any_remote(key);
	return end_owner(key, at);
}

#endif
