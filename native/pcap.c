/* libpcap: the filter compiler, link-layer types, the list of devices. */
#include "addon.h"

#include <pcap/pcap.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Link-layer types travel in the low bits of a savefile header's last word. */
#define LINKTYPE_MASK 0x03ffffff
/* tcpdump passes no netmask either: "ip broadcast" is then 0.0.0.0 and 255.255.255.255. */
#define NO_NETMASK 0

/* The header of a savefile, host byte order (pcap-savefile(5)). */
struct savefile_header {
	uint32_t magic;
	uint16_t major, minor;
	int32_t zone;
	uint32_t accuracy, snaplen, linktype;
};

static napi_value throw_filter(napi_env env, const char *message)
{
	return throw_code(env, "EFILTER", message);
}

/* A savefile without packets, in memory. libpcap compiles otherwise for a file than for a "dead" handle: it
 * refuses inbound, ifindex and the like. It also turns the file's LINKTYPE_ value into a DLT_ value; values
 * that are no LINKTYPE_ pass unchanged, so that DLT_RAW serves as well as LINKTYPE_RAW. */
static pcap_t *open_savefile(uint32_t linktype, uint32_t snaplen, char *error)
{
	struct savefile_header header = { 0xa1b2c3d4, 2, 4, 0, 0, snaplen, linktype & LINKTYPE_MASK };
	FILE *file = fmemopen(&header, sizeof(header), "r");
	if (!file) {
		snprintf(error, PCAP_ERRBUF_SIZE, "fmemopen failed");
		return NULL;
	}
	/* libpcap has read the header when this returns; pcap_close closes the file */
	pcap_t *handle = pcap_fopen_offline(file, error);
	if (!handle)
		(void)fclose(file);
	return handle;
}

/* {instructions: Uint32Array} */
static napi_value make_filter(napi_env env, const struct bpf_program *program)
{
	napi_value buffer, array, result;
	void *data = NULL;
	size_t numbers = (size_t)program->bf_len * 4;
	if (napi_create_arraybuffer(env, numbers * sizeof(uint32_t), &data, &buffer) != napi_ok ||
	    napi_create_typedarray(env, napi_uint32_array, numbers, buffer, 0, &array) != napi_ok ||
	    napi_create_object(env, &result) != napi_ok || !set_property(env, result, "instructions", array))
		return NULL;
	uint32_t *out = data;
	for (u_int i = 0; i < program->bf_len; i++) {
		const struct bpf_insn *insn = &program->bf_insns[i];
		*out++ = insn->code;
		*out++ = insn->jt;
		*out++ = insn->jf;
		*out++ = insn->k;
	}
	return result;
}

static napi_value compile(napi_env env, pcap_t *handle, const char *expression, bool optimize)
{
	struct bpf_program program;
	if (pcap_compile(handle, &program, expression, optimize, NO_NETMASK) != 0)
		return throw_filter(env, pcap_geterr(handle));
	napi_value result = make_filter(env, &program);
	pcap_freecode(&program);
	return result;
}

/* What pcapCompile and pcapCompileDead share: (linkType, snaplen, expression, optimize). */
static napi_value compile_unopened(napi_env env, napi_callback_info info, bool savefile)
{
	napi_value argv[MAX_ARGUMENTS];
	char error[PCAP_ERRBUF_SIZE] = "";
	uint32_t linktype, snaplen;
	bool optimize;
	if (!get_arguments(env, info, 4, argv) || !get_u32(env, argv[0], &linktype) ||
	    !get_u32(env, argv[1], &snaplen) || !get_bool(env, argv[3], &optimize))
		return NULL;
	char *expression = get_string(env, argv[2]);
	if (!expression)
		return NULL;
	napi_value result = NULL;
	pcap_t *handle = open_savefile(linktype, snaplen, error);
	if (handle && !savefile) {
		int dlt = pcap_datalink(handle);
		pcap_close(handle);
		handle = pcap_open_dead(dlt, (int)snaplen);
	}
	if (handle) {
		result = compile(env, handle, expression, optimize);
		pcap_close(handle);
	} else {
		throw_filter(env, error[0] ? error : "out of memory");
	}
	free(expression);
	return result;
}

/* pcapCompile(linkType, snaplen, expression, optimize) */
static napi_value compile_savefile(napi_env env, napi_callback_info info)
{
	return compile_unopened(env, info, true);
}

/* pcapCompileDead(linkType, snaplen, expression, optimize) */
static napi_value compile_dead(napi_env env, napi_callback_info info)
{
	return compile_unopened(env, info, false);
}

static const char *activation_code(int status)
{
	switch (status) {
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return "ENODEV";
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		return "EPERM";
	case PCAP_ERROR_IFACE_NOT_UP:
		return "ENETDOWN";
	default:
		return "EPCAP";
	}
}

static void *close_handle(void *handle)
{
	pcap_close(handle);
	return NULL;
}

/* Closing a packet socket waits for RCU grace periods, 20 ms and more: a thread does it meanwhile. */
static void close_aside(pcap_t *handle)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, close_handle, handle) != 0)
		pcap_close(handle);
	else
		(void)pthread_detach(thread);
}

/* Opens a device as for a capture; NULL and a thrown error if it does not open. */
static pcap_t *open_device(napi_env env, const char *device, int snaplen)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *handle = pcap_create(device, error);
	if (!handle) {
		throw_code(env, "EPCAP", error);
		return NULL;
	}
	/* Nothing is ever read from it: the smallest ring will do. The snap length only ends up in the program. */
	int status = pcap_set_snaplen(handle, snaplen);
	if (status == 0)
		status = pcap_set_buffer_size(handle, 65536);
	if (status == 0)
		status = pcap_set_timeout(handle, 1000);
	if (status == 0)
		status = pcap_activate(handle);
	if (status < 0) {
		const char *detail = pcap_geterr(handle);
		throw_code(env, activation_code(status), detail[0] ? detail : pcap_statustostr(status));
		pcap_close(handle);
		return NULL;
	}
	return handle;
}

/* pcapCompileLive(device, snaplen, expression, optimize, dlt); dlt -1: the device's own */
static napi_value compile_live(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result = NULL;
	int32_t snaplen, dlt;
	bool optimize;
	if (!get_arguments(env, info, 5, argv) || !get_i32(env, argv[1], &snaplen) ||
	    !get_bool(env, argv[3], &optimize) || !get_i32(env, argv[4], &dlt))
		return NULL;
	char *device = get_string(env, argv[0]);
	char *expression = device ? get_string(env, argv[2]) : NULL;
	if (!expression)
		goto out;
	pcap_t *handle = open_device(env, device, snaplen);
	if (!handle)
		goto out;
	if (dlt >= 0 && pcap_set_datalink(handle, dlt) != 0)
		throw_code(env, "EPCAP", pcap_geterr(handle));
	else
		result = compile(env, handle, expression, optimize);
	close_aside(handle);
out:
	free(expression);
	free(device);
	return result;
}

/* {dlt, name, description} */
static napi_value make_link_type(napi_env env, int dlt)
{
	napi_value result = NULL;
	const char *name = pcap_datalink_val_to_name(dlt);
	const char *description = pcap_datalink_val_to_description(dlt);
	if (napi_create_object(env, &result) != napi_ok || !set_property(env, result, "dlt", make_i32(env, dlt)) ||
	    !set_property(env, result, "name", make_string(env, name ? name : "")) ||
	    !set_property(env, result, "description", make_string(env, description ? description : "")))
		return NULL;
	return result;
}

/* pcapLinkTypes(device): the link types that the device can be opened with, [{dlt, name, description}] */
static napi_value link_types(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], array = NULL;
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	char *device = get_string(env, argv[0]);
	if (!device)
		return NULL;
	pcap_t *handle = open_device(env, device, 65535);
	free(device);
	if (!handle)
		return NULL;
	int *list = NULL;
	int count = pcap_list_datalinks(handle, &list);
	if (count < 0) {
		throw_code(env, "EPCAP", pcap_geterr(handle));
		close_aside(handle);
		return NULL;
	}
	bool good = napi_create_array(env, &array) == napi_ok;
	for (int i = 0; good && i < count; i++) {
		napi_value entry = make_link_type(env, list[i]);
		good = entry && napi_set_element(env, array, (uint32_t)i, entry) == napi_ok;
	}
	pcap_free_datalinks(list);
	close_aside(handle);
	return good ? array : NULL;
}

/* pcapClocks(device): the kinds of time stamps of a device that need not exist, [{name, description}] */
static napi_value clocks(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], array = NULL;
	char error[PCAP_ERRBUF_SIZE] = "";
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	char *device = get_string(env, argv[0]);
	if (!device)
		return NULL;
	pcap_t *handle = pcap_create(device, error);
	free(device);
	if (!handle)
		return throw_code(env, "EPCAP", error);
	int *list = NULL;
	int count = pcap_list_tstamp_types(handle, &list);
	if (count < 0) {
		throw_code(env, "EPCAP", pcap_geterr(handle));
		pcap_close(handle);
		return NULL;
	}
	bool good = napi_create_array(env, &array) == napi_ok;
	for (int i = 0; good && i < count; i++) {
		const char *name = pcap_tstamp_type_val_to_name(list[i]);
		const char *description = pcap_tstamp_type_val_to_description(list[i]);
		napi_value entry = NULL;
		good = napi_create_object(env, &entry) == napi_ok &&
		       set_property(env, entry, "name", make_string(env, name ? name : "")) &&
		       set_property(env, entry, "description", make_string(env, description ? description : "")) &&
		       napi_set_element(env, array, (uint32_t)i, entry) == napi_ok;
	}
	pcap_free_tstamp_types(list);
	pcap_close(handle);
	return good ? array : NULL;
}

/* pcapIsClock(name): true if there are time stamps of that kind anywhere */
static napi_value is_clock(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result;
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	char *name = get_string(env, argv[0]);
	if (!name)
		return NULL;
	bool known = pcap_tstamp_type_name_to_val(name) >= 0;
	free(name);
	return napi_get_boolean(env, known, &result) == napi_ok ? result : NULL;
}

/* pcapCanMonitor(device): true if libpcap can put it into monitor mode */
static napi_value can_monitor(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], result;
	char error[PCAP_ERRBUF_SIZE] = "";
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	char *device = get_string(env, argv[0]);
	if (!device)
		return NULL;
	pcap_t *handle = pcap_create(device, error);
	free(device);
	if (!handle)
		return throw_code(env, "EPCAP", error);
	int status = pcap_can_set_rfmon(handle);
	if (status < 0) {
		const char *detail = pcap_geterr(handle);
		throw_code(env, activation_code(status), detail[0] ? detail : pcap_statustostr(status));
		pcap_close(handle);
		return NULL;
	}
	pcap_close(handle);
	return napi_get_boolean(env, status == 1, &result) == napi_ok ? result : NULL;
}

/* pcapVersion() */
static napi_value version(napi_env env, napi_callback_info info)
{
	(void)info;
	return make_string(env, pcap_lib_version());
}

/* pcapDevices(): [{name, description, flags}] */
static napi_value devices(napi_env env, napi_callback_info info)
{
	(void)info;
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_if_t *list = NULL;
	if (pcap_findalldevs(&list, error) != 0)
		return throw_code(env, "EPCAP", error);
	napi_value array = NULL;
	bool good = napi_create_array(env, &array) == napi_ok;
	uint32_t index = 0;
	for (pcap_if_t *row = list; good && row; row = row->next) {
		napi_value entry = NULL;
		good = napi_create_object(env, &entry) == napi_ok &&
		       set_property(env, entry, "name", make_string(env, row->name)) &&
		       set_property(env, entry, "description",
				    make_string(env, row->description ? row->description : "")) &&
		       set_property(env, entry, "flags", make_u32(env, row->flags)) &&
		       napi_set_element(env, array, index++, entry) == napi_ok;
	}
	pcap_freealldevs(list);
	return good ? array : NULL;
}

/* pcapLinkType(linkType): {dlt, name, description} */
static napi_value link_type(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	char error[PCAP_ERRBUF_SIZE] = "";
	uint32_t linktype;
	if (!get_arguments(env, info, 1, argv) || !get_u32(env, argv[0], &linktype))
		return NULL;
	pcap_t *handle = open_savefile(linktype, 65535, error);
	if (!handle)
		return throw_code(env, "EPCAP", error);
	int dlt = pcap_datalink(handle);
	pcap_close(handle);
	return make_link_type(env, dlt);
}

/* pcapLinkTypeByName(name): DLT_ value, -1 if there is none of that name */
static napi_value link_type_by_name(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS];
	if (!get_arguments(env, info, 1, argv))
		return NULL;
	char *name = get_string(env, argv[0]);
	if (!name)
		return NULL;
	int dlt = pcap_datalink_name_to_val(name);
	free(name);
	return make_i32(env, dlt);
}

const struct addon_function pcap_functions[] = {
	{ "pcapVersion", version },
	{ "pcapDevices", devices },
	{ "pcapCompile", compile_savefile },
	{ "pcapCompileDead", compile_dead },
	{ "pcapCompileLive", compile_live },
	{ "pcapLinkType", link_type },
	{ "pcapLinkTypeByName", link_type_by_name },
	{ "pcapLinkTypes", link_types },
	{ "pcapClocks", clocks },
	{ "pcapIsClock", is_clock },
	{ "pcapCanMonitor", can_monitor },
	{ NULL, NULL },
};
