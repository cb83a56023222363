/* Processes and threads: who is at work right now, told to the reader once per change.
 * SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_PROCESS_H
#define PTCPDUMP_PROCESS_H

#include "cgroup.h"

/* Of a task that the verifier knows as one (a tracepoint's or an iterator's argument, the current one where
 * current_task() gives that): plain loads, for this runs at every send and receive. The kernel pads names with
 * NUL (strscpy_pad in __set_task_comm), so that two words compare as the text does. */
static __always_inline void read_identity(struct task_struct *task, bool known, struct identity *who)
{
	if (!known || !HAS_TYPES) {
		who->start = START_OF(task);
		who->exec = (__u32)BPF_CORE_READ(task, self_exec_id);
		who->tid = BPF_CORE_READ(task, pid);
		who->uid = BPF_CORE_READ(task, cred, euid.val);
		who->reserved = 0;
		BPF_CORE_READ_INTO(&who->name, task, comm);
		return;
	}
	who->start = task->start_boottime;
	who->exec = (__u32)task->self_exec_id;
	who->tid = task->pid;
	who->uid = task->cred->euid.val;
	who->reserved = 0;
	who->name[0] = *(__u64 *)&task->comm[0];
	who->name[1] = *(__u64 *)&task->comm[8];
}

static __always_inline bool same_identity(const struct identity *a, const struct identity *b)
{
	return a->tid == b->tid && a->start == b->start && a->exec == b->exec && a->uid == b->uid &&
	       a->name[0] == b->name[0] && a->name[1] == b->name[1];
}

static __always_inline void fill_process(struct record_process *record, struct task_struct *task, __u16 origin,
					 const struct process_entry *entry, __u32 parent)
{
	record->kind = RECORD_PROCESS;
	record->origin = origin;
	record->process = entry->process;
	record->cgroup = entry->cgroup;
	record->mntns = mount_namespace(task);
	record->pidns = pid_namespace(task);
	record->netns = net_namespace(task);
	record->parent = parent;
	record->pid = BPF_CORE_READ(task, tgid);
	record->ppid = BPF_CORE_READ(task, real_parent, tgid);
	record->uid = BPF_CORE_READ(task, cred, euid.val);
	record->start = START_OF(task, group_leader);
	__builtin_memset(record->name, 0, sizeof(record->name));
	__builtin_memset(record->parent_name, 0, sizeof(record->parent_name));
	BPF_CORE_READ_STR_INTO(&record->name, task, group_leader, comm);
	BPF_CORE_READ_STR_INTO(&record->parent_name, task, real_parent, group_leader, comm);
	record->filename_len = 0;
	record->arguments_len = 0;
	record->arguments_total = 0;
	record->reserved = 0;
}

/* The arguments of the process at work: only its own memory can be read. */
static __always_inline void read_arguments(struct record_process *record, struct task_struct *task, __u8 *to,
					   __u32 room)
{
	unsigned long start = BPF_CORE_READ(task, mm, arg_start);
	unsigned long length = BPF_CORE_READ(task, mm, arg_end) - start;
	record->arguments_total = length;
	if (length > room)
		length = room;
	if (length && bpf_probe_read_user(to, length, (void *)start) == 0)
		record->arguments_len = length;
}

struct record_process_small {
	struct record_process head;
	__u8 filename[FILENAME_SIZE];
	__u8 arguments[ARGUMENTS_SMALL];
};

struct record_process_large {
	struct record_process head;
	__u8 filename[FILENAME_SIZE];
	__u8 arguments[ARGUMENTS_LARGE];
};

struct record_process_huge {
	struct record_process head;
	__u8 filename[FILENAME_SIZE];
	__u8 arguments[ARGUMENTS_HUGE];
};

/* Three sizes, read straight into the ring: nearly all command lines fit the small one. Ends the function when it
 * is done: with a flag instead, the compiler asks twice whether there is a record, and verifiers before 6.2 then
 * take it for lost. */
#define SEND_WITH_ARGUMENTS(type)                                                                        \
	do {                                                                                             \
		struct type *record = bpf_ringbuf_reserve(&ring, sizeof(struct type), 0);                \
		if (!record)                                                                             \
			break;                                                                           \
		fill_process(&record->head, task, origin, entry, parent);                                \
		if (filename) {                                                                          \
			long n = bpf_probe_read_kernel_str(record->filename, FILENAME_SIZE, filename);   \
			record->head.filename_len = n > 0 ? n - 1 : 0;                                   \
		}                                                                                        \
		read_arguments(&record->head, task, record->arguments, sizeof(record->arguments));       \
		bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);                                            \
		return true;                                                                             \
	} while (0)

/* Tells the reader of a process under entry->process. False where there is no id or the ring has no room: then
 * nobody may name it. */
static __noinline bool send_process(struct task_struct *task, __u16 origin, const struct process_entry *entry,
				    __u32 parent, const char *filename)
{
	if (!entry->process) {
		/* nothing to tell */
	} else if (origin == ORIGIN_FORK || origin == ORIGIN_SCAN) {
		struct record_process *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);
		if (record) {
			fill_process(record, task, origin, entry, parent);
			bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
			return true;
		}
	} else {
		unsigned long length = BPF_CORE_READ(task, mm, arg_end) - BPF_CORE_READ(task, mm, arg_start);
		/* who was there before, and is at work now, has time until the reader looks into /proc for the rest */
		if (origin == ORIGIN_SEEN || length <= ARGUMENTS_SMALL)
			SEND_WITH_ARGUMENTS(record_process_small);
		else if (length > ARGUMENTS_LARGE)
			SEND_WITH_ARGUMENTS(record_process_huge);
		/* also where a small ring has no room for more */
		if (origin != ORIGIN_SEEN && length > ARGUMENTS_SMALL)
			SEND_WITH_ARGUMENTS(record_process_large);
	}
	struct counters *c = count();
	if (c)
		c->lost_records++;
	return false;
}

static __always_inline bool remember_process(__u32 pid, const struct process_entry *entry)
{
	if (bpf_map_update_elem(&processes, &pid, entry, BPF_ANY) == 0)
		return true;
	count_full();
	return false;
}

/* The process of a task, made known if it is not; false where that found no room. */
static __always_inline bool find_process(struct task_struct *task, bool is_current, struct process_entry *out)
{
	__u32 pid = BPF_CORE_READ(task, tgid);
	out->start = START_OF(task, group_leader);
	out->exec = (__u32)BPF_CORE_READ(task, self_exec_id);
	out->flags = 0;
	out->cgroup = 0;
	struct process_entry *known = bpf_map_lookup_elem(&processes, &pid);
	if (known && known->start == out->start && known->exec == out->exec) {
		out->process = known->process;
		out->flags = known->flags;
		out->cgroup = known->cgroup;
		return true;
	}
	__u32 ppid = BPF_CORE_READ(task, real_parent, tgid);
	struct process_entry *parent = bpf_map_lookup_elem(&processes, &ppid);
	__u32 parent_id =
		parent && parent->start == START_OF(task, real_parent, group_leader) ? parent->process : 0;
	out->process = new_id();
	out->cgroup = cgroup_of(task);
	if (!send_process(task, is_current ? ORIGIN_SEEN : ORIGIN_SCAN, out, parent_id, 0))
		return false;
	return remember_process(pid, out);
}

/* Containers of which no cgroup tells: by the namespaces that are theirs alone. */
static __always_inline bool is_in_wanted_namespace(struct task_struct *task)
{
	__u32 inode = mount_namespace(task);
	if (bpf_map_lookup_elem(&wanted_namespaces, &inode))
		return true;
	inode = pid_namespace(task);
	if (bpf_map_lookup_elem(&wanted_namespaces, &inode))
		return true;
	inode = net_namespace(task);
	return bpf_map_lookup_elem(&wanted_namespaces, &inode) != 0;
}

/* Whether the process filter chooses this task, its cgroup aside: the union of the filters given. A function for its
 * stack: what it needs must not add to that of the calls which send a process (512 bytes for all calls together). */
static __noinline bool is_wanted(struct task_struct *task, const struct process_entry *process, __u32 uid)
{
	if (!config.filter_processes)
		return true;
	if (process->flags & OWNER_WANTED)
		return true;
	if (config.filter_containers && is_in_wanted_namespace(task))
		return true;
	if (config.filter_pids || config.follow_forks) {
		__u32 pid = BPF_CORE_READ(task, tgid);
		if (bpf_map_lookup_elem(&wanted_pids, &pid))
			return true;
	}
	if (config.filter_uids && bpf_map_lookup_elem(&wanted_uids, &uid))
		return true;
	if (config.filter_names) {
		struct name_key key = {};
		BPF_CORE_READ_STR_INTO(&key.name, task, group_leader, comm);
		if (bpf_map_lookup_elem(&wanted_names, &key))
			return true;
		__builtin_memset(&key, 0, sizeof(key));
		BPF_CORE_READ_STR_INTO(&key.name, task, comm);
		if (bpf_map_lookup_elem(&wanted_names, &key))
			return true;
	}
	if (config.filter_programs) {
		struct program_key key = {};
		bpf_probe_read_kernel_str(key.name, sizeof(key.name), BPF_CORE_READ(task, mm, exe_file, f_path.dentry, d_name.name));
		if (bpf_map_lookup_elem(&wanted_programs, &key))
			return true;
	}
	return false;
}

/* The context of a task whose identity is in user->who, made known if it is not; false where nobody can be
 * named: kernel threads, and a ring or map without room. */
static __noinline bool find_context(struct task_struct *task, bool is_current, struct user *user)
{
	if (BPF_CORE_READ(task, flags) & PF_KTHREAD)
		return false;
	__u32 tid = user->who.tid;
	struct user *known = bpf_map_lookup_elem(&threads, &tid);
	if (known && same_identity(&known->who, &user->who)) {
		user->context = known->context;
		user->flags = known->flags;
		return true;
	}
	struct process_entry process;
	if (!find_process(task, is_current, &process))
		return false;
	__u32 context = new_id();
	struct record_context *record = context ? bpf_ringbuf_reserve(&ring, sizeof(*record), 0) : 0;
	if (!record) {
		struct counters *c = count();
		if (c)
			c->lost_records++;
		return false;
	}
	user->context = context;
	user->flags = process.cgroup << OWNER_CGROUP_SHIFT | (is_wanted(task, &process, user->who.uid) ? OWNER_WANTED : 0);
	record->kind = RECORD_CONTEXT;
	record->reserved = 0;
	record->context = context;
	record->process = process.process;
	record->tid = tid;
	record->uid = user->who.uid;
	record->pid = BPF_CORE_READ(task, tgid);
	__builtin_memcpy(record->name, user->who.name, sizeof(record->name));
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	bpf_map_update_elem(&threads, &tid, user, BPF_ANY);
	return true;
}

static __always_inline void on_fork(struct task_struct *parent, struct task_struct *child)
{
	__u32 pid = BPF_CORE_READ(child, tgid);
	/* a thread is no process */
	if (pid != (__u32)BPF_CORE_READ(child, pid) || BPF_CORE_READ(child, flags) & PF_KTHREAD ||
	    BPF_CORE_READ(parent, flags) & PF_KTHREAD)
		return;
	struct process_entry from, entry = {};
	bool known = find_process(parent, true, &from);
	/* whoever had this pid before may not have been freed yet */
	if (config.filter_processes)
		bpf_map_delete_elem(&wanted_pids, &pid);
	entry.start = START_OF(child);
	entry.exec = (__u32)BPF_CORE_READ(child, self_exec_id);
	entry.process = new_id();
	if (known && config.follow_forks) {
		__u32 uid = BPF_CORE_READ(parent, cred, euid.val);
		if (is_wanted(parent, &from, uid))
			entry.flags = OWNER_WANTED;
		__u32 yes = 1;
		/* also where its entry is evicted */
		if (entry.flags && bpf_map_update_elem(&wanted_pids, &pid, &yes, BPF_ANY))
			count_full();
	}
	entry.cgroup = cgroup_of(child);
	if (send_process(child, ORIGIN_FORK, &entry, known ? from.process : 0, 0))
		remember_process(pid, &entry);
}

static __always_inline void send_exit(__u32 process)
{
	struct record_exit *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);
	if (!record)
		return; /* the reader forgets by itself what is not used */
	record->kind = RECORD_EXIT;
	record->reserved = 0;
	record->process = process;
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

/* The first eight bytes of a text as the word that they are when read (the machines that Node runs this on are
 * little-endian). */
#define FIRST(text)                                                                                      \
	((__u64)text[0] | (__u64)text[1] << 8 | (__u64)text[2] << 16 | (__u64)text[3] << 24 |            \
	 (__u64)text[4] << 32 | (__u64)text[5] << 40 | (__u64)text[6] << 48 | (__u64)text[7] << 56)
#define FIRST_SIX 0xffffffffffffull

/* What was executed: the path as it was given. One that leads through a descriptor or /proc (BusyBox starts its own
 * commands, and runc itself, as /proc/self/exe; fexecve(3) as /dev/fd/N) is another for everybody else: then the
 * name of the file that was found there. */
static __always_inline const char *executed(struct linux_binprm *bprm)
{
	const char *filename = BPF_CORE_READ(bprm, filename);
	__u64 head = 0;
	bpf_probe_read_kernel(&head, sizeof(head), filename);
	if ((head & FIRST_SIX) != FIRST("/proc/\0") && head != FIRST("/dev/fd/"))
		return filename;
	const char *name = (const char *)BPF_CORE_READ(bprm, file, f_path.dentry, d_name.name);
	return name ? name : filename;
}

static __always_inline void on_exec(struct task_struct *task, struct linux_binprm *bprm)
{
	__u32 pid = BPF_CORE_READ(task, tgid);
	struct process_entry entry = {};
	struct process_entry *before = bpf_map_lookup_elem(&processes, &pid);
	/* a followed process stays followed whatever it executes */
	if (before && config.follow_forks)
		entry.flags = before->flags;
	__u32 ppid = BPF_CORE_READ(task, real_parent, tgid);
	struct process_entry *parent = bpf_map_lookup_elem(&processes, &ppid);
	__u32 parent_id =
		parent && parent->start == START_OF(task, real_parent, group_leader) ? parent->process : 0;
	entry.start = START_OF(task, group_leader);
	entry.exec = (__u32)BPF_CORE_READ(task, self_exec_id);
	entry.process = new_id();
	if (before)
		send_exit(before->process);
	entry.cgroup = cgroup_of(task);
	if (send_process(task, ORIGIN_EXEC, &entry, parent_id, executed(bprm)))
		remember_process(pid, &entry);
	else
		/* the old entry names what this process no longer is */
		bpf_map_delete_elem(&processes, &pid);
}

/* A task is gone for good. Not when it exits: then it closes its sockets only after the tracepoint for that, and what
 * these send at their end (FIN) is still its own. Until it is freed its pid may be another's. */
static __always_inline void on_free(struct task_struct *task)
{
	__u32 tid = BPF_CORE_READ(task, pid), pid = BPF_CORE_READ(task, tgid);
	__u64 start = START_OF(task);
	struct user *thread = bpf_map_lookup_elem(&threads, &tid);
	if (thread && thread->who.start == start)
		bpf_map_delete_elem(&threads, &tid);
	/* of a process the first thread stays longest */
	if (tid != pid)
		return;
	struct process_entry *entry = bpf_map_lookup_elem(&processes, &pid);
	if (entry && entry->start != start)
		return;
	bpf_map_delete_elem(&wanted_pids, &pid);
	if (!entry)
		return;
	send_exit(entry->process);
	bpf_map_delete_elem(&processes, &pid);
}

#endif
