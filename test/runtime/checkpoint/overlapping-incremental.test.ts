// Incremental checkpoints that overlap: one may upload again what another has uploaded and nobody has confirmed yet, and
// a third build on the first. What a pending checkpoint may build on stays until it has ended.
import { expect, test } from "vitest";
import { INCREMENTAL_CHECKPOINTS, OVERLAPPING_CHECKPOINTS } from "../../../sim/zoo/schedules.ts";
import { complaintsOf, runChecked } from "../../support/runner.ts";

test("no acknowledgement is refused while checkpoints overlap", () => {
  const config = { ...OVERLAPPING_CHECKPOINTS, ...INCREMENTAL_CHECKPOINTS };
  for (let seed = 1; seed <= 20; seed++) {
    const checked = runChecked({ scenario: "word-count", seed, faults: [], config });
    expect(complaintsOf(checked), `seed ${seed}`).toEqual([]);
    const refused = checked.events.filter(
      (event) => event.kind === "acknowledgement-received" && event.outcome === "refused",
    );
    expect(refused, `seed ${seed}`).toEqual([]);
  }
});
