// Checks that a job comes to its end once nothing more goes wrong: it ends as its scenario means it to (or FAILED
// when faults have used its restarts up), and a finished job has read every record. If it does not end, the verdict
// tells who waits for whom.
//
// A run that came to rest without ending is stuck for good. One that was stopped at a bound is judged only if it
// had a minute of virtual time after the last fault; before that nothing is claimed.
//
// Not checked: how fast it is; that what was read had its effect (failure-transparency does); whether everything was
// read of sources whose contents are not known, or below level "records".

import { stateHashOf } from "../kernel/state-hash.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";
import { jobShapeOf } from "./job-shape.ts";
import { isRecorded, lackOf, notChecked } from "./not-checked.ts";
import type { Refutation } from "./refutation.ts";
import { inSeconds } from "./sentence.ts";
import { SourceProgress } from "./source-progress.ts";
import { WaitFor, type WaitForChain } from "./wait-for.ts";
import { hasWorkedOff } from "./work-done.ts";

/** Virtual time after the last fault, in microseconds, within which a job must have ended. */
export const QUIET_TIME = 60_000_000;

/** Why checkpoints are aborted when a job restarts, is canceled or ends: what made it do so is another event. */
const CONSEQUENCES: ReadonlySet<string> = new Set([
  "CHECKPOINT_COORDINATOR_SUSPEND",
  "CHECKPOINT_COORDINATOR_SHUTDOWN",
]);

/** How the reason of a job begins that failed once too often. */
const NO_RESTART = "No restart is left: ";

export const liveness: Checker = {
  name: "liveness",
  claim: "Once faults stop the job ends as it is meant to, with every source record read",
  level: "protocol",
  start(job) {
    const lack = lackOf(liveness, job);
    return lack === undefined ? new LivenessFold(job) : notChecked(liveness.name, lack);
  },
};

class LivenessFold implements CheckerFold {
  readonly #job: CheckedJob;
  readonly #waitFor: WaitFor;
  readonly #sources: SourceProgress | undefined;
  #first: TraceEvent | undefined;
  #last: TraceEvent | undefined;
  #lastFault: TraceEvent | undefined;
  #lastStored: EventOf<"checkpoint-stored"> | undefined;
  #ended: EventOf<"job-ended"> | undefined;
  /** Since the last fault, and since a checkpoint was last stored. */
  #restarts = 0;
  /** What made the job restart. */
  #setback: EventOf<"checkpoint-aborted" | "failure-reported"> | undefined;
  /** Whether anything went wrong that the job is not to blame for. */
  #hasTrouble = false;
  /** Whether someone has canceled the job. */
  #isCanceled = false;

  constructor(original: LivenessFold | CheckedJob) {
    if (original instanceof LivenessFold) {
      this.#job = original.#job;
      this.#waitFor = original.#waitFor.clone();
      this.#sources = original.#sources?.clone();
      this.#first = original.#first;
      this.#last = original.#last;
      this.#lastFault = original.#lastFault;
      this.#lastStored = original.#lastStored;
      this.#ended = original.#ended;
      this.#restarts = original.#restarts;
      this.#setback = original.#setback;
      this.#hasTrouble = original.#hasTrouble;
      this.#isCanceled = original.#isCanceled;
      return;
    }
    const shape = jobShapeOf(original.description, original.parallelisms);
    this.#job = original;
    this.#waitFor = new WaitFor(shape);
    this.#sources = isRecorded(original, "records")
      ? new SourceProgress({ job: original, shape })
      : undefined;
  }

  step(event: TraceEvent): void {
    this.#first ??= event;
    this.#last = event;
    if (event.kind === "fault-struck") this.#lastFault = event;
    if (event.kind === "fault-struck" && event.what === "job-canceled") this.#isCanceled = true;
    if (event.kind === "fault-struck" || event.kind === "host-crashed") this.#hasTrouble = true;
    if (event.kind === "checkpoint-stored") this.#lastStored = event;
    this.#countRestarts(event);
    if (event.kind === "job-ended") this.#ended = event;
    if (event.kind === "job-submitted") this.#ended = undefined;
    this.#waitFor.step(event);
    this.#sources?.step(event);
  }

  /** While the run goes on, not having ended is no fault yet. */
  verdict(): Verdict {
    if (this.#ended !== undefined) return this.finish();
    const { status } = this.#waitFor;
    return { kind: "holds", checker: liveness.name, sentence: `The job is ${status} and goes on` };
  }

  finish(): Verdict {
    const { name: checker } = liveness;
    if (this.#ended === undefined) return this.#judgeUnended();
    const refutation = this.#refuteEnd(this.#ended) ?? this.#refuteUnread(this.#ended);
    if (refutation !== undefined) return { kind: "violated", checker, ...refutation };
    return { kind: "holds", checker, sentence: this.#praise(this.#ended) };
  }

  clone(): LivenessFold {
    return new LivenessFold(this);
  }

  /** Who waits for whom is left out: it tells why a job is stuck, not whether. */
  stateHash(): string {
    const ended = this.#ended && [this.#ended.status, this.#ended.reason];
    return stateHashOf([this.#sources?.describeState(), ended, this.#hasTrouble, this.#isCanceled]);
  }

  #countRestarts(event: TraceEvent): void {
    if (event.kind === "fault-struck" || event.kind === "checkpoint-stored") this.#restarts = 0;
    if (event.kind === "restart-scheduled") this.#restarts++;
    const isSetback =
      event.kind === "failure-reported" ||
      (event.kind === "checkpoint-aborted" && !CONSEQUENCES.has(event.reason));
    if (isSetback) this.#setback = event;
  }

  #judgeUnended(): Verdict {
    const { name: checker } = liveness;
    const from = this.#lastFault ?? this.#first;
    const until = this.#job.ranUntil ?? this.#last?.time ?? 0;
    const quiet = until - (from?.time ?? 0);
    const since = this.#lastFault === undefined ? "of the start" : "of the last fault";
    if (!this.#job.cameToRest && quiet < QUIET_TIME) {
      const sentence = `Not checked: the run was stopped within ${inSeconds(quiet)} ${since}, before the job ended`;
      return { kind: "not-checked", checker, sentence };
    }
    const { links, events } = this.#explain();
    const rest = this.#job.cameToRest
      ? "nothing more can happen"
      : `${inSeconds(quiet)} passed since`;
    const progress =
      (this.#lastStored?.index ?? -1) > (from?.index ?? -1)
        ? `checkpoint ${this.#lastStored?.checkpoint} completed since`
        : "no checkpoint completed since";
    const proof = this.#lastFault === undefined ? events : [this.#lastFault.index, ...events];
    return {
      kind: "violated",
      checker,
      sentence: `The job is ${this.#waitFor.status} and never ended, ${rest}, ${progress}: ${links.join("; ")}`,
      events: [...new Set(proof)].sort((a, b) => a - b),
    };
  }

  /** Why the job does not end: what it waits for, or what it comes back to time and again. */
  #explain(): WaitForChain {
    const setback = this.#setback;
    if (this.#restarts < 2 || setback === undefined) return this.#waitFor.chain();
    const what =
      setback.kind === "checkpoint-aborted"
        ? `checkpoint ${setback.checkpoint} was aborted`
        : `${setback.task} failed`;
    const link = `it restarted ${this.#restarts} times, at last because ${what} (${setback.reason})`;
    return { links: [link], events: [setback.index] };
  }

  #refuteEnd(ended: EventOf<"job-ended">): Refutation | undefined {
    if (ended.status === this.#job.endsIn) return undefined;
    if (ended.status === "CANCELED" && this.#isCanceled) return undefined;
    const isWornOut = ended.status === "FAILED" && ended.reason.startsWith(NO_RESTART);
    if (isWornOut && this.#hasTrouble) return undefined;
    const sentence = `The job ended ${ended.status} (${ended.reason}), but is meant to end ${this.#job.endsIn}`;
    return { sentence, events: [ended.index] };
  }

  #refuteUnread(ended: EventOf<"job-ended">): Refutation | undefined {
    if (!hasWorkedOff(ended)) return undefined;
    const unread = this.#sources?.unread()[0];
    if (unread === undefined) return undefined;
    const { vertex, name, read, length } = unread;
    const sentence = `The job finished, but ${vertex} has read ${read} of the ${length} records of ${name}`;
    return { sentence, events: [ended.index] };
  }

  #praise(ended: EventOf<"job-ended">): string {
    const { status, time } = ended;
    const ending = `The job ended ${status}`;
    const when =
      this.#lastFault === undefined
        ? "without faults"
        : `${inSeconds(time - this.#lastFault.time)} after the last fault`;
    if (!hasWorkedOff(ended)) return `${ending}, ${when}`;
    const read =
      this.#sources === undefined ? "source records not checked" : "every source record read";
    return `${ending}, ${when}, ${read}`;
  }
}
