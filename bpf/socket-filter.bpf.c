/* The backend "socket-filter": packets are taken where packet sockets, tcpdump's, get them.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "include/told.h"

/* Reached by tail call from the generated filter, for both directions. Returning 0 keeps nothing for the socket. */
SEC("socket")
int capture_ethernet(struct __sk_buff *skb)
{
	return capture_for_socket(skb, true);
}

SEC("socket")
int capture_raw(struct __sk_buff *skb)
{
	return capture_for_socket(skb, false);
}

/* Sockets of every namespace tell of themselves. Returning 1 lets packets and calls go on. */
SEC("cgroup_skb/egress")
int told_sent(struct __sk_buff *skb)
{
	tell_sent(skb);
	return 1;
}

SEC("cgroup_skb/ingress")
int told_received(struct __sk_buff *skb)
{
	tell_received(skb);
	return 1;
}

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
