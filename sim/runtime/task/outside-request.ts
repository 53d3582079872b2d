// Waiting for the outside has a form: a hook is a generator that yields requests and is resumed with answers.
// Meanwhile its task is blocked outside and takes no other mail. A hook is rebuilt by replaying its answers.

import type { Actor } from "../../kernel/actor.ts";

/** A question to a system outside the cluster, as plain data. `system` is the outside actor's name. */
export interface OutsideRequest {
  readonly system: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** What came back. An error is data: `retriable` says whether asking again can help. */
export type OutsideAnswer =
  | { readonly kind: "ok"; readonly value: unknown }
  | { readonly kind: "error"; readonly reason: string; readonly retriable: boolean };

/** A hook that may wait for the outside; `void` for one that does not. */
export type Hook = Generator<OutsideRequest, void, OutsideAnswer> | void;

/** The way to the systems outside. The answer comes back to `requester` as an {@link OutsideAnswerMessage}. */
export interface Outside {
  send(options: {
    readonly requester: Actor;
    readonly requesterName: string;
    readonly requestId: number;
    readonly request: OutsideRequest;
  }): void;
}

/** The message that carries an answer. */
export interface OutsideAnswerMessage {
  readonly kind: "outside-answer";
  readonly requestId: number;
  readonly answer: OutsideAnswer;
}
