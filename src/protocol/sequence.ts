// Where TCP conversations began: tcpdump prints sequence numbers relative to the first it saw of a conversation.
// tcpdump remembers every conversation for ever; here two generations of a bounded size are kept, and the elder
// is forgotten when the younger is full.

/** Most conversations in one generation. */
const MOST = 1 << 17;
/** Words of an entry beside its key: sequence number, acknowledgement number, and 1 where there is an entry. */
const BESIDE = 3;
/** So far an entry may lie from where its hash puts it. Only packets made for the purpose come near it. */
const MOST_PROBES = 64;

/** One generation: an open-addressed hash table. */
class Generation {
  readonly slots: number;
  used = 0;
  readonly words: Int32Array;
  private readonly size: number;
  private readonly stride: number;

  constructor(slots: number, size: number) {
    this.slots = slots;
    this.size = size;
    this.stride = size + BESIDE;
    this.words = new Int32Array(slots * this.stride);
  }

  /** Index into words of the entry with this key, or of the free slot where it belongs. */
  find(key: Int32Array): number {
    const { words, size, stride } = this;
    const mask = this.slots - 1;
    // The last word is the ports: what tells most conversations apart.
    const last = key[size - 1]!;
    let hash = Math.imul(last, 0x9e3779b1);
    for (let i = size - 2; i >= 0; i--) hash = Math.imul(hash ^ key[i]!, 0x85ebca6b);
    const home = hash ^ (hash >>> 15);
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const at = ((home + probe) & mask) * stride;
      if (words[at + size - 1] === last) {
        let i = size - 2;
        while (i >= 0 && words[at + i] === key[i]) i--;
        if (i < 0) return at;
      }
      if (words[at + size + 2] === 0) return at;
    }
    // The one at home is forgotten.
    const at = (home & mask) * stride;
    words[at + size + 2] = 0;
    this.used--;
    return at;
  }

  /** Whether find() found an entry: a key of zeros is also what a free slot has. */
  has(at: number): boolean {
    return this.words[at + this.size + 2] !== 0;
  }

  put(at: number, key: Int32Array, seq: number, ack: number): void {
    const { words, size } = this;
    if (words[at + size + 2] === 0) {
      words[at + size + 2] = 1;
      this.used++;
      for (let i = 0; i < size; i++) words[at + i] = key[i]!;
    }
    words[at + size] = seq;
    words[at + size + 1] = ack;
  }
}

/** Remembers the first sequence numbers of conversations whose keys have the same number of words. */
export class SequenceTable {
  /** The conversation asked for: both addresses, both ports. */
  readonly key: Int32Array;
  /** The first numbers of the conversation that follow() found or put, as signed words. */
  seq = 0;
  ack = 0;
  private readonly size: number;
  private young: Generation;
  private old: Generation | null = null;

  /** @param size words of a key. Bounded: 4 * (size + 3) * 2^19 bytes when both generations are full. */
  constructor(size: number) {
    this.size = size;
    this.key = new Int32Array(size);
    this.young = new Generation(1 << 8, size);
  }

  /**
   * Looks the conversation in `key` up. True if it is known: then `seq` and `ack` are its first numbers. Otherwise,
   * or with `anew`, remembers the given ones as its first, sets them, and returns false.
   */
  follow(anew: boolean, seq: number, ack: number): boolean {
    const { key, young, size } = this;
    const at = young.find(key);
    if (young.has(at)) {
      if (anew) young.put(at, key, seq, ack);
      this.seq = young.words[at + size]!;
      this.ack = young.words[at + size + 1]!;
      return !anew;
    }
    const before = anew || this.old === null ? -1 : this.old.find(key);
    const known = before >= 0 && this.old!.has(before);
    this.seq = known ? this.old!.words[before + size]! : seq | 0;
    this.ack = known ? this.old!.words[before + size + 1]! : ack | 0;
    this.remember(this.seq, this.ack);
    return known;
  }

  /** Puts a conversation that the younger generation does not have. */
  private remember(seq: number, ack: number): void {
    if (this.young.used * 2 >= this.young.slots) this.grow();
    this.young.put(this.young.find(this.key), this.key, seq, ack);
  }

  private grow(): void {
    const { size } = this;
    const full = this.young;
    if (full.used >= MOST) {
      this.old = full;
      this.young = new Generation(1 << 8, size);
      return;
    }
    const next = new Generation(full.slots * 2, size);
    for (let at = 0; at < full.words.length; at += size + BESIDE) {
      if (!full.has(at)) continue;
      const key = full.words.subarray(at, at + size);
      next.put(next.find(key), key, full.words[at + size]!, full.words[at + size + 1]!);
    }
    this.young = next;
  }
}
