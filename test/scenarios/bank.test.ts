// The bank: its plans, its receipts against a plain loop, and its money in every checkpoint; and that a cut which is
// not consistent is seen in the money.
import { expect, test } from "vitest";
import { bank } from "../../scenarios/bank.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import { snapshotAfterBarrier } from "../../sim/zoo/bugs/snapshot-after-barrier.ts";
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
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
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

test("bank.conserved counts money under way, and nothing else that is in a channel", () => {
  const states = [
    { operator: "debit", state: "wallet", key: "account-1", value: 70 },
    { operator: "credit", state: "savings", key: "account-2", value: 20 },
  ];
  const transfer = [7, "account-1", "account-2", 10];
  const channels = ["orders-1->debit-1/0", "debit-1->credit-2/1", "credit-2->to-receipts-1/2"];
  const contents = channels.map((channel) => ({ channel, value: transfer }));
  expect(bank.conserved?.({ states: [], channels: [] })).toBe(800);
  expect(bank.conserved?.({ states, channels: [] })).toBe(790);
  expect(bank.conserved?.({ states, channels: contents })).toBe(800);
});

test("bank's money shows snapshots that are taken after their barriers", async () => {
  const engine = await loadEngine({ edits: snapshotAfterBarrier.edits });
  const config = { ...AT_STATE_LEVEL, ...snapshotAfterBarrier.schedule.config };
  const sums = SEEDS.flatMap((seed) => {
    const prepared = engine.runner.prepare({ scenario: "bank", seed, config });
    return [...keptStatesOf(engine.runner.runChecked(prepared).events).values()].map(moneyIn);
  });
  expect(sums.some((sum) => sum > 800)).toBe(true);
  expect(sums.some((sum) => sum < 800)).toBe(true);
});

/** Wallets and savings; a wallet that nothing was taken from is not in the state and holds 100. */
function moneyIn(kept: readonly KeptState[]): number {
  return kept.reduce(
    (sum, [, state, , value]) => sum + (value as number) - (state === "wallet" ? 100 : 0),
    800,
  );
}
