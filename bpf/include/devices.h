/* Which devices a capture is about, where a hook sees the packets of all.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_DEVICES_H
#define PTCPDUMP_DEVICES_H

#include "ends.h"

/* The devices whose packets are kept, where not all are, by index and namespace; 0: not any more. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct loss_key);
	__type(value, __u32);
} devices SEC(".maps");

static __always_inline bool is_captured_on(struct __sk_buff *skb)
{
	if (!config.chosen_devices)
		return true;
	struct loss_key key = { .ifindex = PACKET_IFINDEX(skb), .netns = netns_of(skb) };
	__u32 *chosen = bpf_map_lookup_elem(&devices, &key);
	return chosen && *chosen;
}

#endif
