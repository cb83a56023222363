/* The guard: a process of its own that takes traffic-control filters away when the capture dies before it
 * could. Only needed where there is no tcx (before Linux 6.6): a clsact filter is bound to the device and not
 * to a descriptor. It is told of each filter through a pipe, and the pipe's end tells it that the capture is
 * gone. It must be started before anything eBPF is open: what it inherits is closed. */
#include "addon.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct guarded {
	uint32_t attached; /* 1: attached, 0: taken away again */
	int32_t ifindex;
	uint32_t egress;
	uint32_t handle;
	uint32_t qdisc; /* the clsact qdisc is ours as well */
};

static void take_away(const struct guarded *entry)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = entry->ifindex,
		    .attach_point = entry->egress ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = entry->handle, .priority = 1);
	/* the device may be gone, and the filter with it */
	(void)bpf_tc_detach(&hook, &opts);
}

static int silent(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static bool read_entry(int pipe, struct guarded *entry)
{
	size_t got = 0;
	while (got < sizeof(*entry)) {
		ssize_t n = read(pipe, (char *)entry + got, sizeof(*entry) - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return true;
}

static void run_guard(int pipe)
{
	sigset_t all;
	/* what ends the capture must not end its guard: a terminal's ^C goes to both */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "ptcpdump-guard");
	if (dup2(pipe, 0) < 0)
		_exit(1);
	/* standard output and error too: a reader of them waits for the last writer */
	long limit = sysconf(_SC_OPEN_MAX);
	if (syscall(SYS_close_range, 1, ~0u, 0) < 0)
		for (int fd = 1; fd < limit; fd++)
			close(fd);
	libbpf_set_print(silent);
	struct guarded *entries = NULL, entry;
	size_t count = 0;
	while (read_entry(0, &entry)) {
		size_t at = 0;
		while (at < count && (entries[at].ifindex != entry.ifindex || entries[at].egress != entry.egress))
			at++;
		if (!entry.attached) {
			if (at < count)
				entries[at] = entries[--count];
			continue;
		}
		if (at == count) {
			struct guarded *grown = realloc(entries, (count + 1) * sizeof(*entries));
			if (!grown)
				continue;
			entries = grown;
			count++;
		}
		entries[at] = entry;
	}
	for (size_t i = 0; i < count; i++)
		take_away(&entries[i]);
	for (size_t i = 0; i < count; i++)
		if (entries[i].qdisc)
			(void)remove_clsact(entries[i].ifindex);
	_exit(0);
}

/* guardStart(): { pid, pipe } */
static napi_value guard_start(napi_env env, napi_callback_info info)
{
	(void)info;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return throw_errno(env, errno, "guard");
	pid_t pid = fork();
	if (pid < 0) {
		int error = errno;
		close(ends[0]);
		close(ends[1]);
		return throw_errno(env, error, "guard");
	}
	if (pid == 0) {
		close(ends[1]);
		run_guard(ends[0]);
	}
	close(ends[0]);
	napi_value result;
	if (napi_create_object(env, &result) != napi_ok || !set_property(env, result, "pid", make_i32(env, pid)) ||
	    !set_property(env, result, "pipe", make_i32(env, ends[1])))
		return NULL;
	return result;
}

/* guardTell(pipe, attached, ifindex, egress, handle, qdisc) */
static napi_value guard_tell(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t pipe;
	struct guarded entry;
	bool attached, egress, qdisc;
	memset(&entry, 0, sizeof(entry));
	if (!get_arguments(env, info, 6, argv) || !get_i32(env, argv[0], &pipe) || !get_bool(env, argv[1], &attached) ||
	    !get_i32(env, argv[2], &entry.ifindex) || !get_bool(env, argv[3], &egress) ||
	    !get_u32(env, argv[4], &entry.handle) || !get_bool(env, argv[5], &qdisc))
		return NULL;
	entry.attached = attached;
	entry.egress = egress;
	entry.qdisc = qdisc;
	/* less than PIPE_BUF: written whole or not at all */
	ssize_t n;
	do
		n = write(pipe, &entry, sizeof(entry));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(entry) ? make_undefined(env) : throw_errno(env, errno, "guard");
}

/* guardEnd(pid, pipe): lets it go and waits until it has gone. */
static napi_value guard_end(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t pid, pipe;
	if (!get_arguments(env, info, 2, argv) || !get_i32(env, argv[0], &pid) || !get_i32(env, argv[1], &pipe))
		return NULL;
	close(pipe);
	pid_t done;
	do
		done = waitpid(pid, NULL, 0);
	while (done < 0 && errno == EINTR);
	return make_undefined(env);
}

const struct addon_function guard_functions[] = {
	{ "guardStart", guard_start },
	{ "guardTell", guard_tell },
	{ "guardEnd", guard_end },
	{ NULL, NULL },
};
