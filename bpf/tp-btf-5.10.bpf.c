/* The same where the kernel's bpf_loop is not to be used: see ptcpdump-5.10.bpf.c. SPDX-License-Identifier: MIT OR GPL-2.0-only */
#define WITHOUT_LOOP
#include "tp-btf.bpf.c"
