// Where TCP conversations began: tcpdump prints sequence numbers relative to the first it saw of a conversation.
// tcpdump remembers every conversation for ever; here two generations of a bounded size are kept, and the elder
// is forgotten when the younger is full.

/** Most conversations in one generation. */
const MOST = 1 << 17;
/** Words of an entry: four of each address, both ports, sequence number, acknowledgement number. */
const WORDS = 11;
const SEQ = 9;
const ACK = 10;

/** One generation: an open-addressed hash table. */
class Generation {
  readonly slots: number;
  used = 0;
  readonly words: Uint32Array;
  readonly taken: Uint8Array;

  constructor(slots: number) {
    this.slots = slots;
    this.words = new Uint32Array(slots * WORDS);
    this.taken = new Uint8Array(slots);
  }

  /** Index into words of the entry with this key, or of the free slot where it belongs. */
  find(key: Uint32Array): number {
    let hash = 0;
    for (let i = 0; i < SEQ; i++) hash = Math.imul(hash ^ key[i]!, 0x9e3779b1) ^ (hash >>> 15);
    hash ^= hash >>> 16;
    let slot = (hash >>> 0) & (this.slots - 1);
    for (;;) {
      const at = slot * WORDS;
      if (this.taken[slot] === 0) return at;
      let same = true;
      for (let i = SEQ - 1; i >= 0; i--) {
        if (this.words[at + i] !== key[i]) {
          same = false;
          break;
        }
      }
      if (same) return at;
      slot = (slot + 1) & (this.slots - 1);
    }
  }

  has(at: number): boolean {
    return this.taken[at / WORDS] === 1;
  }

  put(at: number, key: Uint32Array, seq: number, ack: number): void {
    if (!this.has(at)) {
      this.taken[at / WORDS] = 1;
      this.used++;
      this.words.set(key, at);
    }
    this.words[at + SEQ] = seq;
    this.words[at + ACK] = ack;
  }
}

/** Remembers the first sequence numbers of conversations. Bounded: about 24 MB when both generations are full. */
export class SequenceTable {
  /**
   * The conversation asked for: words 0…3 one address, 4…7 the other (an IPv4 address in the first of its four,
   * zeros after it, and 1 in word 1 to keep it apart from ::a.b.c.d), 8 both ports.
   */
  readonly key: Uint32Array = new Uint32Array(SEQ);
  /** The first numbers of the conversation that follow() found or put. */
  seq = 0;
  ack = 0;
  private young = new Generation(1 << 8);
  private old: Generation | null = null;

  /**
   * Looks the conversation in `key` up. True if it is known: then `seq` and `ack` are its first numbers. Otherwise,
   * or with `anew`, remembers the given ones as its first, sets them, and returns false.
   */
  follow(anew: boolean, seq: number, ack: number): boolean {
    const at = this.young.find(this.key);
    if (this.young.has(at)) {
      if (anew) this.young.put(at, this.key, seq, ack);
      this.seq = this.young.words[at + SEQ]!;
      this.ack = this.young.words[at + ACK]!;
      return !anew;
    }
    const before = anew || this.old === null ? -1 : this.old.find(this.key);
    const known = before >= 0 && this.old!.has(before);
    this.seq = known ? this.old!.words[before + SEQ]! : seq;
    this.ack = known ? this.old!.words[before + ACK]! : ack;
    this.remember(this.seq, this.ack);
    return known;
  }

  /** Puts a conversation that the younger generation does not have. */
  private remember(seq: number, ack: number): void {
    if (this.young.used * 2 >= this.young.slots) this.grow();
    this.young.put(this.young.find(this.key), this.key, seq, ack);
  }

  private grow(): void {
    const full = this.young;
    if (full.used >= MOST) {
      this.old = full;
      this.young = new Generation(1 << 8);
      return;
    }
    const next = new Generation(full.slots * 2);
    for (let slot = 0; slot < full.slots; slot++) {
      if (full.taken[slot] === 0) continue;
      const at = slot * WORDS;
      const key = full.words.subarray(at, at + SEQ);
      next.put(next.find(key), key, full.words[at + SEQ]!, full.words[at + ACK]!);
    }
    this.young = next;
  }
}
