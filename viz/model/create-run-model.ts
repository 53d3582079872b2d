// The model of a run, made of its trace alone. Columns are filled at once; everything else when it is first asked for.

import type { Verdict } from "../../sim/harness/bundle.ts";
import { Keyframes } from "../../sim/trace/keyframes.ts";
import type { WorldProgress } from "../../sim/trace/projection.ts";
import { type Language, sentence } from "../../sim/trace/sentences/sentence.ts";
import type { Trace, TraceHeader } from "../../sim/trace/trace.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import type { Entity } from "../page/entity.ts";
import { type CheckpointFiles, checkpointFiles } from "./checkpoint-files.ts";
import { checkpointSpans } from "./checkpoint-spans.ts";
import { EntityEvents } from "./entity-events.ts";
import { landmarksOf } from "./landmarks.ts";
import { Lanes } from "./lanes.ts";
import type { CheckpointSpan, Landmark, Lane, RunModel, StepSize, Transfer } from "./run-model.ts";
import { firstAbove, Steps } from "./steps.ts";
import { TraceColumns } from "./trace-columns.ts";
import { transfersOf } from "./transfers.ts";

/**
 * The model of a run.
 *
 * @example createRunModel(trace, verdicts).world(411).subtasks
 */
export function createRunModel(trace: Trace, verdicts: readonly Verdict[]): RunModel {
  return new TraceRunModel(trace, verdicts);
}

class TraceRunModel implements RunModel {
  readonly header: TraceHeader;
  readonly digest: string;
  readonly verdicts: readonly Verdict[];
  readonly checkpoints: readonly CheckpointSpan[];
  readonly landmarks: readonly Landmark[];
  readonly #columns: TraceColumns;
  readonly #lanes: Lanes;
  readonly #steps: Steps;
  readonly #entityEvents: EntityEvents;
  readonly #keyframes: Keyframes;
  #transfers: readonly Transfer[] | undefined;
  #checkpointFiles: CheckpointFiles | undefined;

  constructor(trace: Trace, verdicts: readonly Verdict[]) {
    const { header, footer } = trace;
    const columns = new TraceColumns(trace);
    const lanes = new Lanes(columns, header.topology);
    this.header = header;
    this.digest = footer.digest;
    this.verdicts = verdicts;
    this.checkpoints = checkpointSpans(columns, lanes);
    this.landmarks = landmarksOf(columns, verdicts);
    this.#columns = columns;
    this.#lanes = lanes;
    this.#steps = new Steps(columns, lanes);
    this.#entityEvents = new EntityEvents(columns, lanes);
    this.#keyframes = new Keyframes(header.topology, columns);
  }

  get count(): number {
    return this.#columns.length;
  }

  get times(): Float64Array {
    return this.#columns.times;
  }

  get lanes(): readonly Lane[] {
    return this.#lanes.lanes;
  }

  get laneOf(): Int16Array {
    return this.#lanes.laneOf;
  }

  get causeOf(): Int32Array {
    return this.#columns.causes;
  }

  get checkpointOf(): Int32Array {
    return this.#columns.checkpoints;
  }

  get transfers(): readonly Transfer[] {
    this.#transfers ??= transfersOf(this.#columns, this.#lanes);
    return this.#transfers;
  }

  get checkpointFiles(): CheckpointFiles {
    this.#checkpointFiles ??= checkpointFiles(this.#columns);
    return this.#checkpointFiles;
  }

  event(index: number): TraceEvent {
    return this.#columns.event(index);
  }

  world(index: number): WorldProgress {
    return this.#keyframes.at(index);
  }

  sentence(index: number, language: Language): string {
    return sentence(this.event(index), language);
  }

  eventsOf(entity: Entity): Int32Array {
    return this.#entityEvents.of(entity);
  }

  recordOf(index: number): (Entity & { readonly kind: "record" }) | undefined {
    return this.#entityEvents.recordOf(index);
  }

  step(index: number, size: StepSize, direction: 1 | -1): number {
    return this.#steps.from(index, size, direction);
  }

  indexAt(time: number): number {
    return firstAbove(this.times, time) - 1;
  }

  prepare(): boolean {
    return this.#keyframes.prepare();
  }
}
