// One run: a pure function of its case. The world is set up, the loop turns until nothing is left to happen,
// and what can be seen of it is in the trace.

import type { Fault } from "../api/scenario.ts";
import { InvariantViolation } from "../kernel/invariant.ts";
import type { EventObserver, TraceBlock } from "../kernel/recorder.ts";
import type { RunBounds } from "../kernel/simulation.ts";
import { type Instant, toMillis } from "../kernel/virtual-time.ts";
import { hexOf } from "../trace/text-digest.ts";
import type { TraceEventKind } from "../trace/trace-event.ts";
import type { PreparedJob } from "./prepared-job.ts";
import {
  DEFAULT_BOUNDS,
  STREAMED_BOUNDS,
  World,
  type WorldEnd,
  type WorldOptions,
} from "./world.ts";

/** What a run came to. */
export interface Run {
  readonly job: PreparedJob;
  /** How the loop ended; "invariant-broken" is a bug of Cleancut's, or of an edit. */
  readonly end: WorldEnd | "invariant-broken";
  /** The broken invariant, in words. */
  readonly brokenInvariant: string | undefined;
  /** Where the job stood when the loop ended. */
  readonly jobStatus: string;
  readonly virtualTime: Instant;
  /** Events that the kernel handled. */
  readonly handled: number;
  /** Events in the trace. */
  readonly eventCount: number;
  /** The trace, unless it was streamed out. */
  readonly blocks: readonly TraceBlock[];
  /** The last link of the trace's chain, as hexadecimal digits. */
  readonly digest: string;
  /** Faults of the plan that never struck. */
  readonly unstruckFaults: readonly Fault[];
  /** Overrides whose choice never came up. */
  readonly unusedOverrides: readonly string[];
}

/** How a run is carried out; nothing here changes what happens in it. */
export interface RunOptions extends WorldOptions {
  /** How far a run may go before it is given up. */
  readonly bounds?: Partial<RunBounds>;
  /** Is shown the world before it starts: for tools that look on, or want to end the run at an event. */
  readonly watch?: (world: WatchedWorld) => void;
}

/** A world as a tool may watch it. Nothing it does changes what happens, but that it may end it. */
export interface WatchedWorld {
  /** The files in the shared storage, as they are at any moment. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Has `observer` see each event of `kind` as it happens, recorded or not. */
  observe(kind: TraceEventKind, observer: EventObserver): void;
  /** Ends the run after the step in hand. */
  stop(): void;
}

/** Runs a prepared case. */
export function run(job: PreparedJob, options: RunOptions): Run {
  const world = new World(job, options);
  const { simulation, recorder, cluster } = world;
  options.watch?.({
    files: cluster.storage.files,
    observe: (kind, observer) => recorder.observe(kind, observer),
    stop: () => simulation.stop(),
  });
  let end: Run["end"];
  let brokenInvariant: string | undefined;
  try {
    const bounds = options.onBlock === undefined ? DEFAULT_BOUNDS : STREAMED_BOUNDS;
    end = world.run({ ...bounds, ...options.bounds });
  } catch (error) {
    if (!(error instanceof InvariantViolation)) throw error;
    end = "invariant-broken";
    brokenInvariant = `${error.message} (at ${toMillis(simulation.now)} ms, seed ${job.case.seed})`;
  }
  return { ...finishedRun(world, end), brokenInvariant };
}

/** What a world came to that has ended in `end`. Nothing may happen in it any more. */
function finishedRun(world: World, end: Run["end"]): Run {
  const { job, simulation, recorder, cluster, injector } = world;
  recorder.finish();
  return {
    job,
    end,
    brokenInvariant: undefined,
    jobStatus: cluster.jobStatus,
    virtualTime: simulation.now,
    handled: simulation.handled,
    eventCount: recorder.eventCount,
    blocks: recorder.blocks,
    digest: hexOf(recorder.digest),
    unstruckFaults: injector.unstruck,
    unusedOverrides: world.unusedOverrides,
  };
}
