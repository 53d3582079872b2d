// Ctrl-C: the first asks the command to stop and say what it has learnt, the second ends it at once.

import { tell } from "./terminal.ts";

/** Whether the user has had enough. */
export interface Interruption {
  readonly isRequested: boolean;
  /** Stops listening: Ctrl-C ends the process again. */
  release(): void;
}

/** Listens for Ctrl-C from now on. */
export function listenForInterruption(): Interruption {
  let isRequested = false;
  const request = (): void => {
    if (isRequested) process.exit(130);
    isRequested = true;
    tell("Stopping; Ctrl-C again ends at once.");
  };
  process.on("SIGINT", request);
  process.on("SIGTERM", request);
  return {
    get isRequested() {
      return isRequested;
    },
    release: () => {
      process.off("SIGINT", request);
      process.off("SIGTERM", request);
    },
  };
}
