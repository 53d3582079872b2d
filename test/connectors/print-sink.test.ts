// Sinks that print and collect: in order, without waiting, and nothing lost by the next snapshot.

import fc from "fast-check";
import { expect, test } from "vitest";
import { CollectSink } from "../../sim/connectors/collect-sink.ts";
import { Collector } from "../../sim/connectors/collector.ts";
import type { OutsideVerdict } from "../../sim/connectors/outside-world.ts";
import { PrintSink } from "../../sim/connectors/print-sink.ts";
import { Printer } from "../../sim/connectors/printer.ts";
import { SeededChooser } from "../../sim/kernel/chooser.ts";
import { seconds } from "../../sim/kernel/virtual-time.ts";
import type { SinkContext } from "../../sim/runtime/task/functions.ts";
import type { Hook } from "../../sim/runtime/task/outside-request.ts";
import { RecordedOutside, Requester } from "./recorded-outside.ts";

/** A placed sink's world, in which each `true` of `losses` loses the request sent then, or its answer. */
function placed(losses: readonly boolean[] = []) {
  let sent = 0;
  const verdict = (): OutsideVerdict => ({
    kind: losses[sent++] === true ? (sent % 2 === 0 ? "lost-answer" : "lost-request") : "normal",
  });
  const outside = new RecordedOutside({
    chooser: new SeededChooser(5),
    conditions: { verdict },
  });
  const requester = new Requester(outside, "sink-1");
  const context: SinkContext = {
    uid: "sink",
    subtaskIndex: 0,
    parallelism: 1,
    attempt: 0,
    now: () => outside.simulation.now,
    send: (request) => void requester.send(request),
  };
  return { outside, context, run: (hook: Hook) => runHook(hook, requester, outside) };
}

/** Runs a hook; a request that stays unanswered for five seconds is sent again. */
function runHook(hook: Hook, requester: Requester, outside: RecordedOutside): void {
  if (hook === undefined) return;
  let result = hook.next();
  while (result.done !== true) {
    const requestId = requester.send(result.value);
    let overdueAt = outside.simulation.now + seconds(5);
    for (;;) {
      const found = requester.answers.find((candidate) => candidate.requestId === requestId);
      if (found !== undefined) {
        result = hook.next(found.answer);
        break;
      }
      if (outside.simulation.now >= overdueAt || !outside.step()) {
        requester.send(result.value, requestId);
        overdueAt = outside.simulation.now + seconds(5);
      }
    }
  }
}

test("PrintSink prints strings as they are and other values as canonical text, without waiting", () => {
  const { outside, context } = placed();
  const printer = new Printer({ recorder: outside.recorder });
  outside.world.add(printer);
  const sink = new PrintSink<unknown>();
  sink.setSinkContext(context);
  for (const value of ["hello", { b: 1, a: [2] }, 3]) sink.invoke(value);
  expect(printer.lines).toEqual([]);
  outside.settle();
  expect(printer.lines).toEqual(["hello", '{"a":[2],"b":1}', "3"]);
  expect(outside.eventsOf("line-printed")[0]).toMatchObject({
    place: "stdout",
    line: "hello",
    by: "sink-1",
    attempt: 0,
  });
});

test("CollectSink has everything collected once, in order, when a snapshot ends, whatever is lost", () => {
  const epochs = fc.array(fc.array(fc.nat(), { maxLength: 5 }), { maxLength: 4 });
  fc.assert(
    fc.property(epochs, fc.array(fc.boolean(), { maxLength: 20 }), (given, losses) => {
      const { outside, context, run } = placed(losses);
      const collector = new Collector({ recorder: outside.recorder, name: "c" });
      outside.world.add(collector);
      const sink = new CollectSink<number>("c");
      sink.setSinkContext(context);
      const written: number[] = [];
      for (const [checkpoint, values] of given.entries()) {
        for (const value of values) {
          sink.invoke(value);
          written.push(value);
        }
        run(sink.snapshotState({ getCheckpointId: () => checkpoint }));
        expect(collector.values).toEqual(written);
      }
      outside.settle();
      expect(collector.values).toEqual(written);
    }),
  );
});

test("PrintSink does not wait at a snapshot when nothing was printed since the last", () => {
  const { outside, context, run } = placed();
  outside.world.add(new Printer({ recorder: outside.recorder }));
  const sink = new PrintSink<string>();
  sink.setSinkContext(context);
  sink.invoke("a");
  run(sink.snapshotState({ getCheckpointId: () => 1 }));
  expect(sink.snapshotState({ getCheckpointId: () => 2 }).next().done).toBe(true);
});
