// Whether a case that leaves keys out is the one a run was recorded of.

import type { Case } from "../../sim/harness/bundle.ts";
import { canonicalText } from "../../sim/kernel/canonical-value.ts";

/**
 * Whether running `request` would give the run that `recorded` is the case of. What is left out means the usual; the
 * scenario's own faults are not known here, so a case without faults is no recorded one that has some.
 */
export function isSameCase(request: Case, recorded: Required<Case>): boolean {
  return canonicalText(written(request)) === canonicalText(written(recorded));
}

/** Every key written. As on the command line, all is recorded unless the case says otherwise. */
function written(request: Case): Required<Case> {
  const {
    scenario,
    config,
    seed = 1,
    faults = [],
    overrides = [],
    data = [],
    edits = [],
  } = request;
  const level = { "recording.level": "network" };
  return { scenario, config: { ...level, ...config }, seed, faults, overrides, data, edits };
}
