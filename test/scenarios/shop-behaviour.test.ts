// The shop: its plans, and its sessions and counts against plain loops over the clicks.
import { expect, test } from "vitest";
import { shopBehaviour } from "../../scenarios/shop-behaviour.ts";
import { runChecked } from "../support/runner.ts";
import { committedTo, recordsOf, sorted, testEveryPlan } from "./every-plan.ts";

type Click = readonly [user: string, product: string, action: string];

const CLICKS = recordsOf<Click>(shopBehaviour, "clicks");
const PLANS = [[], ...Object.values(shopBehaviour.plans)];

testEveryPlan(shopBehaviour);

test("shop-behaviour tells every session that ended, with its path and favourite", () => {
  const users = new Set(CLICKS.map(([user]) => user));
  const expected = [...users].flatMap((user) => sessionsOf(user));
  const lengths = new Set(expected.map(([, , path]) => path.length));
  expect(lengths.size).toBeGreaterThan(1);
  for (const faults of PLANS) {
    const checked = runChecked({ scenario: "shop-behaviour", seed: 3, faults });
    expect(sorted(committedTo(checked, "sessions"))).toEqual(sorted(expected));
  }
});

test("shop-behaviour counts every click of a product and an action once", () => {
  const counts = new Map<string, number>();
  const expected = CLICKS.map(([, product, action]) => {
    const count = (counts.get(`${product} ${action}`) ?? 0) + 1;
    counts.set(`${product} ${action}`, count);
    return [product, action, count];
  });
  for (const faults of PLANS) {
    const checked = runChecked({ scenario: "shop-behaviour", seed: 3, faults });
    expect(sorted(committedTo(checked, "product-counts"))).toEqual(sorted(expected));
  }
});

/** Cuts a user's clicks after every purchase and after every sixth click. */
function sessionsOf(
  user: string,
): readonly (readonly [string, number, readonly string[], string])[] {
  const sessions: Click[][] = [];
  let open: Click[] = [];
  for (const click of CLICKS.filter((candidate) => candidate[0] === user)) {
    open.push(click);
    if (click[2] !== "buy" && open.length < 6) continue;
    sessions.push(open);
    open = [];
  }
  return sessions.map((clicks, index) => {
    const products = clicks.map(([, product]) => product).sort();
    const times = (product: string): number => products.filter((each) => each === product).length;
    const favourite = products.reduce((best, each) => (times(each) > times(best) ? each : best));
    const path = clicks.map(([, product, action]) => `${action} ${product}`);
    return [user, index + 1, path, favourite];
  });
}
