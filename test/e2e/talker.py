"""A program that says who it is and does what it is told, line by line on standard input.

listen PORT        accepts a TCP connection and echoes; answers "listening PID"
accepted           waits for a connection; answers "accepted PID"
connect IP PORT    answers "connected PID"
send N             sends N bytes and waits for the echo; answers "sent PID"
fork-send N        the same by a child that inherited the connection; answers "sent CHILD"
udp IP PORT N      a datagram from a new socket, unanswered; answers "sent PID"
echo-udp PORT      echoes datagrams; answers "echoing PID"
ask-udp IP PORT N  a datagram from a new socket, and waits for the echo; answers "asked PID"
refused IP PORT    connects to a port that is closed; answers "refused PID"
close              closes the connection and waits for the other side to; answers "closed PID"
"""
import os
import socket
import sys
import threading

connection = None
listener = None
accepted = threading.Event()


def say(word, pid=None):
    print(word, pid or os.getpid(), flush=True)


def echo():
    # One thread, one connection after the other: the process is what counts.
    while True:
        peer = listener.accept()[0]
        accepted.set()
        while data := peer.recv(65536):
            peer.sendall(data)
        peer.close()


def echo_udp(sock):
    while True:
        data, peer = sock.recvfrom(65536)
        sock.sendto(data, peer)


def send(size):
    connection.sendall(b"x" * size)
    while size:
        size -= len(connection.recv(size))


for line in sys.stdin:
    command, *args = line.split()
    if command == "listen":
        listener = socket.create_server(("::", int(args[0])), family=socket.AF_INET6, dualstack_ipv6=True)
        threading.Thread(target=echo, daemon=True).start()
        say("listening")
    elif command == "accepted":
        accepted.wait()
        say("accepted")
    elif command == "connect":
        connection = socket.create_connection((args[0], int(args[1])))
        say("connected")
    elif command == "send":
        send(int(args[0]))
        say("sent")
    elif command == "fork-send":
        child = os.fork()
        if child == 0:
            send(int(args[0]))
            os._exit(0)
        os.waitpid(child, 0)
        say("sent", child)
    elif command in ("udp", "ask-udp"):
        sock = socket.socket(socket.AF_INET6 if ":" in args[0] else socket.AF_INET, socket.SOCK_DGRAM)
        sock.sendto(b"x" * int(args[2]), (args[0], int(args[1])))
        if command == "ask-udp":
            sock.recv(65536)
        say("sent" if command == "udp" else "asked")
    elif command == "echo-udp":
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("0.0.0.0", int(args[0])))
        threading.Thread(target=echo_udp, args=(sock,), daemon=True).start()
        say("echoing")
    elif command == "refused":
        socket.socket(socket.AF_INET6 if ":" in args[0] else socket.AF_INET).connect_ex((args[0], int(args[1])))
        say("refused")
    elif command == "close":
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)
        connection.close()
        say("closed")
