// ZigBee Encapsulation Protocol: IEEE 802.15.4 frames in UDP, as sniffers send them.
//
//   "EX" | version (1)
//   version 1: channel (1) | device (2) | CRC mode (1) | LQI (1) | reserved (7) | length (1) | frame
//   version 2: type (1), 2 for an acknowledgement: sequence (4)
//              else channel (1) | device (2) | CRC mode (1) | LQI (1) | NTP time (8) | sequence (4) | reserved (10) |
//              length (1) | frame
import type { Dissection } from "./dissection.ts";
import { printIeee802154 } from "./ieee802154.ts";
import { visible } from "./phrase.ts";
import { hex } from "./wording.ts";

const ACKNOWLEDGEMENT = 2;
/** Seconds from 1900 to 1970. */
const EPOCH = 2_208_988_800;

const two = (n: number) => String(n).padStart(2, "0");

/** The NTP time at `at`, its fraction in tcpdump's precision, and as a date in local time. */
function time(d: Dissection, at: number): void {
  const { out } = d;
  const seconds = d.u32(at);
  const fraction = Math.fround(Math.fround(d.u32(at + 4)) / 4_294_967_296);
  out.str(`${seconds}.${String(Math.trunc(fraction * 1e9)).padStart(9, "0")}`);
  if (seconds === 0) return;
  const date = new Date(((seconds - EPOCH) >>> 0) * 1000);
  out.str(` (${date.getFullYear()}/${two(date.getMonth() + 1)}/${two(date.getDate())}`);
  out.str(` ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())})`);
}

/** Channel and device at `at`, and how good the reception was. */
function receiver(d: Dissection, at: number): void {
  const { out } = d;
  const device = d.u16(at + 1);
  out.str(`Channel ID ${d.u8(at)}, Device ID 0x${hex(device, 4)}, `);
  out.str(d.u8(at + 3) !== 0 ? "CRC, " : `LQI ${d.u8(at + 4)}, `);
}

/** Writes the message of `length` bytes at `at`. Throws TRUNCATED. */
export function printZep(d: Dissection, at: number, length: number): void {
  const { out } = d;
  d.protocol = "zep";
  out.str("ZEP");
  if (d.u8(at) !== 69 || d.u8(at + 1) !== 88) {
    out.str(" [Preamble Code: ");
    visible(out, d.u8(at));
    visible(out, d.u8(at + 1));
    out.ch(93);
    d.invalid();
    return;
  }
  const version = d.u8(at + 2);
  out.str(`v${version} `);
  const tooShort = (least: number) => {
    if (length >= least) return false;
    out.str(` [len ${length} < ${least}]`);
    d.invalid();
    return true;
  };
  let header: number;
  let inner = 0;
  if (version === 1) {
    header = 16;
    if (tooShort(header)) return;
    receiver(d, at + 3);
    inner = d.u8(at + 15);
    out.str(`inner len = ${inner}`);
  } else if (d.u8(at + 3) === ACKNOWLEDGEMENT) {
    header = 8;
    if (tooShort(header)) return;
    out.str(`ACK, seq# = ${d.u32(at + 4)}`);
  } else {
    header = 32;
    if (tooShort(header)) return;
    d.need(at + 3, 4);
    out.str(`Type ${d.u8(at + 3)}, `);
    receiver(d, at + 4);
    time(d, at + 9);
    const sequence = d.u32(at + 17);
    inner = d.u8(at + 31);
    out.str(`, seq# = ${sequence}, inner len = ${inner}`);
  }
  const frame = at + header;
  const left = length - header;
  if (inner !== 0) {
    out.str("\n\t");
    if (printIeee802154(d, frame, inner) !== 0) {
      d.need(frame, left);
      return;
    }
  }
  d.dumpUnknown(frame, left);
}
