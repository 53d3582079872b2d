// One run: a pure function of its case. The world is set up, the loop turns until nothing is left to happen,
// and what can be seen of it is in the trace.

import type { Fault } from "../api/scenario.ts";
import { FaultInjector } from "../faults/fault-injector.ts";
import { type Chooser, OverriddenChooser, SeededChooser } from "../kernel/chooser.ts";
import { InvariantViolation } from "../kernel/invariant.ts";
import {
  type EventObserver,
  type Sha256,
  type TraceBlock,
  TraceRecorder,
} from "../kernel/recorder.ts";
import { type RunBounds, type RunEnd, Simulation } from "../kernel/simulation.ts";
import { type Instant, instant, toMillis } from "../kernel/virtual-time.ts";
import { TRACE_EVENT_KINDS, type TraceEventKind } from "../trace/trace-event.ts";
import { Cluster, type WorldRecorder } from "./cluster.ts";
import { guarded } from "./determinism-guard.ts";
import type { PreparedJob } from "./prepared-job.ts";

/** What a run came to. */
export interface Run {
  readonly job: PreparedJob;
  /** How the loop ended; "invariant-broken" is a bug of Cleancut's, or of an edit. */
  readonly end: RunEnd | "invariant-broken";
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
export interface RunOptions {
  readonly sha256: Sha256;
  /** Takes each finished block of the trace; without it they are kept. */
  readonly onBlock?: (block: TraceBlock) => void;
  /** How far a run may go before it is given up. */
  readonly bounds?: Partial<RunBounds>;
  /** Whether the loop is timed, or picks among everything enabled. */
  readonly mode?: "timed" | "untimed";
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

const DAY: Instant = instant(86_400_000_000);

/** How far a run may go if nothing else is said: a day of virtual time, and twenty million events. */
const DEFAULT_BOUNDS: RunBounds = { until: DAY, maxEvents: 20_000_000 };

/** Runs a prepared case. */
export function run(job: PreparedJob, options: RunOptions): Run {
  const recorder: WorldRecorder = new TraceRecorder({
    kinds: TRACE_EVENT_KINDS,
    level: job.level,
    sha256: options.sha256,
    ...(options.onBlock === undefined ? {} : { onBlock: options.onBlock }),
  });
  const overridden =
    job.case.overrides.length === 0
      ? undefined
      : new OverriddenChooser(new SeededChooser(job.case.seed), job.case.overrides, (used) =>
          recorder.noteChoice(used),
        );
  const chooser: Chooser = overridden ?? new SeededChooser(job.case.seed);
  const simulation = new Simulation({ chooser, causes: recorder, mode: options.mode ?? "timed" });
  const injector = new FaultInjector(job.faults, recorder);
  const cluster = new Cluster({
    simulation,
    recorder,
    conditions: injector,
    configuration: job.configuration,
    level: job.level,
    job: job.job,
    createJobGraph: job.createJobGraph,
    logs: job.logs,
  });
  injector.start({
    simulation,
    target: cluster,
    observe: (kind, observer) => recorder.observe(kind, observer),
  });
  options.watch?.({
    files: cluster.storage.files,
    observe: (kind, observer) => recorder.observe(kind, observer),
    stop: () => simulation.stop(),
  });
  const bounds = { ...DEFAULT_BOUNDS, ...options.bounds };
  let end: Run["end"];
  let brokenInvariant: string | undefined;
  try {
    end = guarded(() => {
      cluster.start();
      return simulation.run(bounds);
    });
  } catch (error) {
    if (!(error instanceof InvariantViolation)) throw error;
    end = "invariant-broken";
    brokenInvariant = `${error.message} (at ${toMillis(simulation.now)} ms, seed ${job.case.seed})`;
  }
  recorder.finish();
  return {
    job,
    end,
    brokenInvariant,
    jobStatus: cluster.jobStatus,
    virtualTime: simulation.now,
    handled: simulation.handled,
    eventCount: recorder.eventCount,
    blocks: recorder.blocks,
    digest: hexOf(recorder.digest),
    unstruckFaults: injector.unstruck,
    unusedOverrides: overridden?.unused ?? [],
  };
}

/** Bytes as hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
