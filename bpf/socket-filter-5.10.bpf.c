/* The same for kernels before 5.17: see ptcpdump-5.10.bpf.c. SPDX-License-Identifier: MIT OR GPL-2.0-only */
#define WITHOUT_LOOP
#include "socket-filter.bpf.c"
