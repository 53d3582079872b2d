// Runs hooks that may wait for the outside. While one waits, its task is blocked outside: it takes no other
// mail and no record. For hashing, a suspended hook is its name and the answers it has had so far.

import { invariant } from "../../kernel/invariant.ts";
import type { Hook, OutsideAnswer, OutsideRequest } from "./outside-request.ts";

interface SuspendedHook {
  readonly name: string;
  readonly generator: Generator<OutsideRequest, void, OutsideAnswer>;
  readonly answers: OutsideAnswer[];
  request: OutsideRequest;
  requestId: number;
}

/** The hook under way in one task, if any. */
export class HookRunner {
  readonly #send: (request: OutsideRequest, hook: string) => number;
  #suspended: SuspendedHook | undefined = undefined;

  /** `send` puts a request on its way and returns its id. */
  constructor(send: (request: OutsideRequest, hook: string) => number) {
    this.#send = send;
  }

  /** Whether a hook waits for an answer. */
  get isBlocked(): boolean {
    return this.#suspended !== undefined;
  }

  /** The request that is waited for. */
  get awaited():
    | { readonly name: string; readonly requestId: number; readonly request: OutsideRequest }
    | undefined {
    return this.#suspended;
  }

  /** Runs a hook until it ends or has to wait. */
  start(name: string, hook: Hook): void {
    invariant(
      this.#suspended === undefined,
      () => `Cannot start ${name}: ${this.#suspended?.name} is under way`,
    );
    if (hook === undefined) return;
    const result = hook.next();
    if (result.done === true) return;
    const request = result.value;
    this.#suspended = { name, generator: hook, answers: [], request, requestId: -1 };
    this.#suspended.requestId = this.#send(request, name);
  }

  /** Goes on with the answer to request `requestId`. Returns false for an answer nobody waits for. */
  answer(requestId: number, answer: OutsideAnswer): boolean {
    const suspended = this.#suspended;
    if (suspended === undefined || suspended.requestId !== requestId) return false;
    suspended.answers.push(answer);
    this.#suspended = undefined;
    const result = suspended.generator.next(answer);
    if (result.done === true) return true;
    suspended.request = result.value;
    this.#suspended = suspended;
    suspended.requestId = this.#send(result.value, suspended.name);
    return true;
  }

  /** What determines the hook's future, as plain data. */
  describeState(): unknown {
    const suspended = this.#suspended;
    if (suspended === undefined) return [];
    return [suspended.name, suspended.request, suspended.answers];
  }
}
