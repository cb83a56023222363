// Capture in other network namespaces: those that --netns names, or all, present and coming. The thread enters a
// namespace only to look at its devices and to attach; nothing that stays open holds a namespace alive.
import { fstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Addon, NetDevice } from "../addon/addon.ts";
import { type DeviceTable, deviceLayer, type Netns } from "../attribution/devices.ts";
import type { KernelCapture } from "../kernel/capture.ts";
import { Failure } from "../model/failure.ts";
import type { Device } from "../model/packet.ts";
import { ANY } from "./interfaces.ts";

/** The words that stand for namespaces: all of them, or only those that come during the capture. */
export const ANY_NETNS = "any";
export const NEW_NETNS = "newly";

const OWN = "/proc/self/ns/net";
/** Where namespaces have names: ip-netns(8)'s, and Docker's. */
const FOLDERS = ["/run/netns", "/run/docker/netns"];
/** How often names are looked at, and the devices of namespaces that have just come, ms. */
const LOOK = 25;
const YOUNG = 1000;
/** The devices of all others: less often where that takes more than a twentieth of the time, but not more seldom. */
const SHARE = 20;
const LONGEST = 1000;
/** How often all processes are looked through for namespaces without a name, ms: those that execute are told of. */
const LOOK_THROUGH = 1000;

/** Processes that are remembered of a namespace without a name. */
const MAX_PIDS = 8;

interface Tracked {
  readonly netns: Netns;
  /** Change time of the name's file: another one of the same inode number is another namespace. 0: no name. */
  readonly changed: number;
  /** When it was first seen: performance.now(). */
  readonly since: number;
  readonly devices: Map<number, Device>;
}

interface Found {
  readonly inode: number;
  readonly path: string;
  readonly changed: number;
}

export class Namespaces {
  readonly #addon: Addon;
  readonly #kernel: KernelCapture;
  readonly #table: DeviceTable;
  readonly #warn: (line: string) => void;
  readonly #paths: readonly string[];
  readonly #all: boolean;
  readonly #names: ReadonlySet<string> | null;
  readonly #own: { fd: number; inode: number };
  readonly #tracked = new Map<number, Tracked>();
  /** Namespaces without a name: inode → pids in it, the latest last: who makes a namespace often does not stay. */
  readonly #processes = new Map<number, number[]>();
  /** Those that were there before, where only new ones are asked for: inode → change time. */
  readonly #old = new Map<number, number>();
  #timer: NodeJS.Timeout | null = null;
  #lookedThrough = 0;
  /** When all devices are looked at again. */
  #wholeAt = 0;

  /**
   * @param wanted paths, names, ANY_NETNS or NEW_NETNS
   * @param interfaces names of devices, or ANY
   * Throws Failure "no-netns" for one that is not there.
   */
  constructor(
    addon: Addon,
    kernel: KernelCapture,
    table: DeviceTable,
    wanted: readonly string[],
    interfaces: readonly string[],
    warn: (line: string) => void,
  ) {
    this.#addon = addon;
    this.#kernel = kernel;
    this.#table = table;
    this.#warn = warn;
    this.#all = wanted.includes(ANY_NETNS) || wanted.includes(NEW_NETNS);
    this.#names = interfaces.includes(ANY) ? null : new Set(interfaces);
    this.#own = { fd: addon.openPath(OWN), inode: statSync(OWN).ino };
    this.#paths = wanted.filter((name) => name !== ANY_NETNS && name !== NEW_NETNS).map(netnsPath);
    if (wanted.includes(NEW_NETNS) && !wanted.includes(ANY_NETNS)) {
      this.#lookThrough();
      for (const { inode, changed } of this.#discover()) this.#old.set(inode, changed);
    }
  }

  /** Devices captured on at this moment. */
  get devices(): readonly Device[] {
    return [...this.#tracked.values()].flatMap(({ devices }) => [...devices.values()]);
  }

  /** Captures on the devices there are, and follows what comes and goes. */
  start(): void {
    this.#look();
    if (!this.#all && this.devices.length === 0)
      throw new Failure(
        "no-device",
        `${[...(this.#names ?? [])].join(", ")}: no such device in ${this.#paths.join(", ")}`,
      );
  }

  /** A process was seen in a namespace: one that nobody has told of is captured in at once. */
  seen(inode: number, pid: number): void {
    if (!this.#all || inode === 0) return;
    this.#note(inode, pid);
    if (this.#timer === null || this.#tracked.has(inode)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), 0);
  }

  /** The device of a packet that was captured before anybody looked there: looked for now, nameless if it is gone. */
  find(ifindex: number, inode: number): Device {
    if (this.#timer) clearTimeout(this.#timer);
    this.#wholeAt = 0;
    this.#look();
    const found = this.#table.get(ifindex, inode);
    if (found) return found;
    const path = this.#tracked.get(inode)?.netns.path ?? "";
    return this.#table.unknown(ifindex, { inode, path, foreign: inode !== this.#own.inode });
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#own.fd >= 0) this.#addon.closeFd(this.#own.fd);
    this.#own.fd = -1;
  }

  #look(): void {
    const before = performance.now();
    if (this.#all && before - this.#lookedThrough > LOOK_THROUGH) this.#lookThrough();
    const whole = before >= this.#wholeAt;
    const present = new Set<number>();
    const there = this.#discover();
    // the number of one that is gone is soon another's
    for (const inode of this.#old.keys())
      if (!there.some((found) => found.inode === inode)) this.#old.delete(inode);
    for (const found of there) {
      if (this.#isOld(found) || present.has(found.inode)) continue;
      if (this.#update(found, whole)) present.add(found.inode);
    }
    for (const inode of [...this.#tracked.keys()]) if (!present.has(inode)) this.#forget(inode);
    const now = performance.now();
    if (whole) this.#wholeAt = now + Math.min((now - before) * SHARE, LONGEST);
    this.#timer = setTimeout(() => this.#look(), LOOK);
  }

  /** The namespaces to capture in, those with names first. */
  #discover(): Found[] {
    const found: Found[] = [];
    const add = (path: string, named: boolean): boolean => {
      const file = statSync(path, { throwIfNoEntry: false });
      if (file) found.push({ inode: file.ino, path, changed: named ? file.ctimeMs : 0 });
      return file !== undefined;
    };
    for (const path of this.#paths) quietly(() => add(path, !path.startsWith("/proc/")));
    if (!this.#all) return found;
    add(OWN, false);
    for (const folder of FOLDERS)
      quietly(() => {
        for (const name of readdirSync(folder)) quietly(() => add(join(folder, name), true));
      });
    const named = new Set(found.map(({ inode }) => inode));
    for (const [inode, pids] of [...this.#processes]) {
      if (named.has(inode)) continue;
      const there = pids.filter((pid) => quietly(() => statSync(`/proc/${pid}/ns/net`).ino === inode));
      if (there.length > 0 && quietly(() => add(`/proc/${there[0]}/ns/net`, false))) {
        if (there.length < pids.length) this.#processes.set(inode, there);
      } else this.#processes.delete(inode);
    }
    return found;
  }

  /** Whether it was there before the start; one without a name tells no time. */
  #isOld({ inode, changed }: Found): boolean {
    const before = this.#old.get(inode);
    return before !== undefined && (before === 0 || changed === 0 || before === changed);
  }

  #note(inode: number, pid: number): void {
    const pids = this.#processes.get(inode);
    if (!pids) this.#processes.set(inode, [pid]);
    else if (!pids.includes(pid)) {
      pids.push(pid);
      if (pids.length > MAX_PIDS) pids.shift();
    }
  }

  /** Looks through all processes for namespaces that have no name. */
  #lookThrough(): void {
    this.#lookedThrough = performance.now();
    for (const pid of readdirSync("/proc")) {
      if (!/^\d+$/.test(pid)) continue;
      quietly(() => {
        const { ino } = statSync(`/proc/${pid}/ns/net`);
        this.#note(ino, Number(pid));
      });
    }
  }

  /** Brings a namespace's devices up to date; false where it is gone. */
  #update({ inode, path, changed }: Found, whole: boolean): boolean {
    let tracked = this.#tracked.get(inode);
    if (tracked && tracked.changed !== 0 && changed !== 0 && tracked.changed !== changed) {
      this.#forget(inode);
      tracked = undefined;
    }
    const now = performance.now();
    if (tracked && !whole && now - tracked.since > YOUNG) return true;
    const foreign = inode !== this.#own.inode;
    if (!tracked) {
      tracked = { netns: { inode, path, foreign }, changed, since: now, devices: new Map() };
      this.#tracked.set(inode, tracked);
    }
    const { netns, devices } = tracked;
    return this.#inside(path, inode, () => {
      const present = this.#addon.netDevices();
      for (const ifindex of [...devices.keys()]) {
        if (present.some((device) => device.ifindex === ifindex)) continue;
        this.#kernel.detachDevice(ifindex, inode);
        devices.delete(ifindex);
      }
      for (const device of present) this.#attach(device, netns, devices);
    });
  }

  #attach(device: NetDevice, netns: Netns, devices: Map<number, Device>): void {
    const layer = this.#kernel.headerless ? "raw" : deviceLayer(device.type);
    if (layer === null || (this.#names !== null && !this.#names.has(device.name))) return;
    try {
      this.#kernel.attachDevice(device.ifindex, layer, netns.inode);
      devices.set(device.ifindex, this.#table.add(device, netns));
    } catch (error) {
      if ((error as { code?: string }).code !== "ENODEV")
        this.#warn(`${device.name}@${netns.inode}: ${(error as Error).message}`);
    }
  }

  /** Does something inside a namespace; false where it is not there any more. */
  #inside(path: string, inode: number, action: () => void): boolean {
    if (inode === this.#own.inode) {
      action();
      return true;
    }
    let fd = -1;
    try {
      fd = this.#addon.openPath(path);
      if (fstatSync(fd).ino !== inode) return false;
      this.#addon.setNetns(fd);
    } catch {
      return false;
    } finally {
      if (fd >= 0) this.#addon.closeFd(fd);
    }
    try {
      action();
    } finally {
      this.#addon.setNetns(this.#own.fd);
    }
    return true;
  }

  #forget(inode: number): void {
    for (const ifindex of this.#tracked.get(inode)?.devices.keys() ?? [])
      this.#kernel.detachDevice(ifindex, inode);
    this.#tracked.delete(inode);
    this.#processes.delete(inode);
  }
}

/** The path of a namespace that is given by path or by name. Throws Failure "no-netns" where it is not there. */
function netnsPath(given: string): string {
  const path = given.includes("/") ? given : join(FOLDERS[0]!, given);
  if (!quietly(() => statSync(path).ino > 0))
    throw new Failure(
      "no-netns",
      `--netns ${given}: no such network namespace (a path, a name in ${FOLDERS[0]}, any or newly)`,
    );
  return path;
}

/** Whether it succeeded: what is looked at may be gone. */
function quietly(action: () => unknown): boolean {
  try {
    return action() !== false;
  } catch {
    return false;
  }
}
