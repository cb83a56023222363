"""One of everything that ptcpdump dissects, between two hosts; every step waits for its answer.

traffic.py serve         answers: echo on UDP and TCP port 7, DNS on UDP port 53; says "ready"
traffic.py send IP4 IP6  sends to such a server, one thing after the other
"""
import errno
import os
import select
import socket
import struct
import sys


def name(text):
    return b"".join(bytes([len(part)]) + part.encode() for part in text.split(".")) + b"\0"


def record(kind, data, ttl=300):
    return b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


ANSWERS = {
    1: record(1, bytes([192, 0, 2, 1])) + record(1, bytes([192, 0, 2, 2])),
    28: record(28, socket.inet_pton(socket.AF_INET6, "2001:db8::1")),
    15: record(15, struct.pack(">H", 10) + name("mx.example.org")),
    16: record(16, b"\x05hello\x05world"),
    5: record(5, name("alias.example.org")),
}
COUNTS = {1: 2}


def answer(query):
    kind = struct.unpack(">H", query[-4:-2])[0]
    if kind not in ANSWERS:
        return query[:2] + b"\x81\x83\0\1\0\0\0\0\0\0" + query[12:]
    return query[:2] + b"\x81\x80\0\1" + struct.pack(">H", COUNTS.get(kind, 1)) + b"\0\0\0\0" + query[12:] + ANSWERS[kind]


def serve():
    echo = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    echo.bind(("::", 7))
    dns = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    dns.bind(("::", 53))
    listener = socket.create_server(("::", 7), family=socket.AF_INET6, dualstack_ipv6=True)
    print("ready", os.getpid(), flush=True)
    sockets = [echo, dns, listener]
    while True:
        for ready in select.select(sockets, [], [])[0]:
            if ready is listener:
                sockets.append(listener.accept()[0])
            elif ready in (echo, dns):
                data, peer = ready.recvfrom(65536)
                ready.sendto(data if ready is echo else answer(data), peer)
            else:
                data = ready.recv(65536)
                if data:
                    ready.sendall(data)
                else:
                    sockets.remove(ready)
                    ready.close()


def checksum(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def exchange(family, address):
    v6 = family == socket.AF_INET6
    udp = socket.socket(family, socket.SOCK_DGRAM)
    udp.settimeout(10)
    udp.connect((address, 7))
    for size in (0, 1, 100, 4000):  # the last goes in fragments
        udp.send(bytes(i & 255 for i in range(size)))
        assert len(udp.recv(65536)) == size
    closed = socket.socket(family, socket.SOCK_DGRAM)
    closed.settimeout(10)
    closed.connect((address, 9999))
    closed.send(b"nobody")
    try:
        closed.recv(1)
    except ConnectionRefusedError:
        pass
    dns = socket.socket(family, socket.SOCK_DGRAM)
    dns.settimeout(10)
    dns.connect((address, 53))
    for number, kind in enumerate([1, 28, 15, 16, 5, 12]):
        dns.send(struct.pack(">HHHHHH", 0x1000 + number, 0x100, 1, 0, 0, 0) + name("www.example.org") + struct.pack(">HH", kind, 1))
        dns.recv(65536)
    tcp = socket.create_connection((address, 7), timeout=10)
    for size in (1, 1000):
        tcp.sendall(b"x" * size)
        left = size
        while left:
            left -= len(tcp.recv(left))
    tcp.shutdown(socket.SHUT_WR)
    assert tcp.recv(1) == b""
    tcp.close()
    refused = socket.socket(family, socket.SOCK_STREAM)
    assert refused.connect_ex((address, 9998)) == errno.ECONNREFUSED
    if v6:
        ping = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        ping.sendto(struct.pack(">BBHHH", 128, 0, 0, 77, 1) + b"abcdefgh", (address, 0, 0, 0))
        wanted = 129
    else:
        ping = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        body = struct.pack(">BBHHH", 8, 0, 0, 77, 1) + b"abcdefgh"
        ping.sendto(body[:2] + struct.pack(">H", checksum(body)) + body[4:], (address, 0))
        wanted = 0
    ping.settimeout(10)
    while ping.recv(4096)[0 if v6 else 20] != wanted:
        pass


if sys.argv[1] == "serve":
    serve()
else:
    exchange(socket.AF_INET, sys.argv[2])
    exchange(socket.AF_INET6, sys.argv[3])
    # The last words, by which a reader knows that it has seen everything.
    last = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    last.settimeout(10)
    last.connect((sys.argv[2], 7))
    last.send(b"." * 333)
    last.recv(333)
