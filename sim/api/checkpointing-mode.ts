// What checkpoints promise for state (Flink: CheckpointingMode).

import type { CheckpointingMode as Mode } from "../runtime/checkpoint/checkpoint-config.ts";

/** Whether each record changes state exactly once, or at least once, in spite of failures. */
export const CheckpointingMode = {
  EXACTLY_ONCE: "EXACTLY_ONCE",
  AT_LEAST_ONCE: "AT_LEAST_ONCE",
} as const satisfies { readonly [Name in Mode]: Name };

/** One of the modes. */
export type CheckpointingMode = Mode;
