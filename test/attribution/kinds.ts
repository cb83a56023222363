// The workload, one row per kind of traffic. Adding one is a row here; docs/attribution.md lists them.
import { IPPROTO } from "./frames.ts";
import { finish, type Kind, type Play, type Scene } from "./stage.ts";

const BOTH = ["pair", "loopback"] as const;
/** Also through a host that carries and translates. */
const EVERYWHERE = [...BOTH, "bridge", "masquerade", "dnat"] as const;
const NO_DNAT = [...BOTH, "bridge", "masquerade"] as const;

/** A TCP server of one mode and a client of another. */
function tcp(server: string, client: string, requests: string, connections: number, pause = 0, workers = 4) {
  return async (play: Play): Promise<void> => {
    const { ip4 } = play.scene;
    await play.talk(
      "tcp",
      [server, "0.0.0.0", play.port, workers],
      [client, ip4, play.port, requests, connections, pause],
    );
  };
}

function tcp6(server: string, client: string, requests: string, connections: number, pause = 0, workers = 4) {
  return async (play: Play): Promise<void> => {
    const { ip6 } = play.scene;
    await play.talk(
      "tcp",
      [server, "::", play.port, workers],
      [client, ip6, play.port, requests, connections, pause],
    );
  };
}

function udp(
  server: string,
  client: string,
  datagrams: number,
  size: number,
  sockets = 1,
  family: 4 | 6 = 4,
) {
  return async (play: Play): Promise<void> => {
    const [any, to] = family === 4 ? ["0.0.0.0", play.scene.ip4] : ["::", play.scene.ip6];
    await play.talk("udp", [server, any, play.port, 3], [client, to, play.port, datagrams, size, sockets]);
  };
}

/** Addresses as the log writes them with a port. */
const at = (ip: string, port: number): string => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`);

/** The server's addresses; through a translation there is only IPv4. */
const both = ({ name, ip4, ip6 }: Scene): string[] =>
  name === "masquerade" || name === "dnat" ? [ip4] : [ip4, ip6];

/** One of programs/process: its datagrams go to a port where nobody receives, and nobody complains. */
function process(how: string, ...more: (string | number)[]) {
  return async (play: Play): Promise<void> => {
    const { client, server, ip4 } = play.scene;
    play.nobody(server, IPPROTO.udp, at(ip4, play.port), "");
    await quietly(play, () => play.run(client, "process", how, ip4, play.port, ...more));
  };
}

/** No answer comes to what arrives at the play's ports meanwhile. */
async function quietly(play: Play, action: () => Promise<void>): Promise<void> {
  const { server } = play.scene;
  const rule = ["INPUT", "-p", "udp", "--dport", String(play.port), "-j", "DROP"];
  await server.ok("iptables", "-w", "-A", ...rule);
  await action();
  await server.ok("iptables", "-w", "-D", ...rule);
}

/** Echo requests; the kernel answers. */
function ping(how: "ping" | "raw") {
  return async (play: Play): Promise<void> => {
    const { client, server } = play.scene;
    for (const host of new Set([client, server]))
      await host.ok("sh", "-c", "echo '0 65535' >/proc/sys/net/ipv4/ping_group_range");
    for (const ip of both(play.scene)) {
      play.nobody(server, ip.includes(":") ? IPPROTO.icmp6 : IPPROTO.icmp, ip, "");
      // two at the same time, which only the identifier tells apart
      await Promise.all([0, 1].map((i) => play.run(client, "icmp", how, ip, play.port + i, 3)));
    }
  };
}

/** Receivers of a group or broadcast address on both hosts, and a sender. */
function group(to: (scene: Scene) => string, how: "send" | "broadcast", receivers: number) {
  return async (play: Play): Promise<void> => {
    const { client, server } = play.scene;
    const address = to(play.scene);
    const bind = how === "broadcast" ? "0.0.0.0" : address;
    const hosts = [...new Array<typeof server>(receivers).fill(server), client];
    const listening = await Promise.all(
      hosts.map((host) => play.serve(host, "udp", "server", "group", bind, play.port)),
    );
    await play.run(client, "udp", "client", how, address, play.port, 3, 30);
    for (const each of listening) await each.said("stdout", /^(?:got\n|ready\n){4}/);
    for (const each of listening) await finish(each);
  };
}

/** Frames that a program makes itself, to a UDP socket. */
function frames(how: "frame" | "cooked") {
  return async (play: Play): Promise<void> => {
    const { client, server, ip4 } = play.scene;
    const [device, mac] = client === server ? ["lo", "0:0:0:0:0:0"] : ["eth0", "2:0:0:0:0:2"];
    const receiver = await play.serve(server, "udp", "server", "group", "0.0.0.0", play.port);
    const source = client === server ? ip4 : client.ip4;
    await play.run(client, "raw", how, device, mac, source, ip4, play.port, 3);
    // a frame for loopback's own address does not come from outside: the kernel drops it (martian)
    if (client !== server) await receiver.said("stdout", /^(?:got\n|ready\n){4}/);
    await finish(receiver);
  };
}

export const KINDS: readonly Kind[] = [
  {
    name: "tcp4-short",
    what: "TCP over IPv4, short connections to a server with one process",
    scenes: EVERYWHERE,
    packets: 40,
    run: tcp("plain", "plain", "e", 4),
  },
  {
    name: "tcp6-short",
    what: "the same over IPv6",
    scenes: [...BOTH, "bridge"],
    packets: 40,
    run: tcp6("plain", "plain", "e", 4),
  },
  {
    name: "tcp4-through-tcp6",
    what: "IPv4 to a server's IPv6 socket",
    scenes: ["pair"],
    packets: 20,
    run: async (play) => {
      const { ip4 } = play.scene;
      await play.talk("tcp", ["plain", "::", play.port], ["plain", ip4, play.port, "ee", 2, 0]);
    },
  },
  {
    name: "tcp-client-fork",
    what: "clients forked without exec, one per connection",
    scenes: BOTH,
    packets: 40,
    run: tcp("plain", "fork", "ee", 4),
  },
  {
    name: "tcp-client-thread",
    what: "a thread per connection in the client",
    scenes: BOTH,
    packets: 40,
    run: tcp("events", "thread", "ee", 4, 2),
  },
  {
    name: "tcp-fork",
    what: "accepted in the parent, served by a child forked for it",
    scenes: EVERYWHERE,
    packets: 40,
    run: tcp("fork", "plain", "eee", 3, 3),
  },
  {
    name: "tcp6-fork",
    what: "the same over IPv6",
    scenes: [...BOTH, "bridge"],
    packets: 40,
    run: tcp6("fork", "fork", "eee", 3, 3),
  },
  {
    name: "tcp-thread",
    what: "accepted in the main thread, served by a thread made for it",
    scenes: BOTH,
    packets: 40,
    run: tcp("thread", "plain", "eee", 3, 3),
  },
  {
    name: "tcp-pool",
    what: "accepted in the main thread, served by a pool of threads",
    scenes: BOTH,
    packets: 40,
    run: tcp("pool", "plain", "eee", 3, 3),
  },
  {
    name: "tcp-acceptors",
    what: "threads that accept and serve",
    scenes: BOTH,
    packets: 40,
    run: tcp("acceptors", "plain", "eee", 3, 3),
  },
  {
    name: "tcp-prefork",
    what: "children forked beforehand accept and serve",
    scenes: EVERYWHERE,
    packets: 40,
    run: tcp("prefork", "plain", "eee", 4, 3),
  },
  {
    name: "tcp6-prefork",
    what: "the same over IPv6",
    scenes: BOTH,
    packets: 40,
    run: tcp6("prefork", "thread", "eee", 4, 3),
  },
  {
    name: "tcp-prefork-hasty",
    what: "the same with requests that come before the connection is accepted",
    scenes: BOTH,
    packets: 40,
    run: tcp("prefork", "plain", "e", 8),
  },
  {
    name: "tcp-reuseport",
    what: "several listeners on one port (SO_REUSEPORT)",
    scenes: BOTH,
    packets: 80,
    run: tcp("reuseport", "plain", "ee", 8, 1),
  },
  {
    name: "tcp6-reuseport",
    what: "the same over IPv6",
    scenes: BOTH,
    packets: 80,
    run: tcp6("reuseport", "plain", "ee", 8, 1),
  },
  {
    name: "tcp-events",
    what: "a server with epoll",
    scenes: BOTH,
    packets: 40,
    run: tcp("events", "plain", "eee", 3, 2),
  },
  {
    name: "tcp-open",
    what: "a connection that was open before the capture started",
    scenes: EVERYWHERE,
    packets: 10,
    before: async (play) => {
      const { client, server, ip4 } = play.scene;
      const serving = await play.serve(server, "tcp", "server", "plain", "0.0.0.0", play.port);
      const talking = await play.serve(client, "tcp", "client", "open", ip4, play.port, "eee", 1, 1);
      return async () => {
        await finish(talking);
        await finish(serving);
      };
    },
  },
  {
    name: "tcp-open-children",
    what: "connections that a forked child served before the start, and a listener of before the start",
    scenes: BOTH,
    packets: 30,
    before: async (play) => {
      const { client, server, ip4 } = play.scene;
      const serving = await play.serve(server, "tcp", "server", "fork", "0.0.0.0", play.port);
      const talking = await play.serve(client, "tcp", "client", "open", ip4, play.port, "eee", 1, 3);
      return async () => {
        await finish(talking);
        await play.run(client, "tcp", "client", "plain", ip4, play.port, "ee", 1, 3);
        await finish(serving);
      };
    },
  },
  {
    name: "udp-open",
    what: "a UDP server of before the start",
    scenes: EVERYWHERE,
    packets: 8,
    before: async (play) => {
      const { client, server, ip4 } = play.scene;
      const serving = await play.serve(server, "udp", "server", "plain", "0.0.0.0", play.port);
      return async () => {
        await play.run(client, "udp", "client", "plain", ip4, play.port, 3, 40);
        await finish(serving);
      };
    },
  },
  {
    name: "tcp-pass",
    what: "connections passed to another process (SCM_RIGHTS), in server and client",
    scenes: BOTH,
    packets: 40,
    run: tcp("pass", "pass", "eee", 3, 3),
  },
  {
    name: "tcp-exec",
    what: "connections inherited over exec: a server per connection, a client that executes another program",
    scenes: BOTH,
    packets: 15,
    run: tcp("exec", "exec", "eee", 1, 5),
  },
  {
    name: "tcp-inherit",
    what: "a connection used by a child, then by its parent again",
    scenes: BOTH,
    packets: 20,
    run: tcp("plain", "inherit", "ee", 2, 1),
  },
  {
    name: "tcp-split",
    what: "a connection that one process reads and another writes",
    scenes: BOTH,
    packets: 20,
    run: tcp("split", "plain", "eeee", 2, 3),
  },
  {
    name: "tcp-half-closed",
    what: "half-closed by the client, then more from the server",
    scenes: EVERYWHERE,
    packets: 20,
    run: tcp("plain", "plain", "eh", 3),
  },
  {
    name: "tcp-time-wait",
    what: "closed by the server first: TIME_WAIT there",
    scenes: EVERYWHERE,
    packets: 20,
    run: tcp("plain", "plain", "c", 4),
  },
  {
    name: "mptcp",
    what: "Multipath TCP",
    scenes: BOTH,
    packets: 20,
    run: tcp("mptcp", "mptcp", "ee", 2),
  },
  {
    name: "udp4",
    what: "UDP over IPv4, sockets not connected",
    scenes: EVERYWHERE,
    packets: 8,
    run: udp("plain", "plain", 4, 100),
  },
  {
    name: "udp6",
    what: "the same over IPv6",
    scenes: [...BOTH, "bridge"],
    packets: 8,
    run: udp("plain", "plain", 4, 100, 1, 6),
  },
  {
    name: "udp-connected",
    what: "connected UDP sockets",
    scenes: EVERYWHERE,
    packets: 8,
    run: udp("plain", "connect", 4, 100, 2),
  },
  {
    name: "udp-many-peers",
    what: "one UDP server, forty peers in processes of their own",
    scenes: EVERYWHERE,
    packets: 80,
    run: udp("plain", "fork", 1, 50, 40),
  },
  {
    name: "udp-workers",
    what: "processes that share a UDP socket",
    scenes: BOTH,
    packets: 16,
    run: udp("fork", "plain", 8, 60, 2),
  },
  {
    name: "udp-reuseport",
    what: "several UDP sockets on one port",
    scenes: BOTH,
    packets: 32,
    run: udp("reuseport", "plain", 1, 60, 16),
  },
  {
    name: "udp-fragments",
    what: "datagrams in IP fragments",
    scenes: ["pair", "bridge", "masquerade", "dnat"],
    packets: 24,
    run: udp("plain", "plain", 2, 5000, 2),
  },
  {
    name: "udp6-fragments",
    what: "the same over IPv6",
    scenes: ["pair"],
    packets: 24,
    run: udp("plain", "plain", 2, 5000, 2, 6),
  },
  {
    name: "udp-refused",
    what: "datagrams to a closed port, and the ICMP errors that come back",
    scenes: NO_DNAT,
    packets: 4,
    run: async (play) => {
      const { client, server, ip4 } = play.scene;
      for (const ip of both(play.scene)) {
        play.nobody(server, IPPROTO.udp, ip === ip4 ? `${ip}:${play.port}` : `[${ip}]:${play.port}`, "");
        play.nobody(server, ip === ip4 ? IPPROTO.icmp : IPPROTO.icmp6, ip, "");
        await play.run(client, "udp", "client", "refused", ip, play.port, 2, 20);
      }
    },
  },
  {
    name: "tcp-workers",
    what: "children forked beforehand share a listener and wait with epoll",
    scenes: BOTH,
    packets: 40,
    run: tcp("workers", "plain", "eee", 4, 3),
  },
  {
    name: "tcp-workers-hasty",
    what: "the same with requests that come before the connection is accepted",
    scenes: BOTH,
    packets: 40,
    run: tcp("workers", "plain", "e", 8),
  },
  {
    name: "tcp-sendfile",
    what: "a child answers by sendfile",
    scenes: BOTH,
    packets: 20,
    run: tcp("sendfile", "plain", "ee", 2, 3),
  },
  {
    name: "tcp-file",
    what: "a child that does nothing but sendfile",
    scenes: BOTH,
    packets: 16,
    run: tcp("file", "take", "", 2),
  },
  {
    name: "tcp-splice",
    what: "a child receives and sends by splice",
    scenes: BOTH,
    packets: 20,
    run: tcp("splice", "plain", "ee", 2, 3),
  },
  {
    name: "tcp-refused",
    what: "connections to a closed port: SYN and RST",
    scenes: NO_DNAT,
    packets: 8,
    run: async (play) => {
      const { client, server } = play.scene;
      for (const ip of both(play.scene)) {
        play.nobody(server, IPPROTO.tcp, at(ip, play.port), "");
        await play.run(client, "tcp", "client", "refused", ip, play.port, "e", 2, 0);
      }
    },
  },
  {
    name: "tcp-reset",
    what: "closed with a reset (SO_LINGER)",
    scenes: EVERYWHERE,
    packets: 16,
    run: tcp("plain", "reset", "e", 3),
  },
  {
    name: "tcp-late",
    what: "data for a connection that was just closed, and the kernel's reset",
    scenes: BOTH,
    packets: 20,
    run: tcp("plain", "plain", "l", 3),
  },
  {
    name: "tcp-retransmission",
    what: "packets that are lost on the way and sent again",
    scenes: ["pair", "masquerade"],
    packets: 20,
    run: async (play) => {
      const { server } = play.scene;
      // every third packet with data is lost, the first included
      const lost = ["-m", "length", "--length", "100:", "-m", "statistic", "--mode", "nth", "--every", "3"];
      const rule = [
        "INPUT",
        "-p",
        "tcp",
        "--dport",
        String(play.port),
        ...lost,
        "--packet",
        "0",
        "-j",
        "DROP",
      ];
      await server.ok("iptables", "-w", "-A", ...rule);
      await tcp("fork", "plain", "eee", 2)(play);
      await server.ok("iptables", "-w", "-D", ...rule);
    },
  },
  {
    name: "tcp-unreachable",
    what: "ICMP errors for a connection in the making",
    scenes: ["pair", "masquerade"],
    packets: 4,
    run: async (play) => {
      const { client, server, ip4 } = play.scene;
      const rule = ["INPUT", "-p", "tcp", "--dport", String(play.port), "-j", "REJECT", "--reject-with"];
      await server.ok("iptables", "-w", "-A", ...rule, "icmp-port-unreachable");
      play.nobody(server, IPPROTO.tcp, at(ip4, play.port), "");
      play.nobody(server, IPPROTO.icmp, ip4, "");
      await play.run(client, "tcp", "client", "refused", ip4, play.port, "e", 2, 0);
      await server.ok("iptables", "-w", "-D", ...rule, "icmp-port-unreachable");
    },
  },
  {
    name: "udp-shut",
    what: "answers to a socket that was just closed, and the errors that they cause",
    scenes: BOTH,
    packets: 6,
    run: async (play) => {
      const { client, server, ip4 } = play.scene;
      play.nobody(client, IPPROTO.icmp, client === server ? ip4 : client.ip4, "");
      await play.talk("udp", ["plain", "0.0.0.0", play.port], ["shut", ip4, play.port, 1, 40, 4]);
    },
  },
  {
    name: "multicast4",
    what: "several receivers of a multicast group, one of them on the sender's host",
    scenes: ["pair"],
    packets: 6,
    run: group(() => "239.7.7.7", "send", 2),
  },
  {
    name: "multicast6",
    what: "the same over IPv6",
    scenes: ["pair"],
    packets: 6,
    run: group(() => "ff05::7777", "send", 2),
  },
  {
    name: "broadcast",
    what: "several receivers of a broadcast, one of them on the sender's host",
    scenes: ["pair"],
    packets: 6,
    run: group(() => "10.77.0.255", "broadcast", 2),
  },
  {
    name: "ping",
    what: "echo requests by ping sockets, two at a time; the kernel's answers are nobody's",
    scenes: NO_DNAT,
    packets: 48,
    run: ping("ping"),
  },
  {
    name: "ping-raw",
    what: "the same by raw sockets",
    scenes: BOTH,
    packets: 48,
    run: ping("raw"),
  },
  {
    name: "raw-ip",
    what: "raw IP sockets with a protocol of their own",
    scenes: ["pair"],
    packets: 24,
    run: async (play) => {
      const { client, server } = play.scene;
      for (const ip of both(play.scene)) {
        const answering = await play.serve(server, "raw", "echo", ip, 253);
        await play.run(client, "raw", "ip", ip, 253, 3);
        await finish(answering);
      }
    },
  },
  {
    name: "raw-open",
    what: "a raw IP socket of before the start",
    scenes: ["pair"],
    packets: 12,
    before: async (play) => {
      const { client, server, ip4 } = play.scene;
      const answering = await play.serve(server, "raw", "echo", ip4, 254);
      return async () => {
        await play.run(client, "raw", "ip", ip4, 254, 3);
        await finish(answering);
      };
    },
  },
  {
    name: "raw-header",
    what: "UDP with an IP header of the program's own (IP_HDRINCL)",
    scenes: ["pair"],
    packets: 6,
    run: async (play) => {
      const { client, server, ip4 } = play.scene;
      const receiver = await play.serve(server, "udp", "server", "group", "0.0.0.0", play.port);
      await play.run(client, "raw", "header", client.ip4, ip4, play.port, 3);
      await receiver.said("stdout", /^(?:got\n|ready\n){4}/);
      await finish(receiver);
    },
  },
  {
    name: "packet-frame",
    what: "frames by AF_PACKET, with their Ethernet header",
    scenes: ["pair"],
    packets: 6,
    run: frames("frame"),
  },
  {
    name: "packet-cooked",
    what: "frames by AF_PACKET, without their Ethernet header",
    scenes: ["pair"],
    packets: 6,
    run: frames("cooked"),
  },
  {
    name: "packet-ether",
    what: "frames that are not IP, by AF_PACKET; nobody receives them",
    scenes: ["pair"],
    packets: 6,
    run: async (play) => {
      play.nobody(play.scene.server, 0x10000 + 0x88b5, "", "");
      await play.run(play.scene.client, "raw", "ether", "eth0", "2:0:0:0:0:2", "88b5", 3);
    },
  },
  ...(["plain", "async", "poll"] as const).map(
    (how): Kind => ({
      name: `io_uring-${how}`,
      what: `TCP by io_uring${{ plain: "", async: ", done by the kernel's worker threads", poll: ", submissions taken by a kernel thread" }[how]}`,
      scenes: BOTH,
      packets: 30,
      run: (play) => play.talk("uring", [how, "0.0.0.0", play.port], [how, play.scene.ip4, play.port, 4]),
    }),
  ),
  {
    name: "process-exit",
    what: "connections that are closed by the end of the process",
    scenes: BOTH,
    packets: 10,
    run: async (play) => {
      await tcp("plain", "exit", "ee", 1)(play);
      await tcp("exits", "plain", "c", 2)(play);
    },
  },
  {
    name: "process-exec",
    what: "a process that executes another program again and again",
    scenes: ["pair"],
    packets: 8,
    run: process("chain", 3),
  },
  {
    name: "process-rename",
    what: "a process that renames itself, and a thread with a name of its own",
    scenes: ["pair"],
    packets: 8,
    run: process("rename", "renamed"),
  },
  {
    name: "process-brief",
    what: "processes that send one datagram and are gone",
    scenes: BOTH,
    packets: 60,
    run: process("brief", 30),
  },
  {
    name: "process-urgent",
    what: "processes of which one comes between the others' sends (real-time priority)",
    scenes: ["masquerade"],
    packets: 400,
    run: process("urgent", 100),
  },
  {
    name: "process-user",
    what: "a process that becomes another user",
    scenes: ["pair"],
    packets: 6,
    run: process("user", 1234),
  },
  {
    name: "process-space",
    what: "processes in a pid namespace of their own",
    scenes: ["pair"],
    packets: 4,
    run: process("space"),
  },
  {
    name: "process-reuse",
    what: "processes that have one pid after the other",
    scenes: ["pair"],
    packets: 8,
    run: process("reuse", 4),
  },
  {
    name: "process-orphan",
    what: "a process whose parent has ended",
    scenes: ["pair"],
    packets: 2,
    run: process("orphan"),
  },
  {
    name: "process-args",
    what: "long, odd and empty arguments",
    scenes: ["pair"],
    packets: 6,
    run: async (play) => {
      const odd = ["line\nfeed", "tab\t", "\x1b[31m", "PID: 1", "back\\slash", "umläut", "\u2028"];
      await process("args", ...odd)(play);
      await process("args", "x".repeat(700), "y".repeat(200))(play);
      await process("args", ...new Array<string>(400).fill("0123456789"))(play);
    },
  },
  {
    name: "proxy",
    what: "a proxy in user space between a container and the world",
    scenes: ["masquerade"],
    packets: 60,
    run: async (play) => {
      // the scene the other way round: from beyond to the router, whose proxy asks the container
      const { client: container, server: beyond, router } = play.scene;
      const serving = await play.serve(container, "tcp", "server", "plain", "0.0.0.0", play.port);
      const proxy = await play.serve(router!, "proxy", "0.0.0.0", play.port + 1, container.ip4, play.port);
      await play.run(beyond, "tcp", "client", "plain", router!.ip4, play.port + 1, "ee", 3, 1);
      await finish(proxy);
      await finish(serving);
    },
  },
];
