// What users ask of a job beside running it (Flink: its REST API and command line): to end it, with a savepoint or
// without, and to start it again from what it left. Users live outside the cluster: what they ask for outlasts every
// crash, and they ask again until they are answered. Requests are served in the order they were made.

import type { SavepointFormat } from "../savepoint-options.ts";
import type { RecoveryClaimMode } from "../state/shared-state-registry.ts";

/** Something a user asks for. */
export type UserRequest =
  /** Ends the job with a savepoint, without draining it (Flink: `flink stop`). */
  | { readonly kind: "stop"; readonly format: SavepointFormat }
  /** Ends the job as it is (Flink: `flink cancel`). */
  | { readonly kind: "cancel" }
  | ResumeRequest;

/** Starts the job again, once it has ended (Flink: `flink run --fromSavepoint`). */
export interface ResumeRequest {
  readonly kind: "resume";
  /** Which submission of the job this is, from 1: how it then is to run is known to its cluster. */
  readonly submission: number;
  /** From the newest savepoint; otherwise from the newest snapshot of any kind that was left. */
  readonly from: "savepoint" | "newest";
  readonly claimMode: RecoveryClaimMode;
}

/** The requests that wait for an answer. */
export class UserRequests {
  #waiting: readonly UserRequest[];

  constructor(waiting: readonly UserRequest[] = []) {
    this.#waiting = waiting;
  }

  /** What is to be served now. */
  get first(): UserRequest | undefined {
    return this.#waiting[0];
  }

  add(request: UserRequest): void {
    this.#waiting = [...this.#waiting, request];
  }

  /** The first has been served, or cannot be. */
  answered(): void {
    this.#waiting = this.#waiting.slice(1);
  }

  /** Equal requests that wait in another world. */
  copy(): UserRequests {
    return new UserRequests(this.#waiting);
  }

  /** Plain data that determines what will be asked for. */
  describeState(): unknown {
    return this.#waiting;
  }
}
