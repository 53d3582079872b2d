// What the kernel drives: something that lives at a place, receives messages one at a time, and can say
// what state it is in.

import type { Incarnation } from "./place.ts";

/** One thing of the simulated world with identity, state and a life. */
export interface Actor {
  /** The life this actor is; messages to an ended life are dropped. */
  readonly incarnation: Incarnation;
  /** Handles one message, at the simulation's present instant, without interruption. */
  receive(message: unknown): void;
  /** The hash of everything that determines this actor's future; equal futures have equal hashes. */
  stateHash(): string;
}

/** Stands for `actor` in a world in which it has died: what is addressed to it is dropped. */
export function deadStandIn(actor: Actor): Actor {
  const incarnation = actor.incarnation.copy();
  incarnation.end();
  return { incarnation, receive: () => {}, stateHash: () => "dead" };
}
