/* The backend "tp-btf": packets are taken at the network core's tracepoints.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "include/traced.h"

SEC("tp_btf/netif_receive_skb")
int packet_received(__u64 *ctx)
{
	on_packet(ctx, (struct sk_buff *)ctx[0], PLACE_IN);
	return 0;
}

SEC("tp_btf/net_dev_queue")
int packet_sent(__u64 *ctx)
{
	on_packet(ctx, (struct sk_buff *)ctx[0], PLACE_OUT);
	return 0;
}

/* Reached by tail call from the generated filters. */
SEC("tp_btf/netif_receive_skb")
int BPF_PROG(capture_received, struct sk_buff *skb)
{
	capture_traced(ctx, skb, DIRECTION_IN);
	return 0;
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(capture_sent, struct sk_buff *skb)
{
	capture_traced(ctx, skb, DIRECTION_OUT);
	return 0;
}

/* Sockets tell of what they are bound to. Returning 1 lets the call go on. */
SEC("cgroup/post_bind4")
int told_bind4(struct bpf_sock *ctx)
{
	tell_bound(ctx);
	return 1;
}

SEC("cgroup/post_bind6")
int told_bind6(struct bpf_sock *ctx)
{
	tell_bound(ctx);
	return 1;
}

#include "include/programs.h"
