// Which devices a capture is on: the ones named with -i, or all of them as they come and go.
import { readFileSync, statSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { Addon, NetDevice, Watch } from "../addon/addon.ts";
import { type DeviceTable, deviceLayer, type Netns } from "../attribution/devices.ts";
import { addressBytes } from "../bytes/address.ts";
import type { KernelCapture } from "../kernel/capture.ts";
import { Failure } from "../model/failure.ts";
import type { Device } from "../model/packet.ts";

/** The name that stands for all devices. */
export const ANY = "any";

const OWN_NETNS = "/proc/self/ns/net";

/**
 * The devices that -i names; a number is a place in the list that -D prints. Throws Failure "no-device".
 * @param headerless packets are taken without link-level headers: of whatever kind these are
 */
export function chooseDevices(addon: Addon, names: readonly string[], headerless = false): NetDevice[] {
  const devices = addon.netDevices();
  const chosen: NetDevice[] = [];
  for (const name of names) {
    const device = devices.find((candidate) => candidate.name === name) ?? byNumber(addon, devices, name);
    if (!device)
      throw new Failure("no-device", `${name}: No such device exists (ptcpdump -D lists the devices)`);
    if (!headerless && deviceLayer(device.type) === null)
      throw new Failure(
        "device-type",
        `${name}: devices of this type (ARPHRD ${device.type}) cannot be captured`,
      );
    if (!chosen.includes(device)) chosen.push(device);
  }
  return chosen;
}

/** The device that a name or a number of -D's list stands for; what is neither comes back as it is. */
export function deviceName(addon: Addon, text: string): string {
  if (text === ANY) return text;
  const devices = addon.netDevices();
  if (devices.some((device) => device.name === text) || !/^[0-9]+$/.test(text)) return text;
  return addon.pcapDevices()[Number(text) - 1]?.name ?? text;
}

function byNumber(addon: Addon, devices: readonly NetDevice[], text: string): NetDevice | undefined {
  if (!/^[0-9]+$/.test(text)) return undefined;
  const name = addon.pcapDevices()[Number(text) - 1]?.name;
  return devices.find((candidate) => candidate.name === name);
}

/** tcpdump's choice where no -i is given: the first device of libpcap's list, which puts those in use first. */
export function defaultDevice(addon: Addon): string {
  const captured = new Set(
    addon
      .netDevices()
      .filter((device) => deviceLayer(device.type) !== null)
      .map((device) => device.name),
  );
  const name = addon.pcapDevices().find((device) => captured.has(device.name))?.name;
  if (name === undefined) throw new Failure("no-device", "no device to capture on was found");
  return name;
}

/** True where this network namespace passes packets on, so that those of other namespaces may come by. */
export function forwards(): boolean {
  return ["ipv4/ip_forward", "ipv6/conf/all/forwarding"].some((name) => {
    try {
      return readFileSync(join("/proc/sys/net", name), "latin1").trim() === "1";
    } catch {
      // this kernel has no IPv6, or hides the file: then nothing is forwarded by it
      return false;
    }
  });
}

/** The number of a process's network namespace in this one, as eBPF takes it; -1: none. */
export function netnsNumber(addon: Addon, pid: number): number {
  const number = addon.netnsNumber(pid);
  if (number >= 0) return number;
  // the kernel gives numbers when somebody lists the devices that lead to other namespaces
  addon.netDevices();
  return addon.netnsNumber(pid);
}

/** What is known of subnets is believed for so long (ms); where an address is in none, not so long. */
const SUBNETS_AGE = 1000;
const MISSING_AGE = 50;

/** The subnets of this network namespace's devices: listing them costs milliseconds where there are hundreds. */
export class Subnets {
  readonly #addon: Addon;
  #read = Number.NEGATIVE_INFINITY;
  #list: { readonly base: Uint8Array; readonly bits: number; readonly ifindex: number }[] = [];

  constructor(addon: Addon) {
    this.#addon = addon;
  }

  /** The index of the device that has this address in its subnet; 0: none. */
  deviceTo(address: Uint8Array): number {
    return this.#find(address, SUBNETS_AGE) || this.#find(address, MISSING_AGE);
  }

  #find(address: Uint8Array, age: number): number {
    if (performance.now() - this.#read > age) this.#renew();
    return this.#list.find(({ base, bits }) => isWithin(address, base, bits))?.ifindex ?? 0;
  }

  #renew(): void {
    const indexes = new Map(this.#addon.netDevices().map(({ name, ifindex }) => [name, ifindex]));
    this.#list = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      (addresses ?? []).flatMap(({ cidr }) => {
        // "172.17.0.1/16", "fe80::1/64"
        const [text, length] = (cidr ?? "").split("/");
        const base = addressBytes(text ?? "");
        return base === null ? [] : [{ base, bits: Number(length), ifindex: indexes.get(name) ?? 0 }];
      }),
    );
    this.#read = performance.now();
  }
}

function isWithin(address: Uint8Array, base: Uint8Array, bits: number): boolean {
  if (base.length !== address.length) return false;
  return base.every((byte, i) => {
    const counts = Math.min(Math.max(bits - 8 * i, 0), 8);
    return (byte ^ address[i]!) >>> (8 - counts) === 0;
  });
}

const PCAP_IF_LOOPBACK = 1;
const PCAP_IF_UP = 2;
const PCAP_IF_RUNNING = 4;
const PCAP_IF_WIRELESS = 8;
const PCAP_IF_STATUS = 0x30;
const PCAP_IF_CONNECTED = 0x10;
const PCAP_IF_DISCONNECTED = 0x20;

/** What -D prints: tcpdump's list, as far as it can be captured on here. */
export function deviceList(addon: Addon): string {
  const types = new Map(addon.netDevices().map((device) => [device.name, device.type]));
  let text = "";
  for (const [index, { name, description, flags }] of addon.pcapDevices().entries()) {
    if (name !== ANY && deviceLayer(types.get(name) ?? -1) === null) continue;
    const words: string[] = [];
    if (flags & PCAP_IF_UP) words.push("Up");
    if (flags & PCAP_IF_RUNNING) words.push("Running");
    if (flags & PCAP_IF_LOOPBACK) words.push("Loopback");
    if (flags & PCAP_IF_WIRELESS) words.push("Wireless");
    if ((flags & PCAP_IF_STATUS) === PCAP_IF_CONNECTED)
      words.push(flags & PCAP_IF_WIRELESS ? "Associated" : "Connected");
    if ((flags & PCAP_IF_STATUS) === PCAP_IF_DISCONNECTED)
      words.push(flags & PCAP_IF_WIRELESS ? "Not associated" : "Disconnected");
    const about = description === "" ? "" : ` (${description})`;
    text += `${index + 1}.${name}${about} [${words.join(", ") || "none"}]\n`;
  }
  return text;
}

/** Keeps a capture attached to its devices. */
export class Interfaces {
  readonly #addon: Addon;
  readonly #kernel: KernelCapture;
  readonly #table: DeviceTable;
  /** Where packets tell their namespace: this one. */
  readonly #netns: Netns | undefined;
  /** Attached devices by index. */
  readonly #attached = new Map<number, Device>();
  #promiscuous: number[] = [];
  #socket = -1;
  #watch: Watch | null = null;

  constructor(addon: Addon, kernel: KernelCapture, table: DeviceTable) {
    this.#addon = addon;
    this.#kernel = kernel;
    this.#table = table;
    this.#netns = kernel.severalNetns
      ? { inode: statSync(OWN_NETNS).ino, path: OWN_NETNS, foreign: false }
      : undefined;
  }

  /** Devices captured on at this moment. */
  get devices(): readonly Device[] {
    return [...this.#attached.values()];
  }

  /** Captures on these devices; promiscuous: in that mode until close(), as tcpdump does without -p. */
  attach(devices: readonly NetDevice[], promiscuous: boolean): void {
    for (const device of devices) {
      this.#attach(device);
      if (promiscuous) this.#promiscuous.push(this.#addon.promiscuous(device.ifindex));
    }
  }

  /** Captures on every device there is and will be. */
  follow(onError: (name: string, error: unknown) => void): void {
    this.#watchLinks(() => {
      for (const device of this.#update()) {
        try {
          // a renamed device stays attached: only its name is new
          this.#attach(device);
        } catch (error) {
          if ((error as { code?: string }).code !== "ENODEV") onError(device.name, error);
        }
      }
    });
  }

  /** Tells of devices that vanish: the ones given to attach() do not come back. */
  watchGone(onGone: (name: string) => void): void {
    this.#watchLinks(() => {
      const before = this.devices;
      this.#update();
      for (const device of before) if (!this.#attached.has(device.ifindex)) onGone(device.name);
    });
  }

  close(): void {
    if (this.#watch) this.#addon.watchEnd(this.#watch);
    this.#watch = null;
    if (this.#socket >= 0) this.#addon.closeFd(this.#socket);
    this.#socket = -1;
    for (const fd of this.#promiscuous.splice(0)) this.#addon.closeFd(fd);
  }

  #attach(device: NetDevice): void {
    const layer = this.#kernel.headerless ? "raw" : deviceLayer(device.type);
    if (layer === null) return;
    this.#kernel.attachDevice(device.ifindex, layer, this.#netns?.inode);
    this.#attached.set(device.ifindex, this.#table.add(device, this.#netns));
  }

  /** Calls back at once, and whenever a device came, went or changed. */
  #watchLinks(onChange: () => void): void {
    // the watch first: what happens between a first look and the watch would be missed
    this.#socket = this.#addon.linkWatchOpen();
    onChange();
    this.#watch = this.#addon.watchFd(this.#socket, () => {
      this.#addon.linkWatchDrain(this.#socket);
      onChange();
    });
  }

  /** Forgets the devices that are gone; the list of those that are there. */
  #update(): NetDevice[] {
    const present = this.#addon.netDevices();
    const indexes = new Set(present.map((device) => device.ifindex));
    for (const ifindex of [...this.#attached.keys()]) {
      if (indexes.has(ifindex)) continue;
      this.#kernel.detachDevice(ifindex, this.#netns?.inode);
      this.#attached.delete(ifindex);
    }
    return present;
  }
}
