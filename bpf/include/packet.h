/* A packet's owner, and its way into the ring. One body for every capture hook.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_PACKET_H
#define PTCPDUMP_PACKET_H

#include "transit.h"

/* Whether the task at work is the one that sends from this socket right now. Being in a task's own work is not
 * enough: a program that writes to a tun device carries what it wrote through the whole stack, and so sends the
 * acknowledgements of other programs' connections; and in_task() takes some soft interrupts for a task's work.
 * A connection is used by whoever holds its lock (lock_sock): what is sent while nobody holds it is the kernel's
 * doing. Datagram, raw and packet sockets are not locked to send, but the kernel sends nothing for them either,
 * save from sockets of its own (for ICMP, resets, tunnels): those have no owner, and get none here. */
static __always_inline bool is_sender(struct __sk_buff *skb, struct bpf_sock *sk, struct counters *c, __u32 network,
				      bool known)
{
	if (!known && sk->family != AF_PACKET)
		return false;
	if (sk->type != SOCK_DGRAM && sk->type != SOCK_RAW &&
	    BPF_CORE_READ(KERNEL_PACKET(skb), sk, sk_lock.owned) == 0)
		return false;
	/* whoever has a task's scratch memory has asked */
	return network >> SCRATCH_SHIFT ? true : in_task(c);
}

/* True where a packet that leaves carries what somebody wrote. */
static __always_inline bool is_written(struct __sk_buff *skb, __u32 protocol, __u32 network, struct scratch *at)
{
	return protocol != IPPROTO_TCP || (read_ends(skb, network) && has_data(skb, &at->ends, false));
}

/* The task at work, which sends. It becomes the writer if it writes: a reader, too, sends acknowledgements. */
static __always_inline bool sender(struct __sk_buff *skb, __u32 protocol, __u32 network, struct scratch *at,
				   struct owner *owner)
{
	struct task_struct *task = current_task();
	struct user fresh = {};
	read_identity(task, config.task_pointer, &fresh.who);
	if (owner && same_identity(&owner->writer.who, &fresh.who)) {
		if (owner->last != ROLE_WRITES && owner->reader.context != owner->writer.context &&
		    is_written(skb, protocol, network, at))
			owner->last = ROLE_WRITES;
		return take_user(&owner->writer, &at->owner);
	}
	if (owner && same_identity(&owner->reader.who, &fresh.who))
		fresh = owner->reader;
	else if (!find_context(task, true, &fresh))
		return false;
	if (owner && is_written(skb, protocol, network, at))
		note_user(owner, &fresh, ROLE_WRITES);
	return take_user(&fresh, &at->owner);
}

/* Who is noted for these ends in this namespace. Of UDP only what is in transit is ever noted: a port without a socket is
 * nobody's, and a flood of such packets is spared the look-up. */
static __always_inline bool known_flow(const struct flow_key *key, struct flow_owner *out)
{
	return (key->protocol != IPPROTO_UDP || config.transit) && flow_owner(key, out);
}

/* The owner of a packet that leaves, into scratch memory; 0 where it has none. */
PACKET_FUNCTION int owner_out(struct __sk_buff *skb, __u32 network)
{
	struct scratch *at = scratch_memory(network);
	struct counters *c = count();
	if (!at || !c)
		return 0;
	struct flow_owner *out = &at->owner;
	struct flow_key *key = &at->ends.key;
	struct bpf_sock *sk = PACKET_SOCKET(skb);
	if (sk) {
		struct bpf_sock *full = bpf_sk_fullsock(sk);
		if (full) {
			struct owner *owner = FIND_PACKET_OWNER(full);
			__u32 protocol = full->protocol;
			/* read once: a later read would go by an address computed from the socket, which is forbidden */
			barrier_var(protocol);
			bool found = is_sender(skb, full, c, network, owner != 0) && sender(skb, protocol, network, at, owner);
			/* sent by the kernel: what was written before, or an acknowledgement */
			if (!found && owner)
				found = take_user(owner->writer.flags & USER_ITSELF && is_written(skb, protocol, network, at)
							  ? &owner->writer : last_user(owner), out);
			if (found) {
				/* answers to these find no socket by ports: note them by what they carry */
				if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP &&
				    read_ends(skb, network) && !at->ends.fragment) {
					key->netns = netns_of(skb);
					bpf_map_update_elem(&flows, key, out, BPF_ANY);
				}
				return 1;
			}
		}
	}
	if (!read_ends(skb, network))
		return 0;
	/* a packet keeps its socket where it comes from another namespace */
	bool transit = config.transit && (!sk || netns_of_socket(skb) != netns_of(skb));
	if (transit && (at->ends.quoted || at->ends.fragment)) {
		if (at->ends.fragment == FRAGMENT_LATER)
			return fragment_owner(at, ANY_NETNS);
		if (!transit_out(skb))
			return 0;
		/* a translation may have been noted, by other ends */
		if (at->ends.fragment && !at->ends.quoted && read_ends(skb, network))
			note_fragment(at, ANY_NETNS);
		return 1;
	}
	if (at->ends.quoted || at->ends.fragment == FRAGMENT_LATER)
		return 0;
	/* a request, a TIME_WAIT or a control socket: made here, but carrying no owner of its own */
	if (sk && !transit && key->protocol == IPPROTO_TCP && socket_owner(skb, key, BPF_F_CURRENT_NETNS, false, false, at)) {
		if (config.transit && opens(skb, &at->ends))
			forget_service(at);
		return 1;
	}
	key->netns = netns_of(skb);
	return known_flow(key, out) || (transit && transit_out(skb));
}

/* The owner of a packet that arrives, into scratch memory; 0 where it has none. */
PACKET_FUNCTION int owner_in(struct __sk_buff *skb, __u32 network)
{
	struct scratch *at = scratch_memory(0);
	/* a bridge's port gets what is for the bridge */
	if (!at || (PACKET_TYPE(skb) == PACKET_OTHERHOST && !config.transit) || !read_ends(skb, network))
		return 0;
	struct flow_owner *out = &at->owner;
	struct flow_key *key = &at->ends.key;
	if (!at->ends.quoted)
		swap_ends(key);
	if (at->ends.fragment == FRAGMENT_LATER)
		return fragment_owner(at, netns_of(skb));
	bool found = false;
	at->listens = 0;
	struct flow_key *wanted = key;
	__s64 netns = BPF_F_CURRENT_NETNS;
	if (config.transit && !config.several_netns) {
		netns = published_end(skb);
		wanted = &at->other;
	}
	/* an acknowledgement is for whoever was at work last, what is to be read for whoever reads */
	if (key->protocol == IPPROTO_TCP)
		found = socket_owner(skb, wanted, netns, true, !at->ends.quoted && has_data(skb, &at->ends, true), at);
	else if (key->protocol == IPPROTO_UDP)
		found = socket_owner(skb, wanted, netns, true, !at->ends.quoted, at);
	/* the container's server takes what is published for it, and nobody before it */
	if (netns >= 0)
		at->listens = 0;
	if (!found) {
		key->netns = netns_of(skb);
		found = known_flow(key, out) || raw_owner(key, out);
	}
	if (config.transit && (!found || at->listens)) {
		int found_in = transit_in(skb, found);
		if (found_in == FOUND_RECEIVER)
			take_sleeper(skb, at);
		found = found || found_in;
	}
	if (found && at->ends.fragment == FRAGMENT_FIRST)
		note_fragment(at, netns_of(skb));
	return found;
}

/* Sizes of records' data: a record is reserved in the smallest that holds the packet, so that one constant-size
 * reserve and one copy do for any length, on every kernel that has a ring buffer. At most a third is given away. */
#define CLASSES(C)                                                                                       \
	C(64) C(96) C(128) C(192) C(256) C(384) C(512) C(768) C(1024) C(1536) C(2048) C(3072) C(4096)    \
	C(6144) C(8192) C(12288) C(16384) C(24576) C(32768) C(49152) C(66560) C(98304) C(131072) C(196608) \
	C(262152)
#define LARGEST_CAPLEN 262144

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
#define TAG_SIZE 4

/* a: UINT64_MAX where it is not less than b, else 0; numbers below 2^63. Without a jump: the verifier goes each of
 * the two ways of a jump to the end. */
#define UNLESS_LESS(a, b) (~(__u64)((__s64)((__u64)(a) - (__u64)(b)) >> 63))

#define WRITE(size)                                                                                      \
	if (caplen <= (size) - TAG_SIZE) {                                                               \
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
		record->head.ifindex = PACKET_IFINDEX(skb);                                                     \
		record->head.netns = config.several_netns ? netns_of(skb) : 0;                           \
		record->head.len = len;                                                                  \
		record->head.caplen = caplen;                                                            \
		if (load_bytes(skb, 0, record->data + shift, caplen - shift, size - TAG_SIZE)) {         \
			bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);                                   \
			goto unreadable;                                                                 \
		}                                                                                        \
		if (shift)                                                                               \
			put_tag(skb, (void *)record->data);                                              \
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
	return LOAD_PACKET(skb, from, to, last + 1);
}

/* Puts the tag that the NIC or veth holds beside the frame where it was on the wire: the frame lies behind the room
 * for it. */
static __always_inline void put_tag(struct __sk_buff *skb, __u32 *frame)
{
	struct vlan_tag tag = { .protocol = skb->vlan_proto, .control = bpf_htons(skb->vlan_tci) };
	frame[0] = frame[1];
	frame[1] = frame[2];
	frame[2] = frame[3];
	__builtin_memcpy(&frame[VLAN_AT / 4], &tag, sizeof(tag));
}

/* Counts a lost packet with its device. */
static __noinline void note_loss(__u32 ifindex, __u32 netns)
{
	struct loss_key key = { .ifindex = ifindex, .netns = netns };
	__u64 one = 1;
	__u64 *lost = bpf_map_lookup_elem(&losses, &key);
	/* another CPU may be quicker to make the entry */
	if (!lost && bpf_map_update_elem(&losses, &key, &one, BPF_NOEXIST))
		lost = bpf_map_lookup_elem(&losses, &key);
	if (lost)
		__sync_fetch_and_add(lost, 1);
}

/* Writes the packet's record. A function of its own, verified once whoever owns the packet. `time`: when the packet
 * was there, taken before its owner was looked for. That can take long (the first sight of a process, a hypervisor that
 * gives the CPU to somebody else), and what happens meanwhile is later than the packet. */
PACKET_FUNCTION int write_packet(struct __sk_buff *skb, __u32 direction, __u32 context, __u32 ethernet, __u64 time)
{
	struct counters *c = count();
	if (!c)
		return 0;
	/* Room for a tag that is held beside the frame: 0 or TAG_SIZE. One number, not two cases: with cases, all that
	 * follows would be verified twice. */
	__u64 shift = (ethernet & PACKET_TAGGED(skb) & 1) * TAG_SIZE & UNLESS_LESS(PACKET_LENGTH(skb), VLAN_AT);
	__u32 len = PACKET_LENGTH(skb) + shift;
	__u32 caplen = len < config.snaplen ? len : config.snaplen;
	if (caplen > LARGEST_CAPLEN)
		caplen = LARGEST_CAPLEN;
	/* what ends before the tag begins, or within it, is cut as it is */
	shift &= UNLESS_LESS(caplen, VLAN_AT + TAG_SIZE);
	barrier_var(shift);
	shift &= TAG_SIZE;
	CLASSES(WRITE)
full:
	COUNT(c->dropped_ring);
	goto lost;
unreadable:
	COUNT(c->dropped_copy);
lost:
	note_loss(PACKET_IFINDEX(skb), config.several_netns ? netns_of(skb) : 0);
	return 0;
written:
	COUNT(c->captured);
	if (context)
		COUNT(c->named);
	return 0;
}

/* What every capture ends in, once its packet's owner is known, or that there is none. */
static __always_inline void keep(struct __sk_buff *skb, __u16 direction, const struct flow_owner *owner, bool ethernet,
				 __u64 time, struct counters *c)
{
	if (config.filter_processes && !is_chosen(owner->flags)) {
		COUNT(c->unwanted);
		return;
	}
	write_packet(skb, direction, owner->context, ethernet, time);
}

/* At a device. */
static __always_inline int capture(struct __sk_buff *skb, __u16 direction, bool ethernet)
{
	struct counters *c = count();
	if (!c)
		return -1;
	/* the copy of a multicast or broadcast that comes back to its sender's host has no link header; tcpdump's sockets
	 * do not get it either (packet_rcv of net/packet/af_packet.c) */
	if (direction == DIRECTION_IN && PACKET_TYPE(skb) == PACKET_LOOPBACK)
		return -1;
	COUNT(c->matched);
	__u64 time = bpf_ktime_get_ns();
	struct flow_owner owner = {};
	if (config.attribution) {
		struct scratch *scratch = scratch_memory(0);
		__u32 network = ethernet ? 14 : 0;
		if (!scratch)
			return -1;
		if (direction == DIRECTION_OUT ? owner_out(skb, network) : owner_in(skb, network))
			owner = scratch->owner;
	}
	keep(skb, direction, &owner, ethernet, time, c);
	return -1;
}

#endif
