// holds() on pipelines of a user's own: sound ones pass, unsound ones are reported with a plan that can be run again.
import { beforeAll, expect, test } from "vitest";
import {
  type Case,
  checkerOf,
  drawFaults,
  FailureReport,
  type Fault,
  FaultPlanError,
  type HoldsOptions,
  holds,
  type Pipeline,
  parseCanonicalText,
} from "../../sim/testing.ts";
import { type Balance, balances, EarlySink, HastySink, soundBalances } from "./own-pipelines.ts";

const early = balances(() => new EarlySink("balances"));

let earlyReport: FailureReport;

beforeAll(() => {
  earlyReport = reportOf(early);
});

test("holds returns nothing for a pipeline that is right", () => {
  expect(holds(soundBalances, { runs: 40 })).toBeUndefined();
});

test("holds reports a sink that commits too early, with a plan of which nothing can be left out", () => {
  expect(earlyReport).toMatchObject({ name: "FailureReport", checker: "failure-transparency" });
  const { seed, faults } = earlyReport.case;
  expect(faults).toHaveLength(1);
  expect(() => holds(early, { seed, runs: 1, faults })).toThrow(FailureReport);
  const calm = reportOf(early, { seed, runs: 1, faults: [] });
  expect(calm.checker).toBe("newest-checkpoint");
});

test("holds says all of it in its message", () => {
  const { message, claim, sentence, case: failing, proof } = earlyReport;
  expect(message).toContain(`balances does not hold: ${claim}`);
  expect(message).toContain(sentence);
  expect(message).toMatch(/^Minimal plan \(1 of \d faults?, found in \d+ more runs\):$/m);
  const plan = message.slice(message.indexOf("\n{\n"), message.indexOf("\n}\n") + 2);
  expect(JSON.parse(plan)).toEqual({ faults: failing.faults });
  const numbered = [...message.matchAll(/^ +(\d+)\. \d+\.\d{6} s {2}.+ \(event (\d+)\)$/gm)];
  expect(numbered.map(([, number, index]) => [Number(number), Number(index)])).toEqual(
    proof.map(({ index }, place) => [place + 1, index]),
  );
  expect(numbered.length).toBeGreaterThan(0);
  expect(message).toContain(
    `npx cleancut run ./pipeline.ts --seed ${failing.seed} --faults plan.json`,
  );
});

test("holds replays what its message says, to the same failure", () => {
  const { message, sentence } = earlyReport;
  const written = /holds\(pipeline, \{ replay: (.*) \}\)$/m.exec(message)?.[1] ?? "";
  const replay = JSON.parse(written) as Omit<Case, "scenario">;
  expect(reportOf(early, { replay, shrinkRuns: 0 }).sentence).toBe(sentence);
  expect(holds(soundBalances, { replay })).toBeUndefined();
});

test("holds reports equal failures for equal seeds, and starts at the seed that is given", () => {
  expect(reportOf(early).message).toBe(earlyReport.message);
  const report = reportOf(early, { seed: 30, runs: 20, shrinkRuns: 0 });
  expect(report.case.seed).toBeGreaterThanOrEqual(30);
  expect(report.case.faults).toEqual(report.found.faults);
  expect(report.message).toContain(`(seed ${report.case.seed})`);
  expect(report.message).toMatch(/^Plan:$/m);
});

test("holds says so when there were not enough runs to make a plan minimal", () => {
  const [fault] = earlyReport.case.faults;
  const faults = [fault, fault, fault].flatMap((same) => same ?? []);
  const report = reportOf(early, { faults, runs: 1, shrinkRuns: 2 });
  expect(report.message).toContain("the limit of 2 more runs was reached");
});

test("holds sees a two-phase commit sink written from the ground up commit too early", () => {
  const report = reportOf(balances(() => new HastySink()));
  expect(report.checker).toBe("failure-transparency");
  expect(report.case.faults).toHaveLength(1);
});

const richest = checkerOf({
  name: "nobody-is-rich",
  claim: "No balance is above 50",
  refute: (events) => {
    const rich = events.find(
      (event) =>
        event.kind === "record-committed" && (parseCanonicalText(event.value) as Balance)[1] > 50,
    );
    return rich && { sentence: "A balance went above 50", events: [rich] };
  },
});

test("holds asks checkers of the user's own", () => {
  const report = reportOf(soundBalances, { checkers: [richest] });
  expect(report).toMatchObject({
    checker: "nobody-is-rich",
    claim: "No balance is above 50",
    sentence: "A balance went above 50",
  });
  expect(report.case.faults).toEqual([]);
  expect(report.proof.map(({ kind }) => kind)).toEqual(["record-committed"]);
  expect(report.message).not.toContain("npx cleancut");
  expect(
    holds(
      { ...soundBalances, logs: { payments: [[["ann", 3]]] } },
      { checkers: [richest], runs: 10 },
    ),
  ).toBeUndefined();
});

test("holds records as much as a checker of the user's own needs", () => {
  let seen = 0;
  const counting = checkerOf({
    name: "buffers-are-seen",
    claim: "Buffers are sent",
    level: "network",
    refute: (events) => {
      seen = events.filter(({ kind }) => kind === "buffer-sent").length;
      return undefined;
    },
  });
  holds(soundBalances, { checkers: [counting], runs: 1, config: { "recording.level": "off" } });
  expect(seen).toBeGreaterThan(0);
});

test("holds reports what a checker of the user's own throws, with the error as its cause", () => {
  const broken = checkerOf({
    name: "broken",
    claim: "Nothing",
    refute: () => {
      throw new TypeError("no such thing");
    },
  });
  const report = reportOf(soundBalances, { checkers: [broken], runs: 1 });
  expect(report.sentence).toBe("TypeError: no such thing");
  expect(report.cause).toBeInstanceOf(TypeError);
});

const lastCount: Fault = {
  what: "task-throws",
  where: "sink-1",
  when: { after: { event: "completion-received", place: "sink-1", checkpoint: 2, nth: 1 } },
};

test("holds runs the user's own plan in every run", () => {
  const plans: (readonly Fault[])[] = [];
  const noting = noteFaults(plans);
  holds(soundBalances, { runs: 3, faults: [lastCount], checkers: [noting] });
  expect(plans).toHaveLength(3);
  for (const struck of plans)
    expect(struck).toMatchObject([{ what: "task-throws", place: "sink-1" }]);
});

test("holds has the user's own generator draw, on top of the pipeline's own faults", () => {
  const asked: number[] = [];
  const own = { ...early, faults: [lastCount] };
  const report = reportOf(own, {
    seed: 5,
    runs: 3,
    shrinkRuns: 0,
    faults: (space, seed) => {
      asked.push(seed);
      expect(space.tasks).toEqual(["payments-1", "add-up-1", "add-up-2", "sink-1"]);
      return drawFaults(space, seed);
    },
  });
  expect(asked[0]).toBe(5);
  expect(report.found.faults[0]).toEqual(lastCount);
});

test("holds refuses what cannot be", () => {
  const nowhere: Fault = { ...lastCount, where: "sink-9" };
  expect(() => holds(soundBalances, { faults: [nowhere] })).toThrow(FaultPlanError);
  expect(() => holds(soundBalances, { runs: 0 })).toThrow(
    'Cannot test the pipeline: found 0 as "runs", expected a whole number from 1 up',
  );
  expect(() => holds(soundBalances, { replay: { edits: ["offset-off-by-one"] } })).toThrow(
    "Cannot replay the case: it has edits, which only the command line can build in",
  );
  expect(() => holds({} as Pipeline)).toThrow("Cannot test the pipeline: found no build() in it");
});

test("holds gives up a run that never comes to rest, and says so", () => {
  const report = reportOf(soundBalances, { runs: 1, faults: [], eventsMax: 100, shrinkRuns: 0 });
  expect(report.message).toContain("event-bound");
});

function reportOf(pipeline: Pipeline, options: HoldsOptions = {}): FailureReport {
  try {
    holds(pipeline, options);
  } catch (error) {
    if (error instanceof FailureReport) return error;
    throw error;
  }
  throw new Error("The pipeline holds");
}

/** Notes for each run what struck in it. */
function noteFaults(plans: (readonly unknown[])[]): ReturnType<typeof checkerOf> {
  return checkerOf({
    name: "notes-faults",
    claim: "Nothing",
    refute: (events) => {
      plans.push(events.filter(({ kind }) => kind === "fault-struck"));
      return undefined;
    },
  });
}
