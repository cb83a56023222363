/* A kernel's type information, cut down to what the CO-RE relocations of one eBPF object ask for. libbpf goes through
 * all hundred thousand types once for each type that an object names; through these few it is done at once.
 *
 * Kept are the types that the relocations start from, by name, and what lies inside them. What they only point to is
 * left out: libbpf does not look behind pointers (tools/lib/bpf/relo_core.c). Formats: Documentation/bpf/btf.rst. */
#include "addon.h"
#include "btf.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MODULES "/sys/kernel/btf"
/* The first type of the result: what every pointer has become. */
#define POINTER 1
#define BUCKETS 256
/* struct bpf_core_relo of linux/bpf.h (Linux 5.17), and BPF_CORE_TYPE_ID_TARGET. */
#define RELOCATION_TYPE 4
#define RELOCATION_KIND 12
#define RELOCATES_TYPE_ID 7
/* More than any kernel has: a file that claims more is not cut down. */
#define MOST_TYPES (1u << 22)

struct wanted_name {
	const char *text;
	size_t length;
	int next;   /* in its bucket; -1: the last */
	bool found; /* a type of this name is there */
};

struct wanted {
	struct wanted_name *names;
	int count;
	int buckets[BUCKETS];
};

/* One file's types: the kernel's, or those that a module adds to them (ids and strings go on where the kernel's end). */
struct types {
	const struct types *base; /* NULL: the kernel's own */
	const uint8_t *bytes;	  /* the section of types */
	const char *strings;
	uint32_t first_string, string_bytes;
	uint32_t first, count;
	uint32_t *places;  /* where each type begins */
	uint32_t *numbers; /* in the result; 0: not in it */
};

struct root {
	const struct types *of;
	uint32_t id;
};

struct growing {
	uint8_t *bytes;
	size_t used, room;
};

struct result {
	struct growing types, strings, taken; /* taken: struct root, in the order of their numbers */
	size_t copied;			      /* bytes of `taken` that are in `types` */
	uint32_t count;
	bool failed;
};

static unsigned int bucket_of(const char *text, size_t length)
{
	return ((unsigned char)text[0] * 31u + (unsigned char)text[length - 1] * 7u + (unsigned int)length) % BUCKETS;
}

static struct wanted_name *find_wanted(const struct wanted *wanted, const char *text, size_t length)
{
	if (length == 0)
		return NULL;
	for (int at = wanted->buckets[bucket_of(text, length)]; at >= 0; at = wanted->names[at].next)
		if (wanted->names[at].length == length && memcmp(wanted->names[at].text, text, length) == 0)
			return &wanted->names[at];
	return NULL;
}

/* A name without its flavour: struct file___old stands for the kernel's struct file. */
static size_t essential_length(const char *name)
{
	size_t length = strlen(name);
	for (size_t at = length; at > 3; at--)
		if (strncmp(name + at - 3, "___", 3) == 0 && at - 3 > 0 && name[at] && name[at] != '_' && name[at - 4] != '_')
			return at - 3;
	return length;
}

static const void *section(const uint8_t *object, size_t length, const char *name, size_t *size)
{
	Elf64_Ehdr head;
	if (length < sizeof(head))
		return NULL;
	memcpy(&head, object, sizeof(head));
	if (memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_shentsize != sizeof(Elf64_Shdr) || head.e_shoff > length ||
	    (length - head.e_shoff) / sizeof(Elf64_Shdr) < head.e_shnum || head.e_shstrndx >= head.e_shnum)
		return NULL;
	Elf64_Shdr names, at;
	memcpy(&names, object + head.e_shoff + head.e_shstrndx * sizeof(names), sizeof(names));
	if (names.sh_offset > length || names.sh_size > length - names.sh_offset)
		return NULL;
	for (unsigned int i = 0; i < head.e_shnum; i++) {
		memcpy(&at, object + head.e_shoff + i * sizeof(at), sizeof(at));
		if (at.sh_name >= names.sh_size || at.sh_offset > length || at.sh_size > length - at.sh_offset)
			continue;
		const char *own = (const char *)object + names.sh_offset + at.sh_name;
		size_t room = names.sh_size - at.sh_name;
		if (strnlen(own, room) < room && strcmp(own, name) == 0) {
			*size = at.sh_size;
			return object + at.sh_offset;
		}
	}
	return NULL;
}

/* Reads the head of type information and goes through its types. False where something does not fit together. */
static bool open_types(struct types *types, const void *data, size_t length, const struct types *base)
{
	struct btf_header head;
	*types = (struct types){ .base = base, .first = 1 };
	if (base) {
		types->first = base->first + base->count;
		types->first_string = base->first_string + base->string_bytes;
	}
	if (length < sizeof(head))
		return false;
	memcpy(&head, data, sizeof(head));
	if (head.magic != BTF_MAGIC || head.hdr_len < sizeof(head) || head.hdr_len > length)
		return false;
	size_t room = length - head.hdr_len;
	if (head.type_off > room || head.type_len > room - head.type_off || head.str_off > room ||
	    head.str_len > room - head.str_off || head.str_len == 0)
		return false;
	types->bytes = (const uint8_t *)data + head.hdr_len + head.type_off;
	types->strings = (const char *)data + head.hdr_len + head.str_off;
	types->string_bytes = head.str_len;
	if (types->strings[head.str_len - 1] != 0)
		return false;
	uint32_t most = head.type_len / sizeof(struct btf_type);
	if (most > MOST_TYPES)
		return false;
	types->places = malloc((most + 1) * sizeof(*types->places));
	types->numbers = calloc(most + 1, sizeof(*types->numbers));
	if (!types->places || !types->numbers)
		return false;
	for (uint32_t at = 0; head.type_len - at >= sizeof(struct btf_type);) {
		struct btf_type type;
		memcpy(&type, types->bytes + at, sizeof(type));
		size_t more = btf_more_bytes(&type);
		if (more > head.type_len - at - sizeof(type))
			return false;
		types->places[types->count++] = at;
		at += (uint32_t)(sizeof(type) + more);
	}
	return true;
}

static void close_types(struct types *types)
{
	free(types->places);
	free(types->numbers);
}

/* The file that an id of these types belongs to; NULL where there is no such type. */
static const struct types *owner_of(const struct types *types, uint32_t id)
{
	while (types && id < types->first)
		types = types->base;
	return types && id - types->first < types->count ? types : NULL;
}

static const char *string_of(const struct types *types, uint32_t offset)
{
	while (types->base && offset < types->first_string)
		types = types->base;
	return offset - types->first_string < types->string_bytes ? types->strings + (offset - types->first_string) : "";
}

static struct btf_type type_of(const struct types *types, uint32_t id)
{
	struct btf_type type;
	memcpy(&type, types->bytes + types->places[id - types->first], sizeof(type));
	return type;
}

static void append(struct result *result, struct growing *to, const void *bytes, size_t length)
{
	if (result->failed)
		return;
	if (to->room - to->used < length) {
		size_t room = (to->room + length) * 2;
		uint8_t *larger = realloc(to->bytes, room);
		if (!larger) {
			result->failed = true;
			return;
		}
		to->bytes = larger;
		to->room = room;
	}
	memcpy(to->bytes + to->used, bytes, length);
	to->used += length;
}

static uint32_t add_string(struct result *result, const struct types *types, uint32_t offset)
{
	const char *text = string_of(types, offset);
	if (!*text)
		return 0;
	uint32_t at = (uint32_t)result->strings.used;
	append(result, &result->strings, text, strlen(text) + 1);
	return at;
}

/* A type's number in the result, where it gets a place if it has none. */
static uint32_t number_of(struct result *result, const struct types *types, uint32_t id)
{
	const struct types *of = owner_of(types, id);
	if (!of)
		return 0; /* void, or damaged: libbpf then finds nothing in it */
	struct btf_type type = type_of(of, id);
	switch (BTF_INFO_KIND(type.info)) {
	case BTF_KIND_PTR:
		return POINTER;
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_FWD:
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ARRAY:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		break;
	default:
		return 0; /* a function's type has no size */
	}
	uint32_t *number = &of->numbers[id - of->first];
	if (*number == 0) {
		struct root root = { .of = of, .id = id };
		append(result, &result->taken, &root, sizeof(root));
		*number = ++result->count;
	}
	return *number;
}

/* Writes a type that was taken; what lies inside is taken, too. */
static void copy_type(struct result *result, const struct types *types, uint32_t id)
{
	struct btf_type type = type_of(types, id);
	const uint8_t *from = types->bytes + types->places[id - types->first] + sizeof(type);
	uint32_t kind = BTF_INFO_KIND(type.info), count = BTF_INFO_VLEN(type.info);
	size_t more = btf_more_bytes(&type);
	type.name_off = add_string(result, types, type.name_off);
	if (kind == BTF_KIND_TYPEDEF || kind == BTF_KIND_VOLATILE || kind == BTF_KIND_CONST || kind == BTF_KIND_RESTRICT ||
	    kind == BTF_KIND_TYPE_TAG)
		type.type = number_of(result, types, type.type);
	append(result, &result->types, &type, sizeof(type));
	if (kind == BTF_KIND_ARRAY) {
		struct btf_array array;
		memcpy(&array, from, sizeof(array));
		array.type = number_of(result, types, array.type);
		array.index_type = number_of(result, types, array.index_type);
		append(result, &result->types, &array, sizeof(array));
	} else if (kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION) {
		for (uint32_t i = 0; i < count; i++) {
			struct btf_member member;
			memcpy(&member, from + i * sizeof(member), sizeof(member));
			member.name_off = add_string(result, types, member.name_off);
			member.type = number_of(result, types, member.type);
			append(result, &result->types, &member, sizeof(member));
		}
	} else if (kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64) {
		size_t size = count ? more / count : 0;
		for (uint32_t i = 0; i < count; i++) {
			uint32_t name;
			memcpy(&name, from + i * size, sizeof(name));
			name = add_string(result, types, name);
			append(result, &result->types, &name, sizeof(name));
			append(result, &result->types, from + i * size + sizeof(name), size - sizeof(name));
		}
	} else {
		append(result, &result->types, from, more);
	}
}

/* Takes the types of these names that are there, and marks the names as found. */
static void take_wanted(struct result *result, const struct types *types, struct wanted *wanted)
{
	/* a type's name is a string's place: looked up once for each string, not for each type */
	uint8_t *marks = calloc(types->string_bytes / 8 + 1, 1);
	if (!marks) {
		result->failed = true;
		return;
	}
	bool any = false;
	for (uint32_t at = 0; at < types->string_bytes;) {
		size_t length = strlen(types->strings + at);
		if (find_wanted(wanted, types->strings + at, length)) {
			marks[at / 8] |= (uint8_t)(1u << at % 8);
			any = true;
		}
		at += (uint32_t)length + 1;
	}
	for (uint32_t i = 0; any && i < types->count; i++) {
		struct btf_type type = type_of(types, types->first + i);
		uint32_t at = type.name_off - types->first_string, kind = BTF_INFO_KIND(type.info);
		if (at >= types->string_bytes || !(marks[at / 8] & 1u << at % 8) || kind == BTF_KIND_FWD ||
		    kind == BTF_KIND_FUNC)
			continue;
		if (number_of(result, types, types->first + i)) {
			const char *name = types->strings + at;
			find_wanted(wanted, name, strlen(name))->found = true;
		}
	}
	free(marks);
}

/* The names of the types that an object's relocations start from. They lie in the object. */
static bool read_wanted(struct wanted *wanted, const uint8_t *object, size_t length)
{
	struct {
		uint16_t magic;
		uint8_t version, flags;
		uint32_t head_length, functions[2], lines[2], relocations, relocations_length;
	} head;
	size_t types_size, more_size;
	const void *own = section(object, length, ".BTF", &types_size);
	const uint8_t *more = section(object, length, ".BTF.ext", &more_size);
	struct types types = {};
	bool fine = false;
	for (int i = 0; i < BUCKETS; i++)
		wanted->buckets[i] = -1;
	if (!own || !more || more_size < sizeof(head) || !open_types(&types, own, types_size, NULL))
		goto out;
	memcpy(&head, more, sizeof(head));
	if (head.magic != BTF_MAGIC || head.head_length < sizeof(head) || head.head_length > more_size ||
	    head.relocations > more_size - head.head_length ||
	    head.relocations_length > more_size - head.head_length - head.relocations || head.relocations_length < 4)
		goto out;
	const uint8_t *at = more + head.head_length + head.relocations, *end = at + head.relocations_length;
	uint32_t size, part[2], id, kind;
	memcpy(&size, at, sizeof(size));
	if (size < RELOCATION_KIND + sizeof(kind))
		goto out;
	wanted->names = calloc(types.count + 1, sizeof(*wanted->names));
	if (!wanted->names)
		goto out;
	for (at += sizeof(size); (size_t)(end - at) >= sizeof(part);) {
		memcpy(part, at, sizeof(part));
		at += sizeof(part);
		for (uint32_t i = 0; i < part[1]; i++, at += size) {
			if ((size_t)(end - at) < size)
				goto out;
			memcpy(&id, at + RELOCATION_TYPE, sizeof(id));
			memcpy(&kind, at + RELOCATION_KIND, sizeof(kind));
			/* the number of a type is another one here */
			if (owner_of(&types, id) == NULL || kind == RELOCATES_TYPE_ID)
				goto out;
			uint32_t *seen = &types.numbers[id - types.first];
			const char *name = string_of(&types, type_of(&types, id).name_off);
			size_t essential = essential_length(name);
			if ((*seen)++ || essential == 0 || find_wanted(wanted, name, essential))
				continue;
			int *bucket = &wanted->buckets[bucket_of(name, essential)];
			wanted->names[wanted->count] =
				(struct wanted_name){ .text = name, .length = essential, .next = *bucket };
			*bucket = wanted->count++;
		}
	}
	fine = true;
out:
	close_types(&types);
	return fine;
}

static bool all_found(const struct wanted *wanted)
{
	for (int i = 0; i < wanted->count; i++)
		if (!wanted->names[i].found)
			return false;
	return true;
}

/* Writes what was taken since the last time; it grows on the way. */
static void copy_taken(struct result *result)
{
	for (; result->copied < result->taken.used && !result->failed; result->copied += sizeof(struct root)) {
		struct root root;
		memcpy(&root, result->taken.bytes + result->copied, sizeof(root));
		copy_type(result, root.of, root.id);
	}
}

static int written(struct result *result)
{
	struct btf_header head = { .magic = BTF_MAGIC, .version = 1, .hdr_len = sizeof(head) };
	head.type_len = (uint32_t)result->types.used;
	head.str_off = head.type_len;
	head.str_len = (uint32_t)result->strings.used;
	int fd = result->failed ? -1 : memfd_create("ptcpdump types", MFD_CLOEXEC);
	if (fd < 0)
		return -1;
	if (write(fd, &head, sizeof(head)) == sizeof(head) &&
	    write(fd, result->types.bytes, result->types.used) == (ssize_t)result->types.used &&
	    write(fd, result->strings.bytes, result->strings.used) == (ssize_t)result->strings.used)
		return fd;
	close(fd);
	return -1;
}

/* Modules, for names that the kernel itself does not have. What each adds is copied before the next is opened. */
static void take_from_modules(struct result *result, const struct types *base, struct wanted *wanted)
{
	DIR *folder = opendir(MODULES);
	if (!folder)
		return;
	struct dirent *entry;
	while (!result->failed && !all_found(wanted) && (entry = readdir(folder)) != NULL) {
		char path[sizeof(MODULES) + 1 + sizeof(entry->d_name)];
		struct btf_file file;
		struct types types;
		if (entry->d_name[0] == '.' || strcmp(entry->d_name, "vmlinux") == 0)
			continue;
		snprintf(path, sizeof(path), MODULES "/%s", entry->d_name);
		if (!btf_open(path, &file))
			continue;
		if (open_types(&types, file.bytes, file.length, base)) {
			/* names that the kernel has are its own */
			struct wanted rest = *wanted;
			for (int i = 0; i < BUCKETS; i++)
				rest.buckets[i] = -1;
			for (int i = 0; i < rest.count; i++)
				if (!rest.names[i].found) {
					int *bucket = &rest.buckets[bucket_of(rest.names[i].text, rest.names[i].length)];
					rest.names[i].next = *bucket;
					*bucket = i;
				}
			take_wanted(result, &types, &rest);
			copy_taken(result);
		}
		close_types(&types);
		btf_close(&file);
	}
	closedir(folder);
}

int reduced_btf(const char *path, bool modules, const uint8_t *object, size_t length)
{
	struct wanted wanted = {};
	struct result result = {};
	struct types types = {};
	struct btf_file file = {};
	int fd = -1;
	if (!read_wanted(&wanted, object, length) || !btf_open(path, &file) ||
	    !open_types(&types, file.bytes, file.length, NULL))
		goto out;
	const struct btf_type pointer = { .info = BTF_KIND_PTR << 24 };
	append(&result, &result.types, &pointer, sizeof(pointer));
	append(&result, &result.strings, "", 1);
	result.count = POINTER;
	take_wanted(&result, &types, &wanted);
	copy_taken(&result);
	if (modules && !all_found(&wanted))
		take_from_modules(&result, &types, &wanted);
	fd = written(&result);
out:
	free(wanted.names);
	free(result.types.bytes);
	free(result.strings.bytes);
	free(result.taken.bytes);
	close_types(&types);
	btf_close(&file);
	return fd;
}
