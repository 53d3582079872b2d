// What an outside system is to the ways that lead to it: something named that answers requests. It belongs to
// the durable world: it never dies, and it sees nothing of the cluster but the requests that reach it.

import type { Incarnation } from "../kernel/place.ts";
import type { Simulation } from "../kernel/simulation.ts";
import type { Duration } from "../kernel/virtual-time.ts";
import type { OutsideAnswer, OutsideRequest } from "../runtime/task/outside-request.ts";
import type { ConnectorRecorder } from "./events.ts";

/** The world an outside system is in. */
export interface OutsideEnvironment {
  readonly simulation: Simulation;
  readonly recorder: ConnectorRecorder;
}

/** A system outside the cluster. Its name is that of its place: `log:words`, `stdout`. */
export interface OutsideSystem {
  readonly incarnation: Incarnation;
  /** Handles one request without interruption. It may keep `arrival` and answer it later. */
  handle(arrival: OutsideArrival): void;
  /**
   * What determines this system's future, as plain data; points of time are relative to now, and those further
   * ahead than `horizon` only say that they are.
   */
  describeState(horizon?: Duration): unknown;
  /**
   * The same system in another world that goes on from this instant, in which everyone who ever asked is dead:
   * what would only be answered is forgotten.
   */
  copyInto(environment: OutsideEnvironment): OutsideSystem;
}

/** A request that has reached its system. */
export interface OutsideArrival {
  readonly request: OutsideRequest;
  /** Who asked: a subtask's name. */
  readonly by: string;
  /** The asker's attempt. */
  readonly attempt: number;
  /** Sends the answer on its way. */
  readonly answer: (answer: OutsideAnswer) => void;
}

/** The name of the outside log called `log`. */
export function logSystem(log: string): string {
  return `log:${log}`;
}

/** The name of the collector called `collector`. */
export function collectorSystem(collector: string): string {
  return `collector:${collector}`;
}

/** The name of the printer. */
export const STDOUT = "stdout";

/** The answer to a request that went well. */
export function succeeded(value?: unknown): OutsideAnswer {
  return { kind: "ok", value };
}

/** The answer to a request that can never go well. */
export function refused(reason: string): OutsideAnswer {
  return { kind: "error", reason, retriable: false };
}
