// Timestamps as tcpdump writes them: -t to -ttttt, micro- and nanoseconds, in the local time zone.
import { latin1, putSix, type TextWriter } from "../bytes/text.ts";
import type { TextSettings } from "../model/settings.ts";

const UNREADABLE = "[Error converting time]";

const pad = (n: number) => n.toString().padStart(2, "0");

/** Writes timestamps; remembers the text of the last second, and the time to which -ttt and -ttttt refer. */
export class Timestamps {
  private readonly mode: number;
  private readonly nano: boolean;
  private second = Number.NaN;
  private secondText: Uint8Array = new Uint8Array(0);
  /** The first eight bytes of it, as put() writes them. */
  private secondWord = 0;
  private referenceSec = 0;
  private referenceFraction = 0;

  constructor(opt: TextSettings) {
    this.mode = opt.timestamp;
    this.nano = opt.precision === "nano";
  }

  /** Writes the time and a space; nothing with -t. Seconds since 1970 and nanoseconds within the second. */
  write(out: TextWriter, sec: number, nsec: number): void {
    // Most packets are of the same second as the one before: that text is kept.
    if (sec === this.second && nsec < 1_000_000_000 && this.mode === 0 && !this.nano) {
      out.reserve(64);
      const { view } = out;
      const { pos } = out;
      view.setFloat64(pos, this.secondWord, true);
      view.setUint8(pos + 8, 46);
      putSix(view, pos + 9, (nsec / 1000) >>> 0);
      view.setUint8(pos + 15, 32);
      out.pos = pos + 16;
      return;
    }
    const fraction = this.nano ? nsec : Math.floor(nsec / 1000);
    switch (this.mode) {
      case 1:
        return;
      case 2:
        // tcpdump keeps the seconds in 32 bits, and takes the upper half of that for a mistake.
        if (sec % 0x100000000 >= 0x80000000) out.str(UNREADABLE);
        else {
          out.dec(sec % 0x100000000);
          this.writeFraction(out, fraction);
        }
        break;
      case 3:
      case 5:
        this.writeDifference(out, sec, fraction);
        break;
      default:
        if (sec % 0x100000000 >= 0x80000000) out.str(UNREADABLE);
        else {
          if (sec !== this.second) this.takeSecond(sec);
          out.bytes(this.secondText);
          this.writeFraction(out, fraction);
        }
    }
    out.ch(32);
  }

  private writeFraction(out: TextWriter, fraction: number): void {
    out.ch(46);
    out.decPad(fraction, this.nano ? 9 : 6);
  }

  private takeSecond(sec: number): void {
    const date = new Date(sec * 1000);
    let text = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
    if (this.mode === 4)
      text = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${text}`;
    this.second = sec;
    this.secondText = latin1(text);
    this.secondWord = new DataView(this.secondText.buffer).getFloat64(0, true);
  }

  private writeDifference(out: TextWriter, sec: number, fraction: number): void {
    if (this.referenceSec === 0 && this.referenceFraction === 0) {
      this.referenceSec = sec;
      this.referenceFraction = fraction;
    }
    const unit = this.nano ? 1_000_000_000 : 1_000_000;
    let seconds = sec - this.referenceSec;
    let rest = fraction - this.referenceFraction;
    const negative = seconds < 0 || (seconds === 0 && rest < 0);
    if (negative) {
      seconds = -seconds;
      rest = -rest;
    }
    if (rest < 0) {
      seconds--;
      rest += unit;
    }
    out.ch(negative ? 45 : 32);
    if (seconds % 0x100000000 >= 0x80000000) out.str(UNREADABLE);
    else {
      const day = seconds % 86400;
      out.decPad(Math.floor(day / 3600), 2);
      out.ch(58);
      out.decPad(Math.floor(day / 60) % 60, 2);
      out.ch(58);
      out.decPad(day % 60, 2);
      this.writeFraction(out, rest);
    }
    if (this.mode === 3) {
      this.referenceSec = sec;
      this.referenceFraction = fraction;
    }
  }
}
