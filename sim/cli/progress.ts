// How far something long has come: a bar where a person looks on, a line now and then where not. On standard error,
// so that it never mixes with results.

import { SingleBar } from "cli-progress";
import { tell } from "./terminal.ts";

/** Something long, as a person follows it. */
export interface Progress {
  /** Says that `more` is done. */
  advance(more: number, note: string): void;
  finish(): void;
}

/** Shows progress towards `total`; without a total, only how much is done. */
export function showProgress(what: string, total: number | undefined): Progress {
  return process.stderr.isTTY === true && total !== undefined
    ? bar(what, total)
    : lines(what, total);
}

const LINE_INTERVAL_MS = 5000;

function bar(what: string, total: number): Progress {
  const format = `${what} {bar} {value}/{total}  {note}`;
  const shown = new SingleBar({ format, stream: process.stderr, hideCursor: true });
  shown.start(total, 0, { note: "" });
  return {
    advance: (more, note) => shown.increment(more, { note }),
    finish: () => shown.stop(),
  };
}

function lines(what: string, total: number | undefined): Progress {
  let done = 0;
  let saidAt = performance.now();
  return {
    advance: (more, note) => {
      done += more;
      if (performance.now() - saidAt < LINE_INTERVAL_MS) return;
      saidAt = performance.now();
      tell(`${what}: ${done}${total === undefined ? "" : ` of ${total}`}  ${note}`);
    },
    finish: () => {},
  };
}
