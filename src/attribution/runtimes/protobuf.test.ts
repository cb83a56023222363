import assert from "node:assert/strict";
import { test } from "node:test";
import { encode, Message } from "./protobuf.ts";

test("what is written is read", () => {
  const message = new Message(
    encode([
      [1, "id"],
      [
        2,
        [
          [1, "key"],
          [2, "välue"],
        ],
      ],
      [
        2,
        [
          [1, "key2"],
          [2, ""],
        ],
      ],
      [3, 4294967295],
      [4, true],
      [16, 9007199254740991],
      [2000, "far"],
      [5, []],
    ]),
  );
  assert.equal(message.text(1), "id");
  assert.deepEqual(message.map(2), { key: "välue", key2: "" });
  assert.equal(message.messages(2).length, 2);
  assert.equal(message.number(3), 4294967295);
  assert.equal(message.number(4), 1);
  assert.equal(message.number(16), 9007199254740991);
  assert.equal(message.text(2000), "far");
  assert.equal(message.message(5).text(1), "");
});

test("bytes as the specification shows them", () => {
  assert.equal(encode([[1, 150]]).toString("hex"), "089601");
  assert.equal(encode([[2, "testing"]]).toString("hex"), "120774657374696e67");
  assert.equal(encode([[3, [[1, 150]]]]).toString("hex"), "1a03089601");
});

test("what is missing, or of another type, is empty; the last of several counts; unknown types are stepped over", () => {
  const message = new Message(
    Buffer.from("08960108011203616263" + "190102030405060708" + "2501020304", "hex"),
  );
  assert.equal(message.number(1), 1);
  assert.equal(message.text(1), "");
  assert.equal(message.number(2), 0);
  assert.equal(message.text(2), "abc");
  assert.deepEqual(message.messages(9), []);
});

test("damaged messages are refused, whatever is in them", () => {
  for (const hex of [
    "08",
    "0a05616263",
    "0aff",
    "0b",
    "1901",
    "25010203",
    "08ffffffffffffffffffff01",
    "0affffffff0f",
  ])
    assert.throws(() => new Message(Buffer.from(hex, "hex")), /damaged message/, hex);
  let seed = 1;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed >>> 16;
  };
  for (let i = 0; i < 20_000; i++) {
    const bytes = Buffer.from(Array.from({ length: random() % 40 }, () => random() & 255));
    try {
      const message = new Message(bytes);
      message.map(1);
      message.text(2);
      message.messages(3);
    } catch (error) {
      assert.match(String(error), /damaged message/);
    }
  }
});
