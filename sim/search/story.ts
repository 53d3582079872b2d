// The events that tell a violation, out of the many that lie behind it: which record it is about, where that record
// stood at the cut, what was restored, what was replayed.

import type { TraceEvent } from "../trace/trace-event.ts";
import { CausalLinks } from "./causal-links.ts";
import { addressText, type RecordAddress } from "./input-records.ts";
import { type ReadEvent, RecordLineage } from "./record-lineage.ts";

/** What there is to tell. */
export interface Story {
  /** The records it is about, the likeliest first. */
  readonly records: readonly RecordAddress[];
  /** The events worth telling, the most telling first. */
  readonly events: readonly TraceEvent[];
}

/** The story of a violation that the events at `proof` prove. */
export function storyOf(events: readonly TraceEvent[], proof: readonly number[]): Story {
  const lineage = new RecordLineage(events);
  const replay = new ReplayedReads(events, lineage);
  const proving = proof.flatMap((index) => events[index] ?? []);
  const records = subjectsOf(proving, lineage, replay);
  const told = records.slice(0, TOLD_RECORDS);
  const paths = told
    .flatMap((record) => lineage.readsOf(record))
    .flatMap((read) => lineage.carriedOnFrom(read));
  const slice = new CausalLinks(events, lineage).sliceBackFrom([
    ...proof,
    ...paths.map(({ index }) => index),
  ]);
  const teller = new Teller({
    proving,
    paths,
    behind: events.filter(({ index }) => slice.has(index)),
  });
  const weighed = events.flatMap((event) => {
    const weight = slice.has(event.index) ? teller.weightOf(event) : undefined;
    return weight === undefined ? [] : [{ event, weight }];
  });
  weighed.sort((one, other) => one.weight - other.weight || one.event.index - other.event.index);
  return { records, events: weighed.map(({ event }) => event) };
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

/** Weighs events: the lower, the more telling. */
class Teller {
  readonly #proving: readonly TraceEvent[];
  readonly #path: ReadonlySet<number>;
  /** The subtasks that the story is about. */
  readonly #focus: ReadonlySet<string>;
  /** Checkpoints that something in the slice was restored from. */
  readonly #restored: ReadonlySet<number>;
  readonly #firstRestore: TraceEvent | undefined;

  constructor(known: {
    readonly proving: readonly TraceEvent[];
    /** The records' own events. */
    readonly paths: readonly TraceEvent[];
    /** The slice. */
    readonly behind: readonly TraceEvent[];
  }) {
    const { proving, paths, behind } = known;
    this.#proving = proving;
    this.#path = new Set(paths.map(({ index }) => index));
    const sources = paths.filter(({ kind }) => kind === "record-read");
    const proven = proving.filter(({ kind }) => ABOUT_RECORDS.has(kind));
    const workers =
      proven.length > 0 ? proven : paths.filter(({ kind }) => kind === "record-processed");
    this.#focus = new Set([...sources, ...workers].map(({ place }) => place));
    const restores = behind.filter((event) => event.kind === "restore-started");
    this.#firstRestore = restores.find(({ checkpoint }) => checkpoint === 0);
    this.#restored = new Set(restores.map(({ checkpoint }) => checkpoint));
  }

  /** Undefined for an event not worth telling. */
  weightOf(event: TraceEvent): number | undefined {
    if (this.#proving.includes(event)) return this.#isOuterProof(event) ? 0 : 4;
    const isInFocus = this.#focus.has(event.place);
    const isOnPath = this.#path.has(event.index);
    switch (event.kind) {
      case "message-lost":
      case "message-delayed":
      case "message-doubled":
      case "write-failed":
        return 1;
      case "restore-started":
        return event === this.#firstRestore ? undefined : 1;
      case "checkpoint-stored":
        return this.#restored.has(event.checkpoint) ? 2 : undefined;
      case "record-read":
        return isOnPath ? 2 : undefined;
      case "snapshot-taken":
        return isInFocus && this.#restored.has(event.checkpoint) ? 3 : undefined;
      case "record-processed":
        return isOnPath ? (isInFocus ? 3 : 7) : undefined;
      case "task-restored":
        return isInFocus && event.incarnation > 0 ? 4 : undefined;
      case "record-written":
      case "record-committed":
      case "line-printed":
        return isOnPath ? 5 : undefined;
      case "snapshot-written":
        return isInFocus && this.#restored.has(event.checkpoint) ? 6 : undefined;
      case "transaction-committed":
      case "transaction-aborted":
        return 6;
      case "completion-received":
        return 8;
      default:
        return undefined;
    }
  }

  /** A proof of many events is told by where it begins and where it ends. */
  #isOuterProof(event: TraceEvent): boolean {
    const at = this.#proving.indexOf(event);
    return at < 2 || at >= this.#proving.length - 2;
  }
}

/** Kinds that happen at a subtask and are about one record. */
const ABOUT_RECORDS: ReadonlySet<string> = new Set([
  "record-read",
  "record-processed",
  "record-emitted",
  "record-written",
]);
