/* Owners for programs that may not look sockets up (socket filters): sockets tell of their ends beforehand, at the
 * cgroup hooks, when they are bound and when they open, and packets that are sent of their owner. What is told is the
 * socket's address: who uses it is then read from its storage, as it is at that moment.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_TOLD_H
#define PTCPDUMP_TOLD_H

#include "maps.h"

static __always_inline void tell_socket(struct sock *sk, const struct owner *owner);
#define ON_SOCKET tell_socket
#include "packet.h"

#define PACKET_OUTGOING 4
/* So many storages of one socket are looked through: other programs keep theirs there, too. */
#define MOST_STORAGES 8

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct bpf_local_storage {
	struct hlist_head list;
};

struct bpf_local_storage_data {
	void *smap;
	__u8 data[0];
};

struct bpf_local_storage_elem {
	struct hlist_node snode;
	struct bpf_local_storage_data sdata;
};

struct sock___storage {
	struct bpf_local_storage *sk_bpf_storage;
};

struct sock_reuseport {
	__u16 num_socks;
};

struct sock___shared {
	struct sock_reuseport *sk_reuseport_cb;
};

#pragma clang attribute pop

/* Who sent a packet, by the address of its bytes: those of a copy (for packet sockets, a clone) are the same. The ends
 * tell it from the next packet there. */
struct sent {
	struct flow_key ends;
	struct flow_owner owner;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct sent);
} packets_sent SEC(".maps");

/* An owner as packets have shown it since: who was found asleep on the socket, or sends. A storage cannot be written to by
 * its socket's address: so that is noted here, and holds until the storage itself says something else than it did. */
struct revised {
	struct owner owner;
	__u32 reader; /* the contexts that the storage had */
	__u32 writer;
	__u32 last;
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct revised);
} revised_owners SEC(".maps");

/* A socket's owner while it is read, and whom it wakes: too large for the stack. */
struct reading {
	struct revised at;
	struct user fresh;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct reading);
} readings SEC(".maps");

static __always_inline struct reading *reading(void)
{
	__u32 zero = 0;
	return bpf_map_lookup_elem(&readings, &zero);
}

static __always_inline void note_told(const struct flow_key *key, const struct flow_owner *owner)
{
	struct flow_owner *known = bpf_map_lookup_elem(&flows, key);
	if (!known || known->context != owner->context || known->socket != owner->socket)
		bpf_map_update_elem(&flows, key, owner, BPF_ANY);
}

/* A socket is bound, listens, is connected, or was open at the start. */
static __always_inline void tell_socket(struct sock *sk, const struct owner *owner)
{
	struct flow_key key = {};
	fill_flow_key(sk, &key);
	key.protocol = (__u8)SOCK_FIELD(sk, sk_protocol);
	/* known before the port that is sent (inet_sport) */
	key.local_port = bpf_htons(BPF_CORE_READ(sk, __sk_common.skc_num));
	if ((key.protocol != IPPROTO_TCP && key.protocol != IPPROTO_UDP) || !key.local_port)
		return;
	struct flow_owner value = { .context = owner->reader.context, .flags = owner->reader.flags,
				    .socket = address_of(sk) };
	note_told(&key, &value);
	/* what was noted for the socket that had this address before: of two connections that a server has one after the
	 * other the storages say the same */
	bpf_map_delete_elem(&revised_owners, &value.socket);
}

/* The hooks of bind(2). */
static __always_inline void tell_bound(struct bpf_sock *ctx)
{
	struct owner *owner = FIND_OWNER(ctx);
	if (owner)
		tell_socket((struct sock *)address_of(ctx), owner);
}

static __always_inline bool takes_ports(const struct ends *ends)
{
	return !ends->quoted && !ends->fragment &&
	       (ends->key.protocol == IPPROTO_TCP || ends->key.protocol == IPPROTO_UDP);
}

#define OWN_ADDRESS 1 /* flow_key.reserved: not a flow, but an address of a namespace's own */

/* The key of an address, into at->other. */
static __always_inline struct flow_key *address_key(struct scratch *at)
{
	struct flow_key *key = &at->other;
	*key = at->ends.key;
	any_remote(key);
	key->local_port = 0;
	key->protocol = 0;
	key->fragment = 0;
	key->reserved = OWN_ADDRESS;
	return key;
}

/* Notes the socket that sends from the ends at->ends, in the namespace that these have, and its owner at->owner. */
static __always_inline void note_sender(struct scratch *at, __u64 socket)
{
	struct flow_key *key = &at->ends.key;
	if (config.transit && !bpf_map_lookup_elem(&flows, address_key(at)))
		bpf_map_update_elem(&flows, &at->other, &at->owner, BPF_ANY);
	if (key->protocol == IPPROTO_TCP || key->protocol == IPPROTO_UDP) {
		at->owner.socket = socket;
		note_told(key, &at->owner);
	}
	if (!config.transit || is_loopback(key))
		return;
	key->netns = ANY_NETNS;
	note_told(key, &at->owner);
	/* whoever sends from these ends takes what comes there: nothing is translated any more (see transit.h) */
	if (key->protocol == IPPROTO_UDP) {
		any_remote(key);
		bpf_map_delete_elem(&translations, key);
	}
}

/* Notes a packet's owner with it, if it has one, and its socket with its ends. */
PACKET_FUNCTION int note_sent(struct __sk_buff *skb, __u32 network, __u32 owned)
{
	struct scratch *at = scratch_memory(network);
	struct bpf_sock *sk = PACKET_SOCKET(skb);
	if (!at || !sk || !read_ends(skb, network) || at->ends.quoted)
		return 0;
	struct flow_key *key = &at->ends.key;
	if (owned) {
		__u64 head = (__u64)BPF_CORE_READ(KERNEL_PACKET(skb), head);
		struct sent value = { .ends = *key, .owner = at->owner };
		bpf_map_update_elem(&packets_sent, &head, &value, BPF_ANY);
	}
	struct bpf_sock *full = bpf_sk_fullsock(sk);
	struct owner *owner = full ? FIND_PACKET_OWNER(full) : 0;
	if (!owner || at->ends.fragment || !take_user(last_user(owner), &at->owner))
		return 0;
	key->netns = netns_of(skb);
	note_sender(at, address_of(full));
	return 0;
}

static __always_inline void tell_sent(struct __sk_buff *skb)
{
	/* there is no link header yet: the offset is 0 */
	if (!in_task_for_long()) {
		note_sent(skb, 0, owner_out(skb, 0));
		return;
	}
	__u32 network = take_scratch();
	if (!network)
		return;
	note_sent(skb, network, owner_out(skb, network));
	give_scratch(network);
}

/* A packet that a socket of any namespace receives: the next one with these ends is for it, too, and for whoever sleeps
 * there now. */
static __always_inline void tell_received(struct __sk_buff *skb)
{
	struct scratch *at = scratch_memory(0);
	struct bpf_sock *sk = PACKET_SOCKET(skb);
	if (!at || !sk)
		return;
	struct bpf_sock *full = bpf_sk_fullsock(sk);
	struct owner *owner = full ? FIND_PACKET_OWNER(full) : 0;
	if (!owner || !read_ends(skb, 0) || !takes_ports(&at->ends))
		return;
	struct flow_key *key = &at->ends.key;
	swap_ends(key);
	bool tcp = key->protocol == IPPROTO_TCP;
	if (!tcp || has_data(skb, &at->ends, true))
		wake_reader(owner, (struct sock *)address_of(full), full->state == TCP_LISTEN);
	if (full->state == TCP_LISTEN || !take_user(&owner->reader, &at->owner))
		return;
	at->owner.socket = address_of(full);
	key->netns = netns_of(skb);
	note_told(key, &at->owner);
}

/* What is noted for the socket at an address: a copy; NULL if nothing is. bpf_sk_storage_get takes no address, so the
 * storage is read as the kernel keeps it (kernel/bpf/bpf_local_storage.c). */
static __always_inline struct owner *owner_of_address(__u64 socket)
{
	if (config.by_address)
		return owner_at(socket);
	struct reading *now = reading();
	if (!now)
		return 0;
	struct owner *copy = &now->at.owner;
	__u64 map = address_of(&owners);
	struct hlist_node *node = BPF_CORE_READ((struct sock___storage *)socket, sk_bpf_storage, list.first);
	for (int i = 0; i < MOST_STORAGES && node; i++) {
		struct bpf_local_storage_elem *elem =
			(void *)node - bpf_core_field_offset(struct bpf_local_storage_elem, snode);
		if ((__u64)BPF_CORE_READ(elem, sdata.smap) == map) {
			void *data = (void *)elem + bpf_core_field_offset(struct bpf_local_storage_elem, sdata) +
				     bpf_core_field_offset(struct bpf_local_storage_data, data);
			if (bpf_probe_read_kernel(copy, sizeof(*copy), data))
				return 0;
			now->at.reader = copy->reader.context;
			now->at.writer = copy->writer.context;
			now->at.last = copy->last;
			struct revised *revised = bpf_map_lookup_elem(&revised_owners, &socket);
			if (revised && revised->reader == now->at.reader && revised->writer == now->at.writer &&
			    revised->last == now->at.last)
				*copy = revised->owner;
			return copy;
		}
		node = BPF_CORE_READ(node, next);
	}
	return 0;
}

/* The owner that was just read was changed: so it is from now on. */
static __always_inline void revise(__u64 socket, struct reading *now)
{
	if (!config.by_address)
		bpf_map_update_elem(&revised_owners, &socket, &now->at, BPF_ANY);
}

/* The socket at an address is still the one with these ends: else it was closed, and another one is there. One that is
 * not connected has no remote port. */
static __always_inline bool is_still(struct sock *sk, const struct flow_key *key)
{
	__u16 remote_port = BPF_CORE_READ(sk, __sk_common.skc_dport);
	return (!remote_port || remote_port == key->remote_port) &&
	       bpf_htons(BPF_CORE_READ(sk, __sk_common.skc_num)) == key->local_port &&
	       (__u8)SOCK_FIELD(sk, sk_protocol) == key->protocol &&
	       (key->netns == ANY_NETNS || BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum) == key->netns);
}

/* Several sockets wait at the same ends (SO_REUSEPORT): only the kernel knows which of them gets a packet. */
static __always_inline bool is_one_of_several(struct sock *sk, const struct flow_key *key)
{
	return !key->remote_port && BPF_CORE_READ((struct sock___shared *)sk, sk_reuseport_cb, num_socks) > 1;
}

/* Whoever sleeps on the socket is its reader from this packet on; true where that is somebody else than before, who is
 * the packet's owner now. */
static __always_inline bool wake_sleeper(struct sock *sk, struct owner *owner, struct scratch *at)
{
	struct task_struct *task = (struct task_struct *)sleeper((__u64)sk, owner->reader.who.tid);
	struct reading *now = reading();
	if (!now || !task || (START_OF(task) == owner->reader.who.start &&
			      (__u32)BPF_CORE_READ(task, self_exec_id) == owner->reader.who.exec))
		return false;
	struct user *fresh = &now->fresh;
	__builtin_memset(fresh, 0, sizeof(*fresh));
	read_identity(task, false, &fresh->who);
	if (!find_context(task, false, fresh))
		return false;
	bool listens = BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_LISTEN;
	note_user(owner, fresh, listens ? ROLE_HOLDS : ROLE_READS);
	revise((__u64)sk, now);
	return take_user(fresh, &at->owner);
}

/* The owner by what was told of the ends at->other; 0 where nothing was. `reads`: it carries something to be read. */
__noinline int told_owner(__u32 reads)
{
	struct scratch *at = scratch_memory(0);
	if (!at)
		return 0;
	at->listens = 0;
	struct flow_owner *known = bpf_map_lookup_elem(&flows, &at->other);
	if (!known)
		return 0;
	struct sock *sk = (struct sock *)known->socket;
	if (sk && (!is_still(sk, &at->other) || is_one_of_several(sk, &at->other)))
		return 0;
	struct owner *owner = sk ? owner_of_address((__u64)sk) : 0;
	if (!owner || !owner->reader.context) {
		at->owner = *known;
		return 1;
	}
	if (!reads)
		return take_user(last_user(owner), &at->owner);
	if (!SLEEPERS_LAST)
		return wake_sleeper(sk, owner, at) || take_user(&owner->reader, &at->owner);
	if (!take_user(&owner->reader, &at->owner))
		return 0;
	at->owner.socket = (__u64)sk;
	at->listens = 1;
	return 1;
}

/* Where SLEEPERS_LAST: of the socket that the last told_owner() has found for a packet that is to be read. */
static __always_inline void wake_told(struct scratch *at)
{
	struct sock *sk = (struct sock *)at->owner.socket;
	struct owner *owner = at->listens && sk ? owner_of_address((__u64)sk) : 0;
	if (owner)
		wake_sleeper(sk, owner, at);
}

static __always_inline bool same_ends(const struct flow_key *a, const struct flow_key *b)
{
	return a->local[0] == b->local[0] && a->local[1] == b->local[1] && a->local[2] == b->local[2] &&
	       a->local[3] == b->local[3] && a->remote[0] == b->remote[0] && a->remote[1] == b->remote[1] &&
	       a->remote[2] == b->remote[2] && a->remote[3] == b->remote[3] && a->local_port == b->local_port &&
	       a->remote_port == b->remote_port && a->protocol == b->protocol;
}

/* Who sent the packet whose ends were just read, if that was noted with it. */
static __always_inline bool sender_told(struct __sk_buff *skb, struct scratch *at)
{
	__u64 head = (__u64)BPF_CORE_READ(KERNEL_PACKET(skb), head);
	struct sent *known = bpf_map_lookup_elem(&packets_sent, &head);
	if (!known || !same_ends(&known->ends, &at->ends.key))
		return false;
	at->owner = known->owner;
	return true;
}

/* Whether a packet to this address is for a socket here. Where packets of others pass that cannot be asked: addresses
 * that sockets here have sent from are. */
static __always_inline bool is_own_address(struct __sk_buff *skb, struct scratch *at)
{
	return !config.transit || PACKET_IFINDEX(skb) == LOOPBACK_IFINDEX || bpf_map_lookup_elem(&flows, address_key(at));
}

/* A socket that takes from anybody: by its address, else by its port. */
static __always_inline bool listener_told(struct scratch *at, bool reads)
{
	struct flow_key *key = &at->other;
	any_remote(key);
	if (told_owner(reads))
		return true;
	key->local[0] = key->local[1] = key->local[2] = key->local[3] = 0;
	if (told_owner(reads))
		return true;
	if (key->family != AF_INET)
		return false;
	key->family = AF_INET6;
	return told_owner(reads);
}

/* The owner of a packet in transit that comes: whoever it is for, also behind a translation. Whether an address is one
 * of this host's cannot be asked here, so that of services only translated ones are found. */
static __always_inline bool transit_told(struct scratch *at, bool reads)
{
	struct flow_key *key = &at->other;
	*key = at->ends.key;
	key->netns = ANY_NETNS;
	struct flow_key *own = bpf_map_lookup_elem(&translations, key);
	if (own)
		*key = *own;
	if (told_owner(reads))
		return true;
	*key = at->ends.key;
	key->netns = ANY_NETNS;
	any_remote(key);
	return !at->ends.quoted && translated_owner(key, at);
}

/* The owner of a packet at a device, into scratch memory; 0 where it has none. */
PACKET_FUNCTION int owner_told(struct __sk_buff *skb, __u32 network, __u32 outgoing)
{
	struct scratch *at = scratch_memory(0);
	if (!at || (PACKET_TYPE(skb) == PACKET_OTHERHOST && !config.transit) || !read_ends(skb, network))
		return 0;
	struct flow_key *key = &at->ends.key;
	if (outgoing && at->ends.quoted)
		return config.transit && transit_out(skb);
	if (outgoing && sender_told(skb, at)) {
		if (at->ends.fragment == FRAGMENT_FIRST)
			note_fragment(at, netns_of(skb));
		return 1;
	}
	if (!outgoing && !at->ends.quoted)
		swap_ends(key);
	if (at->ends.fragment == FRAGMENT_LATER)
		return fragment_owner(at, netns_of(skb));
	key->netns = netns_of(skb);
	at->other = *key;
	bool ports = key->protocol == IPPROTO_TCP || key->protocol == IPPROTO_UDP;
	bool reads = !outgoing && !at->ends.quoted && (key->protocol != IPPROTO_TCP || has_data(skb, &at->ends, true));
	bool listens = false, found = told_owner(reads);
	if (!found && ports) {
		listens = listener_told(at, reads);
		found = listens && is_own_address(skb, at);
	}
	if (!found)
		found = raw_owner(key, &at->owner);
	if (!found && config.transit && outgoing)
		found = transit_out(skb);
	if (!found && config.transit && !outgoing && !at->ends.quoted && !listens) {
		/* a sender of this host has just told */
		swap_ends(key);
		found = sender_told(skb, at);
		at->other = *key;
		at->other.netns = ANY_NETNS;
		found = found || told_owner(false);
		swap_ends(key);
	}
	if (!found && config.transit && !outgoing)
		found = transit_told(at, reads);
	if (found && at->ends.fragment == FRAGMENT_FIRST)
		note_fragment(at, netns_of(skb));
	return found;
}

/* At a packet socket, whose filter this is: it keeps nothing itself. */
static __always_inline int capture_for_socket(struct __sk_buff *skb, bool ethernet)
{
	struct counters *c = count();
	if (!c)
		return 0;
	bool outgoing = PACKET_TYPE(skb) == PACKET_OUTGOING;
	COUNT(c->matched);
	__u64 time = bpf_ktime_get_ns();
	struct flow_owner owner = {};
	if (config.attribution) {
		struct scratch *at = scratch_memory(0);
		if (at && owner_told(skb, ethernet ? 14 : 0, outgoing))
			owner = at->owner;
	}
	keep(skb, outgoing ? DIRECTION_OUT : DIRECTION_IN, &owner, ethernet, time, c);
	return 0;
}

#endif
