// The ways to the outside: order, loss, lateness, and what outlives whom.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Collector } from "../../sim/connectors/collector.ts";
import type { OutsideVerdict } from "../../sim/connectors/outside-world.ts";
import { SeededChooser } from "../../sim/kernel/chooser.ts";
import { millis, seconds } from "../../sim/kernel/virtual-time.ts";
import { RecordedOutside, Requester } from "./recorded-outside.ts";

const write = (first: number, ...values: readonly unknown[]) => ({
  system: "collector:c",
  kind: "write",
  first,
  values,
});

function worldWithCollector(verdicts: readonly OutsideVerdict[] = [], seed = 1) {
  let sent = 0;
  const conditions = {
    verdict: (): OutsideVerdict => verdicts[sent++] ?? { kind: "normal" },
  };
  const outside = new RecordedOutside({ chooser: new SeededChooser(seed), conditions });
  const collector = new Collector({ recorder: outside.recorder, name: "c" });
  outside.world.add(collector);
  return { outside, collector };
}

test("OutsideWorld carries a request there and its answer back, each within latency and jitter", () => {
  const { outside, collector } = worldWithCollector();
  const requester = new Requester(outside, "sink-1");
  requester.send(write(0, "a"));
  outside.settle();
  expect(collector.values).toEqual(["a"]);
  const arrived = outside.eventsOf("request-handled")[0];
  expect(arrived).toMatchObject({
    place: "collector:c",
    request: "write",
    by: "sink-1",
    outcome: "ok",
  });
  expect(arrived?.time).toBeGreaterThanOrEqual(millis(2));
  expect(arrived?.time).toBeLessThanOrEqual(millis(4));
  expect(requester.answers).toMatchObject([{ requestId: 0, answer: { kind: "ok" } }]);
});

test("OutsideWorld keeps the order of one requester's requests to one system", () => {
  const verdict = fc.oneof(
    fc.constant<OutsideVerdict>({ kind: "normal" }),
    fc
      .integer({ min: 0, max: 50 })
      .map((ms): OutsideVerdict => ({ kind: "late", delay: millis(ms) })),
  );
  fc.assert(
    fc.property(fc.array(verdict, { maxLength: 12 }), fc.nat(), (verdicts, seed) => {
      const { outside, collector } = worldWithCollector(verdicts, seed);
      const requester = new Requester(outside, "sink-1");
      for (const index of verdicts.keys()) requester.send(write(index, index));
      outside.settle();
      expect(collector.values).toEqual([...verdicts.keys()]);
    }),
  );
});

test("OutsideWorld delivers what a dead requester sent, and drops the answer", () => {
  const { outside, collector } = worldWithCollector([{ kind: "late", delay: seconds(9) }]);
  const zombie = new Requester(outside, "sink-1");
  zombie.send(write(0, "late"));
  zombie.incarnation.end();
  const next = new Requester(outside, "sink-1", 1);
  next.send(write(0, "new"));
  outside.settle();
  expect(collector.values).toEqual(["new", "late"]);
  expect(zombie.answers).toEqual([]);
  expect(outside.eventsOf("record-collected").map((event) => event["attempt"])).toEqual([1, 0]);
});

test("OutsideWorld loses requests without effect and answers after it", () => {
  const { outside, collector } = worldWithCollector([
    { kind: "lost-request" },
    { kind: "lost-answer" },
  ]);
  const requester = new Requester(outside, "sink-1");
  requester.send(write(0, "a"));
  requester.send(write(0, "b"));
  outside.settle();
  expect(collector.values).toEqual(["b"]);
  expect(requester.answers).toEqual([]);
});

test("OutsideWorld copies what crosses its border", () => {
  const { outside, collector } = worldWithCollector();
  const value = { count: 1 };
  new Requester(outside, "sink-1").send(write(0, value));
  value.count = 2;
  outside.settle();
  expect(collector.values).toEqual([{ count: 1 }]);
});

test("OutsideWorld refuses a request to a system there is not", () => {
  const { outside } = worldWithCollector();
  const answer = new Requester(outside, "sink-1").ask({ system: "log:nowhere", kind: "fetch" });
  expect(answer).toMatchObject({ kind: "error", retriable: false });
});

test("OutsideWorld.stateHash tells worlds apart by what is on its way, whenever that is", () => {
  const hashes = [0, 5].map((waitedMs) => {
    const { outside } = worldWithCollector([], 7);
    const requester = new Requester(outside, "sink-1");
    // Time passes only with events.
    const nothing = { requestId: -1, answer: undefined };
    outside.simulation.schedule(millis(waitedMs), requester, nothing);
    outside.settle();
    const empty = outside.world.stateHash();
    requester.send(write(0, "a"));
    return { empty, underWay: outside.world.stateHash() };
  });
  expect(hashes[0]).toEqual(hashes[1]);
  expect(hashes[0]?.empty).not.toBe(hashes[0]?.underWay);
});
