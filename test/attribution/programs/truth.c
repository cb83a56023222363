#include "truth.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

static int log_fd = -1;
static unsigned long netns;
/* of this thread, in the host's namespaces; made anew where a fork made it another */
static __thread int host_pid, host_tid, inner_tid;

void die(const char *what)
{
	perror(what);
	exit(1);
}

void usage(const char *what)
{
	fprintf(stderr, "usage: %s\n", what);
	exit(2);
}

/* Of this thread: how often it had slept when it last asked for the time, and how often since it had asked before. */
static __thread long sleeps, sleeps_between;

double now(void)
{
	struct timespec at;
	struct rusage usage;
	if (getrusage(RUSAGE_THREAD, &usage))
		die("getrusage");
	sleeps_between = usage.ru_nvcsw - sleeps;
	sleeps = usage.ru_nvcsw;
	clock_gettime(CLOCK_REALTIME, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* The text as a JSON string. */
static size_t quote(char *to, size_t size, const char *text, size_t length)
{
	size_t at = 0;
	to[at++] = '"';
	for (size_t i = 0; i < length && at + 8 < size; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			at += (size_t)snprintf(to + at, size - at, "\\u%04x", c);
		else
			to[at++] = (char)c;
	}
	to[at++] = '"';
	to[at] = 0;
	return at;
}

static void line(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void line(const char *format, ...)
{
	char text[65536];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(text, sizeof(text) - 1, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= sizeof(text) - 1)
		usage("a line of the truth log became too long");
	text[length++] = '\n';
	if (log_fd >= 0 && write(log_fd, text, (size_t)length) != length)
		die("truth log");
}

static void identify(void)
{
	int tid = (int)syscall(SYS_gettid);
	if (tid == inner_tid && host_tid)
		return;
	/* "PID/task/TID" as the namespace of /proc counts: getpid() counts in our own */
	char link[64];
	ssize_t length = readlink("/proc/thread-self", link, sizeof(link) - 1);
	if (length < 0)
		die("/proc/thread-self");
	link[length] = 0;
	if (sscanf(link, "%d/task/%d", &host_pid, &host_tid) != 2)
		usage("/proc/thread-self is not PID/task/TID");
	inner_tid = tid;
}

static size_t read_file(const char *path, char *to, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	size_t total = 0;
	for (ssize_t got; total < size && (got = read(fd, to + total, size - total)) > 0;)
		total += (size_t)got;
	close(fd);
	return total;
}

static const char *kind(void)
{
	const char *name = getenv("TRUTH_KIND");
	return name ? name : "";
}

void truth_process(void)
{
	if (log_fd < 0 && getenv("TRUTH_LOG")) {
		log_fd = open(getenv("TRUTH_LOG"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
		if (log_fd < 0)
			die(getenv("TRUTH_LOG"));
	}
	struct stat at;
	if (stat("/proc/self/ns/net", &at))
		die("/proc/self/ns/net");
	netns = (unsigned long)at.st_ino;
	inner_tid = 0;
	identify();

	char stat_text[1024], path[64], arguments[8192], quoted[20000], parents[20000], exe[512], quoted_exe[700];
	size_t length = read_file("/proc/self/stat", stat_text, sizeof(stat_text) - 1);
	stat_text[length] = 0;
	int parent = 0;
	const char *after = strrchr(stat_text, ')');
	if (!after || sscanf(after, ") %*c %d", &parent) != 1)
		usage("/proc/self/stat has no parent");
	length = read_file("/proc/self/cmdline", arguments, sizeof(arguments));
	quote(quoted, sizeof(quoted), arguments, length);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", parent);
	length = read_file(path, arguments, sizeof(arguments));
	quote(parents, sizeof(parents), arguments, length);
	ssize_t exe_length = readlink("/proc/self/exe", exe, sizeof(exe));
	quote(quoted_exe, sizeof(quoted_exe), exe, exe_length > 0 ? (size_t)exe_length : 0);
	line("{\"op\":\"process\",\"kind\":\"%s\",\"time\":%.9f,\"pid\":%d,\"uid\":%u,\"exe\":%s,\"args\":%s,\"ppid\":%d,\"parentArgs\":%s}",
	     kind(), now(), host_pid, geteuid(), quoted_exe, quoted, parent, parents);
}

socklen_t parse_address(const char *text, int port, union address *to)
{
	memset(to, 0, sizeof(*to));
	if (inet_pton(AF_INET, text, &to->v4.sin_addr) == 1) {
		to->v4.sin_family = AF_INET;
		to->v4.sin_port = htons((uint16_t)port);
	} else if (inet_pton(AF_INET6, text, &to->v6.sin6_addr) == 1) {
		to->v6.sin6_family = AF_INET6;
		to->v6.sin6_port = htons((uint16_t)port);
	} else {
		usage("not an address");
	}
	return address_length(to);
}

socklen_t address_length(const union address *address)
{
	return address->any.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}

void print_address(const union address *from, char *to, size_t size)
{
	char text[INET6_ADDRSTRLEN] = "";
	int port = 0;
	if (from->any.sa_family == AF_INET) {
		inet_ntop(AF_INET, &from->v4.sin_addr, text, sizeof(text));
		port = ntohs(from->v4.sin_port);
	} else if (from->any.sa_family == AF_INET6) {
		/* IPv4 through an IPv6 socket is IPv4 on the wire */
		if (IN6_IS_ADDR_V4MAPPED(&from->v6.sin6_addr))
			inet_ntop(AF_INET, (const char *)&from->v6.sin6_addr + 12, text, sizeof(text));
		else
			inet_ntop(AF_INET6, &from->v6.sin6_addr, text, sizeof(text));
		port = ntohs(from->v6.sin6_port);
	}
	snprintf(to, size, from->any.sa_family == AF_INET6 && strchr(text, ':') ? "[%s]:%d" : "%s:%d", text, port);
}

/* Everything that one line says of an operation, but for the socket. now() was last asked for its end, and before
 * that for its start. */
static void operation(const char *op, double start, double end, const char *socket)
{
	char name[32], quoted[128];
	memset(name, 0, sizeof(name));
	prctl(PR_GET_NAME, name);
	quote(quoted, sizeof(quoted), name, strlen(name));
	identify();
	line("{\"op\":\"%s\",\"kind\":\"%s\",\"start\":%.9f,\"end\":%.9f,\"slept\":%s,\"pid\":%d,\"tid\":%d,\"uid\":%u,\"name\":%s,\"netns\":%lu,%s}",
	     op, kind(), start, end, sleeps_between ? "true" : "false", host_pid, host_tid, geteuid(), quoted, netns, socket);
}

static void describe(int fd, const union address *peer, const char *more, char *to, size_t size)
{
	union address local, remote;
	char local_text[80] = "", remote_text[80] = "";
	uint64_t cookie = 0;
	int protocol = 0;
	socklen_t length = sizeof(cookie);
	getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length);
	length = sizeof(protocol);
	getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &length);
	bool multipath = protocol == 262; /* IPPROTO_MPTCP: TCP on the wire */
	if (multipath)
		protocol = IPPROTO_TCP;
	memset(&local, 0, sizeof(local));
	length = sizeof(local);
	if (getsockname(fd, &local.any, &length) == 0) {
		int type = 0;
		socklen_t type_length = sizeof(type);
		/* a raw socket's port is its protocol */
		if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_length) == 0 && type == SOCK_RAW)
			local.v4.sin_port = 0;
		print_address(&local, local_text, sizeof(local_text));
	}
	memset(&remote, 0, sizeof(remote));
	length = sizeof(remote);
	bool connected = getpeername(fd, &remote.any, &length) == 0;
	/* what a multipath listener accepts has the listener's own cookie */
	if (multipath && connected)
		cookie += (uint64_t)ntohs(remote.v4.sin_port) << 32;
	if (peer)
		print_address(peer, remote_text, sizeof(remote_text));
	else if (connected)
		print_address(&remote, remote_text, sizeof(remote_text));
	snprintf(to, size, "\"cookie\":%llu,\"protocol\":%d,\"local\":\"%s\",\"remote\":\"%s\",\"connected\":%s%s",
		 (unsigned long long)cookie, protocol, local_text, remote_text, connected ? "true" : "false", more);
}

void truth_peer(const char *op, int fd, double start, const union address *peer)
{
	double end = now();
	char socket[512];
	int saved = errno;
	describe(fd, peer, "", socket, sizeof(socket));
	operation(op, start, end, socket);
	errno = saved;
}

void truth(const char *op, int fd, double start)
{
	truth_peer(op, fd, start, NULL);
}

void truth_made(const char *op, int protocol, const char *local, const char *remote, double start)
{
	double end = now();
	char socket[512];
	snprintf(socket, sizeof(socket), "\"cookie\":0,\"protocol\":%d,\"local\":\"%s\",\"remote\":\"%s\",\"connected\":%s",
		 protocol, local, remote, *remote ? "true" : "false");
	operation(op, start, end, socket);
}

void truth_any_thread(const char *op, int fd, double start)
{
	double end = now();
	char socket[512];
	describe(fd, NULL, ",\"anyThread\":true", socket, sizeof(socket));
	operation(op, start, end, socket);
}

void truth_hold(const char *direction, int fd)
{
	char socket[512], more[64];
	snprintf(more, sizeof(more), ",\"direction\":\"%s\"", direction);
	describe(fd, NULL, more, socket, sizeof(socket));
	double start = now();
	operation("hold", start, start, socket);
}

void say_ready(void)
{
	if (puts("ready") < 0 || fflush(stdout))
		die("standard output");
}

void wait_for_end(void)
{
	char ignored[64];
	while (read(STDIN_FILENO, ignored, sizeof(ignored)) > 0)
		;
}

int open_socket(int family, int type, int protocol)
{
	double start = now();
	int fd = socket(family, type, protocol);
	if (fd < 0 && errno == EPROTONOSUPPORT)
		exit(NOT_THERE);
	if (fd < 0)
		die("socket");
	truth("socket", fd, start);
	return fd;
}

void do_bind(int fd, const union address *address)
{
	if (bind(fd, &address->any, address_length(address)))
		die("bind");
}

void do_listen(int fd)
{
	double start = now();
	if (listen(fd, 4096))
		die("listen");
	truth("listen", fd, start);
}

void do_connect(int fd, const union address *to)
{
	double start = now();
	if (connect(fd, &to->any, address_length(to)))
		die("connect");
	truth("connect", fd, start);
}

void do_connect_refused(int fd, const union address *to)
{
	double start = now();
	if (connect(fd, &to->any, address_length(to)) == 0)
		usage("the connection should have been refused");
	truth_peer("connect", fd, start, to);
}

static bool ends_when_idle;

static void let_end(int how)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	if (sigprocmask(how, &signals, NULL))
		die("sigprocmask");
}

void end_when_idle(void)
{
	ends_when_idle = true;
	let_end(SIG_BLOCK);
}

void end_children(const pid_t *children, int count)
{
	int status;
	for (int i = 0; i < count; i++)
		if (kill(children[i], SIGTERM) || waitpid(children[i], &status, 0) < 0 || !WIFSIGNALED(status))
			usage("a child has ended by itself");
}

int do_accept(int listener, bool named)
{
	union address from;
	socklen_t length = sizeof(from);
	double start = now();
	if (ends_when_idle)
		let_end(SIG_UNBLOCK);
	int fd = accept4(listener, named ? &from.any : NULL, named ? &length : NULL, SOCK_CLOEXEC);
	if (ends_when_idle)
		let_end(SIG_BLOCK);
	if (fd < 0 && errno == EAGAIN)
		return -1;
	if (fd < 0)
		die("accept");
	double end = now();
	uint64_t cookie = 0;
	length = sizeof(cookie);
	getsockopt(listener, SOL_SOCKET, SO_COOKIE, &cookie, &length);
	char socket[512], more[64];
	snprintf(more, sizeof(more), ",\"listener\":%llu", (unsigned long long)cookie);
	describe(fd, NULL, more, socket, sizeof(socket));
	operation("accept", start, end, socket);
	return fd;
}

void do_send(int fd, const void *data, size_t size)
{
	double start = now();
	for (size_t sent = 0; sent < size;) {
		ssize_t n = send(fd, (const char *)data + sent, size - sent, MSG_NOSIGNAL);
		if (n < 0)
			die("send");
		sent += (size_t)n;
	}
	truth("send", fd, start);
}

size_t do_receive(int fd, void *to, size_t size)
{
	double start = now();
	size_t got = 0;
	while (got < size) {
		ssize_t n = recv(fd, (char *)to + got, size - got, 0);
		if (n < 0 && errno != ECONNRESET)
			die("recv");
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	truth("recv", fd, start);
	return got;
}

void do_sendto(int fd, const void *data, size_t size, const union address *to)
{
	double start = now();
	if (sendto(fd, data, size, 0, &to->any, address_length(to)) != (ssize_t)size)
		die("sendto");
	truth_peer("send", fd, start, to);
}

size_t do_receivefrom(int fd, void *to, size_t size, union address *from)
{
	socklen_t length = sizeof(*from);
	double start = now();
	if (ends_when_idle)
		let_end(SIG_UNBLOCK);
	ssize_t n = recvfrom(fd, to, size, 0, &from->any, &length);
	if (ends_when_idle)
		let_end(SIG_BLOCK);
	if (n < 0)
		die("recvfrom");
	truth_peer("recv", fd, start, from);
	return (size_t)n;
}

void do_shutdown(int fd, int how)
{
	double start = now();
	if (shutdown(fd, how))
		die("shutdown");
	truth("shutdown", fd, start);
}

static void close_as(const char *op, int fd)
{
	/* a closed socket has no name any more: described before, logged after */
	char socket[512];
	describe(fd, NULL, "", socket, sizeof(socket));
	double start = now();
	if (close(fd))
		die("close");
	operation(op, start, now(), socket);
}

void do_close(int fd)
{
	close_as("close", fd);
}

void do_drop(int fd)
{
	close_as("drop", fd);
}

void bind_any(int fd, int family, int port)
{
	union address any;
	parse_address(family == AF_INET ? "0.0.0.0" : "::", port, &any);
	do_bind(fd, &any);
}

int open_listener(const char *address, int port, bool reuseport, int protocol)
{
	union address at;
	parse_address(address, port, &at);
	int fd = open_socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, protocol), yes = 1;
	if (setsockopt(fd, SOL_SOCKET, reuseport ? SO_REUSEPORT : SO_REUSEADDR, &yes, sizeof(yes)))
		die("setsockopt");
	do_bind(fd, &at);
	do_listen(fd);
	return fd;
}

pid_t do_fork(void)
{
	fflush(stdout);
	pid_t child = fork();
	if (child < 0)
		die("fork");
	if (child == 0)
		truth_process();
	return child;
}

void reap(pid_t child)
{
	int status;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "child %d failed (wait status 0x%x)\n", (int)child, (unsigned)status);
		exit(1);
	}
}

void pause_ms(int ms)
{
	const char *pace = getenv("TRUTH_PACE");
	if (pace && atoi(pace) > 1)
		ms *= atoi(pace);
	struct timespec left = { ms / 1000, ms % 1000 * 1000000L };
	while (nanosleep(&left, &left) && errno == EINTR)
		;
}
