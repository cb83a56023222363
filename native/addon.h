/* What every part of the addon shares: the function table, argument readers, and how errors are thrown.
 * The addon only exposes system calls, libbpf and libpcap; every policy is TypeScript. */
#ifndef PTCPDUMP_ADDON_H
#define PTCPDUMP_ADDON_H

#define NAPI_VERSION 9
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_ARGUMENTS 8

/* One exported function. Tables end with an entry whose name is NULL. */
struct addon_function {
	const char *name;
	napi_callback call;
};

extern const struct addon_function bpf_functions[];
extern const struct addon_function btf_functions[];
extern const struct addon_function bulk_functions[];
extern const struct addon_function object_functions[];
extern const struct addon_function guard_functions[];
extern const struct addon_function names_functions[];
extern const struct addon_function net_functions[];
extern const struct addon_function pcap_functions[];
extern const struct addon_function perf_functions[];
extern const struct addon_function process_functions[];
extern const struct addon_function ring_functions[];
extern const struct addon_function scan_functions[];
extern const struct addon_function user_functions[];

/* Throw Error with .code and return NULL, so that callers can write `return throw_…`. */
napi_value throw_errno(napi_env env, int error, const char *what);
napi_value throw_code(napi_env env, const char *code, const char *message);

/* Read the call's arguments into argv; false (and a thrown error) when fewer than `wanted` came. */
bool get_arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value argv[MAX_ARGUMENTS]);

/* Argument readers: false and a thrown TypeError when the value is of another type. */
bool get_i32(napi_env env, napi_value value, int32_t *out);
bool get_u32(napi_env env, napi_value value, uint32_t *out);
bool get_i64(napi_env env, napi_value value, int64_t *out);
bool get_bool(napi_env env, napi_value value, bool *out);
/* A malloc'd NUL-terminated UTF-8 copy: the caller frees it. Strings with a NUL inside are refused. */
char *get_string(napi_env env, napi_value value);
/* The bytes of a Uint8Array (or another typed array or Buffer), borrowed for the call. */
bool get_bytes(napi_env env, napi_value value, uint8_t **data, size_t *length);

/* Makers: NULL (and a pending exception) on failure. */
napi_value make_i32(napi_env env, int32_t number);
napi_value make_u32(napi_env env, uint32_t number);
napi_value make_double(napi_env env, double number);
napi_value make_string(napi_env env, const char *text);
napi_value make_undefined(napi_env env);
bool set_property(napi_env env, napi_value object, const char *name, napi_value value);

/* Removes a device's clsact qdisc unless somebody's filters are in it; true if it did. */
bool remove_clsact(int ifindex);

/* The errno number's name, such as "EPERM". */
const char *errno_name(int error);

/* What libbpf says goes to libbpfLog() instead of standard error. */
void keep_libbpf_log(void);

#endif
