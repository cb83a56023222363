/* The same for kernels before 5.17: an instruction that names a callback is refused there even where it is never
 * reached.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#define WITHOUT_LOOP
#include "ptcpdump.bpf.c"
