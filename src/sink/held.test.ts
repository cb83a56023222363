// Text with holes: in order, filled, and let go when there is too much of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hole } from "../bytes/hostnames.ts";
import { latin1, TextWriter } from "../bytes/text.ts";
import { HeldText } from "./held.ts";

class Name implements Hole {
  text: string | null = null;
  filling(): string | null {
    return this.text;
  }
}

function add(held: HeldText, text: string, holes: Hole[] | null): void {
  const bytes = latin1(`....${text}....`);
  held.add(bytes, 4, bytes.length - 4, holes);
}

function released(held: HeldText): string {
  const out = new TextWriter(1);
  held.release(out);
  return out.toString();
}

test("text goes out in order, as soon as all holes before it are filled", () => {
  const held = new HeldText();
  const [one, two] = [new Name(), new Name()];
  assert.ok(held.isEmpty);
  add(held, "a \u00020\u0003 > \u00021\u0003\n", [one, two]);
  add(held, "b\n", null);
  add(held, "c\n", null);
  add(held, "d \u00020\u0003\n", [one]);
  add(held, "e \u00020\u0003\n", [two]);
  assert.equal(released(held), "");
  two.text = "second.example";
  assert.equal(released(held), "");
  one.text = "1.2.3.4";
  assert.equal(released(held), "a 1.2.3.4 > second.example\nb\nc\nd 1.2.3.4\ne second.example\n");
  assert.ok(held.isEmpty);
  assert.equal(released(held), "");
});

test("what looks like a hole and is none stays as it is", () => {
  const held = new HeldText();
  const name = new Name();
  name.text = "name";
  const odd = "\u0002\u0003 \u00027\u0003 \u00020 \u000200000000\u0003 \u00020\u0003 \u0002";
  add(held, odd, [name]);
  assert.equal(released(held), odd.replace("\u00020\u0003", "name"));
});

test("much text, in pieces of every size", () => {
  const held = new HeldText();
  const waiting: Name[] = [];
  let want = "";
  let got = "";
  for (let i = 0; i < 20_000; i++) {
    const name = new Name();
    waiting.push(name);
    const filler = "x".repeat((i * 7919) % 100);
    add(held, `${i} \u00020\u0003 ${filler}\n`, [name]);
    want += `${i} n${i} ${filler}\n`;
    if (i % 3 === 0) {
      const first = waiting.shift()!;
      first.text = `n${i - waiting.length}`;
      got += released(held);
    }
  }
  for (const [i, name] of waiting.entries()) name.text = `n${20_000 - waiting.length + i}`;
  got += released(held);
  assert.equal(got, want);
});

test("it says when it is too much", () => {
  const held = new HeldText();
  const line = `${"x".repeat(1000)}\n`;
  add(held, line, [new Name()]);
  let count = 1;
  while (!held.isFull) {
    add(held, line, null);
    count++;
  }
  assert.ok(count * line.length > 4_000_000 && count * line.length < 5_000_000);
});
