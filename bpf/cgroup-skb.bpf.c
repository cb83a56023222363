/* The backend "cgroup-skb": packets are taken where sockets send and receive them.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "include/socket-end.h"

/* Reached by tail call from the generated filter. Returning 1 lets the packet go on. Of neither direction's kind: since
 * Linux 6.18 a program array takes programs of one kind only. */
SEC("cgroup/skb")
int capture_received(struct __sk_buff *skb)
{
	capture_at_socket(skb, DIRECTION_IN);
	return 1;
}

SEC("cgroup/skb")
int capture_sent(struct __sk_buff *skb)
{
	capture_at_socket(skb, DIRECTION_OUT);
	return 1;
}

#include "include/programs.h"
