// The initiators of key exchanges: who sent the first packet with a cookie (RFC 2408 2.5.3).

/** How many cookies are kept: as many as tcpdump keeps, and it tells the direction by what it keeps. */
const SIZE = 20;

interface Exchange {
  /** The initiator's cookie, in hexadecimal. */
  cookie: string;
  /** Addresses of the initiator and the responder, in hexadecimal; "" if none was seen. */
  initiator: string;
  responder: string;
}

/** Cookies, the oldest of which are forgotten. */
export class CookieTable {
  // Before any is known, all are zero.
  private readonly exchanges: Exchange[] = Array.from({ length: SIZE }, () => ({
    cookie: "0".repeat(16),
    initiator: "",
    responder: "",
  }));
  private next = 0;

  has(cookie: string): boolean {
    return this.exchanges.some((exchange) => exchange.cookie === cookie);
  }
  add(cookie: string, initiator: string, responder: string): void {
    this.exchanges[this.next] = { cookie, initiator, responder };
    this.next = (this.next + 1) % SIZE;
  }
  /** "I" if the address is the initiator's of the exchange, "R" if the responder's, "?" if it is neither. */
  side(cookie: string, address: string): "I" | "R" | "?" {
    const exchange = this.exchanges.find((candidate) => candidate.cookie === cookie);
    if (exchange === undefined || address === "") return "?";
    if (exchange.initiator === address) return "I";
    return exchange.responder === address ? "R" : "?";
  }
}
