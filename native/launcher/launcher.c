/* The one file that is ptcpdump (make dist): this program, and behind it a tar archive in zstd with everything else: Node,
 * the libraries that it and the addon need (glibc and its loader among them), the bundle and the eBPF objects. It unpacks
 * the archive once, into a folder that is called by the archive's checksum and that nobody else can write to, and becomes
 * Node. It is linked statically, so that it needs nothing of the system but the kernel and a folder to write in.
 *
 * Behind the archive, the last bytes of the file: struct trailer. */
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MAGIC "ptcpdump archive"
#define ID_SIZE 32
#define HEXADECIMAL "0123456789abcdef"
#define MODE_OWN 0700
/* tar's block */
#define BLOCK 512
/* Of a file the most that is written at once. */
#define PIECE (1u << 20)
/* The archive was made with a window as large: that much memory is taken while it is unpacked. */
#define WINDOW_LOG 27

struct trailer {
	char magic[16];
	/* bytes of the archive, which ends where this begins; little-endian, as all that it runs on */
	uint64_t size;
	/* the archive's checksum in hexadecimal, which names the folder */
	char id[ID_SIZE];
};

static const char *program = "ptcpdump";

static int complain(const char *what, const char *about, int error)
{
	fprintf(stderr, "ptcpdump: %s: %s%s%s\n", about, what, error ? ": " : "", error ? strerror(error) : "");
	return -1;
}

/* The file that this is, and its path: by /proc, or as the kernel was told to run it. */
static int open_self(char path[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
	path[length > 0 ? length : 0] = 0;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (length > 0 && fd >= 0)
		return fd;
	const char *told = (const char *)getauxval(AT_EXECFN);
	if (!told || !realpath(told, path))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Maps the archive. */
static const uint8_t *map_archive(int fd, struct trailer *trailer)
{
	struct stat status;
	if (fstat(fd, &status) < 0 || status.st_size < (off_t)sizeof(*trailer))
		return NULL;
	off_t end = status.st_size - (off_t)sizeof(*trailer);
	if (pread(fd, trailer, sizeof(*trailer), end) != (ssize_t)sizeof(*trailer) ||
	    memcmp(trailer->magic, MAGIC, sizeof(trailer->magic)) != 0 || trailer->size > (uint64_t)end)
		return NULL;
	for (size_t i = 0; i < ID_SIZE; i++)
		if (!memchr(HEXADECIMAL, trailer->id[i], sizeof(HEXADECIMAL) - 1))
			return NULL;
	off_t start = end - (off_t)trailer->size, page = start & ~(off_t)(sysconf(_SC_PAGESIZE) - 1);
	const uint8_t *map = mmap(NULL, (size_t)(end - page), PROT_READ, MAP_PRIVATE, fd, page);
	return map == MAP_FAILED ? NULL : map + (start - page);
}

/* Unpacked bytes, read as a stream. */
struct reader {
	ZSTD_DStream *stream;
	ZSTD_inBuffer in;
	/* zstd's verdict on the whole, with its checksum: 0 once the last frame has ended well */
	size_t left;
};

/* Fills `size` bytes; false where the archive is damaged. */
static bool read_bytes(struct reader *reader, void *bytes, size_t size)
{
	ZSTD_outBuffer out = { .dst = bytes, .size = size };
	while (out.pos < out.size) {
		size_t in = reader->in.pos, before = out.pos;
		reader->left = ZSTD_decompressStream(reader->stream, &out, &reader->in);
		if (ZSTD_isError(reader->left) || (out.pos == before && reader->in.pos == in))
			return false;
	}
	return true;
}

/* The end of the last frame, where its checksum is compared. */
static bool read_end(struct reader *reader)
{
	uint8_t beyond[BLOCK];
	while (reader->left != 0) {
		ZSTD_outBuffer out = { .dst = beyond, .size = sizeof(beyond) };
		size_t in = reader->in.pos;
		reader->left = ZSTD_decompressStream(reader->stream, &out, &reader->in);
		if (ZSTD_isError(reader->left) || (reader->in.pos == in && out.pos == 0))
			return false;
	}
	return true;
}

static bool write_bytes(int fd, const uint8_t *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		size -= (size_t)n;
	}
	return true;
}

/* ustar's header, as far as it is used. */
struct header {
	char name[100], mode[8], owner[16], size[12], rest[20], type, more[BLOCK - 157];
};
_Static_assert(sizeof(struct header) == BLOCK, "tar's header");

/* One file or folder of the archive; errno is 0 where the archive is at fault. */
static bool unpack_entry(struct reader *reader, int folder, const struct header *header)
{
	char name[sizeof(header->name) + 1] = { 0 }, number[sizeof(header->size) + 1] = { 0 };
	memcpy(name, header->name, sizeof(header->name));
	memcpy(number, header->size, sizeof(header->size));
	uint64_t size = strtoull(number, NULL, 8);
	errno = 0;
	if (name[0] == '/' || strstr(name, ".."))
		return false;
	if (header->type == '5')
		return mkdirat(folder, name, MODE_OWN) == 0 || errno == EEXIST;
	if (header->type != '0')
		return false;
	memset(number, 0, sizeof(number));
	memcpy(number, header->mode, sizeof(header->mode));
	mode_t mode = (mode_t)strtoul(number, NULL, 8) & MODE_OWN;
	uint8_t *piece = malloc(PIECE);
	int fd = piece ? openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode) : -1;
	bool fine = fd >= 0;
	for (uint64_t left = size; fine && left > 0;) {
		size_t part = left < PIECE ? (size_t)left : PIECE;
		errno = 0;
		fine = read_bytes(reader, piece, part) && write_bytes(fd, piece, part);
		left -= part;
	}
	int error = errno;
	free(piece);
	if (fd >= 0 && close(fd) < 0 && fine) {
		error = errno;
		fine = false;
	}
	uint8_t padding[BLOCK];
	if (fine && size % BLOCK) {
		error = 0;
		fine = read_bytes(reader, padding, BLOCK - size % BLOCK);
	}
	errno = error;
	return fine;
}

/* Unpacks everything into the folder; errno is 0 where the archive is at fault. */
static bool unpack(const uint8_t *archive, size_t size, int folder)
{
	struct reader reader = { .stream = ZSTD_createDStream(), .in = { archive, size, 0 }, .left = 1 };
	struct header header;
	static const struct header end;
	if (!reader.stream) {
		errno = ENOMEM;
		return false;
	}
	ZSTD_DCtx_setParameter(reader.stream, ZSTD_d_windowLogMax, WINDOW_LOG);
	bool fine;
	do {
		errno = 0;
		fine = read_bytes(&reader, &header, sizeof(header));
		if (!fine || memcmp(&header, &end, sizeof(header)) == 0)
			break;
		fine = unpack_entry(&reader, folder, &header);
	} while (fine);
	if (fine) {
		errno = 0;
		fine = read_end(&reader);
	}
	int error = errno;
	ZSTD_freeDStream(reader.stream);
	errno = error;
	return fine;
}

/* Removes a folder of ours and what is in it. */
static void remove_tree(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	if (folder) {
		for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
			if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
				continue;
			if (unlinkat(fd, entry->d_name, 0) < 0)
				remove_tree(fd, entry->d_name);
		}
		closedir(folder);
	}
	unlinkat(parent, name, AT_REMOVEDIR);
}

/* True for the name of an unpacked archive, or of one that is being unpacked. */
static bool is_ours(const char *name)
{
	bool partial = name[0] == '.';
	name += partial;
	size_t digits = strspn(name, HEXADECIMAL);
	return digits == ID_SIZE && name[digits] == (partial ? '.' : 0);
}

/* Removes what others unpacked there and do not use any more: older versions, and what one that was killed left. */
static void remove_others(int parent, const char *keep)
{
	int fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
		if (!is_ours(entry->d_name) || strcmp(entry->d_name, keep) == 0)
			continue;
		int other = openat(parent, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (other < 0)
			continue;
		/* whoever runs from it, or still unpacks it, holds it shared */
		if (flock(other, LOCK_EX | LOCK_NB) == 0)
			remove_tree(parent, entry->d_name);
		close(other);
	}
	if (folder)
		closedir(folder);
}

/* Opens a folder that is this user's alone, making it where it is not there; -1 with errno otherwise. */
static int open_private(const char *path)
{
	if (mkdir(path, MODE_OWN) < 0 && errno != EEXIST)
		return -1;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;
	struct statvfs system;
	if (fd < 0 || fstat(fd, &status) < 0 || fstatvfs(fd, &system) < 0)
		goto out;
	if (status.st_uid != geteuid() || (status.st_mode & (S_IRWXG | S_IRWXO)))
		errno = EPERM;
	else if (system.f_flag & ST_NOEXEC)
		errno = EACCES;
	else
		return fd;
out:
	if (fd >= 0) {
		int error = errno;
		close(fd);
		errno = error;
	}
	return -1;
}

/* Opens the unpacked archive in the folder, unpacking it first where it is not there; -1 with errno, 0 for an archive
 * that is damaged. The descriptor holds the folder, lest somebody else removes it as an old one. */
static int open_unpacked(const char *path, const uint8_t *archive, const struct trailer *trailer, const char *id)
{
	int parent = open_private(path), fd;
	if (parent < 0)
		return -1;
again:
	fd = openat(parent, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		uint32_t number = 0;
		char partial[ID_SIZE + 32];
		if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
			number = (uint32_t)getpid();
		snprintf(partial, sizeof(partial), ".%s.%x.%x", id, (unsigned int)getpid(), number);
		if (mkdirat(parent, partial, MODE_OWN) < 0 ||
		    (fd = openat(parent, partial, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
			goto out;
		if (flock(fd, LOCK_SH) < 0 || !unpack(archive, trailer->size, fd) ||
		    /* somebody else may have been faster: theirs is the same */
		    (renameat(parent, partial, parent, id) < 0 && errno != EEXIST && errno != ENOTEMPTY)) {
			int error = errno;
			close(fd);
			fd = -1;
			remove_tree(parent, partial);
			errno = error;
			goto out;
		}
		close(fd);
		remove_tree(parent, partial);
		fd = openat(parent, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			remove_others(parent, id);
	}
	if (fd >= 0 && (flock(fd, LOCK_SH) < 0 || faccessat(fd, "ptcpdump", X_OK, 0) < 0)) {
		/* an other version's start removed it as an old one before it was held */
		close(fd);
		goto again;
	}
out:;
	int error = errno;
	close(parent);
	errno = error;
	return fd;
}

/* Where it may be unpacked: the first that is fit is taken. A variable tells where else. */
static size_t find_places(char places[][PATH_MAX], size_t most, const char *self)
{
	const char *told = secure_getenv("PTCPDUMP_CACHE"), *home = secure_getenv("HOME"), *cache = secure_getenv("XDG_CACHE_HOME");
	const char *temporary = secure_getenv("TMPDIR");
	unsigned int uid = geteuid();
	size_t count = 0;
#define PLACE(...) (count < most ? (void)snprintf(places[count++], PATH_MAX, __VA_ARGS__) : (void)0)
	if (told && told[0]) {
		PLACE("%s/ptcpdump-%u", told, uid);
		return count;
	}
	if (uid == 0) {
		PLACE("/var/cache/ptcpdump");
	} else {
		if (cache && cache[0] == '/')
			PLACE("%s/ptcpdump", cache);
		if (home && home[0] == '/') {
			char folder[PATH_MAX];
			if (snprintf(folder, sizeof(folder), "%s/.cache", home) < (int)sizeof(folder))
				(void)mkdir(folder, MODE_OWN);
			PLACE("%s/.cache/ptcpdump", home);
		}
	}
	if (temporary && temporary[0] == '/')
		PLACE("%s/ptcpdump-%u", temporary, uid);
	PLACE("/tmp/ptcpdump-%u", uid);
	PLACE("/run/ptcpdump-%u", uid);
	PLACE("/dev/shm/ptcpdump-%u", uid);
	/* beside the program, which somebody has put there */
	const char *slash = strrchr(self, '/');
	if (slash)
		PLACE("%.*s/.ptcpdump-%u", (int)(slash - self), self, uid);
#undef PLACE
	return count;
}

/* Becomes Node, by the loader that came along: the system's may be older, of another libc, or missing. */
static void run(const char *folder, const char *self, int argc, char **argv)
{
	static char loader[PATH_MAX + 64], libraries[PATH_MAX + 64], node[PATH_MAX + 64], script[PATH_MAX + 64];
	snprintf(loader, sizeof(loader), "%s/ptcpdump", folder);
	snprintf(libraries, sizeof(libraries), "%s/lib", folder);
	snprintf(node, sizeof(node), "%s/node", folder);
	snprintf(script, sizeof(script), "%s/build/unpacked.mjs", folder);
	const char *const before[] = {
		argc > 0 ? argv[0] : program, "--inhibit-cache", "--library-path", libraries, node,
		/* as scripts/launcher has it */
		"--max-semi-space-size=2", script, self,
	};
	size_t lead = sizeof(before) / sizeof(before[0]);
	const char **words = calloc(lead + (size_t)argc + 1, sizeof(*words));
	if (!words)
		return;
	memcpy(words, before, sizeof(before));
	for (int i = 1; i < argc; i++)
		words[lead + (size_t)i - 1] = argv[i];
	execv(loader, (char *const *)words);
	int error = errno;
	free(words);
	errno = error;
}

int main(int argc, char **argv)
{
	enum { PLACES = 8 };
	static char self[PATH_MAX], places[PLACES][PATH_MAX];
	struct trailer trailer;
	int fd = open_self(self);
	if (fd < 0) {
		complain("cannot open the program's own file (is /proc mounted?)", argc > 0 ? argv[0] : program, errno);
		return 1;
	}
	const uint8_t *archive = map_archive(fd, &trailer);
	if (!archive) {
		complain("this file is damaged: what belongs behind the program is missing", self, 0);
		return 1;
	}
	char id[ID_SIZE + 1] = { 0 };
	memcpy(id, trailer.id, ID_SIZE);
	size_t count = find_places(places, PLACES, self);
	for (size_t i = 0; i < count; i++) {
		int unpacked = open_unpacked(places[i], archive, &trailer, id);
		if (unpacked < 0) {
			if (errno == 0) {
				complain("this file is damaged: its checksum is wrong", self, 0);
				return 1;
			}
			if (count == 1)
				complain("cannot be unpacked there", places[i], errno);
			continue;
		}
		static char folder[PATH_MAX + ID_SIZE + 2];
		snprintf(folder, sizeof(folder), "%.*s/%s", PATH_MAX - 1, places[i], id);
		/* kept open over exec, with its lock; Node hands it on to nobody */
		fcntl(unpacked, F_SETFD, 0);
		run(folder, self, argc, argv);
		complain("cannot be executed", folder, errno);
		return 1;
	}
	if (count > 1)
		complain("found no folder of its own to unpack into: tried /var/cache or ~/.cache, $TMPDIR, /tmp, /run, /dev/shm and "
			 "beside the program; PTCPDUMP_CACHE=FOLDER names another", self, 0);
	return 1;
}
