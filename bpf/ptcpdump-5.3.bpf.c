/* The same for kernels from 5.3 (loops) to 5.7, which have neither the ring buffer nor helpers at devices that would tell whose a
 * packet is: perf buffers, and tracing programs. SPDX-License-Identifier: MIT OR GPL-2.0-only */
#define WITHOUT_LOOP
#define WITHOUT_RING
#include "include/handed.h"

#include "include/programs.h"

/* A packet comes, before the program at the device: the kernel calls that one a few lines later. */
SEC("raw_tp/netif_receive_skb")
int BPF_PROG(arrival, struct sk_buff *skb)
{
	on_arrival(skb);
	return 0;
}

SEC("raw_tp/net_dev_queue")
int BPF_PROG(queued, struct sk_buff *skb)
{
	on_queue(skb);
	return 0;
}

/* The kernel is about to call the programs of a device's clsact. */
SEC("fentry/tcf_classify")
int BPF_PROG(departure_fentry, struct sk_buff *skb)
{
	on_departure(ctx, skb);
	return 0;
}

SEC("kprobe/tcf_classify")
int BPF_KPROBE(departure_kprobe, struct sk_buff *skb)
{
	on_departure(ctx, skb);
	return 0;
}

/* Sockets that are open already: our own process follows the links in /proc/PID/fd. First the kernel asks whether it may
 * look at that task, then it opens what the link leads to. */
SEC("kprobe/ptrace_may_access")
int BPF_KPROBE(scan_task, struct task_struct *task)
{
	struct scanner *scanner = scanner_here();
	if (scanner)
		scanner->task = (__u64)task;
	return 0;
}

SEC("kprobe/vfs_open")
int BPF_KPROBE(scan_file, const struct path *path)
{
	struct scanner *scanner = scanner_here();
	struct inode *inode = BPF_CORE_READ(path, dentry, d_inode);
	if (!scanner || !scanner->task || BPF_CORE_READ(inode, i_sb, s_magic) != SOCKFS_MAGIC)
		return 0;
	struct socket_alloc *both = (void *)inode - bpf_core_field_offset(struct socket_alloc, vfs_inode);
	struct sock *sk = BPF_CORE_READ(both, socket.sk);
	if (sk)
		on_open_socket((struct task_struct *)scanner->task, false, sk);
	return 0;
}

/* Capture: as in ptcpdump.bpf.c. */
SEC("tc")
int capture_ethernet_in(struct __sk_buff *skb)
{
	return capture_handed(skb, DIRECTION_IN, true);
}

SEC("tc")
int capture_ethernet_out(struct __sk_buff *skb)
{
	return capture_handed(skb, DIRECTION_OUT, true);
}

SEC("tc")
int capture_raw_in(struct __sk_buff *skb)
{
	return capture_handed(skb, DIRECTION_IN, false);
}

SEC("tc")
int capture_raw_out(struct __sk_buff *skb)
{
	return capture_handed(skb, DIRECTION_OUT, false);
}
