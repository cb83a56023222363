// Packets lost between kernel and program, by device: for pcapng's drop counts and statistics.
import type { KernelCapture } from "../kernel/capture.ts";
import type { Device } from "../model/packet.ts";
import type { Sink } from "../model/sink.ts";
import type { DeviceStatistics } from "../savefile/pcapng-writer.ts";

export class Losses {
  readonly #kernel: KernelCapture;
  readonly #devices: () => readonly Device[];
  /** Of all devices, and by device, as far as told. */
  #total = 0;
  readonly #told = new Map<Device, number>();

  /** @param devices those captured on at this moment */
  constructor(kernel: KernelCapture, devices: () => readonly Device[]) {
    this.#kernel = kernel;
    this.#devices = devices;
  }

  /**
   * Tells the sink what was lost since the last time. Asked when the ring was read, for what is lost is lost behind
   * what lies in a full ring.
   */
  tell(sink: Sink): void {
    const { droppedRing, droppedCopy } = this.#kernel.counters();
    if (droppedRing + droppedCopy === this.#total) return;
    this.#total = droppedRing + droppedCopy;
    for (const device of this.#devices()) {
      const lost = this.#lostOf(device);
      const fresh = lost - (this.#told.get(device) ?? 0);
      if (fresh <= 0) continue;
      this.#told.set(device, lost);
      sink.drops?.(device, fresh);
    }
  }

  /** What a pcapng file tells of a device at its end. */
  statistics(device: Device): DeviceStatistics {
    const lost = this.#lostOf(device);
    if (this.#devices().length > 1) return { dropped: null, accepted: null, lost };
    const { matched, unwanted } = this.#kernel.counters();
    return { dropped: null, accepted: matched - unwanted, lost };
  }

  #lostOf(device: Device): number {
    // Devices of the program's own namespace only: their packets carry none.
    return this.#kernel.lostOf(device.ifindex, this.#kernel.severalNetns ? device.netnsInode : 0);
  }
}
