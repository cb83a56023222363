/* The kernel's type information (Documentation/bpf/btf.rst), only so far as to tell which functions and which
 * tracepoints (typedefs named btf_trace_…) it has. libbpf would make an index of all of it first. */
#include "addon.h"
#include "btf.h"

#include <bpf/btf.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* 16 MiB: a kernel's is about 6. */
#define MOST (16u << 20)

size_t btf_more_bytes(const struct btf_type *type)
{
	size_t count = BTF_INFO_VLEN(type->info);
	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return sizeof(uint32_t);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return count * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return count * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
		return count * 12; /* struct btf_enum64, which older headers lack */
	case BTF_KIND_FUNC_PROTO:
		return count * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return count * sizeof(struct btf_var_secinfo);
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPE_TAG:
		return 0;
	default:
		return SIZE_MAX;
	}
}

static uint8_t *copy_file(int fd, size_t *length)
{
	uint8_t *data = malloc(MOST);
	size_t used = 0;
	int error = data ? 0 : ENOMEM;
	/* sysfs gives a page at a time */
	while (data && used < MOST) {
		ssize_t n = read(fd, data + used, MOST - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			error = errno;
		if (n <= 0)
			break;
		used += (size_t)n;
	}
	if (error) {
		free(data);
		errno = error;
		return NULL;
	}
	*length = used;
	return data;
}

static bool read_file(const char *path, struct btf_file *file)
{
	struct stat about;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	*file = (struct btf_file){};
	/* a file on a disk may be cut while it is mapped; the kernel's own cannot */
	if (strncmp(path, "/sys/", 5) == 0 && fstat(fd, &about) == 0 && about.st_size > 0 && about.st_size <= MOST) {
		void *shared = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (shared != MAP_FAILED)
			*file = (struct btf_file){ .bytes = shared, .length = (size_t)about.st_size, .mapped = true };
	}
	if (!file->mapped)
		file->bytes = copy_file(fd, &file->length);
	int error = errno;
	close(fd);
	errno = error;
	return file->bytes != NULL;
}

void btf_close(struct btf_file *file)
{
	if (file->mapped)
		munmap((void *)file->bytes, file->length);
	else
		free((void *)file->bytes);
	*file = (struct btf_file){};
}

bool btf_open(const char *path, struct btf_file *file)
{
	if (!read_file(path, file))
		return false;
	if (file->length < SELFMAG || memcmp(file->bytes, ELFMAG, SELFMAG) != 0)
		return true;
	btf_close(file);
	keep_libbpf_log();
	struct btf *btf = btf__parse_elf(path, NULL);
	if (!btf) {
		/* whatever is wrong with it, and not with reading it */
		errno = EINVAL;
		return false;
	}
	uint32_t size = 0;
	const void *raw = btf__raw_data(btf, &size);
	uint8_t *copy = raw ? malloc(size) : NULL;
	if (copy) {
		memcpy(copy, raw, size);
		*file = (struct btf_file){ .bytes = copy, .length = size };
	}
	btf__free(btf);
	if (!copy)
		errno = ENOMEM;
	return copy != NULL;
}

/* Fills offsets[i] with the place of names[i] in the string section, where each name stands once; 0: nowhere. */
static void find_names(const char *strings, size_t length, char *const *names, uint32_t *offsets, uint32_t count)
{
	const char *end = strings + length, *at = strings, *stop;
	for (; at < end && (stop = memchr(at, 0, (size_t)(end - at))) != NULL; at = stop + 1)
		for (uint32_t i = 0; i < count; i++)
			if (*at == *names[i] && strcmp(at, names[i]) == 0)
				offsets[i] = (uint32_t)(at - strings);
}

/* Fills ids[i] with the type id of the function or typedef names[i]. False where this is no BTF. */
static bool find_types(const uint8_t *data, size_t length, char *const *names, uint32_t *ids, uint32_t count)
{
	const struct btf_header *head = (const void *)data;
	if (length < sizeof(*head) || head->magic != BTF_MAGIC || head->hdr_len < sizeof(*head) || head->hdr_len > length)
		return false;
	size_t room = length - head->hdr_len;
	if (head->type_off > room || head->type_len > room - head->type_off || head->str_off > room ||
	    head->str_len > room - head->str_off || head->type_off % 4)
		return false;
	const char *strings = (const char *)data + head->hdr_len + head->str_off;
	uint32_t *offsets = calloc(count, sizeof(*offsets));
	if (!offsets)
		return false;
	find_names(strings, head->str_len, names, offsets, count);
	const uint8_t *at = data + head->hdr_len + head->type_off;
	size_t left = head->type_len;
	bool fine = true;
	for (uint32_t id = 1; left >= sizeof(struct btf_type); id++) {
		struct btf_type type;
		memcpy(&type, at, sizeof(type));
		size_t more = btf_more_bytes(&type);
		if (more > left - sizeof(type)) {
			fine = false;
			break;
		}
		uint32_t kind = BTF_INFO_KIND(type.info);
		if (kind == BTF_KIND_FUNC || kind == BTF_KIND_TYPEDEF)
			for (uint32_t i = 0; i < count; i++)
				if (offsets[i] && offsets[i] == type.name_off)
					ids[i] = id;
		at += sizeof(type) + more;
		left -= sizeof(type) + more;
	}
	free(offsets);
	return fine;
}

/* btfTypes(path, names): the ids of the functions and typedefs of these names, 0 for those that are not there.
 * Throws EINVAL where the file is no BTF, or has a kind of type that nobody knew when this was written. */
static napi_value btf_types(napi_env env, napi_callback_info info)
{
	napi_value argv[MAX_ARGUMENTS], item, result = NULL;
	uint32_t count = 0, got = 0;
	if (!get_arguments(env, info, 2, argv) || napi_get_array_length(env, argv[1], &count) != napi_ok)
		return NULL;
	char *path = get_string(env, argv[0]);
	if (!path)
		return NULL;
	char **names = calloc(count + 1, sizeof(*names));
	uint32_t *ids = calloc(count + 1, sizeof(*ids));
	struct btf_file file = {};
	if (!names || !ids) {
		throw_errno(env, ENOMEM, "BTF");
		goto out;
	}
	for (; got < count; got++) {
		if (napi_get_element(env, argv[1], got, &item) != napi_ok || !(names[got] = get_string(env, item)))
			goto out;
	}
	if (!btf_open(path, &file)) {
		throw_errno(env, errno, path);
		goto out;
	}
	if (!find_types(file.bytes, file.length, names, ids, count)) {
		throw_errno(env, EINVAL, path);
		goto out;
	}
	if (napi_create_array_with_length(env, count, &result) != napi_ok)
		goto out;
	for (uint32_t i = 0; i < count; i++) {
		item = make_u32(env, ids[i]);
		if (!item || napi_set_element(env, result, i, item) != napi_ok) {
			result = NULL;
			break;
		}
	}
out:
	for (uint32_t i = 0; names && i < got; i++)
		free(names[i]);
	free(names);
	free(ids);
	btf_close(&file);
	free(path);
	return result;
}

const struct addon_function btf_functions[] = {
	{ "btfTypes", btf_types },
	{ NULL, NULL },
};
