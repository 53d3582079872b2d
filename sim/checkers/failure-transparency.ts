// Checks failure transparency (Veresov, Spenger, Carbone, Haller, ECOOP 2024): what a reader of the outside saw
// at any moment of a run with failures is explained by one failure-free run, the witness.
//
// It splices the witness from the trace (witness.ts), replays it (witness-replay.ts) and compares what exactly-once
// sinks were given there with what became visible of it outside, for each sink and subtask: nothing visible that the
// witness does not write, nothing twice, nothing out of order, nothing taken back; all of it once the job has
// finished. Since what is visible only grows, one witness that explains all of it explains every moment. Of
// at-least-once sinks it asks one thing: once the job has finished, all that the witness writes has arrived.
//
// Not checked: when a record became visible (newest-checkpoint does); that anything happens at all (liveness
// does); what else at-least-once sinks show, which may be doubles, or what steps wrote that a restore threw away;
// jobs under AT_LEAST_ONCE checkpointing; functions that read clock or chance, but for the clock of state with a time
// to live, which the trace shows; what functions see of expired state.

import { stateHashOf } from "../kernel/state-hash.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";
import { CommitLog } from "./commit-log.ts";
import { EventHistory } from "./event-history.ts";
import { type JobShape, jobShapeOf } from "./job-shape.ts";
import { doubtful, lackOf, notChecked } from "./not-checked.ts";
import {
  countOf,
  OutputComparison,
  type VisibleEvent,
  visibleForm,
  visibleValue,
} from "./output-comparison.ts";
import { isLog, logNamed } from "./outside-log.ts";
import type { Refutation } from "./refutation.ts";
import { counted, listed, shortened } from "./sentence.ts";
import { type SinkWriter, SinkWriters } from "./sink-writers.ts";
import { dependsOnTime } from "./time-dependence.ts";
import { Witness } from "./witness.ts";
import { type ReplayResult, replayWitness } from "./witness-replay.ts";
import { hasWorkedOff } from "./work-done.ts";

export const failureTransparency: Checker = {
  name: "failure-transparency",
  claim: "One failure-free run explains what was visible outside at every moment",
  level: "records",
  start(job) {
    const lack = lackOf(failureTransparency, job, { atLeastOnce: LEGAL_DOUBLES });
    return lack === undefined
      ? new FailureTransparencyFold(job)
      : notChecked(failureTransparency.name, lack);
  },
};

const LEGAL_DOUBLES =
  "under AT_LEAST_ONCE checkpointing a restored task may work on records twice, and its state then differs from any failure-free run's";

class FailureTransparencyFold implements CheckerFold {
  readonly #job: CheckedJob;
  readonly #shape: JobShape;
  readonly #witness: Witness;
  readonly #writers: SinkWriters;
  readonly #log: CommitLog;
  /** What became visible of each exactly-once writer, by its number. */
  readonly #visible: readonly EventHistory<VisibleEvent>[];
  /** What became visible of at-least-once sinks, by target. */
  readonly #lines: Map<string, EventHistory<VisibleEvent>>;
  #finishedBy: EventOf<"job-ended"> | undefined;
  #refutation: Refutation | undefined;

  constructor(original: FailureTransparencyFold | CheckedJob) {
    if (original instanceof FailureTransparencyFold) {
      this.#job = original.#job;
      this.#shape = original.#shape;
      this.#witness = original.#witness.clone();
      this.#writers = original.#writers.clone();
      this.#log = original.#log.clone();
      this.#visible = original.#visible.map((visible) => visible.clone());
      this.#lines = new Map([...original.#lines].map(([at, lines]) => [at, lines.clone()]));
      this.#finishedBy = original.#finishedBy;
      this.#refutation = original.#refutation;
      return;
    }
    this.#job = original;
    this.#shape = jobShapeOf(original.description, original.parallelisms);
    this.#witness = new Witness(this.#shape, dependsOnTime(original, this.#shape));
    this.#writers = new SinkWriters({ job: original, shape: this.#shape });
    this.#log = new CommitLog();
    this.#visible = this.#writers.all.map(() => new EventHistory());
    this.#lines = new Map();
  }

  step(event: TraceEvent): void {
    switch (event.kind) {
      case "transaction-begun":
        this.#writers.step(event);
        this.#log.begin(event);
        return;
      case "transaction-committed":
        this.#log.commit(event);
        return;
      case "transaction-aborted":
        this.#refutation ??= this.#log.abort(event);
        return;
      case "record-committed":
        this.#refutation ??= this.#log.add(event);
        this.#see(event, this.#writers.ofTransaction(event.transaction));
        return;
      case "line-printed":
      case "record-collected":
        this.#see(event, this.#writers.findByTarget(event.by, event.place));
        return;
      case "job-ended":
        if (hasWorkedOff(event)) this.#finishedBy = event;
        return;
      default:
        this.#witness.step(event);
    }
  }

  verdict(): Verdict {
    const { name: checker } = failureTransparency;
    if (this.#refutation !== undefined) return { kind: "violated", checker, ...this.#refutation };
    const replay = replayWitness({
      job: this.#job,
      shape: this.#shape,
      submissions: this.#witness.submissions,
      writers: this.#writers,
      parts: this.#witness.parts,
      finishedBy: this.#finishedBy,
    });
    const refutation = replay.refutation ?? this.#refuteVisible(replay);
    if (refutation !== undefined) {
      if (replay.doubt !== undefined) return doubtful(checker, replay.doubt);
      return { kind: "violated", checker, ...refutation };
    }
    return { kind: "holds", checker, sentence: this.#praise(replay) };
  }

  finish(): Verdict {
    return this.verdict();
  }

  clone(): FailureTransparencyFold {
    return new FailureTransparencyFold(this);
  }

  stateHash(): string {
    return stateHashOf([
      this.#witness.describeState(),
      this.#writers.describeState(),
      this.#log.describeState(),
      this.#visible.map((visible) => visible.contentHash()),
      [...this.#lines].map(([target, lines]) => [target, lines.contentHash()]),
      this.#finishedBy !== undefined,
      this.#refutation?.sentence,
    ]);
  }

  #see(event: VisibleEvent, writer: SinkWriter | undefined): void {
    if (writer?.guarantee === "exactly-once") {
      this.#visible[writer.number]?.push(event);
      return;
    }
    if (writer === undefined && this.#isExactlyOnce(event.place)) {
      this.#refutation ??= {
        sentence: `${shortened(visibleValue(event))} became visible in ${event.place}, but no sink of the job put it there`,
        events: [event.index],
      };
    }
    const lines = this.#lines.get(event.place) ?? new EventHistory();
    this.#lines.set(event.place, lines);
    lines.push(event);
  }

  #isExactlyOnce(target: string): boolean {
    const writers = this.#writers.all.filter((writer) => writer.target === target);
    return writers.length > 0 && writers.every(({ guarantee }) => guarantee === "exactly-once");
  }

  #refuteVisible({ written }: ReplayResult): Refutation | undefined {
    for (const writer of this.#writers.all) {
      if (writer.guarantee !== "exactly-once") continue;
      const comparison = new OutputComparison({
        writer,
        written: written[writer.number] ?? [],
        visible: this.#visible[writer.number]?.events ?? [],
        isSequence: !isLog(writer.target) || logNamed(this.#job, writer.target)?.length === 1,
      });
      const refutation = comparison.refute(this.#finishedBy);
      if (refutation !== undefined) return refutation;
    }
    if (this.#finishedBy === undefined) return undefined;
    const writers = this.#writers.all.filter(({ guarantee }) => guarantee !== "exactly-once");
    for (const target of new Set(writers.map((writer) => writer.target))) {
      const lines = this.#lines.get(target)?.events ?? (isPlace(target) ? [] : undefined);
      if (lines === undefined) continue;
      const refutation = this.#refuteLost(target, lines, written, this.#finishedBy);
      if (refutation !== undefined) return refutation;
    }
    return undefined;
  }

  /** An at-least-once sink may show more than was written, but not less. */
  #refuteLost(
    target: string,
    lines: readonly VisibleEvent[],
    written: ReplayResult["written"],
    finishedBy: TraceEvent,
  ): Refutation | undefined {
    const left = countOf(lines.map(visibleValue));
    for (const event of this.#writtenTo(target, written)) {
      const form = visibleForm(event);
      const count = left.get(form) ?? 0;
      left.set(form, count - 1);
      if (count > 0) continue;
      return {
        sentence: `Record lost: ${shortened(event.value)}, written by ${event.place}, never reached ${target}, though the job finished`,
        events: [event.index, finishedBy.index],
      };
    }
    return undefined;
  }

  #writtenTo(target: string, written: ReplayResult["written"]): EventOf<"record-written">[] {
    const writers = this.#writers.all.filter((writer) => writer.target === target);
    return writers.flatMap(({ number }) => written[number] ?? []);
  }

  #praise({ steps, written }: ReplayResult): string {
    const visible = this.#visible.reduce((sum, { length }) => sum + length, 0);
    const run = `One failure-free run of ${counted(steps, "step")}`;
    const records = counted(visible, "committed record");
    const what =
      visible === 0
        ? "explains what happened; nothing is committed"
        : `explains ${visible === 1 ? "the" : "all"} ${records}`;
    const shown = [...this.#lines].map(([target, lines]) => {
      const left = countOf(this.#writtenTo(target, written).map(visibleForm));
      let surplus = 0;
      for (const line of lines.events) {
        const count = left.get(visibleValue(line)) ?? 0;
        left.set(visibleValue(line), count - 1);
        if (count <= 0) surplus++;
      }
      return `${target} (${counted(surplus, "surplus record")} of ${lines.length})`;
    });
    if (shown.length === 0) return `${run} ${what}`;
    return `${run} ${what}; checked only for loss at the end, as at-least-once: ${listed(shown)}`;
  }
}

/** Whether what is written to `target` shows as events, so that none means that nothing arrived. */
function isPlace(target: string): boolean {
  return isLog(target) || target === "stdout" || target.startsWith("collector:");
}
