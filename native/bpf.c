/* The bpf(2) system call as it is: programs, maps, links, test runs. Raw, because the libbpf of some
 * distributions is older than the kernel's tcx and newer link types. */
#include "addon.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static long sys_bpf(int command, union bpf_attr *attr, size_t size)
{
	return syscall(__NR_bpf, command, attr, size);
}

static uint64_t pointer(const void *p)
{
	return (uint64_t)(unsigned long)p;
}

/* { fd, log } of the program in the first five arguments, and with `tracing` what it is attached to in two more.
 * fd is -errno where the kernel refused the program; log is the verifier's, cut to logSize bytes. */
static napi_value load_program(napi_env env, napi_callback_info info, bool tracing)
{
	napi_value argv[MAX_ARGUMENTS];
	uint32_t type, log_size, attach_type = 0, attach_to = 0;
	uint8_t *insns;
	size_t length;
	if (!get_arguments(env, info, tracing ? 7 : 5, argv) || !get_u32(env, argv[0], &type) ||
	    !get_bytes(env, argv[1], &insns, &length) || !get_u32(env, argv[4], &log_size) ||
	    (tracing && (!get_u32(env, argv[5], &attach_type) || !get_u32(env, argv[6], &attach_to))))
		return NULL;
	char *license = get_string(env, argv[2]);
	char *name = license ? get_string(env, argv[3]) : NULL;
	char *log = name ? calloc(1, log_size + 1) : NULL;
	napi_value result = NULL;
	if (!log) {
		if (name)
			throw_errno(env, ENOMEM, "verifier log");
		goto out;
	}
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.expected_attach_type = attach_type;
	attr.attach_btf_id = attach_to;
	attr.insns = pointer(insns);
	attr.insn_cnt = length / 8;
	attr.license = pointer(license);
	strncpy(attr.prog_name, name, sizeof(attr.prog_name) - 1);
	if (log_size) {
		attr.log_buf = pointer(log);
		attr.log_size = log_size;
		attr.log_level = 1;
	}
	/* the verifier gives up with EAGAIN when a signal waits: libbpf tries as often */
	long fd;
	int tries = 0;
	do
		fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	while (fd < 0 && errno == EAGAIN && ++tries < 5);
	if (fd < 0)
		fd = -errno;
	if (napi_create_object(env, &result) != napi_ok || !set_property(env, result, "fd", make_i32(env, (int32_t)fd)) ||
	    !set_property(env, result, "log", make_string(env, log))) {
		if (fd >= 0)
			close((int)fd);
		result = throw_code(env, "EINVAL", "program result");
	}
out:
	free(log);
	free(name);
	free(license);
	return result;
}

/* progLoad(type, instructions, license, name, logSize): { fd, log } */
static napi_value prog_load(napi_env env, napi_callback_info info)
{
	return load_program(env, info, false);
}

/* progLoadTracing(type, instructions, license, name, logSize, attachType, attachTo): { fd, log }
 * attachTo is a type's id in the kernel's BTF. */
static napi_value prog_load_tracing(napi_env env, napi_callback_info info)
{
	return load_program(env, info, true);
}

/* progTestRun(fd, packet): return value of one BPF_PROG_TEST_RUN, unsigned. */
static napi_value prog_test_run(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t fd;
	uint8_t *data;
	size_t length;
	if (!get_arguments(env, info, 2, argv) || !get_i32(env, argv[0], &fd) || !get_bytes(env, argv[1], &data, &length))
		return NULL;
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = fd;
	attr.test.data_in = pointer(data);
	attr.test.data_size_in = length;
	attr.test.repeat = 1;
	if (sys_bpf(BPF_PROG_TEST_RUN, &attr, sizeof(attr)) < 0)
		return throw_errno(env, errno, "BPF_PROG_TEST_RUN");
	return make_u32(env, attr.test.retval);
}

/* mapCreate(type, keySize, valueSize, maxEntries, flags, name): fd */
static napi_value map_create(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint32_t type, key, value, entries, flags;
	if (!get_arguments(env, info, 6, argv) || !get_u32(env, argv[0], &type) || !get_u32(env, argv[1], &key) ||
	    !get_u32(env, argv[2], &value) || !get_u32(env, argv[3], &entries) || !get_u32(env, argv[4], &flags))
		return NULL;
	char *name = get_string(env, argv[5]);
	if (!name)
		return NULL;
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key;
	attr.value_size = value;
	attr.max_entries = entries;
	attr.map_flags = flags;
	strncpy(attr.map_name, name, sizeof(attr.map_name) - 1);
	free(name);
	long fd = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	return fd < 0 ? throw_errno(env, errno, "BPF_MAP_CREATE") : make_i32(env, (int32_t)fd);
}

/* mapUpdate(fd, key, value, flags). The kernel knows the sizes: the caller passes whole keys and values; a queue
 * has keys of length 0. */
static napi_value map_update(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t fd;
	uint32_t flags;
	uint8_t *key, *value;
	size_t length, key_length;
	if (!get_arguments(env, info, 4, argv) || !get_i32(env, argv[0], &fd) ||
	    !get_bytes(env, argv[1], &key, &key_length) || !get_bytes(env, argv[2], &value, &length) ||
	    !get_u32(env, argv[3], &flags))
		return NULL;
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = key_length ? pointer(key) : 0;
	attr.value = pointer(value);
	attr.flags = flags;
	return sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr)) < 0 ? throw_errno(env, errno, "BPF_MAP_UPDATE_ELEM")
								      : make_undefined(env);
}

/* mapDelete(fd, key): false where there is no such key. */
static napi_value map_delete(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result = NULL;
	int32_t fd;
	uint8_t *key;
	size_t length;
	if (!get_arguments(env, info, 2, argv) || !get_i32(env, argv[0], &fd) || !get_bytes(env, argv[1], &key, &length))
		return NULL;
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = pointer(key);
	bool deleted = sys_bpf(BPF_MAP_DELETE_ELEM, &attr, sizeof(attr)) == 0;
	if (!deleted && errno != ENOENT)
		return throw_errno(env, errno, "BPF_MAP_DELETE_ELEM");
	return napi_get_boolean(env, deleted, &result) == napi_ok ? result : NULL;
}

/* mapLookup(fd, key, value): true and value filled, or false where there is no such key. */
static napi_value map_lookup(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result = NULL;
	int32_t fd;
	uint8_t *key, *value;
	size_t length;
	if (!get_arguments(env, info, 3, argv) || !get_i32(env, argv[0], &fd) ||
	    !get_bytes(env, argv[1], &key, &length) || !get_bytes(env, argv[2], &value, &length))
		return NULL;
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = pointer(key);
	attr.value = pointer(value);
	bool found = sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)) == 0;
	if (!found && errno != ENOENT)
		return throw_errno(env, errno, "BPF_MAP_LOOKUP_ELEM");
	return napi_get_boolean(env, found, &result) == napi_ok ? result : NULL;
}

/* linkCreate(progFd, target, attachType): fd; target is an ifindex or a cgroup's descriptor (0 for tracing).
 * The link ends when its descriptor is closed, also by the end of the process. */
static napi_value link_create(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t prog, target;
	uint32_t attach_type;
	if (!get_arguments(env, info, 3, argv) || !get_i32(env, argv[0], &prog) || !get_i32(env, argv[1], &target) ||
	    !get_u32(env, argv[2], &attach_type))
		return NULL;
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = prog;
	attr.link_create.target_fd = target;
	attr.link_create.attach_type = attach_type;
	long fd = sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
	return fd < 0 ? throw_errno(env, errno, "BPF_LINK_CREATE") : make_i32(env, (int32_t)fd);
}

/* rawTracepointOpen(progFd, name): fd. name is "" for programs that carry their BTF target (tp_btf). */
static napi_value raw_tracepoint_open(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t prog;
	if (!get_arguments(env, info, 2, argv) || !get_i32(env, argv[0], &prog))
		return NULL;
	char *name = get_string(env, argv[1]);
	if (!name)
		return NULL;
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.prog_fd = prog;
	attr.raw_tracepoint.name = name[0] ? pointer(name) : 0;
	long fd = sys_bpf(BPF_RAW_TRACEPOINT_OPEN, &attr, sizeof(attr));
	int error = errno;
	free(name);
	return fd < 0 ? throw_errno(env, error, "BPF_RAW_TRACEPOINT_OPEN") : make_i32(env, (int32_t)fd);
}

/* 0 where the kernel loads this tracing program, which is gone again then; else an errno. */
static int tracing_errno(enum bpf_attach_type where, uint32_t type, const struct bpf_insn *insns, size_t count)
{
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_TRACING;
	attr.expected_attach_type = where;
	attr.attach_btf_id = type;
	attr.insns = pointer(insns);
	attr.insn_cnt = (uint32_t)count;
	attr.license = pointer("GPL");
	long fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		return errno;
	close((int)fd);
	return 0;
}

/* fentryProbe(typeId): 0 where the kernel loads a program that does nothing for this function, else an errno. */
static napi_value fentry_probe(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint32_t type;
	if (!get_arguments(env, info, 1, argv) || !get_u32(env, argv[0], &type))
		return NULL;
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	return make_i32(env, tracing_errno(BPF_TRACE_FENTRY, type, insns, sizeof(insns) / sizeof(insns[0])));
}

/* packetDynptrProbe(tracepoint, func): 0 where the kernel loads a program at this tracepoint, whose first argument is a
 * packet, that calls bpf_dynptr_from_skb; both by type id. Else an errno. */
static napi_value packet_dynptr_probe(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint32_t tracepoint, func;
	if (!get_arguments(env, info, 2, argv) || !get_u32(env, argv[0], &tracepoint) || !get_u32(env, argv[1], &func))
		return NULL;
	const struct bpf_insn insns[] = {
		{ .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = BPF_REG_1, .src_reg = BPF_REG_1 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_3, .src_reg = BPF_REG_10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_3, .imm = -(int)sizeof(struct bpf_dynptr) },
		{ .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_KFUNC_CALL, .imm = (int32_t)func },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	return make_i32(env, tracing_errno(BPF_TRACE_RAW_TP, tracepoint, insns, sizeof(insns) / sizeof(insns[0])));
}

/* kprobeOpen(progFd, function): fd of a probe at the function's entry, which ends with it (perf_event_open(2)).
 * progFd -1: it calls nobody, which tells whether one could. */
static napi_value kprobe_open(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t prog;
	if (!get_arguments(env, info, 2, argv) || !get_i32(env, argv[0], &prog))
		return NULL;
	FILE *file = fopen("/sys/bus/event_source/devices/kprobe/type", "re");
	if (!file)
		return throw_errno(env, errno, "kprobe");
	unsigned int type = 0;
	int read = fscanf(file, "%u", &type);
	fclose(file);
	if (read != 1)
		return throw_errno(env, ENOTSUP, "kprobe");
	char *function = get_string(env, argv[1]);
	if (!function)
		return NULL;
	struct perf_event_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.type = type;
	attr.size = sizeof(attr);
	attr.kprobe_func = pointer(function);
	long fd = syscall(__NR_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	int error = errno;
	free(function);
	if (fd < 0)
		return throw_errno(env, error, "kprobe");
	if (prog >= 0 && (ioctl((int)fd, PERF_EVENT_IOC_SET_BPF, prog) < 0 || ioctl((int)fd, PERF_EVENT_IOC_ENABLE, 0) < 0)) {
		error = errno;
		close((int)fd);
		return throw_errno(env, error, "kprobe");
	}
	return make_i32(env, (int32_t)fd);
}

/* uprobeOpen(progFd, path, offset): fd of a probe at this offset of a file, in whatever process has it mapped now or
 * later; it ends with its descriptor. */
static napi_value uprobe_open(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t prog;
	int64_t offset;
	if (!get_arguments(env, info, 3, argv) || !get_i32(env, argv[0], &prog) || !get_i64(env, argv[2], &offset))
		return NULL;
	FILE *file = fopen("/sys/bus/event_source/devices/uprobe/type", "re");
	if (!file)
		return throw_errno(env, errno, "uprobe");
	unsigned int type = 0;
	int read = fscanf(file, "%u", &type);
	fclose(file);
	if (read != 1)
		return throw_errno(env, ENOTSUP, "uprobe");
	char *path = get_string(env, argv[1]);
	if (!path)
		return NULL;
	struct perf_event_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.type = type;
	attr.size = sizeof(attr);
	attr.uprobe_path = pointer(path);
	attr.probe_offset = (uint64_t)offset;
	long fd = syscall(__NR_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	int error = errno;
	free(path);
	if (fd < 0)
		return throw_errno(env, error, "uprobe");
	if (ioctl((int)fd, PERF_EVENT_IOC_SET_BPF, prog) < 0 || ioctl((int)fd, PERF_EVENT_IOC_ENABLE, 0) < 0) {
		error = errno;
		close((int)fd);
		return throw_errno(env, error, "uprobe");
	}
	return make_i32(env, (int32_t)fd);
}

/* iteratorRun(progFd): runs an iterator program once over everything and returns the bytes it wrote. */
static napi_value iterator_run(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t prog;
	if (!get_arguments(env, info, 1, argv) || !get_i32(env, argv[0], &prog))
		return NULL;
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = prog;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	long link = sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
	if (link < 0)
		return throw_errno(env, errno, "BPF_LINK_CREATE (iterator)");
	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = (uint32_t)link;
	long iterator = sys_bpf(BPF_ITER_CREATE, &attr, sizeof(attr));
	int error = errno;
	close((int)link);
	if (iterator < 0)
		return throw_errno(env, error, "BPF_ITER_CREATE");
	char buffer[4096];
	double total = 0;
	for (;;) {
		ssize_t n = read((int)iterator, buffer, sizeof(buffer));
		if (n > 0) {
			total += (double)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		/* EAGAIN: the iterator yielded after a long run and wants to be read on */
		if (n < 0 && errno == EAGAIN)
			continue;
		error = n < 0 ? errno : 0;
		break;
	}
	close((int)iterator);
	return error ? throw_errno(env, error, "iterator") : make_double(env, total);
}

/* closeFd(fd) */
static napi_value close_fd(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t fd;
	if (!get_arguments(env, info, 1, argv) || !get_i32(env, argv[0], &fd))
		return NULL;
	return close(fd) < 0 ? throw_errno(env, errno, "close") : make_undefined(env);
}

const struct addon_function bpf_functions[] = {
	{ "progLoad", prog_load },
	{ "progLoadTracing", prog_load_tracing },
	{ "progTestRun", prog_test_run },
	{ "mapCreate", map_create },
	{ "mapUpdate", map_update },
	{ "mapLookup", map_lookup },
	{ "mapDelete", map_delete },
	{ "linkCreate", link_create },
	{ "rawTracepointOpen", raw_tracepoint_open },
	{ "fentryProbe", fentry_probe },
	{ "packetDynptrProbe", packet_dynptr_probe },
	{ "kprobeOpen", kprobe_open },
	{ "uprobeOpen", uprobe_open },
	{ "iteratorRun", iterator_run },
	{ "closeFd", close_fd },
	{ NULL, NULL },
};
