// The streams: their plan, that every record is counted once and in order, and that a checkpoint holds exactly what lies
// before the offsets saved in it.
import { expect, test } from "vitest";
import { oneStream, twoStreams } from "../../scenarios/streams.ts";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import { parseCanonicalText } from "../../sim/kernel/canonical-value.ts";
import { runChecked } from "../support/runner.ts";
import { committedTo, keptStatesOf, recordsOf, testEveryPlan } from "./every-plan.ts";

type StreamCount = readonly [stream: string, count: number];

const AT_STATE_LEVEL = { "recording.level": "state" };
const SEEDS = [1, 2, 3, 4, 5];

for (const scenario of [oneStream, twoStreams]) {
  const { name, plans, logs } = scenario;
  testEveryPlan(scenario);

  test(`${name} counts every record once, from 1 up without a gap`, () => {
    for (const faults of [[], ...Object.values(plans)]) {
      for (const seed of SEEDS) {
        const counts = committedTo<StreamCount>(
          runChecked({ scenario: name, seed, faults }),
          "counts",
        );
        for (const stream of Object.keys(logs)) {
          const expected = recordsOf(scenario, stream).map((_record, index) => index + 1);
          const found = counts.flatMap(([of, count]) => (of === stream ? [count] : []));
          expect(found).toEqual(expected);
        }
      }
    }
  });

  test(`${name}: a checkpoint holds the effects of the records before its offsets, and of no others`, () => {
    let compared = 0;
    for (const faults of [[], ...Object.values(plans)]) {
      for (const seed of SEEDS) {
        const checked = runChecked({ scenario: name, seed, faults, config: AT_STATE_LEVEL });
        for (const [checkpoint, kept] of keptStatesOf(checked.events)) {
          const counts = kept.map(
            ([, , stream, count]): StreamCount => [String(stream), Number(count)],
          );
          expect(new Map(counts)).toEqual(offsetsIn(checked, checkpoint));
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(SEEDS.length);
  });
}

/** The offset of each stream that its source saved for a checkpoint; a stream not yet begun is left out. */
function offsetsIn({ events }: CheckedRun, checkpoint: number): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== "operator-snapshot-written" || event.checkpoint !== checkpoint) continue;
    if (event.operator !== "a" && event.operator !== "b") continue;
    const lists = parseCanonicalText(event.operatorState) as readonly {
      readonly elements: readonly { readonly nextOffset: number }[];
    }[];
    const offset = lists[0]?.elements[0]?.nextOffset ?? 0;
    if (offset > 0) offsets.set(event.operator, offset);
  }
  return offsets;
}
