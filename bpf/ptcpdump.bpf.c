/* The default backend (tc): the capture programs at devices. Those of processes and sockets are in include/programs.h,
 * all bodies in the other headers there. SPDX-License-Identifier: MIT OR GPL-2.0-only */
#define HEADERS_IN_PLACE
#include "include/packet.h"

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

/* Packets of every namespace at their sockets, for those in transit. Returning 1 lets them go on. */
SEC("cgroup_skb/egress")
int transit_sent(struct __sk_buff *skb)
{
	tell_sender(skb);
	return 1;
}

SEC("cgroup_skb/ingress")
int transit_received(struct __sk_buff *skb)
{
	tell_receiver(skb);
	return 1;
}

#include "include/programs.h"
