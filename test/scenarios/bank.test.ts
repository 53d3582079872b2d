// The bank: its plans, its receipts against a plain loop, and its money in every checkpoint; and that a cut which is
// not consistent is seen in the money.
import { expect, test } from "vitest";
import { bank } from "../../scenarios/bank.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import { snapshotAfterBarrier } from "../../sim/zoo/snapshot-after-barrier.ts";
import { runChecked } from "../support/runner.ts";
import {
  committedTo,
  type KeptState,
  keptStatesOf,
  recordsOf,
  restoredCheckpointsOf,
  sorted,
  testEveryPlan,
} from "./every-plan.ts";

type Transfer = readonly [id: number, payer: string, payee: string, amount: number];

const AT_STATE_LEVEL = { "recording.level": "state" };
const PLANS = [[], ...Object.values(bank.plans)];

testEveryPlan(bank);

test("bank gives receipts for exactly the orders that the wallets cover", () => {
  const wallets = new Map<string, number>();
  const orders = recordsOf<Transfer>(bank, "orders");
  const covered = orders.filter(([, payer, , amount]) => {
    const wallet = wallets.get(payer) ?? 100;
    if (wallet >= amount) wallets.set(payer, wallet - amount);
    return wallet >= amount;
  });
  expect(covered.length).toBeLessThan(orders.length);
  for (const faults of PLANS) {
    const checked = runChecked({ scenario: "bank", seed: 1, faults });
    expect(sorted(committedTo<Transfer>(checked, "receipts"))).toEqual(sorted(covered));
  }
});

test("bank holds the same money in the states of every completed checkpoint", () => {
  for (const faults of PLANS) {
    for (const seed of [1, 2, 3]) {
      const { events } = runChecked({ scenario: "bank", seed, faults, config: AT_STATE_LEVEL });
      const sums = [...keptStatesOf(events).values()].map(moneyIn);
      expect(sums.length).toBeGreaterThan(1);
      expect(new Set(sums)).toEqual(new Set([800]));
    }
  }
});

test("bank's plan half-written goes back to the checkpoint before", () => {
  const faults = bank.plans["half-written"] ?? [];
  expect(restoredCheckpointsOf(runChecked({ scenario: "bank", seed: 1, faults }))).toEqual([1]);
});

test("bank's money shows a snapshot that is taken after its barrier", async () => {
  const engine = await loadEngine({ edits: snapshotAfterBarrier.edits });
  const config = { ...AT_STATE_LEVEL, ...snapshotAfterBarrier.schedule.config };
  const prepared = engine.runner.prepare({ scenario: "bank", seed: 1, config });
  const { events } = engine.runner.runChecked(prepared);
  const sums = [...keptStatesOf(events).values()].map(moneyIn);
  expect(sums.some((sum) => sum !== 800)).toBe(true);
});

/** Wallets and savings; a wallet that nothing was taken from is not in the state and holds 100. */
function moneyIn(kept: readonly KeptState[]): number {
  return kept.reduce(
    (sum, [, state, , value]) => sum + (value as number) - (state === "wallet" ? 100 : 0),
    800,
  );
}
