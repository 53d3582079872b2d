// What the checkpoints and the recoveries of a run cost, measured from its trace alone; of memory, which no event tells,
// an estimate from sizes that events do tell. Times are microseconds of virtual time.

import { type Configuration, OPTIONS } from "../runtime/configuration.ts";
import type { Language } from "../trace/sentences/sentence.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";

/** What is measured, in the order in which it is shown. */
export const FIGURES = [
  {
    name: "duration",
    title: "duration",
    caption: { en: "time of a checkpoint", zh: "checkpoint 耗时" },
    unit: "time",
  },
  {
    name: "longestDuration",
    title: "longest",
    caption: { en: "time of the longest checkpoint", zh: "耗时最长的 checkpoint" },
    unit: "time",
  },
  {
    name: "bytes",
    title: "bytes",
    caption: { en: "bytes of a checkpoint, median", zh: "每个 checkpoint 写入的字节数，中位数" },
    unit: "bytes",
  },
  {
    name: "bytesOnAverage",
    title: "on average",
    caption: {
      en: "bytes of a checkpoint, on average",
      zh: "每个 checkpoint 写入的字节数，平均值",
    },
    unit: "bytes",
  },
  {
    name: "fullBytes",
    title: "full size",
    caption: { en: "all the state a checkpoint refers to", zh: "checkpoint 引用的全部状态" },
    unit: "bytes",
  },
  {
    name: "pause",
    title: "pause",
    caption: { en: "pause, the synchronous part", zh: "停顿，即同步阶段" },
    unit: "time",
  },
  {
    name: "recovery",
    title: "recovery",
    caption: { en: "time of a recovery", zh: "恢复耗时" },
    unit: "time",
  },
  {
    name: "memory",
    title: "memory",
    caption: { en: "memory, estimated", zh: "内存，估计值" },
    unit: "bytes",
  },
  {
    name: "disk",
    title: "disk",
    caption: { en: "disk of the task managers", zh: "TaskManager 的磁盘" },
    unit: "bytes",
  },
  {
    name: "storage",
    title: "storage",
    caption: { en: "most in the shared storage", zh: "共享存储中的最大占用" },
    unit: "bytes",
  },
] as const satisfies readonly Figure[];

/** One thing that is measured. */
export interface Figure {
  readonly name: string;
  /** As the head of a column. */
  readonly title: string;
  /** As the title of a chart. */
  readonly caption: { readonly [language in Language]: string };
  readonly unit: "time" | "bytes";
}

/** The name of a figure. */
export type FigureName = (typeof FIGURES)[number]["name"];

/**
 * The figures of a run; undefined for what never happened in it. All but `longestDuration`, `bytesOnAverage`, `recovery` and
 * `storage` are medians over the settled checkpoints: the later half of the completed ones.
 *
 * - `duration`: from the trigger of a checkpoint to its completion; `longestDuration` is the most that one of them took
 *   (Flink: the maximum in CompletedCheckpointStatsSummary).
 * - `bytes`: what it wrote; `bytesOnAverage` is the mean, which the rare checkpoint that follows a merge raises.
 * - `fullBytes`: all the state it refers to.
 * - `pause`: the synchronous part at the subtask with the most state.
 * - `recovery`: from the start of a restore until all tasks run; the median over all of a run.
 * - `memory`: on the heap, the state and what objects add to it; with RocksDB or ForSt, no more than their write buffers.
 * - `disk`: of the task managers. RocksDB keeps all state there, ForSt as much as its cache may hold, and local recovery
 *   copies of it.
 * - `storage`: the most that lay in the shared storage once checkpoints were settled.
 */
export type RunFigures = { readonly [name in FigureName]: number | undefined };

/** What the estimates of memory take for granted. */
export interface MemoryModel {
  /** Bytes on the heap for each byte of serialized state. */
  readonly heapFactor: number;
  /** Write buffers that RocksDB may hold at once (Flink: state.backend.rocksdb.writebuffer.count). */
  readonly writeBuffers: number;
}

/**
 * Java objects "can easily consume a factor of 2-5x more space than the raw data inside their fields" (Spark's tuning
 * guide, of the same virtual machine); RocksDB has two write buffers unless it is told otherwise.
 */
export const MEMORY_MODEL: MemoryModel = { heapFactor: 3, writeBuffers: 2 };

/** Measures a run with this configuration. */
export function figuresOf(
  events: readonly TraceEvent[],
  configuration: Configuration,
  model: MemoryModel = MEMORY_MODEL,
): RunFigures {
  const completed = ofKind(events, "checkpoint-completed");
  const settled = completed.slice(Math.floor(completed.length / 2));
  const isSettled = new Set(settled.map(({ checkpoint }) => checkpoint));
  const written = ofKind(events, "snapshot-written").filter(({ checkpoint }) =>
    isSettled.has(checkpoint),
  );
  const holder = largestOf(written)?.place;
  const pauses = ofKind(events, "snapshot-taken").filter(
    ({ checkpoint, place }) => isSettled.has(checkpoint) && place === holder,
  );
  const totals = (sizeOf: (stateBytes: number) => number): readonly number[] =>
    settled.map(({ checkpoint }) =>
      sumOf(written.filter((of) => of.checkpoint === checkpoint).map((of) => sizeOf(of.fullBytes))),
    );
  const backend = configuration.get(OPTIONS.stateBackend);
  const isOnHeap = backend === "hashmap";
  const isOnDisk = backend === "rocksdb";
  const cacheLimit = configuration.get(OPTIONS.forstCacheLimit);
  const mostInCache = cacheLimit === 0 ? Number.POSITIVE_INFINITY : cacheLimit;
  const isCopied =
    configuration.get(OPTIONS.localBackup) ?? configuration.get(OPTIONS.recoversFromLocal);
  // Files that never change need no copy to be kept: links to them do.
  const areFilesKept = isOnDisk && configuration.get(OPTIONS.incremental);
  const onDisk = (isOnDisk ? 1 : 0) + (isCopied && !areFilesKept ? 1 : 0);
  const diskOf = (size: number): number =>
    backend === "forst" ? Math.min(size, mostInCache) : size * onDisk;
  const buffers = model.writeBuffers * configuration.get(OPTIONS.writeBufferSize);
  return {
    duration: median(settled.map(({ duration }) => duration)),
    longestDuration: greatest(settled.map(({ duration }) => duration)),
    bytes: median(settled.map(({ bytes }) => bytes)),
    bytesOnAverage: mean(settled.map(({ bytes }) => bytes)),
    fullBytes: median(settled.map(({ fullBytes }) => fullBytes)),
    pause: median(pauses.map(({ sync }) => sync)),
    recovery: median(recoveriesIn(events)),
    memory: median(
      totals((size) => (isOnHeap ? size * model.heapFactor : Math.min(size, buffers))),
    ),
    disk: median(totals(diskOf)),
    storage: settled[0] === undefined ? undefined : mostStored(events, settled[0].index),
  };
}

function ofKind<Kind extends TraceEvent["kind"]>(
  events: readonly TraceEvent[],
  kind: Kind,
): readonly EventOf<Kind>[] {
  return events.filter((event): event is EventOf<Kind> => event.kind === kind);
}

function largestOf(
  written: readonly EventOf<"snapshot-written">[],
): EventOf<"snapshot-written"> | undefined {
  return written.reduce<EventOf<"snapshot-written"> | undefined>(
    (largest, one) => (largest === undefined || one.fullBytes > largest.fullBytes ? one : largest),
    undefined,
  );
}

/** How long each restore took but the first, which is the start of the job. */
function recoveriesIn(events: readonly TraceEvent[]): readonly number[] {
  const recoveries: number[] = [];
  let started: number | undefined;
  let running: number | undefined;
  let starts = 0;
  const end = (): void => {
    if (starts > 1 && started !== undefined && running !== undefined) {
      recoveries.push(running - started);
    }
    running = undefined;
  };
  for (const event of events) {
    if (event.kind === "task-running") running = event.time;
    if (event.kind !== "restore-started") continue;
    end();
    started = event.time;
    starts++;
  }
  end();
  return recoveries;
}

/** The most bytes that lay in the shared storage from the event at index `from` on. */
function mostStored(events: readonly TraceEvent[], from: number): number {
  const files = new Map<string, number>();
  let stored = 0;
  let most = 0;
  for (const event of events) {
    if (event.kind === "write-completed" || event.kind === "file-deleted") {
      stored -= files.get(event.path) ?? 0;
      files.delete(event.path);
    }
    if (event.kind === "write-completed") {
      stored += event.bytes;
      files.set(event.path, event.bytes);
    }
    if (event.index >= from) most = Math.max(most, stored);
  }
  return most;
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const below = sorted[Math.ceil(middle) - 1];
  const above = sorted[Math.floor(middle)];
  return below === undefined || above === undefined ? undefined : Math.round((below + above) / 2);
}

function greatest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.round(sumOf(values) / values.length);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
