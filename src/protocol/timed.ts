// Time Synchronization Protocol of BSD's timed ("The Berkeley UNIX Time Synchronization Protocol", R. Gusella).
//
//   type (1) | version (1) | sequence (2) | seconds (4), microseconds (4), or hops (1) | name (256)
import type { Dissection } from "./dissection.ts";
import { padded } from "./phrase.ts";

const TYPES =
  `ANY ADJTIME ACK MASTERREQ MASTERACK SETTIME MASTERUP SLAVEUP ELECTION ACCEPT REFUSE CONFLICT RESOLVE QUIT
  DATE DATEREQ DATEACK TRACEON TRACEOFF MSITE MSITEREQ TEST SETDATE SETDATEREQ LOOP`.split(/\s+/);
const LOOP = 24;
/** ADJTIME, SETTIME, SETDATE, SETDATEREQ. */
const TIMED = [1, 5, 22, 23];
const NAME_SIZE = 256;

/** Prints the message at `at`. Throws TRUNCATED. */
export function printTimed(d: Dissection, at: number): void {
  const { out } = d;
  d.protocol = "timed";
  const type = d.u8(at);
  const name = TYPES[type];
  out.str(name === undefined ? `(tsp_type 0x${type.toString(16)})` : `TSP_${name}`);
  const version = d.u8(at + 1);
  out.str(` vers ${version}`);
  const sequence = d.u16(at + 2);
  out.str(` seq ${sequence}`);
  if (type === LOOP) {
    const hops = d.u8(at + 4);
    out.str(` hopcnt ${hops}`);
  } else if (TIMED.includes(type)) {
    let seconds = d.i32(at + 4);
    let micros = d.i32(at + 8);
    if (micros < 0) return;
    out.str(" time ");
    // A negative time counts its microseconds upwards.
    if (seconds < 0 && micros !== 0) {
      seconds++;
      if (seconds === 0) out.ch(45);
      micros = 1_000_000 - micros;
    }
    const sign = micros < 0 ? "-" : "";
    out.str(`${seconds}.${sign}${String(Math.abs(micros)).padStart(6 - sign.length, "0")}`);
  }
  out.str(" name ");
  padded(d, at + 12, NAME_SIZE);
}
