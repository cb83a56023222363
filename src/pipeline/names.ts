// Where the text's names come from: the C library, asked at once for files, and by threads for captures.
import type { Addon } from "../addon/addon.ts";
import { BusyHosts, WaitingHosts } from "../bytes/hostnames.ts";
import { type Names, systemNames } from "../bytes/names.ts";
import type { TextSettings } from "../model/settings.ts";

/** So many questions are under way at a time: a name server that is slow holds up only as many. */
const THREADS = 8;

/** Names for a file: each question is waited for, as tcpdump does. With -n the addon is not needed, and no host has one. */
export function waitingNames(
  addon: () => Addon,
  text: TextSettings,
): { names: Names; hosts: WaitingHosts | null } {
  if (text.numeric > 0) return { names: systemNames(), hosts: null };
  const hosts = new WaitingHosts((address) => addon().hostName(address), text.shortNames);
  return { names: systemNames({ hosts, services: () => addon().services() }), hosts };
}

/** Names for a capture, which goes on while they are looked up; null for -n. */
export function busyNames(addon: Addon, text: TextSettings): BusyNames | null {
  return text.numeric > 0 ? null : new BusyNames(addon, text.shortNames);
}

/** Names that come later, and the threads that look them up. */
export class BusyNames {
  readonly hosts: BusyHosts;
  readonly names: Names;
  readonly #addon: Addon;
  #resolver: ReturnType<Addon["resolverOpen"]> | null = null;
  #watch: ReturnType<Addon["watchFd"]> | null = null;

  constructor(addon: Addon, short: boolean) {
    this.#addon = addon;
    this.hosts = new BusyHosts(
      {
        ask: (id, address) => this.#ask(id, address),
        now: () => performance.now(),
        later: (delay, callback) => {
          const timer = setTimeout(callback, delay);
          return () => clearTimeout(timer);
        },
      },
      short,
    );
    this.names = systemNames({ hosts: this.hosts, services: () => addon.services() });
  }

  /** Nothing is answered any more. */
  close(): void {
    this.hosts.giveUp();
    if (this.#watch) this.#addon.watchEnd(this.#watch);
    this.#watch = null;
  }

  #ask(id: number, address: Uint8Array): void {
    try {
      this.#askThread(id, address);
    } catch {
      // no thread, no memory: the number will do. Not at once, for a text is in the making.
      setImmediate(() => this.hosts.answer([id, null]));
    }
  }

  #askThread(id: number, address: Uint8Array): void {
    if (this.#resolver === null) {
      const { resolver, fd } = this.#addon.resolverOpen(THREADS);
      this.#resolver = { resolver, fd };
      this.#watch = this.#addon.watchFd(fd, () => this.hosts.answer(this.#addon.resolverTake(resolver)));
    }
    this.#addon.resolverAsk(this.#resolver.resolver, id, address);
  }
}
