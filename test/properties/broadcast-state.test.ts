// Of broadcast state every subtask has a copy, and in whatever order its elements met the others: all copies are equal in
// every completed checkpoint, each restore gives one back, and in the last checkpoint they hold all that was broadcast.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import { parseCanonicalText } from "../../sim/kernel/canonical-value.ts";
import type { EventOf, TraceEvent } from "../../sim/trace/trace-event.ts";
import { complaintsOf, replayLine, runner } from "../support/runner.ts";
import { caseOf, type DrawnCase, drawnCase } from "./generated-case.ts";

const isSoak = process.env["CLEANCUT_SOAK"] === "1";

/** A copy as a list of its entries, in order. */
type Copy = readonly (readonly [id: number, key: string])[];

type Shown = EventOf<"operator-snapshot-written" | "operator-restored">;

test(
  "copies of broadcast state are equal at every cut and after every restore, and whole at the end",
  () => {
    const counts = { checkpoints: 0, restored: 0 };
    const connected = drawnCase.map((drawn): DrawnCase => {
      const parallelism = Math.max(2, drawn.params.parallelism);
      return { ...drawn, params: { ...drawn.params, parallelism, shape: "broadcast-state" } };
    });
    const property = fc.property(connected, (drawn) => {
      const request = caseOf(drawn);
      const checked = runner.runChecked(runner.prepare(request), {
        bounds: { maxEvents: 200_000 },
      });
      const line = replayLine(request);
      expect(complaintsOf(checked), line).toEqual([]);
      const { parallelism } = drawn.params;
      const cuts = new Map<number, Copy>();
      for (const checkpoint of completedIn(checked.events)) {
        const copies = copiesIn(checked.events, "operator-snapshot-written", checkpoint);
        expect(copies.length, line).toBe(parallelism);
        for (const copy of copies) expect(copy, line).toEqual(copies[0]);
        cuts.set(checkpoint, copies[0] ?? []);
        for (const copy of copiesIn(checked.events, "operator-restored", checkpoint)) {
          expect(copy, line).toEqual(copies[0]);
          counts.restored++;
        }
        counts.checkpoints++;
      }
      expect(checked.run.jobStatus, line).toBe("FINISHED");
      expect([...cuts.values()].at(-1), line).toEqual(broadcastIn(request));
    });
    fc.assert(property, { numRuns: isSoak ? 2_000 : 40, includeErrorInReport: true });
    expect(counts.checkpoints).toBeGreaterThan(100);
    expect(counts.restored).toBeGreaterThan(20);
  },
  isSoak ? 3_600_000 : 120_000,
);

function completedIn(events: readonly TraceEvent[]): readonly number[] {
  return events.flatMap((event) => (event.kind === "checkpoint-stored" ? [event.checkpoint] : []));
}

/** The copies of a checkpoint, as events of a kind show them. */
function copiesIn(
  events: readonly TraceEvent[],
  kind: Shown["kind"],
  checkpoint: number,
): readonly Copy[] {
  return events.flatMap((event) => {
    if (event.kind !== kind || event.operator !== "pair" || event.checkpoint !== checkpoint) {
      return [];
    }
    const states = parseCanonicalText(event.operatorState) as readonly {
      readonly state: string;
      readonly mode: string;
      readonly elements: Copy;
    }[];
    expect(states.map(({ state, mode }) => [state, mode])).toEqual([["right", "broadcast"]]);
    return states.map(({ elements }) => elements);
  });
}

/** All that is broadcast in a case, by id. */
function broadcastIn(request: Case): Copy {
  const items = runner.prepare(request).scenario.logs["right"] ?? [];
  const entries = items.flat().map((item) => {
    const [key, id] = item as readonly [string, number];
    return [id, key] as const;
  });
  return entries.sort(([left], [right]) => left - right);
}
