// A world that can be driven: set up from a prepared case, run as far as one likes, struck at any event, and
// gone on with from what a power loss would leave of it. A run drives one to its end; searches drive many.

import { FaultInjector } from "../faults/fault-injector.ts";
import { type Chooser, OverriddenChooser, SeededChooser } from "../kernel/chooser.ts";
import { type Sha256, type TraceBlock, TraceRecorder } from "../kernel/recorder.ts";
import { type RunBounds, type RunEnd, Simulation } from "../kernel/simulation.ts";
import { type Instant, instant } from "../kernel/virtual-time.ts";
import type { NativeDatabases } from "../runtime/state/rocksdb/native-database.ts";
import { TRACE_EVENT_KINDS } from "../trace/trace-event.ts";
import { Cluster, type WorldRecorder } from "./cluster.ts";
import { guarded } from "./determinism-guard.ts";
import { watchRestarts } from "./endless-restarts.ts";
import type { PreparedJob } from "./prepared-job.ts";

/** How a world is set up; nothing here changes what happens in it. */
export interface WorldOptions {
  readonly sha256: Sha256;
  /** Takes each finished block of the trace; without it they are kept. */
  readonly onBlock?: (block: TraceBlock) => void;
  /** Whether the loop is timed, or picks among everything enabled. */
  readonly mode?: "timed" | "untimed";
  /** Real databases that hold the contents of state on RocksDB; without them a simulated one does. */
  readonly databases?: NativeDatabases;
}

const DAY: Instant = instant(86_400_000_000);

/** How far a run may go if nothing else is said: a day of virtual time, and what memory holds of its trace. */
export const DEFAULT_BOUNDS: RunBounds = { until: DAY, maxEvents: 2_000_000 };

/** How far a run may go whose trace is streamed out. */
export const STREAMED_BOUNDS: RunBounds = { until: DAY, maxEvents: 50_000_000 };

/** Why a world stood still; "endless-restarts" if its job was starting over for ever. */
export type WorldEnd = RunEnd | "endless-restarts";

/** One world of one case. */
export class World {
  readonly job: PreparedJob;
  readonly recorder: WorldRecorder;
  readonly simulation: Simulation;
  readonly cluster: Cluster;
  readonly injector: FaultInjector;
  readonly #options: WorldOptions;
  readonly #overridden: OverriddenChooser | undefined;
  readonly #origin: World | undefined;
  #isStarted = false;
  #startsOverForEver = false;

  constructor(job: PreparedJob, options: WorldOptions, origin?: World) {
    this.job = job;
    this.#options = options;
    this.#origin = origin;
    const { onBlock } = options;
    this.recorder = new TraceRecorder({
      kinds: TRACE_EVENT_KINDS,
      level: job.level,
      sha256: options.sha256,
      ...(onBlock === undefined ? {} : { onBlock }),
      ...(origin === undefined ? {} : { firstIndex: origin.recorder.eventCount }),
    });
    const { seed, overrides } = job.case;
    const seeded = new SeededChooser(seed);
    this.#overridden =
      overrides.length === 0
        ? undefined
        : new OverriddenChooser(seeded, overrides, (used) => this.recorder.noteChoice(used));
    const chooser: Chooser = this.#overridden ?? seeded;
    this.simulation = new Simulation({
      chooser,
      causes: this.recorder,
      mode: options.mode ?? "timed",
      ...(origin === undefined ? {} : { startAt: origin.simulation.now }),
    });
    this.recorder.cause = origin?.recorder.cause ?? -1;
    this.injector =
      origin?.injector.afterPowerLoss(this.recorder) ??
      new FaultInjector(job.faults, this.recorder);
    this.cluster = new Cluster({
      simulation: this.simulation,
      recorder: this.recorder,
      conditions: this.injector,
      level: job.level,
      description: job.description,
      submissions: job.submissions,
      logs: job.logs,
      databases: options.databases,
      ...(origin === undefined ? {} : { origin: origin.cluster }),
    });
    this.injector.start({
      simulation: this.simulation,
      target: this.cluster,
      observe: (kind, observer) => this.recorder.observe(kind, observer),
    });
    watchRestarts({
      now: () => this.simulation.now,
      unstruck: () => this.injector.unstruck,
      observe: (kind, observer) => this.recorder.observe(kind, observer),
      onEndless: () => {
        this.#startsOverForEver = true;
        this.simulation.stop();
      },
    });
  }

  /** Overrides whose choice has not come up. */
  get unusedOverrides(): readonly string[] {
    return this.#overridden?.unused ?? [];
  }

  /** Goes on until a bound is reached, nothing is left to happen, or the job starts over for ever. */
  run(bounds: RunBounds = DEFAULT_BOUNDS): WorldEnd {
    this.#startsOverForEver = false;
    const end = guarded(() => {
      this.#start();
      return this.simulation.run(bounds);
    });
    return end === "stopped" && this.#startsOverForEver ? "endless-restarts" : end;
  }

  /**
   * The world that goes on if the power is lost at this instant: what is durable is copied, everything else is
   * gone. This world stays as it is. Its trace begins with the crash, its event indices go on from this one's.
   */
  afterPowerLoss(): World {
    return new World(this.job, this.#options, this);
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    if (this.#origin === undefined) this.cluster.start();
    else this.cluster.startAfterPowerLoss(this.#origin.cluster);
  }
}
