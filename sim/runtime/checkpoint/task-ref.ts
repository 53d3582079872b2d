// Names a subtask and one life of it. Messages of an earlier attempt are told from those of the present one
// by the number alone (Flink: ExecutionAttemptID).

import type { Brand } from "../../kernel/brand.ts";
import { invariant } from "../../kernel/invariant.ts";

/** Which life of a subtask: 0 for the first deployment, one more for each restart. Never reused. */
export type AttemptNumber = Brand<number, "AttemptNumber">;

/** The attempt number `count`, from 0 on. */
export function attemptNumber(count: number): AttemptNumber {
  invariant(
    Number.isSafeInteger(count) && count >= 0,
    () => `Cannot make an attempt number: ${count} is not a whole number from 0 on`,
  );
  return count as AttemptNumber;
}

/** One attempt of one subtask. */
export interface TaskRef {
  /** The subtask's full name, unique in the job, such as `count-2`. */
  readonly task: string;
  readonly attempt: AttemptNumber;
}
