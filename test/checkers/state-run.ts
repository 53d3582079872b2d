// The hand-told run at level "state": what its operators' snapshots hold and what they hold after a restore is told
// besides, rightly or wrongly.
import type { CheckedJob, Verdict } from "../../sim/checkers/checker.ts";
import { HandRun, sumJob } from "./hand-run.ts";
import { text } from "./trace-builder.ts";

/** Shows states. */
export class StateRun extends HandRun {
  override verdict(name: string, job: CheckedJob = sumJob({ level: "state" })): Verdict {
    return super.verdict(name, job);
  }

  /** A checkpoint of which the source's snapshot has read `offset` records and the sum's holds `sum`. */
  whole(checkpoint: number, offset: number, sum: number | undefined): this {
    this.trigger(checkpoint).cutSource(checkpoint).cutSum(checkpoint);
    return this.wrote(checkpoint, offset, sum).store(checkpoint);
  }

  wrote(checkpoint: number, offset: number, sum: number | undefined): this {
    const source = { checkpoint, operator: "numbers", keyed: "[]", ...positions(offset) };
    this.at("numbers-1", "operator-snapshot-written", source);
    const fields = { checkpoint, operator: "sum", keyed: keyedOf(sum), operatorState: "[]" };
    return this.at("sum+sink-1", "operator-snapshot-written", fields);
  }

  /** A restore after which the operators of the next attempt hold what is said. */
  restoredWith(checkpoint: number, offset: number, sum: number | undefined): this {
    this.restore(checkpoint, checkpoint, (task) => {
      const place = task === "numbers-1" ? "numbers" : "sum";
      const shown =
        place === "numbers"
          ? { keyed: "[]", ...positions(offset) }
          : { keyed: keyedOf(sum), operatorState: "[]" };
      this.at(task, "operator-restored", { checkpoint, operator: place, ...shown });
    });
    return this;
  }
}

function positions(nextOffset: number): { readonly operatorState: string } {
  const elements = [{ partition: 0, nextOffset }];
  return {
    operatorState: text([{ state: "SourceReaderState", mode: "split-distribute", elements }]),
  };
}

function keyedOf(sum: number | undefined): string {
  return text(sum === undefined ? [] : [["reduced", "all", sum]]);
}
