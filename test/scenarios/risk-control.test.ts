// Risk control: its plans, and its flags against a plain loop over each customer's payments.
import { expect, test } from "vitest";
import { riskControl } from "../../scenarios/risk-control.ts";
import { runChecked } from "../support/runner.ts";
import { committedTo, recordsOf, sorted, testEveryPlan } from "./every-plan.ts";

type Payment = readonly [id: number, customer: string, amount: number, country: string];
type Flag = readonly [id: number, customer: string, rule: string];

testEveryPlan(riskControl);

test("risk-control flags exactly the payments that break a rule, each rule at least once", () => {
  const payments = recordsOf<Payment>(riskControl, "payments");
  const customers = new Set(payments.map(([, customer]) => customer));
  const expected = [...customers].flatMap((customer) =>
    flagsOf(payments.filter((payment) => payment[1] === customer)),
  );
  expect(new Set(expected.map(([, , rule]) => rule))).toEqual(
    new Set(["burst", "everywhere", "limit"]),
  );
  expect(new Set(expected.map(([id]) => id)).size).toBeLessThan(payments.length);
  for (const faults of [[], ...Object.values(riskControl.plans)]) {
    const checked = runChecked({ scenario: "risk-control", seed: 4, faults });
    expect(sorted(committedTo<Flag>(checked, "flags"))).toEqual(sorted(expected));
  }
});

test("risk-control's plan crash-at-commit: the commit under way arrives, the second changes nothing", () => {
  const faults = riskControl.plans["crash-at-commit"] ?? [];
  const { events } = runChecked({ scenario: "risk-control", seed: 1, faults });
  const strike = events.findIndex(({ kind }) => kind === "fault-struck");
  const restart = events.findLastIndex(({ kind }) => kind === "restore-started");
  const inBetween = events.slice(strike, restart);
  expect(inBetween.filter(({ kind }) => kind === "transaction-committed")).toHaveLength(1);
  const committed = events.flatMap((event) =>
    event.kind === "transaction-committed" ? [`${event.transaction} ${event.epoch}`] : [],
  );
  expect(new Set(committed).size).toBe(committed.length);
});

function flagsOf(payments: readonly Payment[]): readonly Flag[] {
  return payments.flatMap(([id, customer], index) => {
    const last = payments.slice(Math.max(0, index - 2), index + 1);
    const upTo = (end: number): number => sumOf(payments.slice(0, end));
    const flags: Flag[] = [];
    if (sumOf(last) >= 260) flags.push([id, customer, "burst"]);
    if (new Set(last.map(([, , , country]) => country)).size === 3) {
      flags.push([id, customer, "everywhere"]);
    }
    if (upTo(index + 1) > 600 && upTo(index) <= 600) flags.push([id, customer, "limit"]);
    return flags;
  });
}

function sumOf(payments: readonly Payment[]): number {
  return payments.reduce((sum, [, , amount]) => sum + amount, 0);
}
