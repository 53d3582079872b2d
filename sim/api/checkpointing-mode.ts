// What checkpoints promise for state (Flink: CheckpointingMode).

/** Whether each record changes state exactly once, or at least once, in spite of failures. */
export const CheckpointingMode = {
  EXACTLY_ONCE: "EXACTLY_ONCE",
  AT_LEAST_ONCE: "AT_LEAST_ONCE",
} as const;

/** One of the modes. */
export type CheckpointingMode = (typeof CheckpointingMode)[keyof typeof CheckpointingMode];
