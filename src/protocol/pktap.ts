// Packets behind a header that names their own link type: Apple's pktap, and Per-Packet Information (PPI).
//
//   pktap: header's length (4) | record's type (4) | DLT (4) | interface (24) | … ; PPI: version (1) | flags (1) |
//   header's length (2) | DLT (4) | fields. All little-endian.
import { dltOfLinkType, linkTypeName, linkTypeOfDlt } from "../bytes/linktype.ts";
import type { Dissection } from "./dissection.ts";

const PKTAP_HEADER = 108;
const RECORD_NONE = 0;
const RECORD_PACKET = 1;
const PPI_HEADER = 8;
const PPI_LONGEST = 65532;

/** False for a number that only savefiles use: what they call 101 is DLT 12. */
function isDlt(dlt: number): boolean {
  return dltOfLinkType(linkTypeOfDlt(dlt)) === dlt;
}

function dltName(dlt: number): string {
  return (isDlt(dlt) ? linkTypeName(linkTypeOfDlt(dlt)) : null) ?? "UNKNOWN";
}

/**
 * Prints the packet at `at` by its own link type, or dumps it, after what -e would have shown. Answers what its
 * headers count for in a dump: tcpdump adds them twice.
 */
function printInner(
  d: Dissection,
  dlt: number,
  at: number,
  length: number,
  caplen: number,
  writeHeader: () => void,
): number {
  const print = isDlt(dlt) ? d.protocols.link(linkTypeOfDlt(dlt)) : undefined;
  if (print === undefined) {
    if (!d.opt.linkHeader) writeHeader();
    d.dumpUnknown(at, caplen);
    return 0;
  }
  d.enter();
  d.linkHeaderLength = 0;
  print(d, at, length);
  d.leave();
  return 2 * d.linkHeaderLength;
}

/** Link type 258 (LINKTYPE_PKTAP), and 149, which Apple used before. Throws TRUNCATED. */
export function printPktapLink(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "pktap";
  const caplen = d.end - at;
  if (length < PKTAP_HEADER) {
    out.str(` (packet too short, ${length} < ${PKTAP_HEADER})`);
    d.invalid();
    return;
  }
  const dlt = d.le32(at + 8);
  const size = d.le32(at);
  if (size < PKTAP_HEADER || size > length) {
    out.str(
      size > length
        ? ` (pkt_len too big, ${size} > ${length})`
        : ` (pkt_len too small, ${size} < ${PKTAP_HEADER})`,
    );
    d.invalid();
    return;
  }
  d.need(at, size);
  const writeHeader = () => {
    out.str(opt.quiet ? dltName(dlt) : `DLT ${dltName(dlt)} (${dlt}) len ${size}`);
    out.str(`, length ${length}: `);
  };
  if (opt.linkHeader) writeHeader();
  const record = d.le32(at + 4);
  let inner = 0;
  if (record === RECORD_NONE) out.str("no data");
  else if (record === RECORD_PACKET)
    inner = printInner(d, dlt, at + size, length - size, caplen - size, writeHeader);
  d.linkHeaderLength = size + inner;
}

/** Link type 192 (LINKTYPE_PPI). Throws TRUNCATED. */
export function printPpiLink(d: Dissection, at: number, length: number): void {
  const { out, opt } = d;
  d.protocol = "ppi";
  const caplen = d.end - at;
  const size = caplen < PPI_HEADER ? PPI_HEADER : d.le16(at + 2);
  if (size < PPI_HEADER || size > PPI_LONGEST) {
    out.str(` [length ${size} < ${PPI_HEADER} or > ${PPI_LONGEST}]`);
    d.invalid();
    d.linkHeaderLength = caplen;
    return;
  }
  if (caplen < size) {
    d.truncated();
    d.linkHeaderLength = caplen;
    return;
  }
  const dlt = d.le32(at + 4);
  const writeHeader = () => {
    if (opt.quiet) out.str(dltName(dlt));
    else out.str(`V.${d.u8(at)} DLT ${dltName(dlt)} (${dlt}) len ${size}`);
    out.str(`, length ${length}: `);
  };
  if (opt.linkHeader) writeHeader();
  d.linkHeaderLength = size + printInner(d, dlt, at + size, length - size, caplen - size, writeHeader);
}
