// A job that is started again may have other numbers of subtasks. Which of them there are in which submission, and where
// the state of each lies at a checkpoint, is told here: what one subtask held is another's after a rescale.

import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { JobShape, Subtask } from "./job-shape.ts";

interface Start {
  readonly submission: number;
  /** Its first attempt. */
  readonly attempt: number;
  /** What it started from; 0 for nothing. */
  readonly checkpoint: number;
}

const FIRST: Start = { submission: 0, attempt: 0, checkpoint: 0 };

/** Follows the submissions of a job. */
export class Submissions {
  readonly #shape: JobShape;
  /** In the order they came. */
  #starts: readonly Start[] = [FIRST];
  /** In which submission each checkpoint was taken. */
  readonly #taken: Map<number, number>;

  constructor(original: Submissions | JobShape) {
    if (original instanceof Submissions) {
      this.#shape = original.#shape;
      this.#starts = original.#starts;
      this.#taken = new Map(original.#taken);
      return;
    }
    this.#shape = original;
    this.#taken = new Map();
  }

  step(event: TraceEvent): void {
    if (event.kind === "checkpoint-triggered") this.#taken.set(event.checkpoint, this.current);
    if (event.kind === "job-submitted") this.#start(event);
  }

  /** The submission that runs now. */
  get current(): number {
    return this.#last.submission;
  }

  /** The submission that an attempt belongs to. */
  ofAttempt(attempt: number): number {
    return this.#starts.findLast((start) => start.attempt <= attempt)?.submission ?? 0;
  }

  /** The submission that a checkpoint was taken in. */
  ofCheckpoint(checkpoint: number): number {
    return this.#taken.get(checkpoint) ?? this.current;
  }

  /** The checkpoint that a submission started from; 0 for nothing. */
  startOf(submission: number): number {
    return this.#starts.find((start) => start.submission === submission)?.checkpoint ?? 0;
  }

  /** The submissions that a run goes through up to a checkpoint, the first one first. */
  wayTo(checkpoint: number): readonly number[] {
    const way: number[] = [];
    for (let at = checkpoint; at !== 0; at = this.startOf(way[0] ?? 0)) {
      way.unshift(this.ofCheckpoint(at));
    }
    return way[0] === 0 ? way : [0, ...way];
  }

  /** Whether a submission has a subtask. */
  has(submission: number, { vertex, index }: Subtask): boolean {
    return index < (this.#shape.parallelisms[submission]?.[vertex.id] ?? vertex.parallelism);
  }

  /**
   * The checkpoint by which a subtask has come to where it is at `checkpoint`: an earlier one if the job did not have it
   * any more, 0 if it never ran.
   */
  cutOf(subtask: Subtask, checkpoint: number): number {
    let cut = checkpoint;
    while (cut !== 0 && !this.has(this.ofCheckpoint(cut), subtask)) {
      cut = this.startOf(this.ofCheckpoint(cut));
    }
    return cut;
  }

  clone(): Submissions {
    return new Submissions(this);
  }

  /** Plain data that tells the submissions apart. */
  describeState(): unknown {
    return this.#starts;
  }

  get #last(): Start {
    return this.#starts.at(-1) ?? FIRST;
  }

  /**
   * None goes by unsaid: the storage publishes the write that makes a submission count and answers in one step, and in
   * that step the leader records this. One that takes over need not say it again.
   */
  #start({ submission, attempt, checkpoint }: EventOf<"job-submitted">): void {
    this.#starts = [...this.#starts, { submission, attempt, checkpoint }];
  }
}
