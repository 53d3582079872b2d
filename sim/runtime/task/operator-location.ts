// Where an operator runs, and what it finds there.

import type { Incarnation } from "../../kernel/place.ts";
import type { Duration, Instant } from "../../kernel/virtual-time.ts";
import type { WorkingDirectory } from "../state/forst/working-directory.ts";
import type { StateBackendConfig } from "../state/state-backend.ts";
import type { TaskRecorder } from "./events.ts";
import type { OutsideRequest } from "./outside-request.ts";

/** Where an operator runs. */
export interface OperatorLocation {
  readonly subtaskIndex: number;
  readonly at: Incarnation;
  readonly recorder: TaskRecorder;
  /** The way out for sinks that do not wait. */
  readonly send: (request: OutsideRequest) => void;
  /** Whether changes of state are recorded. */
  readonly recordsState: boolean;
  /** The present instant. */
  readonly now: () => Instant;
  /** What keyed state is held in. */
  readonly stateBackend: StateBackendConfig;
  /** The files that it may keep in the shared storage. */
  readonly workingDirectory: WorkingDirectory;
  /** Keeps the task from its next step for as long as an access to its state takes. */
  readonly charge: (cost: Duration) => void;
}
