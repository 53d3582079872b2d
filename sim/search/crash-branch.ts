// What follows a crash, one branch at a time: the world after it, and the folds that have read everything up to
// it and go on reading by themselves.

import type { CheckerFold, Verdict } from "../checkers/checker.ts";
import type { RunRest } from "../harness/runner.ts";
import type { World } from "../harness/world.ts";
import { must } from "../kernel/invariant.ts";
import { stateHashOf } from "../kernel/state-hash.ts";
import { type Duration, type Instant, seconds } from "../kernel/virtual-time.ts";
import { EventDecoder, tracedKinds } from "../trace/trace.ts";
import { TRACE_EVENT_KINDS, type TraceEvent } from "../trace/trace-event.ts";

const KINDS = tracedKinds(TRACE_EVENT_KINDS);

/** Deadlines further ahead than this are left out of a class's hash; see {@link CrashBranch.outlives}. */
export const DEADLINE_HORIZON: Duration = seconds(600);

/** How far a branch may go before it counts as never ending, unless its job starts over for ever before that. */
const BOUNDS = { until: 86_400_000_000 as Instant, maxEvents: 200_000 };

/** What the folds of branches are told of the one that has ended last. */
export type BranchRest = { -readonly [key in keyof RunRest]: RunRest[key] };

/** One future of a crash. */
export class CrashBranch {
  readonly #world: World;
  readonly #folds: readonly CheckerFold[];
  readonly #rest: BranchRest;
  readonly #decoder = new EventDecoder(KINDS);
  #blocksRead = 0;
  #isRestoring = false;

  /** `folds` have read all that came before `world`; `rest` is where their job asks whether it came to rest. */
  constructor(world: World, folds: readonly CheckerFold[], rest: BranchRest) {
    this.#world = world;
    this.#folds = folds;
    this.#rest = rest;
    this.#decode(); // The folds have read what the world has sealed so far.
    world.recorder.observe("restore-started", () => {
      this.#isRestoring = true;
      world.simulation.stop();
    });
  }

  /** Goes on until the next attempt is about to be restored, or there is none. */
  runToRestore(): void {
    if (!this.#isRestoring) this.#world.run(BOUNDS);
    this.#read();
  }

  /** Handles one event more. Returns false when there is none left, or the job starts over for ever. */
  step(): boolean {
    const { simulation } = this.#world;
    const before = simulation.handled;
    const end = this.#world.run({ ...BOUNDS, maxEvents: before + 1 });
    this.#read();
    return end !== "endless-restarts" && simulation.handled > before;
  }

  /** Whether all tasks have run again since the crash. */
  get isRecovered(): boolean {
    return this.#isRestoring && this.#world.cluster.jobStatus === "RUNNING";
  }

  /** The branch that goes on if the power is lost at this instant; this one stays as it is. */
  afterPowerLoss(): CrashBranch {
    const folds = this.#folds.map((fold) => fold.clone());
    return new CrashBranch(this.#world.afterPowerLoss(), folds, this.#rest);
  }

  /** The hash of what this branch's future, and what is said of it, depends on. */
  classHash(): string {
    const { cluster, injector } = this.#world;
    const durable = cluster.describeDurable(DEADLINE_HORIZON);
    return stateHashOf([
      durable,
      injector.describeState(),
      this.#folds.map((fold) => fold.stateHash()),
    ]);
  }

  /** The present instant of this branch. */
  get now(): Instant {
    return this.#world.simulation.now;
  }

  /** Goes on to the end. Returns what the checkers say. */
  finish(): readonly Verdict[] {
    let end = this.#world.run(BOUNDS);
    while (end === "stopped") end = this.#world.run(BOUNDS);
    this.#read();
    this.#rest.hasCome = end === "idle";
    this.#rest.at = this.now;
    return this.#folds.map((fold) => fold.finish());
  }

  #read(): void {
    this.#world.recorder.finish();
    for (const event of this.#decode()) for (const fold of this.#folds) fold.step(event);
  }

  /** The events sealed since the last time. */
  #decode(): readonly TraceEvent[] {
    const { blocks } = this.#world.recorder;
    const events: TraceEvent[] = [];
    for (; this.#blocksRead < blocks.length; this.#blocksRead++) {
      this.#decoder.decodeInto(must(blocks[this.#blocksRead], "sealed block"), events);
    }
    return events;
  }
}
