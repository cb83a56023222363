/* The one place where what the kernel side and the program share is written: records in the ring, the
 * configuration, the counters. scripts/abi.ts makes src/addon/abi.ts from it (offsets, sizes, constants).
 * Only fixed-width integers and char arrays, naturally aligned, so that both sides agree without packing.
 * All numbers are in the host's byte order. SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef PTCPDUMP_ABI_H
#define PTCPDUMP_ABI_H

/* Kinds of records: the first field of each. */
#define RECORD_PACKET 1
#define RECORD_PROCESS 2
#define RECORD_CONTEXT 3
#define RECORD_EXIT 4
#define RECORD_CGROUP 5
/* In the ring of TLS secrets (bpf/tls.bpf.c). */
#define RECORD_SECRET 1
#define RECORD_PROGRAM 2
#define RECORD_UNLOGGED 3 /* a struct record_program */

#define DIRECTION_IN 1
#define DIRECTION_OUT 2

/* Where a process record comes from. */
#define ORIGIN_FORK 1 /* born while we watched: command line as its parent's */
#define ORIGIN_EXEC 2 /* executed a file while we watched: filename and arguments follow */
#define ORIGIN_SEEN 3 /* used a socket and was not known yet: arguments follow */
#define ORIGIN_SCAN 4 /* found by the pass over open sockets: arguments are to be read from /proc */

/* Tokens that new ids are drawn with: the program fills the queue with 1..TOKENS. */
#define TOKENS 256

#define NAME_SIZE 16 /* TASK_COMM_LEN */
#define PROGRAM_SIZE 64 /* of an executable's name without its folder: as much as is compared */
#define FILENAME_SIZE 512
#define CGROUP_PATH_SIZE 1280 /* room for names up to 1024, and one more of up to 255 */
#define CONTAINER_KEY_SIZE 256
#define CLIENT_RANDOM_SIZE 32 /* RFC 8446, 4.1.2 */
#define SECRET_LABEL_SIZE 40 /* the longest in use has 31 characters */
#define SECRET_SIZE 64 /* TLS 1.2 has 48 bytes, TLS 1.3 a hash's length */
#define SECRET_LAYOUTS 8
#define SECRET_QUESTIONS 8
#define VALUE_WORDS 4
#define ARGUMENTS_SMALL 512
#define ARGUMENTS_LARGE 4096
#define ARGUMENTS_HUGE 65536

/* Most bytes of a packet that a perf buffer takes (before Linux 5.8): a record's length has 16 bits there. */
#define PERF_CAPLEN 65408

/* A packet; its captured bytes follow. */
struct record_packet {
	__u16 kind;
	__u16 direction;
	__u32 context; /* id of the context record that names the owner; 0: nobody */
	__u64 time; /* CLOCK_MONOTONIC, ns */
	__u32 ifindex;
	__u32 netns; /* inode of the device's network namespace; 0 where only one is captured */
	__u32 len; /* bytes on the wire, a VLAN tag included */
	__u32 caplen; /* bytes that follow */
};

/* A process. Its filename (at most FILENAME_SIZE; without a folder where the path that was executed leads through
 * /proc or a descriptor) and arguments (NUL between them) follow at fixed offsets:
 * filename right behind this header, arguments FILENAME_SIZE later; only where filename_len or
 * arguments_len say so. */
struct record_process {
	__u16 kind;
	__u16 origin;
	__u32 process; /* id of this process: one per life and per exec */
	__u32 parent; /* id of the parent process; 0 where it is not known */
	__u32 pid; /* in the host's pid namespace */
	__u32 ppid;
	__u32 uid;
	__u64 start; /* CLOCK_BOOTTIME, ns */
	char name[NAME_SIZE];
	char parent_name[NAME_SIZE];
	__u32 filename_len;
	__u32 arguments_len;
	__u32 arguments_total; /* length before it was cut */
	__u32 cgroup; /* number of the cgroup record; 0: none is known */
	__u32 mntns; /* inodes of its namespaces */
	__u32 pidns;
	__u32 netns;
	__u32 reserved;
};

/* A cgroup, told at the first sight of a process in it: the names of its folders, each ended by NUL, its own
 * first, up to the root of its hierarchy. On a hybrid host a process is in several hierarchies: the unified one
 * (v2), and one with controllers (v1) where the process is not in the root. */
struct record_cgroup {
	__u16 kind;
	__u16 wanted; /* its name is a wanted container's */
	__u32 cgroup;
	__u64 v2_id; /* cgroup id: kernfs inode and generation */
	__u64 v1_id;
	__u32 v2_len; /* bytes of the names */
	__u32 v1_len;
	char v2[CGROUP_PATH_SIZE];
	char v1[CGROUP_PATH_SIZE];
};

/* A context: a thread of a process at work, with its name and user at that time. */
struct record_context {
	__u16 kind;
	__u16 reserved;
	__u32 context;
	__u32 process;
	__u32 tid;
	__u32 uid; /* effective user id */
	__u32 pid; /* for a reader that has forgotten the process */
	char name[NAME_SIZE];
};

/* A process ended (or became another one by exec): its contexts get no more packets soon. */
struct record_exit {
	__u16 kind;
	__u16 reserved;
	__u32 process;
};

/* A secret that a TLS library has just made. */
struct record_secret {
	__u32 kind;
	__u32 pid;
	__u32 uid; /* effective user id */
	__u32 chosen; /* its process is one that was chosen by pid, or descends from one */
	__u32 label_len; /* 0: its page was not there to be read */
	__u32 secret_len; /* 0: a token's that was not seen */
	__u64 label_address; /* in the process's memory */
	char name[NAME_SIZE]; /* of the process */
	__u8 random[CLIENT_RANDOM_SIZE];
	char label[SECRET_LABEL_SIZE];
	__u8 secret[SECRET_SIZE];
};

/* A process executes another program: it is to be looked at. Or (RECORD_UNLOGGED) it has a secret that its TLS library
 * was asked not to tell anybody. */
struct record_program {
	__u32 kind;
	__u32 pid;
	__u32 uid;
	__u32 chosen;
	char name[NAME_SIZE];
};

/* Where a connection keeps its client random: `random` bytes behind its address, or behind the pointer that lies
 * `pointer` bytes behind it. */
struct secret_layout {
	__u32 indirect;
	__u32 pointer;
	__u32 random;
	__u32 token; /* secrets come as keys of NSS's token */
};

/* Where a secret is that rustls was not to tell, by the registers at a place. Each is a register, as a place in struct
 * pt_regs, whether what is meant lies in memory, a distance behind the register's value, and, of what lies in memory,
 * one behind that. */
struct secret_question {
	__s32 label[VALUE_WORDS];
	__s32 label_len[VALUE_WORDS];
	__s32 random[VALUE_WORDS];
	__s32 secret[VALUE_WORDS];
	__s32 secret_len[VALUE_WORDS];
};

/* Set before the load of bpf/tls.bpf.c. */
struct secret_config {
	__u32 everybody; /* not only those in chosen_pids */
	__u32 follow_forks;
};

/* Set before the load; the verifier then drops what is not wanted. */
struct config {
	__u32 snaplen;
	__u32 filter_processes; /* any process filter is given */
	__u32 filter_pids;
	__u32 filter_names;
	__u32 filter_programs; /* of the names: those too long for a process's own name */
	__u32 filter_uids;
	__u32 filter_containers;
	__u32 follow_forks;
	__u32 several_netns; /* the packet record carries the namespace's inode */
	__u32 transit; /* packets of other namespaces may pass: these tell their ends */
	__u32 netns; /* inode of the one that is captured, if it is one */
	__u32 wake_bytes; /* of the ring: so many are much (WAITING_MUCH) */
	__u32 attribution; /* 0 only in benchmarks: packets go without owners */
	/* What this kernel has (src/kernel/hooks.ts). The verifier never sees the other way. */
	__u32 by_address; /* owners are kept by the socket's address, not in its storage */
	__u32 task_pointer; /* bpf_get_current_task_btf: the task at work can be read without a helper */
	__u32 stack_size; /* of a task's stack in the kernel (THREAD_SIZE) */
	__u32 chosen_devices; /* hooks that see every device's packets keep those of the devices in a map */
};

/* What the reader waits for. */
#define WAITING_NOT 0 /* it is at work, and looks again by itself */
#define WAITING_MUCH 1 /* wake it when config.wake_bytes wait; it looks again by itself, too */
#define WAITING_ANY 2 /* wake it at the next record */

/* Shared with the reader while it runs (mapped memory). */
struct reader_state {
	__u32 waiting; /* WAITING_*, set by the reader when it has read all; cleared by whoever wakes it */
	__u32 published; /* entries that the map of published ports was given so far: 0 where nobody publishes any */
};

/* A device whose packets were lost on their way to the program: key of a count. */
struct loss_key {
	__u32 ifindex;
	__u32 netns; /* as in record_packet */
};

/* A port of this host's that is translated (DNAT) to a container's, though a program of the host's listens on it as
 * well, for those whose packets are not translated. */
struct published_key {
	__u32 address[4]; /* network byte order; 0: whichever the host has */
	__u16 port; /* network byte order */
	__u8 protocol;
	__u8 family;
};

struct published_port {
	__u32 address[4]; /* of the container, and its port */
	__u16 port;
	__u16 reserved;
	__u32 netns; /* its namespace's number in this host's (rtnetlink: NETNSA_NSID) */
	__u32 bridge; /* ifindex of the device that leads there: what comes from behind it is not translated */
};

/* Per CPU. */
struct counters {
	__u64 matched; /* packets that passed the filter expression */
	__u64 unwanted; /* of these: left out by the process filter */
	__u64 captured; /* written to the ring */
	__u64 dropped_ring; /* no room in the ring */
	__u64 dropped_copy; /* bytes could not be read */
	__u64 lost_records; /* process or context records that found no room */
	__u64 map_full; /* owners that could not be stored */
	__u64 named; /* captured packets that have an owner */
	__u64 stack; /* scratch: where the program's frame lies */
};

/* Not the kernel's: what src/savefile/bulk.ts and native/bulk.c share. */

#define BULK_PCAPNG 0
#define BULK_MICROSECONDS 1 /* pcap */
#define BULK_NANOSECONDS 2
/* Powers of two. */
#define BULK_DEVICES 64
#define BULK_CONTEXTS 4096

/* What is copied, and how far it got. */
struct bulk {
	__u64 position; /* of the ring's reader */
	__u64 end; /* position of the ring at which to stop */
	__u64 offset; /* the time since 1970 less CLOCK_MONOTONIC, ns, modulo 2^64 */
	__u32 most; /* packets */
	__u32 packets; /* that were copied */
	__u32 at; /* place in the batch */
	__u32 format; /* BULK_ */
	__u32 ring; /* bytes of the ring's data area: a power of two */
	__u32 reserved;
};

/* A device whose packets may be copied, at the place that its ifindex has modulo BULK_DEVICES. */
struct bulk_device {
	__u32 ifindex; /* 0: none is here */
	__u32 netns;
	__u32 interface; /* its number in the file */
	__u32 packets; /* of it that were copied */
};

/* A context whose packets may be copied, at the place that its id has modulo BULK_CONTEXTS. */
struct bulk_context {
	__u32 context; /* 0: none is here */
	__u32 at; /* its options for pcapng, among the words of all */
	__u32 words;
	__u32 reserved;
};

#endif
