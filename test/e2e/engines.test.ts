// Containers and pods of real engines (Debian's containerd and Docker Engine): whose packet it is, on every device that
// it passes, and the filters that choose by name.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type ContainerTalker, DOCKER, type Engines, engines, hasEngines } from "../engines.ts";
import { folder, type Host, PTCPDUMP, pair } from "../netns.ts";
import { owner, packets } from "../packets.ts";
import { Talker } from "../talker.ts";

/** Whoever is right to be named. */
interface Actor {
  readonly pid: number;
  /** What the line ends with: ", Container [web]", ", Container [front], Pod [shop.prod]"; "" for nobody's. */
  readonly residence: string;
}

interface Seen {
  readonly text: string;
  readonly device: string;
  readonly outgoing: boolean;
  readonly source: string;
  readonly destination: string;
  readonly pid: number;
  readonly residence: string;
}

/** The packets of a text, taken apart. */
function seen(text: string): Seen[] {
  return packets(text).map((packet) => {
    const who = owner(packet);
    const ends = / IP (\S+) > (\S+): /.exec(packet);
    if (who === null || ends === null) throw new Error(`not a packet as expected: ${packet}`);
    return {
      text: packet,
      device: who.device.replace(/^veth.*/, "veth"),
      outgoing: who.direction === "Out",
      source: ends[1]!,
      destination: ends[2]!,
      pid: who.pid,
      residence: /(, Container \[[^\]]*\])?(, Pod \[[^\]]*\])?$/.exec(packet)![0],
    };
  });
}

const addressOf = (end: string): string => end.replace(/\.\d+$/, "");
const portOf = (end: string): number => Number(/\d+$/.exec(end)![0]);

/** Any talker, in a container or not. */
interface Speaker {
  tell(...words: (string | number)[]): Promise<unknown>;
}

async function exchange(protocol: "tcp" | "udp", who: Speaker, ip: string, port: number): Promise<void> {
  if (protocol === "udp") {
    await who.tell("ask-udp", ip, port, 50);
    return;
  }
  await who.tell("connect", ip, port);
  await who.tell("send", 100);
  await who.tell("close");
}

/** Port of the host → of the container, in both protocols. */
const PUBLISHED = [8080, 80] as const;
const POD_PUBLISHED = [8081, 81] as const;
/** Of the server beyond, and one that is closed there. */
const SERVER = 5001;
const CLOSED = 5002;
/** Where datagrams are sent to that are answered. */
const SERVICES = new Set<number>([...PUBLISHED, SERVER]);

test("containers and pods of Docker and containerd", async (t) => {
  if (!hasEngines(t)) return;
  const forwarding = readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8");
  const [host, beyond] = pair(t);
  const place = await engines(t, host);
  const site: Site = { place, host, beyond };
  await t.test("every packet of published ports, of the bridge and behind MASQUERADE", (t) =>
    everyPacket(t, site),
  );
  await t.test("--container-name: first to last packet, over a restart, and no other's", () => byName(site));
  await t.test("--pod-name: all containers of the pod, and no other's", () => byPod(site));
  assert.equal(
    readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8"),
    forwarding,
    "the machine's own is untouched",
  );
});

interface Site {
  readonly place: Engines;
  readonly host: Host;
  readonly beyond: Host;
}

interface Flow {
  readonly what: string;
  readonly protocol: "tcp" | "udp";
  readonly from: Speaker;
  readonly to: readonly [ip: string, port: number];
  /** Who speaks, and who is spoken to. */
  readonly actors: readonly [Actor, Actor];
  /** A process of the host's own that hands it on from one to the other. */
  readonly proxy: Actor | null;
  readonly devices: readonly string[];
}

async function everyPacket(t: TestContext, { place, host, beyond }: Site): Promise<void> {
  const web = await place.container("web", { publish: PUBLISHED });
  const client = await place.container("client");
  const uid = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";
  const pod = await place.pod({
    name: "shop",
    namespace: "prod",
    uid,
    labels: { app: "shop" },
    hostPort: POD_PUBLISHED,
  });
  const front = await place.podContainer(pod, "front");
  const [here, far, server] = [new Talker(host), new Talker(beyond), new Talker(beyond)];
  const actors = new Map<Speaker, Actor>();
  for (const [who, residence] of [
    [web, ", Container [web]"],
    [client, ", Container [client]"],
    [front, ", Container [front], Pod [shop.prod]"],
  ] as const)
    actors.set(who, { pid: who.pid, residence });
  for (const [who, port] of [
    [web, PUBLISHED[1]],
    [front, POD_PUBLISHED[1]],
    [server, SERVER],
  ] as const) {
    await who.tell("listen", port);
    await who.tell("echo-udp", port);
  }
  for (const who of [here, far, server]) actors.set(who, { pid: who.program.pid, residence: "" });

  const flows = (["tcp", "udp"] as const).flatMap((protocol) => {
    const proxy = { pid: place.proxy(protocol, PUBLISHED[0]), residence: "" };
    const rows: [string, Speaker, Flow["to"], Speaker, Actor | null, string[]][] = [
      ["the host, loopback", here, ["127.0.0.1", PUBLISHED[0]], web, proxy, ["docker0", "lo", "veth"]],
      ["the host, its address", here, [host.ip4, PUBLISHED[0]], web, null, ["docker0", "veth"]],
      ["a container, by the host", client, [DOCKER.ip4, PUBLISHED[0]], web, proxy, ["docker0", "veth"]],
      ["a container, the bridge", client, [web.ip4, PUBLISHED[1]], web, null, ["veth"]],
      ["beyond", far, [host.ip4, PUBLISHED[0]], web, null, ["docker0", "eth0", "veth"]],
      ["to beyond", client, [beyond.ip4, SERVER], server, null, ["docker0", "eth0", "veth"]],
      ["beyond, a pod", far, [host.ip4, POD_PUBLISHED[0]], front, null, ["cni0", "eth0", "veth"]],
      ["a pod to beyond", front, [beyond.ip4, SERVER], server, null, ["cni0", "eth0", "veth"]],
    ];
    return rows
      .filter(([what]) => !(protocol === "udp" && what === "beyond, a pod"))
      .map(
        ([what, from, to, at, proxy, devices]): Flow => ({
          what: `${what}, ${protocol}`,
          protocol,
          from,
          to,
          actors: [actors.get(from)!, actors.get(at)!],
          proxy,
          devices,
        }),
      );
  });

  for (const flow of flows)
    await t.test(flow.what, async () => {
      const capture = await host.ptcpdump("-i", "any", "-n", ...place.addresses, flow.protocol);
      await exchange(flow.protocol, flow.from, ...flow.to);
      const { stdout, stderr } = await capture.stop();
      const all = seen(stdout);
      assert.deepEqual([...new Set(all.map(({ device }) => device))].sort(), flow.devices, stdout + stderr);
      assert.ok(all.length >= (flow.protocol === "tcp" ? 9 : 2) * flow.devices.length, stdout);
      assert.match(stderr, /^0 packets dropped by kernel$/m);
      for (const packet of all)
        assert.ok(
          allowed(flow, packet).some(
            ({ pid, residence }) => packet.pid === pid && packet.residence === residence,
          ),
          `wrongly named: ${packet.text}\nright: ${JSON.stringify(allowed(flow, packet))}`,
        );
    });

  for (const protocol of ["tcp", "udp"] as const)
    await t.test(
      `who comes by the bridge comes to the proxy, also after others who did not, ${protocol}`,
      async () => {
        const flow = flows.find(({ what }) => what === `a container, by the host, ${protocol}`)!;
        const capture = await host.ptcpdump("-i", "any", "-n", ...place.addresses, protocol);
        await exchange(protocol, far, host.ip4, PUBLISHED[0]);
        await exchange(protocol, client, DOCKER.ip4, PUBLISHED[0]);
        await exchange(protocol, far, host.ip4, PUBLISHED[0]);
        const all = seen((await capture.stop()).stdout);
        const isFar = ({ source, destination }: Seen) =>
          [source, destination].some((end) => addressOf(end) === beyond.ip4);
        for (const packet of all) {
          const right = isFar(packet) ? [actors.get(far)!, actors.get(web)!] : allowed(flow, packet);
          assert.ok(
            right.some(({ pid, residence }) => packet.pid === pid && packet.residence === residence),
            `wrongly named: ${packet.text}\nright: ${JSON.stringify(right)}`,
          );
        }
        assert.ok(all.some(isFar) && all.some((packet) => !isFar(packet)));
      },
    );

  await t.test("epb_packetid: one for all sightings of a packet", async (t) => {
    const file = join(folder(t), "x.pcapng");
    const capture = await host.ptcpdump("-i", "any", "-w", file, ...place.addresses, "tcp or udp");
    for (const protocol of ["tcp", "udp"] as const) {
      await exchange(protocol, here, "127.0.0.1", PUBLISHED[0]);
      await exchange(protocol, client, beyond.ip4, SERVER);
      await exchange(protocol, far, host.ip4, PUBLISHED[0]);
      await exchange(protocol, client, web.ip4, PUBLISHED[1]);
    }
    await capture.stop();
    const fields = ["frame.packet_id", "frame.interface_name", "frame.packet_flags_direction", "udp.dstport"];
    const stays = [
      "ip.id",
      "ip.len",
      "tcp.seq_raw",
      "tcp.ack_raw",
      "tcp.flags",
      "tcp.options.timestamp.tsval",
    ];
    const words = [...fields, ...stays].flatMap((field) => ["-e", field]);
    const table = await host.ok("tshark", "-r", file, "-Y", "tcp or udp", "-T", "fields", ...words);
    /** What a packet keeps wherever it is seen → its ids, and where it was seen. */
    const sightings = new Map<string, { ids: Set<string>; where: string[] }>();
    for (const line of table.split("\n").filter(Boolean)) {
      const [id, device, direction, port, ...rest] = line.split("\t");
      // a datagram that asks and the one that answers are alike
      const key = [...rest, SERVICES.has(Number(port)) ? "asks" : ""].join(" ");
      const known = sightings.get(key) ?? { ids: new Set(), where: [] };
      known.ids.add(id!);
      known.where.push(`${device} ${direction}`);
      sightings.set(key, known);
    }
    const ids: string[] = [];
    for (const [key, known] of sightings) {
      assert.equal(known.ids.size, 1, `${key}: ${known.where.join(", ")}\n${table}`);
      assert.equal(new Set(known.where).size, known.where.length, `${key}: ${known.where.join(", ")}`);
      assert.ok(known.where.length >= 2, `${key}: ${known.where.join(", ")}`);
      ids.push(...known.ids);
    }
    assert.equal(new Set(ids).size, ids.length, table);
    assert.ok(ids.length > 40, table);
  });

  await t.test("details", async (t) => {
    const file = join(folder(t), "x.pcapng");
    const capture = await host.ptcpdump("-i", "eth0", "-w", file, ...place.addresses, "udp");
    await client.tell("udp", beyond.ip4, CLOSED, 1);
    await front.tell("udp", beyond.ip4, CLOSED, 1);
    await capture.stop();
    const text = await host.ok(PTCPDUMP, "-n", "-v", "-r", file);
    assert.ok(
      text.includes(
        `\n    Container (name client, id ${client.id}, image ${DOCKER.image}, labels {"role":"client"})`,
      ),
      text,
    );
    assert.match(text, new RegExp(`\\n {4}Container \\(name front, id ${front.id}, image [^,]+, labels`));
    assert.ok(
      text.includes(
        `\n    Pod (name shop, namespace prod, UID ${uid}, labels {"app":"shop"}, annotations {})`,
      ),
      text,
    );
  });
}

/** Who may be named: a process of the host's own for what it sends and receives, else either end. */
function allowed(flow: Flow, { outgoing, device, source, destination }: Seen): readonly Actor[] {
  const { proxy, actors } = flow;
  if (proxy === null) return actors;
  const end = outgoing ? source : destination;
  // on loopback the speaker's own end; elsewhere both of the host's are the proxy's
  return device === "lo" && portOf(end) !== PUBLISHED[0] ? [actors[0]] : [proxy];
}

/** What is seen on the uplink of packets that were sent there, to a closed port: datagrams' sizes, S and R. */
function uplink(text: string, beyond: Host): string[] {
  return seen(text).map(({ text, outgoing, source, destination }) => {
    assert.equal(addressOf(outgoing ? destination : source), beyond.ip4, text);
    return /Flags \[(\w)/.exec(text)?.[1] ?? /length (\d+)/.exec(text)![1]!;
  });
}

/** A connection that is refused, and a datagram of this size that nobody takes. */
async function speak(who: Speaker, beyond: Host, size: number): Promise<void> {
  await who.tell("refused", beyond.ip4, CLOSED);
  await who.tell("udp", beyond.ip4, CLOSED, size);
}

async function byName({ place, host, beyond }: Site): Promise<void> {
  const other = await place.container("shopkeeper");
  // it is known, but has never run
  const id = await place.createContainer("shop");
  const capture = await host.ptcpdump(
    ...["-i", "eth0", "-n", "--container-name=shop", ...place.addresses, "tcp or udp"],
  );
  let shop: ContainerTalker = await place.startContainer("shop", id);
  await speak(shop, beyond, 10);
  await speak(other, beyond, 11);
  shop = await place.restartContainer("shop", shop);
  await speak(shop, beyond, 12);
  await speak(other, beyond, 13);
  const { stdout, stderr } = await capture.stop();
  assert.deepEqual(uplink(stdout, beyond), ["S", "R", "10", "S", "R", "12"], stdout + stderr);
  for (const packet of seen(stdout)) assert.equal(packet.residence, ", Container [shop]", packet.text);
}

async function byPod({ place, host, beyond }: Site): Promise<void> {
  const pod = await place.pod({ name: "db", namespace: "prod", uid: "5df41881-3aed-4515-88a7-2f4a814cf09e" });
  const twin = await place.pod({
    name: "db",
    namespace: "test",
    uid: "6fa459ea-ee8a-4ca4-894e-db77e160355e",
  });
  const first = await place.podContainer(pod, "first");
  const other = await place.podContainer(twin, "other");
  const capture = await host.ptcpdump(
    ...["-i", "eth0", "-n", "--log-level=debug", "--pod-name=db.prod", ...place.addresses, "tcp or udp"],
  );
  await speak(first, beyond, 10);
  await speak(other, beyond, 11);
  const second = await place.podContainer(pod, "second");
  // this engine has no events for its pods
  await capture.said("stderr", / container [0-9a-f]{64}: second$/m);
  await speak(second, beyond, 12);
  await speak(other, beyond, 13);
  await speak(first, beyond, 14);
  const { stdout, stderr } = await capture.stop();
  assert.deepEqual(uplink(stdout, beyond), ["S", "R", "10", "S", "R", "12", "S", "R", "14"], stdout + stderr);
  assert.deepEqual(
    [...new Set(seen(stdout).map(({ residence }) => residence))],
    [", Container [first], Pod [db.prod]", ", Container [second], Pod [db.prod]"],
    stdout,
  );
}
