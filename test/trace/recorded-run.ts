// A small run written by hand, straight into a TraceRecorder: two sources, two counts, one sink; checkpoint 1
// completes, a crash of task-manager-2 ends checkpoint 2, the restore replays, checkpoint 3 completes.
import type { ChoiceOverride } from "../../sim/kernel/chooser.ts";
import { Incarnation, Place } from "../../sim/kernel/place.ts";
import { type EventFields, type RecordingLevel, TraceRecorder } from "../../sim/kernel/recorder.ts";
import { instant } from "../../sim/kernel/virtual-time.ts";
import { sha256 } from "../../sim/node/sha256.ts";
import { channelName, type JobDescription } from "../../sim/runtime/task/job-graph.ts";
import {
  TRACE_FORMAT,
  type Trace,
  type TraceHeader,
  tracedKinds,
  traceFooter,
} from "../../sim/trace/trace.ts";
import {
  TRACE_EVENT_KINDS,
  type TRACE_EVENTS,
  type TraceEventKind,
} from "../../sim/trace/trace-event.ts";

export const TOPOLOGY: JobDescription = {
  name: "word-count",
  vertices: [
    vertex(0, "words", 2, ["source"]),
    vertex(1, "count", 2, ["reduce"]),
    vertex(2, "counts", 1, ["sink"]),
  ],
  edges: [
    { id: 0, source: 0, target: 1, sourceNode: 0, targetNode: 1, partitioning: "hash" },
    { id: 1, source: 1, target: 2, sourceNode: 1, targetNode: 2, partitioning: "rebalance" },
  ],
};

export const HEADER: TraceHeader = {
  format: TRACE_FORMAT,
  engine: "0.1.0",
  runtime: "node",
  level: "records",
  case: {
    scenario: "word-count",
    config: { "recording.level": "records" },
    seed: 7,
    faults: [{ what: "task-manager-dies", where: "task-manager-2", when: { at: 30_000 } }],
    overrides: [],
    data: [],
    edits: [],
  },
  topology: TOPOLOGY,
  kinds: tracedKinds(TRACE_EVENT_KINDS),
};

/** One event to record: `place#incarnation`, its kind and its fields. */
export type Happening = {
  [Kind in TraceEventKind]: readonly [
    at: string,
    kind: Kind,
    fields: EventFields<(typeof TRACE_EVENTS)[Kind]>,
  ];
}[TraceEventKind];

/** Records happenings, each caused by the one before. */
export class TraceWriter {
  readonly recorder: TraceRecorder<typeof TRACE_EVENTS>;
  readonly #places = new Map<string, Incarnation>();

  constructor(level: RecordingLevel = "network") {
    this.recorder = new TraceRecorder({ kinds: TRACE_EVENT_KINDS, level, sha256 });
  }

  /** Sets the virtual time, in microseconds. */
  at(micros: number): this {
    this.recorder.now = instant(micros);
    return this;
  }

  record(...happenings: readonly Happening[]): this {
    for (const [at, kind, fields] of happenings) {
      this.recorder.record(kind, this.#incarnation(at), fields as never);
    }
    return this;
  }

  choose(choice: ChoiceOverride): this {
    this.recorder.noteChoice(choice);
    return this;
  }

  finish(header: TraceHeader = HEADER): Trace {
    this.recorder.finish();
    return { header, blocks: this.recorder.blocks, footer: traceFooter(this.recorder) };
  }

  #incarnation(at: string): Incarnation {
    const known = this.#places.get(at);
    if (known !== undefined) return known;
    const split = at.lastIndexOf("#");
    const made = new Incarnation(new Place(at.slice(0, split)), Number(at.slice(split + 1)));
    this.#places.set(at, made);
    return made;
  }
}

/** The run; each attempt of each source reads `records` records. */
export function recordedRun(records = 2): Trace {
  return writeRun(new TraceWriter(), records).finish();
}

/** As {@link recordedRun}, to be gone on with. */
export function writeRun(writer: TraceWriter, records: number): TraceWriter {
  const job = "job-master#0";
  writer.record(
    ["task-manager-1#0", "host-booted", { disk: "kept" }],
    ["task-manager-2#0", "host-booted", { disk: "kept" }],
    [job, "leadership-granted", { newestCheckpoint: 0 }],
    [job, "job-status-changed", { status: "RUNNING" }],
    [
      job,
      "task-manager-registered",
      { taskManager: "task-manager-1", slots: 2, resource: "task-manager-1/0" },
    ],
    [
      job,
      "task-manager-registered",
      { taskManager: "task-manager-2", slots: 2, resource: "task-manager-1/0" },
    ],
    [job, "restore-started", { checkpoint: 0 }],
  );
  deploy(writer, 0, 0);
  writer.at(5_000);
  step(writer, 0, { first: 0, count: records, start: 0 });
  writer.at(10_000);
  checkpoint(writer, 1, 0);
  writer.at(20_000);
  step(writer, 0, { first: records, count: records, start: 0 });
  writer.at(25_000).record([job, "checkpoint-triggered", { checkpoint: 2, tasks: 2 }]);
  writer
    .at(30_000)
    .record(
      ["task-manager-2#0", "fault-struck", { fault: 0, what: "task-manager-dies" }],
      ["task-manager-2#0", "host-crashed", { disk: "lost" }],
      [job, "task-manager-lost", { taskManager: "task-manager-2", reason: "connection refused" }],
      [job, "checkpoint-aborted", { checkpoint: 2, reason: "JOB_FAILOVER_REGION" }],
      [job, "job-status-changed", { status: "RESTARTING" }],
      ["words-1#0", "task-canceled", {}],
      ["count-1#0", "task-canceled", {}],
      ["counts-1#0", "task-canceled", {}],
      ["task-manager-2#1", "host-booted", { disk: "lost" }],
      [job, "restore-started", { checkpoint: 1 }],
    );
  writer.at(40_000);
  deploy(writer, 1, 1);
  writer.record([job, "job-status-changed", { status: "RUNNING" }]);
  writer.at(50_000);
  step(writer, 1, { first: records, count: records, start: records });
  writer.at(60_000);
  checkpoint(writer, 3, 1);
  writer
    .at(80_000)
    .record(
      [job, "checkpoint-subsumed", { checkpoint: 1, by: 3 }],
      [job, "job-status-changed", { status: "FINISHED" }],
      [job, "job-ended", { status: "FINISHED", reason: "" }],
    );
  return writer;
}

const SUBTASKS = ["words-1", "words-2", "count-1", "count-2", "counts-1"] as const;

function deploy(writer: TraceWriter, attempt: number, restored: number): void {
  for (const [index, task] of SUBTASKS.entries()) {
    const taskManager = `task-manager-${1 + (index % 2)}`;
    writer.record(
      ["job-master#0", "task-deployed", { task, attempt, taskManager, checkpoint: restored }],
      [`${task}#${attempt}`, "task-restored", { checkpoint: restored }],
      [`${task}#${attempt}`, "task-running", {}],
    );
  }
}

/** Each source reads `count` records from offset `first` on, in an attempt that began at offset `start`. */
function step(
  writer: TraceWriter,
  attempt: number,
  offsets: { readonly first: number; readonly count: number; readonly start: number },
): void {
  const { first, count: records, start } = offsets;
  for (let offset = first; offset < first + records; offset++) {
    for (const index of [1, 2]) {
      const source = `words-${index}`;
      const count = `count-${1 + (offset % 2)}`;
      const sequence = Math.floor((offset - start) / 2);
      const value = { word: `w${offset}`, n: offset };
      const read = channelBetween(source, count, 0);
      writer.record(
        [
          `${source}#${attempt}`,
          "record-read",
          { source: "log:words", partition: index - 1, offset, value },
        ],
        [`${source}#${attempt}`, "record-emitted", { channel: read, sequence, value }],
        [`${count}#${attempt}`, "record-processed", { channel: read, sequence, value }],
        [`${count}#${attempt}`, "state-updated", { state: "count", key: value.word, value: 1 }],
        [
          `${count}#${attempt}`,
          "record-emitted",
          { channel: channelBetween(count, "counts-1", 1), sequence: offset, value: -0 },
        ],
      );
    }
  }
}

function checkpoint(writer: TraceWriter, id: number, attempt: number): void {
  const job = "job-master#0";
  writer.record([job, "checkpoint-triggered", { checkpoint: id, tasks: 2 }]);
  for (const [index, task] of SUBTASKS.entries()) {
    const at = `${task}#${attempt}`;
    const inputs = TOPOLOGY_INPUTS.get(task) ?? [];
    for (const channel of inputs) {
      writer.record([at, "barrier-received", { checkpoint: id, channel }]);
      writer.record([`${channel}#${attempt}`, "channel-blocked", { checkpoint: id }]);
    }
    for (const channel of inputs) {
      writer.record([`${channel}#${attempt}`, "channel-resumed", { checkpoint: id }]);
    }
    writer.record(
      [at, "alignment-completed", { checkpoint: id, duration: 100 * index }],
      [at, "barrier-emitted", { checkpoint: id }],
      [
        at,
        "snapshot-taken",
        { checkpoint: id, startDelay: 250 * index, alignment: 100 * index, sync: 40 },
      ],
      [
        at,
        "snapshot-written",
        { checkpoint: id, bytes: 100 + index, fullBytes: 100 + index, async: 1_500 },
      ],
      [at, "checkpoint-acknowledged", { checkpoint: id, bytes: 100 + index }],
      [
        job,
        "acknowledgement-received",
        { checkpoint: id, task, attempt, outcome: "success", bytes: 100 + index },
      ],
    );
  }
  writer
    .at(writer.recorder.now + 12_500)
    .record(
      [job, "checkpoint-stored", { checkpoint: id, path: `checkpoints/${id}/_metadata` }],
      [
        job,
        "checkpoint-completed",
        { checkpoint: id, bytes: 510, fullBytes: 510, duration: 12_500 },
      ],
      ["counts-1#0", "completion-received", { checkpoint: id }],
      [
        "log:counts#0",
        "transaction-committed",
        { transaction: `counts-0-${id}`, epoch: 0, records: 1 },
      ],
      [
        "log:counts#0",
        "record-committed",
        { log: "counts", partition: 0, offset: id, transaction: `counts-0-${id}`, value: `v${id}` },
      ],
    );
}

const TOPOLOGY_INPUTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["count-1", [channelBetween("words-1", "count-1", 0), channelBetween("words-2", "count-1", 0)]],
  ["count-2", [channelBetween("words-1", "count-2", 0), channelBetween("words-2", "count-2", 0)]],
  [
    "counts-1",
    [channelBetween("count-1", "counts-1", 1), channelBetween("count-2", "counts-1", 1)],
  ],
]);

/** The channel between two subtasks of {@link TOPOLOGY} over the edge with id `edge`. */
export function channelBetween(producer: string, consumer: string, edge: 0 | 1): string {
  const found = TOPOLOGY.edges[edge];
  if (found === undefined) throw new Error(`No edge ${edge}`);
  return channelName(producer, consumer, found);
}

function vertex(
  id: number,
  name: string,
  parallelism: number,
  kinds: readonly string[],
): JobDescription["vertices"][number] {
  const operators = kinds.map((kind) => ({ node: id, uid: name, name, kind }));
  return { id, name, parallelism, maxParallelism: 128, operators };
}
