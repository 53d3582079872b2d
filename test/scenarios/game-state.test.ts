// The game: its plans, its players' states against a plain loop, and how its leaderboards end.
import { expect, test } from "vitest";
import { gameState } from "../../scenarios/game-state.ts";
import { runChecked } from "../support/runner.ts";
import { committedTo, recordsOf, sorted, testEveryPlan } from "./every-plan.ts";

type Operation = readonly [player: string, what: string, item: string];
type Leaderboard = readonly [arena: string, best: readonly (readonly [string, number])[]];

interface PlayerState {
  readonly player: string;
  readonly version: number;
  readonly inventory: readonly (readonly [string, number])[];
  readonly score: number;
  readonly hasScored: boolean;
}

const POINTS = { potion: 2, sword: 5, star: 11 } as const;
const PLANS = [[], ...Object.values(gameState.plans)];
const EXPECTED = statesOf(recordsOf<Operation>(gameState, "operations"));

testEveryPlan(gameState);

test("game-state commits every change of a player once, in whatever order players come", () => {
  expect(EXPECTED.length).toBeLessThan(recordsOf(gameState, "operations").length);
  for (const faults of PLANS) {
    const checked = runChecked({ scenario: "game-state", seed: 7, faults });
    const states = committedTo<PlayerState>(checked, "player-states");
    expect(sorted(states.map(sortedFields))).toEqual(sorted(EXPECTED.map(sortedFields)));
  }
});

test("game-state commits a player's versions in order, and no score falls", () => {
  const newest = new Map<string, PlayerState>();
  const checked = runChecked({
    scenario: "game-state",
    seed: 8,
    faults: gameState.plans["unheard"] ?? [],
  });
  for (const state of committedTo<PlayerState>(checked, "player-states")) {
    const before = newest.get(state.player);
    expect(state.version).toBe((before?.version ?? 0) + 1);
    expect(state.score).toBeGreaterThanOrEqual(before?.score ?? 0);
    newest.set(state.player, state);
  }
  expect(newest.size).toBe(6);
});

test("game-state's leaderboards end with the scores of all operations, whatever the seed", () => {
  const scores = new Map<string, number>();
  for (const { player, score, hasScored } of EXPECTED) if (hasScored) scores.set(player, score);
  for (const faults of PLANS) {
    for (const seed of [1, 2, 3, 4, 5]) {
      const checked = runChecked({ scenario: "game-state", seed, faults });
      const last = new Map(committedTo<Leaderboard>(checked, "leaderboards"));
      expect(last.get("arena-east")).toEqual(bestOf(scores, ["player-0", "player-1", "player-2"]));
      expect(last.get("arena-north")).toEqual(bestOf(scores, ["player-3", "player-4", "player-5"]));
    }
  }
});

function statesOf(operations: readonly Operation[]): readonly PlayerState[] {
  const players = new Map<string, { items: string[]; score: number; version: number }>();
  return operations.flatMap(([player, what, item]) => {
    const state = players.get(player) ?? { items: [], score: 0, version: 0 };
    players.set(player, state);
    const at = state.items.indexOf(item);
    if (what !== "find" && at < 0) return [];
    if (what === "find") state.items.push(item);
    else state.items.splice(at, 1);
    const hasScored = what === "use";
    if (hasScored) state.score += POINTS[item as keyof typeof POINTS];
    state.version += 1;
    return [{ player, version: state.version, inventory: countsOf(state.items), ...scoreOf() }];

    function scoreOf(): { readonly score: number; readonly hasScored: boolean } {
      return { score: state.score, hasScored };
    }
  });
}

function countsOf(items: readonly string[]): readonly (readonly [string, number])[] {
  return [...new Set(items)].map((item) => [item, items.filter((each) => each === item).length]);
}

/** A state with its inventory in an order that does not tell in which items came. */
function sortedFields({ player, version, inventory, score, hasScored }: PlayerState): unknown {
  return [player, version, sorted(inventory), score, hasScored];
}

function bestOf(
  scores: ReadonlyMap<string, number>,
  players: readonly string[],
): readonly (readonly [string, number])[] {
  return players
    .flatMap((player): (readonly [string, number])[] => {
      const score = scores.get(player);
      return score === undefined ? [] : [[player, score]];
    })
    .sort(([player, score], [other, otherScore]) =>
      score === otherScore ? (player < other ? -1 : 1) : otherScore - score,
    );
}
