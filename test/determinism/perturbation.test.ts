// What has nothing to do with a run makes no difference to it: the order in which unrelated things are registered, a
// place that makes choices of its own, someone who only looks on.
import { expect, test } from "vitest";
import { FAMILIES, SCENARIOS } from "../../scenarios/index.ts";
import type { Scenario } from "../../sim/api/scenario.ts";
import type { Case } from "../../sim/harness/case.ts";
import { prepareJob } from "../../sim/harness/prepared-job.ts";
import { Runner } from "../../sim/harness/runner.ts";
import { choiceKind } from "../../sim/kernel/chooser.ts";
import type { Simulation } from "../../sim/kernel/simulation.ts";
import { micros } from "../../sim/kernel/virtual-time.ts";
import { sha256 } from "../../sim/node/sha256.ts";
import { TRACE_EVENT_KINDS, type TraceEventKind } from "../../sim/trace/trace-event.ts";
import { runner } from "../support/runner.ts";
import { NotingActor } from "../support/toy-world.ts";
import { CASES } from "./cases.ts";
import { digestOfPerturbed } from "./perturbed-run.ts";

const KINDS = TRACE_EVENT_KINDS.map(({ name }) => name as TraceEventKind);

function digestOf(request: Case): string {
  return runner.run(runner.prepare(request)).digest;
}

test.each(CASES)("$title: a run put together by hand is the same", ({ case: request }) => {
  const digest = digestOfPerturbed(runner.prepare(request), () => {});
  expect(digest).toBe(digestOf(request));
});

test.each(CASES)(
  "$title: a place with choices and ties of its own changes nothing",
  ({ case: request }) => {
    const job = runner.prepare(request);
    const digest = digestOfPerturbed(job, ({ simulation }) => addIdlePlace(simulation));
    expect(digest).toBe(digestOf(request));
  },
);

test.each(CASES)("$title: an idle observer of everything changes nothing", ({ case: request }) => {
  let seen = 0;
  const job = runner.prepare(request);
  const { digest, eventCount } = runner.run(job, {
    watch: ({ observe }) => {
      for (const kind of KINDS) observe(kind, () => void seen++);
    },
  });
  expect(digest).toBe(digestOf(request));
  expect(seen).toBe(eventCount);
});

test.each(CASES)(
  "$title: the order in which scenarios are registered changes nothing",
  (titled) => {
    const other = new Runner([...SCENARIOS].reverse(), sha256, { families: FAMILIES });
    expect(other.run(other.prepare(titled.case)).digest).toBe(digestOf(titled.case));
  },
);

test.each(CASES)(
  "$title: logs in another order, and one that nobody reads, change nothing",
  (titled) => {
    const { scenario } = runner.prepare(titled.case);
    const logs = Object.entries({ ...scenario.logs, unread: [["a", "b"], ["c"]] }).reverse();
    const perturbed: Scenario = { ...scenario, logs: Object.fromEntries(logs) };
    const job = prepareJob(perturbed, titled.case);
    expect(runner.run(job).digest).toBe(digestOf(titled.case));
  },
);

test("configuration keys in another order change nothing", () => {
  const config = {
    "recording.level": "network",
    "execution.checkpointing.interval": "70 ms",
    "world.network.jitter": "2 ms",
    "taskmanager.numberOfTaskSlots": 2,
  };
  const reversed = Object.fromEntries(Object.entries(config).reverse());
  expect(digestOf({ scenario: "word-count", config: reversed })).toBe(
    digestOf({ scenario: "word-count", config }),
  );
});

test("an override of a choice that never comes up changes nothing, and is reported", () => {
  const request: Case = { scenario: "word-count", seed: 5 };
  const overrides = [{ key: "tie@nobody#0:0", value: 3 }];
  const { digest, unusedOverrides } = runner.run(runner.prepare({ ...request, overrides }));
  expect(digest).toBe(digestOf(request));
  expect(unusedOverrides).toEqual(["tie@nobody#0:0"]);
});

/** Someone who wakes up now and then, throws dice and goes to sleep again. */
function addIdlePlace(simulation: Simulation): void {
  const dice = choiceKind("dice");
  let throws = 0;
  const idler: NotingActor = new NotingActor(simulation, "idler", {
    onMessage: () => {
      simulation.chooser.choose({ kind: dice, at: idler.incarnation, ordinal: throws }, 6);
      if (throws++ < 2000) simulation.schedule(micros(500), idler, "wake up");
    },
  });
  simulation.schedule(micros(0), idler, "wake up");
}
