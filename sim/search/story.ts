// The events that tell a violation, out of the many that lie behind it: which record it is about, where that record
// stood at the cut, what was restored, what was replayed.

import { addressText, type RecordAddress } from "../trace/record-address.ts";
import { type ReadEvent, RecordLineage } from "../trace/record-lineage.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import { CausalLinks } from "./causal-links.ts";

/** What there is to tell. */
export interface Story {
  /** The records it is about, the likeliest first, by where this run read them. */
  readonly records: readonly RecordAddress[];
  /** The events worth telling, the most telling first. */
  readonly events: readonly TraceEvent[];
}

/** The story of a violation that the events at `proof` prove. */
export function storyOf(events: readonly TraceEvent[], proof: readonly number[]): Story {
  const lineage = new RecordLineage(events);
  const links = new CausalLinks(events, lineage);
  const replay = new ReplayedReads(events, lineage);
  const proving = proof.flatMap((index) => events[index] ?? []);
  const records = subjectsOf(proving, lineage, replay);
  const reads = records.slice(0, TOLD_RECORDS).flatMap((record) => lineage.readsOf(record));
  const path = reads.flatMap((read) => lineage.carriedOnFrom(read));
  const cast = castOf(proving, path);
  const end = endOf(events, proof, links);
  const restores = events.filter(
    ({ kind, place, index }) => kind === "task-restored" && cast.has(place) && index < end,
  );
  const roots = [...proving, ...path, ...restores].map(({ index }) => index);
  const slice = links.sliceBackFrom(roots);
  const behind = events.filter(({ index }) => slice.has(index));
  const teller = new Teller({ proving, path, cast, behind, end });
  const weighed = behind.flatMap((event) => {
    const weight = teller.weightOf(event);
    return weight === undefined ? [] : [{ event, weight }];
  });
  weighed.sort((one, other) => one.weight - other.weight || one.event.index - other.event.index);
  return { records, events: weighed.map(({ event }) => event) };
}

/**
 * Where the story ends, but for the records' own way: with the proof, if a restart lies behind it; or else, since it
 * takes one to make what was proven matter, with the next restart.
 */
function endOf(
  events: readonly TraceEvent[],
  proof: readonly number[],
  links: CausalLinks,
): number {
  const last = proof.at(-1) ?? Number.POSITIVE_INFINITY;
  const behind = links.sliceBackFrom(proof);
  const starts = events.filter(({ kind }) => kind === "restore-started").map(({ index }) => index);
  if (starts.slice(1).some((start) => behind.has(start))) return last;
  return starts.filter((start) => start > last)[1] ?? Number.POSITIVE_INFINITY;
}

/** A story is about so many records at most. */
const TOLD_RECORDS = 2;

/** The records that a proof points at; where it points at none, those that a restore lost or doubled. */
function subjectsOf(
  proving: readonly TraceEvent[],
  lineage: RecordLineage,
  replay: ReplayedReads,
): readonly RecordAddress[] {
  const behind = proving.flatMap(({ index }) => lineage.readBehind(index) ?? []);
  const found = behind.flatMap((read) => {
    // A reading that goes on too far ahead is about what it left out.
    const isProof = proving.includes(read) && lineage.readsOf(read)[0] === read;
    return isProof
      ? [...replay.lost.filter(({ place }) => place === read.place).reverse(), read]
      : [read];
  });
  const all = found.length > 0 ? found : [...replay.lost, ...replay.doubled];
  const byAddress = new Map(all.map((read) => [addressText(read), read]));
  return [...byAddress.values()].map(({ source, partition, offset }) => ({
    source,
    partition,
    offset,
  }));
}

/** What a restored source read once too little or too much, going by its snapshots. */
class ReplayedReads {
  /** Read after the cut, and never again. */
  readonly lost: readonly ReadEvent[];
  /** Read before the cut, and yet again. */
  readonly doubled: readonly ReadEvent[];

  constructor(events: readonly TraceEvent[], lineage: RecordLineage) {
    const cuts = new Map<string, number>();
    const lost: ReadEvent[] = [];
    const doubled: ReadEvent[] = [];
    for (const event of events) {
      if (event.kind === "snapshot-taken")
        cuts.set(`${event.place} ${event.checkpoint}`, event.index);
      if (event.kind !== "task-restored" || event.incarnation === 0) continue;
      const cut = cuts.get(`${event.place} ${event.checkpoint}`) ?? -1;
      for (const read of events.slice(0, event.index)) {
        if (read.kind !== "record-read" || read.place !== event.place) continue;
        const isReadAgain = lineage.readsOf(read).some(({ index }) => index > event.index);
        if (read.index > cut && !isReadAgain) lost.push(read);
        if (read.index < cut && isReadAgain) doubled.push(read);
      }
    }
    this.lost = lost;
    this.doubled = doubled;
  }
}

/** The subtasks that a story is about, and whether as one of those it turns on. */
type Cast = ReadonlyMap<string, "main" | "minor">;

/** It turns on the sources and on the subtasks of the proof; where the proof names none, others are only passed. */
function castOf(proving: readonly TraceEvent[], path: readonly TraceEvent[]): Cast {
  const cast = new Map<string, "main" | "minor">();
  for (const { kind, place } of proving) if (OF_RECORDS.has(kind)) cast.set(place, "main");
  const passed = cast.size === 0 ? "minor" : undefined;
  for (const { kind, place } of path) {
    if (kind === "record-read") cast.set(place, "main");
    else if (passed !== undefined && STEPS.has(kind)) cast.set(place, passed);
  }
  return cast;
}

/** Kinds that happen at a subtask and are of one record. */
const OF_RECORDS: ReadonlySet<string> = new Set([
  "record-read",
  "record-processed",
  "timer-fired",
  "record-emitted",
  "record-written",
]);

/** Kinds that begin a step of a subtask that is no source. */
const STEPS: ReadonlySet<string> = new Set(["record-processed", "timer-fired"]);

/** Weighs events: the lower, the more telling. */
class Teller {
  readonly #proving: readonly TraceEvent[];
  readonly #path: ReadonlySet<number>;
  readonly #cast: Cast;
  /** Checkpoints that something was restored from. */
  readonly #restored: ReadonlySet<number>;
  readonly #firstStart: TraceEvent | undefined;
  /** Of what comes after it, only the records' own way is told. */
  readonly #end: number;

  constructor(known: {
    readonly proving: readonly TraceEvent[];
    /** The records' own events. */
    readonly path: readonly TraceEvent[];
    readonly cast: Cast;
    /** Everything in the slice. */
    readonly behind: readonly TraceEvent[];
    readonly end: number;
  }) {
    this.#proving = known.proving;
    this.#path = new Set(known.path.map(({ index }) => index));
    this.#cast = known.cast;
    const starts = known.behind.filter((event) => event.kind === "restore-started");
    this.#restored = new Set(starts.map(({ checkpoint }) => checkpoint));
    this.#firstStart = starts[0];
    this.#end = known.end;
  }

  /** Undefined for an event not worth telling. */
  weightOf(event: TraceEvent): number | undefined {
    if (this.#proving.includes(event)) return this.#isOuterProof(event) ? 0 : 4;
    const isOnPath = this.#path.has(event.index);
    if (event.index > this.#end && !isOnPath) return undefined;
    switch (event.kind) {
      case "restore-started":
        return event === this.#firstStart ? undefined : 1;
      case "checkpoint-stored":
        return this.#restored.has(event.checkpoint) ? 2 : undefined;
      case "record-read":
        return isOnPath ? 2 : undefined;
      case "snapshot-taken":
        return this.#restored.has(event.checkpoint) ? this.#ofCast(event, 3) : undefined;
      case "record-processed":
      case "timer-fired":
        return isOnPath ? (this.#ofCast(event, 3) ?? 7) : undefined;
      case "task-restored":
        return event.incarnation > 0 ? this.#ofCast(event, 4) : undefined;
      case "record-written":
      case "record-committed":
      case "line-printed":
        return isOnPath ? 5 : undefined;
      case "snapshot-written":
        return this.#restored.has(event.checkpoint) ? this.#ofCast(event, 6) : undefined;
      case "transaction-committed":
      case "transaction-aborted":
        return 6;
      // What a fault did at once, which the fault's own sentence says if it is necessary.
      case "message-lost":
      case "message-delayed":
      case "message-doubled":
      case "write-failed":
        return 8;
      default:
        return undefined;
    }
  }

  #ofCast({ place }: TraceEvent, weight: number): number | undefined {
    const part = this.#cast.get(place);
    return part === undefined ? undefined : weight + (part === "main" ? 0 : 2);
  }

  /** A proof of many events is told by where it begins and where it ends. */
  #isOuterProof(event: TraceEvent): boolean {
    const at = this.#proving.indexOf(event);
    return at < 2 || at >= this.#proving.length - 2;
  }
}
