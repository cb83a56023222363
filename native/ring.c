/* Shared memory with the kernel (the ring, data sections) as ArrayBuffers, and waiting for descriptors. */
#include "addon.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
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

/* One descriptor waited for by a thread of its own. The thread sleeps until armed, then polls once and
 * calls back: a level-triggered descriptor (the ring) thus never makes it spin. */
struct watch {
	int fd;
	int arm; /* eventfd: 1 = poll once */
	int stop; /* eventfd: end the thread */
	pthread_t thread;
	napi_threadsafe_function callback;
};

static void *watch_thread(void *data)
{
	struct watch *watch = data;
	for (;;) {
		struct pollfd wait[2] = { { .fd = watch->stop, .events = POLLIN }, { .fd = watch->arm, .events = POLLIN } };
		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			break;
		if (wait[0].revents)
			break;
		uint64_t count;
		if (!(wait[1].revents & POLLIN) || read(watch->arm, &count, sizeof(count)) != sizeof(count))
			continue;
		wait[1].fd = watch->fd;
		int ready;
		do
			ready = poll(wait, 2, -1);
		while (ready < 0 && errno == EINTR);
		if (ready < 0 || wait[0].revents)
			break;
		if (napi_call_threadsafe_function(watch->callback, NULL, napi_tsfn_nonblocking) != napi_ok)
			break;
	}
	(void)napi_release_threadsafe_function(watch->callback, napi_tsfn_release);
	return NULL;
}

/* watchFd(fd, callback): watch. callback is called once after each watchArm when fd becomes readable. */
static napi_value watch_fd(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], name, result;
	int32_t fd;
	if (!get_arguments(env, info, 2, argv) || !get_i32(env, argv[0], &fd))
		return NULL;
	struct watch *watch = calloc(1, sizeof(*watch));
	if (!watch)
		return throw_errno(env, ENOMEM, "watch");
	watch->fd = fd;
	watch->arm = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	watch->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (watch->arm < 0 || watch->stop < 0)
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
	if (watch->arm >= 0)
		close(watch->arm);
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

/* watchArm(watch) */
static napi_value watch_arm(napi_env env, napi_callback_info info)
{
	struct watch *watch = get_watch(env, info);
	if (!watch)
		return NULL;
	return signal_eventfd(watch->arm) ? make_undefined(env) : throw_errno(env, errno, "watch");
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
	close(watch->arm);
	close(watch->stop);
	free(watch);
	return make_undefined(env);
}

const struct addon_function ring_functions[] = {
	{ "mapMemory", map_memory },
	{ "pageSize", page_size },
	{ "watchFd", watch_fd },
	{ "watchArm", watch_arm },
	{ "watchEnd", watch_end },
	{ NULL, NULL },
};
