// Risk rules: its plans, its flags against a plain loop over limits and payments, and that the race is one: some payments
// wait for their limit, and others find it.
import { expect, test } from "vitest";
import { riskRules } from "../../scenarios/risk-rules.ts";
import { runChecked } from "../support/runner.ts";
import { committedTo, keptStatesOf, recordsOf, sorted, testEveryPlan } from "./every-plan.ts";

type Limit = readonly [day: number, country: string, max: number];
type Payment = readonly [id: number, account: string, day: number, country: string, amount: number];
type Flag = readonly [id: number, account: string, total: number, max: number];

testEveryPlan(riskRules);

test("risk-rules flags exactly the payments that take an account past its limit", () => {
  const limits = recordsOf<Limit>(riskRules, "limits");
  const maxima = new Map(limits.map(([day, country, max]) => [`${day} ${country}`, max]));
  expect(maxima.size).toBe(limits.length);
  const payments = recordsOf<Payment>(riskRules, "payments");
  const totals = new Map<string, number>();
  const expected: Flag[] = [];
  for (const [id, account, day, country, amount] of payments) {
    const total = (totals.get(`${account} ${day} ${country}`) ?? 0) + amount;
    totals.set(`${account} ${day} ${country}`, total);
    const max = maxima.get(`${day} ${country}`) ?? Number.NaN;
    expect(max).not.toBeNaN();
    if (total > max) expected.push([id, account, total, max]);
  }
  expect(expected.length).toBeGreaterThan(10);
  expect(expected.length).toBeLessThan(payments.length / 2);
  for (const faults of [[], ...Object.values(riskRules.plans)]) {
    const checked = runChecked({ scenario: "risk-rules", seed: 4, faults });
    expect(sorted(committedTo<Flag>(checked, "flags"))).toEqual(sorted(expected));
  }
});

test("risk-rules: payments wait for limits in some checkpoints, and none is left waiting", () => {
  const config = { "recording.level": "state" };
  const { events } = runChecked({ scenario: "risk-rules", seed: 1, config });
  const waiting = [...keptStatesOf(events).values()].map((states) => {
    return states.filter(([, state]) => state === "waiting").length;
  });
  expect(Math.max(...waiting)).toBeGreaterThan(0);
  expect(waiting.at(-1)).toBe(0);
  const emittedAt = events.filter(({ kind, place }) => {
    return kind === "record-emitted" && place.startsWith("judge");
  });
  const limitsAt = new Set(
    events.flatMap((event) => {
      const isLimit = event.kind === "record-processed" && event.channel.startsWith("limits");
      return isLimit ? [`${event.place} ${event.time}`] : [];
    }),
  );
  const released = emittedAt.filter(({ place, time }) => limitsAt.has(`${place} ${time}`));
  expect(released.length).toBeGreaterThan(0);
  expect(released.length).toBeLessThan(emittedAt.length);
});
