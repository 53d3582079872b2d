// A run put together by hand as `sim/trace/text-digest.ts` does it, so that a test can add to the world what should make no
// difference to it.
import { FaultInjector } from "../../sim/faults/fault-injector.ts";
import { Cluster } from "../../sim/harness/cluster.ts";
import type { PreparedJob } from "../../sim/harness/prepared-job.ts";
import { SeededChooser } from "../../sim/kernel/chooser.ts";
import { type EventObserver, TraceRecorder } from "../../sim/kernel/recorder.ts";
import { Simulation } from "../../sim/kernel/simulation.ts";
import { instant } from "../../sim/kernel/virtual-time.ts";
import { sha256 } from "../../sim/node/sha256.ts";
import { hexOf } from "../../sim/trace/text-digest.ts";
import { TRACE_EVENT_KINDS, type TRACE_EVENTS } from "../../sim/trace/trace-event.ts";

/** Runs a job in a world to which `perturb` has been let first, and gives the digest. */
export function digestOfPerturbed(
  job: PreparedJob,
  perturb: (world: {
    readonly simulation: Simulation;
    readonly observe: (kind: string, observer: EventObserver) => void;
  }) => void,
): string {
  const { level, faults, description, submissions, logs } = job;
  const recorder = new TraceRecorder<typeof TRACE_EVENTS>({
    kinds: TRACE_EVENT_KINDS,
    level,
    sha256,
  });
  const observe = (kind: string, observer: EventObserver): void => recorder.observe(kind, observer);
  const chooser = new SeededChooser(job.case.seed);
  const simulation = new Simulation({ chooser, causes: recorder });
  perturb({ simulation, observe });
  const injector = new FaultInjector(faults, recorder);
  const cluster = new Cluster({
    simulation,
    recorder,
    conditions: injector,
    level,
    description,
    submissions,
    logs,
  });
  injector.start({ simulation, target: cluster, observe });
  cluster.start();
  simulation.run({ until: instant(86_400_000_000), maxEvents: 2_000_000 });
  recorder.finish();
  return hexOf(recorder.digest);
}
