// The one place where a throw of the author's code becomes data: a task failure. Clock and chance read outside
// the context are no failure but a wrong scenario, and end the run with the function's name.

import { InvariantViolation } from "../../kernel/invariant.ts";
import { isNativeDatabaseFailure } from "../state/rocksdb/native-database.ts";
import type { Hook, OutsideAnswer, OutsideRequest } from "./outside-request.ts";

/** The author's code threw: its task fails. */
export class UserFunctionError extends Error {
  override readonly name = "UserFunctionError";
}

/** The author's code read a clock or chance of the real world: the scenario is wrong. */
export class NondeterminismError extends Error {
  override readonly name = "NondeterminismError";
}

/** Runs `code` of the function called `name`. */
export function callUser<T>(name: string, code: () => T): T {
  try {
    return code();
  } catch (error) {
    throw blame(name, error);
  }
}

/** Runs a hook of the function called `name`. */
export function* callUserHook(
  name: string,
  code: () => Hook,
): Generator<OutsideRequest, void, OutsideAnswer> {
  try {
    const hook = code();
    if (hook !== undefined) yield* hook;
  } catch (error) {
    throw blame(name, error);
  }
}

/** What a throw of the function called `name` means. */
export function blame(name: string, error: unknown): Error {
  if (error instanceof InvariantViolation || error instanceof UserFunctionError) return error;
  // The author's code only asked for its state.
  if (isNativeDatabaseFailure(error)) return error;
  if (error instanceof NondeterminismError) {
    return new NondeterminismError(`Cannot run the function of "${name}": ${error.message}`);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new UserFunctionError(`${name} threw: ${message}`);
}
