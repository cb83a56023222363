/* Who sleeps on a socket. A process that waits for a packet has done nothing yet that a hook could see, but the
 * packet is for it: it will be woken by it. The kernel's own list of whom to wake is the socket's wait queue.
 * Everything here is read with the kernel's leave to fail: nothing is locked, entries come and go meanwhile.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_SLEEPER_H
#define PTCPDUMP_SLEEPER_H

#include "maps.h"

/* So many entries of a queue are looked at. */
#define MOST_SLEEPERS 4

/* A waiting task keeps its entry on its own stack. Nothing that is not such a task passes this check, whatever
 * kind of entry it is taken from: so the entry's function, which would tell the kind, need not be known. */
static __always_inline bool is_on_stack(const void *address, struct task_struct *task)
{
	__u64 stack = (__u64)BPF_CORE_READ(task, stack);
	return stack && (__u64)address - stack < config.stack_size;
}

static __always_inline struct wait_queue_entry *entry_of(struct list_head *at)
{
	return (void *)at - bpf_core_field_offset(struct wait_queue_entry, entry);
}

/* The first task in epoll_wait(2) (fs/eventpoll.c: ep_poll queues itself exclusively). */
static __always_inline struct task_struct *epoll_sleeper(struct eventpoll *poll)
{
	struct wait_queue_entry *entry = entry_of(BPF_CORE_READ(poll, wq.head.next));
	struct task_struct *task = BPF_CORE_READ(entry, private);
	return task && is_on_stack(entry, task) ? task : 0;
}

/* The task behind an entry of a socket's queue; 0 if it is none or busy with something else. Three kinds:
 * - recv, accept and their kin (net/core/datagram.c, net/core/sock.c): the entry is the task's;
 * - poll(2), select(2) (fs/select.c): private is the poll_wqueues, which lie on the task's stack;
 * - epoll (fs/eventpoll.c): private is empty, the entry part of an eppoll_entry. */
static __always_inline struct task_struct *sleeper_at(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	void *private = BPF_CORE_READ(entry, private);
	if (private) {
		struct task_struct *task = private;
		if (is_on_stack(entry, task))
			return task;
		task = BPF_CORE_READ((struct poll_wqueues *)private, polling_task);
		return task && is_on_stack(private, task) ? task : 0;
	}
	struct eppoll_entry *polled = (void *)entry - bpf_core_field_offset(struct eppoll_entry, wait);
	if (BPF_CORE_READ(polled, whead) != queue)
		return 0;
	return epoll_sleeper(BPF_CORE_READ(polled, base, ep));
}

/* The task that a packet for this socket will wake: of several the one with this tid, else the first, as the kernel
 * wakes them. 0 if nobody sleeps there. */
__noinline __u64 sleeper(__u64 socket, __u32 tid)
{
	struct sock *sk = (struct sock *)socket;
	struct wait_queue_head *queue = &BPF_CORE_READ(sk, sk_wq)->wait;
	struct task_struct *first = 0;
	struct list_head *head, *at;
	head = (void *)queue + bpf_core_field_offset(struct wait_queue_head, head);
	at = BPF_CORE_READ(queue, head.next);
	for (int i = 0; i < MOST_SLEEPERS && at && at != head; i++) {
		struct task_struct *task = sleeper_at(queue, entry_of(at));
		if (task && (__u32)BPF_CORE_READ(task, pid) == tid)
			return (__u64)task;
		if (!first)
			first = task;
		at = BPF_CORE_READ(at, next);
	}
	return (__u64)first;
}

#endif
