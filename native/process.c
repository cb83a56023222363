/* The command after "--": started, held before its first instruction, released when the capture is ready. */
#include "addon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static void free_words(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

static char **get_words(napi_env env, napi_value array)
{
	uint32_t count;
	if (napi_get_array_length(env, array, &count) != napi_ok) {
		throw_code(env, "EINVAL", "native function wants an array of strings");
		return NULL;
	}
	char **words = calloc((size_t)count + 1, sizeof(char *));
	if (!words) {
		throw_errno(env, ENOMEM, "arguments");
		return NULL;
	}
	for (uint32_t i = 0; i < count; i++) {
		napi_value item;
		if (napi_get_element(env, array, i, &item) != napi_ok || !(words[i] = get_string(env, item))) {
			free_words(words);
			return NULL;
		}
	}
	return words;
}

/* Only async-signal-safe calls: this runs in a child forked from a process with several threads. */
static void run_child(char **words, int gate, int report, pid_t parent)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* handlers do not survive exec, ignored signals do: node ignores SIGPIPE */
	signal(SIGPIPE, SIG_DFL);
	/* should the capture be killed before the release, the held child goes with it */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	char go = 0;
	ssize_t n;
	do
		n = read(gate, &go, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(127);
	prctl(PR_SET_PDEATHSIG, 0);
	/* node marks its standard streams to be closed at exec; the command shall have them */
	for (int fd = 0; fd <= 2; fd++)
		fcntl(fd, F_SETFD, 0);
	execvp(words[0], words);
	int error = errno;
	ssize_t ignored = write(report, &error, sizeof(error));
	(void)ignored;
	_exit(error == ENOENT ? 127 : 126);
}

/* commandStart(words): { pid, gate, report }: forked, waiting at the gate. */
static napi_value command_start(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result;
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	char **words = get_words(env, argv[0]);
	if (!words)
		return NULL;
	int gate[2] = { -1, -1 }, report[2] = { -1, -1 };
	pid_t pid = -1, parent = getpid();
	if (pipe2(gate, O_CLOEXEC) == 0 && pipe2(report, O_CLOEXEC) == 0)
		pid = fork();
	int error = errno;
	if (pid == 0) {
		close(gate[1]);
		close(report[0]);
		run_child(words, gate[0], report[1], parent);
	}
	free_words(words);
	if (gate[0] >= 0)
		close(gate[0]);
	if (report[1] >= 0)
		close(report[1]);
	if (pid < 0) {
		if (gate[1] >= 0)
			close(gate[1]);
		if (report[0] >= 0)
			close(report[0]);
		return throw_errno(env, error, "fork");
	}
	if (napi_create_object(env, &result) != napi_ok || !set_property(env, result, "pid", make_i32(env, pid)) ||
	    !set_property(env, result, "gate", make_i32(env, gate[1])) ||
	    !set_property(env, result, "report", make_i32(env, report[0])))
		return NULL;
	return result;
}

/* commandRelease(gate, report): lets it run; 0, or the errno of its exec. Closes both descriptors. */
static napi_value command_release(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t gate, report;
	if (!get_arguments(env, info, 2, argv) || !get_i32(env, argv[0], &gate) || !get_i32(env, argv[1], &report))
		return NULL;
	ssize_t n = write(gate, "g", 1);
	int error = n == 1 ? 0 : errno;
	close(gate);
	if (!error) {
		int failed = 0;
		do
			n = read(report, &failed, sizeof(failed));
		while (n < 0 && errno == EINTR);
		if (n == (ssize_t)sizeof(failed))
			error = failed;
	}
	close(report);
	return make_i32(env, error);
}

/* commandStatus(pid): -1 while it runs; else its exit status, 128 + signal for a signal's end. */
static napi_value command_status(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t pid;
	int status = 0;
	if (!get_arguments(env, info, 1, argv) || !get_i32(env, argv[0], &pid))
		return NULL;
	pid_t done;
	do
		done = waitpid(pid, &status, WNOHANG);
	while (done < 0 && errno == EINTR);
	if (done < 0)
		return throw_errno(env, errno, "waitpid");
	if (done == 0)
		return make_i32(env, -1);
	return make_i32(env, WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

/* errorText(errno): strerror(3) */
static napi_value error_text(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t error;
	if (!get_arguments(env, info, 1, argv) || !get_i32(env, argv[0], &error))
		return NULL;
	return make_string(env, strerror(error));
}

/* exitNow(status): _exit(2) */
static napi_value exit_now(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	int32_t status;
	if (!get_arguments(env, info, 1, argv) || !get_i32(env, argv[0], &status))
		return NULL;
	_exit(status);
}

const struct addon_function process_functions[] = {
	{ "commandStart", command_start },
	{ "commandRelease", command_release },
	{ "commandStatus", command_status },
	{ "errorText", error_text },
	{ "exitNow", exit_now },
	{ NULL, NULL },
};
