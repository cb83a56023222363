"""A user-space tunnel, as a VPN is one: python3 tunnel.py NAMESPACE NAMESPACE ADDRESS ADDRESS

Makes a tun device in each network namespace, carries packets between them, and says "up" when it does. It ends
with its standard input.
"""

import ctypes
import fcntl
import os
import select
import struct
import subprocess
import sys

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN = 1
IFF_NO_PI = 0x1000

libc = ctypes.CDLL(None, use_errno=True)


def tun(namespace, address):
    with open(f"/run/netns/{namespace}") as file:
        if libc.setns(file.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH", b"tun0", IFF_TUN | IFF_NO_PI))
    for words in ("addrgenmode none", "up"):
        subprocess.run(["ip", "link", "set", "tun0", *words.split()], check=True)
    subprocess.run(["ip", "address", "add", f"{address}/24", "dev", "tun0"], check=True)
    return fd


left, right = tun(sys.argv[1], sys.argv[3]), tun(sys.argv[2], sys.argv[4])
print(f"up {os.getpid()}", flush=True)
other = {left: right, right: left}
while True:
    for fd in select.select([left, right, 0], [], [])[0]:
        if fd == 0:
            sys.exit()
        os.write(other[fd], os.read(fd, 65536))
