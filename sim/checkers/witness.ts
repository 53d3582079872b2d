// The witness: the one failure-free schedule that a run with failures must be explained by (Veresov, Spenger,
// Carbone, Haller, ECOOP 2024). Of each subtask it keeps every attempt's steps up to the snapshot that a later
// attempt went on from, and the last attempt's up to now. It only splices; witness-replay.ts says whether what
// comes out is a run at all.

import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import { EventHistory } from "./event-history.ts";
import type { JobShape, Subtask } from "./job-shape.ts";
import { Submissions } from "./submissions.ts";

/** What a witness is made of: inputs of steps, and what the steps put out. */
export type StepEvent = EventOf<
  | "record-read"
  | "record-processed"
  | "timer-fired"
  | "record-emitted"
  | "record-written"
  | "snapshot-taken"
  | "completion-received"
  | "end-of-data"
>;

/** The kept part of one attempt: the first `length` of its events. */
export interface WitnessSegment {
  readonly attempt: number;
  readonly events: readonly StepEvent[];
  readonly length: number;
}

/** The kept steps of one subtask. */
export interface WitnessPart {
  readonly subtask: Subtask;
  /** In order of attempts. */
  readonly segments: readonly WitnessSegment[];
  /** The attempt that runs now; undefined from the decision to restore until the next one starts. */
  readonly attempt: number | undefined;
  /** A restore from a checkpoint for which the subtask never took a snapshot. */
  readonly baseless: EventOf<"task-restored" | "restore-started"> | undefined;
}

/** Splices the witness, event by event. */
export class Witness {
  readonly submissions: Submissions;
  readonly #histories: readonly SubtaskHistory[];
  readonly #historyNamed: ReadonlyMap<string, SubtaskHistory>;
  readonly #isTimed: boolean;
  /** When the last event happened. */
  #now = 0;

  /** `isTimed` if what a step does depends on when it runs. */
  constructor(original: Witness | JobShape, isTimed = false) {
    this.#histories =
      original instanceof Witness
        ? original.#histories.map((history) => history.clone())
        : original.subtasks.map((subtask) => new SubtaskHistory(subtask, isTimed));
    this.submissions =
      original instanceof Witness ? original.submissions.clone() : new Submissions(original);
    this.#isTimed = original instanceof Witness ? original.#isTimed : isTimed;
    if (original instanceof Witness) this.#now = original.#now;
    this.#historyNamed = new Map(
      this.#histories.map((history) => [history.subtask.name, history] as const),
    );
  }

  /** The kept steps of every subtask, as of now. */
  get parts(): readonly WitnessPart[] {
    return this.#histories.map((history) => history.part());
  }

  /** The steps of every subtask up to its snapshot for `checkpoint`; undefined if one took none. */
  partsUpTo(checkpoint: number): readonly WitnessPart[] | undefined {
    const parts: WitnessPart[] = [];
    for (const history of this.#histories) {
      const part = history.partUpTo(this.submissions.cutOf(history.subtask, checkpoint));
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return parts;
  }

  clone(): Witness {
    return new Witness(this);
  }

  /** Plain data that determines how the splice will go on: what can no longer come to be part of it is left out. */
  describeState(): unknown {
    const histories = this.#histories.map((history) => history.describeState());
    // What was used when is as good as nothing without how long ago that is.
    return this.#isTimed ? [histories, this.#now] : histories;
  }

  step(event: TraceEvent): void {
    this.#now = event.time;
    this.submissions.step(event);
    switch (event.kind) {
      case "record-read":
      case "record-processed":
      case "timer-fired":
      case "record-emitted":
      case "record-written":
      case "completion-received":
        this.#historyNamed.get(event.place)?.append(event);
        return;
      case "end-of-data":
        // It matters to timers alone.
        if (this.#isTimed) this.#historyNamed.get(event.place)?.append(event);
        return;
      case "snapshot-taken":
        this.#historyNamed.get(event.place)?.cut(event);
        return;
      case "task-restored": {
        const history = this.#historyNamed.get(event.place);
        history?.restore(event, this.submissions.cutOf(history.subtask, event.checkpoint));
        return;
      }
      case "restore-started":
        for (const history of this.#histories) {
          history.goBack(event, this.submissions.cutOf(history.subtask, event.checkpoint));
        }
        return;
      default:
        return;
    }
  }
}

/** The steps of one attempt, which went on from a cut of an earlier one. */
interface Branch {
  readonly attempt: number | undefined;
  readonly from: Cut | undefined;
  readonly events: EventHistory<StepEvent>;
  readonly baseless: WitnessPart["baseless"];
}

/** A place between two steps of a branch: its first `length` events lie before it. */
interface Cut {
  readonly branch: Branch;
  readonly length: number;
}

/** All steps of one subtask, as a tree of branches; the witness is the way from the root to one leaf. */
class SubtaskHistory {
  readonly subtask: Subtask;
  readonly #isTimed: boolean;
  readonly #branches = new Map<number, Branch>();
  readonly #cuts = new Map<number, Cut>();
  #leaf: Branch = newBranch(undefined, undefined);
  #recent: Branch = this.#leaf;
  /** The last attempt that began. */
  #newest = -1;
  /** Attempts up to this one are past: a restore was decided on since. */
  #past = -1;

  constructor(subtask: Subtask, isTimed: boolean) {
    this.subtask = subtask;
    this.#isTimed = isTimed;
  }

  append(event: StepEvent): void {
    this.#branchOf(event.incarnation).events.push(event);
  }

  cut(event: EventOf<"snapshot-taken">): void {
    const branch = this.#branchOf(event.incarnation);
    branch.events.push(event);
    this.#cuts.set(event.checkpoint, { branch, length: branch.events.length });
  }

  /** `cut` is the checkpoint by which it has come to the one restored. */
  restore(event: EventOf<"task-restored">, cut: number): void {
    this.#begin(event.incarnation, this.#branchFrom(event.incarnation, event, cut));
  }

  /** From here on the run stands at a checkpoint again, though the subtask's next attempt has yet to start. */
  goBack(event: EventOf<"restore-started">, cut: number): void {
    this.#past = this.#newest;
    this.#leaf = this.#branchFrom(undefined, event, cut);
  }

  part(): WitnessPart {
    const whole = { branch: this.#leaf, length: this.#leaf.events.length };
    return { ...this.#wayTo(whole), attempt: this.#leaf.attempt };
  }

  /** The steps up to the cut of a checkpoint; none up to 0. Undefined if there is no such cut. */
  partUpTo(checkpoint: number): WitnessPart | undefined {
    if (checkpoint === 0) {
      return { subtask: this.subtask, segments: [], attempt: undefined, baseless: undefined };
    }
    const cut = this.#cuts.get(checkpoint);
    return cut === undefined ? undefined : { ...this.#wayTo(cut), attempt: cut.branch.attempt };
  }

  #wayTo(end: Cut): Omit<WitnessPart, "attempt"> {
    const segments: WitnessSegment[] = [];
    let baseless: WitnessPart["baseless"];
    let cut: Cut | undefined = end;
    while (cut !== undefined) {
      const { branch, length }: Cut = cut;
      if (branch.attempt !== undefined) {
        segments.push({ attempt: branch.attempt, events: branch.events.events, length });
      }
      baseless ??= branch.baseless;
      cut = branch.from;
    }
    return { subtask: this.subtask, segments: segments.reverse(), baseless };
  }

  clone(): SubtaskHistory {
    const copy = new SubtaskHistory(this.subtask, this.#isTimed);
    const copies = new Map<Branch, Branch>();
    for (const [attempt, branch] of this.#branches) {
      copy.#branches.set(attempt, copyOfBranch(branch, copies));
    }
    for (const [checkpoint, { branch, length }] of this.#cuts) {
      copy.#cuts.set(checkpoint, { branch: copyOfBranch(branch, copies), length });
    }
    copy.#leaf = copyOfBranch(this.#leaf, copies);
    copy.#recent = copyOfBranch(this.#recent, copies);
    copy.#newest = this.#newest;
    copy.#past = this.#past;
    return copy;
  }

  describeState(): unknown {
    // Cuts first, in order: what lies before one is hashed once.
    const cuts = [...this.#cuts]
      .filter(([, cut]) => this.#canBeRestored(cut))
      .map(([checkpoint, cut]) => [checkpoint, this.#contentOfWay(cut)]);
    const way = this.#contentOfWay({ branch: this.#leaf, length: this.#leaf.events.length });
    return [cuts, way, this.#newest, this.#past];
  }

  /** The events from the root to a cut, hashed branch by branch; with their times if these matter. */
  #contentOfWay(cut: Cut): readonly unknown[] {
    const way: unknown[] = [];
    for (let on: Cut | undefined = cut; on !== undefined; on = on.branch.from) {
      const { attempt, events, baseless } = on.branch;
      way.push([attempt, on.length, events.contentHash(on.length), baseless?.checkpoint]);
      if (this.#isTimed) way.push(events.events.slice(0, on.length).map(({ time }) => time));
    }
    return way;
  }

  /** Whether a cut lies on the way to the leaf: one that went with a past attempt is never gone back to. */
  #canBeRestored({ branch, length }: Cut): boolean {
    let on: Cut | undefined = { branch: this.#leaf, length: this.#leaf.events.length };
    while (on !== undefined && on.branch !== branch) on = on.branch.from;
    return on !== undefined && length <= on.length;
  }

  #branchOf(attempt: number): Branch {
    if (this.#recent.attempt === attempt) return this.#recent;
    const branch = this.#branches.get(attempt);
    if (branch === undefined) {
      this.#begin(attempt, newBranch(attempt, undefined));
    } else {
      this.#recent = branch;
    }
    return this.#recent;
  }

  #branchFrom(
    attempt: number | undefined,
    event: EventOf<"task-restored" | "restore-started">,
    cut: number,
  ): Branch {
    const from = this.#cuts.get(cut);
    const isBaseless = cut !== 0 && from === undefined;
    return newBranch(attempt, from, isBaseless ? event : undefined);
  }

  /** Takes in a new attempt; one that is past already is kept for its own, but not in the witness. */
  #begin(attempt: number, branch: Branch): void {
    this.#branches.set(attempt, branch);
    this.#recent = branch;
    this.#newest = Math.max(this.#newest, attempt);
    if (attempt > this.#past && attempt >= (this.#leaf.attempt ?? -1)) this.#leaf = branch;
  }
}

function newBranch(
  attempt: number | undefined,
  from: Cut | undefined,
  baseless?: WitnessPart["baseless"],
): Branch {
  return { attempt, from, events: new EventHistory(), baseless };
}

/** The copy of a branch, made once for each. */
function copyOfBranch(branch: Branch, copies: Map<Branch, Branch>): Branch {
  const known = copies.get(branch);
  if (known !== undefined) return known;
  const { attempt, from, events, baseless } = branch;
  const copiedFrom =
    from === undefined
      ? undefined
      : { branch: copyOfBranch(from.branch, copies), length: from.length };
  const copy = { attempt, from: copiedFrom, events: events.clone(), baseless };
  copies.set(branch, copy);
  return copy;
}
