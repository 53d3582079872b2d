// How a hook asks an outside system: it yields the request, is resumed with the answer, asks again while that can
// help, and fails otherwise.

import type { OutsideAnswer, OutsideRequest } from "../runtime/task/outside-request.ts";

/** A hook that waits for the outside and comes back with a `T`. */
export type Asking<T> = Generator<OutsideRequest, T, OutsideAnswer>;

/** An outside system refused for good; the task that asked fails. */
export class OutsideRequestError extends Error {
  override readonly name = "OutsideRequestError";
}

/** The value answered to `request`. Throws an {@link OutsideRequestError} for an error that asking again cannot mend. */
export function* ask(request: OutsideRequest): Asking<unknown> {
  for (;;) {
    const answer: OutsideAnswer = yield request;
    if (answer.kind === "ok") return answer.value;
    if (!answer.retriable) {
      throw new OutsideRequestError(
        `Cannot ${request.kind} at ${request.system}: ${answer.reason}`,
      );
    }
  }
}
