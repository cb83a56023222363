/* Containers, as far as the kernel knows them: the cgroup that a process is in, and its namespaces.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_CGROUP_H
#define PTCPDUMP_CGROUP_H

#include "maps.h"

/* Levels of a hierarchy that are looked at: a pod in a container in a pod has twelve. */
#define CGROUP_LEVELS 16
#define CGROUP_NAME_SIZE 256 /* NAME_MAX and NUL */
#define CONTAINER_ID_SIZE 64
#define POD_ID_SIZE 39 /* "pod" and a UUID */
#define SUFFIX_SIZE 6
#define MONITOR_SIZE 7 /* "conmon-" */

/* A number below a power of two, in a way that the verifiers of all kernels see: a comparison is forgotten where
 * the compiler keeps the number on the stack. */
#define WITHIN(number, size)                                                                             \
	({                                                                                               \
		__u64 masked = (number);                                                                 \
		asm volatile("%0 &= %1" : "+r"(masked) : "i"((size) - 1));                               \
		masked;                                                                                  \
	})

/* kernfs calls it __parent since 6.15 */
static __always_inline struct kernfs_node *parent_of(struct kernfs_node *node)
{
	struct kernfs_node___since_6_15 *newer = (void *)node;
	if (bpf_core_field_exists(newer->__parent))
		return BPF_CORE_READ(newer, __parent);
	return BPF_CORE_READ(node, parent);
}

static __always_inline bool is_suffix(const char *text, const char *suffix)
{
	for (int i = 0; i < SUFFIX_SIZE; i++)
		if (text[i] != suffix[i])
			return false;
	return true;
}

/* Whether a cgroup's name is that of a wanted container or pod: its last 64 characters (docker/ID,
 * cri-containerd-ID.scope), "pod" and a UUID at its end, or, for containers whose ids people choose, the name
 * with its parent's (containerd's NAMESPACE/ID). A global function, as find_cgroup() is: the verifier looks at it
 * once instead of once for every way that leads to it; addresses come as numbers, for there it knows no other.
 * Everything is read into the key's place: the stack of six functions is 512 bytes together. */
__noinline int is_wanted_name(__u64 name_at, __u32 length, __u64 parent_at)
{
	const char *name = (const char *)name_at;
	/* another task may come between on a kernel with preemption, and needs one of its own */
	__u32 index = task_number() % CONTAINER_KEYS;
	struct container_key *key = bpf_map_lookup_elem(&container_keys, &index);
	if (!key)
		return false;
	__u32 end = length;
	if (length > SUFFIX_SIZE && bpf_probe_read_kernel(key->name, SUFFIX_SIZE, name + length - SUFFIX_SIZE) == 0 &&
	    (is_suffix(key->name, ".scope") || is_suffix(key->name, ".slice")))
		end -= SUFFIX_SIZE;
	/* conmon, the monitor of a container of Podman or CRI-O, has a cgroup of its own, called after the container */
	if (end >= CONTAINER_ID_SIZE + MONITOR_SIZE &&
	    bpf_probe_read_kernel(key->name, MONITOR_SIZE, name + end - CONTAINER_ID_SIZE - MONITOR_SIZE) == 0 &&
	    key->name[0] == 'c' && key->name[1] == 'o' && key->name[2] == 'n' && key->name[3] == 'm' && key->name[6] == '-')
		return false;
	__builtin_memset(key, 0, sizeof(*key));
	if (end >= CONTAINER_ID_SIZE) {
		if (bpf_probe_read_kernel(key->name, CONTAINER_ID_SIZE, name + end - CONTAINER_ID_SIZE) == 0 &&
		    bpf_map_lookup_elem(&wanted_containers, key))
			return true;
		__builtin_memset(key, 0, CONTAINER_ID_SIZE);
	}
	if (end >= POD_ID_SIZE) {
		if (bpf_probe_read_kernel(key->name, POD_ID_SIZE, name + end - POD_ID_SIZE) == 0 &&
		    bpf_map_lookup_elem(&wanted_containers, key))
			return true;
		__builtin_memset(key, 0, CONTAINER_ID_SIZE);
	}
	if (!parent_at)
		return false;
	long n = bpf_probe_read_kernel_str(key->name, CONTAINER_KEY_SIZE / 2, (const char *)parent_at);
	if (n <= 1)
		return false;
	__u64 at = WITHIN(n - 1, CONTAINER_KEY_SIZE / 2);
	key->name[at] = '/';
	if (bpf_probe_read_kernel_str(key->name + at + 1, CONTAINER_KEY_SIZE / 2, name) <= 1)
		return false;
	return bpf_map_lookup_elem(&wanted_containers, key) != 0;
}

/* A walk from a cgroup up to its root. */
struct name_walk {
	struct kernfs_node *node;
	char *to;
	/* Bytes taken so far, in the record: what comes from there is any number for the verifier, where on the stack it
	 * would be another for each level, and each level be looked at. */
	__u32 *length;
	__u32 wanted; /* one of the names is a wanted container's */
};

/* Takes the name of one level, ended by NUL; 1 ends the walk. */
static long read_name(__u64 level, struct name_walk *walk)
{
	struct kernfs_node *node = walk->node, *parent = node ? parent_of(node) : 0;
	__u32 length = *walk->length;
	if (!parent || length >= CGROUP_PATH_SIZE - CGROUP_NAME_SIZE)
		return 1;
	const char *name = BPF_CORE_READ(node, name);
	__u64 at = WITHIN(length, CGROUP_PATH_SIZE - CGROUP_NAME_SIZE);
	long n = bpf_probe_read_kernel_str(walk->to + at, CGROUP_NAME_SIZE, name);
	if (n <= 0 || n > CGROUP_NAME_SIZE)
		return 1;
	*walk->length = length + n;
	if (config.filter_containers && !NAMES_BY_READER && is_wanted_name((__u64)name, n - 1, (__u64)BPF_CORE_READ(parent, name)))
		walk->wanted = 1;
	walk->node = parent;
	return 0;
}

/* Takes the names from a cgroup up to its root. bpf_loop (Linux 5.17) has a level's code verified
 * once, not for every level in every program. */
static __always_inline void read_names(struct cgroup *group, char *to, __u32 *length, struct record_cgroup *record)
{
	struct name_walk walk = { .node = BPF_CORE_READ(group, kn), .to = to, .length = length };
	*length = 0;
#ifdef WITHOUT_LOOP
	for (int i = 0; i < CGROUP_LEVELS; i++)
		if (read_name(i, &walk))
			break;
#else
	bpf_loop(CGROUP_LEVELS, read_name, &walk, 0);
#endif
	if (walk.wanted)
		record->wanted = 1;
}

/* The cgroup of these tasks in the hierarchy of a controller, if that is another hierarchy than the unified one. A
 * function of its own: see is_wanted_name(). */
__noinline __u64 controller_group(__u64 css_set, __u32 controller)
{
	struct css_set *set = (struct css_set *)css_set;
	struct cgroup_subsys_state *state = 0;
	void *at = (void *)set + bpf_core_field_offset(struct css_set, subsys) + controller * sizeof(void *);
	if (bpf_probe_read_kernel(&state, sizeof(state), at) || !state)
		return 0;
	struct cgroup *group = BPF_CORE_READ(state, cgroup);
	if (!group || BPF_CORE_READ(group, root) == BPF_CORE_READ(set, dfl_cgrp, root) ||
	    !parent_of(BPF_CORE_READ(group, kn)))
		return 0;
	return (__u64)group;
}

#define TRY_CONTROLLER(name)                                                                             \
	if (!group && bpf_core_enum_value_exists(enum cgroup_subsys_id, name))                           \
		group = controller_group(css_set, bpf_core_enum_value(enum cgroup_subsys_id, name));

/* The cgroup in a hierarchy of v1 that is not its root; 0: none. */
SMALL_FUNCTION __u64 find_v1_group(__u64 css_set)
{
	__u64 group = 0;
	TRY_CONTROLLER(memory_cgrp_id)
	TRY_CONTROLLER(pids_cgrp_id)
	TRY_CONTROLLER(cpuset_cgrp_id)
	TRY_CONTROLLER(freezer_cgrp_id)
	TRY_CONTROLLER(devices_cgrp_id)
	TRY_CONTROLLER(cpu_cgrp_id)
	return group;
}

/* A cgroup's id; 0 for none, and for the root of its hierarchy. A function of its own, so that for the verifier one
 * number comes back, and not a path for each case. */
__noinline __u64 group_id(__u64 group)
{
	struct kernfs_node *node = BPF_CORE_READ((struct cgroup *)group, kn);
	return parent_of(node) ? KERNFS_ID(node) : 0;
}

/* The number of the cgroup of the tasks with this css_set, made known to the reader if it is not; 0 in the root of
 * all hierarchies, and where the ring has no room. */
__noinline __u32 find_cgroup(__u64 css_set)
{
	struct css_set *set = (struct css_set *)css_set;
	struct cgroup *unified = BPF_CORE_READ(set, dfl_cgrp), *v1 = (struct cgroup *)find_v1_group(css_set);
	struct cgroup_key key = { .v2 = group_id((__u64)unified), .v1 = group_id((__u64)v1) };
	if (!(key.v2 | key.v1))
		return 0;
	__u32 *known = bpf_map_lookup_elem(&cgroups, &key);
	if (known)
		return *known;
	__u32 number = new_id() & CGROUP_MASK;
	struct record_cgroup *record = number ? bpf_ringbuf_reserve(&ring, sizeof(*record), 0) : 0;
	if (!record) {
		struct counters *c = count();
		if (c)
			c->lost_records++;
		return 0;
	}
	record->kind = RECORD_CGROUP;
	record->wanted = 0;
	record->cgroup = number;
	record->v2_id = key.v2;
	record->v1_id = key.v1;
	record->v1_len = 0;
	read_names(unified, record->v2, &record->v2_len, record);
	if (v1)
		read_names(v1, record->v1, &record->v1_len, record);
	bool wanted = record->wanted;
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	if (wanted) {
		__u32 one = 1;
		bpf_map_update_elem(&wanted_cgroups, &number, &one, BPF_ANY);
	}
	bpf_map_update_elem(&cgroups, &key, &number, BPF_ANY);
	return number;
}

static __always_inline __u32 cgroup_of(struct task_struct *task)
{
	return find_cgroup((__u64)BPF_CORE_READ(task, cgroups));
}

/* Inodes of a task's namespaces, as /proc/PID/ns shows them. */
static __always_inline __u32 mount_namespace(struct task_struct *task)
{
	return BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
}

static __always_inline __u32 net_namespace(struct task_struct *task)
{
	return BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
}

/* The one that the task itself is in: the last of its pid's numbers. */
static __always_inline __u32 pid_namespace(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	__u32 level = BPF_CORE_READ(pid, level);
	struct upid *last = (void *)pid + bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid);
	return pid ? BPF_CORE_READ(last, ns, ns.inum) : 0;
}

#endif
