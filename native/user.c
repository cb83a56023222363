/* -Z: who to become once the capture is attached. */
#include "addon.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* userByName(name): { uid, gid }, gid its primary group's; null if there is none. getpwnam(3) */
static napi_value user_by_name(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result;
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	char *name = get_string(env, argv[0]);
	if (!name)
		return NULL;
	const struct passwd *user = getpwnam(name);
	free(name);
	if (!user)
		return napi_get_null(env, &result) == napi_ok ? result : NULL;
	if (napi_create_object(env, &result) != napi_ok || !set_property(env, result, "uid", make_u32(env, user->pw_uid)) ||
	    !set_property(env, result, "gid", make_u32(env, user->pw_gid)))
		return NULL;
	return result;
}

/* groupByName(name): its number, -1 if there is none. getgrnam(3) */
static napi_value group_by_name(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	char *name = get_string(env, argv[0]);
	if (!name)
		return NULL;
	const struct group *group = getgrnam(name);
	free(name);
	return make_double(env, group ? (double)group->gr_gid : -1.0);
}

/* The rights in `mask` (bits are CAP_ numbers), as far as this thread has them, and no others. */
static bool keep_rights(uint64_t mask)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];
	memset(data, 0, sizeof(data));
	if (syscall(SYS_capget, &header, data))
		return false;
	for (int i = 0; i < 2; i++) {
		data[i].permitted &= (uint32_t)(mask >> (32 * i));
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	return syscall(SYS_capset, &header, data) == 0;
}

/*
 * relinquish(user, uid, gid, rights): becomes that user with that group and the user's other groups. The calling
 * thread alone keeps the rights (an array of CAP_ numbers) of those it has; programs it starts have none.
 */
static napi_value relinquish(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	uint32_t uid, gid, count;
	uint64_t mask = 0;
	if (!get_arguments(env, info, 4, argv) || !get_u32(env, argv[1], &uid) || !get_u32(env, argv[2], &gid))
		return NULL;
	if (napi_get_array_length(env, argv[3], &count) != napi_ok)
		return throw_code(env, "EINVAL", "native function wants an array of numbers");
	for (uint32_t i = 0; i < count; i++) {
		napi_value item;
		uint32_t right;
		if (napi_get_element(env, argv[3], i, &item) != napi_ok || !get_u32(env, item, &right))
			return NULL;
		if (right < 64)
			mask |= UINT64_C(1) << right;
	}
	char *user = get_string(env, argv[0]);
	if (!user)
		return NULL;
	/* glibc makes all threads follow; each then drops its rights, but for the one that asked to keep them */
	const char *failed = NULL;
	int error = 0;
	if (prctl(PR_SET_KEEPCAPS, 1))
		failed = "prctl";
	else if (initgroups(user, gid))
		failed = "initgroups";
	else if (setgid(gid))
		failed = "setgid";
	else if (setuid(uid))
		failed = "setuid";
	else if (uid != 0 && !keep_rights(mask))
		failed = "capset";
	if (failed)
		error = errno;
	free(user);
	if (prctl(PR_SET_KEEPCAPS, 0) && !failed) {
		failed = "prctl";
		error = errno;
	}
	return failed ? throw_errno(env, error, failed) : make_undefined(env);
}

const struct addon_function user_functions[] = {
	{ "userByName", user_by_name },
	{ "groupByName", group_by_name },
	{ "relinquish", relinquish },
	{ NULL, NULL },
};
