/* TLS secrets: probes at the functions that libraries log secrets by (SSLKEYLOGFILE), which they call for every
 * secret, whether somebody wants a log or not. Which functions, and where they are, is src/secrets/'s to know.
 * An object of its own: loaded only when secrets are asked for. SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "include/kernel.h"

#include "include/abi.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const volatile struct secret_config settings = {};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} secrets SEC(".maps");

/* Processes that were chosen by pid, and with follow_forks their descendants. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u32);
} chosen_pids SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SECRET_LAYOUTS);
	__type(key, __u32);
	__type(value, struct secret_layout);
} layouts SEC(".maps");

/* NSS keeps secrets in a token of PKCS #11, its softoken, a library of its own. What is told each is told a key that
 * names an object there. The softoken gives the object its value on the same thread, just before. The structures'
 * beginnings have been the same since NSS was published. */
#define CKA_VALUE 0x11
#define OBJECT_HANDLE 24 /* struct SFTKObjectStr: next, prev, objclass, handle */
#define KEY_HANDLE 8 /* struct PK11SymKeyStr: type, objectID */
#define TOKEN_VALUES 8 /* TLS 1.2 makes four keys of the secret before it tells it */

struct token_value {
	__u64 object;
	__u64 length;
	__u8 bytes[SECRET_SIZE];
};

/* The last values of a thread: a ring. */
struct token_values {
	__u64 count;
	struct token_value values[TOKEN_VALUES];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 512);
	__type(key, __u64); /* thread */
	__type(value, struct token_values);
} token_values SEC(".maps");

/* What a thread begins with: too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct token_values);
} no_token_values SEC(".maps");

/* Secrets and programs that found no room: only the ring's reader can be at fault. */
__u64 lost;

static bool is_chosen(__u32 pid)
{
	return bpf_map_lookup_elem(&chosen_pids, &pid) != NULL;
}

static void read_name(char name[NAME_SIZE])
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	bpf_probe_read_kernel_str(name, NAME_SIZE, &leader->comm);
}

/* The record to fill; NULL where the secret is not wanted, or there is no room. */
static struct record_secret *new_secret(void)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	bool chosen = is_chosen(pid);
	if (!chosen && !settings.everybody)
		return NULL;
	struct record_secret *record = bpf_ringbuf_reserve(&secrets, sizeof(*record), 0);
	if (!record) {
		__sync_fetch_and_add(&lost, 1);
		return NULL;
	}
	record->kind = RECORD_SECRET;
	record->pid = pid;
	record->uid = (__u32)bpf_get_current_uid_gid();
	record->chosen = chosen;
	record->label_len = 0;
	record->secret_len = 0;
	read_name(record->name);
	return record;
}

/* Tells of this process, if it is wanted. */
static void tell_of(__u32 pid, __u32 kind)
{
	bool chosen = is_chosen(pid);
	if (!chosen && !settings.everybody)
		return;
	struct record_program *record = bpf_ringbuf_reserve(&secrets, sizeof(*record), 0);
	if (!record) {
		__sync_fetch_and_add(&lost, 1);
		return;
	}
	record->kind = kind;
	record->pid = pid;
	record->uid = (__u32)bpf_get_current_uid_gid();
	record->chosen = chosen;
	read_name(record->name);
	bpf_ringbuf_submit(record, 0);
}

/* Reads secret and client random; the record goes out, or is given back where they cannot be read. */
static int submit(struct record_secret *record, const void *random, const void *secret, __u64 length)
{
	if (length == 0 || length > SECRET_SIZE || bpf_probe_read_user(record->random, CLIENT_RANDOM_SIZE, random))
		goto discard;
	/* the verifier is to see the bound */
	asm volatile("" : "+r"(length));
	if (length > SECRET_SIZE || bpf_probe_read_user(record->secret, length, secret))
		goto discard;
	record->secret_len = (__u32)length;
	bpf_ringbuf_submit(record, 0);
	return 0;
discard:
	bpf_ringbuf_discard(record, 0);
	return 0;
}

/* CK_RV sftk_forceAttribute(SFTKObject *, CK_ATTRIBUTE_TYPE, const void *value, unsigned int length): NSS's softoken;
 * sftk_AddAttributeType the same, which the first may go on to. */
SEC("uprobe")
int keep_value(struct pt_regs *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();
	__u64 length = (__u32)PT_REGS_PARM4(ctx);
	if (PT_REGS_PARM2(ctx) != CKA_VALUE || length == 0 || length > SECRET_SIZE)
		return 0;
	if (!settings.everybody && !is_chosen(thread >> 32))
		return 0;
	struct token_values *kept = bpf_map_lookup_elem(&token_values, &thread);
	if (!kept) {
		__u32 zero = 0;
		struct token_values *none = bpf_map_lookup_elem(&no_token_values, &zero);
		if (!none)
			return 0;
		bpf_map_update_elem(&token_values, &thread, none, BPF_ANY);
		kept = bpf_map_lookup_elem(&token_values, &thread);
		if (!kept)
			return 0;
	}
	__u64 object = PT_REGS_PARM1(ctx), at = kept->count;
	if (kept->values[(at - 1) % TOKEN_VALUES].object == object)
		at--;
	struct token_value *value = &kept->values[at % TOKEN_VALUES];
	value->object = object;
	value->length = 0;
	asm volatile("" : "+r"(length));
	if (length <= SECRET_SIZE && !bpf_probe_read_user(value->bytes, length, (const void *)PT_REGS_PARM3(ctx)))
		value->length = length;
	kept->count = at + 1;
	return 0;
}

/* The value of a key, of those that this thread was given last; none where it is not among them. */
static void read_token(struct record_secret *record, const void *key)
{
	__u64 thread = bpf_get_current_pid_tgid();
	__u64 wanted = 0, handle;
	struct token_values *kept = bpf_map_lookup_elem(&token_values, &thread);
	if (!kept || bpf_probe_read_user(&wanted, sizeof(wanted), key + KEY_HANDLE))
		return;
	/* the newest first: an object may lie where an older one lay */
	for (__u64 back = 1; back <= TOKEN_VALUES; back++) {
		struct token_value *value = &kept->values[(kept->count - back) % TOKEN_VALUES];
		if (value->length == 0 || value->length > SECRET_SIZE)
			continue;
		if (bpf_probe_read_user(&handle, sizeof(handle), (const void *)value->object + OBJECT_HANDLE))
			continue;
		if (handle != wanted)
			continue;
		__builtin_memcpy(record->secret, value->bytes, SECRET_SIZE);
		record->secret_len = (__u32)value->length;
		return;
	}
}

/* int log(CONNECTION *, const char *label, const uint8_t *secret, size_t length): OpenSSL, BoringSSL, GnuTLS;
 * void ssl3_RecordKeyLog(sslSocket *, const char *label, PK11SymKey *secret): NSS */
static int log_of_c(struct pt_regs *ctx, __u32 slot)
{
	const char *connection = (const char *)PT_REGS_PARM1(ctx);
	struct secret_layout *layout = bpf_map_lookup_elem(&layouts, &slot);
	if (!layout)
		return 0;
	if (layout->indirect && bpf_probe_read_user(&connection, sizeof(connection), connection + layout->pointer))
		return 0;
	struct record_secret *record = new_secret();
	if (!record)
		return 0;
	record->label_address = PT_REGS_PARM2(ctx);
	long got = bpf_probe_read_user_str(record->label, SECRET_LABEL_SIZE, (const void *)PT_REGS_PARM2(ctx));
	if (got > 1)
		record->label_len = (__u32)got - 1;
	if (layout->token) {
		if (bpf_probe_read_user(record->random, CLIENT_RANDOM_SIZE, connection + layout->random)) {
			bpf_ringbuf_discard(record, 0);
			return 0;
		}
		read_token(record, (const void *)PT_REGS_PARM3(ctx));
		bpf_ringbuf_submit(record, 0);
		return 0;
	}
	return submit(record, connection + layout->random, (const void *)PT_REGS_PARM3(ctx), (__u32)PT_REGS_PARM4(ctx));
}

/* One per layout: what tells them apart on kernels without cookies of probes (before 5.15). */
#define C_PROBE(slot)                                                                                                  \
	SEC("uprobe")                                                                                                  \
	int log_##slot(struct pt_regs *ctx)                                                                            \
	{                                                                                                              \
		return log_of_c(ctx, slot);                                                                            \
	}
C_PROBE(0)
C_PROBE(1)
C_PROBE(2)
C_PROBE(3)
C_PROBE(4)
C_PROBE(5)
C_PROBE(6)
C_PROBE(7)

#if defined(__TARGET_ARCH_x86)
#define GO_2(ctx) ((ctx)->rbx)
#define GO_3(ctx) ((ctx)->rcx)
#define GO_4(ctx) ((ctx)->rdi)
#define GO_5(ctx) ((ctx)->rsi)
#define GO_7(ctx) ((ctx)->r9)
#define GO_8(ctx) ((ctx)->r10)
#elif defined(__TARGET_ARCH_arm64)
#define GO_2(ctx) (((const struct user_pt_regs *)(ctx))->regs[1])
#define GO_3(ctx) (((const struct user_pt_regs *)(ctx))->regs[2])
#define GO_4(ctx) (((const struct user_pt_regs *)(ctx))->regs[3])
#define GO_5(ctx) (((const struct user_pt_regs *)(ctx))->regs[4])
#define GO_7(ctx) (((const struct user_pt_regs *)(ctx))->regs[6])
#define GO_8(ctx) (((const struct user_pt_regs *)(ctx))->regs[7])
#endif

/* What is told in strings with a length. */
struct told {
	__u64 label, label_len, random, random_len, secret, secret_len;
};

static int log_of_strings(const struct told *told)
{
	__u64 length = told->label_len;
	if (length == 0 || length >= SECRET_LABEL_SIZE || told->random_len != CLIENT_RANDOM_SIZE)
		return 0;
	struct record_secret *record = new_secret();
	if (!record)
		return 0;
	record->label_address = told->label;
	asm volatile("" : "+r"(length));
	if (length < SECRET_LABEL_SIZE && !bpf_probe_read_user(record->label, length, (const void *)told->label))
		record->label_len = (__u32)length;
	return submit(record, (const void *)told->random, (const void *)told->secret, told->secret_len);
}

/* func (c *Config) writeKeyLog(label string, clientRandom, secret []byte) error, by Go's own calling convention
 * (cmd/compile/abi-internal): nine words in registers. */
SEC("uprobe")
int log_go(struct pt_regs *ctx)
{
	struct told told = {
		.label = GO_2(ctx),
		.label_len = GO_3(ctx),
		.random = GO_4(ctx),
		.random_len = GO_5(ctx),
		.secret = GO_7(ctx),
		.secret_len = GO_8(ctx),
	};
	return log_of_strings(&told);
}

#if defined(__TARGET_ARCH_x86)
/* rustls, at a call of log(&self, label: &str, client_random: &[u8], secret: &[u8]): the last word is on the stack. */
SEC("uprobe")
int log_rustls(struct pt_regs *ctx)
{
	struct told told = {
		.label = PT_REGS_PARM2(ctx),
		.label_len = PT_REGS_PARM3(ctx),
		.random = PT_REGS_PARM4(ctx),
		.random_len = ctx->r8,
		.secret = ctx->r9,
	};
	if (bpf_probe_read_user(&told.secret_len, sizeof(told.secret_len), (const void *)PT_REGS_SP(ctx)))
		return 0;
	return log_of_strings(&told);
}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SECRET_QUESTIONS);
	__type(key, __u32);
	__type(value, struct secret_question);
} questions SEC(".maps");

/* rustls, at the test of what will_log(&self, label: &str) -> bool said, where nothing is known but that. */
SEC("uprobe")
int asked_rustls(struct pt_regs *ctx)
{
	if ((PT_REGS_RC(ctx) & 0xff) == 0)
		tell_of(bpf_get_current_pid_tgid() >> 32, RECORD_UNLOGGED);
	return 0;
}

static __u64 value_of(struct pt_regs *ctx, const __s32 value[VALUE_WORDS])
{
	__u64 found = 0;
	/* not an array of registers: kernels before 5.12 know no index into the stack */
	if (bpf_probe_read_kernel(&found, sizeof(found), (const char *)ctx + (value[0] & 0xff)))
		return 0;
	found += (__s64)value[2];
	if (!value[1])
		return found;
	if (bpf_probe_read_user(&found, sizeof(found), (const void *)found))
		return 0;
	return found + (__s64)value[3];
}

/* The same, where it is known what would be told. If it is told, that is another probe's. */
static int asked(struct pt_regs *ctx, __u32 slot)
{
	struct secret_question *question = bpf_map_lookup_elem(&questions, &slot);
	if (!question || (PT_REGS_RC(ctx) & 0xff) != 0)
		return 0;
	struct told told = {
		.label = value_of(ctx, question->label),
		.label_len = value_of(ctx, question->label_len),
		.random = value_of(ctx, question->random),
		.random_len = CLIENT_RANDOM_SIZE,
		.secret = value_of(ctx, question->secret),
		.secret_len = value_of(ctx, question->secret_len),
	};
	return log_of_strings(&told);
}

#define ASKED_PROBE(slot)                                                                                              \
	SEC("uprobe")                                                                                                  \
	int asked_##slot(struct pt_regs *ctx)                                                                          \
	{                                                                                                              \
		return asked(ctx, slot);                                                                               \
	}
ASKED_PROBE(0)
ASKED_PROBE(1)
ASKED_PROBE(2)
ASKED_PROBE(3)
ASKED_PROBE(4)
ASKED_PROBE(5)
ASKED_PROBE(6)
ASKED_PROBE(7)
#endif

SEC("tp_btf/sched_process_fork")
int BPF_PROG(forked, struct task_struct *parent, struct task_struct *child)
{
	__u32 from = parent->tgid, pid = child->tgid, one = 1;
	if (settings.follow_forks && from != pid && is_chosen(from))
		bpf_map_update_elem(&chosen_pids, &pid, &one, BPF_ANY);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(executed, struct task_struct *task)
{
	tell_of(task->tgid, RECORD_PROGRAM);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(exited, struct task_struct *task)
{
	__u32 pid = task->tgid;
	/* of the pids given a later process may be another one */
	if (task->pid == task->tgid)
		bpf_map_delete_elem(&chosen_pids, &pid);
	return 0;
}
