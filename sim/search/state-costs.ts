// What a comparison charges runs for that an ordinary run gets for nothing. The values are measured or published;
// docs/state-backends.md says where each comes from. A scenario or a case that says otherwise is right.

import type { Case } from "../harness/case.ts";
import type { ConfigValues } from "../runtime/configuration.ts";

/**
 * One gigabit a second for a machine. The rest is of entries of some 50 bytes, as those of the scenario state-growth: the
 * engine's own serializers on the heap; RocksDB 11.8 with its write-ahead log off, puts in batches.
 */
export const STATE_COSTS = {
  "world.storage.host-bandwidth": 125_000_000,
  "world.heap.serialization-bandwidth": 65_000_000,
  "world.heap.deserialization-bandwidth": 60_000_000,
  "world.rocksdb.scan-bandwidth": 130_000_000,
  "world.rocksdb.load-bandwidth": 20_000_000,
  "world.rocksdb.flush-bandwidth": 90_000_000,
  "world.rocksdb.hold-cost": "2.4 ms",
  "world.rocksdb.open-cost": "6 ms",
} as const satisfies ConfigValues;

/** The case with these costs, but for those that its scenario or the case itself sets. */
export function chargedCase(request: Case, scenarioConfig: ConfigValues): Case {
  return { ...request, config: { ...STATE_COSTS, ...ofCosts(scenarioConfig), ...request.config } };
}

/** What a configuration says of them. */
function ofCosts(config: ConfigValues): ConfigValues {
  return Object.fromEntries(Object.entries(config).filter(([key]) => key in STATE_COSTS));
}
