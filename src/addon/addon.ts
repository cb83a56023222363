// Typed facade over the native addon. The addon only exposes system calls, libbpf and libpcap; every
// policy is TypeScript. Calls throw Error with `code` (an errno name such as "EPERM") and `message`.
import { createRequire } from "node:module";

/** One classic BPF instruction as four numbers (code, jt, jf, k) in a flat array. */
export type ClassicProgram = Uint32Array;

export interface CompiledFilter {
  /** 4 numbers per instruction: code, jt, jf, k (unsigned). */
  instructions: ClassicProgram;
}

export interface PcapDevice {
  name: string;
  description: string;
  /** PCAP_IF_ flags of pcap_findalldevs(3PCAP). */
  flags: number;
}

export interface NetDevice {
  ifindex: number;
  name: string;
  /** ARPHRD_ of linux/if_arp.h */
  type: number;
  /** IFF_ flags */
  flags: number;
}

export interface Addon {
  /** pcap_lib_version(3PCAP) */
  pcapVersion(): string;
  /** libbpf's version, such as "1.1". */
  bpfVersion(): string;
  /** pcap_findalldevs(3PCAP) */
  pcapDevices(): PcapDevice[];
  /**
   * Compiles a filter expression as for a savefile (pcap_open_dead). linkType is a DLT_ value.
   * Throws with libpcap's message where the expression does not parse.
   */
  pcapCompile(linkType: number, snaplen: number, expression: string, optimize: boolean): CompiledFilter;
  /**
   * Compiles as for a live capture on `device` (opened for the purpose): libpcap then uses the kernel's
   * ancillary loads (SKF_AD_…) for vlan, inbound/outbound, ifindex. Throws as pcapCompile does.
   */
  pcapCompileLive(device: string, snaplen: number, expression: string, optimize: boolean): CompiledFilter;
}

/** Loads the addon from build/ (developer build) or from beside the bundle. */
export function loadAddon(path: string): Addon {
  return createRequire(import.meta.url)(path) as Addon;
}
