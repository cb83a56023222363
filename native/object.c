/* eBPF objects through libbpf: open, configure, load (with CO-RE relocation), find descriptors. */
#include "addon.h"
#include "btf.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The tail of what libbpf said: the verifier's verdict stands at the end. */
static char log_text[1 << 16];
static size_t log_used;
static bool log_all;

static int keep_log(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_DEBUG && !log_all)
		return 0;
	char *text = NULL;
	int n = vasprintf(&text, format, args);
	if (n < 0)
		return 0;
	/* one message may hold a whole verifier log: its tail counts as well */
	const size_t most = sizeof(log_text) / 2;
	size_t length = (size_t)n, skip = length > most ? length - most : 0;
	length -= skip;
	if (length + log_used >= sizeof(log_text)) {
		size_t keep = sizeof(log_text) / 4;
		memmove(log_text, log_text + log_used - keep, keep);
		log_used = keep;
	}
	memcpy(log_text + log_used, text + skip, length);
	log_used += length;
	free(text);
	return 0;
}

void keep_libbpf_log(void)
{
	libbpf_set_print(keep_log);
}

/* libbpfLog(): what libbpf said since the last call. */
static napi_value libbpf_log(napi_env env, napi_callback_info info)
{
	(void)info;
	log_text[log_used] = 0;
	log_used = 0;
	return make_string(env, log_text);
}

#define OWN_BTF "/sys/kernel/btf/vmlinux"

struct opened {
	struct bpf_object *object;
	int types; /* the kernel's types, cut down, in memory; libbpf reads them at the load; -1: none */
};

static struct opened *get_opened(napi_env env, napi_value value)
{
	void *opened = NULL;
	if (napi_get_value_external(env, value, &opened) != napi_ok || !opened) {
		throw_code(env, "EINVAL", "native function wants an eBPF object");
		return NULL;
	}
	return opened;
}

static struct bpf_object *get_object(napi_env env, napi_value value)
{
	struct opened *opened = get_opened(env, value);
	return opened ? opened->object : NULL;
}

static void close_types(struct opened *opened)
{
	if (opened->types >= 0)
		close(opened->types);
	opened->types = -1;
}

static void close_opened(struct opened *opened)
{
	bpf_object__close(opened->object);
	close_types(opened);
	free(opened);
}

/* objectOpen(bytes, btfPath): object. btfPath "" means the kernel's own BTF. */
static napi_value object_open(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result = NULL;
	uint8_t *data;
	size_t length;
	if (!get_arguments(env, info, 2, argv) || !get_bytes(env, argv[0], &data, &length))
		return NULL;
	char *btf = get_string(env, argv[1]);
	if (!btf)
		return NULL;
	keep_libbpf_log();
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "ptcpdump");
	char path[32];
	struct opened *opened = malloc(sizeof(*opened));
	if (!opened) {
		free(btf);
		return throw_errno(env, ENOMEM, "eBPF object");
	}
	if (btf[0])
		opts.btf_custom_path = btf;
	opened->types = reduced_btf(btf[0] ? btf : OWN_BTF, !btf[0], data, length);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", opened->types);
	/* where /proc is not mounted, or something does not fit together, libbpf finds its way by itself */
	if (opened->types >= 0 && access(path, R_OK) == 0)
		opts.btf_custom_path = path;
	opened->object = bpf_object__open_mem(data, length, &opts);
	int error = errno;
	free(btf);
	if (!opened->object) {
		close_types(opened);
		free(opened);
		return throw_errno(env, error, "eBPF object");
	}
	if (napi_create_external(env, opened, NULL, NULL, &result) != napi_ok) {
		close_opened(opened);
		return throw_code(env, "EINVAL", "eBPF object");
	}
	return result;
}

/* objectAutoload(object, program, load): whether the program is loaded with the object. */
static napi_value object_autoload(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	bool load;
	if (!get_arguments(env, info, 3, argv) || !get_bool(env, argv[2], &load))
		return NULL;
	struct bpf_object *object = get_object(env, argv[0]);
	char *name = object ? get_string(env, argv[1]) : NULL;
	if (!name)
		return NULL;
	struct bpf_program *program = bpf_object__find_program_by_name(object, name);
	free(name);
	if (!program)
		return throw_errno(env, ENOENT, "eBPF program");
	int error = bpf_program__set_autoload(program, load);
	return error ? throw_errno(env, -error, "eBPF program") : make_undefined(env);
}

static struct bpf_map *find_map(napi_env env, napi_value object_value, napi_value name_value)
{
	struct bpf_object *object = get_object(env, object_value);
	char *name = object ? get_string(env, name_value) : NULL;
	if (!name)
		return NULL;
	struct bpf_map *map = bpf_object__find_map_by_name(object, name);
	free(name);
	if (!map)
		throw_errno(env, ENOENT, "eBPF map");
	return map;
}

/* objectMapEntries(object, map, entries) */
static napi_value object_map_entries(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint32_t entries;
	if (!get_arguments(env, info, 3, argv) || !get_u32(env, argv[2], &entries))
		return NULL;
	struct bpf_map *map = find_map(env, argv[0], argv[1]);
	if (!map)
		return NULL;
	int error = bpf_map__set_max_entries(map, entries);
	return error ? throw_errno(env, -error, "eBPF map") : make_undefined(env);
}

/* objectMapOmit(object, map): the map is not made; what uses it must be out of the verifier's sight. */
static napi_value object_map_omit(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	if (!get_arguments(env, info, 2, argv))
		return NULL;
	struct bpf_map *map = find_map(env, argv[0], argv[1]);
	if (!map)
		return NULL;
	int error = bpf_map__set_autocreate(map, false);
	return error ? throw_errno(env, -error, "eBPF map") : make_undefined(env);
}

/* objectMapInitial(object, map, bytes): the first bytes of a data section (".rodata"), before the load. */
static napi_value object_map_initial(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint8_t *data;
	size_t length, size;
	if (!get_arguments(env, info, 3, argv) || !get_bytes(env, argv[2], &data, &length))
		return NULL;
	struct bpf_map *map = find_map(env, argv[0], argv[1]);
	if (!map)
		return NULL;
	const void *initial = bpf_map__initial_value(map, &size);
	if (!initial || length > size)
		return throw_errno(env, EINVAL, "eBPF data section");
	void *whole = malloc(size);
	if (!whole)
		return throw_errno(env, ENOMEM, "eBPF data section");
	memcpy(whole, initial, size);
	memcpy(whole, data, length);
	int error = bpf_map__set_initial_value(map, whole, size);
	free(whole);
	return error ? throw_errno(env, -error, "eBPF data section") : make_undefined(env);
}

/* objectLoad(object): throws where the kernel refuses it; libbpfLog() then tells why. */
static napi_value object_load(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	struct opened *opened = get_opened(env, argv[0]);
	if (!opened)
		return NULL;
	int error = bpf_object__load(opened->object);
	close_types(opened);
	return error ? throw_errno(env, -error, "eBPF load") : make_undefined(env);
}

/* objectProgram(object, name): descriptor, owned by the object. */
static napi_value object_program(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	if (!get_arguments(env, info, 2, argv))
		return NULL;
	struct bpf_object *object = get_object(env, argv[0]);
	char *name = object ? get_string(env, argv[1]) : NULL;
	if (!name)
		return NULL;
	struct bpf_program *program = bpf_object__find_program_by_name(object, name);
	free(name);
	int fd = program ? bpf_program__fd(program) : -ENOENT;
	return fd < 0 ? throw_errno(env, -fd, "eBPF program") : make_i32(env, fd);
}

/* objectMap(object, name): descriptor, owned by the object. */
static napi_value object_map(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	if (!get_arguments(env, info, 2, argv))
		return NULL;
	struct bpf_map *map = find_map(env, argv[0], argv[1]);
	if (!map)
		return NULL;
	int fd = bpf_map__fd(map);
	return fd < 0 ? throw_errno(env, -fd, "eBPF map") : make_i32(env, fd);
}

/* objectClose(object): closes its programs and maps. */
static napi_value object_close(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	struct opened *opened = get_opened(env, argv[0]);
	if (!opened)
		return NULL;
	close_opened(opened);
	return make_undefined(env);
}

/* libbpfVerbose(on): keep libbpf's debug lines too. */
static napi_value libbpf_verbose(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	if (!get_arguments(env, info, 1, argv) || !get_bool(env, argv[0], &log_all))
		return NULL;
	return make_undefined(env);
}

/* bpfVersion(): libbpf's */
static napi_value bpf_version(napi_env env, napi_callback_info info)
{
	(void)info;
	char text[32];
	snprintf(text, sizeof(text), "%u.%u", libbpf_major_version(), libbpf_minor_version());
	return make_string(env, text);
}

static napi_value tc_call(napi_env env, napi_callback_info info, bool attach)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t ifindex, prog = 0;
	bool egress;
	uint32_t handle;
	if (!get_arguments(env, info, 4, argv) || !get_i32(env, argv[0], &ifindex) || !get_bool(env, argv[1], &egress) ||
	    !get_u32(env, argv[2], &handle) || !get_i32(env, argv[3], &prog))
		return NULL;
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = egress ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = handle, .priority = 1);
	int error;
	bool created = false;
	if (attach) {
		error = bpf_tc_hook_create(&hook);
		if (error && error != -EEXIST)
			return throw_errno(env, -error, "clsact");
		created = error == 0;
		opts.prog_fd = prog;
		error = bpf_tc_attach(&hook, &opts);
	} else {
		error = bpf_tc_detach(&hook, &opts);
	}
	if (error)
		return throw_errno(env, -error, attach ? "tc attach" : "tc detach");
	napi_value result = NULL;
	return napi_get_boolean(env, created, &result) == napi_ok ? result : NULL;
}

/* tcAttach(ifindex, egress, handle, progFd): true where the clsact qdisc had to be made. */
static napi_value tc_attach(napi_env env, napi_callback_info info)
{
	return tc_call(env, info, true);
}

/* tcDetach(ifindex, egress, handle, 0) */
static napi_value tc_detach(napi_env env, napi_callback_info info)
{
	return tc_call(env, info, false);
}

/* Filters at one of clsact's two hooks (RTM_GETTFILTER, rtnetlink(7)); -1 where that cannot be told. */
static int count_filters(int ifindex, uint32_t parent)
{
	struct {
		struct nlmsghdr head;
		struct tcmsg message;
	} request = {
		.head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETTFILTER,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.message = { .tcm_family = AF_UNSPEC, .tcm_ifindex = ifindex, .tcm_parent = parent },
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return -1;
	int count = send(fd, &request, sizeof(request), 0) < 0 ? -1 : 0;
	for (bool more = count == 0; more;) {
		_Alignas(struct nlmsghdr) char buffer[32768];
		ssize_t got = recv(fd, buffer, sizeof(buffer), 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			count = -1;
			break;
		}
		unsigned int left = (unsigned int)got;
		for (struct nlmsghdr *at = (struct nlmsghdr *)(void *)buffer; NLMSG_OK(at, left); at = NLMSG_NEXT(at, left)) {
			if (at->nlmsg_type == NLMSG_DONE || at->nlmsg_type == NLMSG_ERROR)
				more = false;
			/* each priority has an entry of its own, without a handle */
			else if (at->nlmsg_type == RTM_NEWTFILTER && ((struct tcmsg *)NLMSG_DATA(at))->tcm_handle)
				count++;
		}
	}
	close(fd);
	return count;
}

bool remove_clsact(int ifindex)
{
	if (count_filters(ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)) != 0 ||
	    count_filters(ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)) != 0)
		return false;
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);
	return bpf_tc_hook_destroy(&hook) == 0;
}

/* tcDestroy(ifindex): removes the clsact qdisc, if nobody else's filter is in it: true if it did. */
static napi_value tc_destroy(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result;
	int32_t ifindex;
	if (!get_arguments(env, info, 1, argv) || !get_i32(env, argv[0], &ifindex))
		return NULL;
	return napi_get_boolean(env, remove_clsact(ifindex), &result) == napi_ok ? result : NULL;
}

const struct addon_function object_functions[] = {
	{ "bpfVersion", bpf_version },
	{ "libbpfLog", libbpf_log },
	{ "libbpfVerbose", libbpf_verbose },
	{ "objectOpen", object_open },
	{ "objectAutoload", object_autoload },
	{ "objectMapEntries", object_map_entries },
	{ "objectMapOmit", object_map_omit },
	{ "objectMapInitial", object_map_initial },
	{ "objectLoad", object_load },
	{ "objectProgram", object_program },
	{ "objectMap", object_map },
	{ "objectClose", object_close },
	{ "tcAttach", tc_attach },
	{ "tcDetach", tc_detach },
	{ "tcDestroy", tc_destroy },
	{ NULL, NULL },
};
