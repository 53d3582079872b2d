// Configurations that several bugs need before they can show themselves.

import type { ConfigValues } from "../runtime/configuration.ts";

/** Two checkpoints are under way at a time, and a later one may complete before an earlier one. */
export const OVERLAPPING_CHECKPOINTS: ConfigValues = {
  "execution.checkpointing.interval": "20 ms",
  "execution.checkpointing.max-concurrent-checkpoints": 2,
  "execution.checkpointing.tolerable-failed-checkpoints": 100,
  "world.storage.latency": "10 ms",
  "world.storage.jitter": "30 ms",
};
