/* For kernels before 5.8: they have no ring buffer, and only tracing programs may read the kernel's memory there, or know
 * who is at work. So packets go by perf buffers, one for each CPU; and tracing programs find out whose a packet is, just
 * before the program at the device has it (handed.h).
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_PERF_H
#define PTCPDUMP_PERF_H

#include "kernel.h"

#include "abi.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Packets, by CPU. A buffer's reader looks by itself, or is woken when much is in it. */
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} packets SEC(".maps");

/* Into the same buffers, but whoever writes here wakes the reader. */
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} wakers SEC(".maps");

/* Records of processes, contexts and cgroups: buffers of their own, which are read first. */
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} tellings SEC(".maps");

/* A perf buffer takes a record from a program's own memory, and only where the program has its context: so records are
 * made in places of their own, and sent when the program ends. Tracing programs run with preemption switched off; what
 * may come between is one in a soft interrupt, and one in an interrupt, which have places of their own. */
#define STAGES 3
#define MOST_STAGED 8
#define STAGED_SIZE 4800 /* a process with ARGUMENTS_LARGE */

struct stage {
	__u32 depth; /* programs at work on this CPU */
	__u32 staged[4]; /* of each: records that wait; one more than STAGES, for the verifier */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stage);
} stages SEC(".maps");

struct staged {
	__u32 size;
	__u32 reserved;
	__u8 data[STAGED_SIZE];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, STAGES * MOST_STAGED);
	__type(key, __u32);
	__type(value, struct staged);
} staged_records SEC(".maps");

static __always_inline struct stage *this_stage(void)
{
	__u32 zero = 0;
	return bpf_map_lookup_elem(&stages, &zero);
}

static __always_inline void *reserve_staged(__u64 size)
{
	struct stage *stage = size <= STAGED_SIZE ? this_stage() : 0;
	if (!stage)
		return 0;
	__u32 level = stage->depth - 1;
	if (level >= STAGES)
		return 0;
	__u32 place = stage->staged[level & 3];
	if (place >= MOST_STAGED)
		return 0;
	place += level * MOST_STAGED;
	struct staged *at = bpf_map_lookup_elem(&staged_records, &place);
	if (!at)
		return 0;
	at->size = size;
	return at->data;
}

static __always_inline void submit_staged(void)
{
	struct stage *stage = this_stage();
	if (stage)
		stage->staged[(stage->depth - 1) & 3]++;
}

static __always_inline void enter_stage(void)
{
	struct stage *stage = this_stage();
	if (!stage)
		return;
	stage->staged[stage->depth & 3] = 0;
	stage->depth++;
}

/* Sends what this program has made; defined where the maps are known. */
static void leave_stage(void *ctx);

/* The helpers' names, as the bodies use them. */
#define bpf_ringbuf_reserve(ring, size, flags) reserve_staged(size)
#define bpf_ringbuf_submit(record, flags) submit_staged()
#define bpf_ringbuf_discard(record, flags) ((void)0)
#define bpf_ringbuf_query(ring, what) 0

/* Entries of programs: as libbpf's, and what they have made is sent. */
#undef BPF_PROG
#define BPF_PROG(name, args...)                                                                          \
name(unsigned long long *ctx);                                                                           \
static __always_inline int ____##name(unsigned long long *ctx, ##args);                                  \
int name(unsigned long long *ctx)                                                                        \
{                                                                                                        \
	enter_stage();                                                                                   \
	_Pragma("GCC diagnostic push")                                                                   \
	_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")                                           \
	____##name(___bpf_ctx_cast(args));                                                               \
	_Pragma("GCC diagnostic pop")                                                                    \
	leave_stage(ctx);                                                                                \
	return 0;                                                                                        \
}                                                                                                        \
static __always_inline int ____##name(unsigned long long *ctx, ##args)

#undef BPF_KPROBE
#define BPF_KPROBE(name, args...)                                                                        \
name(struct pt_regs *ctx);                                                                               \
static __always_inline int ____##name(struct pt_regs *ctx, ##args);                                      \
int name(struct pt_regs *ctx)                                                                            \
{                                                                                                        \
	enter_stage();                                                                                   \
	_Pragma("GCC diagnostic push")                                                                   \
	_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")                                           \
	____##name(___bpf_kprobe_args(args));                                                            \
	_Pragma("GCC diagnostic pop")                                                                    \
	leave_stage(ctx);                                                                                \
	return 0;                                                                                        \
}                                                                                                        \
static __always_inline int ____##name(struct pt_regs *ctx, ##args)

/* The verifiers before 5.6 go through a global function at every call anyway, and libbpf makes them static there: so that
 * newer kernels see the same, they are static here. */
#undef __noinline
#define __noinline static __attribute__((noinline, unused))
#pragma clang diagnostic ignored "-Wduplicate-decl-specifier"

/* What was called or laid out otherwise. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct task_struct___before_5_5 {
	__u64 real_start_time;
};

union kernfs_node_id {
	__u64 id;
};

struct kernfs_node___before_5_5 {
	union kernfs_node_id id;
};

#pragma clang attribute pop

static __always_inline __u64 start_of(struct task_struct *task)
{
	struct task_struct___before_5_5 *older = (void *)task;
	if (bpf_core_field_exists(older->real_start_time))
		return BPF_CORE_READ(older, real_start_time);
	return BPF_CORE_READ(task, start_boottime);
}

#define TASK_AT_1(task) task
#define TASK_AT_2(task, a) BPF_CORE_READ(task, a)
#define TASK_AT_3(task, a, b) BPF_CORE_READ(task, a, b)
#define TASK_AT_OF(_1, _2, _3, name, ...) name
#define START_OF(...) start_of(TASK_AT_OF(__VA_ARGS__, TASK_AT_3, TASK_AT_2, TASK_AT_1)(__VA_ARGS__))

static __always_inline __u64 kernfs_id(struct kernfs_node *node)
{
	struct kernfs_node___before_5_5 *older = (void *)node;
	if (bpf_core_field_exists(older->id))
		return BPF_CORE_READ(older, id.id);
	return BPF_CORE_READ(node, id);
}

#define KERNFS_ID(node) kernfs_id(node)

/* sk_protocol and sk_type were bit fields before 5.6 */
#define SOCK_FIELD(sk, field) BPF_CORE_READ_BITFIELD_PROBED(sk, field)

/* Types that the verifier knows are not asked for: many of these kernels have none of their own. */
#define HAS_TYPES false

/* Whether a cgroup's name is a wanted container's is asked by the reader: where the verifier goes through a function at
 * every call that is too much for it. */
#define NAMES_BY_READER true

/* Every call takes 32 of the 512 bytes of stack that all functions have together, also where it needs none. */
#define SMALL_FUNCTION static __always_inline

/* Tracepoints see the devices of every namespace. */
#define SEES_ALL_NETNS true

/* Who sleeps on a socket is looked for in the end, and at one place only: too much for these verifiers at each (told.h). */
#define SLEEPERS_LAST true

#endif
