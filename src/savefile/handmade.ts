// For tests only: savefiles made by hand, field by field, and tools to look at what we write.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Context } from "../model/context.ts";
import { Failure } from "../model/failure.ts";
import type { Device, Direction, Packet } from "../model/packet.ts";
import type { Output } from "../model/sink.ts";
import { openSavefile } from "./savefile.ts";

/** Unsigned fields of `size` bytes each, in the byte order chosen. */
export class Fields {
  readonly big: boolean;
  constructor(big: boolean) {
    this.big = big;
  }
  number(size: number, value: number | bigint): Buffer {
    const bytes = Buffer.alloc(8);
    const unsigned = BigInt.asUintN(64, BigInt(value));
    if (this.big) bytes.writeBigUInt64BE(unsigned);
    else bytes.writeBigUInt64LE(unsigned);
    return this.big ? bytes.subarray(8 - size) : bytes.subarray(0, size);
  }
  u16(...values: number[]): Buffer {
    return Buffer.concat(values.map((value) => this.number(2, value)));
  }
  u32(...values: number[]): Buffer {
    return Buffer.concat(values.map((value) => this.number(4, value)));
  }
  /** pcap file header. */
  pcap(magic: number, { major = 2, minor = 4, snaplen = 262144, linkType = 1 } = {}): Buffer {
    return Buffer.concat([this.u32(magic), this.u16(major, minor), this.u32(0, 0, snaplen, linkType)]);
  }
  /** pcap packet. */
  record(sec: number, fraction: number, data: Uint8Array, len = data.length): Buffer {
    return Buffer.concat([this.u32(sec, fraction, data.length, len), data]);
  }
  block(type: number, ...body: Uint8Array[]): Buffer {
    const content = Buffer.concat(body);
    const total = content.length + 12;
    return Buffer.concat([this.u32(type, total), content, this.u32(total)]);
  }
  option(code: number, value: Uint8Array | string): Buffer {
    const bytes = Buffer.from(value as string);
    return Buffer.concat([this.u16(code, bytes.length), bytes, Buffer.alloc(-bytes.length & 3)]);
  }
  section(...options: Uint8Array[]): Buffer {
    return this.block(0x0a0d0d0a, this.u32(0x1a2b3c4d), this.u16(1, 0), this.number(8, -1n), ...options);
  }
  interface(linkType: number, snaplen: number, ...options: Uint8Array[]): Buffer {
    return this.block(1, this.u16(linkType, 0), this.u32(snaplen), ...options);
  }
  enhanced(id: number, time: bigint, data: Uint8Array, ...options: Uint8Array[]): Buffer {
    const high = Number(time >> 32n);
    const low = Number(time & 0xffffffffn);
    const head = this.u32(id, high, low, data.length, data.length);
    return this.block(6, head, data, Buffer.alloc(-data.length & 3), ...options);
  }
}

/** An Ethernet frame with a UDP packet that no dissector complains of. */
export function frame(payload: string): Buffer {
  const data = Buffer.from(payload);
  const ip = Buffer.from("4500000000010000401100000a0000010a000002", "hex");
  ip.writeUInt16BE(28 + data.length, 2);
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += ip.readUInt16BE(i);
  ip.writeUInt16BE(~((sum & 0xffff) + (sum >>> 16)) & 0xffff, 10);
  const udp = Buffer.from("9c409c4100000000", "hex"); // no checksum
  udp.writeUInt16BE(8 + data.length, 4);
  return Buffer.concat([Buffer.from("0000000000020000000000010800", "hex"), ip, udp, data]);
}

export function deviceOf(fields: Partial<Device> = {}): Device {
  return {
    id: 0,
    name: "eth0",
    linkType: 1,
    snaplen: 262144,
    ifindex: 2,
    netnsInode: 4026531840,
    netnsPath: "/proc/self/ns/net",
    named: true,
    foreign: false,
    ...fields,
  };
}

export function contextOf(fields: Partial<Context> = {}): Context {
  return { process: null, thread: null, parent: null, uid: null, container: null, pod: null, ...fields };
}

const DEVICE = deviceOf();

export function packetOf(data: Uint8Array, fields: Partial<Packet> = {}): Packet {
  return {
    bytes: data,
    start: 0,
    caplen: data.length,
    len: data.length,
    sec: 1_700_000_000,
    nsec: 123_456_789,
    device: DEVICE,
    direction: 0,
    context: null,
    ...fields,
  };
}

/** Keeps what is written, and how often. */
export class Memory implements Output {
  readonly writes: Buffer[] = [];
  write(bytes: Uint8Array, start: number, end: number): void {
    this.writes.push(Buffer.from(bytes.subarray(start, end)));
  }
  bytes(): Buffer {
    return Buffer.concat(this.writes);
  }
}

/** A packet as read, kept. */
export interface Kept {
  sec: number;
  nsec: number;
  len: number;
  data: string;
  device: Device;
  direction: Direction;
  context: Context | null;
}

/** All packets of a file, and the failure at its end. Anything but a Failure goes on. */
export function readAll(source: number | string): { packets: Kept[]; failure: Failure | null } {
  const packets: Kept[] = [];
  try {
    const file = openSavefile(source);
    try {
      while (file.next()) {
        const { bytes, start, caplen, sec, nsec, len, device, direction, context } = file.packet;
        const data = Buffer.from(bytes.subarray(start, start + caplen)).toString("latin1");
        packets.push({ sec, nsec, len, data, device, direction, context });
      }
    } finally {
      file.close();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { packets, failure: error };
  }
  return { packets, failure: null };
}

/** A folder that goes with the test. */
export function folder(t: TestContext): (name: string, content?: Uint8Array) => string {
  // In memory where that is: a disk takes milliseconds for each of thousands of small files.
  const parent = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const path = mkdtempSync(join(parent, "ptcpdump-savefile-"));
  t.after(() => rmSync(path, { recursive: true }));
  return (name, content) => {
    const file = join(path, name);
    if (content !== undefined) writeFileSync(file, content);
    return file;
  };
}

export function read(path: string): Buffer {
  return readFileSync(path);
}

/**
 * Runs a program of the machine's; null if it is not installed, and then the test is skipped, or fails where
 * everything must be there (CI).
 */
export function tool(t: TestContext, name: string, ...args: string[]) {
  const { status, stdout, stderr, error } = spawnSync(name, args, {
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC" },
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) {
    if (process.env["CI"] === "true") throw error;
    t.skip(`${name} is not installed`);
    return null;
  }
  const complaints = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("Running as user"));
  return { status, stdout, complaints };
}
