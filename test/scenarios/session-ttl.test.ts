// Sessions that end by themselves: their plans, how their clicks are counted, and what an outage does to them.
import { expect, test } from "vitest";
import { sessionTtl } from "../../scenarios/session-ttl.ts";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import { parseCanonicalText } from "../../sim/kernel/canonical-value.ts";
import { runChecked } from "../support/runner.ts";
import { committedTo, recordsOf, sorted, testEveryPlan } from "./every-plan.ts";

type Click = readonly [visitor: string, page: string];

interface SessionState {
  readonly visitor: string;
  readonly visit: number;
  readonly click: number;
  readonly firstPage: string;
  readonly pages: readonly string[];
}

const PING = "(ping)";
const CLICKS = recordsOf<Click>(sessionTtl, "clicks").filter(([, page]) => page !== PING);
const PLANS = [["no faults", []], ...Object.entries(sessionTtl.plans)] as const;
const TIMEOUT = 60_000;
const MEMORY = 90_000;

testEveryPlan(sessionTtl);

test.each(PLANS)(
  "session-ttl counts every click once, in one session after the other, under %s",
  (_, faults) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const checked = runChecked({ scenario: "session-ttl", seed, faults });
      const states = committedTo<SessionState>(checked, "session-states");
      const lasts = new Map<string, SessionState>();
      const counts: number[] = [];
      for (const state of states) {
        const last = lasts.get(state.visitor);
        const isNew = state.click === 1;
        if (!isNew) expect(state.click).toBe((last?.click ?? 0) + 1);
        expect(state.visit).toBe((last?.visit ?? 0) + (isNew ? 1 : 0));
        if (!isNew) expect(state.firstPage).toBe(last?.firstPage);
        expect(state.pages).toContain(isNew ? state.firstPage : state.pages.at(-1));
        lasts.set(state.visitor, state);
        counts.push(state.click);
      }
      expect(sorted(states.map(({ visitor }) => visitor))).toEqual(
        sorted(CLICKS.map(([visitor]) => visitor)),
      );
      expect(counts.filter((click) => click === 1).length).toBeGreaterThan(6);
      expect(Math.max(...counts)).toBeGreaterThan(2);
    }
  },
);

test("session-ttl shows what each step's clock says: a plain loop over times comes to the same", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const checked = runChecked({ scenario: "session-ttl", seed, faults: [] });
    const shown = shownIn(checked);
    expect(shown.flatMap(({ state }) => state ?? [])).toEqual(expectedOf(shown));
  }
});

test("session-ttl's outage ends every session, which no run without it shows", () => {
  for (const seed of [1, 2, 3]) {
    const faults = sessionTtl.plans["outage"] ?? [];
    const checked = runChecked({ scenario: "session-ttl", seed, faults });
    const back = checked.events.findLast(({ kind }) => kind === "restore-started")?.time ?? 0;
    const visitors = new Set<string>();
    for (const { time, state } of shownIn(checked)) {
      if (state === undefined || time < back || visitors.has(state.visitor)) continue;
      visitors.add(state.visitor);
      expect(state.click).toBe(1);
    }
    expect(visitors.size).toBe(6);
  }
});

interface Shown {
  readonly time: number;
  readonly click: Click;
  /** Nothing for a ping. */
  readonly state: SessionState | undefined;
}

/** What every step of the sessions took in and gave out. */
function shownIn({ events }: CheckedRun): readonly Shown[] {
  const shown: Shown[] = [];
  events.forEach((event, index) => {
    if (event.kind !== "record-processed" || !event.place.startsWith("sessions-")) return;
    const next = events[index + 1];
    const isAnswered = next?.kind === "record-emitted" && next.place === event.place;
    const state = isAnswered ? (parseCanonicalText(next.value) as SessionState) : undefined;
    shown.push({ time: event.time, click: parseCanonicalText(event.value) as Click, state });
  });
  return shown;
}

/** Sessions in the simplest words: by the times of a visitor's clicks and of its looks at each page. */
function expectedOf(
  steps: readonly { readonly time: number; readonly click: Click }[],
): readonly SessionState[] {
  interface Visitor {
    visit: number;
    clicks: number;
    firstPage: string;
    last: number;
    pages: readonly (readonly [page: string, time: number])[];
  }
  const visitors = new Map<string, Visitor>();
  return steps.flatMap(({ time, click: [visitor, page] }) => {
    const held = visitors.get(visitor);
    const isGone = held === undefined || time - held.last >= TIMEOUT;
    if (page === PING) {
      if (!isGone) held.last = time;
      return [];
    }
    const alive = (held?.pages ?? []).filter(([, seen]) => time - seen < MEMORY);
    const others = alive.filter(([known]) => known !== page);
    const pages: Visitor["pages"] = [...others, [page, time] as const].sort(([one], [other]) =>
      one < other ? -1 : 1,
    );
    const clicks = isGone ? 1 : held.clicks + 1;
    const firstPage = isGone ? page : held.firstPage;
    const visit = (held?.visit ?? 0) + (isGone ? 1 : 0);
    visitors.set(visitor, { visit, clicks, firstPage, last: time, pages });
    return [{ visitor, visit, click: clicks, firstPage, pages: pages.map(([known]) => known) }];
  });
}
