// Names for numbers, from the system's files: services(5), hosts(5), ethers(5).
import { readdirSync, readFileSync } from "node:fs";
import { addressBytes } from "./address.ts";
import type { HostLookup } from "./hostnames.ts";

/**
 * Answers "what is this number called". Every answer is plain printable text or null: a name goes to the
 * terminal, wherever it came from.
 */
export interface Names {
  /** Host name of the IPv4 or IPv6 address in bytes[at, at + size), size 4 or 16. */
  host(bytes: Uint8Array, at: number, size: number): string | null;
  /** Name of the station with the MAC address in bytes[at, at + 6). */
  station(bytes: Uint8Array, at: number): string | null;
  tcpPort(port: number): string | null;
  udpPort(port: number): string | null;
  /** Name of the network device with this index in the program's network namespace. */
  device(index: number): string | null;
}

/** Reads a file of the system's name databases; "" if it cannot be read, as getservent(3) does. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The words of every line that has any, comments cut off. */
function* lines(path: string): Generator<string[]> {
  for (const line of textOf(path).split("\n")) {
    const words = line.replace(/#.*/, "").trim().split(/\s+/);
    if (words.length > 1) yield words;
  }
}

/** The address as a map key: its bytes as hexadecimal. */
function keyOf(bytes: Uint8Array, at: number, size: number): string {
  let key = "";
  for (let i = 0; i < size; i++) key += (bytes[at + i]! + 256).toString(16).slice(1);
  return key;
}

/** A name made fit to print: control characters and non-ASCII become "?". */
export function printable(name: string): string {
  return name.replace(/[^\x21-\x7e]/g, "?");
}

/** The network devices under `folder`: index to name. */
function readDevices(folder: string): Map<number, string> {
  const found = new Map<number, string>();
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // No /sys: no names.
  }
  for (const name of names) {
    const index = Number.parseInt(textOf(`${folder}/${name}/ifindex`), 10);
    if (index > 0) found.set(index, printable(name));
  }
  return found;
}

/** Where names come from; what is not given is read from files. */
export interface NameSources {
  /** Folder of the system's files; "/etc". */
  readonly etc?: string;
  /** Folder of the network devices; "/sys/class/net". */
  readonly devices?: string;
  /** Names of hosts; else of hosts(5). */
  readonly hosts?: HostLookup;
  /** Services: name, port, protocol, name, …; else of services(5). */
  readonly services?: () => readonly (string | number)[];
}

/** Services of services(5): name, port, protocol, … */
function* servicesOf(path: string): Generator<string | number> {
  for (const [name, where] of lines(path)) {
    const [port, protocol] = where!.split("/");
    yield name!;
    yield Number(port);
    yield protocol ?? "";
  }
}

/** Names of hosts(5). */
function hostsOf(path: string): HostLookup {
  let hosts: Map<string, string> | null = null;
  return {
    host(bytes, at, size) {
      if (hosts === null) {
        hosts = new Map();
        for (const [address, name] of lines(path)) {
          const known = addressBytes(address!);
          if (known === null) continue;
          const key = keyOf(known, 0, known.length);
          if (!hosts.has(key)) hosts.set(key, printable(name!));
        }
      }
      return hosts.get(keyOf(bytes, at, size)) ?? null;
    },
  };
}

/** The system's names, each kind read when it is first asked for. */
export function systemNames(sources: NameSources = {}): Names {
  const etc = sources.etc ?? "/etc";
  const hosts = sources.hosts ?? hostsOf(`${etc}/hosts`);
  let devices: Map<number, string> | null = null;
  let services: { tcp: Map<number, string>; udp: Map<number, string> } | null = null;
  let stations: Map<string, string> | null = null;

  function readServices() {
    const found = { tcp: new Map<number, string>(), udp: new Map<number, string>() };
    const rows = sources.services?.() ?? [...servicesOf(`${etc}/services`)];
    for (let i = 0; i + 2 < rows.length; i += 3) {
      const protocol = rows[i + 2];
      const table = protocol === "tcp" ? found.tcp : protocol === "udp" ? found.udp : null;
      const port = rows[i + 1] as number;
      // The first line that names a port wins.
      if (table && Number.isInteger(port) && !table.has(port)) table.set(port, printable(rows[i] as string));
    }
    return found;
  }
  function readStations() {
    const found = new Map<string, string>();
    for (const [address, name] of lines(`${etc}/ethers`)) {
      const octets = address!.split(":").map((octet) => Number.parseInt(octet, 16));
      if (octets.length === 6 && octets.every((octet) => octet >= 0 && octet <= 255))
        found.set(keyOf(Uint8Array.from(octets), 0, 6), printable(name!));
    }
    if (!found.has("ffffffffffff")) found.set("ffffffffffff", "Broadcast");
    return found;
  }

  return {
    host: (bytes, at, size) => hosts.host(bytes, at, size),
    station(bytes, at) {
      stations ??= readStations();
      return stations.get(keyOf(bytes, at, 6)) ?? null;
    },
    tcpPort(port) {
      services ??= readServices();
      return services.tcp.get(port) ?? null;
    },
    udpPort(port) {
      services ??= readServices();
      return services.udp.get(port) ?? null;
    },
    device(index) {
      devices ??= readDevices(sources.devices ?? "/sys/class/net");
      return devices.get(index) ?? null;
    },
  };
}
