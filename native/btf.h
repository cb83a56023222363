/* Files of type information, as the parts of the addon that read them share them. */
#ifndef PTCPDUMP_BTF_H
#define PTCPDUMP_BTF_H

#include <linux/btf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct btf_file {
	const uint8_t *bytes;
	size_t length;
	bool mapped; /* shared with the kernel (Linux 6.16), else copied */
};

/* Reads a file, or the section .BTF of an ELF file. False with errno where that fails. Whether the contents fit
 * together is for the caller to find out. */
bool btf_open(const char *path, struct btf_file *file);
void btf_close(struct btf_file *file);

/* Bytes of a type beyond struct btf_type; SIZE_MAX for a kind that is not known. */
size_t btf_more_bytes(const struct btf_type *type);

/* The types that an eBPF object asks for, from this file, and where `modules` is set from the kernel's modules: the
 * descriptor of a file in memory. -1 where that cannot be done: then libbpf has to take the file itself. */
int reduced_btf(const char *path, bool modules, const uint8_t *object, size_t length);

#endif
