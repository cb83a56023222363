/* The kernel's side of ptcpdump: thin entries, one per hook; the bodies are in include/.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "include/packet.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

/* Capture: reached by tail call from the generated filter of the device's link type. All return
 * TCX_NEXT / TC_ACT_UNSPEC (-1): the packet goes on to whoever else is attached. */
SEC("tc")
int capture_ethernet_in(struct __sk_buff *skb)
{
	return capture(skb, DIRECTION_IN, true);
}

SEC("tc")
int capture_ethernet_out(struct __sk_buff *skb)
{
	return capture(skb, DIRECTION_OUT, true);
}

SEC("tc")
int capture_raw_in(struct __sk_buff *skb)
{
	return capture(skb, DIRECTION_IN, false);
}

SEC("tc")
int capture_raw_out(struct __sk_buff *skb)
{
	return capture(skb, DIRECTION_OUT, false);
}

/* Processes. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_fork, struct task_struct *parent, struct task_struct *child)
{
	on_fork(parent, child);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	on_exec(task, bprm);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exit, struct task_struct *task)
{
	on_exit(task);
	return 0;
}

/* Sockets: creation and connect. Returning 1 lets the call go on. */
SEC("cgroup/sock_create")
int socket_create(struct bpf_sock *ctx)
{
	OWN_SOCKET(ctx);
	return 1;
}

SEC("cgroup/connect4")
int socket_connect4(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	if (sk)
		OWN_SOCKET(sk);
	return 1;
}

SEC("cgroup/connect6")
int socket_connect6(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	if (sk)
		OWN_SOCKET(sk);
	return 1;
}

static __always_inline void on_use(struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;
	if (family == AF_INET || family == AF_INET6 || family == AF_PACKET)
		OWN_SOCKET(sk);
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(socket_send, struct sock *sk, int ret, int flags)
{
	on_use(sk);
	return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(socket_receive, struct sock *sk, int ret, int flags)
{
	on_use(sk);
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(socket_state, const struct sock *sk, int before, int state)
{
	on_state((struct sock *)sk, state);
	return 0;
}

/* Sockets that were open before the start. A socket that several processes hold: a listener belongs to the
 * oldest of them (who made it), a connection to the youngest (who was forked to serve it). */
SEC("iter/task_file")
int socket_scan(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	if (!task || !file)
		return 0;
	struct socket *socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	struct sock *sk = socket->sk;
	if (!sk)
		return 0;
	__u16 family = sk->__sk_common.skc_family;
	if (family != AF_INET && family != AF_INET6 && family != AF_PACKET)
		return 0;
	struct identity who;
	struct owner fresh = {};
	read_identity(task, &who);
	struct owner *at = bpf_sk_storage_get(&owners, sk, 0, 0);
	if (at) {
		bool listener = sk->__sk_common.skc_state == TCP_LISTEN;
		if (listener ? at->who.start <= who.start : at->who.start >= who.start)
			return 0;
	}
	if (!find_context(task, false, &who, &fresh))
		return 0;
	if (at)
		*at = fresh;
	else
		bpf_sk_storage_get(&owners, sk, &fresh, BPF_SK_STORAGE_GET_F_CREATE);
	return 0;
}
