// What a job can do wrong with its state: use it without a key, or change what a name stands for.

/** State was used where it cannot be: without a current key, or for a key of another subtask. */
export class StateAccessError extends Error {
  override readonly name = "StateAccessError";
}

/** A time to live that cannot be, or that state of its kind cannot have. */
export class StateTtlError extends Error {
  override readonly name = "StateTtlError";
}

/** A name stands for state of another kind or with another serializer than before (Flink: StateMigrationException). */
export class StateMigrationError extends Error {
  override readonly name = "StateMigrationError";
}
