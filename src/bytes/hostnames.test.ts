// Names of hosts: asked once, remembered, and never waited for longer than a line may wait.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BusyHosts, PATIENCE, type Questions, WaitingHosts } from "./hostnames.ts";

const ONE = Uint8Array.of(0, 192, 0, 2, 1);
const SIX = Uint8Array.from(Buffer.from("20010db8000000000000000000000001", "hex"));

/** Questions that are answered when the test says so, and a clock that it sets. */
class Desk implements Questions {
  readonly asked: [id: number, address: string][] = [];
  time = 5000;
  alarm: { at: number; callback: () => void } | null = null;

  ask(id: number, address: Uint8Array): void {
    this.asked.push([id, Buffer.from(address).toString("hex")]);
  }
  now(): number {
    return this.time;
  }
  later(delay: number, callback: () => void): () => void {
    assert.equal(this.alarm, null, "one alarm at a time");
    const alarm = { at: this.time + delay, callback };
    this.alarm = alarm;
    return () => {
      if (this.alarm === alarm) this.alarm = null;
    };
  }
  pass(ms: number): void {
    this.time += ms;
    const { alarm } = this;
    if (alarm === null || alarm.at > this.time) return;
    this.alarm = null;
    alarm.callback();
  }
}

test("whoever waits asks once for each address, and cuts the domain off with -N", () => {
  const asked: string[] = [];
  const ask = (address: Uint8Array) => {
    asked.push(address.join("."));
    return address.length === 16 ? null : "host.example\u0007\u00e4";
  };
  const plain = new WaitingHosts(ask, false);
  assert.equal(plain.host(ONE, 1, 4), "host.example??");
  assert.equal(plain.host(ONE, 1, 4), "host.example??");
  assert.equal(plain.host(SIX, 0, 16), null);
  assert.equal(plain.host(SIX, 0, 16), null);
  assert.equal(asked.length, 2);
  assert.equal(new WaitingHosts(ask, true).host(ONE, 1, 4), "host");
});

test("a name that is not there yet leaves a hole, which the answer fills", () => {
  const desk = new Desk();
  const hosts = new BusyHosts(desk, false);
  let filled = 0;
  hosts.onFilled = () => filled++;
  assert.equal(hosts.host(ONE, 1, 4), "\u00020\u0003");
  assert.equal(hosts.host(SIX, 0, 16), "\u00021\u0003");
  assert.equal(hosts.host(ONE, 1, 4), "\u00022\u0003");
  assert.deepEqual(desk.asked, [
    [1, "c0000201"],
    [2, "20010db8000000000000000000000001"],
  ]);
  const holes = hosts.take();
  assert.equal(hosts.take(), null);
  assert.deepEqual(
    holes?.map((hole) => hole.filling()),
    [null, null, null],
  );
  hosts.answer([2, null, 99, "nobody", 1, "one.example"]);
  assert.equal(filled, 1);
  assert.deepEqual(
    holes?.map((hole) => hole.filling()),
    ["one.example", "2001:db8::1", "one.example"],
  );
  assert.equal(hosts.host(ONE, 1, 4), "one.example");
  assert.equal(hosts.host(SIX, 0, 16), null);
  assert.equal(hosts.take(), null);
});

test("nobody waits longer than that, but a late name is used", () => {
  const desk = new Desk();
  const hosts = new BusyHosts(desk, true);
  let filled = 0;
  hosts.onFilled = () => filled++;
  hosts.host(ONE, 1, 4);
  desk.pass(PATIENCE / 2);
  hosts.host(SIX, 0, 16);
  const holes = hosts.take()!;
  desk.pass(PATIENCE / 2 - 1);
  assert.equal(filled, 0);
  desk.pass(1);
  assert.equal(filled, 1);
  assert.deepEqual(
    holes.map((hole) => hole.filling()),
    ["192.0.2.1", null],
  );
  assert.equal(hosts.host(ONE, 1, 4), null, "no further line waits for it");
  desk.pass(PATIENCE / 2);
  assert.equal(holes[1]!.filling(), "2001:db8::1");
  assert.equal(desk.alarm, null, "nothing is left to wait for");
  hosts.answer([1, "one.example", 2, "two"]);
  assert.equal(hosts.host(ONE, 1, 4), "one");
  assert.equal(hosts.host(SIX, 0, 16), "two");
});

test("giving up fills everything with numbers", () => {
  const desk = new Desk();
  const hosts = new BusyHosts(desk, false);
  hosts.host(ONE, 1, 4);
  const holes = hosts.take()!;
  hosts.giveUp();
  assert.equal(holes[0]!.filling(), "192.0.2.1");
  assert.equal(desk.alarm, null);
});

test("open questions and addresses known are bounded", () => {
  const desk = new Desk();
  const hosts = new BusyHosts(desk, false);
  const address = new Uint8Array(4);
  const set = (i: number) => {
    address[1] = i >> 16;
    address[2] = i >> 8;
    address[3] = i;
  };
  for (let i = 0; i < 100_000; i++) {
    set(i);
    const name = hosts.host(address, 0, 4);
    assert.equal(name === null, i >= 1024);
    hosts.take();
  }
  assert.equal(desk.asked.length, 1024);
  for (let i = 1; i <= 1024; i++) hosts.answer([i, `n${i}`]);
  for (let i = 1024; i < 100_000; i++) {
    set(i);
    hosts.host(address, 0, 4);
    hosts.take();
    hosts.answer([i + 1, "name"]);
  }
  set(0);
  assert.notEqual(hosts.host(address, 0, 4), "n1", "the first ones are forgotten");
  set(99_999);
  assert.equal(hosts.host(address, 0, 4), "name");
});
