// The tokens: their plans, that each is home at the end and stays there, and that every checkpoint finds each once.
import { expect, test } from "vitest";
import { tokens } from "../../scenarios/tokens.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import { channelNotBlocked } from "../../sim/zoo/bugs/channel-not-blocked.ts";
import { runChecked } from "../support/runner.ts";
import { committedTo, type KeptState, keptStatesOf, testEveryPlan } from "./every-plan.ts";

type Whereabouts = readonly [token: string, number: number, home: number];

const AT_STATE_LEVEL = { "recording.level": "state" };
const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
const PLANS = [[], ...Object.values(tokens.plans)];
const ONE_EACH = new Map([0, 1, 2, 3, 4, 5].map((number) => [`token-${number}`, 1]));

testEveryPlan(tokens);

test("tokens come home, each once and for good", () => {
  for (const faults of PLANS) {
    const checked = runChecked({ scenario: "tokens", seed: 2, faults });
    const home = new Map<string, number>();
    for (const [token, , count] of committedTo<Whereabouts>(checked, "whereabouts")) {
      expect(count).toBeGreaterThanOrEqual(home.get(token) ?? 0);
      home.set(token, count);
    }
    expect(home).toEqual(ONE_EACH);
  }
});

test("tokens are found exactly once in every completed checkpoint, at different places", () => {
  const places = new Set<string>();
  for (const faults of PLANS) {
    for (const seed of [1, 2, 3]) {
      const { events } = runChecked({ scenario: "tokens", seed, faults, config: AT_STATE_LEVEL });
      for (const kept of keptStatesOf(events).values()) {
        expect(tokensIn(kept)).toEqual(ONE_EACH);
        for (const [operator, , , value] of kept) if (value === 1) places.add(operator);
      }
    }
  }
  expect(places).toEqual(new Set(["p", "q", "p-again", "q-again"]));
});

test("tokens.conserved counts a token under way, and not what tells of one at home", () => {
  const states = [
    { operator: "p", state: "tokens", key: "token-3", value: 0 },
    { operator: "q-again", state: "tokens", key: "token-3", value: 0 },
  ];
  const channels = ["q-1->p-again-2/2", "q-again-1->to-whereabouts-1/4"];
  const contents = channels.map((channel) => ({ channel, value: ["token-3", 6, 1] }));
  expect(tokens.conserved?.({ states: [], channels: [] })).toBe(6);
  expect(tokens.conserved?.({ states, channels: [] })).toBe(5);
  expect(tokens.conserved?.({ states, channels: contents })).toBe(6);
});

test("tokens are found twice where an aligned channel is read on", async () => {
  const engine = await loadEngine({ edits: channelNotBlocked.edits });
  const counts = SEEDS.flatMap((seed) => {
    const prepared = engine.runner.prepare({ scenario: "tokens", seed, config: AT_STATE_LEVEL });
    const kept = keptStatesOf(engine.runner.runChecked(prepared).events);
    return [...kept.values()].flatMap((states) => [...tokensIn(states).values()]);
  });
  expect(counts).toContain(2);
});

/** How often each token is found; where p has no state yet, the token is still there. */
function tokensIn(kept: readonly KeptState[]): ReadonlyMap<unknown, number> {
  const found = new Map<unknown, number>(ONE_EACH);
  for (const [operator, , key, value] of kept) {
    const change = (value as number) - (operator === "p" ? 1 : 0);
    found.set(key, (found.get(key) ?? 0) + change);
  }
  return found;
}
