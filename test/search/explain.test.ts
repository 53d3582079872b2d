// Explaining real failures of the zoo: what is said to be needed is, and the rest links it to the violation.
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import { failureOf } from "../../sim/search/case-outcome.ts";
import { searchNow } from "../../sim/search/case-search.ts";
import { type Explanation, explain } from "../../sim/search/explain.ts";
import { editsKeeping, keptRecords } from "../../sim/search/input-records.ts";
import { EventIndex, parseIdentity } from "../../sim/trace/event-identity.ts";
import { addressText } from "../../sim/trace/record-address.ts";
import { readRegressions } from "../regressions/regression.ts";
import { type ZooFailure, zooFailure } from "./zoo-failures.ts";

function explained(failure: ZooFailure): Explanation {
  const explanation = searchNow(explain(failure), failure.run);
  if (explanation === undefined) throw new Error(`Cannot explain: ${failure.checker} is silent`);
  return explanation;
}

/** The smallest failure of a bug, as the regressions have it. */
async function smallest(ticket: string): Promise<ZooFailure> {
  const regressions = readRegressions(join(import.meta.dirname, "../regressions"));
  const known = regressions.find(({ case: { edits } }) => edits.includes(ticket));
  return zooFailure(ticket, known?.case);
}

/** The case without what a sentence is about. */
function without(
  { case: failing, records }: ZooFailure,
  sentence: Explanation["sentences"][number],
): Case {
  switch (sentence.kind) {
    case "fault":
      return { ...failing, faults: failing.faults.filter((fault) => fault !== sentence.fault) };
    case "choice":
      return {
        ...failing,
        overrides: failing.overrides.filter(({ key }) => key !== sentence.override.key),
      };
    case "record": {
      const dropped = addressText(sentence.record);
      const kept = keptRecords(records, failing.data).filter(
        (record) => addressText(record) !== dropped,
      );
      return { ...failing, data: editsKeeping(kept, records, []) };
    }
    case "event":
      return failing;
  }
}

const TICKETS = ["T01", "T02", "T07", "T08", "T19"];

describe.each(TICKETS)("explaining the smallest failure of %s", (ticket) => {
  let failure: ZooFailure;
  let explanation: Explanation;

  beforeAll(async () => {
    failure = await smallest(ticket);
    explanation = explained(failure);
  });

  test("takes a dozen sentences at most, each of an event of the run, in order", () => {
    const { sentences, unnecessary } = explanation;
    expect(sentences.length).toBeLessThanOrEqual(12);
    const index = new EventIndex(failure.run(failure.case).events);
    const indices = sentences.map(({ event }) => {
      const identity = parseIdentity(event?.identity ?? "");
      expect(identity && index.find(identity)).toBe(event?.index);
      return event?.index ?? -1;
    });
    expect(indices).toEqual([...indices].sort((one, other) => one - other));
    expect(unnecessary).toEqual([]);
  });

  test("names every fault, and what is named is needed", () => {
    const facts = explanation.sentences.filter(({ kind }) => kind !== "event");
    for (const fact of facts) expect(failure.fails(without(failure, fact))).toBe(false);
    const faults = facts.flatMap((fact) => (fact.kind === "fault" ? [fact.fault] : []));
    expect(faults).toEqual(failure.case.faults);
    expect(facts.some(({ kind }) => kind === "record")).toBe(true);
  });

  test("contains the proof, and the restore that makes it matter", () => {
    const told = explanation.sentences.map(({ event }) => event?.index);
    const proof = failureOf(failure.run(failure.case), failure.checker)?.events;
    expect(told).toEqual(expect.arrayContaining([...(proof ?? [])]));
    const texts = explanation.sentences.map(({ text }) => text);
    expect(texts).toContain("The job master starts to restore the tasks from checkpoint 1.");
  });
});

test("explain tells the story of a record read twice", async () => {
  const { sentences, sentence } = explained(await smallest("T08"));
  expect(sentence).toBe("Record read twice: source-2 reads offset 0 of words/1 again");
  expect(sentences.map(({ kind, text }) => `${kind}: ${text}`)).toEqual(
    expect.arrayContaining([
      'record: source-2 reads "notification" from words, partition 1, offset 0.',
      expect.stringMatching(/^event: source-2 takes its snapshot for checkpoint 1 /),
      "fault: Fault 0: task-throws at count-1, after its 1st completion-received of checkpoint 1.",
      'event: source-2 (attempt 1) reads "notification" from words, partition 1, offset 0 once more.',
      expect.stringMatching(/^event: \["notification",2\] becomes visible in log counts, /),
    ]),
  );
});

test("explain names no fault that makes no difference", async () => {
  const { case: known } = await zooFailure("T08");
  const idle = { what: "storage-slow", where: "storage", when: { at: 0 }, duration: 1000 };
  const failure = await zooFailure("T08", { faults: [idle, ...known.faults] });
  const { sentences, unnecessary } = explained(failure);
  const faults = sentences.filter(({ kind }) => kind === "fault");
  expect(faults.map(({ text }) => text)).toEqual([
    "Fault 1: task-throws at count-1, after its 1st completion-received of checkpoint 1.",
  ]);
  expect(unnecessary).toContain("fault 0, storage-slow at storage by 1 ms, from the start");
  expect(failure.fails({ ...failure.case, faults: known.faults })).toBe(true);
});

test("explain names a choice that is needed, and not one that is not", async () => {
  const failure = await zooFailure("T02", {
    seed: 10,
    config: { "world.network.jitter": "12 ms" },
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 } },
      },
    ],
    overrides: [
      { key: "delay:trigger-checkpoint@source-1#0:1", value: 0 },
      { key: "delay:trigger-checkpoint@source-1#0:2", value: 0 },
    ],
  });
  const { sentences } = explained(failure);
  const choices = sentences.filter(({ kind }) => kind === "choice");
  expect(choices.map(({ text }) => text)).toEqual([
    "The choice delay:trigger-checkpoint@source-1#0:1 is fixed at 0.",
  ]);
  for (const choice of choices) expect(failure.fails(without(failure, choice))).toBe(false);
});

test("explain says nothing of a case that holds", async () => {
  const failure = await zooFailure("T08", { faults: [] });
  expect(searchNow(explain(failure), failure.run)).toBeUndefined();
});

test("explain claims no need that it had no runs to try", async () => {
  const failure = await smallest("T08");
  let left = 1;
  const explanation = searchNow(explain(failure), (request) =>
    left-- > 0 ? failure.run(request) : undefined,
  );
  expect(explanation?.sentences.every(({ kind }) => kind === "event")).toBe(true);
  expect(explanation?.unnecessary).toEqual([]);
});
