/* The programs that every backend's object has: thin entries, one per hook of processes and sockets.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_PROGRAMS_H
#define PTCPDUMP_PROGRAMS_H

#include "transit.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

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

SEC("tp_btf/sched_process_free")
int BPF_PROG(process_free, struct task_struct *task)
{
	on_free(task);
	return 0;
}

/* The same where tracepoints come without types. */
SEC("raw_tp/sched_process_fork")
int BPF_PROG(process_fork_raw, struct task_struct *parent, struct task_struct *child)
{
	on_fork(parent, child);
	return 0;
}

SEC("raw_tp/sched_process_exec")
int BPF_PROG(process_exec_raw, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	on_exec(task, bprm);
	return 0;
}

SEC("raw_tp/sched_process_free")
int BPF_PROG(process_free_raw, struct task_struct *task)
{
	on_free(task);
	return 0;
}

#ifndef WITHOUT_RING
/* Sockets: creation and connect. Returning 1 lets the call go on. */
SEC("cgroup/sock_create")
int socket_create(struct bpf_sock *ctx)
{
	OWN_SOCKET(ctx, ROLE_HOLDS);
	return 1;
}

SEC("cgroup/connect4")
int socket_connect4(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	if (sk)
		OWN_SOCKET(sk, ROLE_HOLDS);
	return 1;
}

SEC("cgroup/connect6")
int socket_connect6(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	if (sk)
		OWN_SOCKET(sk, ROLE_HOLDS);
	return 1;
}

/* cgroup hooks see accept(2) where the caller wants the address of the other end: nearly all do. */
SEC("cgroup/getpeername4")
int socket_peer4(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	if (sk)
		OWN_SOCKET(sk, ROLE_ACCEPTS);
	return 1;
}

SEC("cgroup/getpeername6")
int socket_peer6(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	if (sk)
		OWN_SOCKET(sk, ROLE_ACCEPTS);
	return 1;
}
#endif

/* The same without cgroup v2, and then for packet sockets, too. Sockets of the kernel's own come along, but no
 * process that could own them. */
SEC("fentry/security_socket_post_create")
int BPF_PROG(create_fentry, struct socket *socket)
{
	on_use(socket->sk, true, ROLE_HOLDS);
	return 0;
}

SEC("fentry/security_socket_connect")
int BPF_PROG(connect_fentry, struct socket *socket)
{
	on_use(socket->sk, true, ROLE_HOLDS);
	return 0;
}

SEC("kprobe/security_socket_post_create")
int BPF_KPROBE(create_kprobe, struct socket *socket)
{
	on_use(BPF_CORE_READ(socket, sk), false, ROLE_HOLDS);
	return 0;
}

SEC("kprobe/security_socket_connect")
int BPF_KPROBE(connect_kprobe, struct socket *socket)
{
	on_use(BPF_CORE_READ(socket, sk), false, ROLE_HOLDS);
	return 0;
}

/* Sockets in use. The kernel asks its security modules before every send and receive, of whatever kind: their
 * functions (security/security.c, CONFIG_SECURITY_NETWORK) are called from outside their file, so that no
 * compiler inlines them, and their first argument has not changed in fifteen years. Before a receive is better
 * than after it: whoever waits for a packet is named by that very packet. */
SEC("fentry/security_socket_sendmsg")
int BPF_PROG(send_fentry, struct socket *socket)
{
	on_use(socket->sk, true, ROLE_WRITES);
	return 0;
}

SEC("fentry/security_socket_recvmsg")
int BPF_PROG(receive_fentry, struct socket *socket)
{
	on_use(socket->sk, true, ROLE_READS);
	return 0;
}

SEC("kprobe/security_socket_sendmsg")
int BPF_KPROBE(send_kprobe, struct socket *socket)
{
	on_use(BPF_CORE_READ(socket, sk), false, ROLE_WRITES);
	return 0;
}

SEC("kprobe/security_socket_recvmsg")
int BPF_KPROBE(receive_kprobe, struct socket *socket)
{
	on_use(BPF_CORE_READ(socket, sk), false, ROLE_READS);
	return 0;
}

/* After the send or receive (Linux 6.3). */
SEC("tp_btf/sock_send_length")
int BPF_PROG(socket_send, struct sock *sk, int ret, int flags)
{
	on_use(sk, true, ROLE_WRITES);
	return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(socket_receive, struct sock *sk, int ret, int flags)
{
	on_use(sk, true, ROLE_READS);
	return 0;
}

/* splice(2) from a connection asks nobody. */
SEC("fentry/tcp_splice_read")
int BPF_PROG(splice_fentry, struct socket *socket)
{
	on_use(socket->sk, true, ROLE_READS);
	return 0;
}

SEC("kprobe/tcp_splice_read")
int BPF_KPROBE(splice_kprobe, struct socket *socket)
{
	on_use(BPF_CORE_READ(socket, sk), false, ROLE_READS);
	return 0;
}

/* Who reads a connection makes room in its buffer, by splice(2) too; but so does the kernel for itself (kTLS,
 * sockmap), then without the socket's lock. */
SEC("tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(socket_adjust, struct sock *sk)
{
	if (sk->sk_lock.owned)
		on_use(sk, true, ROLE_READS);
	return 0;
}

/* An accepted connection is given to the process that accepts it. */
SEC("fentry/security_sock_graft")
int BPF_PROG(accept_fentry, struct sock *sk)
{
	on_use(sk, true, ROLE_ACCEPTS);
	return 0;
}

SEC("kprobe/security_sock_graft")
int BPF_KPROBE(accept_kprobe, struct sock *sk)
{
	on_use(sk, false, ROLE_ACCEPTS);
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(socket_state, const struct sock *sk, int before, int state)
{
	on_state((struct sock *)sk, state);
	return 0;
}

SEC("raw_tp/inet_sock_set_state")
int BPF_PROG(socket_state_raw, const struct sock *sk, int before, int state)
{
	on_state((struct sock *)sk, state);
	return 0;
}

/* Owners by address: a connection inherits its listener's, and the entry goes with the socket. */
SEC("fentry/security_sk_clone")
int BPF_PROG(clone_fentry, const struct sock *from, struct sock *to)
{
	inherit_owner(address_of(from), address_of(to));
	return 0;
}

SEC("fentry/security_sk_free")
int BPF_PROG(free_fentry, struct sock *sk)
{
	forget_owner(address_of(sk));
	return 0;
}

SEC("kprobe/security_sk_clone")
int BPF_KPROBE(clone_kprobe, const struct sock *from, struct sock *to)
{
	inherit_owner((__u64)from, (__u64)to);
	return 0;
}

SEC("kprobe/security_sk_free")
int BPF_KPROBE(free_kprobe, struct sock *sk)
{
	forget_owner((__u64)sk);
	return 0;
}

#ifndef WITHOUT_RING
/* Sockets that were open before the start. */
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
	if (sk)
		on_open_socket(task, true, sk);
	return 0;
}

/* Without bpf_sock_from_file (Linux 5.11): a socket's file lies in sockfs, and its private data is the socket. */
SEC("iter/task_file")
int socket_scan_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	if (!task || !file || BPF_CORE_READ(file, f_inode, i_sb, s_magic) != SOCKFS_MAGIC)
		return 0;
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct sock *sk = BPF_CORE_READ(socket, sk);
	if (sk)
		on_open_socket(task, true, sk);
	return 0;
}
#endif

#endif
