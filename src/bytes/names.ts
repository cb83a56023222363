// Names for numbers, from the system's files: services(5), hosts(5), ethers(5).
import { readdirSync, readFileSync } from "node:fs";
import { addressBytes } from "./address.ts";

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
function printable(name: string): string {
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

/**
 * Names from files under `etc` ("/etc") and devices under `devicesFolder`, each read when it is first asked for.
 */
export function systemNames(etc = "/etc", devicesFolder = "/sys/class/net"): Names {
  let devices: Map<number, string> | null = null;
  let services: { tcp: Map<number, string>; udp: Map<number, string> } | null = null;
  let hosts: Map<string, string> | null = null;
  let stations: Map<string, string> | null = null;

  function readServices() {
    const found = { tcp: new Map<number, string>(), udp: new Map<number, string>() };
    for (const [name, where] of lines(`${etc}/services`)) {
      const [port, protocol] = where!.split("/");
      const table = protocol === "tcp" ? found.tcp : protocol === "udp" ? found.udp : null;
      const number = Number(port);
      // The first line that names a port wins.
      if (table && Number.isInteger(number) && !table.has(number)) table.set(number, printable(name!));
    }
    return found;
  }
  function readHosts() {
    const found = new Map<string, string>();
    for (const [address, name] of lines(`${etc}/hosts`)) {
      const bytes = addressBytes(address!);
      if (bytes === null) continue;
      const key = keyOf(bytes, 0, bytes.length);
      if (!found.has(key)) found.set(key, printable(name!));
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
    host(bytes, at, size) {
      hosts ??= readHosts();
      return hosts.get(keyOf(bytes, at, size)) ?? null;
    },
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
      devices ??= readDevices(devicesFolder);
      return devices.get(index) ?? null;
    },
  };
}
