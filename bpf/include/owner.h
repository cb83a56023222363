/* Who uses a socket: kept with the socket (or by its address), renewed by whoever creates it, connects, sends or receives.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_OWNER_H
#define PTCPDUMP_OWNER_H

#include "process.h"

#define TASK_STACK_SIZE 16384 /* THREAD_SIZE on x86-64 and arm64 with 4 KiB pages */

/* True in a task's own work (a system call), false in interrupts and soft interrupts, where the task that
 * happens to be current has nothing to do with the packet. The preemption counter would tell, but its address
 * is hidden on kernels without CONFIG_KALLSYMS_ALL. The stack tells as well: soft interrupts run on a stack of
 * their own (CONFIG_SOFTIRQ_ON_OWN_STACK: x86-64 always, arm64 since 5.17), or in ksoftirqd, a kernel thread,
 * which is never named. `c` lends a place through which the frame's address becomes a number. */
static __always_inline bool in_task(struct counters *c)
{
	struct task_struct *task = current_task();
	__u64 stack = config.task_pointer ? (__u64)task->stack : (__u64)BPF_CORE_READ(task, stack);
	volatile __u64 *place = &c->stack;
	__u64 frame;
	asm volatile("%0 = r10" : "=r"(frame));
	*place = frame;
	return *place - stack < TASK_STACK_SIZE;
}

/* A pointer as a number, which a map can have as its key. */
static __always_inline __u64 address_of(const void *pointer)
{
	const void *volatile place = pointer;
	__u64 address = 0;
	bpf_probe_read_kernel(&address, sizeof(address), (const void *)&place);
	return address;
}

/* Owners by address: a socket's entry goes with it (forget_owner), so that the next socket at the same address
 * does not inherit it. */
static __always_inline struct owner *owner_at(__u64 address)
{
	return bpf_map_lookup_elem(&owners_by_address, &address);
}

static __always_inline struct owner *put_owner_at(__u64 address, const struct owner *owner)
{
	bpf_map_update_elem(&owners_by_address, &address, owner, BPF_ANY);
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

/* The owner noted for a socket, NULL if there is none; notes one. `where` is a socket in the form that the
 * program type gives: macros, because the verifier wants to see which. */
#define FIND_OWNER(where)                                                                                \
	(config.by_address ? owner_at(address_of(where)) : bpf_sk_storage_get(&owners, where, 0, 0))
#define PUT_OWNER(where, owner)                                                                          \
	(config.by_address ? put_owner_at(address_of(where), owner)                                      \
			   : bpf_sk_storage_get(&owners, where, owner, BPF_SK_STORAGE_GET_F_CREATE))

/* The thread at work becomes the owner. */
#define OWN_SOCKET(where)                                                                                \
	({                                                                                               \
		struct task_struct *task = current_task();                                               \
		struct owner *at = FIND_OWNER(where);                                                    \
		struct owner fresh = {};                                                                 \
		read_identity(task, config.task_pointer, &fresh.who);                                    \
		if (!at || !same_identity(&at->who, &fresh.who)) {                                       \
			if (find_context(task, true, &fresh)) {                                          \
				if (!at)                                                                 \
					at = PUT_OWNER(where, &fresh);                                   \
				else                                                                     \
					*at = fresh;                                                     \
				if (!at)                                                                 \
					count_full();                                                    \
			}                                                                                \
		}                                                                                        \
		at;                                                                                      \
	})

/* A socket is used by the thread at work. `known`: the verifier knows it as a socket. */
static __always_inline void on_use(struct sock *sk, bool known)
{
	if (!sk)
		return;
	__u16 family = known ? sk->__sk_common.skc_family : BPF_CORE_READ(sk, __sk_common.skc_family);
	if (family == AF_INET || family == AF_INET6 || family == AF_PACKET)
		OWN_SOCKET(sk);
}

/* A socket from before the start, open in this task. Where several processes hold it, a listener belongs to the
 * oldest of them (who made it), a connection to the youngest (who was forked to serve it). */
static __always_inline void on_open_socket(struct task_struct *task, struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (family != AF_INET && family != AF_INET6 && family != AF_PACKET)
		return;
	struct owner fresh = {};
	read_identity(task, true, &fresh.who);
	struct owner *at = FIND_OWNER(sk);
	if (at) {
		bool listener = BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_LISTEN;
		if (listener ? at->who.start <= fresh.who.start : at->who.start >= fresh.who.start)
			return;
	}
	if (!find_context(task, false, &fresh))
		return;
	if (at)
		*at = fresh;
	else if (!PUT_OWNER(sk, &fresh))
		count_full();
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

/* A connection on its way out: what still comes for it (last ACK, FIN, TIME_WAIT) finds no live socket, or
 * one that carries no storage, so its owner is noted under its addresses. */
static __always_inline void on_state(struct sock *sk, int state)
{
	if (state != TCP_FIN_WAIT2 && state != TCP_LAST_ACK && state != TCP_CLOSING && state != TCP_CLOSE &&
	    state != TCP_TIME_WAIT)
		return;
	struct owner *owner = FIND_OWNER(sk);
	if (!owner || !owner->context)
		return;
	struct flow_key key = {};
	fill_flow_key(sk, &key);
	key.protocol = IPPROTO_TCP;
	if (!key.remote_port)
		return;
	struct flow_owner value = { .context = owner->context, .flags = owner->flags };
	bpf_map_update_elem(&flows, &key, &value, BPF_ANY);
}

#endif
