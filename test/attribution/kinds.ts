// The workload, one row per kind of traffic. Adding one is a row here; docs/attribution.md lists them.
import { IPPROTO } from "./frames.ts";
import { finish, type Kind, type Play } from "./stage.ts";

const BOTH = ["pair", "loopback"] as const;

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

export const KINDS: readonly Kind[] = [
  {
    name: "tcp4-short",
    what: "TCP over IPv4, short connections to a server with one process",
    scenes: BOTH,
    packets: 40,
    run: tcp("plain", "plain", "e", 4),
  },
  {
    name: "tcp6-short",
    what: "the same over IPv6",
    scenes: BOTH,
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
    scenes: BOTH,
    packets: 40,
    run: tcp("fork", "plain", "eee", 3, 3),
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
    scenes: BOTH,
    packets: 40,
    run: tcp("prefork", "plain", "eee", 4, 3),
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
    name: "tcp-events",
    what: "a server with epoll",
    scenes: BOTH,
    packets: 40,
    run: tcp("events", "plain", "eee", 3, 2),
  },
  {
    name: "tcp-open",
    what: "a connection that was open before the capture started",
    scenes: BOTH,
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
    scenes: BOTH,
    packets: 20,
    run: tcp("plain", "plain", "eh", 3),
  },
  {
    name: "tcp-time-wait",
    what: "closed by the server first: TIME_WAIT there",
    scenes: BOTH,
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
    scenes: BOTH,
    packets: 8,
    run: udp("plain", "plain", 4, 100),
  },
  {
    name: "udp6",
    what: "the same over IPv6",
    scenes: BOTH,
    packets: 8,
    run: udp("plain", "plain", 4, 100, 1, 6),
  },
  {
    name: "udp-connected",
    what: "connected UDP sockets",
    scenes: BOTH,
    packets: 8,
    run: udp("plain", "connect", 4, 100, 2),
  },
  {
    name: "udp-many-peers",
    what: "one UDP server, forty peers in processes of their own",
    scenes: BOTH,
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
    scenes: ["pair"],
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
    scenes: BOTH,
    packets: 4,
    run: async (play) => {
      const { client, server, ip4, ip6 } = play.scene;
      for (const ip of [ip4, ip6]) {
        play.nobody(server, IPPROTO.udp, ip === ip4 ? `${ip}:${play.port}` : `[${ip}]:${play.port}`, "");
        play.nobody(server, ip === ip4 ? IPPROTO.icmp : IPPROTO.icmp6, ip, "");
        await play.run(client, "udp", "client", "refused", ip, play.port, 2, 20);
      }
    },
  },
];
