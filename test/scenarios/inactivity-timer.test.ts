// Sessions that a timer ends: their plans, what a plain loop over the times of clicks comes to, and what an outage does.
import { expect, test } from "vitest";
import { inactivityTimer } from "../../scenarios/inactivity-timer.ts";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import { parseCanonicalText } from "../../sim/kernel/canonical-value.ts";
import type { EventOf } from "../../sim/trace/trace-event.ts";
import { runChecked } from "../support/runner.ts";
import { committedTo, keptStatesOf, recordsOf, sorted, testEveryPlan } from "./every-plan.ts";

type Click = readonly [visitor: string, page: string];

interface EndedSession {
  readonly visitor: string;
  readonly clicks: number;
  readonly firstPage: string;
  readonly lasted: number;
  readonly late: number;
}

const QUIET = 100;
const CLICKS = recordsOf<Click>(inactivityTimer, "clicks");
const PLANS = [["no faults", []], ...Object.entries(inactivityTimer.plans)] as const;
const SEEDS = [1, 2, 3, 4, 5];
const TIMER_STATE = "_timer_state/processing_user-timers";

testEveryPlan(inactivityTimer);

test.each(PLANS)("inactivity-timer puts no click into two sessions, under %s", (_, faults) => {
  for (const seed of SEEDS) {
    const checked = runChecked({ scenario: "inactivity-timer", seed, faults });
    const ended = committedTo<EndedSession>(checked, "ended-sessions");
    expect(ended.length).toBeGreaterThan(2);
    for (const visitor of new Set(CLICKS.map(([name]) => name))) {
      const all = CLICKS.filter(([name]) => name === visitor);
      const own = ended.filter((session) => session.visitor === visitor);
      let before = 0;
      for (const { clicks, firstPage } of own) {
        expect(firstPage).toBe(all[before]?.[1]);
        before += clicks;
      }
      expect(before).toBeLessThanOrEqual(all.length);
    }
  }
});

test("inactivity-timer comes to what a plain loop over the times of clicks comes to", () => {
  for (const seed of SEEDS) {
    const checked = runChecked({ scenario: "inactivity-timer", seed, faults: [] });
    const ended = committedTo<EndedSession>(checked, "ended-sessions");
    const untimed = ended.map(({ late: _, ...session }) => session);
    expect(sorted(untimed)).toEqual(sorted(expectedOf(checked)));
    for (const { late } of ended) expect(late).toBeLessThan(10);
  }
});

test("inactivity-timer fires late what fell due during an outage, before any record", () => {
  const faults = inactivityTimer.plans["outage"] ?? [];
  for (const seed of SEEDS) {
    const checked = runChecked({ scenario: "inactivity-timer", seed, faults });
    const { events } = checked;
    const back = events.findLast(({ kind }) => kind === "restore-started")?.index ?? 0;
    const restored = events.slice(back).filter(({ kind, place }) => {
      const isStep = kind === "record-processed" || kind === "timer-fired";
      return isStep && place.startsWith("sessions-");
    });
    const firsts = ["sessions-1", "sessions-2"].map((name) =>
      restored.find(({ place }) => place === name),
    );
    expect(firsts.map((event) => event?.kind)).toContain("timer-fired");
    const ended = committedTo<EndedSession>(checked, "ended-sessions");
    expect(Math.max(...ended.map(({ late }) => late))).toBeGreaterThan(1000);
  }
});

test("inactivity-timer drops at the end of the data what is still set", () => {
  for (const seed of SEEDS) {
    const config = { "recording.level": "state" };
    const { events } = runChecked({ scenario: "inactivity-timer", seed, faults: [], config });
    const counts = [...keptStatesOf(events).values()].map(
      (states) => states.filter(([, state]) => state === TIMER_STATE).length,
    );
    expect(Math.max(...counts)).toBeGreaterThan(0);
    expect(counts.at(-1)).toBe(0);
    const ends = new Map<string, number>();
    for (const { kind, place, index } of events) {
      if (kind === "end-of-data") ends.set(place, index);
      if (kind === "timer-fired") expect(ends.has(place)).toBe(false);
    }
  }
});

/** Sessions in the simplest words: by the times at which clicks were worked on, up to the end of the data. */
function expectedOf({ events }: CheckedRun): readonly Omit<EndedSession, "late">[] {
  const ended: Omit<EndedSession, "late">[] = [];
  const steps = events.filter((event) => event.kind === "record-processed");
  const clicks = steps.filter(({ place }) => place.startsWith("sessions-"));
  const times = new Map<string, { readonly at: number; readonly page: string }[]>();
  const homes = new Map<string, string>();
  for (const click of clicks) {
    const [visitor, page] = parseCanonicalText(click.value) as Click;
    homes.set(visitor, click.place);
    times.set(visitor, [...(times.get(visitor) ?? []), { at: millisOf(click), page }]);
  }
  for (const [visitor, own] of times) {
    const end = events.find(
      ({ kind, place }) => kind === "end-of-data" && place === homes.get(visitor),
    );
    let open: typeof own = [];
    for (const next of [...own, undefined]) {
      const last = open.at(-1);
      const until = next?.at ?? Math.floor((end?.time ?? 0) / 1000);
      if (last !== undefined && until > last.at + QUIET) {
        const [first] = open;
        const lasted = last.at - (first?.at ?? 0);
        ended.push({ clicks: open.length, firstPage: first?.page ?? "", lasted, visitor });
        open = [];
      }
      if (next !== undefined) open = [...open, next];
    }
  }
  return ended;
}

function millisOf({ time }: EventOf<"record-processed">): number {
  return Math.floor(time / 1000);
}
