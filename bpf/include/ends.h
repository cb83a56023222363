/* Whose a packet's ends are: headers, and the kernel's own look-ups.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_ENDS_H
#define PTCPDUMP_ENDS_H

#include "owner.h"

/* A packet as programs see it that it is handed to: __sk_buff. Tracing programs have the kernel's own (traced.h). */
#ifndef KERNEL_PACKET
#define KERNEL_PACKET(skb) ((struct sk_buff *)skb)
#define PACKET_LENGTH(skb) skb->len
#define PACKET_PROTOCOL(skb) skb->protocol
#define PACKET_IFINDEX(skb) skb->ifindex
#define PACKET_TYPE(skb) skb->pkt_type
#define PACKET_SOCKET(skb) skb->sk
#define PACKET_TAGGED(skb) skb->vlan_present
#define LOAD_PACKET bpf_skb_load_bytes
/* verified once, whatever calls it */
#define PACKET_FUNCTION __noinline
#endif

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
	__u32 transport; /* where the transport header stands */
	__u32 end; /* where the IP packet ends: an Ethernet frame may be padded behind it */
	__u8 fragment;
	__u8 quoted; /* an ICMP error: the ends are those of the quoted packet */
};

/* What the functions of a capture program hand each other: each of them is verified once, not once per path that
 * leads to it. Per CPU, and nobody comes between: the hooks of a device run with soft interrupts switched off. But
 * those of a cgroup do not, where a task sends, and there another task may come between as well (kernels with
 * preemption): so what runs in a task's own work takes one of several others, and gives it back. Which is told in the
 * highest bits of the network header's offset, for functions that are verified once take no more than a few numbers. */
struct scratch {
	__u32 taken;
	struct ends ends;
	struct flow_key other;
	struct flow_owner owner;
	struct bpf_fib_lookup route;
	struct bpf_sock_tuple tuple;
	__u32 listens; /* socket_owner found a socket that takes from anybody; told_owner one whose sleepers are still to be asked */
};

#define TASK_SCRATCHES 32

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1 + TASK_SCRATCHES);
	__type(key, __u32);
	__type(value, struct scratch);
} scratch SEC(".maps");

#define SCRATCH_SHIFT 24
#define OFFSET_OF(network) ((network) & ((1u << SCRATCH_SHIFT) - 1))

static __always_inline struct scratch *scratch_memory(__u32 network)
{
	__u32 index = network >> SCRATCH_SHIFT;
	return bpf_map_lookup_elem(&scratch, &index);
}

/* One for the task at work, as part of an offset. 0 where both that its number leads to are taken: by tasks that were at
 * the same place when they had to give way. */
static __always_inline __u32 take_scratch(void)
{
	__u32 task = task_number();
	for (int i = 0; i < 2; i++) {
		__u32 index = 1 + (task + i) % TASK_SCRATCHES;
		struct scratch *at = bpf_map_lookup_elem(&scratch, &index);
		if (at && !at->taken) {
			at->taken = 1;
			return index << SCRATCH_SHIFT;
		}
	}
	return 0;
}

static __always_inline void give_scratch(__u32 network)
{
	struct scratch *at = scratch_memory(network);
	if (at)
		at->taken = 0;
}

/* The bytes of an IPv4 header. Where programs may look at a packet in place they do: a helper's call costs more than the
 * bytes. What does not lie in the packet's head is fetched by the helper. Only here: the ports read so, too, behind a
 * header of any length, the verifier took four times as long over all programs (0.4 s of a start instead of 0.12). */
#ifdef HEADERS_IN_PLACE
#define HEAD_SIZE 4096
static __always_inline long load_in_place(struct __sk_buff *skb, __u32 at, void *to, __u32 size)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	if (at < HEAD_SIZE && data + at + size <= end) {
		__builtin_memcpy(to, data + at, size);
		return 0;
	}
	return LOAD_PACKET(skb, at, to, size);
}
#define LOAD_HEADER load_in_place
#else
#define LOAD_HEADER LOAD_PACKET
#endif

/* Reads addresses, protocol and ports at an offset. False where the packet is something else or too short. */
static __always_inline bool read_address(struct __sk_buff *skb, __u32 *at, __u16 protocol, struct ends *ends)
{
	if (protocol == ETH_P_IP) {
		struct ipv4_header ip;
		if (LOAD_HEADER(skb, *at, &ip, sizeof(ip)))
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
		/* 0: more than 64 KiB, that a device is still to cut */
		ends->end = ip.length ? *at + bpf_ntohs(ip.length) : PACKET_LENGTH(skb);
		*at += (ip.version_ihl & 15) * 4;
		return true;
	}
	if (protocol != ETH_P_IPV6)
		return false;
	struct ipv6_header ip;
	if (LOAD_PACKET(skb, *at, &ip, sizeof(ip)))
		return false;
	ends->key.family = AF_INET6;
	__builtin_memcpy(ends->key.local, ip.source, 16);
	__builtin_memcpy(ends->key.remote, ip.destination, 16);
	*at += sizeof(ip);
	ends->end = ip.length ? *at + bpf_ntohs(ip.length) : PACKET_LENGTH(skb);
	__u8 next = ip.next;
	ends->fragment = 0;
	/* RFC 8200 names seven extension headers; nobody sends more than a few */
	for (int i = 0; i < 7; i++) {
		__u8 head[8];
		if (next != 0 && next != 43 && next != 44 && next != 60 && next != 51 && next != 135)
			break;
		if (LOAD_PACKET(skb, *at, head, sizeof(head)))
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
	if (LOAD_PACKET(skb, at, ports, sizeof(ports)))
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
	__u16 protocol = bpf_ntohs(PACKET_PROTOCOL(skb));
	__builtin_memset(ends, 0, sizeof(*ends));
	if (!read_address(skb, &at, protocol, ends))
		return false;
	ends->transport = at;
	if (ends->fragment == FRAGMENT_LATER)
		return true;
	if (ends->key.protocol == IPPROTO_TCP || ends->key.protocol == IPPROTO_UDP)
		return read_ports(skb, at, ends);
	if (ends->key.protocol != IPPROTO_ICMP && ends->key.protocol != IPPROTO_ICMPV6)
		return true;
	__u8 icmp[8];
	if (LOAD_PACKET(skb, at, icmp, sizeof(icmp)))
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
	} else if (LOAD_PACKET(skb, at, icmp, sizeof(icmp)) == 0) {
		read_id(icmp, ends);
	}
	ends->fragment = outer;
	return true;
}

/* The ends into scratch memory; 0 where there are none. */
PACKET_FUNCTION int read_ends(struct __sk_buff *skb, __u32 network)
{
	struct scratch *at = scratch_memory(network);
	return at && find_ends(skb, OFFSET_OF(network), &at->ends);
}

/* Also of a socket that is none in full: of a connection in the making, or in TIME_WAIT. */
static __always_inline __u32 netns_of_socket(struct __sk_buff *skb)
{
	return BPF_CORE_READ(KERNEL_PACKET(skb), sk, __sk_common.skc_net.net, ns.inum);
}

static __always_inline __u32 netns_of(struct __sk_buff *skb)
{
	/* three reads that can fail cost as much as a socket's lookup: a capture of one namespace knows it */
	if (!config.several_netns && !config.transit && !SEES_ALL_NETNS)
		return config.netns;
	/* the program's context is the kernel's sk_buff: read its device's namespace */
	return BPF_CORE_READ(KERNEL_PACKET(skb), dev, nd_net.net, ns.inum);
}

static __always_inline bool flow_owner(const struct flow_key *key, struct flow_owner *out)
{
	struct flow_owner *known = bpf_map_lookup_elem(&flows, key);
	if (!known)
		return false;
	*out = *known;
	return true;
}

/* Fragments behind the first have no ports: the first notes its owner under their common id. */
static __always_inline void take_fragment(struct scratch *at, __u32 netns)
{
	struct flow_key *key = &at->ends.key;
	key->local_port = key->remote_port = 0;
	key->fragment = at->ends.fragment_id;
	key->netns = netns;
}

static __always_inline void note_fragment(struct scratch *at, __u32 netns)
{
	take_fragment(at, netns);
	bpf_map_update_elem(&flows, &at->ends.key, &at->owner, BPF_ANY);
}

static __always_inline bool fragment_owner(struct scratch *at, __u32 netns)
{
	take_fragment(at, netns);
	return flow_owner(&at->ends.key, &at->owner);
}

/* Who has a raw socket for this protocol: there is no port to tell more. ICMP has its ids. */
static __always_inline bool raw_owner(const struct flow_key *key, struct flow_owner *out)
{
	if (key->protocol == IPPROTO_TCP || key->protocol == IPPROTO_UDP || key->protocol == IPPROTO_ICMP ||
	    key->protocol == IPPROTO_ICMPV6)
		return false;
	struct flow_key any = {};
	raw_key(&any, key->family, key->protocol, key->netns);
	return flow_owner(&any, out);
}

/* The question where a packet with these ends goes that came by a device. */
static __always_inline void fill_route(struct bpf_fib_lookup *route, const struct flow_key *key, __u32 ifindex)
{
	__builtin_memset(route, 0, sizeof(*route));
	route->family = key->family;
	route->ifindex = ifindex;
	if (key->family == AF_INET) {
		route->ipv4_src = key->remote[0];
		route->ipv4_dst = key->local[0];
	} else {
		__builtin_memcpy(route->ipv6_src, key->remote, 16);
		__builtin_memcpy(route->ipv6_dst, key->local, 16);
	}
}

/* True where a packet to this address would be delivered here. A wildcard socket answers a lookup for every
 * address, also for those of containers whose packets are only forwarded: then its owner is not the packet's. */
static __always_inline bool is_local(struct __sk_buff *skb, const struct flow_key *key, struct scratch *at)
{
	if (PACKET_IFINDEX(skb) == LOOPBACK_IFINDEX)
		return true;
	struct bpf_fib_lookup *route = &at->route;
	fill_route(route, key, PACKET_IFINDEX(skb));
	long verdict = bpf_fib_lookup(skb, route, sizeof(*route), 0);
	/* without forwarding nothing but what is local gets on, save what a bridge hands through */
	return verdict == BPF_FIB_LKUP_RET_NOT_FWDED ||
	       (verdict == BPF_FIB_LKUP_RET_FWD_DISABLED && PACKET_TYPE(skb) != PACKET_OTHERHOST);
}

/* TCP (RFC 9293): whether there are bytes behind the headers; with `last`, also for the sender's last word. */
static __always_inline bool has_data(struct __sk_buff *skb, const struct ends *ends, bool last)
{
	__u8 head[2]; /* data offset in words, flags */
	if (LOAD_PACKET(skb, ends->transport + 12, head, sizeof(head)))
		return false;
	return (last && head[1] & TCP_FIN) || ends->end > ends->transport + (head[0] >> 4) * 4;
}

/* TCP: one of the two packets that open a connection. */
static __always_inline bool opens(struct __sk_buff *skb, const struct ends *ends)
{
	__u8 flags;
	return ends->key.protocol == IPPROTO_TCP && LOAD_PACKET(skb, ends->transport + 13, &flags, 1) == 0 &&
	       flags & TCP_SYN;
}

static __always_inline bool take_user(const struct user *user, struct flow_owner *out)
{
	out->context = user->context;
	out->flags = user->flags;
	out->socket = 0;
	out->cookie = 0;
	return user->context != 0;
}

/* Whoever sleeps on the socket is the reader from this packet on. */
static __always_inline void wake_reader(struct owner *owner, struct sock *sk, bool listens)
{
	struct user fresh = {};
	struct task_struct *task = (struct task_struct *)sleeper((__u64)sk, owner->reader.who.tid);
	if (!task)
		return;
	/* a task does not rename itself in its sleep */
	if (START_OF(task) == owner->reader.who.start &&
	    (__u32)BPF_CORE_READ(task, self_exec_id) == owner->reader.who.exec)
		return;
	read_identity(task, false, &fresh.who);
	if (find_context(task, false, &fresh))
		note_user(owner, &fresh, listens ? ROLE_HOLDS : ROLE_READS);
}

/* A packet's ends as the kernel's look-ups of sockets take them; how many bytes of it count. */
static __always_inline __u32 fill_tuple(struct bpf_sock_tuple *tuple, const struct flow_key *key)
{
	if (key->family == AF_INET) {
		tuple->ipv4.saddr = key->remote[0];
		tuple->ipv4.daddr = key->local[0];
		tuple->ipv4.sport = key->remote_port;
		tuple->ipv4.dport = key->local_port;
		return sizeof(tuple->ipv4);
	}
	__builtin_memcpy(tuple->ipv6.saddr, key->remote, 16);
	__builtin_memcpy(tuple->ipv6.daddr, key->local, 16);
	tuple->ipv6.sport = key->remote_port;
	tuple->ipv6.dport = key->local_port;
	return sizeof(tuple->ipv6);
}

/* Asks the kernel which socket of a namespace would receive a packet with these ends: the device's
 * (BPF_F_CURRENT_NETNS), or the one that has this number there. */
static __always_inline bool socket_owner(struct __sk_buff *skb, const struct flow_key *key, __s64 netns,
					 bool check_local, bool reads, struct scratch *at)
{
	struct bpf_sock_tuple *tuple = &at->tuple;
	__u32 size = fill_tuple(tuple, key);
	struct bpf_sock *sk = key->protocol == IPPROTO_TCP
				      ? bpf_sk_lookup_tcp(skb, tuple, size, netns, 0)
				      : bpf_sk_lookup_udp(skb, tuple, size, netns, 0);
	if (!sk)
		return false;
	bool found = false;
	bool wildcard = sk->src_ip4 == 0;
	if (key->family == AF_INET6 || sk->family == AF_INET6)
		wildcard = sk->src_ip6[0] == 0 && sk->src_ip6[1] == 0 && sk->src_ip6[2] == 0 && sk->src_ip6[3] == 0;
	struct owner *owner = FIND_PACKET_OWNER(sk);
	if (owner) {
		if (reads)
			wake_reader(owner, (struct sock *)address_of(sk), sk->state == TCP_LISTEN);
		found = take_user(reads ? &owner->reader : last_user(owner), &at->owner);
	}
	at->listens = sk->state == TCP_LISTEN || (key->protocol == IPPROTO_UDP && sk->state == TCP_CLOSE);
	bpf_sk_release(sk);
	if (found && wildcard && check_local && netns < 0 && !is_local(skb, key, at))
		found = false;
	return found;
}

#endif
