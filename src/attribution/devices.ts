// Capture devices: which link type each has, and which of them a capture is about.
import type { Device } from "../model/packet.ts";

/** A device as the kernel lists it (linux/if.h, linux/if_arp.h). */
export interface ListedDevice {
  readonly ifindex: number;
  readonly name: string;
  /** ARPHRD_ */
  readonly type: number;
  /** IFF_ */
  readonly flags: number;
}

export const IFF_UP = 1;
export const IFF_LOOPBACK = 8;
const LINKTYPE_ETHERNET = 1;
const LINKTYPE_RAW = 101;

/**
 * What the traffic-control hooks see on a device type: Ethernet frames, or packets that begin with the IP
 * header. Other types carry link headers of their own and are not captured.
 */
const LAYERS: ReadonlyMap<number, "ethernet" | "raw"> = new Map([
  [1, "ethernet"], // ARPHRD_ETHER
  [772, "ethernet"], // ARPHRD_LOOPBACK: an Ethernet header of zeros
  [512, "raw"], // ARPHRD_PPP
  [519, "raw"], // ARPHRD_RAWIP
  [768, "raw"], // ARPHRD_TUNNEL
  [769, "raw"], // ARPHRD_TUNNEL6
  [776, "raw"], // ARPHRD_SIT
  [778, "raw"], // ARPHRD_IPGRE
  [823, "raw"], // ARPHRD_IP6GRE
  [65534, "raw"], // ARPHRD_NONE: tun, WireGuard
]);

/** The layer of a device type; null if it cannot be captured. */
export function deviceLayer(type: number): "ethernet" | "raw" | null {
  return LAYERS.get(type) ?? null;
}

/** A network namespace. */
export interface Netns {
  readonly inode: number;
  readonly path: string;
  /** Another one than the program's. */
  readonly foreign: boolean;
}

/** The table of a capture's devices: ids in the order of their first sight, never reused. */
export class DeviceTable {
  readonly #snaplen: number;
  readonly #netnsInode: number;
  readonly #netnsPath: string;
  readonly #byIndex = new Map<number, Device>();
  readonly #ethernet: number;
  #next = 0;

  /** @param ethernet LINKTYPE_ of devices with Ethernet frames: another than Ethernet's own where -y asks for it */
  constructor(snaplen: number, netnsInode: number, netnsPath: string, ethernet: number = LINKTYPE_ETHERNET) {
    this.#ethernet = ethernet;
    this.#snaplen = snaplen;
    this.#netnsInode = netnsInode;
    this.#netnsPath = netnsPath;
  }

  /** The device of an interface index; a device that was renamed, or whose index is used anew, is a new one. */
  add(listed: ListedDevice, netns?: Netns): Device {
    const { inode, path, foreign } = netns ?? {
      inode: this.#netnsInode,
      path: this.#netnsPath,
      foreign: false,
    };
    const key = keyOf(listed.ifindex, netns ? inode : 0);
    const linkType = deviceLayer(listed.type) === "raw" ? LINKTYPE_RAW : this.#ethernet;
    const known = this.#byIndex.get(key);
    if (known && known.name === listed.name && known.linkType === linkType && known.netnsPath === path)
      return known;
    const device: Device = {
      id: this.#next++,
      name: listed.name,
      linkType,
      snaplen: this.#snaplen,
      ifindex: listed.ifindex,
      netnsInode: inode,
      netnsPath: path,
      named: true,
      foreign,
    };
    this.#byIndex.set(key, device);
    return device;
  }

  /** A device that packets came by before anybody could tell its name. */
  unknown(ifindex: number, netns: Netns): Device {
    return this.add({ ifindex, name: `if${ifindex}`, type: -1, flags: 0 }, netns);
  }

  /** The device of a packet record; netns: 0 where only one namespace is captured. */
  get(ifindex: number, netns = 0): Device | undefined {
    return this.#byIndex.get(keyOf(ifindex, netns));
  }
}

/** One number for a device: the inodes of namespaces differ in their lowest 28 bits (kernel: PROC_DYNAMIC_FIRST). */
function keyOf(ifindex: number, netns: number): number {
  return (netns & 0x0fffffff) * 0x2000000 + ifindex;
}
