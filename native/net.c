/* Devices and network namespaces: names, types, changes, promiscuous mode, and the clocks. */
#include "addon.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/mount.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* netDevices(): the devices of the thread's network namespace: { ifindex, name, type, flags }. */
static napi_value net_devices(napi_env env, napi_callback_info info)
{
	(void)info;
	napi_value list, item;
	if (napi_create_array(env, &list) != napi_ok)
		return NULL;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return throw_errno(env, errno, "socket");
	struct if_nameindex *names = if_nameindex();
	if (!names) {
		int error = errno;
		close(fd);
		return throw_errno(env, error, "if_nameindex");
	}
	uint32_t count = 0;
	bool fine = true;
	for (struct if_nameindex *at = names; fine && at->if_index; at++) {
		struct ifreq request;
		memset(&request, 0, sizeof(request));
		snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", at->if_name);
		/* A device may vanish between the two calls: then it is left out. */
		if (ioctl(fd, SIOCGIFHWADDR, &request) < 0)
			continue;
		unsigned int type = request.ifr_hwaddr.sa_family;
		if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
			continue;
		unsigned int flags = (unsigned short)request.ifr_flags;
		fine = napi_create_object(env, &item) == napi_ok &&
		       set_property(env, item, "ifindex", make_u32(env, at->if_index)) &&
		       set_property(env, item, "name", make_string(env, at->if_name)) &&
		       set_property(env, item, "type", make_u32(env, type)) &&
		       set_property(env, item, "flags", make_u32(env, flags)) &&
		       napi_set_element(env, list, count++, item) == napi_ok;
	}
	if_freenameindex(names);
	close(fd);
	return fine ? list : NULL;
}

/* linkWatchOpen(): a socket that becomes readable when a device comes, goes or changes (rtnetlink(7)). */
static napi_value link_watch_open(napi_env env, napi_callback_info info)
{
	(void)info;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (fd < 0)
		return throw_errno(env, errno, "netlink");
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		int error = errno;
		close(fd);
		return throw_errno(env, error, "netlink");
	}
	return make_i32(env, fd);
}

/* linkWatchDrain(fd): forgets what waits; the caller lists the devices anew. An overrun counts as a change. */
static napi_value link_watch_drain(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result;
	int32_t fd;
	if (!get_arguments(env, info, 1, argv) || !get_i32(env, argv[0], &fd))
		return NULL;
	char buffer[8192];
	bool changed = false;
	for (int i = 0; i < 4096; i++) {
		ssize_t n = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
		if (n > 0 || (n < 0 && errno == ENOBUFS)) {
			changed = true;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		break;
	}
	return napi_get_boolean(env, changed, &result) == napi_ok ? result : NULL;
}

/* netnsNumber(pid): the number that the process's network namespace has in the thread's own (rtnetlink: RTM_GETNSID), as
 * eBPF programs take it; -1 where it has none. */
static napi_value netns_number(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint32_t pid;
	if (!get_arguments(env, info, 1, argv) || !get_u32(env, argv[0], &pid))
		return NULL;
	struct {
		struct nlmsghdr header;
		struct rtgenmsg message __attribute__((aligned(NLMSG_ALIGNTO)));
		struct rtattr attribute __attribute__((aligned(RTA_ALIGNTO)));
		uint32_t pid;
	} request = {
		.header = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETNSID, .nlmsg_flags = NLM_F_REQUEST },
		.message.rtgen_family = AF_UNSPEC,
		.attribute = { .rta_len = RTA_LENGTH(sizeof(pid)), .rta_type = NETNSA_PID },
		.pid = pid,
	};
	union {
		struct nlmsghdr header;
		uint8_t bytes[4096];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return throw_errno(env, errno, "netlink");
	ssize_t length = send(fd, &request, sizeof(request), 0);
	if (length >= 0)
		length = recv(fd, &answer, sizeof(answer), 0);
	int error = errno;
	close(fd);
	if (length < 0)
		return throw_errno(env, error, "RTM_GETNSID");
	/* an error: the process is gone */
	if (!NLMSG_OK(&answer.header, (size_t)length) || answer.header.nlmsg_type != RTM_NEWNSID)
		return make_i32(env, NETNSA_NSID_NOT_ASSIGNED);
	int left = (int)(answer.header.nlmsg_len - NLMSG_SPACE(sizeof(struct rtgenmsg)));
	const struct rtattr *at = (void *)(answer.bytes + NLMSG_SPACE(sizeof(struct rtgenmsg)));
	for (; RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		int32_t number;
		if (at->rta_type != NETNSA_NSID || RTA_PAYLOAD(at) < sizeof(number))
			continue;
		memcpy(&number, RTA_DATA(at), sizeof(number));
		return make_i32(env, number);
	}
	return make_i32(env, NETNSA_NSID_NOT_ASSIGNED);
}

/* packetSocket(ifindex, progFd): a packet socket of all protocols on the device, with this filter (packet(7)). */
static napi_value packet_socket(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t ifindex, prog;
	if (!get_arguments(env, info, 2, argv) || !get_i32(env, argv[0], &ifindex) || !get_i32(env, argv[1], &prog))
		return NULL;
	/* of no protocol yet: no packet comes before the filter is there */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return throw_errno(env, errno, "packet socket");
	struct sockaddr_ll address;
	memset(&address, 0, sizeof(address));
	address.sll_family = AF_PACKET;
	address.sll_protocol = htons(ETH_P_ALL);
	address.sll_ifindex = ifindex;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof(prog)) < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		int error = errno;
		close(fd);
		return throw_errno(env, error, "packet socket");
	}
	return make_i32(env, fd);
}

/* promiscuous(ifindex): a socket that holds the device in promiscuous mode until it is closed (packet(7)). */
static napi_value promiscuous(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t ifindex;
	if (!get_arguments(env, info, 1, argv) || !get_i32(env, argv[0], &ifindex))
		return NULL;
	/* protocol 0: the socket itself receives nothing */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return throw_errno(env, errno, "packet socket");
	struct packet_mreq request = { .mr_ifindex = ifindex, .mr_type = PACKET_MR_PROMISC };
	if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request)) < 0) {
		int error = errno;
		close(fd);
		return throw_errno(env, error, "promiscuous mode");
	}
	return make_i32(env, fd);
}

/* openPath(path): a descriptor for reading, close-on-exec (a cgroup folder, a namespace file). */
static napi_value open_path(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	char *path = get_string(env, argv[0]);
	if (!path)
		return NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error = errno;
	napi_value result = fd < 0 ? throw_errno(env, error, path) : make_i32(env, fd);
	free(path);
	return result;
}

/* cgroup2Open(): the root of the cgroup v2 hierarchy, through a mount that is attached nowhere (fsopen(2)). */
static napi_value cgroup2_open(napi_env env, napi_callback_info info)
{
	(void)info;
	int fs = (int)syscall(SYS_fsopen, "cgroup2", FSOPEN_CLOEXEC);
	if (fs < 0)
		return throw_errno(env, errno, "fsopen cgroup2");
	int mount = -1;
	if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mount = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
	int error = errno;
	close(fs);
	return mount < 0 ? throw_errno(env, error, "fsmount cgroup2") : make_i32(env, mount);
}

/* setNetns(fd): moves the calling thread into a network namespace. */
static napi_value set_netns(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t fd;
	if (!get_arguments(env, info, 1, argv) || !get_i32(env, argv[0], &fd))
		return NULL;
	return setns(fd, CLONE_NEWNET) < 0 ? throw_errno(env, errno, "setns") : make_undefined(env);
}

/* clocks(out): fills a Uint32Array with [realtime s, realtime ns, monotonic s, monotonic ns] of one moment:
 * of three tries the one where least time passed between the two readings. */
static napi_value clocks(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint8_t *data;
	size_t length;
	if (!get_arguments(env, info, 1, argv) || !get_bytes(env, argv[0], &data, &length))
		return NULL;
	if (length < 16)
		return throw_errno(env, EINVAL, "clocks");
	uint32_t *out = (uint32_t *)(void *)data;
	int64_t best = INT64_MAX;
	for (int i = 0; i < 3; i++) {
		struct timespec before, real, after;
		clock_gettime(CLOCK_MONOTONIC, &before);
		clock_gettime(CLOCK_REALTIME, &real);
		clock_gettime(CLOCK_MONOTONIC, &after);
		int64_t from = (int64_t)before.tv_sec * 1000000000 + before.tv_nsec;
		int64_t gap = (int64_t)after.tv_sec * 1000000000 + after.tv_nsec - from;
		if (gap >= best)
			continue;
		best = gap;
		int64_t middle = from + gap / 2;
		out[0] = (uint32_t)real.tv_sec;
		out[1] = (uint32_t)real.tv_nsec;
		out[2] = (uint32_t)(middle / 1000000000);
		out[3] = (uint32_t)(middle % 1000000000);
	}
	return make_undefined(env);
}

/* formatTime(format, seconds): strftime(3) of that time since 1970, in the time zone of this process. */
static napi_value format_time(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int64_t seconds;
	if (!get_arguments(env, info, 2, argv) || !get_i64(env, argv[1], &seconds))
		return NULL;
	char *format = get_string(env, argv[0]);
	if (!format)
		return NULL;
	char text[4096];
	struct tm local;
	time_t when = (time_t)seconds;
	tzset();
	size_t length = localtime_r(&when, &local) ? strftime(text, sizeof(text), format, &local) : 0;
	bool failed = length == 0 && format[0] != '\0';
	free(format);
	if (failed)
		return throw_code(env, "ENAMETOOLONG", "strftime: the text is empty or too long");
	text[length] = '\0';
	return make_string(env, text);
}

const struct addon_function net_functions[] = {
	{ "netDevices", net_devices },
	{ "linkWatchOpen", link_watch_open },
	{ "linkWatchDrain", link_watch_drain },
	{ "netnsNumber", netns_number },
	{ "promiscuous", promiscuous },
	{ "packetSocket", packet_socket },
	{ "openPath", open_path },
	{ "cgroup2Open", cgroup2_open },
	{ "setNetns", set_netns },
	{ "clocks", clocks },
	{ "formatTime", format_time },
	{ NULL, NULL },
};
