// The runs that are on the page: the one it is about and its branches. At most two are seen at a time, a run and a
// branch of it, and one of the two has the cursor.

import type { Case, Verdict } from "../../sim/harness/bundle.ts";
import type { Trace } from "../../sim/trace/trace.ts";
import { firstDifferentEvent } from "../lab/branch.ts";
import type { LabRun } from "../lab/lab-engine.ts";
import type { RunModel } from "../model/run-model.ts";

/** A run on the page. */
export interface ShownRun {
  readonly trace: Trace;
  readonly verdicts: readonly Verdict[];
  readonly model: RunModel;
  /** What a branch is of; undefined for a run of its own. */
  readonly branchOf: BranchOrigin | undefined;
}

/** Where a branch comes from. */
export interface BranchOrigin {
  readonly run: ShownRun;
  /** The first event that is another in the branch; undefined if nothing came of the fault. */
  readonly firstDifference: number | undefined;
}

/** The side of the page: the run, or its branch. */
export type Side = "left" | "right";

/** Holds the runs and says when it is another that is shown. */
export class RunShelf {
  readonly #createModel: (trace: Trace, verdicts: readonly Verdict[]) => RunModel;
  readonly #listeners: (() => void)[] = [];
  readonly #names = new Map<ShownRun, string>();
  #branches: readonly ShownRun[] = [];
  #left: ShownRun | undefined = undefined;
  #right: ShownRun | undefined = undefined;
  #active: Side = "left";

  constructor(createModel: (trace: Trace, verdicts: readonly Verdict[]) => RunModel) {
    this.#createModel = createModel;
  }

  /** The run on the left, which the branch on the right is of. */
  get left(): ShownRun | undefined {
    return this.#left;
  }

  get right(): ShownRun | undefined {
    return this.#right;
  }

  /** Which of the two has the cursor. */
  get active(): Side {
    return this.#active;
  }

  /** The run that has the cursor. */
  get current(): ShownRun | undefined {
    return this.#active === "left" ? this.#left : this.#right;
  }

  /** The run that is shown beside the one that has the cursor. */
  get beside(): ShownRun | undefined {
    return this.#active === "left" ? this.#right : this.#left;
  }

  /** All runs on the page: the one it is about, then its branches. */
  get runs(): readonly ShownRun[] {
    const [first] = this.#branches;
    const origin = first === undefined ? this.#left : first.branchOf?.run;
    return origin === undefined ? this.#branches : [origin, ...this.#branches];
  }

  /** All branches of the run the page is about, oldest first. */
  get branches(): readonly ShownRun[] {
    return this.#branches;
  }

  /** The case of the run that has the cursor. */
  get case(): Required<Case> | undefined {
    return this.current?.trace.header.case;
  }

  /** Has `listener` hear when other runs are shown, or another has the cursor. */
  listen(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Shows a run of its own; branches of the one before are forgotten. */
  show({ trace, verdicts }: LabRun): void {
    this.#left = {
      trace,
      verdicts,
      model: this.#createModel(trace, verdicts),
      branchOf: undefined,
    };
    this.#right = undefined;
    this.#active = "left";
    this.#branches = [];
    this.#names.clear();
    this.#changed();
  }

  /** Shows a branch of `run` beside it, with the cursor. */
  branch(run: ShownRun, { trace, verdicts }: LabRun): void {
    const firstDifference = firstDifferentEvent(run.trace, trace);
    const branch: ShownRun = {
      trace,
      verdicts,
      model: this.#createModel(trace, verdicts),
      branchOf: { run, firstDifference },
    };
    this.#branches = [...this.#branches, branch];
    this.#left = run;
    this.#right = branch;
    this.#active = "right";
    this.#changed();
  }

  /** Puts the cursor on a run; a branch takes the right side, beside what it is a branch of. */
  choose(run: ShownRun): void {
    if (run === this.current) return;
    if (run === this.#left) this.#active = "left";
    else if (run.branchOf === undefined) {
      this.#left = run;
      this.#right = this.#branches.find((branch) => branch.branchOf?.run === run);
      this.#active = "left";
    } else {
      this.#left = run.branchOf.run;
      this.#right = run;
      this.#active = "right";
    }
    this.#changed();
  }

  /** Puts the cursor on the side it is not on; nothing where there is one run only. */
  switchSides(): void {
    if (this.beside !== undefined) this.choose(this.beside);
  }

  /** Forgets a branch and all branches of it. */
  drop(branch: ShownRun): void {
    const root = this.#branches[0]?.branchOf?.run;
    const isKept = (run: ShownRun): boolean =>
      run !== branch && (run.branchOf === undefined || isKept(run.branchOf.run));
    this.#branches = this.#branches.filter(isKept);
    this.#right = this.#branches.at(-1);
    this.#left = this.#right?.branchOf?.run ?? root;
    this.#active = "left";
    this.#changed();
  }

  /** The name a reader gave a branch. */
  nameOf(run: ShownRun): string | undefined {
    return this.#names.get(run);
  }

  rename(run: ShownRun, name: string): void {
    if (name === "") this.#names.delete(run);
    else this.#names.set(run, name);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/**
 * Where the cursor of `other` is while that of `run` is at `index`: at the same event while both are one, at the
 * same virtual time from then on.
 */
export function indexBeside(run: ShownRun, other: ShownRun, index: number): number {
  if (run === other) return index;
  const difference = run.branchOf?.firstDifference ?? other.branchOf?.firstDifference;
  if (difference === undefined || index < difference) return Math.min(index, other.model.count - 1);
  return other.model.indexAt(run.model.times[index] ?? 0);
}
