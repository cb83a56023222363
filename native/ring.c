/* Shared memory with the kernel (the ring, data sections) as ArrayBuffers, and waiting for descriptors. */
#include "addon.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

struct mapping {
	void *start;
	size_t length;
};

static void unmap(napi_env env, void *data, void *hint)
{
	(void)env;
	(void)data;
	struct mapping *mapping = hint;
	munmap(mapping->start, mapping->length);
	free(mapping);
}

/* mapMemory(fd, offset, length, writable): ArrayBuffer over mmap(2), unmapped when it is collected.
 * Reading past a mapping's end is impossible from JavaScript: the buffer has the mapping's length. */
static napi_value map_memory(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result;
	int32_t fd;
	int64_t offset, length;
	bool writable;
	if (!get_arguments(env, info, 4, argv) || !get_i32(env, argv[0], &fd) || !get_i64(env, argv[1], &offset) ||
	    !get_i64(env, argv[2], &length) || !get_bool(env, argv[3], &writable))
		return NULL;
	struct mapping *mapping = malloc(sizeof(*mapping));
	if (!mapping)
		return throw_errno(env, ENOMEM, "mmap");
	mapping->length = (size_t)length;
	mapping->start = mmap(NULL, mapping->length, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, fd, offset);
	if (mapping->start == MAP_FAILED) {
		int error = errno;
		free(mapping);
		return throw_errno(env, error, "mmap");
	}
	if (napi_create_external_arraybuffer(env, mapping->start, mapping->length, unmap, mapping, &result) != napi_ok) {
		munmap(mapping->start, mapping->length);
		free(mapping);
		return throw_code(env, "EINVAL", "this runtime has no external buffers");
	}
	return result;
}

/* pageSize() */
static napi_value page_size(napi_env env, napi_callback_info info)
{
	(void)info;
	return make_u32(env, (uint32_t)sysconf(_SC_PAGESIZE));
}

/* One descriptor waited for by a thread of its own, edge-triggered: it calls back when the kernel says that there
 * is something new, not as long as something is there. The ring wakes its waiters only when the eBPF side asks for
 * it, so that the thread sleeps while a reader that looks by itself keeps up. */
struct watch {
	int epoll;
	int stop; /* eventfd: end the thread */
	pthread_t thread;
	napi_threadsafe_function callback;
};

static void *watch_thread(void *data)
{
	struct watch *watch = data;
	for (;;) {
		struct epoll_event event;
		int ready = epoll_wait(watch->epoll, &event, 1, -1);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0 || event.data.fd == watch->stop)
			break;
		/* a full queue is a call that is still to come: it will see this one's reason, too */
		napi_status status = napi_call_threadsafe_function(watch->callback, NULL, napi_tsfn_nonblocking);
		if (status != napi_ok && status != napi_queue_full)
			break;
	}
	(void)napi_release_threadsafe_function(watch->callback, napi_tsfn_release);
	return NULL;
}

static bool epoll_add(int epoll, int fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };
	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* watchFd(fd, callback): watch. callback is called when fd becomes readable, and again when more has come. */
static napi_value watch_fd(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], name, result;
	int32_t fd;
	if (!get_arguments(env, info, 2, argv) || !get_i32(env, argv[0], &fd))
		return NULL;
	struct watch *watch = calloc(1, sizeof(*watch));
	if (!watch)
		return throw_errno(env, ENOMEM, "watch");
	watch->epoll = epoll_create1(EPOLL_CLOEXEC);
	watch->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (watch->epoll < 0 || watch->stop < 0 || !epoll_add(watch->epoll, watch->stop, EPOLLIN) ||
	    !epoll_add(watch->epoll, fd, EPOLLIN | EPOLLET))
		goto fail;
	name = make_string(env, "ptcpdump watch");
	if (!name || napi_create_threadsafe_function(env, argv[1], NULL, name, 1, 1, NULL, NULL, NULL, NULL,
						     &watch->callback) != napi_ok)
		goto fail;
	/* Signals are for the main thread: a handler that ran here would only wake us for nothing. */
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&watch->thread, NULL, watch_thread, watch);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error) {
		(void)napi_release_threadsafe_function(watch->callback, napi_tsfn_abort);
		errno = error;
		goto fail;
	}
	if (napi_create_external(env, watch, NULL, NULL, &result) == napi_ok)
		return result;
	return throw_code(env, "EINVAL", "watch");
fail:
	error = errno;
	if (watch->epoll >= 0)
		close(watch->epoll);
	if (watch->stop >= 0)
		close(watch->stop);
	free(watch);
	return throw_errno(env, error, "watch");
}

static struct watch *get_watch(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	void *watch = NULL;
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	if (napi_get_value_external(env, argv[0], &watch) != napi_ok || !watch)
		throw_code(env, "EINVAL", "native function wants a watch");
	return watch;
}

static bool signal_eventfd(int fd)
{
	uint64_t one = 1;
	return write(fd, &one, sizeof(one)) == sizeof(one) || errno == EAGAIN;
}

/* watchEnd(watch): no callback comes after it; the watched descriptor stays open. */
static napi_value watch_end(napi_env env, napi_callback_info info)
{
	struct watch *watch = get_watch(env, info);
	if (!watch)
		return NULL;
	if (!signal_eventfd(watch->stop))
		return throw_errno(env, errno, "watch");
	pthread_join(watch->thread, NULL);
	close(watch->epoll);
	close(watch->stop);
	free(watch);
	return make_undefined(env);
}

const struct addon_function ring_functions[] = {
	{ "mapMemory", map_memory },
	{ "pageSize", page_size },
	{ "watchFd", watch_fd },
	{ "watchEnd", watch_end },
	{ NULL, NULL },
};
