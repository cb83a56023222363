/* Who uses a socket: kept with the socket, renewed by whoever creates it, connects, sends or receives.
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
	struct task_struct *task = bpf_get_current_task_btf();
	volatile __u64 *place = &c->stack;
	__u64 frame;
	asm volatile("%0 = r10" : "=r"(frame));
	*place = frame;
	return *place - (__u64)task->stack < TASK_STACK_SIZE;
}

/* The thread at work becomes the owner. `where` is a socket in the form that the program type gives. */
#define OWN_SOCKET(where)                                                                                \
	({                                                                                               \
		struct task_struct *task = bpf_get_current_task_btf();                                   \
		struct owner *at = bpf_sk_storage_get(&owners, where, 0, 0);                             \
		struct owner fresh = {};                                                                 \
		read_identity(task, &fresh.who);                                                         \
		if (!at || !same_identity(&at->who, &fresh.who)) {                                       \
			struct identity who = fresh.who;                                                 \
			if (find_context(task, true, &who, &fresh)) {                                    \
				if (!at)                                                                 \
					at = bpf_sk_storage_get(&owners, where, &fresh, BPF_SK_STORAGE_GET_F_CREATE); \
				else                                                                     \
					*at = fresh;                                                     \
				if (!at) {                                                               \
					struct counters *c = count();                                    \
					if (c)                                                           \
						c->map_full++;                                           \
				}                                                                        \
			}                                                                                \
		}                                                                                        \
		at;                                                                                      \
	})

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
	struct owner *owner = bpf_sk_storage_get(&owners, sk, 0, 0);
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
