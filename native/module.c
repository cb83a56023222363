/* The addon's entry: walks the tables of functions. Adding a function is a row in its part's table. */
#include "addon.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *errno_name(int error)
{
	/* strerrorname_np is glibc 2.32 and newer; it returns NULL for unknown numbers */
	const char *name = strerrorname_np(error);
	return name ? name : "EUNKNOWN";
}

napi_value throw_code(napi_env env, const char *code, const char *message)
{
	(void)napi_throw_error(env, code, message);
	return NULL;
}

napi_value throw_errno(napi_env env, int error, const char *what)
{
	char message[512];
	snprintf(message, sizeof(message), "%s: %s", what, strerror(error));
	return throw_code(env, errno_name(error), message);
}

bool get_arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value argv[MAX_ARGUMENTS])
{
	size_t argc = MAX_ARGUMENTS;
	if (napi_get_cb_info(env, info, &argc, argv, NULL, NULL) != napi_ok || argc < wanted) {
		throw_code(env, "EINVAL", "too few arguments to a native function");
		return false;
	}
	return true;
}

static bool type_error(napi_env env, const char *wanted)
{
	char message[64];
	snprintf(message, sizeof(message), "native function wants %s", wanted);
	(void)napi_throw_type_error(env, "EINVAL", message);
	return false;
}

bool get_i32(napi_env env, napi_value value, int32_t *out)
{
	return napi_get_value_int32(env, value, out) == napi_ok || type_error(env, "a number");
}

bool get_u32(napi_env env, napi_value value, uint32_t *out)
{
	return napi_get_value_uint32(env, value, out) == napi_ok || type_error(env, "a number");
}

bool get_i64(napi_env env, napi_value value, int64_t *out)
{
	return napi_get_value_int64(env, value, out) == napi_ok || type_error(env, "a number");
}

bool get_bool(napi_env env, napi_value value, bool *out)
{
	return napi_get_value_bool(env, value, out) == napi_ok || type_error(env, "a boolean");
}

char *get_string(napi_env env, napi_value value)
{
	size_t length = 0;
	if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) {
		type_error(env, "a string");
		return NULL;
	}
	char *text = malloc(length + 1);
	if (!text) {
		throw_errno(env, ENOMEM, "string");
		return NULL;
	}
	if (napi_get_value_string_utf8(env, value, text, length + 1, &length) != napi_ok || strlen(text) != length) {
		free(text);
		type_error(env, "a string without NUL");
		return NULL;
	}
	return text;
}

bool get_bytes(napi_env env, napi_value value, uint8_t **data, size_t *length)
{
	bool is_array = false;
	napi_typedarray_type type;
	size_t elements;
	void *start;
	if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array ||
	    napi_get_typedarray_info(env, value, &type, &elements, &start, NULL, NULL) != napi_ok)
		return type_error(env, "a typed array");
	size_t size = 8;
	switch (type) {
	case napi_int8_array:
	case napi_uint8_array:
	case napi_uint8_clamped_array:
		size = 1;
		break;
	case napi_int16_array:
	case napi_uint16_array:
		size = 2;
		break;
	case napi_int32_array:
	case napi_uint32_array:
	case napi_float32_array:
		size = 4;
		break;
	default:
		break;
	}
	*data = start;
	*length = elements * size;
	return true;
}

napi_value make_i32(napi_env env, int32_t number)
{
	napi_value value = NULL;
	return napi_create_int32(env, number, &value) == napi_ok ? value : NULL;
}

napi_value make_u32(napi_env env, uint32_t number)
{
	napi_value value = NULL;
	return napi_create_uint32(env, number, &value) == napi_ok ? value : NULL;
}

napi_value make_double(napi_env env, double number)
{
	napi_value value = NULL;
	return napi_create_double(env, number, &value) == napi_ok ? value : NULL;
}

napi_value make_string(napi_env env, const char *text)
{
	napi_value value = NULL;
	return napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value) == napi_ok ? value : NULL;
}

napi_value make_undefined(napi_env env)
{
	napi_value value = NULL;
	return napi_get_undefined(env, &value) == napi_ok ? value : NULL;
}

bool set_property(napi_env env, napi_value object, const char *name, napi_value value)
{
	return value && napi_set_named_property(env, object, name, value) == napi_ok;
}

static bool export_table(napi_env env, napi_value exports, const struct addon_function *row)
{
	for (; row->name; row++) {
		napi_value function;
		if (napi_create_function(env, row->name, NAPI_AUTO_LENGTH, row->call, NULL, &function) != napi_ok ||
		    !set_property(env, exports, row->name, function))
			return false;
	}
	return true;
}

NAPI_MODULE_INIT()
{
	const struct addon_function *tables[] = {
		bpf_functions, btf_functions, bulk_functions, guard_functions, object_functions, names_functions, net_functions,
		pcap_functions, perf_functions, process_functions, ring_functions, scan_functions, user_functions,
	};
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (!export_table(env, exports, tables[i]))
			return throw_code(env, "EINVAL", "the addon's functions could not be exported");
	return exports;
}
