// What a task finds in its mailbox (Flink: Mail). One mail or one record is one atomic step.

import type { Instant } from "../../kernel/virtual-time.ts";
import type { SavepointOptions } from "../savepoint-options.ts";
import type { AlignmentType, CheckpointId } from "../stream-element.ts";

/** A mail. */
export type Mail =
  | {
      readonly kind: "trigger-checkpoint";
      readonly checkpoint: CheckpointId;
      readonly timestamp: Instant;
      readonly alignment: AlignmentType;
      readonly savepoint?: SavepointOptions;
    }
  | { readonly kind: "notify-complete"; readonly checkpoint: CheckpointId }
  | {
      readonly kind: "notify-aborted";
      readonly checkpoint: CheckpointId;
      readonly latestCompleted: CheckpointId | undefined;
    }
  | { readonly kind: "materialize" }
  | { readonly kind: "finish" };
