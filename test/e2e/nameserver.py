"""A name server for the tests: python3 nameserver.py ADDRESS NAME=HOST ...

Answers PTR questions about the addresses given; HOST "-" stands for silence until a line comes on standard input,
which frees those answers with the name "late.test.example". Says "ready", then "asked ADDRESS" for each question.
"""
import ipaddress
import select
import socket
import struct
import sys

hosts = dict(word.split("=") for word in sys.argv[2:])
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((sys.argv[1], 53))
kept = []
print("ready", flush=True)


def labels(query):
    found, at = [], 12
    while query[at]:
        found.append(query[at + 1 : at + 1 + query[at]].decode())
        at += query[at] + 1
    return found, at + 5


def address(words):
    if words[-2:] == ["ip6", "arpa"]:
        return str(ipaddress.IPv6Address(bytes.fromhex("".join(reversed(words[:-2])))))
    return ".".join(reversed(words[:4]))


def answer(query, peer, host):
    end = labels(query)[1]
    name = b"".join(bytes([len(part)]) + part.encode() for part in host.split(".")) + b"\0"
    record = b"\xc0\x0c" + struct.pack(">HHIH", 12, 1, 60, len(name)) + name
    server.sendto(query[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + query[12:end] + record, peer)


while True:
    for ready in select.select([server, sys.stdin], [], [])[0]:
        if ready is sys.stdin:
            if not sys.stdin.readline():
                sys.exit()
            for query, peer in kept:
                answer(query, peer, "late.test.example")
            kept.clear()
            print("freed", flush=True)
            continue
        query, peer = server.recvfrom(4096)
        words, end = labels(query)
        asked = address(words)
        print("asked", asked, flush=True)
        host = hosts.get(asked)
        if host == "-":
            kept.append((query, peer))
        elif host is None:
            server.sendto(query[:2] + b"\x81\x83\0\1\0\0\0\0\0\0" + query[12:end], peer)
        else:
            answer(query, peer, host)
