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

/* What the functions of a capture program hand each other: each of them is verified once, not once per path that
 * leads to it. Per CPU, and nobody comes between: the hooks of a device run with soft interrupts switched off. */
struct scratch {
	struct ends ends;
	struct flow_owner owner;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} scratch SEC(".maps");

static __always_inline struct scratch *scratch_memory(void)
{
	__u32 zero = 0;
	return bpf_map_lookup_elem(&scratch, &zero);
}

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

/* An ICMP echo's id stands for the port of who asks, and only of who asks: so that on loopback, or between two hosts
 * that ask each other with the same id, the kernel's answers are not taken for a program's. Other messages have what
 * is in its place as both ports. */
static __always_inline void read_id(const __u8 *icmp, struct ends *ends)
{
	bool v4 = ends->key.protocol == IPPROTO_ICMP;
	__u16 id;
	__builtin_memcpy(&id, icmp + 4, 2);
	ends->key.local_port = icmp[0] == (v4 ? 0 : 129) ? 0 : id;
	ends->key.remote_port = icmp[0] == (v4 ? 8 : 128) ? 0 : id;
}

/* The two ends of the packet at `at` (network header), local = source. An ICMP error has the ends of the packet that
 * it quotes: who sent that is whom the error is for. False where the packet is something else or too short. */
static __always_inline bool find_ends(struct __sk_buff *skb, __u32 at, struct ends *ends)
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
		read_id(icmp, ends);
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
		read_id(icmp, ends);
	}
	ends->fragment = outer;
	return true;
}

/* The ends into scratch memory; 0 where there are none. */
__noinline int read_ends(struct __sk_buff *skb, __u32 network)
{
	struct scratch *at = scratch_memory();
	return at && find_ends(skb, network, &at->ends);
}

static __always_inline __u32 netns_of(struct __sk_buff *skb)
{
	/* three reads that can fail cost as much as a socket's lookup: a capture of one namespace knows it */
	if (!config.several_netns)
		return config.netns;
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
	struct owner *owner = FIND_OWNER(sk);
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

/* The owner of a packet that leaves, into scratch memory; 0 where it has none. */
__noinline int owner_out(struct __sk_buff *skb, __u32 network)
{
	struct scratch *at = scratch_memory();
	struct counters *c = count();
	if (!at || !c)
		return 0;
	struct flow_owner *out = &at->owner;
	struct flow_key *key = &at->ends.key;
	struct bpf_sock *sk = skb->sk;
	if (sk) {
		struct bpf_sock *full = bpf_sk_fullsock(sk);
		if (full) {
			struct owner *owner = FIND_OWNER(full);
			if (is_sender(skb, full, c, owner != 0))
				owner = OWN_SOCKET(full);
			if (owner && owner->context) {
				out->context = owner->context;
				out->flags = owner->flags;
				/* answers to these find no socket by ports: note them by what they carry */
				if (full->protocol != IPPROTO_TCP && full->protocol != IPPROTO_UDP &&
				    read_ends(skb, network) && !at->ends.fragment) {
					key->netns = netns_of(skb);
					bpf_map_update_elem(&flows, key, out, BPF_ANY);
				}
				return 1;
			}
		}
	}
	if (!read_ends(skb, network) || at->ends.quoted || at->ends.fragment == FRAGMENT_LATER)
		return 0;
	/* a request, a TIME_WAIT or a control socket: made here, but carrying no owner of its own */
	if (sk && key->protocol == IPPROTO_TCP && socket_owner(skb, key, false, out))
		return 1;
	key->netns = netns_of(skb);
	return flow_owner(key, out);
}

/* The owner of a packet that arrives, into scratch memory; 0 where it has none. */
__noinline int owner_in(struct __sk_buff *skb, __u32 network)
{
	struct scratch *at = scratch_memory();
	if (!at || skb->pkt_type == PACKET_OTHERHOST || !read_ends(skb, network))
		return 0;
	struct flow_owner *out = &at->owner;
	struct flow_key *key = &at->ends.key;
	if (!at->ends.quoted)
		swap_ends(key);
	if (at->ends.fragment == FRAGMENT_LATER) {
		key->local_port = key->remote_port = 0;
		key->fragment = at->ends.fragment_id;
		key->netns = netns_of(skb);
		return flow_owner(key, out);
	}
	bool found = false;
	if (key->protocol == IPPROTO_TCP || key->protocol == IPPROTO_UDP)
		found = socket_owner(skb, key, true, out);
	if (!found) {
		key->netns = netns_of(skb);
		found = flow_owner(key, out);
	}
	if (found && at->ends.fragment == FRAGMENT_FIRST) {
		key->local_port = key->remote_port = 0;
		key->fragment = at->ends.fragment_id;
		key->netns = netns_of(skb);
		bpf_map_update_elem(&flows, key, out, BPF_ANY);
	}
	return found;
}

/* Sizes of records' data: a record is reserved in the smallest that holds the packet, so that one constant-size
 * reserve and one copy do for any length, on every kernel that has a ring buffer. At most a third is given away. */
#define CLASSES(C)                                                                                       \
	C(64) C(96) C(128) C(192) C(256) C(384) C(512) C(768) C(1024) C(1536) C(2048) C(3072) C(4096)    \
	C(6144) C(8192) C(12288) C(16384) C(24576) C(32768) C(49152) C(66560) C(98304) C(131072) C(196608) \
	C(262144)
#define LARGEST_CLASS 262144

/* Whether an owner's packets are wanted: as a process, or for its container's sake. */
static __always_inline bool is_chosen(__u32 flags)
{
	if (flags & OWNER_WANTED)
		return true;
	__u32 cgroup = flags >> OWNER_CGROUP_SHIFT;
	return config.filter_containers && cgroup && bpf_map_lookup_elem(&wanted_cgroups, &cgroup);
}

struct vlan_tag {
	__be16 protocol;
	__be16 control;
};

#define VLAN_AT 12 /* the tag stands behind the two addresses (IEEE 802.1Q) */

#define WRITE(size)                                                                                      \
	if (caplen <= (size)) {                                                                          \
		struct {                                                                                 \
			struct record_packet head;                                                       \
			__u8 data[size];                                                                 \
		} *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);                              \
		if (!record)                                                                             \
			goto full;                                                                       \
		record->head.kind = RECORD_PACKET;                                                       \
		record->head.direction = direction;                                                      \
		record->head.context = context;                                                          \
		record->head.time = time;                                                                \
		record->head.ifindex = skb->ifindex;                                                     \
		record->head.netns = config.several_netns ? netns_of(skb) : 0;                           \
		record->head.len = len;                                                                  \
		record->head.caplen = caplen;                                                            \
		if (copy_packet(skb, record->data, caplen, size, tagged)) {                                    \
			bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);                                   \
			goto unreadable;                                                                 \
		}                                                                                        \
		bpf_ringbuf_submit(record, wake_flags());                                              \
		goto written;                                                                            \
	}

/* Loads at most `room` bytes. Before Linux 5.13 the verifier learns nothing from a comparison with 0: so there is
 * one comparison that tells it 1 <= length <= room, and the compiler has to leave it alone. */
static __always_inline long load_bytes(struct __sk_buff *skb, __u32 from, __u8 *to, __u32 length, __u32 room)
{
	__u64 last = (__u64)length - 1;
	asm volatile("" : "+r"(last));
	if (last >= room)
		return length ? -1 : 0;
	return bpf_skb_load_bytes(skb, from, to, last + 1);
}

static __always_inline long copy_packet(struct __sk_buff *skb, __u8 *to, __u32 caplen, __u32 room, bool tagged)
{
	if (!tagged)
		return load_bytes(skb, 0, to, caplen, room);
	struct vlan_tag *tag = (void *)(to + VLAN_AT);
	if (bpf_skb_load_bytes(skb, 0, to, VLAN_AT))
		return -1;
	tag->protocol = skb->vlan_proto;
	tag->control = bpf_htons(skb->vlan_tci);
	const __u32 before = VLAN_AT + sizeof(*tag);
	return load_bytes(skb, VLAN_AT, to + before, caplen - before, room - before);
}

/* Writes the packet's record. A function of its own, verified once whoever owns the packet. */
__noinline int write_packet(struct __sk_buff *skb, __u32 direction, __u32 context, __u32 ethernet)
{
	struct counters *c = count();
	if (!c)
		return 0;
	/* The tag that the NIC or veth holds beside the frame goes back to where it was on the wire. */
	bool tagged = ethernet && skb->vlan_present && skb->len >= VLAN_AT;
	__u32 len = skb->len + (tagged ? 4 : 0);
	__u32 caplen = len < config.snaplen ? len : config.snaplen;
	if (caplen > LARGEST_CLASS)
		caplen = LARGEST_CLASS;
	if (tagged && caplen < VLAN_AT + 4)
		tagged = false;
	__u64 time = bpf_ktime_get_ns();
	CLASSES(WRITE)
full:
	c->dropped_ring++;
	return 0;
unreadable:
	c->dropped_copy++;
	return 0;
written:
	c->captured++;
	if (context)
		c->named++;
	return 0;
}

static __always_inline int capture(struct __sk_buff *skb, __u16 direction, bool ethernet)
{
	struct counters *c = count();
	if (!c)
		return -1;
	/* the copy of a multicast or broadcast that comes back to its sender's host has no link header; tcpdump's sockets
	 * do not get it either (packet_rcv of net/packet/af_packet.c) */
	if (direction == DIRECTION_IN && skb->pkt_type == PACKET_LOOPBACK)
		return -1;
	c->matched++;
	struct flow_owner owner = {};
	if (config.attribution) {
		struct scratch *scratch = scratch_memory();
		__u32 network = ethernet ? 14 : 0;
		if (!scratch)
			return -1;
		if (direction == DIRECTION_OUT ? owner_out(skb, network) : owner_in(skb, network))
			owner = scratch->owner;
	}
	if (config.filter_processes && !is_chosen(owner.flags)) {
		c->unwanted++;
		return -1;
	}
	write_packet(skb, direction, owner.context, ethernet);
	return -1;
}

#endif
