/* A packet's two ends, its owner, and its way into the ring. One body for every capture hook.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_PACKET_H
#define PTCPDUMP_PACKET_H

#include "owner.h"

/* RFC 791, RFC 8200, RFC 792, RFC 4443: as far as the two ends need it. */
struct ipv4_header {
	__u8 version_ihl;
	__u8 tos;
	__be16 length;
	__be16 id;
	__be16 fragment;
	__u8 ttl;
	__u8 protocol;
	__be16 checksum;
	__be32 source;
	__be32 destination;
};

struct ipv6_header {
	__be32 flow;
	__be16 length;
	__u8 next;
	__u8 hops;
	__be32 source[4];
	__be32 destination[4];
};

#define FRAGMENT_FIRST 1 /* has ports, others follow */
#define FRAGMENT_LATER 2 /* has none */

struct ends {
	struct flow_key key; /* local = source, remote = destination: turned for packets that arrive */
	__u32 fragment_id;
	__u8 fragment;
	__u8 quoted; /* an ICMP error: the ends are those of the quoted packet */
};

/* Reads addresses, protocol and ports at an offset. False where the packet is something else or too short. */
static __always_inline bool read_address(struct __sk_buff *skb, __u32 *at, __u16 protocol, struct ends *ends)
{
	if (protocol == ETH_P_IP) {
		struct ipv4_header ip;
		if (bpf_skb_load_bytes(skb, *at, &ip, sizeof(ip)))
			return false;
		ends->key.family = AF_INET;
		ends->key.protocol = ip.protocol;
		ends->key.local[0] = ip.source;
		ends->key.remote[0] = ip.destination;
		ends->key.local[1] = ends->key.local[2] = ends->key.local[3] = 0;
		ends->key.remote[1] = ends->key.remote[2] = ends->key.remote[3] = 0;
		__u16 fragment = bpf_ntohs(ip.fragment);
		ends->fragment = fragment & 0x1fff ? FRAGMENT_LATER : fragment & 0x2000 ? FRAGMENT_FIRST : 0;
		ends->fragment_id = ip.id;
		*at += (ip.version_ihl & 15) * 4;
		return true;
	}
	if (protocol != ETH_P_IPV6)
		return false;
	struct ipv6_header ip;
	if (bpf_skb_load_bytes(skb, *at, &ip, sizeof(ip)))
		return false;
	ends->key.family = AF_INET6;
	__builtin_memcpy(ends->key.local, ip.source, 16);
	__builtin_memcpy(ends->key.remote, ip.destination, 16);
	*at += sizeof(ip);
	__u8 next = ip.next;
	ends->fragment = 0;
	/* RFC 8200 names seven extension headers; nobody sends more than a few */
	for (int i = 0; i < 7; i++) {
		__u8 head[8];
		if (next != 0 && next != 43 && next != 44 && next != 60 && next != 51 && next != 135)
			break;
		if (bpf_skb_load_bytes(skb, *at, head, sizeof(head)))
			return false;
		if (next == 44) {
			__u16 fragment = ((__u16)head[2] << 8 | head[3]);
			ends->fragment = fragment & 0xfff8 ? FRAGMENT_LATER : fragment & 1 ? FRAGMENT_FIRST : 0;
			__builtin_memcpy(&ends->fragment_id, head + 4, 4);
			*at += 8;
		} else if (next == 51) {
			*at += (head[1] + 2) * 4;
		} else {
			*at += (head[1] + 1) * 8;
		}
		next = head[0];
		if (ends->fragment == FRAGMENT_LATER)
			break;
	}
	ends->key.protocol = next;
	return true;
}

static __always_inline void swap_ends(struct flow_key *key)
{
	for (int i = 0; i < 4; i++) {
		__u32 a = key->local[i];
		key->local[i] = key->remote[i];
		key->remote[i] = a;
	}
	__u16 port = key->local_port;
	key->local_port = key->remote_port;
	key->remote_port = port;
}

static __always_inline bool read_ports(struct __sk_buff *skb, __u32 at, struct ends *ends)
{
	__u16 ports[2];
	if (bpf_skb_load_bytes(skb, at, ports, sizeof(ports)))
		return false;
	ends->key.local_port = ports[0];
	ends->key.remote_port = ports[1];
	return true;
}

static __always_inline bool is_icmp_error(__u8 protocol, __u8 type)
{
	return protocol == IPPROTO_ICMP ? type == 3 || type == 4 || type == 5 || type == 11 || type == 12
					: type >= 1 && type <= 4;
}

/* The two ends of the packet at `at` (network header), local = source. ICMP echo has its id as both ports; an
 * ICMP error has the ends of the packet that it quotes: who sent that is whom the error is for. */
static __always_inline bool read_ends(struct __sk_buff *skb, __u32 at, struct ends *ends)
{
	__u16 protocol = bpf_ntohs(skb->protocol);
	__builtin_memset(ends, 0, sizeof(*ends));
	if (!read_address(skb, &at, protocol, ends))
		return false;
	if (ends->fragment == FRAGMENT_LATER)
		return true;
	if (ends->key.protocol == IPPROTO_TCP || ends->key.protocol == IPPROTO_UDP)
		return read_ports(skb, at, ends);
	if (ends->key.protocol != IPPROTO_ICMP && ends->key.protocol != IPPROTO_ICMPV6)
		return true;
	__u8 icmp[8];
	if (bpf_skb_load_bytes(skb, at, icmp, sizeof(icmp)))
		return false;
	if (!is_icmp_error(ends->key.protocol, icmp[0])) {
		__builtin_memcpy(&ends->key.local_port, icmp + 4, 2);
		ends->key.remote_port = ends->key.local_port;
		return true;
	}
	at += 8;
	__u8 outer = ends->fragment;
	if (!read_address(skb, &at, protocol, ends))
		return false;
	ends->quoted = 1;
	if (ends->key.protocol == IPPROTO_TCP || ends->key.protocol == IPPROTO_UDP) {
		if (!read_ports(skb, at, ends))
			return false;
	} else if (bpf_skb_load_bytes(skb, at, icmp, sizeof(icmp)) == 0) {
		__builtin_memcpy(&ends->key.local_port, icmp + 4, 2);
		ends->key.remote_port = ends->key.local_port;
	}
	ends->fragment = outer;
	return true;
}

static __always_inline __u32 netns_of(struct __sk_buff *skb)
{
	/* the program's context is the kernel's sk_buff: read its device's namespace */
	return BPF_CORE_READ((struct sk_buff *)skb, dev, nd_net.net, ns.inum);
}

static __always_inline bool flow_owner(const struct flow_key *key, struct flow_owner *out)
{
	struct flow_owner *known = bpf_map_lookup_elem(&flows, key);
	if (!known)
		return false;
	*out = *known;
	return true;
}

/* True where a packet to this address would be delivered here. A wildcard socket answers a lookup for every
 * address, also for those of containers whose packets are only forwarded: then its owner is not the packet's. */
static __always_inline bool is_local(struct __sk_buff *skb, const struct flow_key *key)
{
	if (skb->ifindex == LOOPBACK_IFINDEX)
		return true;
	struct bpf_fib_lookup route = {};
	route.family = key->family;
	route.ifindex = skb->ifindex;
	if (key->family == AF_INET) {
		route.ipv4_src = key->remote[0];
		route.ipv4_dst = key->local[0];
	} else {
		__builtin_memcpy(route.ipv6_src, key->remote, 16);
		__builtin_memcpy(route.ipv6_dst, key->local, 16);
	}
	long verdict = bpf_fib_lookup(skb, &route, sizeof(route), 0);
	return verdict == BPF_FIB_LKUP_RET_NOT_FWDED || verdict == BPF_FIB_LKUP_RET_FWD_DISABLED;
}

/* Asks the kernel which socket of the device's namespace would receive a packet with these ends. */
static __always_inline bool socket_owner(struct __sk_buff *skb, const struct flow_key *key, bool check_local,
					 struct flow_owner *out)
{
	struct bpf_sock_tuple tuple = {};
	__u32 size;
	if (key->family == AF_INET) {
		tuple.ipv4.saddr = key->remote[0];
		tuple.ipv4.daddr = key->local[0];
		tuple.ipv4.sport = key->remote_port;
		tuple.ipv4.dport = key->local_port;
		size = sizeof(tuple.ipv4);
	} else {
		__builtin_memcpy(tuple.ipv6.saddr, key->remote, 16);
		__builtin_memcpy(tuple.ipv6.daddr, key->local, 16);
		tuple.ipv6.sport = key->remote_port;
		tuple.ipv6.dport = key->local_port;
		size = sizeof(tuple.ipv6);
	}
	struct bpf_sock *sk = key->protocol == IPPROTO_TCP
				      ? bpf_sk_lookup_tcp(skb, &tuple, size, BPF_F_CURRENT_NETNS, 0)
				      : bpf_sk_lookup_udp(skb, &tuple, size, BPF_F_CURRENT_NETNS, 0);
	if (!sk)
		return false;
	bool found = false;
	bool wildcard = sk->src_ip4 == 0;
	if (key->family == AF_INET6 || sk->family == AF_INET6)
		wildcard = sk->src_ip6[0] == 0 && sk->src_ip6[1] == 0 && sk->src_ip6[2] == 0 && sk->src_ip6[3] == 0;
	struct owner *owner = bpf_sk_storage_get(&owners, sk, 0, 0);
	if (owner && owner->context) {
		out->context = owner->context;
		out->flags = owner->flags;
		found = true;
	}
	bpf_sk_release(sk);
	if (found && wildcard && check_local && !is_local(skb, key))
		found = false;
	return found;
}

/* Whether the task at work is the one that sends from this socket right now. Being in a task's own work is not
 * enough: a program that writes to a tun device carries what it wrote through the whole stack, and so sends the
 * acknowledgements of other programs' connections; and in_task() takes some soft interrupts for a task's work.
 * A connection is used by whoever holds its lock (lock_sock): what is sent while nobody holds it is the kernel's
 * doing. Datagram, raw and packet sockets are not locked to send, but the kernel sends nothing for them either,
 * save from sockets of its own (for ICMP, resets, tunnels): those have no owner, and get none here. */
static __always_inline bool is_sender(struct __sk_buff *skb, struct bpf_sock *sk, struct counters *c, bool known)
{
	if (!known && sk->family != AF_PACKET)
		return false;
	if (sk->type != SOCK_DGRAM && sk->type != SOCK_RAW &&
	    BPF_CORE_READ((struct sk_buff *)skb, sk, sk_lock.owned) == 0)
		return false;
	return in_task(c);
}

/* The owner of a packet that leaves. */
static __always_inline bool owner_out(struct __sk_buff *skb, struct counters *c, __u32 network,
				      struct flow_owner *out)
{
	struct ends ends;
	struct bpf_sock *sk = skb->sk;
	if (sk) {
		struct bpf_sock *full = bpf_sk_fullsock(sk);
		if (full) {
			struct owner *owner = bpf_sk_storage_get(&owners, full, 0, 0);
			if (is_sender(skb, full, c, owner != 0))
				owner = OWN_SOCKET(full);
			if (owner && owner->context) {
				out->context = owner->context;
				out->flags = owner->flags;
				/* answers to these find no socket by ports: note them by what they carry */
				if (full->protocol != IPPROTO_TCP && full->protocol != IPPROTO_UDP &&
				    read_ends(skb, network, &ends) && !ends.fragment) {
					ends.key.netns = netns_of(skb);
					bpf_map_update_elem(&flows, &ends.key, out, BPF_ANY);
				}
				return true;
			}
		}
	}
	if (!read_ends(skb, network, &ends) || ends.quoted || ends.fragment == FRAGMENT_LATER)
		return false;
	/* a request, a TIME_WAIT or a control socket: made here, but carrying no owner of its own */
	if (sk && (ends.key.protocol == IPPROTO_TCP) && socket_owner(skb, &ends.key, false, out))
		return true;
	ends.key.netns = netns_of(skb);
	return flow_owner(&ends.key, out);
}

/* The owner of a packet that arrives. */
static __always_inline bool owner_in(struct __sk_buff *skb, __u32 network, struct flow_owner *out)
{
	struct ends ends;
	if (skb->pkt_type == PACKET_OTHERHOST || !read_ends(skb, network, &ends))
		return false;
	if (!ends.quoted)
		swap_ends(&ends.key);
	bool found = false;
	struct flow_key key = ends.key;
	if (ends.fragment == FRAGMENT_LATER) {
		key.local_port = key.remote_port = 0;
		key.fragment = ends.fragment_id;
		key.netns = netns_of(skb);
		return flow_owner(&key, out);
	}
	if (key.protocol == IPPROTO_TCP || key.protocol == IPPROTO_UDP)
		found = socket_owner(skb, &key, true, out);
	if (!found) {
		key.netns = netns_of(skb);
		found = flow_owner(&key, out);
	}
	if (found && ends.fragment == FRAGMENT_FIRST) {
		key.local_port = key.remote_port = 0;
		key.fragment = ends.fragment_id;
		key.netns = netns_of(skb);
		bpf_map_update_elem(&flows, &key, out, BPF_ANY);
	}
	return found;
}

/* Copies one power of two where `left` has that bit: eighteen steps for any length. */
#define COPY_BIT(bit)                                                                                    \
	if (left & (bit)) {                                                                              \
		void *part = bpf_dynptr_data(&memory, to, (bit));                                        \
		if (!part || bpf_skb_load_bytes(skb, from, part, (bit)))                                 \
			goto unreadable;                                                                 \
		from += (bit);                                                                           \
		to += (bit);                                                                             \
	}

#define COPY_TWICE(size)                                                                                 \
	if (left >= (size)) {                                                                            \
		void *part = bpf_dynptr_data(&memory, to, (size));                                       \
		if (!part || bpf_skb_load_bytes(skb, from, part, (size)))                                \
			goto unreadable;                                                                 \
		__u32 rest = left - (size);                                                              \
		part = bpf_dynptr_data(&memory, to + rest, (size));                                      \
		if (!part || bpf_skb_load_bytes(skb, from + rest, part, (size)))                         \
			goto unreadable;                                                                 \
		goto copied;                                                                             \
	}

#define CHUNK 4096

struct vlan_tag {
	__be16 protocol;
	__be16 control;
};

static __always_inline int capture(struct __sk_buff *skb, __u16 direction, bool ethernet)
{
	struct counters *c = count();
	if (!c)
		return -1;
	c->matched++;
	struct flow_owner owner = {};
	if (config.attribution) {
		__u32 network = ethernet ? 14 : 0;
		bool found = direction == DIRECTION_OUT ? owner_out(skb, c, network, &owner) : owner_in(skb, network, &owner);
		if (!found)
			owner.context = owner.flags = 0;
	}
	if (config.filter_processes && !(owner.flags & OWNER_WANTED)) {
		c->unwanted++;
		return -1;
	}
	/* The tag that the NIC or veth holds beside the frame goes back to where it was on the wire. */
	bool tagged = ethernet && skb->vlan_present && skb->len >= 12;
	__u32 len = skb->len + (tagged ? 4 : 0);
	__u32 caplen = len < config.snaplen ? len : config.snaplen;
	if (caplen > (1 << 20))
		caplen = 1 << 20;
	if (tagged && caplen < 16)
		tagged = false;

	struct bpf_dynptr memory;
	if (bpf_ringbuf_reserve_dynptr(&ring, sizeof(struct record_packet) + caplen, 0, &memory)) {
		bpf_ringbuf_discard_dynptr(&memory, BPF_RB_FORCE_WAKEUP);
		c->dropped_ring++;
		return -1;
	}
	struct record_packet *head = bpf_dynptr_data(&memory, 0, sizeof(*head));
	if (!head)
		goto unreadable;
	head->kind = RECORD_PACKET;
	head->direction = direction;
	head->context = owner.context;
	head->time = bpf_ktime_get_ns();
	head->ifindex = skb->ifindex;
	head->netns = config.several_netns ? netns_of(skb) : 0;
	head->len = len;
	head->caplen = caplen;

	__u32 from = 0, to = sizeof(*head), left = caplen;
	if (tagged) {
		void *part = bpf_dynptr_data(&memory, to, 16);
		if (!part || bpf_skb_load_bytes(skb, 0, part, 12))
			goto unreadable;
		struct vlan_tag *tag = part + 12;
		tag->protocol = skb->vlan_proto;
		tag->control = bpf_htons(skb->vlan_tci);
		from += 12;
		to += 16;
		left -= 16;
	}
	for (int i = 0; i < (1 << 20) / CHUNK && left > CHUNK; i++) {
		void *part = bpf_dynptr_data(&memory, to, CHUNK);
		if (!part || bpf_skb_load_bytes(skb, from, part, CHUNK))
			goto unreadable;
		from += CHUNK;
		to += CHUNK;
		left -= CHUNK;
	}
	/* What is left, up to a chunk: two overlapping copies of the largest power of two that fits in. */
	COPY_TWICE(2048)
	COPY_TWICE(1024)
	COPY_TWICE(512)
	COPY_TWICE(256)
	COPY_TWICE(128)
	COPY_TWICE(64)
	COPY_TWICE(32)
	COPY_BIT(16)
	COPY_BIT(8)
	COPY_BIT(4)
	COPY_BIT(2)
	COPY_BIT(1)
copied:
	bpf_ringbuf_submit_dynptr(&memory, reader.immediate ? BPF_RB_FORCE_WAKEUP : wake_flags());
	c->captured++;
	if (owner.context)
		c->named++;
	return -1;
unreadable:
	bpf_ringbuf_discard_dynptr(&memory, BPF_RB_NO_WAKEUP);
	c->dropped_copy++;
	return -1;
}

#endif
