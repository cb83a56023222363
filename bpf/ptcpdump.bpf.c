/* The default backend (tc): the capture programs at devices. Those of processes and sockets are in include/programs.h,
 * all bodies in the other headers there. SPDX-License-Identifier: MIT OR GPL-2.0-only */
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

#include "include/programs.h"
