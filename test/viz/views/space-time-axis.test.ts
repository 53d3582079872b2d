// The ticks of the space-time diagram's axis: where they are, and what is written at them.
import { describe, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import { textWidth } from "../../../viz/drawing/text-width.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import { FIRST_STATE } from "../../../viz/page/page-state.ts";
import { axisTicks } from "../../../viz/views/space-time/space-time-axis.ts";
import { SpaceTimeDrawer } from "../../../viz/views/space-time/space-time-drawer.ts";
import type { SpaceTimeMoment } from "../../../viz/views/space-time/space-time-moment.ts";
import { CRASH_CASES, traceOfCase } from "../model/recorded-model.ts";

const drawers = CRASH_CASES.map(
  (request) => new SpaceTimeDrawer(createRunModel(traceOfCase(request), [])),
);
const AXES = ["virtual", "logical"] as const;

describe("axisTicks", () => {
  test("puts each tick where events of its time are, with its time or column beside it", () => {
    for (const moment of moments()) {
      const { index, layout } = moment;
      const { scale, values, names } = axisTicks(moment);
      for (const [tick, value] of values.entries()) {
        expect(scale(value)).toBeCloseTo(layout.x(index.axis.scale(value)), 6);
        const name = must(names[tick], "name");
        if (name === "") continue;
        if (index.axis.kind === "logical") expect(name).toBe(String(value));
        else expect(Number(name.replace(/ s$/, ""))).toBeCloseTo(value / 1_000_000, 9);
      }
    }
  });

  test("names every tick while there is no flag, before the first event", () => {
    for (const drawer of drawers) {
      const state = { ...FIRST_STATE, cursor: -1 };
      const { names } = axisTicks(drawer.moment({ state, size: { width: 1100, height: 400 } }));
      expect(names.length).toBeGreaterThan(2);
      expect(names).not.toContain("");
    }
  });

  test("leaves room between names, and the cursor's flag its own", () => {
    let count = 0;
    for (const moment of moments()) {
      const { index, layout, cursor } = moment;
      const { scale, values, names } = axisTicks(moment);
      const now = layout.x(index.axis.at[cursor] ?? 0);
      let free = Number.NEGATIVE_INFINITY;
      for (const [tick, value] of values.entries()) {
        const x = scale(value);
        const name = names[tick] ?? "";
        if (name === "") expect(Math.abs(x - now)).toBeLessThan(65);
        else expect(Math.abs(x - now)).toBeGreaterThan(60);
        const half = textWidth(name, layout.type.small) / 2;
        expect(x - half).toBeGreaterThan(free);
        expect(x + half).toBeLessThanOrEqual(layout.width);
        free = x + half;
        count++;
      }
    }
    expect(count).toBeGreaterThan(100);
  });
});

/** Pictures of all runs, on both axes, whole and ever closer up. */
function moments(): readonly SpaceTimeMoment[] {
  return drawers.flatMap((drawer) =>
    AXES.flatMap((timeAxis) =>
      [1, 0.3, 0.05, 0.01, 0.001].map((share) => {
        const cursor = Math.floor(drawer.model.count * 0.6);
        const { at, length } = drawer.index(timeAxis).axis;
        const from = Math.max(0, (at[cursor] ?? 0) - (length * share) / 2);
        const view = { from, to: Math.min(length, from + Math.max(4, length * share)) };
        const state = { ...FIRST_STATE, cursor, timeAxis };
        return drawer.moment({ state, size: { width: 1100, height: 400 }, view });
      }),
    ),
  );
}
