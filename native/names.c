/* Names from the system's databases (nsswitch.conf(5)): hosts by address, at once or by threads, and services. */
#include "addon.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_ADDRESS 16
/* Longest name that a resolver gives (NI_MAXHOST), and the largest buffer for it and its aliases. */
#define MAX_NAME 1025
#define MAX_BUFFER (1 << 16)

/* The canonical name of an address of `size` bytes (4 or 16) into `name`; false if it has none. May take long. */
static bool host_by_address(const uint8_t *address, size_t size, char name[MAX_NAME])
{
	size_t length = 2048;
	char *buffer = NULL;
	bool found = false;
	for (;;) {
		char *larger = realloc(buffer, length);
		if (!larger)
			break;
		buffer = larger;
		struct hostent entry, *result = NULL;
		int error = 0;
		int status = gethostbyaddr_r(address, (socklen_t)size, size == 4 ? AF_INET : AF_INET6, &entry, buffer, length,
					     &result, &error);
		if (status == ERANGE && length < MAX_BUFFER) {
			length *= 2;
			continue;
		}
		if (status == 0 && result && result->h_name) {
			size_t n = strnlen(result->h_name, MAX_NAME - 1);
			memcpy(name, result->h_name, n);
			name[n] = '\0';
			found = true;
		}
		break;
	}
	free(buffer);
	return found;
}

static bool get_address(napi_env env, napi_value value, uint8_t **address, size_t *size)
{
	if (!get_bytes(env, value, address, size))
		return false;
	if (*size == 4 || *size == 16)
		return true;
	throw_errno(env, EINVAL, "address");
	return false;
}

/* A name may hold any bytes: Latin-1, so that nothing is lost. */
static napi_value make_name(napi_env env, const char *name)
{
	napi_value value = NULL;
	return napi_create_string_latin1(env, name, NAPI_AUTO_LENGTH, &value) == napi_ok ? value : NULL;
}

/* hostName(address): its name, null if there is none; waits for the answer */
static napi_value host_name(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result = NULL;
	uint8_t *address;
	size_t size;
	char name[MAX_NAME];
	if (!get_arguments(env, info, 1, argv) || !get_address(env, argv[0], &address, &size))
		return NULL;
	if (host_by_address(address, size, name))
		return make_name(env, name);
	return napi_get_null(env, &result) == napi_ok ? result : NULL;
}

/* A question, and then its answer. */
struct question {
	struct question *next;
	uint32_t id;
	size_t size;
	uint8_t address[MAX_ADDRESS];
	bool found;
	char name[MAX_NAME];
};

struct queue {
	struct question *first, **last;
};

/* Threads that ask the system, each one question after the other. They live as long as the process: one may be
 * waiting for a name server when it ends. */
struct resolver {
	pthread_mutex_t lock;
	pthread_cond_t asked;
	struct queue questions, answers;
	/* questions not yet taken; threads there are, those without work, and how many there may be */
	uint32_t open, threads, idle, most;
	int event; /* eventfd: answers have come */
};

static void put(struct queue *queue, struct question *question)
{
	question->next = NULL;
	*queue->last = question;
	queue->last = &question->next;
}

static struct question *take(struct queue *queue)
{
	struct question *question = queue->first;
	if (!question)
		return NULL;
	queue->first = question->next;
	if (!queue->first)
		queue->last = &queue->first;
	return question;
}

static void *resolver_thread(void *data)
{
	struct resolver *resolver = data;
	pthread_mutex_lock(&resolver->lock);
	for (;;) {
		struct question *question = take(&resolver->questions);
		if (!question) {
			resolver->idle++;
			pthread_cond_wait(&resolver->asked, &resolver->lock);
			resolver->idle--;
			continue;
		}
		resolver->open--;
		pthread_mutex_unlock(&resolver->lock);
		question->found = host_by_address(question->address, question->size, question->name);
		pthread_mutex_lock(&resolver->lock);
		put(&resolver->answers, question);
		uint64_t one = 1;
		/* a full counter has told already */
		ssize_t written = write(resolver->event, &one, sizeof(one));
		(void)written;
	}
	return NULL;
}

/* resolverOpen(threads): {resolver, fd}; fd becomes readable when answers have come */
static napi_value resolver_open(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], handle, result;
	uint32_t most;
	if (!get_arguments(env, info, 1, argv) || !get_u32(env, argv[0], &most))
		return NULL;
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	if (!resolver)
		return throw_errno(env, ENOMEM, "resolver");
	pthread_mutex_init(&resolver->lock, NULL);
	pthread_cond_init(&resolver->asked, NULL);
	resolver->questions.last = &resolver->questions.first;
	resolver->answers.last = &resolver->answers.first;
	resolver->most = most;
	resolver->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (resolver->event < 0) {
		int error = errno;
		free(resolver);
		return throw_errno(env, error, "resolver");
	}
	if (napi_create_external(env, resolver, NULL, NULL, &handle) == napi_ok &&
	    napi_create_object(env, &result) == napi_ok && set_property(env, result, "resolver", handle) &&
	    set_property(env, result, "fd", make_i32(env, resolver->event)))
		return result;
	return throw_code(env, "EINVAL", "resolver");
}

static struct resolver *get_resolver(napi_env env, napi_value value)
{
	void *resolver = NULL;
	if (napi_get_value_external(env, value, &resolver) != napi_ok || !resolver)
		throw_code(env, "EINVAL", "native function wants a resolver");
	return resolver;
}

/* A thread more if all are at work; none of them hears signals, which are for the main thread. */
static int grow(struct resolver *resolver)
{
	if (resolver->idle > resolver->open || resolver->threads >= resolver->most)
		return 0;
	sigset_t all, before;
	pthread_t thread;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&thread, NULL, resolver_thread, resolver);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error)
		return resolver->threads > 0 ? 0 : error;
	resolver->threads++;
	(void)pthread_detach(thread);
	return 0;
}

/* resolverAsk(resolver, id, address) */
static napi_value resolver_ask(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint8_t *address;
	size_t size;
	uint32_t id;
	if (!get_arguments(env, info, 3, argv) || !get_u32(env, argv[1], &id) ||
	    !get_address(env, argv[2], &address, &size))
		return NULL;
	struct resolver *resolver = get_resolver(env, argv[0]);
	if (!resolver)
		return NULL;
	struct question *question = calloc(1, sizeof(*question));
	if (!question)
		return throw_errno(env, ENOMEM, "resolver");
	question->id = id;
	question->size = size;
	memcpy(question->address, address, size);
	pthread_mutex_lock(&resolver->lock);
	int error = grow(resolver);
	if (error == 0) {
		put(&resolver->questions, question);
		resolver->open++;
		pthread_cond_signal(&resolver->asked);
	}
	pthread_mutex_unlock(&resolver->lock);
	if (error == 0)
		return make_undefined(env);
	free(question);
	return throw_errno(env, error, "resolver");
}

/* resolverTake(resolver): the answers that have come, [id, name or null, …] */
static napi_value resolver_take(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], list;
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	struct resolver *resolver = get_resolver(env, argv[0]);
	if (!resolver || napi_create_array(env, &list) != napi_ok)
		return NULL;
	uint64_t count;
	ssize_t got = read(resolver->event, &count, sizeof(count));
	(void)got;
	pthread_mutex_lock(&resolver->lock);
	struct question *answer = resolver->answers.first;
	resolver->answers.first = NULL;
	resolver->answers.last = &resolver->answers.first;
	pthread_mutex_unlock(&resolver->lock);
	uint32_t index = 0;
	bool good = true;
	while (answer) {
		struct question *next = answer->next;
		napi_value name = NULL;
		if (good && answer->found)
			name = make_name(env, answer->name);
		else if (good && napi_get_null(env, &name) != napi_ok)
			name = NULL;
		good = good && name && napi_set_element(env, list, index++, make_u32(env, answer->id)) == napi_ok &&
		       napi_set_element(env, list, index++, name) == napi_ok;
		free(answer);
		answer = next;
	}
	return good ? list : NULL;
}

/* services(): all of services(5), [name, port, protocol, …] in the database's order */
static napi_value services(napi_env env, napi_callback_info info)
{
	(void)info;
	napi_value list;
	if (napi_create_array(env, &list) != napi_ok)
		return NULL;
	uint32_t index = 0;
	bool good = true;
	setservent(1);
	for (struct servent *row; good && (row = getservent());) {
		good = napi_set_element(env, list, index++, make_name(env, row->s_name)) == napi_ok &&
		       napi_set_element(env, list, index++, make_u32(env, ntohs((uint16_t)row->s_port))) == napi_ok &&
		       napi_set_element(env, list, index++, make_name(env, row->s_proto)) == napi_ok;
	}
	endservent();
	return good ? list : NULL;
}

const struct addon_function names_functions[] = {
	{ "hostName", host_name },
	{ "resolverOpen", resolver_open },
	{ "resolverAsk", resolver_ask },
	{ "resolverTake", resolver_take },
	{ "services", services },
	{ NULL, NULL },
};
