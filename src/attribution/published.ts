// Ports of this host's that a container engine translates (DNAT) to its containers'. Docker has a program of its own listen
// on them, too (docker-proxy), for those whose packets are not translated; the kernel side is told, lest that be named
// for a packet which never reaches it.
import { PublishedKey, PublishedPort as PublishedValue } from "../addon/abi.ts";
import { addressBytes } from "../bytes/address.ts";

/** As an engine tells it. Strings come from outside. */
export interface PublishedPort {
  readonly protocol: string;
  /** "0.0.0.0" and "::" stand for every address of the host's. */
  readonly hostAddress: string;
  readonly hostPort: number;
  /** The container's addresses, of either kind. */
  readonly addresses: readonly string[];
  readonly port: number;
}

/** What is asked, and who is told. */
export interface PublishedPlaces {
  /** The number of a process's network namespace in this host's; -1: none. */
  netnsNumber(pid: number): number;
  /** The index of the device that has this address in its subnet; 0: none. */
  deviceTo(address: Uint8Array): number;
  /** Keys and values as abi.h has them: struct published_key, struct published_port. */
  put(key: Uint8Array, value: Uint8Array): void;
  remove(key: Uint8Array): void;
}

const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ["tcp", 6],
  ["udp", 17],
]);
const AF_INET = 2;
const AF_INET6 = 10;
/** Of one container; more are left out. */
const MAX_PORTS = 512;

/** What the kernel side was told of a container. */
interface Told {
  readonly pid: number;
  readonly ports: readonly PublishedPort[];
  readonly keys: readonly Uint8Array[];
}

export class PublishedPorts {
  readonly #places: PublishedPlaces;
  readonly #containers = new Map<string, Told>();

  constructor(places: PublishedPlaces) {
    this.#places = places;
  }

  /** A container's ports, in place of those that it had before. @param pid of a process of it; 0: it does not run */
  set(id: string, pid: number, ports: readonly PublishedPort[]): void {
    const told = this.#containers.get(id);
    // engines tell of a container again for its other properties
    if (told?.pid === pid && told.ports === ports) return;
    this.clear(id);
    if (pid === 0 || ports.length === 0) return;
    const netns = this.#places.netnsNumber(pid);
    // the host's own: nothing is translated
    if (netns < 0) return;
    const keys: Uint8Array[] = [];
    for (const port of ports.slice(0, MAX_PORTS)) {
      const made = encoded(port);
      if (made === null) continue;
      const { key, value, address } = made;
      value.writeUInt32LE(netns, PublishedValue.netns);
      value.writeUInt32LE(this.#places.deviceTo(address), PublishedValue.bridge);
      this.#places.put(key, value);
      keys.push(key);
    }
    this.#containers.set(id, { pid, ports, keys });
  }

  clear(id: string): void {
    for (const key of this.#containers.get(id)?.keys ?? []) this.#places.remove(key);
    this.#containers.delete(id);
  }
}

/** null where nothing is translated: on loopback, other protocols, a container without an address of the host's kind. */
function encoded(port: PublishedPort): { key: Buffer; value: Buffer; address: Uint8Array } | null {
  const protocol = PROTOCOLS.get(port.protocol);
  const host = addressBytes(port.hostAddress);
  const address = port.addresses
    .map(addressBytes)
    .find((bytes) => bytes !== null && bytes.length === host?.length);
  if (protocol === undefined || host === null || !address || isLoopback(host)) return null;
  if (!isPort(port.hostPort) || !isPort(port.port)) return null;
  const key = Buffer.alloc(PublishedKey.size);
  key.set(host, PublishedKey.address);
  key.writeUInt16BE(port.hostPort, PublishedKey.port);
  key[PublishedKey.protocol] = protocol;
  key[PublishedKey.family] = host.length === 4 ? AF_INET : AF_INET6;
  const value = Buffer.alloc(PublishedValue.size);
  value.set(address, PublishedValue.address);
  value.writeUInt16BE(port.port, PublishedValue.port);
  return { key, value, address };
}

function isLoopback(address: Uint8Array): boolean {
  if (address.length === 4) return address[0] === 127;
  return address.every((byte, i) => byte === (i === 15 ? 1 : 0));
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65536;
}
