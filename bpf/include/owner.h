/* Who uses a socket: kept with the socket (or by its address), renewed by whoever creates it, connects, sends or receives.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_OWNER_H
#define PTCPDUMP_OWNER_H

#include "process.h"
#include "sleeper.h"

/* True in a task's own work (a system call), false in interrupts and soft interrupts, where the task that
 * happens to be current has nothing to do with the packet. The preemption counter would tell, but its address
 * is hidden on kernels without CONFIG_KALLSYMS_ALL. The stack tells as well: soft interrupts run on a stack of
 * their own (CONFIG_SOFTIRQ_ON_OWN_STACK: x86-64 always, Debian's arm64 from 6.1 on), or in ksoftirqd, a kernel
 * thread, which is never named. `c` lends a place through which the frame's address becomes a number: only where nobody
 * can come between. */
static __always_inline bool in_task(struct counters *c)
{
	struct task_struct *task = current_task();
	__u64 stack = config.task_pointer ? (__u64)task->stack : (__u64)BPF_CORE_READ(task, stack);
	volatile __u64 *place = &c->stack;
	__u64 frame;
	asm volatile("%0 = r10" : "=r"(frame));
	*place = frame;
	return *place - stack < config.stack_size;
}

/* A pointer as a number, which a map can have as its key. */
static __always_inline __u64 address_of(const void *pointer)
{
	const void *volatile place = pointer;
	__u64 address = 0;
	bpf_probe_read_kernel(&address, sizeof(address), (const void *)&place);
	return address;
}

/* in_task() where soft interrupts and other tasks may come between. */
static __always_inline bool in_task_for_long(void)
{
	struct task_struct *task = current_task();
	void *frame;
	asm volatile("%0 = r10" : "=r"(frame));
	return address_of(frame) - (__u64)BPF_CORE_READ(task, stack) < config.stack_size;
}

/* Owners by address: a socket's entry goes with it (forget_owner), so that the next socket at the same address
 * does not inherit it. */
static __always_inline struct owner *owner_at(__u64 address)
{
	return bpf_map_lookup_elem(&owners_by_address, &address);
}

static const struct owner nobody = {};

static __always_inline struct owner *new_owner_at(__u64 address)
{
	bpf_map_update_elem(&owners_by_address, &address, &nobody, BPF_ANY);
	return owner_at(address);
}

static __always_inline void forget_owner(__u64 address)
{
	bpf_map_delete_elem(&owners_by_address, &address);
}

static __always_inline void inherit_owner(__u64 from, __u64 to)
{
	struct owner *owner = owner_at(from);
	if (owner) {
		struct owner copy = *owner;
		bpf_map_update_elem(&owners_by_address, &to, &copy, BPF_ANY);
	} else {
		forget_owner(to);
	}
}

/* What is noted for a socket, NULL if nothing is; notes something new, empty at first. `where` is a socket in the
 * form that the program type gives: macros, because the verifier wants to see which. */
#define FIND_OWNER(where)                                                                                \
	(config.by_address ? owner_at(address_of(where)) : bpf_sk_storage_get(&owners, where, 0, 0))
#define NEW_OWNER(where)                                                                                 \
	(config.by_address ? new_owner_at(address_of(where))                                             \
			   : bpf_sk_storage_get(&owners, where, 0, BPF_SK_STORAGE_GET_F_CREATE))

/* The same for a socket that packets show: a connection of MPTCP carries them on sockets of its own (subflows),
 * which nobody uses and nothing is noted for. */
#define HAS_MPTCP                                                                                        \
	(bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_skc_to_mptcp_sock) &&                     \
	 bpf_core_type_exists(struct mptcp_sock))
#define FIND_PACKET_OWNER(where)                                                                         \
	({                                                                                               \
		struct owner *of = FIND_OWNER(where);                                                    \
		if (!of && HAS_MPTCP && !config.by_address) {                                            \
			struct mptcp_sock *connection = bpf_skc_to_mptcp_sock(where);                    \
			if (connection)                                                                  \
				of = bpf_sk_storage_get(&owners, connection, 0, 0);                      \
		}                                                                                        \
		of;                                                                                      \
	})

/* True where nothing of this user's would be noted: it is there already, or somebody who used the socket is. */
static __always_inline bool is_settled(const struct user *user, const struct identity *who, __u32 role)
{
	return (role == ROLE_ACCEPTS && user->flags & USER_ITSELF) || same_identity(&user->who, who);
}

/* True where this thread is noted already in this role, and did it last. */
static __always_inline bool is_noted(const struct owner *at, const struct identity *who, __u32 role)
{
	if (role == ROLE_HOLDS || role == ROLE_ACCEPTS)
		return is_settled(&at->reader, who, role) && is_settled(&at->writer, who, role);
	const struct user *user = role == ROLE_READS ? &at->reader : &at->writer;
	return at->last == role && user->flags & USER_ITSELF && same_identity(&user->who, who);
}

static __always_inline void note_user(struct owner *at, const struct user *fresh, __u32 role)
{
	if (role == ROLE_READS || role == ROLE_HOLDS || !(at->reader.flags & USER_ITSELF))
		at->reader = *fresh;
	if (role == ROLE_WRITES || role == ROLE_HOLDS || !(at->writer.flags & USER_ITSELF))
		at->writer = *fresh;
	if (role == ROLE_READS)
		at->reader.flags |= USER_ITSELF;
	if (role == ROLE_WRITES)
		at->writer.flags |= USER_ITSELF;
	at->last = role == ROLE_WRITES ? ROLE_WRITES : ROLE_READS;
}

static __always_inline struct user *last_user(struct owner *at)
{
	return at->last == ROLE_WRITES ? &at->writer : &at->reader;
}

/* The key under which a raw socket's owner is noted. */
static __always_inline void raw_key(struct flow_key *key, __u8 family, __u8 protocol, __u32 netns)
{
	key->family = family;
	key->protocol = protocol;
	key->netns = netns;
}

static __always_inline void note_raw(struct sock *sk, const struct user *user)
{
	if (SOCK_FIELD(sk, sk_type) != SOCK_RAW)
		return;
	struct flow_key key = {};
	struct flow_owner value = { .context = user->context, .flags = user->flags };
	raw_key(&key, BPF_CORE_READ(sk, __sk_common.skc_family), SOCK_FIELD(sk, sk_protocol),
		BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum));
	bpf_map_update_elem(&flows, &key, &value, BPF_ANY);
}

/* What else is to be done where a socket has a new user (handed.h). */
#ifndef ON_USE
#define ON_USE(where, owner)
#endif

/* The thread at work becomes the socket's reader, writer or both. */
#define OWN_SOCKET(where, role)                                                                          \
	({                                                                                               \
		struct task_struct *task = current_task();                                               \
		struct owner *at = FIND_OWNER(where);                                                    \
		struct user fresh = {};                                                                  \
		read_identity(task, config.task_pointer, &fresh.who);                                    \
		if (!at || !is_noted(at, &fresh.who, role)) {                                            \
			if (find_context(task, true, &fresh)) {                                          \
				if (!at)                                                                 \
					at = NEW_OWNER(where);                                           \
				if (at)                                                                  \
					note_user(at, &fresh, role);                                     \
				else                                                                     \
					count_full();                                                    \
				note_raw((struct sock *)address_of(where), &fresh);                      \
				ON_USE(where, at);                                                       \
			}                                                                                \
		}                                                                                        \
	})

/* A socket is used by the thread at work. `known`: the verifier knows it as a socket. */
static __always_inline void on_use(struct sock *sk, bool known, __u32 role)
{
	if (!sk)
		return;
	__u16 family = known ? sk->__sk_common.skc_family : BPF_CORE_READ(sk, __sk_common.skc_family);
	if (family == AF_INET || family == AF_INET6 || family == AF_PACKET)
		OWN_SOCKET(sk, role);
}

/* A socket from before the start, open in this task (`known`: to the verifier). Where several processes hold it, a
 * listener belongs to the oldest of them (who made it), a connection to the youngest (who was forked to serve it). */
static __always_inline void on_open_socket(struct task_struct *task, bool known, struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (family != AF_INET && family != AF_INET6 && family != AF_PACKET)
		return;
	struct user fresh = {};
	read_identity(task, known, &fresh.who);
	struct owner *at = FIND_OWNER(sk);
	if (at && at->reader.context) {
		__u64 start = at->reader.who.start;
		bool listener = BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_LISTEN;
		/* whoever used it meanwhile is right */
		if (at->reader.flags & USER_ITSELF || at->writer.flags & USER_ITSELF)
			return;
		if (listener ? start <= fresh.who.start : start >= fresh.who.start)
			return;
	}
	if (!find_context(task, false, &fresh))
		return;
	if (!at)
		at = NEW_OWNER(sk);
	if (at)
		note_user(at, &fresh, ROLE_HOLDS);
	else
		count_full();
	note_raw(sk, &fresh);
#ifdef ON_SOCKET
	if (at)
		ON_SOCKET(sk, at);
#endif
}

static __always_inline void fill_flow_key(struct sock *sk, struct flow_key *key)
{
	key->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (key->family == AF_INET6) {
		BPF_CORE_READ_INTO((struct in6_addr_bytes *)key->local, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO((struct in6_addr_bytes *)key->remote, sk, __sk_common.skc_v6_daddr);
		/* an IPv4 connection of an IPv6 socket (::ffff:a.b.c.d) is IPv4 on the wire */
		if (key->remote[0] == 0 && key->remote[1] == 0 && key->remote[2] == bpf_htonl(0xffff)) {
			key->family = AF_INET;
			key->local[0] = key->local[3];
			key->remote[0] = key->remote[3];
			key->local[1] = key->local[2] = key->local[3] = 0;
			key->remote[1] = key->remote[2] = key->remote[3] = 0;
		}
	} else {
		key->local[0] = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
		key->remote[0] = BPF_CORE_READ(sk, __sk_common.skc_daddr);
	}
	key->local_port = BPF_CORE_READ((struct inet_sock *)sk, inet_sport);
	key->remote_port = BPF_CORE_READ(sk, __sk_common.skc_dport);
	key->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
}

/* The namespace of entries for packets in transit: no namespace has this inode. */
#define ANY_NETNS 0

/* Loopback addresses are never in transit, and many namespaces use the same. */
static __always_inline bool is_loopback(const struct flow_key *key)
{
	if (key->family == AF_INET)
		return (bpf_ntohl(key->local[0]) >> 24) == 127;
	return !key->local[0] && !key->local[1] && !key->local[2] && key->local[3] == bpf_htonl(1);
}

static __always_inline void note_flow(const struct flow_key *key, const struct flow_owner *owner)
{
	struct flow_owner *known = bpf_map_lookup_elem(&flows, key);
	if (!known || known->context != owner->context || known->cookie != owner->cookie)
		bpf_map_update_elem(&flows, key, owner, BPF_ANY);
}

/* A connection that is open from now on: its socket is known, before it sends anything. */
static __always_inline void on_open(struct sock *sk)
{
	struct owner *owner = FIND_OWNER(sk);
	struct flow_key key = {};
	if (!owner)
		return;
	fill_flow_key(sk, &key);
	key.protocol = IPPROTO_TCP;
	key.netns = ANY_NETNS;
	if (is_loopback(&key))
		return;
	struct user *user = last_user(owner);
	struct flow_owner value = { .context = user->context, .flags = user->flags, .socket = address_of(sk),
				    .cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter) };
	bpf_map_update_elem(&flows, &key, &value, BPF_ANY);
}

/* A connection on its way out: what still comes for it (last ACK, FIN, TIME_WAIT) finds no live socket, or
 * one that carries no storage, so its owner is noted under its addresses. */
static __always_inline void on_state(struct sock *sk, int state)
{
#ifdef ON_SOCKET
	if (state == TCP_ESTABLISHED || state == TCP_LISTEN) {
		struct owner *user = FIND_OWNER(sk);
		if (user)
			ON_SOCKET(sk, user);
	}
#endif
	if (config.transit && state == TCP_ESTABLISHED)
		on_open(sk);
	if (state != TCP_FIN_WAIT2 && state != TCP_LAST_ACK && state != TCP_CLOSING && state != TCP_CLOSE &&
	    state != TCP_TIME_WAIT)
		return;
	struct owner *owner = FIND_OWNER(sk);
	if (!owner)
		return;
	struct user *user = last_user(owner);
	struct flow_key key = {};
	fill_flow_key(sk, &key);
	key.protocol = IPPROTO_TCP;
	if (!key.remote_port)
		return;
	struct flow_owner value = { .context = user->context, .flags = user->flags };
	bpf_map_update_elem(&flows, &key, &value, BPF_ANY);
}

#endif
