// Connection ids of QUIC (RFC 9000 5.1).

/** Connection ids remembered. */
const MOST_IDS = 512;

/** The connection ids that long headers told: a short header does not say how long its own is. */
export class ConnectionIds {
  readonly #ids: Uint8Array[] = [];
  #next = 0;

  /** The id that bytes[at, at + size) begins with; null if it is none of those known. */
  find(bytes: Uint8Array, at: number, size: number): Uint8Array | null {
    const ids = this.#ids;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      if (id.length > size || !id.every((byte, j) => byte === bytes[at + j])) continue;
      // what is in use comes first
      ids[i] = ids[0]!;
      ids[0] = id;
      return id;
    }
    return null;
  }

  add(id: Uint8Array): void {
    if (this.find(id, 0, id.length) !== null) return;
    this.#ids[this.#next] = id;
    this.#next = (this.#next + 1) % MOST_IDS;
  }
}
