/* What the programs of the truth workload say of themselves: one line of JSON per operation on a socket, per
 * process and per claim, appended to the file that $TRUTH_LOG names, for the kind that $TRUTH_KIND names. The scorer
 * (../score.ts) derives from these lines, and from nothing else, who may rightly be named for a packet.
 *
 * Times are CLOCK_REALTIME in seconds. Pids are those of the pid namespace that /proc belongs to: the host's. */
#ifndef TRUTH_H
#define TRUTH_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/* An address of either family. */
union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage room;
};

/* Ends the program with a message (perror's) and status 1. */
void die(const char *what) __attribute__((noreturn));
/* The same with a text of its own: for the command line. */
void usage(const char *what) __attribute__((noreturn));

/* Exit status of a program that finds that the kernel does not have what it is to use. */
#define NOT_THERE 77

/* Seconds since 1970. Between an operation's start and its end nobody else asks: what the thread slept meanwhile is
 * logged with it. */
double now(void);
/* Opens the log, and tells of this process: name, arguments, user, parent. To be called first in every process:
 * at the start of main, after fork, after a change of user. */
void truth_process(void);
/* Logs that this thread did `op` on `fd` from `start` until now. */
void truth(const char *op, int fd, double start);
/* The same for a datagram: `peer` is its other end (NULL: the connected one). */
void truth_peer(const char *op, int fd, double start, const union address *peer);
/* Logs an operation with ends that the program made itself (packet and raw sockets): `local`, `remote` as
 * "address" or "address:port" ("" for any), protocol as in an IP header, or 0x10000 + ethertype. */
void truth_made(const char *op, int protocol, const char *local, const char *remote, double start);
/* The same as truth() for what a thread of the kernel's making may have done: any of the process may be named. */
void truth_any_thread(const char *op, int fd, double start);
/* Logs that from now on this thread waits on the socket whenever it does nothing else: it may be ended in there. */
void truth_hold(const char *direction, int fd);
/* Says "ready" to who started us. */
void say_ready(void);
/* Returns when who started us closes our standard input. */
void wait_for_end(void);

/* Address and port of the command line; 0.0.0.0, :: and * are allowed. Returns its length for bind and connect. */
socklen_t parse_address(const char *text, int port, union address *to);
void print_address(const union address *from, char *to, size_t size);
socklen_t address_length(const union address *address);

/* The calls themselves, logged; all end the program if they fail. */
int open_socket(int family, int type, int protocol);
void do_bind(int fd, const union address *address);
void do_listen(int fd);
void do_connect(int fd, const union address *to);
/* A connect that has to fail; the socket is bound beforehand. */
void do_connect_refused(int fd, const union address *to);
/* Binds to the wildcard address; port 0 for any. */
void bind_any(int fd, int family, int port);
/* -1 if the listener does not block and there is no connection. `named`: asks for the address of the other end, as
 * nearly all servers do; that the kernel then asks a hook of eBPF's makes a difference to who can be named. */
int do_accept(int listener, bool named);
/* All of it, by send(2). */
void do_send(int fd, const void *data, size_t size);
/* Until so many bytes are there; fewer only at the end of the stream, or after a reset. One logged operation per call. */
size_t do_receive(int fd, void *to, size_t size);
void do_sendto(int fd, const void *data, size_t size, const union address *to);
size_t do_receivefrom(int fd, void *to, size_t size, union address *from);
void do_shutdown(int fd, int how);
void do_close(int fd);
/* Closes a copy of what another process uses: it may be the last one, and so send the FIN. */
void do_drop(int fd);
/* A listening socket with SO_REUSEADDR; `reuseport` for several of them. */
int open_listener(const char *address, int port, bool reuseport, int protocol);

/* From now on SIGTERM ends this process only while it waits in do_accept() or do_receivefrom(): what it did is logged. */
void end_when_idle(void);
/* Ends children that called it, and waits for them. */
void end_children(const pid_t *children, int count);

/* fork(2); the child has told of itself. */
pid_t do_fork(void);
/* Waits for that child, and ends the program if it failed. */
void reap(pid_t child);
/* Times $TRUTH_PACE: a machine may be slow. */
void pause_ms(int ms);

#endif
