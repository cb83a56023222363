// Traffic between virtual machines and their host, as Linux' vsockmon device shows it (linux/vsockmon.h).
//
//   source context (8), destination context (8), source port (4), destination port (4), operation (2),
//   transport (2), length (2), zero (2), all little-endian | the transport's header | payload
import type { Dissection } from "./dissection.ts";
import { unknownBytes } from "./phrase.ts";

const HEADER = 32;
const VIRTIO_HEADER = 44;
const TRANSPORTS = ["UNKNOWN", "NO_INFO", "VIRTIO"] as const;
const VIRTIO = 2;
const OPERATIONS = ["UNKNOWN", "CONNECT", "DISCONNECT", "CONTROL", "PAYLOAD"] as const;
const PAYLOAD = 4;
const VIRTIO_OPERATIONS = "INVALID,REQUEST,RESPONSE,RST,SHUTDOWN,RW,CREDIT UPDATE,CREDIT REQUEST".split(",");
const STREAM = 1;

/** The header of virtio's transport (linux/virtio_vsock.h). */
function writeVirtio(d: Dissection, at: number): void {
  const { out } = d;
  const type = d.le16(at + 28);
  const operation = d.le16(at + 30);
  out.str(` (len ${d.le32(at + 24)}, type ${type === STREAM ? "STREAM" : `Invalid type (${type})`}`);
  out.str(`, op ${VIRTIO_OPERATIONS[operation] ?? `Invalid op (${operation})`}`);
  out.str(`, flags ${d.le32(at + 32).toString(16)}`);
  out.str(`, buf_alloc ${d.le32(at + 36)}, fwd_cnt ${d.le32(at + 40)})`);
}

function context(d: Dissection, at: number): bigint {
  return (BigInt(d.le32(at + 4)) << 32n) | BigInt(d.le32(at));
}

/** Link type 271 (LINKTYPE_VSOCK). */
export function printVsockLink(d: Dissection, at: number): void {
  const { out, opt } = d;
  d.protocol = "vsock";
  const caplen = d.end - at;
  if (caplen < HEADER) {
    d.truncated();
    d.linkHeaderLength = caplen;
    return;
  }
  d.linkHeaderLength = HEADER;
  const transport = d.le16(at + 26);
  const operation = d.le16(at + 24);
  const headers = HEADER + (transport === VIRTIO ? VIRTIO_HEADER : 0);
  const whole = caplen >= headers;
  out.str(TRANSPORTS[transport] ?? `Invalid transport (${transport})`);
  if (opt.verbose === 0) out.ch(32);
  else if (whole) {
    if (transport === VIRTIO) writeVirtio(d, at + HEADER);
    out.str("\n\t");
  }
  out.str(`${context(d, at)}.${d.le32(at + 16)} > ${context(d, at + 8)}.${d.le32(at + 20)} `);
  out.str(`${OPERATIONS[operation] ?? ` invalid op (${operation})`}, length ${caplen}`);
  if (opt.verbose > 0 && !whole) d.truncated();
  else if (opt.verbose > 1 && operation === PAYLOAD) {
    if (caplen > headers) {
      out.ch(10);
      unknownBytes(d, at + headers, "\t", caplen - headers);
    } else d.truncated();
  }
}
